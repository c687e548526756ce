"""The plots of a report: what is right at which confidence, whether confidence is kept, and how long answers take."""

from collections.abc import Sequence
from math import ceil

import numpy as np

from chatbot.evaluation.charts import Axis, Plot, Point, percent
from chatbot.evaluation.measures import BINS, bins
from chatbot.evaluation.report import calibrated
from chatbot.evaluation.results import Result

_FEWEST = 10
"""Answers from which on a share of right ones is drawn."""
_CONFIDENCES = (0.6, 0.7, 0.8, 0.9)
_APART = 0.1
"""Share of the width that marks are apart at least, or their words would overlap."""
_PARTS = 24
"""Bars of the latency histogram."""


def risk_coverage(results: Sequence[Result]) -> Plot:
    """The share right among the surest answers against the share of questions that these are.

    Once over all questions and once over those that the articles answer.
    """
    plot = Plot(
        "Share of answers that are right, against the share of questions answered",
        Axis("share of questions answered, the surest first", 0, 1, percent),
        Axis("share right", 0, 1, percent),
    )
    answerable = [result for result in results if result.question.answerable]
    plot.line([point for point, _ in curve(answerable)], "second")
    _with_confidences(plot, curve(results))
    return plot


def curve(results: Sequence[Result]) -> list[tuple[Point, float]]:
    """Points ``(share answered, share right)`` and the least confidence of each, the surest answers first.

    Questions whose answers nobody can judge are left out; answers of one confidence come together.
    """
    judged = [result for result in results if calibrated(result) or not result.found]
    pairs = sorted(filter(None, map(calibrated, judged)), reverse=True)
    right = np.cumsum([value for _, value in pairs])
    last = [place for place in range(len(pairs)) if place + 1 == len(pairs) or pairs[place + 1][0] < pairs[place][0]]
    return [
        (((place + 1) / len(judged), float(right[place]) / (place + 1)), pairs[place][0])
        for place in last
        if place + 1 >= min(_FEWEST, len(pairs))
    ]


def calibration(results: Sequence[Result]) -> Plot:
    """The share of right answers against confidence, in ten bins; what is on the diagonal is as sure as it may be."""
    plot = Plot(
        "Share of answers that are right, against their confidence",
        Axis("confidence of the answer", 0, 1, percent),
        Axis("share right", 0, 1, percent),
    )
    pairs = np.array([pair for pair in map(calibrated, results) if pair]).reshape(-1, 2)
    plot.line([(0, 0), (1, 1)], "ideal")
    sorted_in = bins(pairs[:, 0])
    for place in np.unique(sorted_in):
        _bin(plot, int(place), pairs[sorted_in == place], len(pairs))
    return plot


def latency(results: Sequence[Result]) -> Plot:
    """How many answers took how long; the last bar holds all that took longer."""
    taken = np.array([1000 * result.seconds for result in results])
    middle, slow = (float(each) for each in np.percentile(taken, (50, 95)))
    end = min(float(taken.max()), 1.5 * slow) * 1.001 or 1.0
    counts, edges = np.histogram(np.minimum(taken, end), _PARTS, (0, end))
    plot = Plot(
        f"Half of the answers took at most {milliseconds(middle)}, 95 of 100 at most {milliseconds(slow)}",
        Axis("milliseconds to the whole answer", 0, end, "{:,.0f}".format),
        Axis("questions", 0, ceil(1.3 * int(counts.max())), "{:,.0f}".format),
    )
    for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True):
        last = " or more" if high == edges[-1] else f" to {milliseconds(high)}"
        plot.bar(low, high, int(count), "first", f"{count} took {milliseconds(low)}{last}")
    plot.rule(middle, f"p50 {milliseconds(middle)}")
    plot.rule(slow, f"p95 {milliseconds(slow)}", 1)
    return plot


def milliseconds(value: float) -> str:
    """A time, given in milliseconds, with two or three digits."""
    if value >= 1000:
        return f"{value / 1000:.1f} s"
    return f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"


def _with_confidences(plot: Plot, found: Sequence[tuple[Point, float]]) -> None:
    """A curve, with marks where the confidence falls below a round number, and at its end."""
    plot.line([point for point, _ in found], "first")
    left = 1 + _APART
    for wanted in (0, *_CONFIDENCES):
        reached = [point for point, confidence in found if confidence >= wanted]
        if reached and reached[-1][0] <= left - _APART:
            left, right = reached[-1]
            said = f"confidence {wanted} or more" if wanted else "all answers given"
            plot.dot((left, right), 4, "first", f"{said}: {percent(left)} answered, {percent(right)} of these right")
            plot.word((left, right), f"≥ {wanted}" if wanted else "all")


def _bin(plot: Plot, place: int, pairs: np.ndarray[tuple[int, int], np.dtype[np.float64]], total: int) -> None:
    """A dot whose area says how many answers it stands for, above a bar that says the same."""
    confidence, right = (float(mean) for mean in pairs.mean(axis=0))
    said = f"{len(pairs)} answers: confidence {percent(confidence)} on average, {percent(right)} right"
    plot.bar(place / BINS, (place + 1) / BINS, 0.25 * len(pairs) / total, "second", said)
    plot.dot((confidence, right), 3 + 9 * (len(pairs) / total) ** 0.5, "first", said)
