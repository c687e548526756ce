"""The one way from a served channel to the chatbot: limited, timed, off the event loop, and remembered for feedback."""

import asyncio
import ipaddress
import math
import os
import secrets
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from functools import partial
from typing import Any, TypeVar

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from chatbot.bot import Chatbot
from chatbot.channels.feedback import Feedback
from chatbot.channels.metrics import Metrics
from chatbot.errors import BusyError, DeadlineError, LimitError, QuestionError
from chatbot.records import Answer, Filter, Hit, Turn

_Result = TypeVar("_Result")
WORKERS = max(2, os.cpu_count() or 2)
"""Questions worked on at the same time."""
WAITERS = 32
"""The same where a chat model writes: most of them wait for it."""


class Service:
    """What the channels of a server share.

    Args:
        bot: Answers the questions.
        metrics: Counts them.
    """

    def __init__(self, bot: Chatbot, metrics: Metrics | None = None) -> None:
        self.bot = bot
        self.settings = bot.settings
        self.metrics = metrics or Metrics()
        self.feedback = Feedback(self.settings.feedback)
        workers = WAITERS if self.settings.chat_model else WORKERS
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="answering")
        self.waiting = 0
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerMinute(self.settings.rate_limit or 1)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filter: Filter | None = None,
        *,
        page: str = "",
        prefer: str = "",
        client: str = "",
        channel: str = "api",
    ) -> "Asked":
        """Take on a question, to be answered in a thread of the service's.

        Args:
            question: In words.
            history: Earlier turns, oldest first.
            filter: Which articles may answer.
            page: URL of the page the reader is on; its article is preferred.
            prefer: Slug of the article to prefer, instead of ``page``.
            client: Network address of who asks; empty where nobody is to be limited.
            channel: Where it was asked, for the metrics.

        Raises:
            QuestionError: The question is empty or too long, or the history is.
            LimitError: The client asks more often than it may.
            BusyError: Too many questions are waiting.
        """
        with self._counted(channel):
            self._check(history, client)
            answers = self.bot.stream(question, history, filter, prefer or page)
        return Asked(self, answers, channel)

    async def search(
        self,
        question: str,
        limit: int = 10,
        history: Sequence[Turn] = (),
        filter: Filter | None = None,
        *,
        prefer: str = "",
        client: str = "",
        channel: str = "api",
    ) -> list[Hit]:
        """``Chatbot.search`` in a thread of the service's; arguments and errors as of ``ask``."""
        with self._counted(channel):
            self._check(history, client)
            self.waiting += 1
            try:
                return await self.run(partial(self.bot.search, question, limit, history, filter, prefer), self._pool)
            finally:
                self.waiting -= 1

    async def rate(self, answer_id: str, thumb: str, reason: str = "", note: str = "", *, client: str = "") -> None:
        """Keep what a reader thinks of an answer.

        Raises:
            UnknownAnswerError: The answer isn't remembered.
            LimitError: The client asks or rates more often than it may.
            SettingsError: The file of feedback can't be written.
        """
        self.limit(client)
        new = await self.run(partial(self.feedback.add, answer_id, thumb, reason, note))
        if new:
            self.metrics.feedback(thumb)

    def slug_at(self, page: str) -> str:
        """The slug of the article whose public page has this URL; empty if there is none."""
        article = self.bot.article_at(page) if page else None
        return article.slug if article else ""

    async def run(self, work: Callable[[], _Result], pool: ThreadPoolExecutor | None = None) -> _Result:
        """The result of blocking work, done in a thread beside those that answer within the time for an answer.

        Raises:
            DeadlineError: It took longer.
        """
        future = asyncio.get_running_loop().run_in_executor(pool, work)
        try:
            return await asyncio.wait_for(future, self.settings.answer_timeout)
        except TimeoutError:
            raise self.late() from None

    def submit(self, *work: Any) -> "Future[None]":
        """Have blocking work done in a thread that answers."""
        return self._pool.submit(*work)

    def late(self) -> DeadlineError:
        """The error of an answer that took too long."""
        return DeadlineError(
            f"The answer took longer than {self.settings.answer_timeout:g} seconds. Try again, or ask more briefly."
        )

    @contextmanager
    def _counted(self, channel: str) -> Iterator[None]:
        """Counts a question that ends with an error."""
        try:
            yield
        except Exception as error:
            self.metrics.question(channel, type(error).__name__)
            raise

    def _check(self, history: Sequence[Turn], client: str) -> None:
        limit = self.settings.history_limit
        if len(history) > limit:
            raise QuestionError(f"The history has {len(history)} turns; the limit is {limit}. Send the latest ones.")
        if self.waiting >= self.settings.queue_limit:
            raise BusyError("Too many people are asking just now. Try again in a few seconds.", 3)
        self.limit(client)

    def limit(self, client: str) -> None:
        """Count a request of a client's.

        Raises:
            LimitError: It sends more of them than it may.
        """
        name = limited_name(client)
        if self.settings.rate_limit and name and not self._limiter.hit(self._rate, name):
            reset = self._limiter.get_window_stats(self._rate, name).reset_time
            seconds = max(1, math.ceil(reset - time.time()))
            unit = "second" if seconds == 1 else "seconds"
            raise LimitError(
                f"Those were many questions in a short time. Try again in {seconds} {unit}.", retry_after=seconds
            )


