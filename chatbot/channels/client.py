"""The chatbot of another process, over HTTP (httpx)."""

import asyncio
import json
import threading
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

import httpx
from anyio.from_thread import BlockingPortal

from chatbot.channels.client_exchange import (
    PATIENCE,
    Exchange,
    read_answer,
    read_articles,
    read_hits,
    read_names,
)
from chatbot.errors import ServerError, SettingsError
from chatbot.records import Answer, Article, Filter, Hit, Turn, to_dict

_Result = TypeVar("_Result")


class RemoteChatbot:
    """Answers questions as the ``Chatbot`` of a server does: same arguments, same records, same errors.

    Safe to call from many threads and event loops, which share its connections. Close it, or use it in a ``with`` or
    ``async with`` statement, to give them back. What fails in passing (no connection, a broken one, a busy or limiting
    server that says when to come back) is tried again.

    Args:
        base_url: Where the server is, e.g. ``http://localhost:7860``.
        timeout: Seconds for one call, all attempts included.
        retries: Attempts after the first.

    Raises:
        SettingsError: ``base_url`` is no web address, or ``timeout`` or ``retries`` can't be used.

    Besides the errors of ``Chatbot``, each call may raise:
        ServerError: The server can't be reached, fails, or isn't a chatbot's.
        LimitError: It takes no more questions for ``retry_after`` seconds, which is longer than the call may last.
        BusyError: The same, as too many are asking.
        DeadlineError: The answer took longer than ``timeout``, or than the server allows.
        RequestError: The request is larger than the server takes, or not of its form.
    """

    def __init__(self, base_url: str, *, timeout: float = 60.0, retries: int = 3) -> None:
        if not timeout > 0 or retries < 0:
            raise SettingsError(f"A client can't have {timeout=} and {retries=}; give more than 0 seconds, no minus.")
        self._url = _address(base_url)
        self._timeout = timeout
        self._retries = retries
        self._lock = threading.Lock()
        self._network: _Network | None = None
        self._closed = False

    def ask(
        self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None, prefer: str = ""
    ) -> Answer:
        """The complete answer to a question.

        Args:
            question: In words, at most 2,000 characters.
            history: Earlier turns, oldest first.
            filter: Which articles may answer.
            prefer: Slug of an article to prefer.

        Raises:
            QuestionError: The question is empty or too long, or the history is.
            ServerError: As of the class, with its other errors.
        """
        return self._fetched("/api/ask", read_answer, _asking(question, history, filter, prefer))

    def stream(
        self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None, prefer: str = ""
    ) -> Iterator[Answer]:
        """The answer as it grows; only the last one yielded is complete. Arguments and errors as of ``ask``."""
        answers = self._stream(_asking(question, history, filter, prefer))
        return _begun(next(answers), answers)

    def search(
        self,
        question: str,
        limit: int = 10,
        history: Sequence[Turn] = (),
        filter: Filter | None = None,
        prefer: str = "",
    ) -> list[Hit]:
        """The passages nearest to a question, best first; ``limit`` is 1 to 100. Other arguments as of ``ask``."""
        asking = _asking(question, history, filter, prefer, limit=limit)
        return self._fetched("/api/search", read_hits, asking)

    def articles(self, filter: Filter | None = None) -> list[Article]:
        """The indexed articles, newest first, without their bodies and further front matter."""
        given = filter or Filter()
        days = {name: day.isoformat() for name in ("since", "until") if (day := getattr(given, name))}
        params = {"article": given.articles, "tag": given.tags} | days
        return self._fetched("/api/articles", read_articles, params=params)

    def suggestions(self, limit: int = 3, article: str = "") -> tuple[str, ...]:
        """Questions the articles answer, 1 to 20; those of one article, by its slug, first."""
        params = {"limit": limit} | ({"article": article} if article else {})
        return self._fetched("/api/suggestions", read_names, params=params)

    async def aask(
        self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None, prefer: str = ""
    ) -> Answer:
        """``ask`` for asyncio."""
        asking = _asking(question, history, filter, prefer)
        network = self._connected()
        return await asyncio.wrap_future(network.start(network.exchange.fetch, "/api/ask", read_answer, asking))

    async def astream(
        self, question: str, history: Sequence[Turn] = (), filter: Filter | None = None, prefer: str = ""
    ) -> AsyncIterator[Answer]:
        """``stream`` for asyncio."""
        produced: asyncio.Queue[Answer | Future[None]] = asyncio.Queue()
        here = asyncio.get_running_loop()
        asking = _asking(question, history, filter, prefer)
        work = self._streaming(asking, lambda item: here.call_soon_threadsafe(produced.put_nowait, item))
        try:
            while isinstance(item := await produced.get(), Answer):
                yield item
            item.result()
        finally:
            work.cancel()

    def close(self) -> None:
        """Give the connections back; calls under way end with a ``ServerError``."""
        with self._lock:
            network, self._network, self._closed = self._network, None, True
        if network:
            network.close()

    async def aclose(self) -> None:
        """``close`` for asyncio."""
        await asyncio.to_thread(self.close)

    def __enter__(self) -> "RemoteChatbot":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> "RemoteChatbot":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def _fetched(
        self, path: str, read: Callable[[bytes], _Result], asking: bytes | None = None, params: Any = None
    ) -> _Result:
        network = self._connected()
        work: Future[_Result] = network.start(network.exchange.fetch, path, read, asking, params)
        try:
            return work.result()
        finally:
            work.cancel()

    def _stream(self, asking: bytes) -> Iterator[Answer]:
        produced: SimpleQueue[Answer | Future[None]] = SimpleQueue()
        work = self._streaming(asking, produced.put)
        try:
            while isinstance(item := produced.get(), Answer):
                yield item
            item.result()
        finally:
            work.cancel()

    def _streaming(self, asking: bytes, put: Callable[[Any], object]) -> "Future[None]":
        """Work that puts each answer as it comes, and then itself."""
        network = self._connected()
        work = network.start(network.exchange.stream, asking, put)
        work.add_done_callback(put)
        return work

    def _connected(self) -> "_Network":
        with self._lock:
            if self._closed:
                raise ServerError("This client was closed. Make a new RemoteChatbot.")
            if self._network is None or not self._network.alive:
                self._network = _Network(self._url, self._timeout, self._retries)
                weakref.finalize(self, self._network.stop)
            return self._network


