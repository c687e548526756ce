"""The chatbot: answers over an open index, from a newer one once there is one."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chatbot.answering.clarifying import question_back
from chatbot.answering.smalltalk import reply
from chatbot.answering.thispage import PageQuestion
from chatbot.answering.thispage import read as read_page_question
from chatbot.conversation import leans, said_before, standalone
from chatbot.engine import Engine, passes
from chatbot.errors import Cause, ChatbotError, QuestionError
from chatbot.opening import current_generation, open_index
from chatbot.records import Answer, Article, Filter, Hit, IndexStatus, Statement, Turn
from chatbot.retrieval import HITS
from chatbot.settings import Settings
from chatbot.thresholds import min_confidence

if TYPE_CHECKING:
    from chatbot.chatmodel import Author

_LOG = logging.getLogger(__name__)

Watch = Callable[[str, float], None]
"""Is told a stage's name (``standalone``, ``metadata``, ``retrieval``, ``composing``) and its seconds."""

SUGGESTED = 3
_LOOK_EVERY = 1.0
"""Seconds between looks for a newer index."""
_NOTHING: Sequence[Hit] = ()
_REFUSAL = "I couldn't find an answer to that in the articles."


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with all that shapes its answer; ``prefer`` is the slug of an article that may answer, or nothing."""

    question: str
    history: Sequence[Turn]
    filter: Filter | None
    prefer: str


class Chatbot:
    """Answers questions from the articles of an index. Safe to call from many threads.

    A newer index, built by another process, is taken up within about a second.
    """

    def __init__(self, settings: Settings, watch: Watch | None = None) -> None:
        self.settings = settings
        self._watch = watch
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._author = _author_of(settings)
        self._engine = self._opened()

    @classmethod
    def open(cls, settings: Settings | None = None, watch: Watch | None = None) -> "Chatbot":
        """Open an index that exists.

        Args:
            settings: By default those of the environment and pyproject.toml.
            watch: Is told each stage of each question and its seconds, in the thread that answers.

        Raises:
            IndexMissingError: There is no index yet; the message names the command that builds it.
            IndexMismatchError: The index was made with another model or other rules.
            IndexDamagedError: Files of the index are missing or can't be read.
            IndexServerError: The Chroma server doesn't answer.
            ModelError: There is no chat model of that name, or a package for it isn't installed.
        """
        return cls(settings or Settings(), watch)

    def ask(
        self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None, prefer: str = ""
    ) -> Answer:
        """The complete answer to a question.

        Args:
            question: In words, at most ``question_limit`` characters.
            history: Earlier turns, oldest first; a question that leans on them is understood.
            filter: Which articles may answer.
            prefer: Slug of the article whose page the reader is on, or the page's URL: it answers where it does so
                about as well as others, and "this post" means it. One that isn't there is ignored.

        Raises:
            QuestionError: The question is empty or too long.
        """
        *_, answer = self.stream(question, history, filter, prefer)
        return answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None, prefer: str = ""
    ) -> Iterator[Answer]:
        """The answer as it grows; only the last one yielded is complete. Arguments and errors as of ``ask``."""
        return self._stream(_checked(question, self.settings.question_limit), history, filter, prefer)

    def search(
        self,
        question: str,
        limit: int = 10,
        history: Sequence[Turn] = (),
        filter: Filter | None = None,
        prefer: str = "",
    ) -> list[Hit]:
        """The passages nearest to a question, best first; scores are 0..1 and comparable across questions."""
        engine = self._current()
        full = engine.standalone(_checked(question, self.settings.question_limit), history)
        within = engine.narrowed(filter)
        spelled = engine.speller.corrected(full)
        return engine.search(spelled.question, limit, within, engine.preferred(prefer, within), said_before(history))

    def articles(self, filter: Filter | None = None) -> list[Article]:
        """The indexed articles without their bodies, newest first."""
        return [article for article in self._current().articles.values() if passes(article, filter)]

    def article_at(self, url: str) -> Article | None:
        """The article whose public page has this URL, None if there is none.

        Scheme, query, fragment, a last ``/``, ``index.html`` or ``.html``, percent-encoding and, where no two articles
        share a path, the host make no difference: a copy of the site on a staging host has the same articles.
        """
        return self._current().article_at(url)

    def status(self) -> IndexStatus:
        """What the index holds and when it was built."""
        return self._current().status()

    def suggestions(self, limit: int = SUGGESTED, article: str = "") -> tuple[str, ...]:
        """Questions the articles answer, to show on an empty page; about one article where its slug is given."""
        return self._current().suggester.examples(limit, article)

    def chat_model_failures(self) -> Mapping[Cause, int]:
        """How often the chat model gave no whole answer, by cause; empty where there is none."""
        return self._author.failures() if self._author else {}

    async def aask(
        self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None, prefer: str = ""
    ) -> Answer:
        """``ask`` for asyncio: runs in a thread, the event loop goes on."""
        return await asyncio.to_thread(self.ask, question, history, filter, prefer)

    async def astream(
        self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None, prefer: str = ""
    ) -> AsyncIterator[Answer]:
        """``stream`` for asyncio."""
        answers = self.stream(question, history, filter, prefer)
        while (answer := await asyncio.to_thread(next, answers, None)) is not None:
            yield answer

    def _stream(self, question: str, history: Sequence[Turn], filter: Filter | None, prefer: str) -> Iterator[Answer]:
        engine = self._current()
        within = engine.narrowed(filter)
        asked = _Asked(question, history, within, engine.preferred(prefer, within))
        page = _page_question(engine, asked) if asked.prefer else None
        note = ""
        if page and page.aspect != "topic":
            full = asked.question
            article = engine.articles[asked.prefer]
            answers = engine.told(full, article, page.aspect)
            hits: Sequence[Hit] = engine.search(article.title, HITS, asked.filter)
        else:
            with self._timed("standalone"):
                full = engine.standalone(page.text if page else asked.question, asked.history)
                spelled = engine.speller.corrected(full)
                full, note = spelled.question, spelled.note
            answers, hits = self._answers(engine, full, asked, of_page=page is not None)
        for answer in self._composing(self._completed(engine, full, asked, answers, hits)):
            notes = (note if answer.composer != "smalltalk" else "", answer.note)
            yield replace(answer, question=asked.question, note=" ".join(each for each in notes if each))

    def _answers(
        self, engine: Engine, full: str, asked: _Asked, *, of_page: bool
    ) -> tuple[Iterator[Answer], Sequence[Hit]]:
        """Answers to a standalone question, a refusal without statements; and the hits searched for them."""
        small = reply(full, ())
        if leans(full) and not asked.prefer:
            reading = engine.clarifier.read(full, asked.filter, self.suggestions)
            if reading.choices and not small:
                return iter([question_back(full, reading)]), _NOTHING
            if reading.section:
                return iter([engine.composer.opening(full, reading.section)]), _NOTHING
            full, small = reading.question or full, None if reading.question else small
        if small:
            return iter([replace(small, suggestions=self.suggestions())]), _NOTHING
        with self._timed("metadata"):
            known = engine.metadata.compose(
                full,
                lambda topic: engine.search(topic, 2 * HITS, asked.filter),
                lambda article: passes(article, asked.filter),
            )
        if known:
            return iter([known]), _NOTHING
        described = engine.metadata.described(full)
        if described and passes(described, asked.filter):
            return engine.opening(described, full), engine.search(described.title, HITS, asked.filter)
        with self._timed("retrieval"):
            hits = engine.search(full, HITS, asked.filter, earlier=said_before(asked.history))
        if of_page and (own := engine.within(full, asked.prefer, asked.history)):
            return own, hits
        return engine.compose(full, hits, asked.history, asked.prefer), hits

    def _completed(
        self, engine: Engine, full: str, asked: _Asked, answers: Iterator[Answer], hits: Sequence[Hit]
    ) -> Iterator[Answer]:
        """The same answers, the last with questions to ask next."""
        for answer in answers:
            if answer.composer in ("smalltalk", "clarifying") or not answer.complete:
                yield answer
            elif answer.found:
                # what there is to read needn't wait for what to ask next
                yield replace(answer, complete=False)
                yield replace(
                    answer,
                    suggestions=engine.suggester.follow_ups(answer, full, asked.history, asked.filter, hits, SUGGESTED),
                )
            else:
                slugs = [asked.prefer, *(hit.passage.slug for hit in hits)]
                instead = engine.suggester.abouts(slugs, asked.filter, SUGGESTED) or self.suggestions()
                yield replace(answer, statements=(Statement(_REFUSAL, ()),), citations=(), suggestions=instead)

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        if self._watch:
            self._watch(stage, time.perf_counter() - started)

    def _composing(self, answers: Iterator[Answer]) -> Iterator[Answer]:
        """The same answers; the time between them, which is the reader's, isn't counted."""
        spent = 0.0
        started = time.perf_counter()
        try:
            for answer in answers:
                spent += time.perf_counter() - started
                yield answer
                started = time.perf_counter()
        finally:
            if self._watch:
                self._watch("composing", spent)

    def _current(self) -> Engine:
        """The engine, of a newer index if there is one."""
        now = time.monotonic()
        if now - self._looked > _LOOK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._looked = now
                self._renew()
            finally:
                self._lock.release()
        return self._engine

    def _opened(self) -> Engine:
        return Engine(open_index(self.settings), min_confidence(self.settings), self._author)

    def _renew(self) -> None:
        """Take up a newer index; one that these settings can't open is left to whoever made it."""
        if current_generation(self.settings.vectorstore) in (None, self._engine.index.generation):
            return
        try:
            self._engine = self._opened()
        except ChatbotError as error:
            _LOG.warning("Still answering from %s: %s", self._engine.index.generation, error)


def _author_of(settings: Settings) -> "Author | None":
    """The chat model of the settings; without one, nobody waits for what it would need."""
    if not settings.chat_model:
        return None
    from chatbot.chatmodel import author_of

    return author_of(settings)


def _page_question(engine: Engine, asked: _Asked) -> PageQuestion | None:
    """What is asked about the page the reader is on; "it" means the page unless the conversation explains it."""
    leans = standalone(asked.question, asked.history) != asked.question
    return read_page_question(asked.question, "" if leans else engine.articles[asked.prefer].title)


def _checked(question: str, limit: int) -> str:
    text = " ".join(question.encode("utf-8", "replace").decode().split())
    if not text:
        raise QuestionError("The question is empty. Ask something the articles may answer.")
    if len(text) > limit:
        raise QuestionError(
            f"The question is {len(text):,} characters long; the limit is {limit:,}. Ask it more briefly."
        )
    return text
