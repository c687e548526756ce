"""The records that travel from room to room: frozen, plain data.

All offsets count Unicode code points in the file's text as decoded with its line ends kept, so ``text[start:end]`` is
the Markdown source of what a record quotes.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal

SpanKind = Literal["sentence", "item", "row", "header", "code", "heading", "field"]
"""A span is prose, a list item, a table row or its header, a code block, a lone heading or a front-matter line."""

PassageKind = Literal["text", "list", "table", "code"]
"""What most of a passage is."""


@dataclass(frozen=True, slots=True)
class Span:
    """The smallest thing that can be quoted: a sentence, list item, table row, code block or front-matter line.

    ``start`` and ``end`` are offsets into the file; ``text`` is that source rendered to plain text.
    ``block`` counts the blocks (paragraph, list, table, fence) of a passage from 0, so that items of one list share it;
    ``level`` is 0 for prose and the nesting depth, from 1, for list items; ``number`` is the number of an item in a
    numbered list, as the list counts from where its author had it start, 0 elsewhere.
    """

    start: int
    end: int
    text: str
    kind: SpanKind = "sentence"
    block: int = 0
    level: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A part of what a chat model is asked: the instructions, what was asked, or what was answered before."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question's place among those that wait for a chat model: 1 is next, 0 is its turn."""

    place: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of what a chat model wrote where it may not write as much as it would have."""


@dataclass(frozen=True, slots=True)
class Article:
    """One post.

    ``path`` is relative to the corpus, with forward slashes. ``body`` is what a reader of the site sees, as Markdown:
    it has the length of its part of the file, template code being replaced by spaces, and begins at character
    ``offset`` of the file. ``sources`` maps ``title``, ``date``, ``tags`` … to the front-matter lines they came from.
    """

    slug: str
    title: str
    body: str
    path: str
    url: str
    date: dt.date | None = None
    updated: dt.date | None = None
    tags: tuple[str, ...] = ()
    description: str = ""
    image: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    offset: int = 0
    sources: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """A section of an article or a part of one: what is embedded, searched and quoted from.

    ``id`` is a hash of path, offsets and text. ``text`` is plain text; ``sentences`` are its spans in order. Its
    ``headings`` lead from the top of the article to the section; ``anchor`` is the innermost one's on the site.
    """

    id: str
    slug: str
    path: str
    title: str
    url: str
    headings: tuple[str, ...]
    anchor: str
    kind: PassageKind
    text: str
    start: int
    end: int
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question; ``score`` is 0..1 and comparable across questions."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words behind a statement, and a link to the very sentence."""

    number: int
    slug: str
    title: str
    url: str
    headings: tuple[str, ...]
    date: dt.date | None
    quote: str
    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or one list item of an answer; ``citations`` are the numbers of the citations behind it.

    ``number`` is the number of an item that is one of several steps of a list, 0 for a bullet and elsewhere.
    """

    text: str
    citations: tuple[int, ...]
    kind: Literal["sentence", "item", "row", "code"] = "sentence"
    number: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation and the text of its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader gets.

    ``found`` is True only when the articles answer; a refusal, small talk or a question back has it False and no
    citations. ``confidence`` is 0..1. ``composer`` is ``extractive``, ``metadata``, ``smalltalk``, ``clarifying`` or a
    chat model's name. ``complete`` is False while the answer still grows. ``note`` is what to know when reading it, in
    a sentence or two: a spelling that was corrected, the date of its source, that articles differ; mostly empty.
    """

    question: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...] = ()
    found: bool = False
    confidence: float = 0.0
    composer: str = "extractive"
    suggestions: tuple[str, ...] = ()
    complete: bool = True
    note: str = ""

    @property
    def text(self) -> str:
        """The note, if there is one, and the statements as Markdown, each with its ``[1]`` marks."""
        lines = [f"*{self.note}*\n\n"] if self.note else []
        previous = ""
        for statement in self.statements:
            marks = "".join(f"[{number}]" for number in statement.citations)
            lines.append(_joint(previous, statement.kind) + _markdown(statement, marks))
            previous = statement.kind
        return "".join(lines)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader model makes of a passage for a question, as log-odds: 0 is even, 2 is 88 in 100.

    ``answers``: that the passage answers the question; ``sentences``: that each of its spans is part of the answer.
    """

    answers: float
    sentences: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may answer: by slug, by tag (any of them), by date (both ends included). Empty means all.

    A plain string for ``articles`` or ``tags`` means that one.
    """

    articles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None

    def __post_init__(self) -> None:
        for name in ("articles", "tags"):
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))

    def __bool__(self) -> bool:
        """Whether the filter leaves anything out."""
        return bool(self.articles or self.tags or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that was not indexed, and why; ``line`` is 1-based where known.

    ``kind`` is ``unreadable`` for a file that should have been indexed and ``left out`` for one its author held back
    (a draft, an empty body).
    """

    path: str
    reason: str
    line: int | None = None
    kind: Literal["unreadable", "left out"] = "unreadable"


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a build did: article and passage counts of the index, and article counts of what changed."""

    articles: int
    passages: int
    added: int
    changed: int
    removed: int
    skipped: tuple[Problem, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an open index holds: counts, and when it was built (UTC)."""

    articles: int
    passages: int
    built: dt.datetime


def to_dict(record: Any) -> Any:
    """A record as plain JSON data: dataclasses to dicts (with ``text`` for an answer), dates to ISO strings."""
    if is_dataclass(record) and not isinstance(record, type):
        plain = {item.name: to_dict(getattr(record, item.name)) for item in fields(record)}
        return plain | {"text": record.text} if isinstance(record, Answer) else plain
    if isinstance(record, Mapping):
        return {str(key): to_dict(value) for key, value in record.items()}
    if isinstance(record, (list, tuple)):
        return [to_dict(value) for value in record]
    return record.isoformat() if isinstance(record, dt.date) else record


def is_quotable(span: Span) -> bool:
    """Whether a span can be part of an answer by itself: all but headings and table headers."""
    return span.kind not in ("heading", "header")


def header_of(passage: Passage, span: Span) -> Span | None:
    """The header of the table a row belongs to, where it stands in the same passage."""
    if span.kind != "row":
        return None
    return next((other for other in passage.sentences if other.kind == "header" and other.block == span.block), None)


def wording(passage: Passage, span: Span) -> str:
    """What a span says on its own: its text, or a row's cells with the names of their columns."""
    header = header_of(passage, span)
    if header is None:
        return span.text
    names, cells = header.text.split(" | "), span.text.split(" | ")
    if len(names) != len(cells):
        return span.text
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=True))


