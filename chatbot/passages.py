"""Articles to passages: sections, or parts of one, that a model reads whole and that can be quoted piece by piece."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from chatbot.blocks import Heading, Section, Unit, read_sections
from chatbot.cutting import cut_unit
from chatbot.plaintext import plain_text
from chatbot.records import Article, Passage, PassageKind, Span
from chatbot.rules import RULES_VERSION

__all__ = ["RULES_VERSION", "embedded_text", "plain_text", "slugify_heading", "split"]

TARGET_TOKENS = 100
"""Paragraphs share a passage up to this length: longer mixtures are found less often, as the benchmarks show."""
_LONGEST_CONTEXT = 160
_SHORT_INTRODUCTION = 2
_KINDS: dict[str, PassageKind] = {"item": "list", "row": "table", "header": "table", "code": "code"}


def split(
    article: Article, *, count_tokens: Callable[[str], int], max_tokens: int, target_tokens: int = TARGET_TOKENS
) -> list[Passage]:
    """Split an article into passages, in order.

    Args:
        article: Its ``body`` is Markdown that begins at character ``offset`` of the file.
        count_tokens: Length of a text in the embedding model's tokens, special tokens included.
        max_tokens: Longest ``embedded_text`` of a passage. A section longer than that is cut between blocks, else
            between sentences, items or rows; only a unit that alone is too long is cut inside.
        target_tokens: A new passage begins with the block that would make the current one longer than this.

    Returns:
        Passages whose spans hold all visible text of the body, headings apart: ``plain_text(file[start:end])`` is a
        span's text.
    """
    packer = _Packer(article.body, count_tokens, max_tokens, min(target_tokens, max_tokens))
    return [
        _passage(article, place, run)
        for section, place in _placed(article)
        for run in packer.pack(section.units, _context(article.title, place.headings))
    ]


def embedded_text(passage: Passage) -> str:
    """What is embedded and searched: ``title › heading › heading``, a line end, and the passage's text."""
    return f"{_context(passage.title, passage.headings)}\n{passage.text}"


def slugify_heading(text: str) -> str:
    """The anchor GitHub gives a heading: small letters, hyphens for spaces, no punctuation but ``-`` and ``_``."""
    kept = (
        character
        for character in text.strip().lower()
        if character in " -_" or unicodedata.category(character)[0] in "LMN" or unicodedata.category(character) == "Pc"
    )
    return "".join(kept).replace(" ", "-")


def _context(title: str, headings: Sequence[str]) -> str:
    return " › ".join((title, *headings))[:_LONGEST_CONTEXT]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a section stands: its headings from the top and its anchor."""

    headings: tuple[str, ...] = ()
    anchor: str = ""


def _placed(article: Article) -> Iterator[tuple[Section, _Place]]:
    """Sections that have text, with their places; a heading with nothing under it is its section's text."""
    sections = read_sections(article.body)
    headings = [section.heading for section in sections if section.heading]
    anchors = dict(zip(map(id, headings), _anchors(headings), strict=True))
    title = _title_heading(headings, article.title)
    above: list[Heading] = []
    for section, following in pairwise([*sections, Section()]):
        if section.heading:
            above = [heading for heading in above if heading.rank < section.heading.rank] + [section.heading]
            _fill_if_alone(section, following.heading)
        named = [heading for heading in above if heading is not title and heading.text]
        if section.units:
            anchor = anchors[id(named[-1])] if named else ""
            yield section, _Place(tuple(heading.line for heading in named), anchor)


def _fill_if_alone(section: Section, following: Heading | None) -> None:
    heading = section.heading
    if heading and heading.text and not section.units and not (following and following.rank > heading.rank):
        section.units.append(Unit(heading.start, heading.end, heading.text, "heading", 0))


def _title_heading(headings: list[Heading], title: str) -> Heading | None:
    first = next((heading for heading in headings if heading.rank == 1), None)
    return first if first and first.line.casefold() == " ".join(title.split()).casefold() else None


def _anchors(headings: Sequence[Heading]) -> list[str]:
    """Each heading's own anchor, or its slug with ``-1``, ``-2`` … from the second time on."""
    seen: Counter[str] = Counter()
    anchors = []
    for heading in headings:
        slug = anchor = heading.anchor or slugify_heading(heading.line)
        while anchor in seen and not heading.anchor:
            seen[slug] += 1
            anchor = f"{slug}-{seen[slug] - 1}"
        seen[anchor] += 1
        anchors.append(anchor)
    return anchors


_SLACK = 1.15
"""How much longer than the mean a run may get, so that one more sentence doesn't make one more run."""


