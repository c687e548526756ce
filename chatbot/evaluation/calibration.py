"""Sets the refusal threshold for a corpus by questions made from it, and says what it will do."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chatbot.errors import EvaluationError
from chatbot.evaluation.calibration_asking import Asked
from chatbot.evaluation.measures import Estimate
from chatbot.records import to_dict
from chatbot.settings import Settings
from chatbot.thresholds import min_confidence, store_threshold

FEWEST = 10
"""Questions of each kind, answerable and not, below which nothing is set."""
BINS = 10
COLUMNS = ("Measure", "Before", "Now", "95 % interval")
BIN_COLUMNS = ("Confidence", "Answers", "Right", "95 % interval")
KIND_COLUMNS = ("Questions made from a", "Asked of all articles", "Asked without those that answer")
FEW = 40
"""Questions below which it is said why there are no more."""
_ROWS = {
    "false_answers": "unanswerable questions answered",
    "false_refusals": "answerable questions refused",
    "right_refused": "right answers refused",
    "right": "answers that are right",
}
_WHY_FEW = (
    "They are few because a question is made only of a title, a heading, a named item or a sentence "
    "that can be understood alone (without 'it', 'we' or 'this'), and each is asked once; one that several articles "
    "answer may have too few others left to be asked of. More or longer articles give more."
)
_DIGITS = 4
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers given with a confidence from ``low`` up to ``high``: how many, and the share that is right."""

    low: float
    high: float
    answers: int
    confidence: float
    right: Estimate


