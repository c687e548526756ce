"""What the results of a set say together: a table's rows and plain JSON data."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from chatbot.evaluation.measures import (
    RANKING,
    Estimate,
    Statistic,
    calibration_error,
    caught,
    estimated,
    separation,
)
from chatbot.evaluation.questions import Question
from chatbot.evaluation.results import Result, scored
from chatbot.evaluation.running import Outcome
from chatbot.records import to_dict

COLUMNS = ("Measure", "Value", "95 % interval", "Questions")
FORM = 2
"""Version of the JSON's form."""
FALSE_REFUSALS = (0.08, 0.1)
"""Shares of answerable questions refused at which kinds of others are compared."""
_WITHOUT_MODEL = ("extractive", "metadata")
"""Composers of answers that quote the posts."""
_ANSWERS = ("rouge_l", "token_f1", "token_recall", "contained")
_CITATIONS = ("citation_precision", "citation_recall", "citation_f1")

Value = float | tuple[float, float]


@dataclass(frozen=True, slots=True)
class Measure:
    """How one figure comes from the results.

    ``value`` is what a question adds, None where it doesn't count; ``statistic`` makes one number of them. ``better``
    is 1 where more is better, -1 where less is, and 0 where neither is or a difference is no reason to worry.
    """

    group: str
    name: str
    value: Callable[[Result], Value | None]
    statistic: Statistic = np.mean
    better: Literal[-1, 0, 1] = 0

    @property
    def title(self) -> str:
        """Group and name."""
        return f"{self.group}: {self.name}"


@dataclass(frozen=True, slots=True)
class Report:
    """Groups of named estimates, in the order to show them, and the results behind them."""

    groups: Mapping[str, Mapping[str, Estimate]]
    results: Sequence[Result]


def summarized(outcomes: Sequence[Outcome]) -> Report:
    """Measure every outcome and all of them together."""
    return reported(scored(outcomes))


def reported(results: Sequence[Result]) -> Report:
    """What results that are measured already say together; measures for which no question counts are left out."""
    groups: dict[str, dict[str, Estimate]] = {}
    for measure in measures(results):
        values = [value for value in map(measure.value, results) if value is not None]
        if values:
            groups.setdefault(measure.group, {})[measure.name] = estimated(np.array(values), measure.statistic)
    return Report(groups, results)


def measures(results: Sequence[Result]) -> list[Measure]:
    """All measures of some results.

    Answers and citations are measured twice: over all answerable questions, a refusal counting 0, and over those that
    were answered. Refusals are by kind, which are never mixed.
    """
    return [
        *(_score("retrieval, passages", name, f"passage {name}") for name in RANKING),
        *(_score("retrieval, articles", name, f"article {name}") for name in RANKING),
        *(_score("answers, refusals count 0", name, name) for name in _ANSWERS),
        *(_given("answers given", name) for name in (*_ANSWERS, "characters")),
        *(_score("citations, refusals count 0", name, name) for name in _CITATIONS),
        *(_given("citations of answers given", name) for name in _CITATIONS),
        *_refusals(results),
        *_separations(results),
        Measure("right", "of answers given", lambda result: result.scores.get("right")),
        Measure("right", "of answers to answerable questions", _right_if_answerable),
        Measure("right", "expected calibration error", calibrated, calibration_error),
        Measure("seconds", "p50", lambda result: result.seconds, partial(np.percentile, q=50)),
        Measure("seconds", "p95", lambda result: result.seconds, partial(np.percentile, q=95)),
    ]


def calibrated(result: Result) -> tuple[float, float] | None:
    """Confidence of an answer and whether it was right, 1 or 0; None where there is none or nobody can tell."""
    right = result.scores.get("right")
    return None if right is None else (result.confidence, right)


def table(report: Report) -> list[tuple[str, str, str, str]]:
    """The rows of a table whose columns are ``COLUMNS``, a group's name before each of its measures."""
    return [
        (f"{group}: {name}", number(found.value), f"{number(found.low)} … {number(found.high)}", f"{found.count:,}")
        for group, estimates in report.groups.items()
        for name, found in estimates.items()
    ]


