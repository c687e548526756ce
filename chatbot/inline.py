"""Inline Markdown to plain text, with the place in the source of every visible character."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

BLOCK_TAGS = frozenset([*block_names, "pre", "script", "style", "textarea", "video", "audio", "button", "select"])
"""HTML tags that part the text before them from the text after."""

LINE_END = re.compile(r"\r\n?|\n")
INDENT = re.compile(r"[ \t]*")
PREFIX = re.compile(r"(?:[ \t]*>)*[ \t]*")
"""Indent and quote marks of a continuation line."""

_SPACES = re.compile(r"\s{2,}|[^\S ]")
_OPEN_TAG = re.compile(r"<[A-Za-z/!][^<>]*\Z")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]+\]")
_LABEL = re.compile(r"\[(?!\^)[^\[\]]{0,999}\]")
_QUOTE = re.compile(r"``(?= [^`]*? ''(?!'))")
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")


@dataclass(frozen=True, slots=True)
class Rendered:
    """Plain text and, for each of its characters, where its source begins and whether a cut before it is clean.

    A cut is clean outside of emphasis, links and code, where the source on either side renders on its own.
    """

    text: str
    starts: list[int]
    free: list[bool]
    labels: list[tuple[int, str]]
    """Labels of the references in the text, each with where its bracket opens in the source."""


def render(source: str) -> Rendered:
    """Render inline Markdown, continuation lines included, keeping the place of every character."""
    content, lines = unwrap(source)
    tokens = _tokens(content)
    text, starts, free = _characters(tokens)
    places, labels = _labels(tokens)
    if len(lines) > 1:
        starts, places = _in_source(starts, lines), _in_source(places, lines)
    return _collapsed(text, starts, free, list(zip(places, labels, strict=True)))


def unwrap(source: str) -> tuple[str, list[tuple[int, int]]]:
    """Join the lines of a paragraph without their indents and quote marks.

    Returns:
        The content, and for each line where it begins in the content and in the source.
    """
    content, at = "", 0
    parts: list[str] = []
    lines: list[tuple[int, int]] = []
    for start, line in split_lines(source):
        skipped = _prefix(content, line) if lines else 0
        parts.append(line[skipped:])
        lines.append((at, start + skipped))
        at += len(line) - skipped + 1
        content = _tail(content, line[skipped:])
    return "\n".join(parts), lines


def split_lines(source: str) -> list[tuple[int, str]]:
    """The lines of a text, each with its start; a NUL reads as U+FFFD, as in CommonMark."""
    lines, start = [], 0
    for match in LINE_END.finditer(source):
        lines.append((start, source[start : match.start()].replace("\0", "\ufffd")))
        start = match.end()
    return [*lines, (start, source[start:].replace("\0", "\ufffd"))]


def _tail(before: str, line: str) -> str:
    """What may be an open tag at the end of the text so far."""
    match = _OPEN_TAG.search(line) if "<" in line else None
    if match:
        return match.group()
    return f"{before} {line}" if before and not ("<" in line or ">" in line) else ""


def _prefix(before: str, line: str) -> int:
    """Length of the indent and quote marks of a continuation line; inside an open tag ``>`` is no quote mark."""
    pattern = INDENT if before else PREFIX
    match = pattern.match(line)
    return match.end() if match else 0


class _State(StateInline):
    """An inline parser's state that notes in ``token.meta["at"]`` where each token begins in the content."""

    began: int | None = None

    def append_pending(self, text: str) -> None:
        if self.began is None:
            self.began = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802
        token = super().pushPending()
        token.meta["at"] = self.pos if self.began is None else self.began
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self._place(ttype)
        self.began = None
        return token

    def _place(self, kind: str) -> int:
        previous = self.tokens[-2] if len(self.tokens) > 1 else None
        if kind == "text" and previous and previous.type == "text" and previous.meta.get("run") == self.pos:
            place = int(previous.meta["at"]) + len(previous.content)
        else:
            place = self.pos
        self.tokens[-1].meta["run"] = self.pos
        return place


def _reference(state: StateInline, silent: bool) -> bool:
    """``[text][label]`` is a link and ``![text][label]`` an image, wherever the label is defined."""
    image = state.src.startswith("![", state.pos)
    if not image and state.src[state.pos] != "[":
        return False
    label = state.pos + 1 if image else state.pos
    end = state.md.helpers.parseLinkLabel(state, label, not image)
    match = _LABEL.match(state.src, end + 1, state.posMax) if end > label + 1 else None
    if not match:
        return False
    if not silent:
        text = state.src[label + 1 : end]
        _push_reference(state, label + 1, end, image).meta["label"] = (end + 1, match.group()[1:-1] or text)
    state.pos = match.end()
    return True


