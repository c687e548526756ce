"""Everything made from one generation of the index: search, composers and the articles, wired."""

import re
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from chatbot.answering.clarifying import Clarifier
from chatbot.answering.extractive import ExtractiveComposer
from chatbot.answering.metadata import MetadataComposer
from chatbot.answering.questions import read
from chatbot.answering.relevance import Meter
from chatbot.answering.smalltalk import reply
from chatbot.answering.values import Value, value_of
from chatbot.conversation import standalone
from chatbot.finding import Finder
from chatbot.opening import OpenIndex
from chatbot.reading import packaged_reader
from chatbot.records import Answer, Article, Filter, Hit, IndexStatus, Turn
from chatbot.reranking import SentenceReranker
from chatbot.retrieval import HITS, HybridRetriever, content_words
from chatbot.spelling import Speller
from chatbot.suggester import Suggester

if TYPE_CHECKING:
    from chatbot.chatmodel import Author

MOST_TAGS = 200
"""Tags of a filter up to which the index looks for each; its engine fails at about a thousand."""
_NO_ARTICLE = ""
"""A slug that no article has."""
_INDEX_FILE = re.compile(r"/index\.html?$|\.html?$|/$", re.I)


class Engine:
    """Answers from one generation; its files are let go of when nobody uses it any more.

    Args:
        index: The generation.
        min_confidence: Below this an answer is a refusal.
        author: A chat model that writes the answers; without one they are extractive.
    """

    def __init__(self, index: OpenIndex, min_confidence: float, author: "Author | None" = None) -> None:
        self.index = index
        weakref.finalize(self, index.close).atexit = False
        newest = sorted(index.articles, key=lambda article: (article.date is None, -_day(article), article.path))
        self.articles = {article.slug: article for article in newest}
        self._author = author
        self._meter = meter = meter_of(index)
        reader = packaged_reader()
        reranker = SentenceReranker(lambda question: meter.question(question, read(question).words), reader)
        retriever = HybridRetriever(index.embedder, index.vectors, index.lexical)
        self.finder = Finder(retriever, reranker, meter.similarity)
        self.metadata = MetadataComposer(index.articles, meter)
        self.speller = Speller(index.lexical, content_words, lambda: map(_matter, index.articles))
        days = {article.slug: article.date for article in index.articles}
        self.composer = ExtractiveComposer(
            meter, lru_cache(maxsize=1024)(index.vectors.section), days.__getitem__, reader, min_confidence
        )
        self._writer = author.composer(self.composer, meter) if author else self.composer
        self.suggester = Suggester(
            self.finder, self.composer, self.metadata, index.embedder, meter.content, self.articles, index.passages
        )
        self.clarifier = Clarifier(
            self.finder.search,
            meter.content,
            self.suggester.answered,
            self.suggester.abouts,
            partial(_slugs, self.articles),
        )

    def status(self) -> IndexStatus:
        """What the index holds."""
        return IndexStatus(len(self.index.articles), len(self.index.lexical), self.index.built)

    def standalone(self, question: str, history: Sequence[Turn]) -> str:
        """The question as it would be asked first: in the chat model's words where it does that, else by rule."""
        told = ""
        if self._author and not reply(question, ()):
            told = self._author.standalone(question, history, self._meter)
        return told or standalone(question, history)

    def search(
        self, question: str, limit: int, filter: Filter | None, prefer: str = "", earlier: str = ""
    ) -> list[Hit]:
        """The passages nearest to a question, and to the earlier one with it where that is akin."""
        return self.finder.search(question, limit, filter, prefer, earlier)

    def compose(
        self, question: str, hits: Sequence[Hit], history: Sequence[Turn], prefer: str = ""
    ) -> Iterator[Answer]:
        """The answer as it grows: the preferred article's own where it answers about as well as all of them do."""
        own = self.search(question, HITS, Filter(articles=(prefer,))) if prefer else ()
        return self._writer.compose(question, hits, history, own)

    def within(self, question: str, slug: str, history: Sequence[Turn]) -> Iterator[Answer] | None:
        """What one article answers; None if it doesn't."""
        hits = self.search(question, HITS, Filter(articles=(slug,)))
        return self._writer.compose(question, hits, history) if self.composer.plan(question, hits).drafts else None

    def told(self, question: str, article: Article, aspect: Value | Literal["content"]) -> Iterator[Answer]:
        """What an article is about, or one of its own values; a refusal if it has none."""
        if aspect == "content":
            return self.opening(article, question)
        return iter([value_of(question, article, aspect) or Answer(question, ())])

    def opening(self, article: Article, question: str) -> Iterator[Answer]:
        """What an article is about, in its own first words."""
        yield self.composer.opening(question, self.suggester.lead(article))

    def narrowed(self, filter: Filter | None) -> Filter | None:
        """The same filter without names that no article has, which an index would look for one by one."""
        if not filter or not (filter.articles or filter.tags):
            return filter
        known = tuple(dict.fromkeys(slug for slug in filter.articles if slug in self.articles))
        tags = tuple({tag.casefold(): tag for tag in filter.tags if tag.casefold() in self._tags}.values())
        if len(tags) > MOST_TAGS:
            known, tags = tuple(slug for slug, article in self.articles.items() if passes(article, filter)), ()
            return replace(filter, articles=known or (_NO_ARTICLE,), tags=())
        nowhere = (filter.articles and not known) or (filter.tags and not tags)
        return replace(filter, articles=(_NO_ARTICLE,) if nowhere else known, tags=() if nowhere else tags)

    def preferred(self, prefer: str, filter: Filter | None) -> str:
        """The slug of an article that is there and may answer, given by slug or by its page's URL; else nothing."""
        article = self.articles.get(prefer) or (self.article_at(prefer) if "/" in prefer else None)
        return article.slug if article and passes(article, filter) else ""

    def article_at(self, url: str) -> Article | None:
        """The article of a page: of its host if several have the same path, else whatever the host is."""
        place = _place(url)
        found = self._places.get(place[1], {}) if place else {}
        if place and place[0] in found:
            return found[place[0]]
        return next(iter(found.values())) if len(found) == 1 else None

    @cached_property
    def _tags(self) -> frozenset[str]:
        """The tags there are."""
        return frozenset(tag.casefold() for article in self.articles.values() for tag in article.tags)

    @cached_property
    def _places(self) -> Mapping[str, Mapping[str, Article]]:
        """Articles by path, then by host."""
        found: dict[str, dict[str, Article]] = {}
        for article in self.articles.values():
            if place := _place(article.url):
                found.setdefault(place[1], {}).setdefault(place[0], article)
        return found


