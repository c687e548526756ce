"""What travels over HTTP, described for people and for OpenAPI: requests, and the records as JSON."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chatbot.records import Filter, SpanKind, Turn

_SLUG = "what-are-lead-generation-activities"
_QUOTE = "A lead magnet is something useful given in return for contact details."
_LINK = "https://example.com/posts/lead-magnets/#what-it-is:~:text=A%20lead%20magnet"


MOST_NAMES = 100
"""Articles or tags in a filter."""
MOST_TURNS = 1000
"""Turns that are read at all; ``history_limit`` is what is taken."""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TurnIn(_Request):
    """One earlier question and its answer."""

    question: str = Field(description="What was asked", examples=["What is a lead magnet?"])
    answer: str = Field(default="", description="The answer's `text`", examples=[f"{_QUOTE} [1]"])


class FilterIn(_Request):
    """Which articles may answer; nothing given means all."""

    articles: list[str] = Field(default=[], max_length=MOST_NAMES, description="Slugs; any of them", examples=[[_SLUG]])
    tags: list[str] = Field(
        default=[], max_length=MOST_NAMES, description="Tags; any of them, in any case", examples=[["marketing"]]
    )
    since: dt.date | None = Field(default=None, description="First day, included", examples=["2024-01-31"])
    until: dt.date | None = Field(default=None, description="Last day, included", examples=["2025-12-31"])

    def record(self) -> Filter | None:
        """The filter, if it leaves anything out."""
        return Filter(tuple(self.articles), tuple(self.tags), self.since, self.until) or None


class AskIn(_Request):
    """A question with what came before it."""

    question: str = Field(description="At most `question_limit` characters", examples=["What is a lead magnet?"])
    history: list[TurnIn] = Field(
        default=[], max_length=MOST_TURNS, description="Earlier turns, oldest first; at most `history_limit`"
    )
    filter: FilterIn = Field(default=FilterIn(), description="Which articles may answer")
    page: str = Field(
        default="",
        max_length=2000,
        description="URL of the page the reader is on; its article is preferred",
        examples=["https://example.com/posts/lead-magnets/"],
    )
    prefer: str = Field("", description="Slug of the article to prefer, instead of `page`", examples=[_SLUG])

    def turns(self) -> list[Turn]:
        """The history as records."""
        return [Turn(turn.question, turn.answer) for turn in self.history]


class SearchIn(_Request):
    """A question or a few words to find passages for."""

    question: str = Field(description="A question or a few words", examples=["landing pages"])
    limit: int = Field(default=10, ge=1, le=100, description="Most passages to return", examples=[5])
    history: list[TurnIn] = Field(
        default=[], max_length=MOST_TURNS, description="Earlier turns, oldest first; at most `history_limit`"
    )
    filter: FilterIn = Field(default=FilterIn(), description="Which articles may be searched")
    prefer: str = Field("", description="Slug of the article to prefer", examples=[_SLUG])

    def turns(self) -> list[Turn]:
        """The history as records."""
        return [Turn(turn.question, turn.answer) for turn in self.history]


class FeedbackIn(_Request):
    """What a reader thinks of an answer."""

    answer_id: str = Field(max_length=64, description="The response header `Answer-Id`", examples=["vJ1k2mPq0aXw9sTe"])
    thumb: Literal["up", "down"] = Field(description="Whether the answer helped", examples=["down"])
    reason: str = Field(default="", max_length=100, description="Why, in a word or two", examples=["incomplete"])
    note: str = Field(default="", max_length=1000, description="Whatever the reader adds", examples=["Step 3?"])


class ArticlesQuery(_Request):
    """Which articles to list; nothing given means all."""

    article: list[str] = Field(default=[], max_length=MOST_NAMES, description="Slugs; any of them")
    tag: list[str] = Field(default=[], max_length=MOST_NAMES, description="Tags; any of them, in any case")
    since: dt.date | None = Field(default=None, description="First day, included", examples=["2024-01-31"])
    until: dt.date | None = Field(default=None, description="Last day, included", examples=["2025-12-31"])

    def record(self) -> Filter | None:
        """The filter, if it leaves anything out."""
        return Filter(tuple(self.article), tuple(self.tag), self.since, self.until) or None


class SuggestionsQuery(_Request):
    """How many questions, and about what."""

    limit: int = Field(default=3, ge=1, le=20, description="Most questions to return")
    page: str = Field(default="", max_length=2000, description="URL of an article's page, to get questions about it")
    article: str = Field("", description="Slug of the article, instead of `page`", examples=[_SLUG])


class ConfigQuery(_Request):
    """Where the reader is."""

    page: str = Field(default="", max_length=2000, description="URL of the page the reader is on")


_REQUESTS = (TurnIn, FilterIn, AskIn, SearchIn, FeedbackIn, ArticlesQuery, SuggestionsQuery, ConfigQuery)
REQUEST_FIELDS = frozenset(name for model in _REQUESTS for name in model.model_fields)
"""Every name a request may have somewhere."""


class StatementOut(BaseModel):
    """One sentence or one list item of an answer."""

    text: str = Field(description="Plain text", examples=[_QUOTE])
    citations: list[int] = Field(description="Numbers of the citations behind it", examples=[[1]])
    kind: Literal["sentence", "item", "row", "code"] = Field(description="What it is in the article")
    number: int = Field(
        default=0, description="Of an item that is one of several steps of a list; 0 for a bullet", examples=[0]
    )


class CitationOut(BaseModel):
    """The exact words behind a statement, and a link to the very sentence."""

    number: int = Field(description="From 1, in order of first use", examples=[1])
    slug: str = Field(description="The article's", examples=[_SLUG])
    title: str = Field(description="The article's", examples=["What are lead generation activities?"])
    url: str = Field(description="Deep link: public address, section anchor, text fragment", examples=[_LINK])
    headings: list[str] = Field(description="From the top of the article to the section", examples=[["Lead magnets"]])
    date: dt.date | None = Field(description="The article's", examples=["2024-07-13"])
    quote: str = Field(description="Verbatim words of the article, as plain text", examples=[_QUOTE])
    path: str = Field(description="The article's file, relative to the corpus", examples=[f"{_SLUG}.md"])
    start: int = Field(description="Where the quote's source begins in the file, in Unicode characters", examples=[812])
    end: int = Field(description="Where it ends, exclusive, in Unicode characters", examples=[883])


class AnswerOut(BaseModel):
    """What a reader gets."""

    question: str = Field(description="As it was asked", examples=["What is a lead magnet?"])
    statements: list[StatementOut] = Field(description="The answer, piece by piece")
    citations: list[CitationOut] = Field(description="What the statements rest on; empty for a refusal")
    found: bool = Field(description="Whether the articles answer")
    confidence: float = Field(description="Probability that the answer is right, 0 to 1", examples=[0.87])
    composer: str = Field(
        description="Who wrote it: `extractive`, `metadata`, `smalltalk`, `clarifying`, a chat model",
        examples=["extractive"],
    )
    suggestions: list[str] = Field(description="Questions the articles answer", examples=[["What is lead nurturing?"]])
    complete: bool = Field(description="False while the answer still grows")
    note: str = Field(
        default="",
        description="What to know when reading it: a corrected spelling, the date of its source; mostly empty",
        examples=["Searched for “lead generation”; no post has “leed”."],
    )
    text: str = Field(description="Note and statements as Markdown with [1] marks", examples=[f"{_QUOTE} [1]"])


class SpanOut(BaseModel):
    """The smallest thing that can be quoted."""

    start: int = Field(description="Offset in the file, in Unicode characters", examples=[812])
    end: int = Field(description="Offset in the file, exclusive, in Unicode characters", examples=[883])
    text: str = Field(description="Plain text", examples=[_QUOTE])
    kind: SpanKind = Field(description="What it is in the article")
    block: int = Field(description="Which block of the passage it is in, from 0", examples=[0])
    level: int = Field(description="Nesting depth of a list item, from 1; 0 for prose", examples=[0])
    number: int = Field(default=0, description="Of an item in a numbered list; 0 elsewhere", examples=[0])


class PassageOut(BaseModel):
    """A section of an article or a part of one."""

    id: str = Field(description="Hash of path, offsets and text", examples=["9f2c4e"])
    slug: str = Field(description="The article's", examples=[_SLUG])
    path: str = Field(description="The article's file, relative to the corpus", examples=[f"{_SLUG}.md"])
    title: str = Field(description="The article's", examples=["What are lead generation activities?"])
    url: str = Field(description="The article's public address", examples=["https://example.com/posts/lead-magnets/"])
    headings: list[str] = Field(description="From the top of the article to the section", examples=[["Lead magnets"]])
    anchor: str = Field(description="The section's on the page", examples=["lead-magnets"])
    kind: Literal["text", "list", "table", "code"] = Field(description="What most of it is")
    text: str = Field(description="Plain text", examples=[_QUOTE])
    start: int = Field(description="Offset in the file, in Unicode characters", examples=[800])
    end: int = Field(description="Offset in the file, exclusive, in Unicode characters", examples=[1310])
    sentences: list[SpanOut] = Field(description="Its sentences, items, rows, in order")


class HitOut(BaseModel):
    """A passage found for a question."""

    passage: PassageOut = Field(description="What was found")
    score: float = Field(description="0 to 1, comparable across questions", examples=[0.74])


class ArticleOut(BaseModel):
    """One post; its other front matter stays on the server."""

    slug: str = Field(description="Its name", examples=[_SLUG])
    title: str = Field(description="Its title", examples=["What are lead generation activities?"])
    url: str = Field(description="Its public address", examples=["https://example.com/posts/lead-magnets/"])
    path: str = Field(description="Its file, relative to the corpus", examples=[f"{_SLUG}.md"])
    date: dt.date | None = Field(description="When it was published", examples=["2024-07-13"])
    updated: dt.date | None = Field(description="When it was last changed", examples=["2025-02-01"])
    tags: list[str] = Field(description="Its tags", examples=[["marketing"]])
    description: str = Field(description="Its summary", examples=["What brings leads in."])
    image: str = Field(description="Its picture's address", examples=["/img/leads.jpg"])


class LinkOut(BaseModel):
    """Where an article is."""

    slug: str = Field(description="Its name", examples=[_SLUG])
    title: str = Field(description="Its title", examples=["What are lead generation activities?"])
    url: str = Field(description="Its public address", examples=["https://example.com/posts/lead-magnets/"])


class LimitsOut(BaseModel):
    """What a request may have at most."""

    question: int = Field(description="Characters", examples=[2000])
    history: int = Field(description="Turns", examples=[50])


class ConfigOut(BaseModel):
    """How a chat shows itself."""

    title: str = Field(description="The chat's title; empty: the chat's own words", examples=["Ask the articles"])
    greeting: str = Field(description="First line of an empty chat; empty likewise", examples=["Ask me anything."])
    color: str = Field(description="Main colour, #rrggbb", examples=["#0f766e"])
    logo: str = Field(description="Path of the logo on this server; empty: none", examples=["/logo"])
    suggestions: list[str] = Field(description="Questions to try", examples=[["What is a lead magnet?"]])
    article: LinkOut | None = Field(description="The article of the page the reader is on")
    limits: LimitsOut = Field(description="What a request may have at most")


class FieldError(BaseModel):
    """A field of a request that is wrong."""

    field: str = Field(description="Its name, with those it is in", examples=["filter.since"])
    detail: str = Field(description="What is wrong with it", examples=["Unknown field; did you mean 'history'?"])


class ProblemOut(BaseModel):
    """What went wrong and what to do (RFC 9457)."""

    type: str = Field(description="Kind of problem", examples=["urn:article-chatbot:problem:limit"])
    title: str = Field(description="The kind in words", examples=["Too many questions"])
    status: int = Field(description="HTTP status", examples=[429])
    detail: str = Field(description="What happened and what to do", examples=["Try again in 12 seconds."])
    errors: list[FieldError] | None = Field(default=None, description="The fields that are wrong, where some are")
