"""Blanking parts of a text without moving the rest."""

import re
from collections.abc import Iterable

_LEAD = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$))*")
_NO_BREAK_SPACE = "\u00a0"


def blank(text: str, scanned: str, spans: Iterable[tuple[int, int]]) -> str:
    r"""Replace spans by spaces.

    Args:
        text: The text, any line ends.
        scanned: The same with every line end as ``\n`` and the same length.
        spans: Start and end of each span, starts rising.

    Returns:
        Text of the same length and with the same line ends. A span that leads its line and has words behind it becomes
        no-break spaces, because four plain spaces would make the words an indented code block.
    """
    pieces: list[str] = []
    position = 0
    for start, end in _merged(spans):
        pieces += [text[position:start], *_spaces(text, scanned, start, end)]
        position = end
    return "".join([*pieces, text[position:]])


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans with those that touch or overlap made one."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def _spaces(text: str, scanned: str, start: int, end: int) -> list[str]:
    """The span in spaces, its line ends kept."""
    last = max(start, scanned.rfind("\n", start, end) + 1)
    fill = _NO_BREAK_SPACE if _leads(scanned, last, end) else " "
    return [re.sub(r"[^\r\n]", " ", text[start:last]), re.sub(r"[^\r\n]", fill, text[last:end])]


def _leads(scanned: str, start: int, end: int) -> bool:
    """Whether only indentation, quote marks or a bullet stand before the span on its line, and words behind it."""
    head = scanned[max(0, start - 80) : start].rpartition("\n")
    before = head[2] if head[1] or start <= 80 else "too long"
    behind = scanned[end : end + 400].partition("\n")[0]
    return bool(behind.strip()) and _LEAD.fullmatch(before) is not None