class _Network:
    """HTTP connections and the event loop they live in, which has a thread of its own.

    So they serve every thread and every event loop, and one that is cancelled or late stops at once.
    """

    def __init__(self, url: str, timeout: float, retries: int) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=PATIENCE)
        self.exchange = Exchange(self._client, timeout, retries)
        ready: Future[tuple[BlockingPortal, Callable[[], object]]] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(_live(self._client, ready)), name="remote-chatbot", daemon=True
        )
        self._thread.start()
        self._portal, self.stop = ready.result()

    @property
    def alive(self) -> bool:
        """Whether the thread runs; in a process that was forked it doesn't."""
        return self._thread.is_alive()

    def start(self, work: Callable[..., Awaitable[_Result]], *arguments: object) -> "Future[_Result]":
        """Have work done in the event loop; cancelling the future stops it."""
        return self._portal.start_task_soon(work, *arguments)

    def close(self) -> None:
        """End the thread and the connections."""
        self.exchange.closing = True
        self.stop()
        self._thread.join()


async def _live(client: httpx.AsyncClient, ready: "Future[tuple[BlockingPortal, Callable[[], object]]]") -> None:
    """Do the work that comes until told to stop, then end what is under way."""
    stopped = asyncio.Event()
    async with BlockingPortal() as portal:
        ready.set_result((portal, partial(_call, asyncio.get_running_loop(), stopped.set)))
        await stopped.wait()
        await portal.stop(cancel_remaining=True)
    await client.aclose()


def _call(loop: asyncio.AbstractEventLoop, callback: Callable[[], object]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(callback)


def _begun(first: Answer, rest: Iterator[Answer]) -> Iterator[Answer]:
    yield first
    yield from rest


def _asking(question: str, history: Sequence[Turn], filter: Filter | None, prefer: str, **more: object) -> bytes:
    """The JSON of a question; a half character, which has none, becomes a question mark."""
    body = {"question": question, "history": to_dict(list(history))} | more
    body |= {"filter": to_dict(filter)} if filter else {}
    body |= {"prefer": prefer} if prefer else {}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _address(given: str) -> str:
    try:
        url = httpx.URL(given)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise SettingsError(f"'{given}' isn't the address of a server. Give one such as http://localhost:7860.")
    return given
