"""Plots as inline SVG, drawn with what the page's style sheet calls ``line``, ``dot``, ``bar`` and so on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 320, 244
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 16, 26, 36
_TICKS = 5

Point = tuple[float, float]
Format = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of a plot: what it shows, from where to where, and how its numbers are written."""

    label: str
    low: float
    high: float
    written: Format

    def ticks(self) -> list[float]:
        """About five round numbers."""
        step = _round_step((self.high - self.low) / _TICKS)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [place * step for place in range(first, last + 1)]

    def share(self, value: float) -> float:
        """Where along the axis a value is, 0..1; one beyond it at its end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


@dataclass(slots=True)
class Plot:
    """A plot that grows: later parts are drawn over earlier ones. All coordinates are the data's.

    ``title`` is what a screen reader says of it.
    """

    title: str
    x: Axis
    y: Axis
    _parts: list[str] = field(default_factory=list)

    def line(self, points: Sequence[Point], style: str) -> None:
        """Straight pieces from point to point."""
        path = " ".join(f"{self._left(x)},{self._top(y)}" for x, y in points)
        self._parts.append(f'<polyline class="line {style}" points="{path}"/>')

    def dot(self, point: Point, radius: float, style: str, said: str) -> None:
        """A circle that says something when pointed at."""
        x, y = point
        self._parts.append(
            f'<circle class="dot {style}" cx="{self._left(x)}" cy="{self._top(y)}" r="{radius:.1f}">'
            f"<title>{escape(said)}</title></circle>"
        )

    def bar(self, low: float, high: float, value: float, style: str, said: str) -> None:
        """A bar from the bottom, between two places."""
        left, right, top = self._left(low), self._left(high), self._top(value)
        width, height = max(0.5, right - left - 1), max(0, HEIGHT - _BOTTOM - top)
        self._parts.append(
            f'<rect class="bar {style}" x="{left + 0.5:.1f}" y="{top}" width="{width:.1f}" height="{height:.1f}">'
            f"<title>{escape(said)}</title></rect>"
        )

    def rule(self, at: float, said: str, place: int = 0) -> None:
        """An upright line with a word at its top, in one of several rows."""
        x = self._left(at)
        end = x > WIDTH * 0.66
        self._parts.append(
            f'<line class="rule" x1="{x}" x2="{x}" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}"/>'
            f'<text class="said" x="{x + (-4 if end else 4)}" y="{_TOP + 9 + 13 * place}"'
            f' text-anchor="{"end" if end else "start"}">{escape(said)}</text>'
        )

    def word(self, point: Point, said: str) -> None:
        """A word beneath a point."""
        x, y = self._left(point[0]), self._top(point[1])
        anchor = "end" if x > WIDTH * 0.9 else "middle"
        self._parts.append(f'<text class="said" x="{x}" y="{y + 17:.1f}" text-anchor="{anchor}">{escape(said)}</text>')

    def svg(self) -> str:
        """The drawing, as wide as it is let."""
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.title)}">'
            f"{''.join(self._frame())}{''.join(self._parts)}</svg>"
        )

    def _frame(self) -> Iterable[str]:
        bottom = HEIGHT - _BOTTOM
        for value in self.y.ticks():
            y = self._top(value)
            yield f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
            yield f'<text x="{_LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{escape(self.y.written(value))}</text>'
        for value in self.x.ticks():
            yield (
                f'<text x="{self._left(value)}" y="{bottom + 15}" text-anchor="middle">'
                f"{escape(self.x.written(value))}</text>"
            )
        yield f'<line class="axis" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{bottom}" y2="{bottom}"/>'
        yield f'<text class="label" x="4" y="11">{escape(self.y.label)}</text>'
        middle = (_LEFT + WIDTH - _RIGHT) / 2
        yield f'<text class="label" x="{middle}" y="{HEIGHT - 5}" text-anchor="middle">{escape(self.x.label)}</text>'

    def _left(self, x: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * self.x.share(x), 1)

    def _top(self, y: float) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - self.y.share(y)), 1)


def track(value: float, low: float, high: float) -> str:
    """A share on a line from 0 to 1, with the interval around it, to stand in a table's row."""
    left, right, at = (round(100 * min(1.0, max(0.0, each)), 1) for each in (low, high, value))
    return (
        '<svg class="track" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="way" x="0" y="3" width="100" height="2"/>'
        f'<rect class="span" x="{left}" y="2" width="{max(0.8, right - left):.1f}" height="4"/>'
        f'<rect class="at" x="{max(0, at - 0.8):.1f}" y="0" width="1.6" height="8"/></svg>'
    )


def percent(value: float) -> str:
    """A share in per cent."""
    return f"{100 * value:.0f} %"


def _round_step(step: float) -> float:
    """The next of 1, 2, 5, 10 … times a power of ten."""
    power = 10.0 ** floor(log10(step))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= step * (1 - 1e-9))
