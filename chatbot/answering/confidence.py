"""How sure an extractive answer is: a logistic model of a few measures that mean the same on every corpus."""

import math
from collections.abc import Sequence

from chatbot.answering.citations import Draft
from chatbot.answering.listings import Place
from chatbot.answering.questions import Question, satisfies
from chatbot.answering.relevance import Gauge, context

WEIGHTS = {"meaning": 6.93, "coverage": 2.51, "context": 1.76, "typed": 1.56}
BIAS = -7.29
"""Fitted by tests/benchmarks/confidence.py on public questions about small corpora (a third of them unanswerable)."""


def of(asked: Question, gauge: Gauge, drafts: Sequence[Draft]) -> float:
    """Probability, 0..1, that the drafts answer the question."""
    if not drafts:
        return 0.0
    measured = features(asked, gauge, drafts)
    return 1 / (1 + math.exp(-(BIAS + sum(WEIGHTS[name] * value for name, value in measured.items()))))


def features(asked: Question, gauge: Gauge, drafts: Sequence[Draft]) -> dict[str, float]:
    """The measures the model reads, each about 0..1."""
    places = [place for item in drafts for place in item.places]
    quoted = " ".join(f"{' '.join(place.passage.headings[-1:])} {place.span.text}" for place in places)
    around = " ".join({context(place.passage) for place in places})
    return {
        "meaning": max(gauge.similarity(f"{name}\n{place.span.text}") for place in places for name in _names(place)),
        "coverage": gauge.coverage(quoted),
        "context": gauge.coverage(quoted + " " + around),
        "typed": float(any(satisfies(asked.kind, place.span.text) for place in places)),
    }


def _names(place: Place) -> tuple[str, ...]:
    """What the place goes under: the article's title and the innermost heading."""
    return place.passage.title, *place.passage.headings[-1:]
