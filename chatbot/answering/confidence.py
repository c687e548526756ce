"""How sure an extractive answer is: a logistic model of a few measures that mean the same on every corpus."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.answering.citations import Draft
from chatbot.answering.listings import Place
from chatbot.answering.questions import Question, satisfies
from chatbot.answering.relevance import Gauge, context, probability
from chatbot.records import Reading, under, wording


@dataclass(frozen=True, slots=True)
class Model:
    """Logistic regression: a weight for each of some measures."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, measured: Mapping[str, float]) -> float:
        """0..1."""
        return probability(self.bias + sum(weight * measured[name] for name, weight in self.weights.items()))


READ = Model({"passage": 4.51, "read": 0.35}, -1.59)
UNREAD = Model({"meaning": 5.19, "coverage": 3.48, "context": 2.18, "names": 0.47}, -5.76)
"""For lists and tables, of which the reader has seen none; fitted on prose before there was a reader. The first is
what tests/benchmarks/confidence.py fits, to be fitted again when composer or reader choose otherwise."""
MOST_ODDS = 6.0
"""Log-odds beyond which a reading isn't told apart."""
WITHOUT_KIND = 0.3
"""What is left of the confidence where nothing quoted is of the kind asked for, such as an amount of money."""
WITHOUT_NAMES = 0.5
"""What is left of it where nothing was read and none of the question's names and numbers is near what is quoted."""


def of(measured: Mapping[str, float]) -> float:
    """Probability, 0..1, that drafts with these measures answer the question."""
    if not measured:
        return 0.0
    kept = 1 if measured["typed"] else WITHOUT_KIND
    if "read" in measured:
        return kept * READ.probability(measured)
    return kept * UNREAD.probability(measured) * (1 if measured["names"] else WITHOUT_NAMES)


def features(
    asked: Question, gauge: Gauge, drafts: Sequence[Draft], readings: Mapping[str, Reading]
) -> dict[str, float]:
    """The measures the model reads; none without drafts. ``readings`` are of what is quoted, by the passage's id."""
    places = [place for item in drafts for place in item.places]
    if not places:
        return {}
    typed = {"typed": float(satisfies(asked.kind, " ".join(map(_words, places))))}
    read = [readings[place.passage.id] for place in places if place.passage.id in readings]
    if read and all(place.span.kind == "sentence" for place in places):
        return typed | _read(gauge, places, read)
    return typed | _unread(gauge, asked, places)


def _read(gauge: Gauge, places: Sequence[Place], readings: Sequence[Reading]) -> dict[str, float]:
    """Closeness of a whole passage, and the log-odds that the likeliest sentence of those read answers."""
    return {
        "passage": gauge.nearest(sorted({place.passage.id for place in places})),
        "read": _bounded(max(max(reading.sentences) for reading in readings)),
    }


def _unread(gauge: Gauge, asked: Question, places: Sequence[Place]) -> dict[str, float]:
    """Closeness of the best place, and the shares of the question's words and names that one section has."""
    groups = _together(asked, places)
    around = [_around(group) for group in groups]
    return {
        "meaning": max(gauge.similarity(under(place.passage.title, _words(place))) for place in places),
        "coverage": max(gauge.coverage(_quoted(group)) for group in groups),
        "context": max(map(gauge.coverage, around)),
        "names": max(gauge.share(asked.names, text) for text in around),
    }


def _bounded(odds: float) -> float:
    """Log-odds within what differences still mean something."""
    return max(-MOST_ODDS, min(MOST_ODDS, odds))


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
    """What is quoted, with what stands right above it."""
    return " ".join(f"{(place.passage.title, *place.passage.headings)[-1]} {_words(place)}" for place in places)


def _around(places: Sequence[Place]) -> str:
    return " ".join((_quoted(places), *{context(place.passage): None for place in places}))


def _words(place: Place) -> str:
    return wording(place.passage, place.span)
