"""A chat model that answers in bounded time or says why not."""

import asyncio
import logging
import math
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import aclosing, suppress
from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, cast

from chatbot.chatting.breaker import Breaker
from chatbot.chatting.failing import failed, failure
from chatbot.errors import Cause, ChatModelError
from chatbot.records import Cut, Message, Waiting

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessageChunk

_LOG = logging.getLogger(__name__)
_ENDED = ("finish_reason", "stop_reason", "done_reason")
"""What providers call the reason for an answer's end."""
_CUT = ("length", "max_tokens", "MAX_TOKENS")
"""What they say where it was the tokens that an answer may have."""
_SPARE = 5.0
"""Seconds beyond all limits after which even a library that never gives way is left."""
_LONG = 6
"""Characters of a token longer than most."""
_TOO_MANY = 2
"""How many times the tokens that it may have an answer gets before it is endless: they are only estimated."""

_OF_THE_QUESTION = ("busy", "context")
"""Causes that say nothing about the next question."""

Piece = str | Waiting | Cut | ChatModelError | None
"""Text, a place, that it was cut short, what went wrong, or None at the end."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a chat model may take, in seconds, and how much it may write and read, in tokens.

    ``wait`` is for its turn, ``first`` from then to the first text (``connect`` of it to reach the server), ``total``
    from its turn to the end. ``tokens`` are those of an answer, ``context`` those of prompt and answer.
    """

    wait: float = 5
    connect: float = 3
    first: float = 8
    total: float = 15
    tokens: int = 400
    context: int = 4096


def _uncounted(text: str) -> None:
    """The tokens of a text are unknown."""
    del text


@dataclass(frozen=True, slots=True)
class Source:
    """Where a chat model comes from.

    ``open`` makes it, which may be slow and may fail, and ``warm`` loads the rest. ``expected`` gives the seconds that
    a question will wait, ``count`` the tokens of a text or None. ``moved``: it tells places; ``ends``: it says why it
    ends.
    """

    open: Callable[[], "BaseChatModel"]
    warm: Callable[[], object]
    expected: Callable[[], float] = float
    count: Callable[[str], int | None] = _uncounted
    moved: bool = False
    ends: bool = True


class GuardedChatModel:
    """Any chat model, with limits on time and length and a circuit breaker; satisfies ``ChatModel``.

    Safe to call from many threads. Failures are logged, a line each, and counted.

    Args:
        address: The name as the settings have it, for the log.
        name: What readers are told: no path and no host of the owner's.
        source: Where it comes from; opened when it is first asked or warmed.
        limits: What it may take.
        breaker: Leaves it alone after repeated failures.
    """

    def __init__(self, address: str, name: str, source: Source, limits: Limits, breaker: Breaker | None = None) -> None:
        self.name = name
        self.address = address
        self.context = limits.context
        self.tokens = limits.tokens
        self.source = source
        self.limits = limits
        self._breaker = breaker or Breaker()
        self._opening = threading.Lock()
        self._counting = threading.Lock()
        self._model: BaseChatModel | None = None
        self._failures: Counter[Cause] = Counter()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address!r})"

    def hurried(self, wait: float, first: float, total: float) -> "GuardedChatModel":
        """The same model with less time, in seconds; its failures are counted for both, but rest it alone."""
        other = copy(self)
        other._breaker = Breaker()
        other.limits = replace(self.limits, wait=wait, first=first, total=total)
        return other

    def warm(self) -> None:
        """Load what the first answer needs, in the background."""
        threading.Thread(target=self._warm, name="warming the chat model", daemon=True).start()

    def count_tokens(self, text: str) -> int:
        """Length of a text by the model's own tokenizer where that is at hand, else an estimate on the safe side."""
        try:
            counted = self.source.count(text)
        except Exception:
            counted = None
        return estimated_tokens(text) if counted is None else counted

    def failures(self) -> dict[Cause, int]:
        """How often it gave no whole answer, by cause."""
        with self._counting:
            return dict(self._failures)

    def stream(self, messages: Sequence[Message]) -> Generator[str | Waiting | Cut, None, None]:
        """The answer as it is written, piece by piece; places first where others are served before.

        Closing the generator ends the writing within a few tokens.

        Raises:
            ChatModelError: There is no whole answer, for a cause of ``errors.Cause``.
        """
        if not self._breaker.admit():
            raise self._counted(failed(self.address, "resting", f"{math.ceil(self._breaker.rest)} s to go"))
        settle: Callable[[], object] | None = self._breaker.released
        try:
            for piece in self._pieces(messages):
                if isinstance(piece, str):
                    settle = self._breaker.succeeded
                yield piece
        except ChatModelError as error:
            settle = None
            raise self._settled(error) from None
        finally:
            if settle:
                settle()

    def _pieces(self, messages: Sequence[Message]) -> Iterator[str | Waiting | Cut]:
        limits = self.limits
        expected = self.source.expected()
        if expected > limits.wait:
            raise failed(self.address, "busy", f"a wait of about {expected:.0f} s")
        produced: SimpleQueue[Piece] = SimpleQueue()
        answering = _Answering(self, messages, produced.put)
        running = asyncio.run_coroutine_threadsafe(answering.run(), _event_loop())
        try:
            while (piece := produced.get(timeout=limits.wait + limits.total + _SPARE)) is not None:
                if isinstance(piece, ChatModelError):
                    raise piece
                yield piece
        except Empty:
            raise failed(self.address, "slow") from None
        finally:
            running.cancel()

    def opened(self) -> "BaseChatModel":
        """The model, made when it is first asked for."""
        with self._opening:
            if self._model is None:
                self._model = self.source.open()
            return self._model

    def _warm(self) -> None:
        # what fails here fails again, and is told, when somebody asks
        with suppress(Exception):
            self.opened()
            self.source.warm()

    def _settled(self, error: ChatModelError) -> ChatModelError:
        """The same error, told to the breaker and the log."""
        instead = ""
        if error.cause in _OF_THE_QUESTION:
            self._breaker.released()
        elif self._breaker.failed():
            instead = f" It isn't asked for {self._breaker.rest:.0f} s."
        _LOG.warning("%s [%s]%s", error, error.cause, instead)
        return self._counted(error)

    def _counted(self, error: ChatModelError) -> ChatModelError:
        with self._counting:
            self._failures[error.cause] += 1
        return error


