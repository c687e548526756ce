"""What the outcomes of a set say together: a table's rows and plain JSON data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from chatbot.evaluation.measures import (
    Estimate,
    answer_scores,
    citation_scores,
    estimated,
    estimated_auc,
    means,
    ranking_scores,
)
from chatbot.evaluation.running import Outcome
from chatbot.records import to_dict

COLUMNS = ("Measure", "Value", "95 % interval", "Questions")
_FORM = 1
"""Version of the JSON's form."""

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    """Groups of named estimates, in the order to show them, and each question's outcome and scores."""

    groups: Mapping[str, Mapping[str, Estimate]]
    outcomes: Sequence[Outcome]
    scores: Sequence[Scores]


def summarized(outcomes: Sequence[Outcome]) -> Report:
    """Measure every outcome and all of them together.

    Answers and citations are measured twice: over all answerable questions, a refusal counting 0, and over those that
    were answered. Abstention is by kind, which are never mixed. Groups without a question are left out.
    """
    scores = [_scores(outcome) for outcome in outcomes]
    passages = _retrieval(outcomes, "passages", "gold_passages")
    articles = _retrieval(outcomes, "articles", "gold_articles")
    answered = [each for outcome, each in zip(outcomes, scores, strict=True) if outcome.found]
    groups = {
        "retrieval, passages": means(list(passages.values())),
        "retrieval, articles": means(list(articles.values())),
        "answers, refusals count 0": _means(scores, ("rouge_l", "token_f1", "token_recall", "contained")),
        "answers given": _means(answered, ("rouge_l", "token_f1", "token_recall", "contained", "characters")),
        "citations, refusals count 0": _means(scores, ("citation_precision", "citation_recall", "citation_f1")),
        "citations of answers given": _means(answered, ("citation_precision", "citation_recall", "citation_f1")),
        "refused": _refused(outcomes),
        "AUC of confidence against answerable": _separation(outcomes),
        "seconds": _latency(outcomes),
    }
    each = [
        score | _prefixed("passage", passages.get(place)) | _prefixed("article", articles.get(place))
        for place, score in enumerate(scores)
    ]
    return Report({name: group for name, group in groups.items() if group}, outcomes, each)


def table(report: Report) -> list[tuple[str, str, str, str]]:
    """The rows of a table whose columns are ``COLUMNS``, a group's name before each of its measures."""
    return [
        (f"{group}: {name}", _number(found.value), f"{_number(found.low)} … {_number(found.high)}", f"{found.count:,}")
        for group, estimates in report.groups.items()
        for name, found in estimates.items()
    ]


def as_json(report: Report) -> dict[str, Any]:
    """All of a report as plain data: ``measures`` by group, and ``questions`` with what each brought."""
    rows = [
        to_dict(outcome) | {"scores": dict(scores)}
        for outcome, scores in zip(report.outcomes, report.scores, strict=True)
    ]
    return {"form": _FORM, "measures": to_dict(report.groups), "questions": rows}


def _scores(outcome: Outcome) -> dict[str, float]:
    question = outcome.question
    scores: dict[str, float] = {}
    if question.answerable and question.answers:
        scores |= answer_scores(outcome.answer, question.answers)
    if question.answerable and question.evidence:
        scores |= citation_scores(outcome.quotes, question.evidence)
    return scores | {"characters": float(len(outcome.answer))} if question.answerable else scores


def _retrieval(outcomes: Sequence[Outcome], found: str, gold: str) -> dict[int, dict[str, float]]:
    """Scores of a ranking by the question's place, where it is known what should have been found."""
    places = [place for place, outcome in enumerate(outcomes) if outcome.question.answerable and getattr(outcome, gold)]
    rankings = [getattr(outcomes[place], found) for place in places]
    relevant = [getattr(outcomes[place], gold) for place in places]
    return dict(zip(places, ranking_scores(rankings, relevant), strict=True)) if places else {}


def _means(scores: Sequence[Scores], names: Sequence[str]) -> dict[str, Estimate]:
    having = [(name, [each[name] for each in scores if name in each]) for name in names]
    return {name: estimated(values) for name, values in having if values}


def _refused(outcomes: Sequence[Outcome]) -> dict[str, Estimate]:
    return {
        kind: estimated([float(not each.found) for each in outcomes if each.question.kind == kind])
        for kind in _kinds(outcomes)
    }


def _separation(outcomes: Sequence[Outcome]) -> dict[str, Estimate]:
    answerable = [each.confidence for each in outcomes if each.question.answerable]
    by_kind = {
        kind: [each.confidence for each in outcomes if each.question.kind == kind and not each.question.answerable]
        for kind in _kinds(outcomes)
    }
    return {kind: estimated_auc(answerable, other) for kind, other in by_kind.items() if answerable and other}


def _latency(outcomes: Sequence[Outcome]) -> dict[str, Estimate]:
    seconds = [outcome.seconds for outcome in outcomes]
    statistics: dict[str, Callable[[Any], float]] = {
        name: partial(np.percentile, q=share) for name, share in (("p50", 50), ("p95", 95))
    }
    return {name: estimated(seconds, statistic) for name, statistic in statistics.items()} if seconds else {}


def _kinds(outcomes: Sequence[Outcome]) -> list[str]:
    return list(dict.fromkeys(outcome.question.kind for outcome in outcomes))


def _prefixed(prefix: str, scores: Scores | None) -> dict[str, float]:
    return {f"{prefix} {name}": value for name, value in (scores or {}).items()}


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.3f}"
