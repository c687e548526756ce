"""What articles' front matter says, told as statements that quote the lines it stands on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chatbot.records import Answer, Article, Citation, Span, Statement

MOST_LISTED = 20
"""Articles, or tags, that an answer names."""
SURE = 0.95
"""Confidence of an answer from metadata: the value is certain, the reading of the question nearly so."""

Value = Literal["date", "updated", "author", "tags"]
"""A value of an article that can be asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """A statement to be, and the front-matter values it rests on."""

    text: str
    sources: tuple[tuple[Article, str], ...]


def spoken(day: date) -> str:
    """A date as people write it: 13 July 2024."""
    return f"{day.day} {day:%B %Y}"


def value_of(question: str, article: Article, value: Value) -> Answer | None:
    """One value of one article; None if it has none."""
    lines = {
        "date": lambda: [dated(article)] if article.date else [],
        "updated": lambda: [dated(article, updated=True)] if article.updated or article.date else [],
        "author": lambda: written_by(article),
        "tags": lambda: tag_lines([article]),
    }
    return answer_from(question, lines[value]())


def written_by(article: Article) -> list[Line]:
    """Who wrote an article; nothing if it doesn't say."""
    author = author_of(article)
    return [Line(f"“{article.title}” was written by {author}.", ((article, "author"),))] if author else []


def dated(article: Article, updated: bool = False) -> Line:
    """When an article was published, or last updated where it says so."""
    day, key, verb = (article.updated, "updated", "last updated") if updated else (None, "", "")
    if day is None:
        day, key, verb = article.date, "date", "published"
    text = f"“{article.title}” was {verb} on {spoken(day)}." if day else f"“{article.title}” has no date."
    return Line(text, ((article, key),))


def extreme(which: Literal["newest", "oldest"], articles: Sequence[Article], count: int) -> list[Line]:
    """The newest or oldest articles: so many, or all of the same day where one is asked for."""
    known = sorted((article for article in articles if article.date), key=_day, reverse=True)
    if which == "oldest":
        known.reverse()
    return [dated(article) for place, article in enumerate(known) if place < count or _day(article) == _day(known[0])]


def _day(article: Article) -> date:
    return article.date or date.min


def author_of(article: Article) -> str:
    """The names under ``author`` in the front matter, as they are told."""
    return ", ".join(authors_of(article))


def authors_of(article: Article) -> list[str]:
    """The names under ``author`` in the front matter, one by one."""
    given = next(
        (value for key, value in article.metadata.items() if key.lower() in ("author", "authors", "byline")), ""
    )
    values = given if isinstance(given, (list, tuple)) else [given]
    return [str(value.get("name", "")) if isinstance(value, Mapping) else str(value) for value in values if value]


def authors(articles: Iterable[Article]) -> list[Line]:
    """Each author once, on the first article that names them."""
    first: dict[str, Article] = {}
    for article in articles:
        for name in authors_of(article):
            first.setdefault(name, article)
    return [Line(author, ((article, "author"),)) for author, article in first.items()]


def counted(articles: Sequence[Article], topic: str = "") -> Line:
    """How many articles there are, on the titles of the first; at least, of those that a search for a topic found."""
    many = len(articles) > 1
    count = f"There {'are' if many else 'is'} {len(articles) if many else 'one'} article{'s' if many else ''}."
    if topic:
        count = f"At least {len(articles) if many else 'one'} article{'s are' if many else ' is'} about “{topic}”."
    return Line(count, tuple((article, "title") for article in articles[:MOST_LISTED]))


def listed(articles: Iterable[Article], key: str = "title") -> list[Line]:
    """Each article's title and date, quoting the line of one of its values."""
    return [
        Line(f"“{article.title}”" + (f" ({spoken(article.date)})" if article.date else ""), ((article, key),))
        for article in articles
    ]


def tag_lines(articles: Iterable[Article]) -> list[Line]:
    """Each tag once, on the first article that has it."""
    first: dict[str, Article] = {}
    for article in articles:
        for tag in article.tags:
            first.setdefault(tag, article)
    return [Line(tag, ((article, "tags"),)) for tag, article in first.items()]


def answer_from(question: str, lines: Sequence[Line]) -> Answer | None:
    """The lines as an answer, which says so if there are too many; None where one of them has nothing to quote."""
    note = f"Only the first {MOST_LISTED} of {len(lines)} are listed." if len(lines) > MOST_LISTED else ""
    lines = lines[:MOST_LISTED]
    cited = [(line, [(article, _source(article, key)) for article, key in line.sources]) for line in lines]
    kind: Literal["sentence", "item"] = "sentence" if lines and lines[0].text.endswith(".") else "item"
    statements: list[Statement] = []
    citations: list[Citation] = []
    for line, sources in cited:
        first = len(citations) + 1
        citations += [_cite(first + place, article, span) for place, (article, span) in enumerate(sources) if span]
        statements.append(Statement(line.text, tuple(range(first, len(citations) + 1)), kind))
    if not statements or not all(statement.citations for statement in statements):
        return None
    return Answer(question, tuple(statements), tuple(citations), True, SURE, "metadata", note=note)


def _source(article: Article, key: str) -> Span | None:
    """The line that holds the value, else (a date from a file name, say) the title's or any other."""
    return article.sources.get(key) or article.sources.get("title") or next(iter(article.sources.values()), None)


def _cite(number: int, article: Article, span: Span) -> Citation:
    return Citation(
        number, article.slug, article.title, article.url, (), article.date, span.text, article.path, span.start,
        span.end,
    )  # fmt: skip
