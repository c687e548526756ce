"""How sure an extractive answer is: a logistic model of a few measures that mean the same on every corpus."""

import math
from collections.abc import Mapping, Sequence

from chatbot.answering.citations import Draft
from chatbot.answering.listings import Place
from chatbot.answering.questions import Question, satisfies
from chatbot.answering.relevance import Gauge, context

WEIGHTS = {"meaning": 5.61, "coverage": 1.56, "context": 3.68, "names": 0.49}
BIAS = -5.95
"""Fitted by tests/benchmarks/confidence.py on public questions over small corpora, a third of them unanswerable."""
WITHOUT_KIND = 0.3
"""What is left of the confidence where nothing quoted is of the kind asked for, such as an amount of money."""

WITHOUT_NAMES = 0.5
"""What is left of it where none of the question's names and numbers is anywhere near what is quoted."""


def of(measured: Mapping[str, float]) -> float:
    """Probability, 0..1, that drafts with these measures answer the question."""
    if not measured:
        return 0.0
    probability = 1 / (1 + math.exp(-BIAS - sum(weight * measured[name] for name, weight in WEIGHTS.items())))
    return probability * (1 if measured["typed"] else WITHOUT_KIND) * (1 if measured["names"] else WITHOUT_NAMES)


def features(asked: Question, gauge: Gauge, drafts: Sequence[Draft]) -> dict[str, float]:
    """The measures the model reads, each 0..1; none without drafts."""
    places = [place for item in drafts for place in item.places]
    if not places:
        return {}
    quoted = " ".join(f"{' '.join(place.passage.headings[-1:])} {place.span.text}" for place in places)
    around = " ".join({context(place.passage) for place in places})
    return {
        "meaning": max(gauge.similarity(f"{name}\n{place.span.text}") for place in places for name in _names(place)),
        "coverage": gauge.coverage(quoted),
        "context": gauge.coverage(f"{quoted} {around}"),
        "names": gauge.share(asked.names, f"{quoted} {around}"),
        "typed": float(satisfies(asked.kind, " ".join(place.span.text for place in places))),
    }


def _names(place: Place) -> tuple[str, ...]:
    """What the place goes under: the article's title and the innermost heading."""
    return place.passage.title, *place.passage.headings[-1:]