def under(name: str, text: str) -> str:
    """A text below what it goes under, a title or a heading: the form in which its meaning is measured."""
    return f"{name}\n{text}" if name else text


def measured_texts(passage: Passage) -> list[str]:
    """What is measured of a passage, each once: the spans that can be quoted, under the article's title."""
    texts = [under(passage.title, wording(passage, span)) for span in passage.sentences if is_quotable(span)]
    return list(dict.fromkeys(texts))


def _joint(previous: str, kind: str) -> str:
    if not previous:
        return ""
    if kind == previous == "sentence":
        return " "
    return "\n" if kind == previous and kind in ("item", "row") else "\n\n"


def _markdown(statement: Statement, marks: str) -> str:
    if statement.kind == "code":
        return f"```\n{statement.text}\n```\n{marks}".rstrip()
    marker = _marker(statement)
    # a line that stands further left than the text would end a list
    text = escape(statement.text).replace("\n", "  \n" + " " * len(marker))
    return f"{marker}{text} {marks}".rstrip()


def _marker(statement: Statement) -> str:
    if statement.kind not in ("item", "row"):
        return ""
    return f"{statement.number}. " if statement.number else "- "


_SPECIAL = str.maketrans({character: "\\" + character for character in "\\`*_[]<>#|~$&"})
_LEADING = re.compile(r"^(\d+)(?=[.)])|^(?=[-+=])", re.MULTILINE)
"""What would begin a list or an underline: a number and its point, a dash, a plus."""


def escape(text: str) -> str:
    """Plain text as Markdown that renders to the same text."""
    return _LEADING.sub(lambda match: f"{match[0]}\\", text.translate(_SPECIAL))