class Asked:
    """A question that was taken on; iterating gives its answer as it grows, the last being complete.

    Raises:
        DeadlineError: While iterating: the answer takes longer than ``answer_timeout``.
    """

    def __init__(self, service: Service, answers: Iterator[Answer], channel: str) -> None:
        self.id = secrets.token_urlsafe(12)
        self._service = service
        self._answers = answers
        self._channel = channel
        self._began = time.perf_counter()

    async def complete(self) -> Answer:
        """The complete answer."""
        async for answer in self:
            last = answer
        return last

    async def __aiter__(self) -> AsyncGenerator[Answer]:
        async with aclosing(self.batches()) as batches:
            async for batch in batches:
                for answer in batch:
                    yield answer

    async def batches(self, idle: float | None = None) -> AsyncGenerator[list[Answer]]:
        """What has come of the answer since the last look.

        Args:
            idle: Seconds after which to give an empty list where nothing came.

        Raises:
            DeadlineError: The answer takes longer than ``answer_timeout``.
        """
        service, loop = self._service, asyncio.get_running_loop()
        produced: asyncio.Queue[Answer | Exception] = asyncio.Queue()
        stopped = threading.Event()

        def put(item: Answer | Exception) -> None:
            loop.call_soon_threadsafe(produced.put_nowait, item)

        def started() -> None:
            loop.call_soon_threadsafe(self._started)

        service.waiting += 1
        work = service.submit(_produce, self._answers, put, stopped, started)
        outcome = "left"
        try:
            batch: list[Answer] = []
            while not (batch and batch[-1].complete):
                batch = await self._batch(produced, idle)
                outcome = "" if batch and batch[-1].complete else outcome
                yield batch
        except Exception as error:
            outcome = type(error).__name__
            raise
        finally:
            stopped.set()
            service.waiting -= work.cancel()
            if outcome:
                service.metrics.question(self._channel, outcome)

    async def _batch(self, produced: "asyncio.Queue[Answer | Exception]", idle: float | None) -> list[Answer]:
        left = self._began + self._service.settings.answer_timeout - time.perf_counter()
        try:
            async with asyncio.timeout(left if idle is None else min(left, idle)):
                items = [await produced.get()]
        except TimeoutError:
            if idle is None or left <= idle:
                raise self._service.late() from None
            return []
        while not produced.empty():
            items.append(produced.get_nowait())
        if isinstance(items[-1], Exception):
            raise items[-1]
        answers = [item for item in items if isinstance(item, Answer)]
        if answers[-1].complete:
            self._done(answers[-1])
        return answers

    def _done(self, answer: Answer) -> None:
        service = self._service
        service.metrics.stage("total", time.perf_counter() - self._began)
        service.metrics.answer(self._channel, answer)
        service.feedback.remember(self.id, answer)

    def _started(self) -> None:
        self._service.waiting -= 1
        self._service.metrics.stage("waiting", time.perf_counter() - self._began)


def _produce(
    answers: Iterator[Answer],
    put: Callable[[Answer | Exception], None],
    stopped: threading.Event,
    started: Callable[[], None],
) -> None:
    """Work off the answers in a thread until they end or nobody waits for them any more."""
    started()
    try:
        for answer in answers:
            if stopped.is_set():
                break
            put(answer)
    except Exception as error:
        put(error)


def client_of(request: HTTPConnection) -> str:
    """The network address of who sent a request."""
    return request.client.host if request.client else ""


def limited_name(client: str) -> str:
    """What questions are counted by: an address, or its /64 network for IPv6; empty for this machine itself.

    Whoever asks from this machine is the owner, or a proxy that doesn't tell for whom it asks.
    """
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    if address.version == 6:
        return str(ipaddress.ip_network((int(address), 64), strict=False).network_address)
    return str(address)