def summary(results: Sequence[Result]) -> str:
    """How many came out well and badly, in words; "right" is what ``results.RIGHT`` says."""
    judged = [(result, result.scores.get("right")) for result in results if result.found]
    rightly = sum(right == 1 for _, right in judged)
    wrongly = sum(right == 0 for _, right in judged)
    refused = [result.question.answerable for result in results if not result.found]
    return (
        f"{rightly:,} of {len(results):,} answered rightly, {wrongly:,} wrongly, "
        f"{sum(refused):,} refused although answerable, {len(refused) - sum(refused):,} refused rightly"
        f"{_unjudged(len(judged) - rightly - wrongly)}.{_judged_by([result.question for result, _ in judged])}"
        f"{_written([result.composer for result, _ in judged])}"
    )


def _written(composers: Sequence[str]) -> str:
    """How many answers a chat model wrote; empty where none did."""
    written = Counter(name for name in composers if name not in _WITHOUT_MODEL)
    return "".join(f" {count:,} in the words of {name}." for name, count in written.items())


def _unjudged(count: int) -> str:
    nothing = "none has 'answers', 'evidence_sentences' or 'articles' to judge them by"
    return f"; {count:,} answered, which can't be judged: {nothing}" if count else ""


def _judged_by(answered: Sequence[Question]) -> str:
    """What else than wanted answers told what is right; empty where they always did."""
    told = [question for question in answered if question.answerable and not question.answers]
    sentences = sum(bool(question.evidence) for question in told)
    articles = sum(bool(question.articles) and not question.evidence for question in told)
    by = [f"{sentences:,} by the sentence quoted"] * bool(sentences)
    by += [f"{articles:,} by the article quoted alone"] * bool(articles)
    return f" Without 'answers', {' and '.join(by)} had to be judged." if by else ""


def as_json(report: Report) -> str:
    """A report as JSON: ``form``, ``measures`` by group, ``questions`` with what each brought, one a line."""
    rows = [json.dumps(to_dict(result), ensure_ascii=False) for result in report.results]
    measured = json.dumps(to_dict(report.groups), ensure_ascii=False, indent=1)
    return f'{{"form": {FORM},\n"measures": {measured},\n"questions": [\n' + ",\n".join(rows) + "\n]}\n"


def number(value: float) -> str:
    """A figure as a table shows it."""
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.3f}"


def _score(group: str, name: str, key: str) -> Measure:
    return Measure(group, name, lambda result: result.scores.get(key), better=1)


def _given(group: str, name: str) -> Measure:
    return Measure(group, name, lambda result: result.scores.get(name) if result.found else None)


def _right_if_answerable(result: Result) -> float | None:
    return result.scores.get("right") if result.question.answerable else None


def _refusals(results: Sequence[Result]) -> Iterator[Measure]:
    for kind in _kinds(results):
        answerable = {result.question.answerable for result in results if result.question.kind == kind}
        yield Measure("refused", kind, partial(_refused, kind), better=_wanted(answerable))


def _wanted(answerable: set[bool]) -> Literal[-1, 0, 1]:
    """Whether refusals are good for questions of a kind."""
    if len(answerable) > 1:
        return 0
    return -1 if answerable == {True} else 1


def _refused(kind: str, result: Result) -> float | None:
    return float(not result.found) if result.question.kind == kind else None


def _separations(results: Sequence[Result]) -> Iterator[Measure]:
    if any(result.question.answerable for result in results):
        for kind in _kinds(result for result in results if not result.question.answerable):
            yield Measure("AUC of confidence against answerable", kind, partial(_told_apart, kind), separation)
            for lost in FALSE_REFUSALS:
                group = f"refused if {lost:.0%} of the answerable are"
                yield Measure(group, kind, partial(_told_apart, kind), partial(caught, lost=lost))


def _told_apart(kind: str, result: Result) -> tuple[float, float] | None:
    question = result.question
    counts = question.answerable or question.kind == kind
    return (result.confidence, float(question.answerable)) if counts else None


def _kinds(results: Sequence[Result] | Iterator[Result]) -> list[str]:
    return list(dict.fromkeys(result.question.kind for result in results))