def meter_of(index: OpenIndex) -> Meter:
    """Measures texts against questions by the words and vectors of an index."""
    return Meter(index.embedder, index.lexical, content_words, index.known, index.vectors.similarities)


def passes(article: Article, filter: Filter | None) -> bool:
    """Whether a filter lets an article answer."""
    if not filter:
        return True
    dated = not (filter.since or filter.until) or article.date is not None
    return (
        (not filter.articles or article.slug in filter.articles)
        and (not filter.tags or bool(_tags(article.tags) & _tags(filter.tags)))
        and dated
        and (not filter.since or article.date is None or article.date >= filter.since)
        and (not filter.until or article.date is None or article.date <= filter.until)
    )


def _slugs(articles: Mapping[str, Article], filter: Filter | None) -> list[str]:
    """The articles that may answer, in order. No method: an engine that holds itself keeps its files open."""
    return [slug for slug, article in articles.items() if passes(article, filter)]


def _matter(article: Article) -> str:
    """What the front matter of an article says."""
    return " ".join(map(str, (article.title, article.description, *article.tags, *article.metadata.values())))


def _tags(tags: Sequence[str]) -> set[str]:
    return {tag.casefold() for tag in tags}


def _day(article: Article) -> int:
    return article.date.toordinal() if article.date else 0


def _place(url: str) -> tuple[str, str] | None:
    """Host and path of a page, in one of the forms in which they are written; None if it has none."""
    try:
        parts = urlsplit(url.strip())
        path = re.sub("/+", "/", normalize("NFC", unquote(parts.path)))
        return (parts.hostname or "").lower(), _INDEX_FILE.sub("", path)
    except ValueError:
        return None
