"""What changed against an earlier run, measure by measure and question by question."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import EvaluationError
from chatbot.evaluation.measures import Estimate, estimated_difference
from chatbot.evaluation.questions import Question
from chatbot.evaluation.report import FORM, Measure, Value, measures, number
from chatbot.evaluation.results import Result
from chatbot.records import Turn

COLUMNS = ("Measure", "Before", "After", "Difference", "95 % interval", "")
DROP, LEAST = "DROP", 0.01
"""The word for a measure that is significantly worse, and the least change of a question's score that is told."""
_SHOWN = 3
"""Scores told of one question."""
_WORDS = {"answered": ("refused", "answered"), "right": ("wrong", "right")}
"""How a score that is 0 or 1 is told."""


@dataclass(frozen=True, slots=True)
class Change:
    """A measure before and after, over the questions of both runs."""

    measure: Measure
    before: float
    after: float
    difference: Estimate

    @property
    def dropped(self) -> bool:
        """Whether a measure that matters is worse, and not by chance: the whole interval is."""
        return self._clearly(-self.measure.better)

    @property
    def verdict(self) -> str:
        """``DROP`` or ``gain`` where that isn't chance and matters, else nothing."""
        return DROP if self.dropped else "gain" if self._clearly(self.measure.better) else ""

    def _clearly(self, direction: int) -> bool:
        return min(direction * self.difference.low, direction * self.difference.high) > 0


@dataclass(frozen=True, slots=True)
class Move:
    """A question that came out otherwise; ``scores`` are before and after by name, the largest change first."""

    before: Result
    after: Result
    scores: Mapping[str, tuple[float, float]]

    @property
    def size(self) -> float:
        """How much the score that changed most did: 0..1."""
        return max((abs(after - before) for before, after in self.scores.values()), default=0.0)

    @property
    def summary(self) -> str:
        """What changed, in a line."""
        shown = [_told(name, before, after) for name, (before, after) in self.scores.items()]
        return "; ".join(shown[:_SHOWN]) or "same scores, other words"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs: the measures over the questions that both asked, those whose outcome changed, most first.

    ``gone`` and ``new`` count the questions that only the earlier run, or only this one, asked; one that is worded or
    judged otherwise now is in both.
    """

    changes: Sequence[Change]
    moves: Sequence[Move]
    common: int
    gone: int
    new: int

    @property
    def dropped(self) -> list[Change]:
        """The measures that matter and are significantly worse."""
        return [change for change in self.changes if change.dropped]

    @property
    def differing(self) -> str:
        """A sentence where the two sets differ, else nothing."""
        if not self.gone + self.new:
            return ""
        return (
            f"The sets differ: {self.gone:,} questions only before, {self.new:,} only now, reworded ones among both. "
            f"Compared are the {self.common:,} in both."
        )


def read_results(path: Path) -> list[Result]:
    """The results of an earlier run.

    Raises:
        EvaluationError: The file can't be read or isn't what ``chatbot eval --json`` writes.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EvaluationError(f"The earlier results in '{path}' can't be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise _unreadable(path) from None
    try:
        if given["form"] != FORM:
            raise _unreadable(path)
        return [_result(row) for row in given["questions"]]
    except (KeyError, TypeError, AttributeError):
        raise _unreadable(path) from None


def compared(before: Sequence[Result], after: Sequence[Result]) -> Comparison:
    """What changed from one run to the next, over the questions that are the same in both.

    Raises:
        EvaluationError: No question is.
    """
    earlier, later = _by_question(before), _by_question(after)
    common = [question for question in later if question in earlier]
    if not common:
        raise EvaluationError("The earlier results are of other questions: none is in both. Compare runs of one set.")
    first, second = [earlier[question] for question in common], [later[question] for question in common]
    changes = [_change(measure, first, second) for measure in measures(second)]
    return Comparison(
        changes=[change for change in changes if change],
        moves=_moves(first, second),
        common=len(common),
        gone=len(earlier) - len(common),
        new=len(later) - len(common),
    )


def table(comparison: Comparison) -> list[tuple[str, ...]]:
    """The rows of a table whose columns are ``COLUMNS``."""
    return [
        (
            change.measure.title,
            number(change.before),
            number(change.after),
            signed(change.difference.value),
            f"{signed(change.difference.low)} … {signed(change.difference.high)}",
            change.verdict,
        )
        for change in comparison.changes
    ]


def verdict(comparison: Comparison) -> list[str]:
    """What to know of a comparison, a sentence or two."""
    names = "; ".join(change.measure.title for change in comparison.dropped)
    said = f"Significantly worse: {names}." if names else "Nothing that matters is significantly worse."
    return [each for each in (comparison.differing, said) if each]


def signed(value: float) -> str:
    """A difference as a table shows it."""
    return ("+" if value > 0 else "−" if value < 0 else "") + number(abs(value))


def _by_question(results: Sequence[Result]) -> dict[Question, Result]:
    """By all that a question is but its id, which may be just its line's number."""
    return {replace(result.question, id=""): result for result in results}


def _change(measure: Measure, before: Sequence[Result], after: Sequence[Result]) -> Change | None:
    """None where no question counts in one of the runs."""
    values = [[measure.value(result) for result in results] for results in (before, after)]
    counting = [[value for value in side if value is not None] for side in values]
    if not all(counting):
        return None
    first, second = (float(measure.statistic(np.array(side))) for side in counting)
    rows = [_rows(side, counting[0][0]) for side in values]
    return Change(measure, first, second, estimated_difference(rows[0], rows[1], measure.statistic))


def _rows(values: Sequence[Value | None], example: Value) -> Any:
    """Values as an array with NaN for those that don't count."""
    nothing = np.full(np.shape(example), np.nan)
    return np.array([nothing if value is None else value for value in values])


def _moves(before: Sequence[Result], after: Sequence[Result]) -> list[Move]:
    """Questions that changed, most first; of equal ones those that got worse."""
    moves = [_move(first, second) for first, second in zip(before, after, strict=True)]
    return sorted((move for move in moves if move), key=lambda move: (-move.size, _gain(move)))


def _move(before: Result, after: Result) -> Move | None:
    first, second = _scores(before), _scores(after)
    changed = {name: (first[name], second[name]) for name in first if name in second and first[name] != second[name]}
    told = {name: pair for name, pair in changed.items() if abs(pair[1] - pair[0]) >= LEAST}
    if not told and before.answer == after.answer:
        return None
    return Move(before, after, dict(sorted(told.items(), key=lambda item: -abs(item[1][1] - item[1][0]))))


def _gain(move: Move) -> float:
    answering = 1 if move.after.question.answerable else -1
    return sum((answering if name == "answered" else 1) * (now - then) for name, (then, now) in move.scores.items())


def _told(name: str, before: float, after: float) -> str:
    words = _WORDS.get(name)
    first, second = (words[int(each)] if words else number(each) for each in (before, after))
    return f"{first} → {second}" if words else f"{name} {first} → {second}"


def _scores(result: Result) -> dict[str, float]:
    scores = {name: value for name, value in result.scores.items() if name != "characters"}
    return {"answered": float(result.found)} | scores


def _result(row: Mapping[str, Any]) -> Result:
    """A result as ``as_json`` wrote it."""
    question = _with_tuples(row["question"])
    question["history"] = tuple(Turn(**turn) for turn in question["history"])
    return Result(**_with_tuples(row) | {"question": Question(**question)})


def _with_tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def _unreadable(path: Path) -> EvaluationError:
    return EvaluationError(
        f"'{path}' isn't what this version's `chatbot eval --json` writes. Make it again with: chatbot eval SET --json "
        f"{path}"
    )
