"""Passages and filters in Chroma's words: metadata of plain values, and where clauses over it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any, cast

from chatbot.records import Filter, Passage, PassageKind, Span


def stored_metadata(passage: Passage, tags: Sequence[str], day: int | None) -> dict[str, str | int | bool]:
    """All of a passage but its id and text, with the tags and the date (an ordinal) of its article."""
    stored: dict[str, str | int | bool] = {
        "slug": passage.slug,
        "path": passage.path,
        "title": passage.title,
        "url": passage.url,
        "headings": packed(passage.headings),
        "anchor": passage.anchor,
        "kind": passage.kind,
        "start": passage.start,
        "end": passage.end,
        "sentences": packed([astuple(span) for span in passage.sentences]),
    }
    labels: dict[str, str | int | bool] = {_tag(tag): True for tag in tags}
    return stored | labels | ({} if day is None else {"day": day})


def stored_passage(id: str, text: str, metadata: Mapping[str, Any]) -> Passage:
    """The passage that was stored so."""
    return Passage(
        id=id,
        slug=metadata["slug"],
        path=metadata["path"],
        title=metadata["title"],
        url=metadata["url"],
        headings=tuple(json.loads(metadata["headings"])),
        anchor=metadata["anchor"],
        kind=cast(PassageKind, metadata["kind"]),
        text=text,
        start=metadata["start"],
        end=metadata["end"],
        sentences=tuple(Span(*fields) for fields in json.loads(metadata["sentences"])),
    )


def where_clause(filter: Filter | None) -> dict[str, Any] | None:
    """What the metadata of a passage must say for a filter to let it through; None for any."""
    if not filter:
        return None
    clauses: list[dict[str, Any]] = []
    if filter.articles:
        clauses.append({"slug": {"$in": list(filter.articles)}})
    if filter.tags:
        clauses.append(_joined("$or", [{_tag(tag): True} for tag in filter.tags]))
    if filter.since:
        clauses.append({"day": {"$gte": filter.since.toordinal()}})
    if filter.until:
        clauses.append({"day": {"$lte": filter.until.toordinal()}})
    return _joined("$and", clauses)


def _joined(operator: str, clauses: list[dict[str, Any]]) -> dict[str, Any]:
    return clauses[0] if len(clauses) == 1 else {operator: clauses}


def _tag(tag: str) -> str:
    return f"tag:{tag.casefold()}"


def packed(value: Any) -> str:
    """A list as text: metadata can't hold one."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