@dataclass(frozen=True, slots=True)
class Rates:
    """What a threshold does: shares, 0..1.

    ``false_answers`` is of unanswerable questions answered, ``false_refusals`` of answerable ones refused, ``right`` of
    answers given that quote what they should, None where nothing is answered, and ``right_refused`` of answers that do
    which are refused, None where none does.
    """

    threshold: float
    false_answers: Estimate
    false_refusals: Estimate
    right: Estimate | None
    right_refused: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold set for a wanted rate of false answers, and what it rests on.

    ``kinds`` are counts of answerable and unanswerable questions by what they were made from. ``calibration_error`` is
    the expected calibration error (Guo et al., "On Calibration of Modern Neural Networks", 2017) of the answers given.
    """

    wanted: float
    expected: Rates
    before: Rates
    kinds: Mapping[str, tuple[int, int]]
    calibration_error: float
    bins: tuple[Bin, ...]
    date: datetime

    @property
    def threshold(self) -> float:
        """The confidence from which a question is answered."""
        return self.expected.threshold


def calibrated(outcomes: Sequence[Asked], wanted: float, before: float) -> Calibration:
    """Set the threshold.

    It is the lowest at which at most the share ``wanted`` of the unanswerable questions is answered.

    Args:
        outcomes: What the questions brought, none refused.
        wanted: Rate of false answers, above 0 and below 1.
        before: The threshold in use, for comparison.

    Raises:
        EvaluationError: There are too few questions of a kind.
    """
    unanswerable = [each.confidence for each in outcomes if not each.answerable]
    _require_enough(len(outcomes) - len(unanswerable), len(unanswerable), wanted)
    threshold = _threshold(unanswerable, [each.confidence for each in outcomes], wanted)
    given = [each for each in outcomes if each.confidence >= threshold]
    bins = _bins(given)
    error = sum(each.answers * abs(each.confidence - each.right.value) for each in bins) / max(1, len(given))
    count = Counter((each.kind, each.answerable) for each in outcomes)
    kinds = {kind: (count[kind, True], count[kind, False]) for kind in dict.fromkeys(each.kind for each in outcomes)}
    now = datetime.now(UTC)
    return Calibration(wanted, rates(outcomes, threshold), rates(outcomes, before), kinds, error, bins, now)


def rates(outcomes: Sequence[Asked], threshold: float) -> Rates:
    """What a threshold does to some questions, at least one of each kind."""
    given = [each for each in outcomes if each.confidence >= threshold]
    answerable = sum(each.answerable for each in outcomes)
    answered = sum(each.answerable for each in given)
    right, right_given = sum(each.right for each in outcomes), sum(each.right for each in given)
    return Rates(
        threshold=threshold,
        false_answers=share(len(given) - answered, len(outcomes) - answerable),
        false_refusals=share(answerable - answered, answerable),
        right=share(right_given, len(given)) if given else None,
        right_refused=share(right - right_given, right) if right else None,
    )


def in_use(settings: Settings) -> float:
    """The threshold that an index is answered with today, 0..1."""
    return min_confidence(settings)


def stored(found: Calibration, settings: Settings) -> Path:
    """Store a threshold with the index, whence it is used from the next opening on; gives the file.

    Raises:
        OSError: The folder of the index can't be written.
    """
    return store_threshold(settings, found.threshold, as_json(found))


def summary(found: Calibration, articles: int) -> list[str]:
    """What the threshold would do, in words, and what that rests on: questions made from so many articles."""
    then, now = found.before, found.expected
    answerable, unanswerable = counts(found)
    asked = f"{answerable:,} questions were made from {articles:,} articles and asked of all of them"
    again = f"{unanswerable:,} were asked of those articles alone that don't answer them"
    return [
        f"{asked}; {again}." + (f" {_WHY_FEW}" if answerable < FEW else ""),
        f"With a threshold of {now.threshold:.3f} (before: {then.threshold:.3f}) the chatbot would refuse "
        f"{_out_of(now.right_refused, 'right answers')} (before: {_number(then.right_refused)}) and answer "
        f"{_out_of(now.false_answers, 'questions asked of articles that do not answer them')} "
        f"(before: {_number(then.false_answers)}).",
    ]


def table(found: Calibration) -> list[tuple[str, str, str, str]]:
    """The rows of a table whose columns are ``COLUMNS``: what the threshold does, with it as it was and as it is."""
    then, now = found.before, found.expected
    rows: list[tuple[str, str, str, str]] = [("threshold", f"{then.threshold:.3f}", f"{now.threshold:.3f}", "")]
    for name in _ROWS:
        before, after = getattr(then, name), getattr(now, name)
        rows.append((_ROWS[name], _percent(before), _percent(after), _interval(after)))
    return [*rows, ("expected calibration error", "", f"{found.calibration_error:.3f}", "")]


def bin_table(found: Calibration) -> list[tuple[str, str, str, str]]:
    """The rows of a table whose columns are ``BIN_COLUMNS``: how often answers of each confidence are right."""
    return [
        (f"{each.low:.1f} to {each.high:.1f}", f"{each.answers:,}", _percent(each.right), _interval(each.right))
        for each in found.bins
    ]


def kind_table(found: Calibration) -> list[tuple[str, str, str]]:
    """The rows of a table whose columns are ``KIND_COLUMNS``: how many questions of each kind there were."""
    kinds = [(kind, f"{answerable:,}", f"{unanswerable:,}") for kind, (answerable, unanswerable) in found.kinds.items()]
    answerable, unanswerable = counts(found)
    return [*sorted(kinds), ("all", f"{answerable:,}", f"{unanswerable:,}")]


def share(count: int, total: int) -> Estimate:
    """A share with its 95 % interval (Wilson, 1927), which holds for few questions too; ``total`` is at least 1."""
    value, spread = count / total, _Z * _Z / total
    middle = (value + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(value * (1 - value) / total + spread / (4 * total)) / (1 + spread)
    return Estimate(value, max(0.0, middle - half), min(1.0, middle + half), total)


def as_json(found: Calibration) -> dict[str, Any]:
    """All of a calibration as plain data."""
    answerable, unanswerable = counts(found)
    plain: dict[str, Any] = to_dict(found)
    return {"threshold": found.threshold, "answerable": answerable, "unanswerable": unanswerable} | plain


def counts(found: Calibration) -> tuple[int, int]:
    """How many answerable and unanswerable questions there were."""
    pairs = found.kinds.values()
    return sum(answerable for answerable, _ in pairs), sum(unanswerable for _, unanswerable in pairs)


def _out_of(found: Estimate | None, what: str) -> str:
    return f"{_number(found)} of {found.count:,} {what}" if found else f"none of 0 {what}"


def _number(found: Estimate | None) -> str:
    return f"{round(found.value * found.count):,}" if found else "0"


def _percent(found: Estimate | None) -> str:
    return f"{100 * found.value:.1f} %" if found else ""


def _interval(found: Estimate | None) -> str:
    return f"{100 * found.low:.1f} … {100 * found.high:.1f} %" if found else ""


def _require_enough(answerable: int, unanswerable: int, wanted: float) -> None:
    # with fewer, one answer would be too many
    fewest = max(FEWEST, math.ceil(1 / wanted))
    if answerable < FEWEST or unanswerable < fewest:
        raise EvaluationError(
            f"The articles give too few questions to set a threshold: {answerable:,} that they answer and "
            f"{unanswerable:,} that they don't; a rate of {wanted:g} needs {FEWEST} and {fewest:,}. "
            "Nothing was changed. Add articles, or allow a higher rate with --false-answers."
        )


def _threshold(unanswerable: Sequence[float], all_of_them: Sequence[float], wanted: float) -> float:
    """Half-way between the most confident answer to refuse and the next one above it."""
    refused = sorted(unanswerable, reverse=True)[math.floor(wanted * len(unanswerable))]
    above = min((each for each in all_of_them if each > refused), default=1.0)
    return max(round((refused + above) / 2, _DIGITS), math.nextafter(refused, 2)) if refused < 1 else 1.0


def _bins(given: Sequence[Asked]) -> tuple[Bin, ...]:
    """The answers by tenths of confidence; those without an answer are left out."""
    places = [min(BINS - 1, int(each.confidence * BINS)) for each in given]
    return tuple(
        _bin(place, [each for each, at in zip(given, places, strict=True) if at == place])
        for place in sorted(set(places))
    )


def _bin(place: int, inside: Sequence[Asked]) -> Bin:
    mean = sum(each.confidence for each in inside) / len(inside)
    right = share(sum(each.right for each in inside), len(inside))
    return Bin(place / BINS, (place + 1) / BINS, len(inside), mean, right)
