"""Exchanges with a chatbot's server: tried again where that can help, within a time, its problems raised as errors."""

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from functools import partial
from itertools import count
from typing import Any, NoReturn, TypeVar

import anyio
import httpx
from httpx_sse import EventSource, ServerSentEvent, SSEError
from pydantic import TypeAdapter, ValidationError

from chatbot.errors import (
    BusyError,
    ChatbotError,
    DeadlineError,
    LimitError,
    QuestionError,
    RequestError,
    ServerError,
    SettingsError,
    UnknownAnswerError,
)
from chatbot.records import Answer, Article, Hit

PROBLEM = "urn:article-chatbot:problem:"
ERRORS: Mapping[str, type[ChatbotError]] = {
    "question": QuestionError,
    "validation": RequestError,
    "too-large": RequestError,
    "busy": BusyError,
    "limit": LimitError,
    "deadline": DeadlineError,
    "answer": UnknownAnswerError,
    "settings": SettingsError,
}
"""What a problem's ``type`` stands for after ``PROBLEM``; any other is a ``ServerError``."""
PATIENCE = httpx.Timeout(None, connect=5)
"""Seconds; the rest of an exchange is bounded by its own time."""
STREAM_PATIENCE = httpx.Timeout(None, connect=5, read=30)
"""A server sends a heartbeat every 10 seconds."""
_JSON = {"Content-Type": "application/json"}
_PASSING = {429, 502, 503, 504}
_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
"""Seconds before the second attempt and, doubling, before later ones."""

Result = TypeVar("Result")
_ARTICLES = TypeAdapter(list[Article])
_PROBLEM = TypeAdapter(dict[str, Any])
_ITEMS = TypeAdapter(list[dict[str, Any]])

read_answer = TypeAdapter(Answer).validate_json
read_hits = TypeAdapter(list[Hit]).validate_json
read_names = TypeAdapter(tuple[str, ...]).validate_json


def read_articles(content: bytes) -> list[Article]:
    """Articles from JSON; a server sends none of their bodies."""
    return _ARTICLES.validate_python([{"body": ""} | item for item in _ITEMS.validate_json(content)])


