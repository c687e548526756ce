"""How sure an extractive answer is: a logistic model of a few measures that mean the same on every corpus."""

import math
from collections.abc import Mapping, Sequence

from chatbot.answering.citations import Draft
from chatbot.answering.listings import Place
from chatbot.answering.questions import Question, satisfies
from chatbot.answering.relevance import Gauge, context
from chatbot.records import under, wording

WEIGHTS = {"meaning": 5.19, "coverage": 3.48, "context": 2.18, "names": 0.47}
BIAS = -5.76
"""Fitted as tests/benchmarks/confidence.py does, on public questions over small corpora, a third of them unanswerable;
to be fitted again when the composer chooses otherwise."""
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
    quoted = [_quoted(group) for group in _together(asked, places)]
    around = [f"{text} {' '.join({context(place.passage) for place in places})}" for text in quoted]
    return {
        "meaning": max(gauge.similarity(under(name, _words(place))) for place in places for name in _names(place)),
        "coverage": max(map(gauge.coverage, quoted)),
        "context": max(map(gauge.coverage, around)),
        "names": max(gauge.share(asked.names, text) for text in around),
        "typed": float(satisfies(asked.kind, " ".join(map(_words, places)))),
    }


def _together(asked: Question, places: Sequence[Place]) -> list[list[Place]]:
    """Places by passage: words scattered over passages answer nothing, but for the sides of a comparison."""
    if asked.kind == "comparison":
        return [list(places)]
    groups: dict[tuple[str, tuple[str, ...], int], list[Place]] = {}
    for place in places:
        part = place.passage.start if place.span.kind == "sentence" else -1
        groups.setdefault((place.passage.path, place.passage.headings, part), []).append(place)
    return list(groups.values())


def _quoted(places: Sequence[Place]) -> str:
    return " ".join(f"{' '.join(place.passage.headings[-1:])} {_words(place)}" for place in places)


def _words(place: Place) -> str:
    return wording(place.passage, place.span)


def _names(place: Place) -> tuple[str, ...]:
    """What the place goes under: the article's title and the innermost heading."""
    return place.passage.title, *place.passage.headings[-1:]
