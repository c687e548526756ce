"""A question's misspelt words, replaced by words of the posts where it is clear which ones were meant.

A word is misspelt if no post has it, nor a word of its stem, and English doesn't have it either. A correction is clear
where few edits lead to it, where the posts have it beside the same neighbour or among the question's other words, and
where no other word would do.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from chatbot.english import Shelf, counts, is_english, near, shelf, shelved

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TECHNICAL = re.compile(r"\S*(?:[@/\\_#]|\w\.\w|\d)\S*")
"""Addresses, names of files, numbers."""
_POSSESSIVE = re.compile(r"['’]s$", re.I)
_PLAIN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_SHORTEST, _LONGEST = 4, 40
_TWO_EDITS = 8
"""Letters from which two edits may be an error of typing."""
_LONG = 8
"""Letters from which a word one edit away is hardly another word."""
_SHORTEST_PART = 3
_MOST = 4
"""Misspelt words of a question that are corrected; one with more is in another language, or no question."""
_FAR_MORE = 8
"""How many times more frequent a word must be to win over one that is as near."""
_CANDIDATES = 6
_COMMON = 5
"""Passages that a word is in which is corrected to on its own, without support."""


class Words(Protocol):
    """What spelling needs of the word index."""

    def terms(self, text: str) -> list[str]:
        """The analysed words of a text."""
        ...

    def document_frequency(self, term: str) -> int:
        """In how many passages an analysed word occurs."""
        ...

    def together(self, terms: Iterable[str]) -> int:
        """In how many passages analysed words occur together."""
        ...

    def spellings(self) -> list[tuple[str, int]]:
        """The words as written, in lower case, and in how many passages each occurs."""
        ...

    def phrase_frequency(self, words: Sequence[str]) -> int:
        """In how many passages words as written, in lower case, follow each other."""
        ...


@dataclass(frozen=True, slots=True)
class Corrected:
    """A question in the posts' spelling, and what to tell its reader: nothing where nothing was corrected."""

    question: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a question, where it is, and the words beside it, nothing where there is none."""

    text: str
    start: int
    end: int
    before: str
    after: str
    free: bool
    named: bool
    """Whether it is written as a name."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A word of the posts that may be meant.

    ``weight`` is how many passages have it, times ``_FAR_MORE`` if two letters are swapped, and 0 for a function word;
    ``support`` is 2 if posts have it beside the same neighbour, 1 if among half of the question's words, else 0.
    """

    word: str
    edits: int
    passages: int
    weight: int
    support: int
    phrase: str


@dataclass(frozen=True, slots=True)
class _Change:
    """Characters ``start`` to ``end`` of a question are to read ``new``; ``shown`` is that with what it rests on."""

    start: int
    end: int
    old: str
    new: str
    shown: str


class Speller:
    """Corrects questions by the words of one index; safe to call from many threads.

    Args:
        words: The word index.
        content: Leaves the content words of a text.
        matter: More texts of the posts, whose words are right too: their front matter.
    """

    def __init__(self, words: Words, content: Callable[[str], str], matter: Callable[[], Iterable[str]] = list) -> None:
        self._words = words
        self._content = content
        self._matter = matter

    @cached_property
    def _counted(self) -> Mapping[str, int]:
        """The words of the posts as written, and in how many passages each occurs."""
        return {word: passages for word, passages in self._words.spellings() if word.isalpha()}

    @cached_property
    def _matter_words(self) -> frozenset[str]:
        return frozenset(word.lower() for text in self._matter() for word in _WORD.findall(text))

    @cached_property
    def _shelf(self) -> Shelf:
        return shelved(self._counted)

    def corrected(self, question: str) -> Corrected:
        """The question with its clear misspellings put right; names, numbers and words of English are left alone."""
        full, made = question, list[_Change]()
        while len(made) < _MOST and (change := next(self._changes(full), None)):
            full = full[: change.start] + change.new + full[change.end :]
            made.append(change)
        return Corrected(full, _note(made))

    def _changes(self, question: str) -> Iterator[_Change]:
        words = _read(question)
        if sum(self._misspelt(word) for word in words) > _MOST:
            return
        for index, word in enumerate(words):
            if self._misspelt(word):
                found = self._edited(word, words) or self._parted(word) or self._unhyphenated(question, words, index)
            else:
                found = self._joined(word, words[index + 1]) if index + 1 < len(words) else None
            if found:
                yield found

    def _misspelt(self, word: _Word) -> bool:
        if not word.free or not _SHORTEST <= len(word.text) <= _LONGEST or self._posted(word.text):
            return False
        return not is_english(word.text.lower()) and word.text.lower() not in self._matter_words

    def _posted(self, text: str) -> bool:
        return any(self._words.document_frequency(term) for term in self._words.terms(text))

    def _edited(self, word: _Word, words: Sequence[_Word]) -> _Change | None:
        """The word of the posts a few edits away, if it is clear which."""
        found = sorted(self._candidates(word, words), key=lambda each: (-each.support, each.edits, -each.weight))
        if not found or not self._clear(word, found):
            return None
        best = found[0]
        return _Change(word.start, word.end, word.text, _cased(best.word, word.text), best.phrase)

    def _clear(self, word: _Word, found: Sequence[_Candidate]) -> bool:
        best = found[0]
        if self._rivalled(word, found) or (word.named and not _fits_name(word.text, best)):
            return False
        if best.support == 2:
            return True
        common = len(word.text) >= _SHORTEST + 2 and best.passages >= _COMMON
        enough = best.edits == 1 and (len(word.text) >= _LONG or best.support == 1 or common)
        return enough and not self._in_english(word.text.lower(), best)

    def _rivalled(self, word: _Word, found: Sequence[_Candidate]) -> bool:
        """Whether another word of the posts may as well be meant."""
        best, stem = found[0], self._words.terms(found[0].word)
        more = _FAR_MORE if len(word.text) >= _SHORTEST + 2 else 3 * _FAR_MORE
        return any(
            each.edits <= best.edits
            and each.support == best.support
            and each.weight * more > best.weight
            and self._words.terms(each.word) != stem
            for each in found[1:]
        )

    def _in_english(self, key: str, best: _Candidate) -> bool:
        """Whether a word that no post has may as well be meant."""
        least = counts().get(best.word, 0) // _FAR_MORE
        rivals = near(key, shelf(), best.edits)
        return any(counts()[other] > least and not self._posted(other) for other, _ in rivals)

    def _candidates(self, word: _Word, words: Sequence[_Word]) -> list[_Candidate]:
        company = self._company(word, words)
        return [self._candidate(word, other, edits, company) for other, edits in self._nearest(word.text.lower())]

    def _nearest(self, key: str) -> list[tuple[str, int]]:
        """The words of the posts nearest to one, and how many edits they are away."""
        found = near(key, self._shelf, 2 if len(key) >= _TWO_EDITS else 1)
        return sorted(found, key=lambda each: (each[1], -self._counted[each[0]], each[0]))[:_CANDIDATES]

    def _company(self, word: _Word, words: Sequence[_Word]) -> set[str]:
        """The analysed content words of a question beside one, as far as posts have them."""
        others = [other.text for other in words if other is not word and self._tells(other.text)]
        terms = {term for other in others for term in self._words.terms(other)}
        return {term for term in terms if self._words.document_frequency(term)}

    def _candidate(self, word: _Word, other: str, edits: int, company: set[str]) -> _Candidate:
        passages = self._counted[other]
        key = word.text.lower()
        swapped = other[0] == key[0] and sorted(other) == sorted(key)
        weight = (passages * _FAR_MORE if swapped else passages) if self._tells(other) else 0
        phrase = self._phrase(word, other)
        stem = self._words.terms(other)
        beside = 0 if phrase else sum(bool(self._words.together([*stem, term])) for term in company)
        support = 2 if phrase else int(0 < len(company) <= 2 * beside)
        return _Candidate(other, edits, passages, weight, support, phrase or _cased(other, word.text))

    def _phrase(self, word: _Word, other: str) -> str:
        """A word of the posts with the neighbour of the misspelt one beside which they have it too, if they do."""
        new = _cased(other, word.text)
        pairs = [(before, new) for before in self._readings(word.before)]
        pairs += [(new, after) for after in self._readings(word.after)]
        found = (pair for pair in pairs if self._words.phrase_frequency([each.lower() for each in pair]))
        return " ".join(next(found, ()))

    def _readings(self, neighbour: str) -> list[str]:
        """What a neighbour may be that tells something: itself, or if no post has it, the words nearest to it."""
        if not self._tells(neighbour):
            return []
        if self._posted(neighbour) or not _PLAIN.fullmatch(neighbour) or not _SHORTEST <= len(neighbour) <= _LONGEST:
            return [neighbour]
        return [_cased(word, neighbour) for word, _ in self._nearest(neighbour.lower()) if self._tells(word)]

    def _tells(self, neighbour: str) -> bool:
        """Whether a word is one of content: beside a function word anything may stand."""
        return neighbour.isalpha() and self._content(f"a {neighbour}") == neighbour

    def _parted(self, word: _Word) -> _Change | None:
        """Two words that posts have one after the other: "leadgeneration"."""
        key = word.text.lower()
        cuts = range(_SHORTEST_PART, len(key) - _SHORTEST_PART + 1)
        parts = [(self._words.phrase_frequency([key[:cut], key[cut:]]), cut) for cut in cuts]
        best, cut = max(parts, default=(0, 0))
        if not best or word.named:
            return None
        new = f"{word.text[:cut]} {word.text[cut:]}"
        return _Change(word.start, word.end, word.text, new, new.lower())

    def _unhyphenated(self, question: str, words: Sequence[_Word], index: int) -> _Change | None:
        """A word that posts write without the question's hyphen: "e-mial"."""
        for first, last in pairwise(words[max(0, index - 1) : index + 2]):
            whole = replace(first, text=first.text + last.text.lower(), end=last.end, after=last.after)
            if question[first.end : last.start] == "-" and first.free and last.free and self._misspelt(whole):
                others = [word for word in words if word is not first and word is not last]
                found = self._edited(whole, others)
                return found and replace(found, old=question[first.start : last.end])
        return None

    def _joined(self, word: _Word, other: _Word) -> _Change | None:
        """Two words that posts write as one, where at least one of them is none: "land ing"."""
        plain = word.free and other.free and word.after and not (word.named or other.named)
        if not plain or not (self._strange(word) or self._strange(other)):
            return None
        joined = (word.text + other.text).lower()
        if len(joined) < 2 * _SHORTEST_PART or joined not in self._counted:
            return None
        return _Change(word.start, other.end, f"{word.text} {other.text}", word.text + other.text.lower(), joined)

    def _strange(self, word: _Word) -> bool:
        return not self._posted(word.text) and word.text.lower() not in counts()


