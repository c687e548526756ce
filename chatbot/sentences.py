"""Where sentences begin in a plain text.

Rules for English that do little harm elsewhere: when in doubt two sentences stay together, since half a sentence is a
worse quote than two whole ones. Chinese, Japanese and Devanagari stops part sentences without white space, and texts
with a space before each stop (`` word . Next``), as corpora often have them, are split too.
"""

import re
from collections.abc import Iterator

_LONGEST_ASIDE = 240
_LONGEST_WORD = 40


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = re.compile(
    r"""(?P<gap>[ ]?)(?P<mark>[.!?…]+)(?P<close>(?:[\"'”’»›)\]*_]|[ ](?:''?|[)\]])(?=[ ]|$))*)(?P<space>[ \n]+)(?=\S)"""
    r"""|(?P<wide>[。！？｡．]+[」』”’）】》]*|[।॥](?!\d))[ ]*(?=[^\s」』”’）】》])"""
    r"""|(?P<line>\n)(?=\S)"""
)
_WORD = re.compile(r"[^\s(\[{\"“‘«—/]+\Z")
_NEXT = re.compile(r"""[\"'“‘«‹(\[`*_¿¡ -]*(?P<word>[^\s\"'“‘«‹(\[`*_¿¡.,;:!?)\]”’]*)""")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_NUMBER = re.compile(r"[\[(]?(?:\d{1,3}|[ivxIVX]{1,4}|[a-zA-Z])\Z")
_ASIDE = re.compile(
    rf"\([^()]{{1,{_LONGEST_ASIDE}}}\)|“[^“”]{{1,{_LONGEST_ASIDE}}}”|«[^«»]{{1,{_LONGEST_ASIDE}}}»"
    rf"|(?<!\w)\"[^\"]{{1,{_LONGEST_ASIDE}}}\"(?!\w)|``[^`']{{1,{_LONGEST_ASIDE}}}''"
)

_NEVER_LAST = _words(
    "mr mrs ms mx dr prof messrs mme mlle vs viz e.g i.e eg ie cf fig figs eq eqs approx ca c circa pp"
)
"""Abbreviations that something always follows."""

_BEFORE_NUMBER = _words("no nos p jan feb mar apr jun jul aug sep sept oct nov dec art rs reg sect pt nr ver")
"""Abbreviations that a number completes."""

_MAYBE_LAST = _words(
    "inc ltd co corp llc plc gmbh jr sr etc esq ph.d md b.a m.a blvd ave rd hwy ph bros mfg intl natl dist est al v "
    "st ste mt ft gen rep sen gov capt cpt cmdr lt col sgt maj adm rev hon pres supt fr sec ch chap vol vols nr "
    "op ed eds trans dept univ assoc incl excl max min resp orig ext tel attn aka jan feb mar apr jun jul aug sep sept "
    "oct nov dec hrs lat long"
)
"""Abbreviations that end a sentence only where the next word often begins one."""

_OPENERS = _words(
    "the a an in it its this that these those he she they we i you his her their our my your there here but and or so "
    "yet for nor if when while where as at by on of to from with without after before since until during although "
    "though because however moreover furthermore therefore thus hence also then now today some many most all both each "
    "every no not one two several another other others such what who whom whose which how why "
    "according among between over under despite "
    "unlike like instead meanwhile finally first second third next later only even just once see note unfortunately "
    "use make click read learn"
)
"""Words that begin sentences more often than they continue an abbreviation."""


def sentence_starts(text: str) -> list[int]:
    """Offsets at which a sentence begins, the first one's included; none for an empty text."""
    if not text:
        return []
    asides = _asides(text)
    starts = [0]
    for end, start in _candidates(text, starts):
        if not _within(asides, end, start) and _has_word(text[starts[-1] : end]):
            starts.append(start)
    return starts if _has_word(text[starts[-1] :]) or len(starts) == 1 else starts[:-1]


def _candidates(text: str, starts: list[int]) -> Iterator[tuple[int, int]]:
    for match in _STOP.finditer(text):
        if match.group("line"):
            parts = not _continues(text, match.end())
        else:
            parts = bool(match.group("wide")) or _ends_sentence(text, starts[-1], match)
        if parts:
            yield match.start() + 1, _past_closing_quote(text, starts[-1], match)


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    if "\n" in match.group("space"):
        return True
    following = _NEXT.match(text, match.end())
    word = following.group("word") if following else ""
    if _lower(word) or not (word or match.group("gap")):
        return False
    if match.group("mark") != "." or match.group("close"):
        return True
    before = _WORD.search(text, max(start, match.start() - _LONGEST_WORD), match.start())
    return not before or _ends_after(before.group(), word, start == before.start())


def _ends_after(before: str, following: str, alone: bool) -> bool:
    """Whether a full stop after one word and before another ends a sentence."""
    name = before.lower().rstrip(",;:")
    if name in _NEVER_LAST or (alone and _NUMBER.match(before)):
        return False
    if following[:1].isdigit() and name in _BEFORE_NUMBER:
        return False
    if name in _MAYBE_LAST or _ACRONYM.match(before) or (len(before) == 1 and before.isalpha() and before.isupper()):
        return following.lower() in _OPENERS
    return True


def _lower(word: str) -> bool:
    """Whether a word is in the middle of a sentence: small letters, no camelCase."""
    return word[:1].islower() and not any(character.isupper() for character in word)


def _continues(text: str, start: int) -> bool:
    following = _NEXT.match(text, start)
    return _lower(following.group("word")) if following else False


def _past_closing_quote(text: str, start: int, match: re.Match[str]) -> int:
    """With a space before each stop, a quote mark after a stop closes the quote that is open."""
    tokenised = match.group("gap") and text.startswith('" ', match.end())
    return match.end() + 2 if tokenised and text.count('"', start, match.end()) % 2 else match.end()


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _asides(text: str) -> list[tuple[int, int]]:
    """Short brackets and quotes, which are not cut."""
    return [match.span() for match in _ASIDE.finditer(text)] if "(" in text or '"' in text or "“" in text else []


def _within(asides: list[tuple[int, int]], end: int, start: int) -> bool:
    return any(opens < end and start < closes for opens, closes in asides)
