"""A Markdown body to sections of units: the sentences, list items, table rows and code blocks that can be quoted."""

import re
from collections.abc import Container
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.tree import SyntaxTreeNode

from chatbot.inline import BLOCK_TAGS, LINE_END, PREFIX, Rendered, render, split_lines, unwrap
from chatbot.plaintext import plain_text
from chatbot.records import SpanKind
from chatbot.sentences import sentence_starts

_ANCHOR = re.compile(r"\s*\{:?\s*#([^\s{}]+)[^{}]*\}\s*\Z")
_ROW_PREFIX = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+[ \t>]*)*")
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style)\b.*?(?:</(?P=raw)\s*>|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[|\]\]>|<![A-Za-z][^>]*>"
    r"|</?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?:\s(?:\"[^\"]*\"|'[^']*'|[^'\">])*)?/?>|(?:\r\n?|\n)[ \t>]*(?=[\r\n])",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A span of the body with what joins it to the one before: ``" "``, a line end, or an empty line."""

    start: int
    end: int
    text: str
    kind: SpanKind
    block: int
    level: int = 0
    glue: str = " "
    number: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's plain text, its rank from 1, its place in the body, and its anchor if it names one."""

    text: str
    rank: int
    start: int
    end: int
    anchor: str = ""

    @property
    def line(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())


@dataclass(slots=True)
class Section:
    """What stands between two headings; ``heading`` is None before the first."""

    heading: Heading | None = None
    units: list[Unit] = field(default_factory=list)


def read_sections(body: str) -> list[Section]:
    """Read a Markdown body into its sections, in order; offsets are into the body as it is."""
    env: dict[str, Any] = {}
    tree = SyntaxTreeNode(_PARSER.parse(body, env))
    reader = _Reader(body, env.get("references", {}))
    for node in tree.children:
        if node.type == "heading":
            reader.open(node)
        else:
            reader.read_block(node)
    return reader.sections


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    return parser.disable(["inline", "text_join"])


_PARSER = _parser()


