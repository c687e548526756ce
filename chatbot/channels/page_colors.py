"""Readable colours from an owner's one colour, by the contrast of WCAG 2.2."""

import colorsys
from collections.abc import Iterable

_DAY, _NIGHT = ("#ffffff", "#f3f5f8"), ("#14181e", "#1c222a")
"""What links stand on: the page, and raised parts of it."""
_TINT = 0.14
"""The share of a link's own colour in the ground of chips and numbers."""
_ENOUGH, _PLENTY = 4.5, 6.5
"""Contrast of text by day, and by night, where colours look duller."""
_STEPS = 50


def palette(color: str) -> dict[str, str]:
    """What the page's style sheet is given, each ``#rrggbb``.

    ``accent`` is the colour itself and ``on_accent`` black or white to stand on it; ``link_light`` and ``link_dark``
    are the colour as text by day and by night, darkened or lightened until it can be read.
    """
    return {
        "accent": color,
        "on_accent": max("#ffffff", "#000000", key=lambda text: contrast(text, color)),
        "link_light": _readable(color, 0, _DAY, _ENOUGH),
        "link_dark": _readable(color, 1, _NIGHT, _PLENTY),
    }


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _readable(color: str, towards: float, grounds: tuple[str, str], least: float) -> str:
    """A colour with its lightness moved towards 0 or 1 until it can be read as text."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(color))
    steps = (lightness + (towards - lightness) * step / _STEPS for step in range(_STEPS + 1))
    shades = [_hex(colorsys.hls_to_rgb(hue, step, saturation)) for step in steps]
    return next((shade for shade in shades if _worst(shade, grounds) >= least), shades[-1])


def _worst(color: str, grounds: tuple[str, str]) -> float:
    page, raised = grounds
    return min(contrast(color, raised), contrast(color, _mix(page, color, _TINT)))


def _mix(one: str, other: str, share: float) -> str:
    return _hex(a + (b - a) * share for a, b in zip(_channels(one), _channels(other), strict=True))


def _hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)


def _luminance(color: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in _channels(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(color: str) -> list[float]:
    return [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
