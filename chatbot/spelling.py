"""A question's misspelt words, replaced by words of the posts where it is clear which ones were meant.

A word is misspelt if no post has it, nor a word of its stem, and English doesn't have it either. A correction is clear
where few edits lead to it, where the posts have it beside the same neighbour or among the question's other words, and
where no other word would do. Two kinds of words are corrected only to what looks or sounds alike: those that English
has, but seldom, and those that are misspelt but for their stem. Function words are corrected without a word about it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from chatbot import english
from chatbot.english import FAR_MORE, LONG, SELDOM, SURE, Candidate, Word, alike, cased, counts, is_english, near

_SHORTEST, _LONGEST = 3, 40
"""Letters of words that are corrected: with fewer than ``SURE`` only beside the same neighbour."""
_SHORTEST_PART = 3
_MOST = 4
"""Misspelt words of a question that are corrected; one with more is in another language, or no question."""
_NEAREST = 6


class Words(Protocol):
    """What spelling needs of the word index."""

    def terms(self, text: str) -> list[str]:
        """The analysed words of a text."""

    def document_frequency(self, term: str) -> int:
        """In how many passages an analysed word occurs."""

    def together(self, terms: Iterable[str]) -> int:
        """In how many passages analysed words occur together."""

    def spellings(self) -> list[tuple[str, int]]:
        """The words as written, in lower case, and in how many passages each occurs."""

    def phrase_frequency(self, words: Sequence[str]) -> int:
        """In how many passages words as written, in lower case, follow each other."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A question in the posts' spelling, and what to tell its reader: nothing for function words."""

    question: str
    note: str = ""


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
        return frozenset(word.lower() for text in self._matter() for word in english.WORD.findall(text))

    @cached_property
    def _shelf(self) -> english.Shelf:
        return english.shelved(self._counted)

    def corrected(self, question: str) -> Corrected:
        """The question with its clear misspellings put right; names, numbers and words of English are left alone."""
        full, made = self._functional(question), list[_Change]()
        while len(made) < _MOST and (change := next(self._changes(full), None)):
            full = full[: change.start] + change.new + full[change.end :]
            made.append(change)
        return Corrected(full, _note(made))

    def _functional(self, question: str) -> str:
        """The question with its function words put right."""
        words = english.words_of(question)
        doubted = [word for word in words if self._doubtful(word) and not is_english(word.key)]
        if len(doubted) > 2 * _MOST:
            return question
        for word in reversed(doubted):
            usual = english.usual_near(word.key, self._tells)
            if usual and not any(each.support == 2 for each in self._candidates(word, words)):
                question = question[: word.start] + cased(usual, word.text) + question[word.end :]
        return question

    def _changes(self, question: str) -> Iterator[_Change]:
        words = english.words_of(question)
        if sum(self._misspelt(word) for word in words) > _MOST:
            return
        for index, word in enumerate(words):
            found = self._edited(word, words) if self._doubtful(word) else None
            if not found and self._misspelt(word):
                found = self._parted(word) or self._unhyphenated(question, words, index)
            elif not found:
                found = self._joined(word, words[index + 1]) if index + 1 < len(words) else None
            if found:
                yield found

    def _doubtful(self, word: Word) -> bool:
        """Whether a word may be misspelt: no post writes it so, and it is no more than a word of English or a stem."""
        if not word.free or not _SHORTEST <= len(word.text) <= _LONGEST:
            return False
        if word.key in self._counted or word.key in self._matter_words:
            return False
        if self._posted(word.text):
            return not (word.named or is_english(word.key))
        return not is_english(word.key) or (word.key in counts() and not word.named)

    def _misspelt(self, word: Word) -> bool:
        """Whether it is one, whatever it is near to."""
        plain = len(word.text) >= SURE and self._doubtful(word)
        return plain and not is_english(word.key) and not self._posted(word.text)

    def _posted(self, text: str) -> bool:
        return any(self._words.document_frequency(term) for term in self._words.terms(text))

    def _edited(self, word: Word, words: Sequence[Word]) -> _Change | None:
        """The word of the posts a few edits away, if it is clear which."""
        found = sorted(self._candidates(word, words), key=lambda each: (-each.rank, each.edits, -each.weight))
        if not found or not self._clear(word, found):
            return None
        best = found[0]
        return _Change(word.start, word.end, word.text, cased(best.word, word.text), best.phrase)

    def _clear(self, word: Word, found: Sequence[Candidate]) -> bool:
        best = found[0]
        if self._rivalled(word, found) or (word.named and not best.fits_name(word.key)):
            return False
        times = counts().get(best.word, 0) / counts()[word.key] if word.key in counts() else SELDOM
        if best.support == 2:
            return (best.alike or len(word.key) >= SURE) and times >= FAR_MORE
        if best.edits > 1 or len(word.key) < SURE or times < SELDOM:
            return False
        if english.is_sole(best.word, word.key):
            return True
        return best.suffices(word.key) and not english.is_outweighed(best.word, word.key, best.edits, self._posted)

    def _rivalled(self, word: Word, found: Sequence[Candidate]) -> bool:
        """Whether another word of the posts may as well be meant."""
        best, stem = found[0], self._words.terms(found[0].word)
        more = FAR_MORE if len(word.text) >= SURE + 2 else 3 * FAR_MORE
        return any(
            each.edits <= best.edits
            and each.rank == best.rank
            and each.weight * more > best.weight
            and self._words.terms(each.word) != stem
            for each in found[1:]
        )

    def _candidates(self, word: Word, words: Sequence[Word]) -> list[Candidate]:
        nearest = [(other, edits) for other, edits in self._nearest(word.key) if self._may_be(word.key, other)]
        company = self._company(word, words) if nearest else set()
        return [self._candidate(word, other, edits, company) for other, edits in nearest]

    def _may_be(self, key: str, other: str) -> bool:
        """Whether a word may stand for another at all: for one that English or a stem explains only what is alike."""
        if self._posted(key):
            return alike(key, other) and self._words.terms(key) == self._words.terms(other)
        return self._tells(other) and (key not in counts() or alike(key, other))

    def _nearest(self, key: str) -> list[tuple[str, int]]:
        """The words nearest to one that posts have, or that English has and posts in another form, and the edits."""
        found = dict(near(key, self._shelf, 2 if len(key) >= LONG and key not in counts() else 1))
        if key not in counts():
            found |= {other: edits for other, edits in near(key, english.usual_shelf(), 1) if self._posted(other)}
        return sorted(found.items(), key=lambda each: (each[1], -self._passages(each[0]), each[0]))[:_NEAREST]

    def _passages(self, word: str) -> int:
        """In how many passages a word is, or if it is in none, another form of it."""
        return self._counted.get(word) or min(map(self._words.document_frequency, self._words.terms(word)), default=0)

    def _company(self, word: Word, words: Sequence[Word]) -> set[str]:
        """The analysed content words of a question beside one, as far as posts have them."""
        others = [other.text for other in words if other is not word and self._tells(other.text)]
        terms = {term for other in others for term in self._words.terms(other)}
        return {term for term in terms if self._words.document_frequency(term)}

    def _candidate(self, word: Word, other: str, edits: int, company: set[str]) -> Candidate:
        passages = self._passages(other)
        like = alike(word.key, other)
        weight = passages * FAR_MORE if like else passages
        phrase = self._phrase(word, other)
        stem = self._words.terms(other)
        beside = 0 if phrase else sum(bool(self._words.together([*stem, term])) for term in company)
        support = 2 if phrase else int(2 * beside >= len(company) if company else like and len(other) >= english.ALIKE)
        return Candidate(
            other, 1 if like else edits, like, passages, weight, support, phrase or cased(other, word.text)
        )

    def _phrase(self, word: Word, other: str) -> str:
        """A word of the posts with the neighbour of the misspelt one beside which they have it too, if they do."""
        new = cased(other, word.text)
        pairs = [(before, new) for before in self._readings(word.before)]
        pairs += [(new, after) for after in self._readings(word.after)]
        found = (pair for pair in pairs if self._words.phrase_frequency([each.lower() for each in pair]))
        return " ".join(next(found, ()))

    def _readings(self, neighbour: str) -> list[str]:
        """What a neighbour may be that tells something: itself, or if no post has it, the words nearest to it."""
        if not self._tells(neighbour):
            return []
        if self._posted(neighbour) or not english.PLAIN.fullmatch(neighbour) or not SURE <= len(neighbour) <= _LONGEST:
            return [neighbour]
        return [cased(word, neighbour) for word, _ in self._nearest(neighbour.lower()) if self._tells(word)]

    def _tells(self, neighbour: str) -> bool:
        """Whether a word is one of content: beside a function word anything may stand."""
        return neighbour.isalpha() and self._content(f"a {neighbour}") == neighbour

    def _parted(self, word: Word) -> _Change | None:
        """Two words that posts have one after the other: "leadgeneration"."""
        key = word.key
        cuts = range(_SHORTEST_PART, len(key) - _SHORTEST_PART + 1)
        parts = [(self._words.phrase_frequency([key[:cut], key[cut:]]), cut) for cut in cuts]
        best, cut = max(parts, default=(0, 0))
        if not best or word.named:
            return None
        new = f"{word.text[:cut]} {word.text[cut:]}"
        return _Change(word.start, word.end, word.text, new, new.lower())

    def _unhyphenated(self, question: str, words: Sequence[Word], index: int) -> _Change | None:
        """A word that posts write without the question's hyphen: "e-mial"."""
        for first, last in pairwise(words[max(0, index - 1) : index + 2]):
            whole = replace(first, text=first.text + last.text.lower(), end=last.end, after=last.after)
            if question[first.end : last.start] == "-" and first.free and last.free and self._misspelt(whole):
                others = [word for word in words if word is not first and word is not last]
                found = self._edited(whole, others)
                return found and replace(found, old=question[first.start : last.end])
        return None

    def _joined(self, word: Word, other: Word) -> _Change | None:
        """Two words that posts write as one, where at least one of them is none: "land ing"."""
        plain = word.free and other.free and word.after and not (word.named or other.named)
        if not plain or not (self._strange(word) or self._strange(other)):
            return None
        joined = (word.text + other.text).lower()
        if len(joined) < 2 * _SHORTEST_PART or joined not in self._counted:
            return None
        return _Change(word.start, other.end, f"{word.text} {other.text}", word.text + other.text.lower(), joined)

    def _strange(self, word: Word) -> bool:
        return not self._posted(word.text) and word.key not in counts()


def _note(made: Sequence[_Change]) -> str:
    if not made:
        return ""
    shown = [change.shown for change in made]
    kept = dict.fromkeys(each for each in shown if not any(each != other and each in other.split() for other in shown))
    return f"Searched for {_listed(kept, 'and')}; no post has {_listed((change.old for change in made), 'or')}."


def _listed(words: Iterable[str], joint: str) -> str:
    *first, last = (f"“{word}”" for word in words)
    return f"{', '.join(first)} {joint} {last}" if first else last
