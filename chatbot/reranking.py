"""Hits to better ordered hits: by the sentence of each that fits best, and by reading the first few."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from chatbot.protocols import Reader
from chatbot.records import Hit, Passage

FITTED = 10
"""Hits whose best sentence is looked at."""
FIT_SHARE = 0.4
"""What the best sentence counts for; the retriever's score counts for the rest."""
MOST_READ = 2
"""Passages read for one question, at about 10 ms each."""
CATCHING_UP = 0.1
"""Furthest behind the first that a passage may be to be read."""
SURE = 1.5
"""Log-odds of an answer at which no further passage is read."""
MOST_ODDS = 5.0
"""Log-odds beyond which a reading isn't told apart."""
READ_SHARE = 0.27
"""What reading counts for in the new score."""
UNREAD = -1.0
"""Log-odds that count for a passage that isn't read."""


class Fitting(Protocol):
    """Measures passages against one question."""

    def best(self, passage: Passage) -> float:
        """How well the most promising sentence of a passage fits, 0..1."""
        ...


class SentenceReranker:
    """Mixes the retriever's score, the best sentence's fit and the reader's probability of an answer.

    A passage is about many things, its best sentence about one: where words and vectors of whole passages tie, it
    decides. The first hits are read one after the other until one surely answers, a cascade as in Wang, Lin and
    Metzler, "A Cascade Ranking Model for Efficient Ranked Retrieval" (2011).

    Args:
        fitting: Gives what measures passages against a question.
        reader: Reads the first hits.
    """

    def __init__(self, fitting: Callable[[str], Fitting], reader: Reader) -> None:
        self._fitting = fitting
        self._reader = reader

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The same passages, best first, with new scores in 0..1."""
        fitted = self._fitted(question, hits)
        read = dict(self._read(question, fitted))
        mixed = [_mixed(hit, _share(read.get(hit.passage.id, UNREAD)), READ_SHARE) for hit in fitted]
        return sorted(mixed, key=lambda hit: -hit.score)

    def _fitted(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        gauge = self._fitting(question)
        first = [_mixed(hit, gauge.best(hit.passage), FIT_SHARE) for hit in hits[:FITTED]]
        rest = [_mixed(hit, 0.0, FIT_SHARE) for hit in hits[FITTED:]]
        return sorted(first + rest, key=lambda hit: -hit.score)

    def _read(self, question: str, hits: Sequence[Hit]) -> Iterator[tuple[str, float]]:
        """Ids and log-odds of the first hits, as far as reading them can change which is first."""
        for hit in hits[:MOST_READ]:
            if hit.score < hits[0].score - CATCHING_UP:
                return
            odds = self._reader.read(question, hit.passage).answers
            yield hit.passage.id, odds
            if odds >= SURE:
                return


def _share(odds: float) -> float:
    """Log-odds as a part of 0..1."""
    return (max(-MOST_ODDS, min(MOST_ODDS, odds)) + MOST_ODDS) / (2 * MOST_ODDS)


def _mixed(hit: Hit, value: float, share: float) -> Hit:
    return replace(hit, score=(1 - share) * hit.score + share * value)
