"""How well a piece of text fits a question: words in common, weighed by rarity, and closeness of meaning."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.answering.questions import Question
from chatbot.protocols import Embedder
from chatbot.records import Hit, Passage, Reading, Span, is_quotable, under, wording

COMMON = 1.0
FEWEST_SHARED = 2
_COUNTING = re.compile(r"\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|twice|half|onli|except|unless)$")
_NEGATION = re.compile(r"\b(?:no|not|never|none|nor|neither|without|cannot|\w+n[’']t)\b", re.I)
_CACHED = 8192
READ_SHARE = 0.5
"""What a reader's probability counts for in a unit's fit."""
LISTED = ("item", "row")
"""Spans whose fit is without the reader: it has seen no lists and tables."""
UNREAD = 0.05
"""What counts for a span that no reader has read."""


Vector = NDArray[np.float32]


class Vocabulary(Protocol):
    """What a composer needs of the word index."""

    def terms(self, text: str) -> list[str]:
        """The analysed words of a text."""
        ...

    def idf(self, terms: Iterable[str]) -> dict[str, float]:
        """Inverse document frequency of analysed words; positive, largest for an unknown word."""
        ...


@dataclass(frozen=True, slots=True)
class Unit:
    """A span that may be quoted, with its passage and its fit to the question (0..1)."""

    passage: Passage
    span: Span
    fit: float


class Meter:
    """Measures texts against questions; keeps the vectors of texts seen before.

    Args:
        embedder: Makes vectors.
        vocabulary: Knows words and their rarity.
        content: Leaves a text's content words.
        known: Gives the vector of a text that was embedded beforehand, None for one that wasn't.
        nearness: Gives the closeness in meaning (cosine) of a vector to passages, by their ids.
    """

    def __init__(
        self,
        embedder: Embedder,
        vocabulary: Vocabulary,
        content: Callable[[str], str],
        known: Callable[[str], Vector | None],
        nearness: Callable[[Sequence[float], Sequence[str]], Mapping[str, float]],
    ) -> None:
        self._vocabulary = vocabulary
        self._content = content
        self._embedder = embedder
        self._known = known
        self._nearness = nearness
        self._vector = lru_cache(maxsize=_CACHED)(self._embedded)
        self.terms = lru_cache(maxsize=_CACHED)(self._terms)
        self.content = lru_cache(maxsize=_CACHED)(self._content_terms)

    def question(self, text: str, words: str = "") -> "Gauge":
        """A gauge for one question; ``words`` are those that count as its content, where not all do."""
        return Gauge(self, text, words or text)

    def weight(self, terms: Iterable[str]) -> float:
        """Summed rarity of some words; even a word that is everywhere counts a little."""
        return sum(COMMON + rarity for rarity in self._vocabulary.idf(terms).values())

    def similarity(self, first: str, second: str) -> float:
        """Cosine of two texts, 0..1."""
        return max(0.0, float(self._vector(first) @ self._vector(second)))

    def nearest(self, text: str, passages: Sequence[str]) -> float:
        """Cosine of a text and the nearest of some passages as wholes, given by their ids, 0..1."""
        return max([0.0, *self._nearness(self._vector(text).tolist(), passages).values()])

    def alike(self, first: str, second: str) -> bool:
        """Whether the second text says what the first says in the same words; it may add a few, but none that count."""
        one, two = self.content(first), self.content(second)
        added = two - one
        return (
            len(one) >= FEWEST_SHARED
            and one <= two
            and len(added) <= len(one) / 4
            and not any(_COUNTING.match(term) for term in added)
            and bool(_NEGATION.search(first)) == bool(_NEGATION.search(second))
        )

    def _embedded(self, text: str) -> Vector:
        known = self._known(text)
        return known if known is not None else np.asarray(self._embedder.embed_documents([text])[0], dtype=np.float32)

    def _content_terms(self, text: str) -> frozenset[str]:
        """The analysed content words of a text."""
        return self.terms(self._content(text))

    def _terms(self, text: str) -> frozenset[str]:
        return frozenset(self._vocabulary.terms(text))


class Gauge:
    """Measures texts against one question."""

    def __init__(self, meter: Meter, question: str, words: str) -> None:
        self._meter = meter
        self.text = question
        self.content = meter.content(words)
        self._total = meter.weight(self.content) or 1.0

    def coverage(self, text: str, context: str = "") -> float:
        """Share of the question's content words, by rarity, that a text has; those only its context has count half."""
        own = self.content & self._meter.terms(text)
        near = (self.content - own) & self._meter.terms(context) if context else frozenset[str]()
        return (self._meter.weight(own) + self._meter.weight(near) / 2) / self._total

    def singles_out(self, text: str, others: str) -> bool:
        """Whether a text has a word of the question that what is said of it and others doesn't have."""
        return bool(self.content & self._meter.terms(text) - self._meter.terms(others))

    def share(self, words: str, text: str) -> float:
        """Share of some content words, by rarity, that a text has; all if there are no such words."""
        wanted = self._meter.content(words) if words else frozenset[str]()
        return self._meter.weight(wanted & self._meter.terms(text)) / self._meter.weight(wanted) if wanted else 1.0

    def similarity(self, text: str) -> float:
        """Closeness in meaning of a text and the question, 0..1."""
        return self._meter.similarity(self.text, text)

    def nearest(self, passages: Sequence[str]) -> float:
        """Closeness in meaning of the question and the nearest of some passages, given by their ids, 0..1."""
        return self._meter.nearest(self.text, passages)

    def adds(self, span: Span, asked: Question) -> bool:
        """Whether a span says more than the question does: a sentence one more word, an item two; no list left open.

        To "is it so", a sentence that says just the same is an answer; to "how many", an item with a number is.
        """
        new = len(self._meter.content(span.text) - self.content)
        least = (1 if asked.kind == "quantity" else 2) if span.kind == "item" else int(asked.kind != "polar")
        return new >= least and not span.text.rstrip().endswith(":")

    def fit(self, text: str, title: str = "", context: str = "") -> float:
        """Closeness in meaning of the text under its title, and coverage, 0..1; 2 : 1 chose the right sentence most."""
        meaning = self._meter.similarity(self.text, under(title, text))
        return (2 * meaning + self.coverage(text, f"{title} {context}")) / 3

    def best(self, passage: Passage) -> float:
        """The fit of a passage's most promising span, the one with most of the question's words."""
        spans = [
            (self.coverage(text, _around(passage, index)), text)
            for index, span in enumerate(passage.sentences)
            if is_quotable(span) and (text := wording(passage, span))
        ]
        return self.fit(max(spans)[1], passage.title) if spans else 0.0

    def units(self, hits: Sequence[Hit], limit: int, readings: Mapping[str, Reading]) -> list[Unit]:
        """The spans most likely to answer, best first; only the ``limit`` best by words are measured by meaning.

        ``readings`` are what a reader makes of passages, by id; a span of a passage without one counts as unlikely.
        """
        spans = [
            _Candidate(hit, span, wording(hit.passage, span), _around(hit.passage, place), _read(hit, place, readings))
            for hit in hits
            for place, span in enumerate(hit.passage.sentences)
            if is_quotable(span)
        ]
        ranked = sorted(spans, key=lambda each: -(self.coverage(each.text, each.around) + each.hit.score + each.read))
        units = [Unit(each.hit.passage, each.span, self._united(each)) for each in ranked[:limit]]
        return sorted(units, key=lambda unit: -unit.fit)

    def _united(self, each: "_Candidate") -> float:
        fit = 0.8 * self.fit(each.text, each.hit.passage.title, each.around) + 0.2 * each.hit.score
        return fit if each.span.kind in LISTED else (1 - READ_SHARE) * fit + READ_SHARE * each.read


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A span that may become a unit; ``read`` is the reader's probability that it is part of the answer."""

    hit: Hit
    span: Span
    text: str
    around: str
    read: float


def _read(hit: Hit, place: int, readings: Mapping[str, Reading]) -> float:
    reading = readings.get(hit.passage.id)
    return probability(reading.sentences[place]) if reading else UNREAD


def probability(odds: float) -> float:
    """What log-odds say, 0..1."""
    return 1 / (1 + math.exp(-odds))


def _around(passage: Passage, index: int) -> str:
    """The context of a span: title, headings and the span before it."""
    earlier = passage.sentences[index - 1].text if index else ""
    return f"{context(passage)} {earlier}"


def context(passage: Passage) -> str:
    """What a reader knows before reading the passage: its title and headings."""
    return " ".join((passage.title, *passage.headings))
