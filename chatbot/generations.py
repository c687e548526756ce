"""The folder of the index: one complete generation is live, the next is built beside it and takes its place at once.

::

    vectorstore/
      CURRENT              name of the live generation; replaced, never edited
      generation-0001/     chroma/, lexical/, spans.bin and index.json
      building/            the next generation; thrown away if its build was killed
      vectors.bin          vectors made but not yet published
      models/              exported embedding models
      lock                 held by the process that builds
      threshold.json       what `chatbot calibrate` found, kept by updates
"""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from chatbot.errors import IndexDamagedError, IndexMismatchError
from chatbot.records import Article, Problem, Span, to_dict

_FORMAT = 1
_KEPT = 2
"""Generations left on disk: the live one, and the one before for readers that still have it open."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the corpus as it was indexed, or why it was not.

    ``digest`` is the SHA-256 of its bytes, empty where they could not be read. ``passages`` pairs each passage's id
    with the key of its vector.
    """

    path: str
    digest: str
    article: Article | None = None
    problem: Problem | None = None
    passages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds and what it was made with; kept as its index.json."""

    recipe: Mapping[str, Any]
    place: Mapping[str, str]
    """``site_url`` and ``url_pattern``, which shape the links of all passages."""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    details: int = 0
    """Version of what is known of spans."""

    def ids(self) -> set[str]:
        """The ids of all passages."""
        return {each for entry in self.entries.values() for each, _ in entry.passages}

    def articles(self) -> list[Article]:
        """All articles, without their bodies, in order of path."""
        return [entry.article for _, entry in sorted(self.entries.items()) if entry.article]

    def problems(self) -> tuple[Problem, ...]:
        """Why the other files were not indexed, in order of path."""
        return tuple(entry.problem for _, entry in sorted(self.entries.items()) if entry.problem)


class Generations:
    """The generations in a folder. Reading is safe at any time; everything else needs the lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.building = folder / "building"

    def current(self) -> str | None:
        """Name of the live generation, None before the first build or where the name is lost."""
        try:
            name = (self.folder / "CURRENT").read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        return name if _number(name) else None

    def path(self, name: str) -> Path:
        """Folder of a generation."""
        return self.folder / name

    def clean(self) -> None:
        """Throw away what killed builds left."""
        shutil.rmtree(self.building, ignore_errors=True)
        for leftover in self.folder.glob("models/.*"):
            shutil.rmtree(leftover, ignore_errors=True)
        live = _number(self.current() or "")
        for other in self._numbered():
            if not live - _KEPT < _number(other.name) <= live:
                shutil.rmtree(other, ignore_errors=True)

    def begin(self, base: str | None) -> Path:
        """A working copy of a generation, or an empty one, for the next."""
        shutil.rmtree(self.building, ignore_errors=True)
        if base:
            shutil.copytree(self.path(base), self.building)
        else:
            self.building.mkdir(parents=True)
        return self.building

    def publish(self, manifest: Manifest) -> str:
        """Make the working copy the live generation; a crash leaves either the old one or the new one live."""
        name = f"generation-{_number(self.current() or '') + 1:04d}"
        write_durably(self.building / "index.json", _dumped(manifest))
        shutil.rmtree(self.path(name), ignore_errors=True)
        self.building.rename(self.path(name))
        write_durably(self.folder / "CURRENT", name + "\n")
        self.clean()
        return name

    def manifest(self, name: str) -> Manifest:
        """What a generation holds.

        Raises:
            FileNotFoundError: It is gone, being older than the one before the live one.
            IndexMismatchError: It was written by another version of this package.
            IndexDamagedError: It can't be read.
        """
        path = self.path(name) / "index.json"
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
            if plain["format"] == _FORMAT:
                return _loaded(plain)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamagedError(
                f"'{path}' can't be read ({type(error).__name__}: {error}). Run `chatbot index` to make it anew."
            ) from error
        raise IndexMismatchError(
            f"'{path}' has format {plain['format']!r}, this version reads {_FORMAT}. "
            "Run `chatbot index --rebuild` to make it anew."
        )

    def _numbered(self) -> list[Path]:
        return [path for path in self.folder.glob("generation-*") if _number(path.name)]


def write_durably(path: Path, text: str) -> None:
    """Replace a file's content at once and see it to the disk."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _number(name: str) -> int:
    match = re.fullmatch(r"generation-(\d+)", name)
    return int(match[1]) if match else 0


def _dumped(manifest: Manifest) -> str:
    plain = {
        "format": _FORMAT,
        "recipe": dict(manifest.recipe),
        "place": dict(manifest.place),
        "created": manifest.created.isoformat(timespec="seconds"),
        "details": manifest.details,
        "entries": [_plain(entry) for _, entry in sorted(manifest.entries.items())],
    }
    return json.dumps(plain, indent=1, default=str)


def _plain(entry: Entry) -> dict[str, Any]:
    bare = replace(entry, article=replace(entry.article, body="")) if entry.article else entry
    return {name: value for name, value in to_dict(bare).items() if value}


def _loaded(plain: Mapping[str, Any]) -> Manifest:
    entries = {entry["path"]: _entry(entry) for entry in plain["entries"]}
    created = datetime.fromisoformat(plain["created"])
    return Manifest(plain["recipe"], plain["place"], entries, created, plain.get("details", 0))


def _entry(plain: Mapping[str, Any]) -> Entry:
    return Entry(
        path=plain["path"],
        digest=plain.get("digest", ""),
        article=_article(plain["article"]) if "article" in plain else None,
        problem=Problem(**plain["problem"]) if "problem" in plain else None,
        passages=tuple((each, key) for each, key in plain.get("passages", ())),
    )


def _article(plain: Mapping[str, Any]) -> Article:
    read = {
        "date": _day(plain["date"]),
        "updated": _day(plain["updated"]),
        "tags": tuple(plain["tags"]),
        "sources": {name: Span(**span) for name, span in plain["sources"].items()},
    }
    return Article(**{**plain, **read})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
