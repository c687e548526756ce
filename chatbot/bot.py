"""The chatbot: wires retrieval, conversation and composers over an open index."""

import asyncio
import logging
import threading
import time
import weakref
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from chatbot.answering.extractive import ExtractiveComposer
from chatbot.answering.metadata import MetadataComposer
from chatbot.answering.relevance import Meter
from chatbot.answering.smalltalk import reply
from chatbot.conversation import standalone
from chatbot.errors import ChatbotError, QuestionError
from chatbot.opening import OpenIndex, current_generation, open_index
from chatbot.records import Answer, Article, Filter, Hit, Statement, Turn
from chatbot.retrieval import HybridRetriever, content_words
from chatbot.settings import Settings

_LOG = logging.getLogger(__name__)

LONGEST_QUESTION = 2000
"""Characters."""
HITS = 8
"""Passages a composer reads."""
SUGGESTED = 3
_LOOK_EVERY = 1.0
"""Seconds between looks for a newer index."""
_REFUSAL = "I couldn't find an answer to that in the articles."


class _Engine:
    """Everything made from one generation of the index; its files are let go of when nobody uses it any more."""

    def __init__(self, index: OpenIndex, min_confidence: float) -> None:
        self.index = index
        weakref.finalize(self, index.close).atexit = False
        newest = sorted(index.articles, key=lambda article: (article.date is None, -_day(article), article.path))
        self.articles = {article.slug: article for article in newest}
        meter = Meter(index.embedder, index.lexical, content_words)
        self.retriever = HybridRetriever(index.embedder, index.vectors, index.lexical)
        self.metadata = MetadataComposer(index.articles, meter)
        days = {article.slug: article.date for article in index.articles}
        self.composer = ExtractiveComposer(
            meter, lru_cache(maxsize=1024)(index.vectors.section), days.__getitem__, min_confidence
        )

    def search(self, question: str, limit: int, filter: Filter | None) -> list[Hit]:
        return self.retriever.search(question, limit, filter)

    def opening(self, article: Article, question: str) -> Iterator[Answer]:
        """What an article is about, in its own first words."""
        hits = self.search(article.title, HITS, Filter(articles=(article.slug,)))
        lead = self.index.vectors.section(replace(hits[0].passage, headings=())) if hits else []
        passages = lead or sorted((hit.passage for hit in hits), key=lambda passage: passage.start)
        yield self.composer.opening(question, passages[:1])


class Chatbot:
    """Answers questions from the articles of an index. Safe to call from many threads.

    A newer index, built by another process, is taken up within about a second.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._engine = _Engine(open_index(settings), settings.min_confidence)

    @classmethod
    def open(cls, settings: Settings | None = None) -> "Chatbot":
        """Open an index that exists; settings default to the environment and pyproject.toml.

        Raises:
            IndexMissingError: There is no index yet; the message names the command that builds it.
            IndexMismatchError: The index was made with another model or other rules.
            IndexDamagedError: Files of the index are missing or can't be read.
            IndexServerError: The Chroma server doesn't answer.
        """
        return cls(settings or Settings())

    def ask(self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None) -> Answer:
        """The complete answer to a question.

        Args:
            question: In words, at most 2,000 characters.
            history: Earlier turns, oldest first; a question that leans on them is understood.
            filter: Which articles may answer.

        Raises:
            QuestionError: The question is empty or too long.
        """
        *_, answer = self.stream(question, history, filter)
        return answer

    def stream(self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None) -> Iterator[Answer]:
        """The answer as it grows; only the last one yielded is complete. Arguments and errors as of ``ask``."""
        text = _checked(question)
        return self._stream(self._current(), text, history, filter)

    def search(
        self, question: str, limit: int = 10, history: Sequence[Turn] = (), filter: Filter | None = None
    ) -> list[Hit]:
        """The passages nearest to a question, best first; scores are 0..1 and comparable across questions."""
        return self._current().search(standalone(_checked(question), history), limit, filter)

    def articles(self, filter: Filter | None = None) -> list[Article]:
        """The indexed articles without their bodies, newest first."""
        return [article for article in self._current().articles.values() if _passes(article, filter)]

    def suggestions(self, limit: int = SUGGESTED) -> tuple[str, ...]:
        """Questions the articles answer, to show on an empty page."""
        return tuple(_question(article) for article in islice(self._current().articles.values(), limit))

    async def aask(self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None) -> Answer:
        """``ask`` for asyncio: runs in a thread, the event loop goes on."""
        return await asyncio.to_thread(self.ask, question, history, filter)

    async def astream(
        self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None
    ) -> AsyncIterator[Answer]:
        """``stream`` for asyncio."""
        answers = self.stream(question, history, filter)
        while (answer := await asyncio.to_thread(next, answers, None)) is not None:
            yield answer

    def _stream(
        self, engine: _Engine, question: str, history: Sequence[Turn], filter: Filter | None
    ) -> Iterator[Answer]:
        full = standalone(question, history)
        small = reply(full, self.suggestions())
        if small:
            yield replace(small, question=question)
            return
        known = engine.metadata.compose(
            full, lambda topic: engine.search(topic, 2 * HITS, filter), lambda article: _passes(article, filter)
        )
        if known:
            yield replace(known, question=question)
            return
        described = engine.metadata.described(full)
        if described and _passes(described, filter):
            yield from engine.opening(described, question)
            return
        hits = engine.search(full, HITS, filter)
        for answer in engine.composer.compose(full, hits, history):
            yield replace(answer, question=question) if answer.found else self._refusal(answer, question, hits)

    def _refusal(self, answer: Answer, question: str, hits: Sequence[Hit]) -> Answer:
        """A refusal with the nearest posts as suggestions, or with questions the posts do answer."""
        articles = self._current().articles
        nearest = dict.fromkeys(_question(articles[hit.passage.slug]) for hit in hits if hit.passage.slug in articles)
        suggestions = tuple(nearest)[:SUGGESTED] or self.suggestions()
        return replace(
            answer, question=question, statements=(Statement(_REFUSAL, ()),), citations=(), suggestions=suggestions
        )

    def _current(self) -> _Engine:
        """The engine, of a newer index if there is one."""
        now = time.monotonic()
        if now - self._looked > _LOOK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._looked = now
                self._renew()
            finally:
                self._lock.release()
        return self._engine

    def _renew(self) -> None:
        """Take up a newer index; one that these settings can't open is left to whoever made it."""
        if current_generation(self.settings.vectorstore) in (None, self._engine.index.generation):
            return
        try:
            self._engine = _Engine(open_index(self.settings), self.settings.min_confidence)
        except ChatbotError as error:
            _LOG.warning("Still answering from %s: %s", self._engine.index.generation, error)


def _checked(question: str) -> str:
    text = " ".join(question.encode("utf-8", "replace").decode().split())
    if not text:
        raise QuestionError("The question is empty. Ask something the articles may answer.")
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question is {len(text):,} characters long; the limit is {LONGEST_QUESTION:,}. Ask it more briefly."
        )
    return text


def _passes(article: Article, filter: Filter | None) -> bool:
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


def _tags(tags: Sequence[str]) -> set[str]:
    return {tag.casefold() for tag in tags}


def _day(article: Article) -> int:
    return article.date.toordinal() if article.date else 0


def _question(article: Article) -> str:
    return article.title if article.title.endswith("?") else f"What is “{article.title}” about?"
