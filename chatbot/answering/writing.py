"""What a chat model writes, cut into sentences and list items as it comes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

_ITEM = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+(?=\S)")
_MARKS = re.compile(r"\s*(?:\[(?:passages?\s*)?\d{1,2}(?:\s*[,–-]\s*\d{1,2})*\]|\((?:see )?passages? \d{1,2}\))", re.I)
_PREAMBLE = re.compile(
    r"^(?:(?:according to|as (?:stated|mentioned|described) in|based on|per) (?:the |this )?"
    r"(?:passages?|articles?|text|posts?|context|information)(?: \[?\d{1,2}\]?)?(?: provided)?,?"
    r"|the (?:passages?|articles?|text)(?: \[?\d{1,2}\]?)? (?:says?|states?|mentions?|explains?) that"
    r"|(?:the )?answer(?: to (?:the|this|your) question)?(?: is)?:)\s+(?=\S)",
    re.I,
)
"""What a model says before what it says."""
_LINK = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_ADDRESS = re.compile(r"<?\b(?:https?://|www\.)[^\s<>]*[^\s<>.,;:!?)\]'\"]>?", re.I)
_UNTOLD = re.compile(r"^\s*(?:#|\||>|</?passages?|(?:question|passages?|sources?|references?)\s*:)", re.I)
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_WORD = re.compile(r"\w")
_OF_PASSAGES = re.compile(
    r"^(?:the|this|these|both|all)(?: (?:given|provided|above|first|second|third|last))? (?:passages?|texts?|context)\b"
    r"|\bpassages? \d|\bthe (?:given |provided )?passages?\b",
    re.I,
)
"""Talk of what only the model sees."""
_FEWEST = 6
"""Words from which a line without a stop is a sentence rather than a heading."""
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"))


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence or list item in plain text, without marks; ``ended`` is False where it is but a part of one."""

    text: str
    kind: Literal["sentence", "item"]
    ended: bool = True


class Cutter:
    """Cuts a growing text; headings, tables, code and questions of the model's own are left out.

    Args:
        starts: Gives the places in a plain text where its sentences begin.
        plain: Renders Markdown to plain text.
        source: A link that isn't in this text is removed.
    """

    def __init__(self, starts: Callable[[str], list[int]], plain: Callable[[str], str], source: str) -> None:
        self._starts = starts
        self._plain = plain
        self._source = source
        self._rest = ""
        self._coded = False

    def feed(self, piece: str) -> Iterator[Written]:
        """What is complete with one more piece."""
        self._rest += piece
        *lines, self._rest = self._rest.split("\n")
        for line in lines:
            yield from self._line(line)
        if not (self._coded or _ITEM.match(self._rest) or _UNTOLD.match(self._rest) or _FENCE.match(self._rest)):
            yield from self._begun()

    def end(self, *, whole: bool) -> Iterator[Written]:
        """What is left; ``whole`` says that the model came to an end by itself."""
        line, self._rest = self._rest, ""
        told = list(self._line(line))
        yield from told[:-1]
        for last in told[-1:]:
            yield replace(last, ended=last.ended and (whole or last.text.endswith((".", "!", "…"))))

    def _begun(self) -> Iterator[Written]:
        """The sentences of the line under way but its last, which may go on."""
        starts = self._starts(self._rest)
        if len(starts) < 2:
            return
        done, self._rest = self._rest[: starts[-1]], self._rest[starts[-1] :]
        yield from self._sentences(done)

    def _line(self, line: str) -> Iterator[Written]:
        if _FENCE.match(line):
            self._coded = not self._coded
        elif self._coded or _UNTOLD.match(line):
            return
        elif _ITEM.match(line):
            yield from self._told(_ITEM.sub("", line, count=1), "item")
        else:
            yield from self._sentences(line)

    def _sentences(self, text: str) -> Iterator[Written]:
        starts = self._starts(text)
        for start, end in pairwise([*starts, len(text)]):
            yield from self._told(text[start:end], "sentence")

    def _told(self, source: str, kind: Literal["sentence", "item"]) -> Iterator[Written]:
        text = self._cleaned(source)
        if _WORD.search(text) and not text.endswith("?") and not _OF_PASSAGES.search(text):
            yield Written(text, kind, _is_whole(text, kind))

    def _cleaned(self, source: str) -> str:
        """Plain text without marks, images, foreign links and mention of passages that no reader sees."""
        text = _MARKS.sub("", _LINK.sub(lambda match: "" if match[0].startswith("!") else match[1], source))
        text = _ADDRESS.sub(lambda match: match[0] if self._has(match[0].strip("<>")) else "", text)
        text = " ".join(self._plain(text.strip()).split())
        text = re.sub(r"\s+([.,;:!?])", r"\1", text)
        bare = _PREAMBLE.sub("", text)
        return bare if bare == text else bare[:1].upper() + bare[1:]

    def _has(self, address: str) -> bool:
        """Whether the posts have an address, and not only a longer one that begins so."""
        return re.search(re.escape(address) + r"(?![\w/?#=&%-]|\.\w)", self._source) is not None


def _is_whole(text: str, kind: str) -> bool:
    """Whether a text looks like all of a sentence: not half of an aside, nor a heading without its mark."""
    titled = kind == "sentence" and len(text.split()) < _FEWEST and text[-1].isalnum()
    return not titled and all(text.count(left) == text.count(right) for left, right in _PAIRS)
