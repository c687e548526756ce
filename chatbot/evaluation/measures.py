"""The measures, each 0..1 for one question, and their means with what chance may do to them."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from chatbot.errors import EvaluationError

RESAMPLES = 1000
BINS = 10
"""Equal parts of 0..1 that confidence is sorted into to see whether it is kept."""
_SEED = 7
RANKING = {
    "recall@1": "R@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "success@1": "Success@1",
    "success@5": "Success@5",
    "MRR": "RR",
    "nDCG@10": "nDCG@10",
}
"""Measures of a ranking, as ``ir-measures`` calls them; success is whether anything relevant is among the first."""

Array = np.ndarray[Any, Any]
Statistic = Callable[[Array], Any]
"""One number from rows of a number each, or of several."""
Values = Sequence[float] | Sequence[tuple[float, float]] | Array


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, the bounds of its 95 % interval, and the number of questions behind it."""

    value: float
    low: float
    high: float
    count: int


def require_libraries() -> None:
    """See that the libraries of the measures are there, before anything is asked.

    Raises:
        EvaluationError: One is not installed.
    """
    _library("ir_measures")
    _library("rouge_score.rouge_scorer")


def answer_scores(answer: str, wanted: Sequence[str]) -> dict[str, float]:
    """How near an answer is to the nearest of those wanted (at least one).

    ``rouge_l`` is the F-measure of the longest common subsequence (Lin, "ROUGE", 2004), ``token_f1`` and
    ``token_recall`` compare bags of words, both with stemmed words; ``contained`` is 1 where a wanted answer stands in
    the answer word by word, whatever the case and the signs between.
    """
    scores = _scorer().score_multi(wanted, answer)
    text = f" {_words(answer)} "
    return {
        "rouge_l": float(scores["rougeL"].fmeasure),
        "token_f1": float(scores["rouge1"].fmeasure),
        "token_recall": float(scores["rouge1"].recall),
        "contained": float(any(f" {_words(each)} " in text for each in wanted if _words(each))),
    }


def citation_scores(quotes: Collection[str], evidence: Collection[str]) -> dict[str, float]:
    """Quoted sentences against those a person would quote (at least one).

    Two sentences are the same if one holds the other, spaces aside: sentences may be cut differently.
    """
    quoted, wanted = {_squeezed(each) for each in quotes}, {_squeezed(each) for each in evidence}
    right = sum(any(_same(quote, each) for each in wanted) for quote in quoted)
    found = sum(any(_same(quote, each) for quote in quoted) for each in wanted)
    precision = right / len(quoted) if quoted else 0.0
    recall = found / len(wanted) if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"citation_precision": precision, "citation_recall": recall, "citation_f1": f1}


def ranking_scores(rankings: Sequence[Sequence[str]], relevant: Sequence[Collection[str]]) -> list[dict[str, float]]:
    """Recall, success, reciprocal rank and nDCG, one dict for each ranking.

    Args:
        rankings: What was found for each question, best first, no name twice.
        relevant: What should have been, in the same order, at least one each.
    """
    library = _library("ir_measures")
    measures = {library.parse_measure(code): name for name, code in RANKING.items()}
    qrels = [library.Qrel(str(place), name, 1) for place, names in enumerate(relevant) for name in names]
    run = [
        library.ScoredDoc(str(place), name, float(-rank))
        for place, names in enumerate(rankings)
        for rank, name in enumerate(names)
    ]
    scores = [dict.fromkeys(RANKING, 0.0) for _ in rankings]
    for metric in library.iter_calc(list(measures), qrels, run):
        scores[int(metric.query_id)][measures[metric.measure]] = float(metric.value)
    return scores


def auc(positive: Values, negative: Values) -> float:
    """Chance that one of the first is more than one of the second, a tie counting half; both non-empty."""
    ordered = np.sort(np.asarray(negative, float))
    less, up_to = (np.searchsorted(ordered, positive, side) for side in ("left", "right"))
    return float((less + up_to).mean() / 2 / len(ordered))


def separation(pairs: Array) -> float:
    """``auc`` of rows ``(value, 1 or 0)``: how well the value tells ones from zeros; NaN if either is missing."""
    positive, negative = pairs[pairs[:, 1] == 1, 0], pairs[pairs[:, 1] == 0, 0]
    return auc(positive, negative) if len(positive) and len(negative) else np.nan


def caught(pairs: Array, lost: float) -> float:
    """Share of the zeros of rows ``(value, 1 or 0)`` that a bound leaves out which leaves out ``lost`` of the ones."""
    positive, negative = pairs[pairs[:, 1] == 1, 0], pairs[pairs[:, 1] == 0, 0]
    if not (len(positive) and len(negative)):
        return np.nan
    bound = np.sort(positive)[int(lost * len(positive))]
    return float((negative < bound).mean())


def calibration_error(pairs: Array) -> float:
    """Expected calibration error of rows ``(confidence, right)``, at least one (Naeini et al., 2015).

    The mean distance, over ``BINS`` equal bins, between confidence and the share that was right.
    """
    confidence, right = pairs.T
    return float(np.abs(np.bincount(bins(confidence), confidence - right)).sum() / len(pairs))


def bins(confidence: Array) -> Any:
    """The bin of each confidence, from 0."""
    return np.minimum((confidence * BINS).astype(np.intp), BINS - 1)


def estimated(values: Values, statistic: Statistic = np.mean) -> Estimate:
    """A statistic of at least one value, with its bootstrap interval (Efron, 1979, by percentiles; seeded)."""
    data = np.asarray(values, float)
    low, high = _interval(statistic(data[each]) for each in _drawn(len(data)))
    return Estimate(float(statistic(data)), low, high, len(data))


def estimated_difference(before: Values, after: Values, statistic: Statistic = np.mean) -> Estimate:
    """How much more a statistic is after than before, with its paired bootstrap interval (questions are drawn).

    Args:
        before: A row for each question, NaN where the question didn't count.
        after: The same questions in the same order.
        statistic: Of the rows that count.
    """
    first, second = np.asarray(before, float), np.asarray(after, float)
    either = _counts(first) | _counts(second)
    first, second = first[either], second[either]

    def difference(chosen: Any) -> float:
        return _of_counting(statistic, second[chosen]) - _of_counting(statistic, first[chosen])

    low, high = _interval(difference(each) for each in _drawn(len(first)))
    return Estimate(difference(slice(None)), low, high, len(first))


def _of_counting(statistic: Statistic, data: Array) -> float:
    rows = data[_counts(data)]
    return float(statistic(rows)) if len(rows) else np.nan


def _counts(data: Array) -> Any:
    return np.isfinite(data.reshape(len(data), -1)).all(axis=1)


def _drawn(count: int) -> Array:
    return np.random.default_rng(_SEED).integers(count, size=(RESAMPLES, count))


def _interval(values: Iterable[Any]) -> tuple[float, float]:
    low, high = np.nanpercentile(np.fromiter(values, float), (2.5, 97.5))
    return float(low), float(high)


def squeezed_overlap(first: str, second: str) -> bool:
    """Whether one text holds the other, spaces aside."""
    return _same(_squeezed(first), _squeezed(second))


def _same(first: str, second: str) -> bool:
    return bool(first and second) and (first in second or second in first)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _scorer() -> Any:
    return _library("rouge_score.rouge_scorer").RougeScorer(["rougeL", "rouge1"], use_stemmer=True)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise EvaluationError(
            f"Measuring needs '{error.name}', which isn't installed. Install it with: pip install '.[eval]'"
        ) from None
