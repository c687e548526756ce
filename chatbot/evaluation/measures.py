"""The measures, each 0..1 for one question, and their means with what chance may do to them."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from chatbot.errors import EvaluationError

RESAMPLES = 1000
_SEED = 7
_RANKING = {
    "recall@1": "R@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "success@1": "Success@1",
    "success@5": "Success@5",
    "MRR": "RR",
    "nDCG@10": "nDCG@10",
}
"""Measures of a ranking, as ``ir-measures`` calls them; success is whether anything relevant is among the first."""

Statistic = Callable[[Any], float]
Values = Sequence[float] | np.ndarray[Any, Any]


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
    measures = {library.parse_measure(code): name for name, code in _RANKING.items()}
    qrels = [library.Qrel(str(place), name, 1) for place, names in enumerate(relevant) for name in names]
    run = [
        library.ScoredDoc(str(place), name, float(-rank))
        for place, names in enumerate(rankings)
        for rank, name in enumerate(names)
    ]
    scores = [dict.fromkeys(_RANKING, 0.0) for _ in rankings]
    for metric in library.iter_calc(list(measures), qrels, run):
        scores[int(metric.query_id)][measures[metric.measure]] = float(metric.value)
    return scores


def auc(positive: Values, negative: Values) -> float:
    """Chance that one of the first is more than one of the second, a tie counting half; both non-empty."""
    ordered = np.sort(np.asarray(negative, float))
    less, up_to = (np.searchsorted(ordered, positive, side) for side in ("left", "right"))
    return float((less + up_to).mean() / 2 / len(ordered))


def estimated(values: Sequence[float], statistic: Statistic = np.mean) -> Estimate:
    """A statistic of at least one value, with its bootstrap interval (Efron, 1979, by percentiles; seeded)."""
    data = np.asarray(values, float)
    chosen = np.random.default_rng(_SEED).integers(len(data), size=(RESAMPLES, len(data)))
    low, high = np.percentile([statistic(data[each]) for each in chosen], (2.5, 97.5))
    return Estimate(float(statistic(data)), float(low), float(high), len(data))


def estimated_auc(positive: Values, negative: Values) -> Estimate:
    """``auc`` with its bootstrap interval, both sides drawn anew."""
    first, second = np.asarray(positive, float), np.asarray(negative, float)
    draw = np.random.default_rng(_SEED)
    again = [auc(draw.choice(first, len(first)), draw.choice(second, len(second))) for _ in range(RESAMPLES)]
    low, high = np.percentile(again, (2.5, 97.5))
    return Estimate(auc(first, second), float(low), float(high), len(first) + len(second))


def means(scores: Sequence[Mapping[str, float]]) -> dict[str, Estimate]:
    """The mean of each measure over questions that all have the same ones."""
    return {name: estimated([each[name] for each in scores]) for name in scores[0]} if scores else {}


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
