"""Sections read as a person sees them: paragraphs of sentences, and lists with the line that introduces them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chatbot.records import Hit, Passage, Span

_LABEL = re.compile(r"^(?P<label>[^\n:.!?]{2,80}?)(?:\n|:\s|\s[–—-]\s)")
_HANGING = re.compile(
    r"^(?:And|But|So|Also|Or|It|They|He|She|This|That|These|Those|Such|Both|Its|Their|His|Her|Here|There(?! (?:is|are))"
    r"|Another|Others?|The (?:former|latter|other|same)|As (?:such|a result)|However|Therefore|Thus|Hence|Instead"
    r"|Otherwise|For (?:example|instance|this reason)|In (?:addition|contrast|turn|this|that|these|other words)"
    r"|Additionally|Furthermore|Moreover|Consequently|Then|Afterwards|Meanwhile|Likewise|Similarly"
    r"|Unlike (?:this|that|these|those|it|them))\b"
)


POINTER_WORDS = 30
_POINTING = re.compile(
    r"\b(?:visit|check out|explore|read|see|turn to|continue with|head (?:over )?to|have a look at|click)\b.{0,60}"
    r"\b(?:articles?|guides?|resources?|posts?|pages?|here|websites?|links?)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A span and the passage it stands in."""

    passage: Passage
    span: Span


@dataclass(frozen=True, slots=True)
class Listing:
    """A list or table with the line that introduces it, gathered over the passages of its section."""

    intro: Place | None
    items: tuple[Place, ...]
    score: float

    @property
    def passage(self) -> Passage:
        """The passage the list begins in."""
        return self.items[0].passage

    @property
    def words(self) -> int:
        """Length of all items together."""
        return sum(len(item.span.text.split()) for item in self.items)

    @property
    def heading(self) -> str:
        """The innermost heading above it, or the title."""
        return self.passage.headings[-1] if self.passage.headings else self.passage.title

    def naming(self) -> str:
        """What the list says it lists: its heading and its introducing line."""
        return f"{self.heading}: {self.intro.span.text}" if self.intro else self.heading


def listings(hits: Sequence[Hit], section: Callable[[Passage], list[Passage]]) -> list[Listing]:
    """The lists and tables of the hits' sections, in the order of the hits; each once."""
    found: dict[tuple[str, int], Listing] = {}
    for hit in hits:
        if any(span.kind in ("item", "row") for span in hit.passage.sentences):
            for listing in _in_section(section(hit.passage), hit):
                found.setdefault((listing.passage.path, listing.items[0].span.start), listing)
    return list(found.values())


def _in_section(passages: Iterable[Passage], hit: Hit) -> Iterable[Listing]:
    """Runs of items, even over a passage border, each with the sentence before it."""
    before: Place | None = None
    run: list[Place] = []
    own = False
    for passage in passages:
        for span in passage.sentences:
            place = Place(passage, span)
            if span.kind in ("item", "row", "header"):
                run.append(place)
                own = own or passage.id == hit.passage.id
                continue
            if run and own:
                yield _listing(before, run, hit.score)
            if run:
                run, own = [], False
            before = place if span.kind == "sentence" else None
    if run and own:
        yield _listing(before, run, hit.score)


def _listing(intro: Place | None, run: list[Place], score: float) -> Listing:
    top = min(place.span.level for place in run)
    return Listing(intro, tuple(place for place in run if place.span.level == top), score)


def label(text: str) -> str:
    """The bold or leading name of a list item such as ``Name: what it is``; empty if it has none."""
    match = _LABEL.match(text)
    return match["label"].strip() if match and len(match["label"].split()) <= 8 else ""


def hangs(text: str) -> bool:
    """Whether a sentence leans on the one before it ("It …", "These …", "However …"), or goes on from it."""
    return text[:1].islower() or _HANGING.match(text) is not None


def points_elsewhere(text: str) -> bool:
    """Whether a sentence only sends the reader to another page ("For more, visit this guide …")."""
    return _POINTING.search(text) is not None and len(text.split()) <= POINTER_WORDS
