"""Hits to better ordered hits: by the sentence of each that fits best."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from chatbot.records import Hit, Passage

FITTED = 10
"""Hits whose best sentence is looked at."""
SHARE = 0.4
"""What the best sentence counts for in the new score; the retriever's score counts for the rest."""


class Fitting(Protocol):
    """Measures passages against one question."""

    def best(self, passage: Passage) -> float:
        """How well the most promising sentence of a passage fits, 0..1."""
        ...


class SentenceReranker:
    """Mixes the retriever's score with the fit of a passage's best sentence.

    A passage is about many things, its best sentence about one: where the words and vectors of whole passages tie, it
    decides.

    Args:
        fitting: Gives what measures passages against a question.
    """

    def __init__(self, fitting: Callable[[str], Fitting]) -> None:
        self._fitting = fitting

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The same passages, best first, with new scores in 0..1."""
        gauge = self._fitting(question)
        first = [_mixed(hit, gauge.best(hit.passage)) for hit in hits[:FITTED]]
        rest = [_mixed(hit, 0.0) for hit in hits[FITTED:]]
        return sorted(first + rest, key=lambda hit: -hit.score)


def _mixed(hit: Hit, fit: float) -> Hit:
    return replace(hit, score=(1 - SHARE) * hit.score + SHARE * fit)
