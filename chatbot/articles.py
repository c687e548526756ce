"""Reading articles: Markdown files with front matter become Article records.

A file that can't be read, or that its author held back, becomes a Problem and stops nothing else.
"""

import html
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from chatbot import fields
from chatbot.decoding import read_text
from chatbot.errors import ArticleError, CorpusError, SettingsError
from chatbot.matter import Matter, read_matter
from chatbot.records import Article, Problem, Span
from chatbot.templates import visible

__all__ = ["SUFFIXES", "article_files", "read_article", "read_corpus", "read_text"]

SUFFIXES = (".md", ".markdown", ".mdx")
_Value = TypeVar("_Value")
_URL_PATTERN = "/posts/{slug}/"
_FOLDER_PAGES = ("index", "_index", "readme")
_HEADING = re.compile(
    r"^ {0,3}(?P<ticks>`{3,}|~{3,})(?s:.*?)(?:^ {0,3}(?P=ticks)[`~]*[ \t]*$|\Z)"
    r"|^ {0,3}#[ \t]+(?P<atx>[^\r\n]*?)(?:[ \t]+#+)?[ \t]*\r?$"
    r"|^ {0,3}(?P<setext>[^\s#>|-][^\r\n]*?)[ \t]*\r?\n {0,3}=+[ \t]*\r?$",
    re.MULTILINE,
)
_INLINE_MARKS = (
    (re.compile(r"[ \t]*\{#[^}\n]*\}[ \t]*$"), ""),
    (re.compile(r"!?\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>\n]*>"), ""),
    (re.compile(r"(`+)(.+?)\1"), r"\2"),
    (re.compile(r"(\*{1,3}|(?<!\w)_{1,3}|~~)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read_corpus(root: Path, *, site_url: str = "", url_pattern: str = _URL_PATTERN) -> Iterator[Article | Problem]:
    """Read every article below a folder, in the order of their paths.

    Hidden files and folders and ``node_modules`` are passed over. A slug that an earlier article has gets ``-2``,
    ``-3`` …; its URL stays what its own file says.

    Args:
        root: The folder.
        site_url: Where the site lives; without it, URLs begin at the site's root.
        url_pattern: Path of an article without a permalink of its own, with ``{slug}``, ``{year}``, ``{month}``,
            ``{day}`` or ``{path}`` (the file's path without its ending).

    Returns:
        An iterator of one record for each file.

    Raises:
        CorpusError: The folder is missing or holds no article file.
        SettingsError: ``url_pattern`` has an unknown placeholder.
    """
    files = article_files(root)
    _check(url_pattern)
    return _unique(read_article(root, file, site_url=site_url, url_pattern=url_pattern) for file in files)


def read_article(root: Path, path: Path, *, site_url: str = "", url_pattern: str = _URL_PATTERN) -> Article | Problem:
    """Read one file.

    Args:
        root: The folder of the corpus.
        path: The file, below the root.
        site_url: As for :func:`read_corpus`.
        url_pattern: As for :func:`read_corpus`.

    Returns:
        The article, or why there is none.
    """
    relative = path.relative_to(root).as_posix()
    try:
        relative.encode()
        return _article(relative, read_text(path), site_url, url_pattern)
    except UnicodeEncodeError:
        name = os.fsencode(relative).decode("utf-8", "replace")
        return Problem(name, "The file's name is not valid UTF-8. Rename the file.")
    except ArticleError as error:
        return Problem(relative, error.reason, error.line)


def article_files(root: Path) -> list[Path]:
    """The files of a corpus in the order of their paths; hidden ones and ``node_modules`` are passed over.

    Raises:
        CorpusError: The folder is missing or holds no article file.
    """
    if not root.is_dir():
        what = "is not a folder" if root.exists() else "does not exist"
        raise CorpusError(f"The folder of articles '{root}' {what}. Set 'corpus' to the folder that holds your posts.")
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        found += [Path(folder, name) for name in names if name.lower().endswith(SUFFIXES) and name[0] != "."]
    if not found:
        endings = ", ".join(SUFFIXES)
        raise CorpusError(f"The folder '{root}' holds no article (no {endings}). Add posts there, or set 'corpus'.")
    return sorted(found, key=lambda file: file.relative_to(root).as_posix())


def _check(url_pattern: str) -> None:
    unknown = set(re.findall(r"\{(\w*)\}", url_pattern)) - {"slug", "year", "month", "day", "path"}
    if unknown:
        raise SettingsError(
            f"Setting 'url_pattern' has an unknown placeholder {{{min(unknown)}}}. "
            "It may have {slug}, {year}, {month}, {day} and {path}."
        )


def _unique(records: Iterator[Article | Problem]) -> Iterator[Article | Problem]:
    taken: set[str] = set()
    for record in records:
        if isinstance(record, Article):
            slug, number = record.slug, 1
            while slug in taken:
                number += 1
                slug = f"{record.slug}-{number}"
            taken.add(slug)
            record = record if slug == record.slug else replace(record, slug=slug)
        yield record


def _article(path: str, text: str, site_url: str, url_pattern: str) -> Article | Problem:
    matter = read_matter(text)
    body = visible(text[matter.end :], mdx=path.lower().endswith(".mdx"))
    reader = _Reader(path, body, matter)
    held_back = reader.held_back()
    if held_back:
        return Problem(path, held_back, kind="left out")
    return reader.article(site_url, url_pattern)


class _Reader:
    """One file's fields, each with the lines it came from."""

    def __init__(self, path: str, body: str, matter: Matter) -> None:
        self.path = path
        self.body = body
        self.matter = matter
        self._values: dict[str, tuple[str, Any]] = {}
        for name, value in matter.values.items():
            self._values[fields.key_of(name)] = (name.lower(), value)
        self.sources: dict[str, Span] = {
            key: matter.spans[name] for key, (name, _) in self._values.items() if name in matter.spans
        }

    def held_back(self) -> str:
        """Why the author does not show this article, or nothing."""
        if fields.is_yes(self._value("draft")) or "_drafts" in self.path.split("/")[:-1]:
            return "A draft."
        if fields.is_no(self._value("published")):
            return "Marked as not published."
        if fields.is_no(self._value("permalink")):
            return "Has no page of its own (permalink: false)."
        return "" if self.body.strip() else "Nothing to read: the body is empty or holds only template code."

    def article(self, site_url: str, url_pattern: str) -> Article:
        """The record, with the address the site gives it."""
        named_day, name = self._name()
        day = self._first("date", fields.as_date) or named_day
        slug = (self._first("slug", fields.as_text) or "").strip("/")
        address = self._first("url", lambda value: fields.permalink(value, slug or name, day)) or ""
        path = address or (
            f"/{slug}/" if "/" in slug else self._pattern(url_pattern, slug or fields.slugified(name), day)
        )
        return Article(
            slug=slug.rpartition("/")[2] or fields.slug_of(address) or fields.slugified(name),
            title=self._title() or fields.humanised(name),
            body=self.body,
            path=self.path,
            url=fields.joined(site_url, path),
            date=day,
            updated=self._first("updated", fields.as_date),
            tags=self._tags(),
            description=self._first("description", fields.as_text) or "",
            image=self._first("image", fields.as_image) or "",
            metadata=self.matter.values,
            offset=self.matter.end,
            sources=self.sources,
        )

    def _value(self, key: str) -> Any:
        return self._values.get(key, ("", None))[1]

    def _first(self, name: str, read: Callable[[Any], _Value]) -> _Value | None:
        """The first of a field's keys that has a value, noting its lines."""
        self.sources.pop(name, None)
        for key in fields.FIELDS[name]:
            value = read(self._value(key))
            if value:
                self._note(name, key)
                return value
        return None

    def _note(self, name: str, key: str) -> None:
        written = self._values[key][0]
        if written in self.matter.spans:
            self.sources[name] = self.matter.spans[written]

    def _tags(self) -> tuple[str, ...]:
        self._first("tags", lambda value: fields.as_tags([value]))
        return fields.as_tags([self._value(key) for key in fields.FIELDS["tags"]])

    def _name(self) -> tuple[date | None, str]:
        """Date and name from the file's name, or from its folder's for the page of a folder."""
        folder, _, file = self.path.rpartition("/")
        stem = file.rpartition(".")[0]
        parent = folder.rpartition("/")[2]
        return fields.split_name(parent if parent and stem.lower() in _FOLDER_PAGES else stem)

    def _pattern(self, pattern: str, slug: str, day: date | None) -> str:
        whole = re.sub(r"(?:^|/)_?index$", "", self.path.rpartition(".")[0])
        for name, part in {"slug": slug, "path": whole, **fields.day_parts(day)}.items():
            pattern = pattern.replace(f"{{{name}}}", part)
        return pattern

    def _title(self) -> str:
        return html.unescape(self._first("title", fields.as_text) or "") or self._heading()

    def _heading(self) -> str:
        """The first top heading of the body, as plain text."""
        for match in _HEADING.finditer(self.body):
            kind = "atx" if match["atx"] else "setext"
            text = " ".join(_plain_heading(match[kind] or "").split())
            if text:
                start, end = (self.matter.end + place for place in match.span(kind))
                self.sources["title"] = Span(start, end, text, kind="heading")
                return text
        return ""


def _plain_heading(text: str) -> str:
    for pattern, kept in _INLINE_MARKS:
        text = pattern.sub(kept, text)
    return html.unescape(text)