def _push_reference(state: StateInline, start: int, end: int, image: bool) -> Token:
    if image:
        return state.push("image", "img", 0)
    maximum = state.posMax
    state.pos, state.posMax = start, end
    token = state.push("link_open", "a", 1)
    state.md.inline.tokenize(state)
    state.push("link_close", "a", -1)
    state.posMax = maximum
    return token


def _typewriter_quote(state: StateInline, silent: bool) -> bool:
    """Two backticks that open a quote which two apostrophes close."""
    if not _QUOTE.match(state.src, state.pos, state.posMax) or state.src[state.pos - 1 : state.pos] == "`":
        return False
    if not silent:
        state.append_pending("``")
    state.pos += 2
    return True


def _footnote(state: StateInline, silent: bool) -> bool:
    """``[^1]`` is a footnote's mark; at the start of a text, ``[^1]:`` is."""
    match = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.push("footnote", "", 0)
    state.pos = match.end()
    if match.start() == 0 and state.src.startswith(":", state.pos):
        state.pos += 1
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("strikethrough")
    parser.inline.ruler2.disable("fragments_join")
    parser.inline.ruler.before("backticks", "typewriter_quote", _typewriter_quote)
    parser.inline.ruler.before("link", "reference", _reference)
    parser.inline.ruler.before("reference", "footnote", _footnote)
    return parser


_PARSER = _parser()


def _tokens(content: str) -> list[Token]:
    state = _State(content, _PARSER, {}, [])
    _PARSER.inline.tokenize(state)
    for rule in _PARSER.inline.ruler2.getRules(""):
        rule(state)
    return state.tokens


def _characters(tokens: list[Token]) -> tuple[str, list[int], list[bool]]:
    """Visible text, the place of each character, and whether a cut before it is clean.

    Markup that opens something belongs to the character after it, markup that closes something to the one before.
    """
    parts: list[str] = []
    starts: list[int] = []
    free: list[bool] = []
    level, opened = 0, None
    for index, token in enumerate(tokens):
        level += min(token.nesting, 0)
        visible = _visible(token)
        if not visible and opened is None and level == 0 and _opens(tokens, index):
            opened = _start(token)
        level += max(token.nesting, 0)
        if not visible:
            continue
        first = len(starts)
        parts.append(visible)
        starts.extend(_places(token, len(visible)))
        free.extend([level == 0 and token.type == "text"] * len(visible))
        free[first] = level == 0
        if opened is not None:
            starts[first], free[first], opened = opened, True, None
    return "".join(parts), starts, free


def _labels(tokens: list[Token]) -> tuple[list[int], list[str]]:
    found = [token.meta["label"] for token in tokens if "label" in token.meta]
    return [at for at, _ in found], [label for _, label in found]


def _visible(token: Token) -> str:
    if token.type in ("text", "text_special", "code_inline"):
        return token.content
    if token.type == "html_inline":
        return _tag_text(token.content)
    return {"softbreak": " ", "hardbreak": "\n"}.get(token.type, "")


def _tag_text(tag: str) -> str:
    name = _TAG_NAME.match(tag)
    if not name:
        return ""
    if name[1].lower() == "br":
        return "\n"
    return " " if name[1].lower() in BLOCK_TAGS else ""


def _opens(tokens: list[Token], index: int) -> bool:
    token = tokens[index]
    if token.type == "text":  # one half of a strong marker
        return index == 0 or tokens[index - 1].nesting >= 0
    if token.type == "html_inline":
        return not token.content.startswith("</")
    return token.nesting > 0 or token.type == "image"


def _start(token: Token) -> int:
    at = int(token.meta["at"])
    return at - 1 if token.type == "link_open" and token.markup != "autolink" else at


def _places(token: Token, length: int) -> list[int]:
    at = int(token.meta["at"])
    return list(range(at, at + length)) if token.type == "text" else [at] * length


def _in_source(starts: list[int], lines: list[tuple[int, int]]) -> list[int]:
    begins = [content for content, _ in lines]
    shifts = [source - content for content, source in lines]
    return [start + shifts[bisect_right(begins, start) - 1] for start in starts]


def _collapsed(text: str, starts: list[int], free: list[bool], labels: list[tuple[int, str]]) -> Rendered:
    """White space runs to one character, none at either end."""
    if _SPACES.search(text):
        kept = [(match.start(), match.end()) for match in _SPACES.finditer(text)]
        dropped = {index for start, end in kept for index in range(start + 1, end)}
        keep = [index for index in range(len(text)) if index not in dropped]
        text = _SPACES.sub(lambda match: "\n" if "\n" in match.group() else " ", text)
        starts, free = [starts[index] for index in keep], [free[index] for index in keep]
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    return Rendered(text[first:last], starts[first:last], free[first:last], labels)
