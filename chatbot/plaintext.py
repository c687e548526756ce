"""Markdown of a quote to plain text.

The rendering rule, in one place (``plain_text``):

* Markup vanishes: emphasis, backticks, HTML tags, comments. A link renders to its text, an image to nothing.
* ``[text][label]`` and ``[text][]`` render to ``text`` wherever the label is defined, so that a quote renders the same
  on its own as in its article; a lone ``[text]`` keeps its brackets. A footnote mark ``[^1]`` renders to nothing.
* Typewriter quotes, as in: he said, two backticks, a space, words, two apostrophes, are no code and stay as they are.
* Entities and backslash escapes are decoded. White space collapses to one space, a hard line break to a line end.
* Continuation lines lose their indent and their ``>`` marks.
* A source that begins with ``|`` and has one line is a table row: its cells are joined by `` | ``.
* A source that begins with a code fence or with white space is code: it keeps its lines, without the fence and without
  the indent and ``>`` marks that all its lines share.
"""

import re

from chatbot.inline import INDENT, LINE_END, PREFIX, render, split_lines

_MARKED = re.compile(r"[\\`*_\[\]<>&~|\r\n\0]|\s\s|[^\S ]|^\s|\s$")
_QUOTE_MARK = re.compile(r"[ \t]*> ?")
_FENCE = re.compile(r"(`{3,})[^`\r\n]*(?=[\r\n]|\Z)|(~{3,})[^\r\n]*(?=[\r\n]|\Z)")
_PIPE = re.compile(r"(?<!\\)\|")


def plain_text(markdown: str) -> str:
    """Render the Markdown source of a quote to plain text, by the rule of this module."""
    if not _MARKED.search(markdown):
        return markdown
    if markdown[0].isspace() or _FENCE.match(markdown):
        return _code(markdown)
    if markdown[0] == "|" and not LINE_END.search(markdown):
        return _row(markdown)
    return render(markdown).text


def _row(source: str) -> str:
    inner = _PIPE.sub("", source, count=1).rstrip()
    cells = _PIPE.split(inner[:-1] if _PIPE.match(inner, len(inner) - 1) else inner)
    texts = [render(cell.replace("\\|", "|").strip()).text for cell in cells]
    return " | ".join(texts) if any(texts) else ""


def _code(source: str) -> str:
    """The lines of a code block without fence, shared quote marks and shared indent."""
    fence = _FENCE.match(source)
    lines = [line for _, line in split_lines(source)]
    whole = not lines[0].strip() or bool(fence)
    head, rest = ([], lines[1:]) if whole else (lines[:1], lines[1:])
    for _ in range(_shared_marks(rest)):
        rest = [_QUOTE_MARK.sub("", line, count=1) for line in rest]
    lines = _dedented([*head, *rest])
    if fence and lines and _closes(lines[-1], fence.group(1) or fence.group(2)):
        lines.pop()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _shared_marks(lines: list[str]) -> int:
    counts = [line[: PREFIX.match(line).end()].count(">") for line in lines if line.strip()]  # type: ignore[union-attr]
    return min(counts, default=0)


def _dedented(lines: list[str]) -> list[str]:
    indents = [INDENT.match(line).end() for line in lines if line.strip()]  # type: ignore[union-attr]
    shared = min(indents, default=0)
    return [line[shared:] for line in lines]


def _closes(line: str, marker: str) -> bool:
    line = line.strip()
    return len(line) >= len(marker) and not line.strip(marker[0])
