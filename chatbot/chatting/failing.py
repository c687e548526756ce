"""What went wrong with a chat model, from whatever its provider's library raised."""

import re
from collections.abc import Iterator

from chatbot.errors import Cause, ChatModelError

_SAID: dict[Cause, str] = {
    "dead": "can't be reached; its server may not be running",
    "slow": "takes too long",
    "limited": "is asked more often than its provider allows",
    "memory": "is out of memory; a smaller model or 'chat_context' needs less",
    "empty": "gave an empty answer",
    "endless": "doesn't end its answer",
    "broken": "broke off amid its answer",
    "key": "isn't given a key that it takes; set its provider's variable, e.g. OPENAI_API_KEY",
    "context": "takes no prompt as long as this; set 'chat_context' to the tokens it takes",
    "busy": "is busy with other questions",
    "resting": "failed several times and is left alone for a while",
    "failed": "failed",
}
_STATUSES: dict[int, Cause] = {
    401: "key",
    403: "key",
    408: "slow",
    413: "context",
    429: "limited",
    502: "dead",
    503: "dead",
    504: "slow",
    529: "limited",
}
_WORDS: tuple[tuple[Cause, re.Pattern[str]], ...] = (
    ("memory", re.compile(r"out of memory|more system memory|insufficient memory|failed to allocate|\boom\b", re.I)),
    (
        "context",
        re.compile(
            r"context (length|size|window)|maximum context|prompt is too long|input is too long"
            r"|too many (input )?tokens|token count .{0,40}exceeds|exceed_context_size",
            re.I,
        ),
    ),
    ("key", re.compile(r"api[_ -]?key|credentials", re.I)),
    ("empty", re.compile(r"no generation", re.I)),
)
"""What providers' messages have in common; they are read, never shown, since they may hold the key."""
_CONNECTION = re.compile(r"Connect|Network|Transport|Protocol|Read|Write|Socket|DNS|gaierror", re.I)


def failed(name: str, cause: Cause, detail: str = "") -> ChatModelError:
    """The error of a cause, with a detail that holds nothing of what the provider said."""
    return ChatModelError(cause, f"The chat model {name} {_SAID[cause]}{f': {detail}' if detail else ''}.")


def failure(error: BaseException, name: str, *, begun: bool) -> ChatModelError:
    """The same failure in this package's words.

    Args:
        error: What a provider's library raised.
        name: The model's.
        begun: Whether a part of the answer had come.
    """
    if isinstance(error, ChatModelError):
        return error
    status = next(filter(None, map(_status, _chain(error))), None)
    cause = _cause(error, status, begun)
    detail = f"status {status}" if status else type(error).__name__
    return failed(name, cause, detail if cause == "failed" or status else "")


def _cause(error: BaseException, status: int | None, begun: bool) -> Cause:
    if any(isinstance(each, MemoryError) for each in _chain(error)):
        return "memory"
    if status in (None, 400, 422, 500) and (told := _told(error)):
        return told
    if status in _STATUSES:
        return _STATUSES[status]
    if status:
        return "failed"
    names = " ".join(base.__name__ for each in _chain(error) for base in type(each).__mro__)
    if "Timeout" in names:
        return "slow"
    if begun:
        return "broken"
    return "dead" if _CONNECTION.search(names) else "failed"


def _told(error: BaseException) -> Cause | None:
    said = " ".join(str(each) for each in _chain(error))
    return next((cause for cause, words in _WORDS if words.search(said)), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__


def _status(error: BaseException) -> int | None:
    """The HTTP status of an answer, by any of the names that libraries have for it."""
    held = (getattr(error, "status_code", None), getattr(error, "code", None))
    answer = getattr(getattr(error, "response", None), "status_code", None)
    return next((each for each in (*held, answer) if isinstance(each, int) and 400 <= each < 600), None)
