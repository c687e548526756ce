"""Template code in Markdown, replaced by spaces so that every offset stays what it was.

Shortcodes, Liquid and Nunjucks tags, JSX and MDX, comments, scripts and styles are what a site generator or a browser
takes away; the prose between paired tags stays. Code fences, inline code and highlighted blocks are left untouched.
"""

import re
from collections.abc import Callable

from chatbot.blanking import blank
from chatbot.jsx import Brackets, statement_end, tag_end
from chatbot.patterns import closing_block, closing_tag, fence_end, indented_code, literally, quoted_or, run_of_ticks

_BULLET = r"(?:[-*+]|\d{1,9}[.)])"
_TRIGGER = re.compile(
    rf"""
    ^(?:
        [ \t>]*(?:{_BULLET}[ \t]+)*(?P<fence>`{{3,}}(?=[^`\n]*$)|~{{3,}})
        | (?P<module>import|export)\b
        | [ \t>]*(?P<aside>:::+[^\n]*|\[\[?_?toc_?\]\]?[ \t]*$)
        | [ \t]*>[ \t>]*(?P<alert>\[!\w+\])
        | [ >]*(?P<definition>\[\^[^\]\s]+\]:)
        | (?P<indent>[ ]{{4}}|[ ]{{0,3}}\t)
    )
    | (?=[\\`<{{\[])(?:
        (?P<escape>\\(?:[\\`<\[]|\{{(?![{{%\#])))
        | (?P<ticks>`+)
        | (?P<comment><!--)
        | (?P<hidden><(?:script|style)(?=[\s>/]))
        | (?P<server><%)
        | (?P<tag></?(?:[a-z][a-z0-9.-]*(?=[\s/>])|(?=>)))
        | (?P<shortcode>\{{\{{[<%])
        | (?P<expression>\{{\{{)
        | (?P<liquid>\{{%)
        | (?P<brace>\{{)
        | (?P<footnote>\[\^[^\]\s]+\])
    )
    """,
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
_BLOCK_END = re.compile(rf"\n[ \t>]*(?:\n|{_BULLET}[ \t]|\#{{1,6}}[ \t]|`{{3}}|~{{3}}|\|)|\Z")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n|\Z")
_LINE_END = re.compile(r"\n|\Z")
_HEADING_ID = re.compile(r"\{#[^\s{}#]+\}")
_RAW = re.compile(r"\{%[-~+]?\s*(?:end)?(?:raw|verbatim)\s*[-~+]?%\}")
_DEFINED = re.compile(r"^[ >]*(\[\^[^\]\s]+\]):", re.MULTILINE)
_ITEM = r"""(?:[.#][\w:-]+|[\w-]+=(?:"[^"\n]*"|'[^'\n]*'|[\w-]+))"""
_ATTRIBUTES = re.compile(
    rf"\{{(?=[ \t]*[.:]|[ \t]*[\w-]+=[\"'])(?:[ \t]*:?[ \t]*{_ITEM}(?:[ \t]+{_ITEM})*"
    rf"|:[ \t]*(?:toc|refdef|[\w-]+)(?:[ \t]+{_ITEM})*|::[^}}\n]*|:/\w*)[ \t]*\}}"
)
_NAME = re.compile(r"[-~+<%{\s]*([\w/.-]*)")
_WORD = re.compile(r"\w[\w/.-]*")
_LINK_HEAD = re.compile(r"\]\([ \t]*([^()\s]*)$")
_LINK_REST = re.compile(r"[^()\s{]*")
_REFERENCE = re.compile(r"(?:^|\n) {0,3}\[[^\]\n]+\]:[ \t]*$")
_NEAR = 500
"""How far, in characters, quotes inside a tag are told apart from its end."""
_LONGEST = 10_000
"""Longest tag, in characters."""

_UNSEEN = {"capture", "comment", "css", "javascript", "js", "macro", "schema", "script", "set", "setasync", "style"}
"""Block tags whose content is not shown where it stands."""
_LITERAL = {"raw", "verbatim"}
"""Block tags whose content is shown as it is written."""
_CODE = {"code", "codeblock", "highlight", "mermaid"}
"""Block tags whose content is code."""
_BLOCKS = _UNSEEN | _LITERAL | _CODE


def visible(text: str, *, mdx: bool = False) -> str:
    """Markdown with its template code replaced by spaces.

    Args:
        text: Markdown without front matter, any line ends.
        mdx: Whether ``{expressions}`` in prose are code too, as in ``.mdx`` files.

    Returns:
        Text of the same length, with the same line ends at the same places. Where plain spaces at the start of a line
        would turn the prose behind them into an indented code block, no-break spaces stand in.
    """
    # One character for one, so that the scan knows a single kind of line end.
    scanned = text.replace("\r\n", " \n").replace("\r", "\n")
    return blank(text, scanned, _Scan(scanned, mdx).run())


class _Scan:
    """One pass over a text that finds its template code; each step returns where to go on."""

    def __init__(self, text: str, mdx: bool) -> None:
        self.text = text
        self.mdx = mdx
        self.spans: list[tuple[int, int]] = []
        self._brackets = Brackets(text)
        self._footnotes = set(_DEFINED.findall(text))
        self._indented = indented_code(text)
        self._code_until = 0
        self._literal_until = 0
        self._link_until = -1
        self._found: dict[re.Pattern[str], re.Match[str] | None] = {}

    def run(self) -> list[tuple[int, int]]:
        """Start and end of each stretch of template code, in order."""
        position = 0
        while match := _TRIGGER.search(self.text, position):
            kind = str(match.lastgroup)
            start, end = match.span(kind)
            unseen = start < self._code_until and kind in _NOT_IN_CODE
            position = end if unseen else _STEPS[kind](self, start, end)
            position = max(position, end, match.start() + 1)
        return self.spans

    def _mask(self, start: int, end: int) -> int:
        self.spans.append((start, end))
        return end

    def _next(self, pattern: re.Pattern[str], position: int) -> re.Match[str] | None:
        """The first match from a position on; positions only grow, so each stretch is searched once."""
        known = self._found.get(pattern)
        if pattern not in self._found or (known and known.start() < position):
            known = self._found[pattern] = pattern.search(self.text, position)
        return known

    def _end(self, pattern: re.Pattern[str], position: int) -> int:
        match = self._next(pattern, position)
        return match.start() if match else len(self.text)

    def _mask_until(self, start: int, end: int, close: str) -> int:
        """Mask up to and with the closing words, or nothing where they don't come."""
        match = self._next(literally(close), end)
        return self._mask(start, match.end()) if match else end

    def _indent(self, start: int, end: int) -> int:
        if start in self._indented:
            self._code_until = self._end(_LINE_END, end)
        return end

    def _fence(self, start: int, end: int) -> int:
        line = self.text.rfind("\n", 0, start) + 1
        close = self._next(fence_end(self.text[start], end - start, start - line + 3), end)
        if close:
            return close.end()
        return len(self.text) if start == line else self._end(_LINE_END, end)

    def _ticks(self, start: int, end: int) -> int:
        limit = self._end(_BLOCK_END, end)
        close = run_of_ticks(end - start).search(self.text, end, limit)
        return close.end() if close else end

    def _module(self, start: int, end: int) -> int:
        close = statement_end(self.text, start, self._brackets, mdx=self.mdx)
        return self._mask(start, close) if close else end

    def _comment(self, start: int, end: int) -> int:
        return self._mask_until(start, end, "-->")

    def _server(self, start: int, end: int) -> int:
        return self._mask_until(start, end, "%>")

    def _hidden(self, start: int, end: int) -> int:
        opening = self._next(literally(">"), end)
        if opening and self.text[opening.start() - 1] == "/":
            return self._mask(start, opening.end())
        close = self._next(closing_tag(self.text[start + 1 : end].lower()), end)
        return self._mask(start, close.end()) if close else end

    def _tag(self, start: int, end: int) -> int:
        name = self.text[start:end].lstrip("</")
        close = tag_end(self.text, end, self._brackets)
        if close is None or not (name or self.mdx):
            return end
        code = not name or name[0].isupper() or "={" in self.text[start:close]
        return self._mask(start, close) if code else end

    def _brace(self, start: int, end: int) -> int:
        if self.text.startswith("{/*", start):
            return self._mask_until(start, end, "*/}")
        if match := _ATTRIBUTES.match(self.text, start):
            return self._attributes(start, match)
        if self.text.startswith("{#", start):
            return self._note(start, end)
        close = self._brackets.end(start) if self.mdx else None
        return self._mask(start, close) if close else end

    def _note(self, start: int, end: int) -> int:
        """A Nunjucks comment, not the explicit id of a heading."""
        return end if _HEADING_ID.match(self.text, start) else self._mask_until(start, end, "#}")

    def _attributes(self, start: int, match: re.Match[str]) -> int:
        if match[0].startswith("{::comment"):
            return self._mask_until(start, match.end(), "{:/comment}")
        return self._mask(start, match.end())

    def _footnote(self, start: int, end: int) -> int:
        return self._mask(start, end) if self.text[start:end] in self._footnotes else end

    def _expression(self, start: int, end: int) -> int:
        if start < self._literal_until:
            return end
        close = self._close("}}", end, self._end(_PARAGRAPH_END, end))
        if close is None:
            return end
        return self._inline(start, close + 1 if self._triple(start, close) else close)

    def _shortcode(self, start: int, end: int) -> int:
        if start < self._literal_until:
            return end
        mark = self.text[start + 2]
        if self.text.startswith("/*", end):
            return self._mask_until(start, end, "*/" + ("%" if mark == "%" else ">") + "}}")
        close = self._close("%}}" if mark == "%" else ">}}", end, self._end(_PARAGRAPH_END, end))
        return end if close is None else self._block(start, close, r"\{\{[<%]\s*/\s*")

    def _liquid(self, start: int, end: int) -> int:
        if start < self._literal_until:
            return end
        close = self._close("%}", end, len(self.text))
        return end if close is None else self._block(start, close, r"\{%[-~+]?\s*(?:end|/)\s*")

    def _close(self, token: str, position: int, limit: int) -> int | None:
        """Behind the closing token of a tag: the first outside quotes, else the first."""
        plain = self._next(literally(token), position)
        if plain is None or plain.end() > min(limit, position + _LONGEST):
            return None
        for match in quoted_or(token).finditer(self.text, position, min(limit, position + _NEAR)):
            if match[1]:
                return match.end()
        return plain.end()

    def _block(self, start: int, end: int, closing: str) -> int:
        """Mask a tag; where it opens a block of code, raw text or unseen content, deal with that too."""
        name = _name(self.text[start:end])
        close = self._next(closing_block(closing, name), end) if name in _BLOCKS else None
        if close is None or (name == "set" and "=" in self.text[start:end]):
            return self._inline(start, end)
        if name in _UNSEEN:
            return self._mask(start, close.start())
        self._mask(start, end)
        if name in _CODE:
            return self._raw_marks(end, close.start())
        self._literal_until = close.start()
        return end

    def _triple(self, start: int, close: int) -> bool:
        return self.text.startswith("{{{", start) and self.text.startswith("}", close)

    def _raw_marks(self, start: int, end: int) -> int:
        """Mask the marks of raw text within a block of code, which is otherwise left as it is."""
        for match in _RAW.finditer(self.text, start, end):
            self._mask(*match.span())
        return end

    def _inline(self, start: int, end: int) -> int:
        """Mask a tag; in a link's destination, all of it, as a destination with spaces would be no link."""
        before = self.text[max(0, start - 300) : start]
        head = _LINK_HEAD.search(before)
        if head or start == self._link_until:
            self._link_until = _behind(_LINK_REST, self.text, end)
            return self._mask(start - len(head[1] if head else ""), self._link_until)
        if _REFERENCE.search(before) and not self.text[end : end + 1].strip():
            return self._keep_a_word(start, end)
        return self._mask(start, end)

    def _keep_a_word(self, start: int, end: int) -> int:
        """Mask a tag but for one word, so that a link reference definition keeps a destination."""
        word = _WORD.search(self.text, start, end)
        self._mask(start, word.start() if word else end)
        return self._mask(word.end(), end) if word else end


_NOT_IN_CODE = {"module", "aside", "alert", "definition", "escape", "ticks", "tag", "brace", "footnote"}
"""What an indented code block may hold as it is."""
_STEPS: dict[str, Callable[[_Scan, int, int], int]] = {
    "fence": _Scan._fence,
    "module": _Scan._module,
    "aside": _Scan._mask,
    "alert": _Scan._mask,
    "definition": _Scan._mask,
    "indent": _Scan._indent,
    "escape": lambda _scan, _start, end: end,
    "ticks": _Scan._ticks,
    "comment": _Scan._comment,
    "hidden": _Scan._hidden,
    "server": _Scan._server,
    "tag": _Scan._tag,
    "shortcode": _Scan._shortcode,
    "expression": _Scan._expression,
    "liquid": _Scan._liquid,
    "brace": _Scan._brace,
    "footnote": _Scan._footnote,
}


def _name(tag: str) -> str:
    named = _NAME.match(tag)
    return named[1].lower() if named else ""


def _behind(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
