"""What front matter means: titles, dates, tags and addresses out of the many forms site generators accept."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from dateutil import parser as dates

FIELDS: Mapping[str, Sequence[str]] = {
    "title": ("title",),
    "date": ("date", "pubdate", "publishdate", "publisheddate", "datepublished", "publishedat", "published", "created"),
    "updated": (
        "updated", "lastmod", "lastmodifiedat", "lastmodified", "modified", "updatedat", "updateddate", "lastupdated",
        "datemodified",
    ),
    "tags": ("tags", "topics", "categories", "keywords", "tag", "category"),
    "description": ("description", "summary", "excerpt"),
    "image": ("image", "cover", "hero", "thumbnail", "featuredimage", "coverimage", "heroimage", "images"),
    "author": ("author", "authors", "byline"),
    "slug": ("slug",),
    "url": ("permalink", "url"),
}  # fmt: skip
"""The keys each field may have, the first that has a value wins; tags are gathered from all of theirs.

Keys are compared in lower case without ``-``, ``_`` and spaces.
"""
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_YES = ("true", "yes", "on", "1")
_NO = ("false", "no", "off", "0")
_DATED_NAME = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_ ]+(?=.)|$)")
_JEKYLL_PART = re.compile(r":(year|month|day|title|slug|name)\b")
_JEKYLL_OTHER = re.compile(r"(?:^|[/-]):[a-z]")
_JEKYLL_STYLES = ("date", "pretty", "ordinal", "weekdate", "none")
_MOST = 100
"""Longest string, in characters, that is tried as a date."""


def key_of(name: str) -> str:
    """A front-matter key in the form in which keys are compared."""
    return re.sub(r"[-_\s]", "", name.lower())


def is_yes(value: Any) -> bool:
    """Whether a value says yes, as a flag or as a word."""
    return str(value).strip().lower() in _YES


def is_no(value: Any) -> bool:
    """Whether a value says no; a missing one doesn't."""
    return str(value).strip().lower() in _NO


def as_text(value: Any) -> str:
    """A plain value on one line, without template code; anything else is empty."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return str(value).lower() if isinstance(value, bool) else ""
    return " ".join(_TEMPLATE.sub(" ", str(value)).split())


def as_date(value: Any) -> date | None:
    """The calendar day a value names, as written there: a time zone doesn't move it."""
    text = as_text(value)
    if isinstance(value, bool) or not text or len(text) > _MOST:
        return None
    try:
        # A day needs a year of its own; what dateutil fills in shows by filling in two different ones.
        first, second = (dates.parse(text, ignoretz=True, default=datetime(year, 1, 1)) for year in (2000, 2004))
    except Exception:  # dateutil raises many kinds on texts that are no dates
        return None
    return first.date() if first == second else None


def as_tags(values: Sequence[Any]) -> tuple[str, ...]:
    """The unique tags of several values, in order; a string is split at commas."""
    unique: dict[str, str] = {}
    for tag in (tag for value in values for tag in _tags(value) if tag):
        unique.setdefault(tag.casefold(), tag)
    return tuple(unique.values())


def _tags(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (as_text(part) for part in _TEMPLATE.sub(" ", value).split(","))
    elif isinstance(value, list):
        yield from (as_text(_inner(item, "name", "title", "label")) for item in value)
    else:
        yield as_text(value)


def as_image(value: Any) -> str:
    """The address of an image given as a string, an object or a list of either."""
    if isinstance(value, list):
        value = value[0] if value else None
    return as_text(_inner(value, "src", "url", "path", "image", "file"))


def _inner(value: Any, *keys: str) -> Any:
    if not isinstance(value, dict):
        return value
    return next((value[key] for key in keys if value.get(key)), None)


def split_name(name: str) -> tuple[date | None, str]:
    """The date at the start of a file name, and the rest; ``2024-07-13-title`` gives that day and ``title``."""
    match = _DATED_NAME.match(name)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        return None, name
    return (day, name[match.end() :] or name) if match and day else (None, name)


def humanised(name: str) -> str:
    """A file name as a title: ``lead-magnets`` gives ``Lead magnets``."""
    words = " ".join(re.split(r"[-_\s]+", name)).strip()
    return words[:1].upper() + words[1:]


def slugified(name: str) -> str:
    """Lower-case words joined by hyphens; letters of any script stay."""
    words = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFKC", name).lower())
    return words.strip("-_") or "article"


def slug_of(address: str) -> str:
    """The last part of an address that names something, without its ending."""
    path = re.split(r"[?#]", re.sub(r"^https?://[^/]*", "", address))[0]
    parts = [part for part in path.split("/") if part and not re.fullmatch(r"index\.\w+", part)]
    return re.sub(r"\.(?:html?|php)$", "", parts[-1]) if parts else ""


def permalink(value: Any, slug: str, day: date | None) -> str:
    """A permalink with Jekyll's ``:year/:month/:title`` filled in; empty where more than that is code."""
    if not isinstance(value, str) or _TEMPLATE.search(value):
        return ""
    parts = {"title": slug, "slug": slug, "name": slug, **day_parts(day)}
    filled = _JEKYLL_PART.sub(lambda match: parts[match[1]], value.strip())
    return "" if _JEKYLL_OTHER.search(filled) or filled in _JEKYLL_STYLES else filled


def day_parts(day: date | None) -> dict[str, str]:
    """Year, month and day as they stand in addresses; empty without a date."""
    texts = day.isoformat().split("-") if day else ["", "", ""]
    return dict(zip(("year", "month", "day"), texts, strict=True))


def joined(site_url: str, path: str) -> str:
    """The address of a path on the site, percent-encoded; a full address stays as it is."""
    if not re.match(r"https?://", path):
        path = site_url.rstrip("/") + "/" + re.sub(r"/{2,}", "/", path).lstrip("/")
    return quote(path, safe="/:?#[]@!$&'()*+,;=%~-._")
