"""Sections read as a person sees them: paragraphs of sentences, and lists with the line that introduces them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from chatbot.records import Hit, Passage, Span

_LABEL = re.compile(r"^(?P<label>[^\n:.!?]{2,80}?)(?:\n|:\s|\s[–—-]\s)")
_HANGING = re.compile(
    r"^(?:And|But|So|Also|Or|It|They|He|She|This|That|These|Those|Such|Both|Its|Their|His|Her|Here|There(?! (?:is|are))"
    r"|Another|Others?|The (?:former|latter|other|same)|As (?:such|a result)|However|Therefore|Thus|Hence|Instead"
    r"|Otherwise|For (?:example|instance|this reason)|In (?:addition|contrast|turn|this|that|these|other words)"
    r"|Additionally|Furthermore|Moreover|Consequently|Then|Afterwards|Meanwhile|Likewise|Similarly"
    r"|Unlike (?:this|that|these|those|it|them))\b"
)


_POINTING = re.compile(
    r"^(?:For|To|If|Want|Learn|Read|See|Check|Visit|Explore|Discover|Looking)\b.*"
    r"\b(?:visit|check out|explore|read|see|turn to|continue with|have a look at)\b"
    r" (?:\w+ ){0,2}?(?:this|our|the|my|these)\b"
    r".{0,60}\b(?:articles?|guides?|resources?|posts?|pages?)\b",
    re.I,
)
_STEPS = re.compile(
    r"\b(?:steps?|method|instructions?|directions?|how to|procedure|preparation|process|getting started|set-?up)\b",
    re.I,
)
_NAMED_SUBJECT = re.compile(
    r"^(?:This|These)\s+(?!(?:is|are|was|were|can|will|may|means?|helps?|often|also|makes?)\b)[a-z]\w+"
)
_ASSENT = re.compile(r"^(?:yes|no|not yet|it depends|of course|usually|sometimes)\b[\s,!.]*$", re.I)


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

    @property
    def section(self) -> tuple[str, tuple[str, ...]]:
        """The section it stands in."""
        return section_of(self.passage)

    @property
    def tells_steps(self) -> bool:
        """Whether its heading promises steps to follow."""
        return _STEPS.search(self.heading) is not None

    def naming(self) -> str:
        """What the list says it lists: its heading and its introducing line."""
        return f"{self.heading}: {self.intro.span.text}" if self.intro else self.heading


def section_of(passage: Passage) -> tuple[str, tuple[str, ...]]:
    """What tells a passage's section from others: its path and headings."""
    return passage.path, passage.headings


def listings(hits: Sequence[Hit], section: Callable[[Passage], list[Passage]]) -> list[Listing]:
    """The lists and tables of the hits' sections, in the order of the hits; each once."""
    found: dict[tuple[str, int], Listing] = {}
    for hit in hits:
        if any(span.kind in ("item", "row") for span in hit.passage.sentences):
            for listing in _in_section(section(hit.passage), hit):
                found.setdefault((listing.passage.path, listing.items[0].span.start), listing)
    return list(found.values())


def _in_section(passages: Iterable[Passage], hit: Hit) -> Iterator[Listing]:
    """The lists and tables of a section that the hit has a part of."""
    for intro, run in _runs(passages):
        if any(place.passage.id == hit.passage.id for place in run):
            yield _listing(intro, run, hit.score)


def _runs(passages: Iterable[Passage]) -> Iterator[tuple[Place | None, list[Place]]]:
    """Runs of items, even over a passage border, each with the sentence before it."""
    before: Place | None = None
    run: list[Place] = []
    for place in (Place(passage, span) for passage in passages for span in passage.sentences if span.kind != "header"):
        listed = place.span.kind in ("item", "row")
        if run and (not listed or _begins_anew(run[-1], place)):
            yield before, run
            before, run = None, []
        if listed:
            run.append(place)
        else:
            before = place if place.span.kind == "sentence" else None
    if run:
        yield before, run


def _begins_anew(last: Place, place: Place) -> bool:
    """Whether an item starts another list; one that goes on in the next passage is the same."""
    return last.passage.id == place.passage.id and last.span.block != place.span.block


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


def names_its_subject(text: str) -> bool:
    """Whether a sentence opens with "This cake …" or "These steps …" rather than a bare pronoun."""
    return _NAMED_SUBJECT.match(text) is not None


def points_elsewhere(text: str) -> bool:
    """Whether a sentence only sends the reader to another page ("For more, visit this guide …")."""
    return _POINTING.search(text) is not None


def assents(text: str) -> bool:
    """Whether a sentence only says yes or no to the heading above it."""
    return _ASSENT.match(text) is not None


def children(place: Place) -> list[Place]:
    """The items nested below an item, in the same passage."""
    spans = place.passage.sentences
    below = takewhile(
        lambda span: span.block == place.span.block and span.level > place.span.level,
        spans[spans.index(place.span) + 1 :],
    )
    return [Place(place.passage, span) for span in below] if place.span.kind == "item" else []
