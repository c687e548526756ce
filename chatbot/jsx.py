"""Where JSX tags, ``{expressions}`` and MDX import and export statements end."""

import re
from functools import cached_property

_ATTRIBUTES = re.compile(r"(?:\s+|[\w:.@\-]+(?:\s*=\s*(?=[\"'{]))?|\"[^\"]{0,5000}\"|'[^']{0,5000}')+")
_NAMED = r"(?:[\w$]+|\*\s+as\s+[\w$]+|\{[^{}]{0,2000}\})"
_IMPORT = re.compile(
    rf"import\s+(?:type\s+)?(?:{_NAMED}(?:\s*,\s*{_NAMED})?\s+from\s*)?([\"'])[^\"'\n]+\1\s*;?[ \t]*$", re.M
)
_EXPORT = re.compile(
    r"export\s+(?:default\s+(?:(?:async|function|class)\b|[({\[]|[\w$.]+(?:\(|;|[ \t]*$))"
    r"|(?:const|let|var|type|interface|(?:async\s+)?function|class)\s+[\w$]+\s*[=:{(<]|[{*])",
    re.M,
)
_STEP = re.compile(r"[(\[{\n]")
_CLOSING = {"{": "}", "(": ")", "[": "]"}


class Brackets:
    """The pairs of brackets of a text, each kind for itself."""

    def __init__(self, text: str) -> None:
        self._text = text

    def end(self, start: int) -> int | None:
        """The offset behind the bracket that closes the one at ``start``, or None."""
        return self._pairs.get(start)

    @cached_property
    def _pairs(self) -> dict[int, int]:
        pairs: dict[int, int] = {}
        opened: dict[str, list[int]] = {"}": [], ")": [], "]": []}
        for match in re.finditer(r"[{}()\[\]]", self._text):
            if match[0] in _CLOSING:
                opened[_CLOSING[match[0]]].append(match.start())
            elif opened[match[0]]:
                pairs[opened[match[0]].pop()] = match.end()
        return pairs


def tag_end(text: str, position: int, brackets: Brackets) -> int | None:
    """The offset behind the tag whose attributes begin at ``position``, or None if this is no tag."""
    while True:
        if match := _ATTRIBUTES.match(text, position):
            position = match.end()
        if text.startswith((">", "/>"), position):
            return position + (1 if text[position] == ">" else 2)
        closing = brackets.end(position) if text.startswith("{", position) else None
        if closing is None:
            return None
        position = closing


def statement_end(text: str, start: int, brackets: Brackets, *, mdx: bool) -> int | None:
    """The offset behind the import or export statement at ``start``, or None if this is prose."""
    if match := _IMPORT.match(text, start):
        return match.end()
    if not _EXPORT.match(text, start):
        return None
    position: int | None = start
    while position is not None:
        step = _STEP.search(text, position)
        if step is None:
            return len(text)
        if step[0] == "\n" and not (mdx and text[step.end() : step.end() + 1].strip()):
            return step.start()
        position = step.end() if step[0] == "\n" else brackets.end(step.start())
    return None
