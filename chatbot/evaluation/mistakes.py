"""The worst questions of a run, for whoever wants to know why the figures aren't better."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from chatbot.evaluation.results import Result

SHOWN = 20
ORDER = "The surest mistakes of each sort, by turns."
"""How they are ordered, for whoever reads a report."""
_WANTED = 3
"""Wanted answers told of one question."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A question that went wrong, the sort of mistake, and what would have been right."""

    result: Result
    sort: str
    wanted: tuple[str, ...]


def worst(results: Sequence[Result], limit: int = SHOWN) -> list[Mistake]:
    """The worst questions, as ``ORDER`` says."""
    sorts = (
        _surest("answered, though no article does", (each for each in results if _invented(each))),
        _surest("wrong", (each for each in results if _wrong(each))),
        _surest("refused, though an article answers", (each for each in results if _refused(each)))[::-1],
    )
    return list(islice((each for each in chain.from_iterable(zip_longest(*sorts)) if each), limit))


def _surest(sort: str, results: Iterable[Result]) -> list[Mistake]:
    ordered = sorted(results, key=lambda result: -result.confidence)
    return [Mistake(result, sort, _wanted(result)) for result in ordered]


def _invented(result: Result) -> bool:
    return result.found and not result.question.answerable


def _wrong(result: Result) -> bool:
    return result.question.answerable and result.scores.get("right") == 0


def _refused(result: Result) -> bool:
    return result.question.answerable and not result.found


def _wanted(result: Result) -> tuple[str, ...]:
    question = result.question
    if not question.answerable:
        return ("to be told that the articles don't say",)
    told = question.answers or question.evidence or question.articles
    return tuple(dict.fromkeys(told))[:_WANTED]
