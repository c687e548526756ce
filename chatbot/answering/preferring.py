"""Whether the article a reader is on answers about as well as all articles together do."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.answering import definitions
from chatbot.answering.citations import Draft
from chatbot.answering.questions import Question
from chatbot.answering.relevance import Meter, context

NEAR_ODDS = 0.4
"""Share of the other answer's odds of being right that the article's own needs."""
SURE = 0.9
"""Confidence above which differences mean nothing."""
SAME = 0.7
"""Closeness in meaning (cosine) from which two answers say the same."""
NEAR_STRENGTH = 0.2
"""How much less clearly it may say what a thing is."""
FEW = 3
"""Items that are no list yet."""
NEAR_LENGTH = 0.5
"""Share of the other answer's list items it needs, where a list or steps are asked for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer to be: its drafts and the confidence (0..1) that they answer."""

    drafts: Sequence[Draft]
    sure: float

    @property
    def text(self) -> str:
        """All it says."""
        return "\n".join(draft.text for draft in self.drafts)

    @property
    def items(self) -> int:
        """How many items of a list it has."""
        return sum(draft.kind == "item" for draft in self.drafts)

    def defines(self, topic: str, meter: Meter) -> float:
        """How clearly it says what the topic is, 0..1."""
        places = [place for draft in self.drafts for place in draft.places]
        return max(
            (definitions.strength(topic, place.span.text, meter, context(place.passage)) for place in places),
            default=0.0,
        )


def as_good(own: Candidate, other: Candidate, asked: Question, meter: Meter) -> bool:
    """Whether the first answers about as surely as the second, in the same manner, and says the same or fits better."""
    if _odds(own.sure) < NEAR_ODDS * _odds(other.sure):
        return False
    if asked.kind in ("list", "procedure") and other.items > FEW and own.items < NEAR_LENGTH * other.items:
        return False
    if (
        asked.kind == "definition"
        and own.defines(asked.topic, meter) < other.defines(asked.topic, meter) - NEAR_STRENGTH
    ):
        return False
    fits = meter.similarity(asked.text, own.text) >= meter.similarity(asked.text, other.text)
    return fits or meter.similarity(own.text, other.text) >= SAME


def _odds(probability: float) -> float:
    return min(SURE, probability) / (1 - min(SURE, probability))
