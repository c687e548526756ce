"""Statements with their citations: numbering, deep links, and the same statement found twice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import quote as percent

from chatbot.answering.listings import Place
from chatbot.answering.numbering import step_numbers
from chatbot.records import Citation, Passage, Span, Statement, header_of, wording

_FRAGMENT_WORDS = 6
"""A longer quote is linked by its first and last words: shorter, and markup between them can't break the match."""


@dataclass(slots=True)
class Draft:
    """A statement to be, with the places that say it; the first place's words are the statement's unless given."""

    places: list[Place]
    text: str = ""
    kind: Literal["sentence", "item", "row", "code"] = "sentence"


def draft(place: Place, text: str = "") -> Draft:
    """A draft that says what the place says, or only its ``text``."""
    kind = place.span.kind
    shown: Literal["sentence", "item", "row", "code"] = "sentence"
    if kind in ("item", "row", "code"):
        shown = kind
    elif kind == "header":
        shown = "row"
    header = header_of(place.passage, place.span)
    places = [place, Place(place.passage, header)] if header else [place]
    return Draft(places, text or wording(place.passage, place.span), shown)


def cited(drafts: Iterable[Draft], days: dict[str, date | None]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """The statements and their citations, numbered from 1 in order of appearance; one span gets one number.

    Steps keep the numbers of their list.
    """
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    statements: list[Statement] = []
    drafts = list(drafts)
    steps = step_numbers([item.places[0] for item in drafts])
    for item, step in zip(drafts, steps, strict=True):
        marks: list[int] = []
        for place in item.places:
            key = (place.passage.path, place.span.start, place.span.end)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                citations.append(citation(numbers[key], place.passage, place.span, days.get(place.passage.slug)))
            marks.append(numbers[key])
        statements.append(Statement(item.text, tuple(dict.fromkeys(marks)), item.kind, step))
    return tuple(statements), tuple(citations)


def citation(number: int, passage: Passage, span: Span, day: date | None) -> Citation:
    """A citation of a span, with its deep link."""
    return Citation(
        number, passage.slug, passage.title, deep_link(passage, span), passage.headings, day, span.text, passage.path,
        span.start, span.end,
    )  # fmt: skip


def deep_link(passage: Passage, span: Span) -> str:
    """The article's URL with the section's anchor and a text fragment of the span.

    https://wicg.github.io/scroll-to-text-fragment/: commas, hyphens and ampersands are percent-encoded; browsers
    without text fragments still scroll to the anchor. Code and front matter are not on the page as such: no fragment.
    """
    base = f"{passage.url}#{percent(passage.anchor)}" if passage.anchor else passage.url
    fragment = _fragment(span)
    if not fragment:
        return base
    return f"{base}:~:text={fragment}" if passage.anchor else f"{base}#:~:text={fragment}"


def _fragment(span: Span) -> str:
    if span.kind in ("code", "field", "row", "header"):
        return ""
    words = re.split(r"\s+", span.text.strip())
    if "\n" not in span.text and len(words) <= 2 * _FRAGMENT_WORDS:
        return _encoded(words)
    return f"{_encoded(_lead(span.text))},{_encoded(words[-_FRAGMENT_WORDS:])}"


def _lead(text: str) -> list[str]:
    """The first words, not past a line break, which may be a border between elements on the page."""
    return text.split("\n", 1)[0].split()[:_FRAGMENT_WORDS]


def _encoded(words: list[str]) -> str:
    return percent(" ".join(words), safe="").replace("-", "%2D")