class Exchange:
    """Asks one server, from one event loop.

    Args:
        client: Has the server's address as its ``base_url``.
        timeout: Seconds for one call, all attempts included.
        retries: Attempts after the first.
    """

    def __init__(self, client: httpx.AsyncClient, timeout: float, retries: int) -> None:
        self.closing = False
        """Set when calls under way are to end with an error: their callers didn't cancel them."""
        self._client = client
        self._timeout = timeout
        self._retries = retries
        url = client.base_url
        self._where = f"{url.scheme}://{url.netloc.decode()}{url.path.rstrip('/')}"

    async def fetch(
        self, path: str, read: Callable[[bytes], Result], asking: bytes | None = None, params: Any = None
    ) -> Result:
        """What the server responds, as ``read`` makes it out.

        Args:
            path: Below the server's address; requests there are safe to repeat.
            read: Takes the response's bytes and raises ``ValidationError`` where they aren't of its form.
            asking: JSON to post; None gets what is there.
            params: Of the query.

        Raises:
            DeadlineError: There was no response in time.
            ServerError: The server can't be reached or isn't a chatbot's.
            ChatbotError: What the server's problem says.
        """
        return await self._attempted(partial(self._fetch, path, read, asking, params))

    async def stream(self, asking: bytes, show: Callable[[Answer], object]) -> None:
        """Show an answer as it grows, up to the complete one; errors as of ``fetch``.

        When the connection breaks the question is asked again, and shown is only what goes on from what was shown, and
        the complete answer, which may be another: the articles changed, or a chat model says it otherwise.
        """
        await self._attempted(partial(self._stream, asking, _Growing(show)))

    async def _fetch(self, path: str, read: Callable[[bytes], Result], asking: bytes | None, params: Any) -> Result:
        method, headers = ("GET", {}) if asking is None else ("POST", _JSON)
        response = await self._client.request(method, path, content=asking, params=params, headers=headers)
        self._check(response)
        return read(response.content)

    async def _stream(self, asking: bytes, growing: "_Growing") -> None:
        growing.begin()
        headers = {"Accept": "text/event-stream"} | _JSON
        async with self._client.stream(
            "POST", "/api/ask", content=asking, headers=headers, timeout=STREAM_PATIENCE
        ) as response:
            if not response.is_success:
                await response.aread()
            self._check(response)
            async for event in EventSource(response).aiter_sse():
                if growing.take(event):
                    return
        raise httpx.RemoteProtocolError("the stream ended before the answer was complete")

    async def _attempted(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        until = time.monotonic() + self._timeout
        try:
            # anyio's, as httpx would lose connections to asyncio's: those are cancelled even while they are given back.
            with anyio.fail_after(self._timeout):
                for number in count():
                    try:
                        return await self._explained(attempt)
                    except _PassingError as failed:
                        await self._pause(number, failed, until)
        except TimeoutError:
            raise DeadlineError(
                f"{self._where} gave no complete answer within {self._timeout:g} seconds. "
                "Try again, or allow it more time (timeout)."
            ) from None
        except asyncio.CancelledError:
            if not self.closing:
                raise
            raise ServerError(f"The connection to {self._where} was closed before the answer was complete.") from None
        raise AssertionError("attempts are counted without end")

    async def _explained(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """One attempt, with errors of this package alone."""
        try:
            return await attempt()
        except (ValidationError, SSEError, httpx.DecodingError) as error:
            raise ServerError(self._stranger(str(error).partition("\n")[0])) from error
        except httpx.TransportError as error:
            raise _PassingError(ServerError(self._unreachable(error))) from error

    async def _pause(self, number: int, failed: "_PassingError", until: float) -> None:
        """Wait for the next attempt, or raise if there is to be none."""
        pause = failed.after
        if pause is None:
            pause = min(_LONGEST_PAUSE, _PAUSE * 2**number) * random.uniform(0.5, 1)
        if number >= self._retries or time.monotonic() + pause >= until:
            raise failed.error from failed.__cause__
        await asyncio.sleep(pause)

    def _check(self, response: httpx.Response) -> None:
        """Raise what a response says that is none of success."""
        if response.is_success:
            return
        after = retry_after(response.headers)
        problem = _problem(response)
        if problem:
            _refuse(problem, after)
        error = self._refusal(response, after)
        raise _PassingError(error, after) if response.status_code in _PASSING else error

    def _refusal(self, response: httpx.Response, after: int | None) -> ChatbotError:
        """The error of a response that no chatbot gave, but what is before it or in its place."""
        status = f"{response.status_code} {response.reason_phrase}".rstrip()
        if response.status_code == 429:
            return LimitError(f"{self._where} answered {status}. Ask again later.", after or 1)
        if response.status_code in _PASSING:
            return ServerError(f"{self._where} answered {status}: no chatbot runs behind it just now. Try again later.")
        if response.has_redirect_location:
            return ServerError(f"{self._where} leads on to {response.headers['location']}. Use the address there.")
        return ServerError(self._stranger(f"{response.request.url.path} gives {status}"))

    def _unreachable(self, error: httpx.TransportError) -> str:
        reason = str(error) or type(error).__name__
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
            return (
                f"Can't reach a chatbot at {self._where} ({reason}). Check the address, and that its server "
                "(`chatbot serve`) runs."
            )
        return f"The connection to {self._where} broke ({reason}). Try again; the server's log may say why."

    def _stranger(self, reason: str) -> str:
        return (
            f"{self._where} doesn't answer as a chatbot does ({reason}). Check the address, and that server and client "
            "are of the same version."
        )


class _PassingError(Exception):
    """An attempt failed in a way that may pass: ``error`` is raised if it doesn't, ``after`` are seconds to wait."""

    def __init__(self, error: ChatbotError, after: int | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after


class _Growing:
    """An answer shown as it grows, over several attempts."""

    def __init__(self, show: Callable[[Answer], object]) -> None:
        self._show = show
        self._latest: Answer | None = None
        self._before: Answer | None = None

    def begin(self) -> None:
        """A new attempt begins."""
        self._before = self._latest

    def take(self, event: ServerSentEvent) -> bool:
        """Show what an event adds; whether the answer is complete."""
        if event.event == "error":
            _refuse(_PROBLEM.validate_json(event.data), None)
        if event.event != "answer":
            return False
        answer = read_answer(event.data)
        if self._before is None or answer.complete or _goes_on(answer, self._before):
            self._latest = answer
            self._show(answer)
        return answer.complete


def _goes_on(answer: Answer, shown: Answer) -> bool:
    return (
        answer != shown
        and answer.statements[: len(shown.statements)] == shown.statements
        and answer.citations[: len(shown.citations)] == shown.citations
    )


def _problem(response: httpx.Response) -> dict[str, Any]:
    """The members of a chatbot's problem; none if the response is something else."""
    try:
        members = _PROBLEM.validate_json(response.content)
    except ValidationError:
        return {}
    return members if str(members.get("type")).startswith(PROBLEM) else {}


def _refuse(problem: Mapping[str, Any], after: int | None) -> NoReturn:
    kind = ERRORS.get(str(problem.get("type")).removeprefix(PROBLEM), ServerError)
    detail = str(problem.get("detail") or problem.get("title") or "The server refused and didn't say why.")
    if issubclass(kind, LimitError):
        raise _PassingError(kind(detail, after or 1), after)
    raise kind(detail)


def retry_after(headers: Mapping[str, str]) -> int | None:
    """The seconds that ``Retry-After`` names, as a number or as a date; None if it names none."""
    given = headers.get("retry-after", "")
    try:
        if given.isdecimal():
            return int(given)
        return max(0, math.ceil(parsedate_to_datetime(given).timestamp() - time.time()))
    except ValueError:
        return None