def _read(question: str) -> list[_Word]:
    """The words of a question, each with what is beside it."""
    technical = [match.span() for match in _TECHNICAL.finditer(question)]
    found = list(_WORD.finditer(question))
    texts = [_POSSESSIVE.sub("", match[0]) for match in found]
    shouted = question.isupper()
    words = []
    for index, (match, text) in enumerate(zip(found, texts, strict=True)):
        start, end = match.start(), match.start() + len(text)
        before = texts[index - 1] if index and _adjacent(question, found[index - 1].end(), start) else ""
        after = ""
        if index + 1 < len(found) and _adjacent(question, match.end(), found[index + 1].start()):
            after = texts[index + 1]
        free = bool(_PLAIN.fullmatch(text)) and not any(first <= start < last for first, last in technical)
        named = index > 0 and text[0].isupper() and not shouted
        words.append(_Word(text, start, end, before, after, free, named))
    return words


def _adjacent(question: str, end: int, start: int) -> bool:
    return question[end:start] in (" ", "-")


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word


def _fits_name(name: str, best: _Candidate) -> bool:
    """Whether a word may stand for one that is written as a name: hardly ever, for names are new."""
    key = name.lower()
    if best.edits > 1:
        return False
    inflected = key.startswith(best.word) or best.word.startswith(key)
    return best.support == 2 or (best.support == 1 and len(key) >= _LONG and best.passages > 2 and not inflected)


def _note(made: Sequence[_Change]) -> str:
    if not made:
        return ""
    shown = [change.shown for change in made]
    kept = dict.fromkeys(each for each in shown if not any(each != other and each in other.split() for other in shown))
    return f"Searched for {_listed(kept, 'and')}; no post has {_listed((change.old for change in made), 'or')}."


def _listed(words: Iterable[str], joint: str) -> str:
    *first, last = (f"“{word}”" for word in words)
    return f"{', '.join(first)} {joint} {last}" if first else last