class _Answering:
    """One answer being written, on the event loop."""

    def __init__(self, guarded: GuardedChatModel, messages: Sequence[Message], put: Callable[[Piece], None]) -> None:
        self._guarded = guarded
        self._messages = [(message.role, message.text) for message in messages]
        self._put = put
        self._until = asyncio.Timeout(None)
        self._late: tuple[Cause, str] = ("slow", "")
        self._began = 0.0
        self._tokens = 0
        self._begun = self._ended = self._cut = self._done = False

    async def run(self) -> None:
        """Put all pieces, then None or what went wrong."""
        try:
            async with self._until:
                self._turn()
                await self._write()
            if self._cut:
                self._put(Cut())
            self._put(self._flaw())
        except Exception as error:
            late = self._until.expired()
            self._put(self._failed(*self._late) if late else failure(error, self._guarded.address, begun=self._begun))
        finally:
            self._done = True

    async def _write(self) -> None:
        model = await asyncio.to_thread(self._guarded.opened)
        told: dict[str, Any] = {"moved": self._mover()} if self._guarded.source.moved else {}
        stream = model.astream(self._messages, **told)
        async with aclosing(cast("AsyncGenerator[BaseMessageChunk]", stream)) as chunks:
            async for chunk in chunks:
                _go_on()
                self._take(chunk)

    def _take(self, chunk: "BaseMessageChunk") -> None:
        text = str(chunk.text)
        reasons = [chunk.response_metadata.get(key) for key in _ENDED]
        self._ended = self._ended or any(reasons)
        self._cut = self._cut or any(reason in _CUT for reason in reasons)
        self._tokens += max(1, len(text) // _LONG)
        if text.strip() and not self._begun:
            self._begun = True
            self._limit("slow", self._guarded.limits.total, "no end", self._began)
        if text:
            self._put(text)
        if self._tokens > _TOO_MANY * self._guarded.limits.tokens:
            raise self._failed("endless")

    def _mover(self) -> Callable[[int], None]:
        """What another thread tells its place."""
        loop = asyncio.get_running_loop()

        def moved(place: int) -> None:
            loop.call_soon_threadsafe(self._move, place)

        return moved

    def _move(self, place: int) -> None:
        """Its place among those that wait has changed."""
        if self._done:
            return
        waited = self._late[0] == "busy"
        if not place:
            self._turn()
        elif not waited:
            self._limit("busy", self._guarded.limits.wait, "no turn", self._began)
        if place or waited:
            self._put(Waiting(place))

    def _turn(self) -> None:
        """The model has nothing else to do from now on."""
        self._began = asyncio.get_running_loop().time()
        self._limit("slow", self._guarded.limits.first, "no word", self._began)

    def _limit(self, cause: Cause, seconds: float, what: str, since: float) -> None:
        self._late = (cause, f"{what} within {seconds:g} s")
        self._until.reschedule(since + seconds)

    def _flaw(self) -> ChatModelError | None:
        """What is wrong with an answer that came to its end."""
        if not self._begun:
            return self._failed("empty")
        return self._failed("broken") if self._guarded.source.ends and not self._ended else None

    def _failed(self, cause: Cause, detail: str = "") -> ChatModelError:
        return failed(self._guarded.address, cause, detail)


def _go_on() -> None:
    """End a task that was told to: Python 3.11's ``asyncio.wait_for``, which libraries use, may lose such a call."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def estimated_tokens(text: str) -> int:
    """Tokens of a text, rather too many: each digit is one, and of all else three bytes."""
    digits = sum(map(str.isdigit, text))
    return digits + math.ceil((len(text.encode("utf-8", "replace")) - digits) / 3)


_LOOP_LOCK = threading.Lock()


def _event_loop() -> asyncio.AbstractEventLoop:
    """The one event loop on which chat models answer: there, what is given up ends at once, whatever it waits for."""
    with _LOOP_LOCK:
        return _made_loop()


@cache
def _made_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat models", daemon=True).start()
    return loop