class _Packer:
    """Fills passages with units, in order, up to the model's limit."""

    def __init__(self, body: str, count_tokens: Callable[[str], int], max_tokens: int, target_tokens: int) -> None:
        self.body = body
        self.count_tokens = count_tokens
        self.max_tokens = max_tokens
        self.target_tokens = target_tokens

    def pack(self, units: list[Unit], context: str) -> list[list[Unit]]:
        """A section's units, in runs that each fit a passage."""
        if self._fits(units, context, self.target_tokens):
            return [units]
        packed: list[list[Unit]] = [[]]
        for chunk in _chunks(units):
            if self._fits(packed[-1] + chunk, context, self.target_tokens):
                packed[-1].extend(chunk)
            elif self._fits(chunk, context, self.max_tokens):
                packed.append(chunk)
            else:
                packed += self._spread(chunk, context)
        return [run for run in packed if run]

    def _spread(self, chunk: list[Unit], context: str) -> list[list[Unit]]:
        """A chunk that is too long for one passage, in runs of about the same length: a short rest is hard to find."""
        around = self.count_tokens(f"{context}\n")
        length = self.count_tokens(f"{context}\n{_text(chunk)}") - around
        count = -(-length // max(1, self.max_tokens - around))
        even = min(self.max_tokens, around + int(_SLACK * length / count))
        runs: list[list[Unit]] = [[]]
        for group in self._groups(chunk, context):
            if runs[-1] and not self._fits(runs[-1] + group, context, even):
                runs.append([])
            runs[-1].extend(group)
        return runs

    def _groups(self, chunk: list[Unit], context: str) -> Iterator[list[Unit]]:
        """Units that belong together, each group short enough for a passage."""
        for group in _held_together(chunk):
            if self._fits(group, context, self.max_tokens):
                yield group
            else:
                yield from ([part] for unit in group for part in self._cut(unit, context))

    def _cut(self, unit: Unit, context: str, divisor: int = 1) -> Iterator[Unit]:
        """A unit that alone is too long, in parts that are not."""
        budget = (self.max_tokens - self.count_tokens(f"{context}\n")) // divisor
        if budget < 1 or self._fits([unit], context, self.max_tokens):
            yield unit
            return
        for part in cut_unit(unit, self.body, self.count_tokens, budget):
            yield from self._cut(part, context, divisor * 2)

    def _fits(self, units: Sequence[Unit], context: str, limit: int) -> bool:
        return self.count_tokens(f"{context}\n{_text(units)}") <= limit


def _chunks(units: Sequence[Unit]) -> list[list[Unit]]:
    """Blocks, each with the short paragraph that introduces it."""
    chunks: list[list[Unit]] = []
    for _, run in groupby(units, key=lambda unit: unit.block):
        block = list(run)
        if chunks and _introduces(chunks[-1], block[0]):
            chunks[-1].extend(block)
        else:
            chunks.append(block)
    return chunks


def _introduces(before: list[Unit], first: Unit) -> bool:
    if first.kind == "sentence" or before[-1].kind != "sentence" or before[-1].level:
        return False
    return before[-1].text.endswith(":") or (first.level > 0 and len(before) <= _SHORT_INTRODUCTION)


def _held_together(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Runs of units between which a passage does not end: an introducing line and an item, a header and a row."""
    group: list[Unit] = []
    for unit in units:
        if group and not _holds(group[-1], unit):
            yield group
            group = []
        group.append(unit)
    if group:
        yield group


def _holds(before: Unit, unit: Unit) -> bool:
    if before.kind == "header":
        return unit.kind == "row"
    return before.block != unit.block or (before.text.endswith(":") and unit.kind in ("item", "code"))


def _text(units: Sequence[Unit]) -> str:
    return "".join(f"{unit.glue}{unit.text}" if index else unit.text for index, unit in enumerate(units))


def _passage(article: Article, place: _Place, units: Sequence[Unit]) -> Passage:
    spans = tuple(_span(unit, article.offset, units[0].block) for unit in units)
    text, start, end = _text(units), spans[0].start, spans[-1].end
    return Passage(
        id=_identity(article.path, start, end, text),
        slug=article.slug,
        path=article.path,
        title=article.title,
        url=article.url,
        headings=place.headings,
        anchor=place.anchor,
        kind=_kind(units),
        text=text,
        start=start,
        end=end,
        sentences=spans,
    )


def _span(unit: Unit, offset: int, first_block: int) -> Span:
    return Span(
        start=unit.start + offset,
        end=unit.end + offset,
        text=unit.text,
        kind=unit.kind,
        block=unit.block - first_block,
        level=unit.level,
        number=unit.number,
    )


def _identity(path: str, start: int, end: int, text: str) -> str:
    return hashlib.sha256(f"{path}\0{start}\0{end}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _kind(units: Sequence[Unit]) -> PassageKind:
    lengths: Counter[PassageKind] = Counter()
    for unit in units:
        lengths[_KINDS.get(unit.kind, "text")] += len(unit.text)
    return lengths.most_common(1)[0][0]