class _Reader:
    """Walks the syntax tree and collects units with their offsets."""

    def __init__(self, body: str, references: Container[str]) -> None:
        self.body = body
        self.references = references
        self.lines = split_lines(body)
        self.sections = [Section()]
        self.block = 0
        self.level = 0
        self.number = 0
        self.glue = "\n\n"

    def open(self, node: SyntaxTreeNode) -> None:
        """A heading begins a section."""
        start, end = self._region(node.children[0])
        named = _ANCHOR.search(self.body[start:end])
        end = start + named.start() if named else end
        text = plain_text(self.body[start:end])
        heading = Heading(text, int(node.tag[1]), start, end, named[1] if named else "")
        self.sections.append(Section(heading))
        self.block = 0

    def read_block(self, node: SyntaxTreeNode) -> None:
        """A block outside of lists, with a number of its own."""
        if node.type == "blockquote":
            for child in node.children:
                self.read_block(child)
            return
        self.glue = "\n\n"
        units = self.sections[-1].units
        count = len(units)
        self.read(node)
        self.block += len(units) > count

    def read(self, node: SyntaxTreeNode) -> None:
        """A block, wherever it stands."""
        if node.type in ("paragraph", "heading"):
            self._paragraph(node, "heading" if node.type == "heading" else "sentence")
        elif node.type in ("bullet_list", "ordered_list"):
            self._list(node)
        elif node.type == "table":
            self._table(node)
        elif node.type in ("fence", "code_block"):
            self._code(node)
        elif node.type == "html_block":
            self._html(node)
        else:
            for child in node.children:
                self.read(child)

    def _list(self, node: SyntaxTreeNode) -> None:
        first = int(node.attrs.get("start", 1))
        self.level += 1
        for place, item in enumerate(node.children):
            number = first + place if node.type == "ordered_list" else 0
            for index, child in enumerate(item.children):
                self._part_of_item(child, index == 0, number)
        self.level -= 1

    def _part_of_item(self, node: SyntaxTreeNode, first: bool, number: int) -> None:
        if first and node.type == "paragraph":
            self.number = number
            self._paragraph(node, "item")
            self.number = 0
        else:
            self.read(node)

    def _paragraph(self, node: SyntaxTreeNode, kind: SpanKind) -> None:
        inline = node.children[0]
        start, end = self._region(inline)
        content, _ = unwrap(self.body[start:end])
        if content == "\n".join(line.lstrip(" \t") for line in inline.content.split("\n")):
            self._prose(start, end, kind)
        else:
            self._line_by_line(inline, kind)

    def _line_by_line(self, inline: SyntaxTreeNode, kind: SpanKind) -> None:
        """A paragraph whose lines can't be told from their prefixes: each line stands for itself."""
        row, stop = _lines_of(inline)
        for line in inline.content.split("\n"):
            start, end, row = self._place(line, row, stop)
            self._prose(start, end, kind)

    def _region(self, inline: SyntaxTreeNode) -> tuple[int, int]:
        """Where the content of a paragraph or heading begins and ends in the body."""
        lines = inline.content.split("\n")
        first, stop = _lines_of(inline)
        start, end, row = self._place(lines[0], first, stop)
        if len(lines) > 1:
            _, end, _ = self._place(lines[-1], max(row, first + len(lines) - 1), stop)
        return start, end

    def _place(self, content: str, row: int, stop: int) -> tuple[int, int, int]:
        """Start and end of a content line in the first source line from ``row`` on that has it, and the row after."""
        content = content.strip()
        for index in range(row, stop):
            start, line = self.lines[index]
            at = line.rstrip().rfind(content)
            if at >= 0:
                return start + at, start + at + len(content), index + 1
        start = self.lines[min(row, stop - 1)][0]
        return start, start, row

    def _prose(self, start: int, end: int, kind: SpanKind) -> None:
        """Sentences of a paragraph, or one unit for anything but a paragraph."""
        rendered = render(self.body[start:end])
        undefined = self._undefined(rendered)
        if undefined:
            for begin, stop in pairwise([start, *(start + at for at in undefined), end]):
                self._prose(begin, stop, kind)
            return
        if not rendered.text:
            return
        self._new_line()
        starts = sentence_starts(rendered.text) if kind == "sentence" else [0]
        cuts = [index for index in starts[1:] if rendered.free[index]]
        first = rendered.starts[0] if rendered.free[0] else 0
        begin, begin_text = first, 0
        for cut in [*cuts, None]:
            expected = rendered.text[begin_text:cut].rstrip()
            gap = begin_text + len(expected)
            stop = end - start if cut is None else rendered.starts[gap]
            if cut is None or plain_text(self.body[start + begin : start + stop]) == expected:
                self._add(start + begin, start + stop, kind)
                begin, begin_text = (stop, 0) if cut is None else (rendered.starts[cut], cut)

    def _undefined(self, rendered: Rendered) -> list[int]:
        """Where references without a definition have their labels: visible text, which would vanish in the whole."""
        return sorted(at for at, label in rendered.labels if normalizeReference(label) not in self.references)

    def _add(self, start: int, end: int, kind: SpanKind) -> None:
        source = self.body[start:end].rstrip()
        text = plain_text(source)
        if not text:
            return
        units = self.sections[-1].units
        end = start + len(source)
        units.append(Unit(start, end, text, kind, self.block, self.level, self.glue, self.number))
        self.glue, self.number = " ", 0

    def _new_line(self) -> None:
        """What comes next is not on the line of what came before."""
        self.glue = self.glue if self.glue == "\n\n" else "\n"

    def _table(self, node: SyntaxTreeNode) -> None:
        for row in node.walk():
            if row.type == "tr":
                self._row(row, "header" if row.parent and row.parent.type == "thead" else "row")

    def _row(self, node: SyntaxTreeNode, kind: SpanKind) -> None:
        self._new_line()
        start, line = self.lines[_lines_of(node)[0]]
        prefix = _ROW_PREFIX.match(line) if kind == "header" else PREFIX.match(line)
        first = prefix.end() if prefix else 0
        row = line[first:].rstrip()
        row = row if row.startswith("|") else re.sub(r"\s*(?<!\\)\|\Z", "", row)
        self._add(start + first, start + first + len(row), kind)

    def _code(self, node: SyntaxTreeNode) -> None:
        self._new_line()
        row, stop = _lines_of(node)
        start, line = self.lines[row]
        last, last_line = self.lines[stop - 1]
        at = line.find(node.markup) if node.type == "fence" else self._indent_of_code(line, node.content)
        self._add(start + at, last + len(last_line), "code")

    def _indent_of_code(self, line: str, content: str) -> int:
        """Where the white space before an indented code block's first line begins."""
        code = content.split("\n")[0].lstrip()
        at = line.rfind(code)
        before = line[:at].rstrip(" \t")
        return len(before) + before.endswith(">")

    def _html(self, node: SyntaxTreeNode) -> None:
        """The text between block-level tags and empty lines, each piece as a paragraph.

        Markdown in it counts as such, as it does on sites that allow it there.
        """
        row, stop = _lines_of(node)
        begin = self.lines[row][0] + self._html_prefix(node, self.lines[row][1])
        end = self.lines[stop - 1][0] + len(self.lines[stop - 1][1])
        source = self.body[begin:end]
        at = 0
        for match in _TAG.finditer(source):
            if _parts_text(match):
                self._piece(begin + at, begin + match.start())
                at = match.end()
        self._piece(begin + at, end)

    def _html_prefix(self, node: SyntaxTreeNode, line: str) -> int:
        return max(line.rfind(node.content.split("\n")[0].strip()), 0)

    def _piece(self, start: int, end: int) -> None:
        source = self.body[start:end]
        prefix = PREFIX.match(LINE_END.sub(" ", source))
        start += prefix.end() if prefix else 0
        if start < end:
            self._prose(start, start + len(self.body[start:end].rstrip()), "sentence")


def _lines_of(node: SyntaxTreeNode) -> tuple[int, int]:
    return node.map or (0, 1)


def _parts_text(match: re.Match[str]) -> bool:
    name = match.group("name")
    return name is None or name.lower() in BLOCK_TAGS
