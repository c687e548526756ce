"""OpenAI's chat completions over the articles, so that any client made for OpenAI can ask."""

import json
import logging
import math
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import aclosing
from itertools import pairwise
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.routing import APIRoute
from fastapi.sse import KEEPALIVE_COMMENT
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from chatbot.channels import problems
from chatbot.channels.api import HEARTBEAT, Served, unless_left
from chatbot.channels.completion_schemas import (
    MODEL,
    CompletionIn,
    CompletionOut,
    ModelOut,
    ModelsOut,
    RefusalOut,
)
from chatbot.channels.markdown import Mark, Rendered, render
from chatbot.channels.service import Asked, Service, client_of
from chatbot.errors import ChatbotError, QuestionError

_CHARACTERS_PER_TOKEN = 4
_LOG = logging.getLogger(__name__)


class _OpenAIRoute(APIRoute):
    """A route whose errors have OpenAI's form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await _limited(handle, request)
            except ChatbotError as error:
                return _refused(_error(error), _status(error), problems.retry_header(error))
            except RequestValidationError as error:
                return _refused(_invalid(error), 400)
            except HTTPException as error:
                return _refused(_failure(str(error.detail), "invalid_request_error", None, "http"), error.status_code)
            except ClientDisconnect:
                raise
            except Exception as error:
                _LOG.exception("%s %s failed", request.method, request.url.path, exc_info=error)
                return _refused(_INTERNAL, 500)

        return handled


async def _limited(handle: Callable[[Request], Coroutine[Any, Any, Response]], request: Request) -> Response:
    """The response; a request that isn't of the form asked for counts as one too."""
    try:
        return await handle(request)
    except RequestValidationError:
        request.app.state.service.limit(client_of(request))
        raise


router = APIRouter(route_class=_OpenAIRoute)
_REFUSAL = {"model": RefusalOut}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: _REFUSAL | {"description": "The request can't be taken; `message` says why, `param` where"},
    429: _REFUSAL | {"description": "Asked too often; `Retry-After` has the seconds to wait"},
    500: _REFUSAL | {"description": "Something went wrong on the server"},
    503: _REFUSAL | {"description": "Too many questions are waiting, or the index can't be used"},
    504: _REFUSAL | {"description": "The answer took too long"},
    "default": _REFUSAL | {"description": "Any other error"},
}
_CHUNKS = {
    "schema": {"type": "string"},
    "example": 'data: {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "A lead"}, '
    '"finish_reason": null}], ...}\n\ndata: [DONE]\n\n',
}


@router.post(
    "/v1/chat/completions",
    response_model=CompletionOut,
    responses={
        200: {
            "description": "The answer. With `stream` it comes as chunks: the role, the content as it grows, the "
            "`annotations` once it is whole, the finish reason, the usage where asked for, and `[DONE]`; an error on "
            "the way comes as a chunk with `error` and ends the stream.",
            "headers": {"Answer-Id": {"schema": {"type": "string"}, "description": "Names the answer in feedback"}},
            "content": {"text/event-stream": _CHUNKS},
        },
        **_REFUSALS,
    },
)
async def complete(asking: CompletionIn, request: Request, service: Served) -> Response:
    """Answer the last message of a conversation from the articles.

    Works with OpenAI's client libraries: give `http://HOST/v1` as the base URL and any API key; none is checked. The
    content has the citations as Markdown links, `annotations` has them as `url_citation`. Fields that have no effect
    here are ignored, unknown ones too.
    """
    turns = asking.turns(service.settings.history_limit)
    asked = service.ask(asking.question(), turns, asking.filter.record(), client=client_of(request), channel="openai")
    headers = {"Answer-Id": asked.id, "Cache-Control": "no-store"}
    if asking.stream:
        headers["X-Accel-Buffering"] = "no"
        return StreamingResponse(_chunks(asked, asking), 200, headers, "text/event-stream")
    rendered = render(await unless_left(request, asked))
    return JSONResponse(_completion(asked, asking, rendered), 200, headers)


@router.get("/v1/models", response_model=ModelsOut, responses={503: _REFUSALS[503]})
async def models(service: Served) -> Response:
    """List the one model there is."""
    return JSONResponse({"object": "list", "data": [await _model(service)]})


@router.get(
    "/v1/models/{name:path}", response_model=ModelOut, responses={404: _REFUSAL, "default": _REFUSALS["default"]}
)
async def model(name: str, service: Served) -> Response:
    """Tell about the one model there is."""
    if name != MODEL:
        message = f"There is no model '{name}' here; the one there is answers under any name, and is called '{MODEL}'."
        return _refused(_failure(message, "invalid_request_error", "model", "model_not_found"), 404)
    return JSONResponse(await _model(service))


async def _model(service: Service) -> dict[str, Any]:
    status = await service.run(service.bot.status)
    built = int(status.built.timestamp())
    return {"id": MODEL, "object": "model", "created": built, "owned_by": service.settings.title}


def _completion(asked: Asked, asking: CompletionIn, rendered: Rendered) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": rendered.text,
        "refusal": None,
        "annotations": _annotations(rendered.marks),
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return _head(asked, "chat.completion") | {"choices": [choice], "usage": _usage(asking, rendered.text)}


async def _chunks(asked: Asked, asking: CompletionIn) -> AsyncIterator[bytes]:
    """A completion as it grows, as server-sent events."""
    with_usage = asking.stream_options and asking.stream_options.include_usage
    head = _head(asked, "chat.completion.chunk") | ({"usage": None} if with_usage else {})
    yield _chunk(head, {"role": "assistant", "content": "", "refusal": None})
    rendered = Rendered("", ())
    try:
        async with aclosing(asked.batches(HEARTBEAT)) as batches:
            async for batch in batches:
                # one without statements tells of waiting, which is no part of the answer
                grown = [rendered, *(render(answer) for answer in batch if answer.statements or answer.complete)]
                rendered = grown[-1]
                pieces = (_added(earlier.text, later.text) for earlier, later in pairwise(grown))
                sent = b"".join(_chunk(head, {"content": piece}) for piece in pieces if piece)
                if sent or not batch:
                    yield sent or KEEPALIVE_COMMENT
    except ChatbotError as error:
        yield _data({"error": _error(error)})
        return
    except Exception as error:
        _LOG.exception("Answering failed", exc_info=error)
        yield _data({"error": _INTERNAL})
        return
    if rendered.marks:
        yield _chunk(head, {"annotations": _annotations(rendered.marks)})
    yield _chunk(head, {}, "stop")
    if with_usage:
        yield _data(head | {"choices": [], "usage": _usage(asking, rendered.text)})
    yield b"data: [DONE]\n\n"


def _added(earlier: str, later: str) -> str:
    """What a client must add to a text; where another answer replaced the first, that one, beneath."""
    return later.removeprefix(earlier) if later.startswith(earlier) else f"\n\n{later}"


def _head(asked: Asked, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{asked.id}", "object": kind, "created": int(time.time()), "model": MODEL}


def _chunk(head: Mapping[str, Any], delta: Mapping[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return _data({**head, "choices": [choice]})


def _data(event: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def _annotations(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "url": mark.citation.url,
                "title": mark.citation.title,
                "start_index": mark.start,
                "end_index": mark.end,
                "quote": mark.citation.quote,
            },
        }
        for mark in marks
    ]


def _usage(asking: CompletionIn, content: str) -> dict[str, int]:
    prompt = _tokens(message.text() for message in asking.messages)
    completion = _tokens([content])
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _tokens(texts: Iterable[str]) -> int:
    return math.ceil(sum(len(text) for text in texts) / _CHARACTERS_PER_TOKEN)


def _status(error: ChatbotError) -> int:
    status: int = problems.of(error)["status"]
    return 400 if status == 422 else status


def _error(error: ChatbotError) -> dict[str, Any]:
    status, name = _status(error), problems.of(error)["type"].removeprefix(problems.TYPE)
    if status == 429:
        return _failure(str(error), "requests", None, "rate_limit_exceeded")
    param = "messages" if isinstance(error, QuestionError) else None
    return _failure(str(error), "invalid_request_error" if status == 400 else "server_error", param, name)


def _invalid(error: RequestValidationError) -> dict[str, Any]:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _failure("The request isn't JSON. Send a JSON object.", "invalid_request_error", None, "validation")
    place = [str(part) for part in first["loc"] if part != "body"]
    param = ".".join(place) or None
    return _failure(f"{param or 'The body'}: {first['msg']}.", "invalid_request_error", param, "validation")


def _failure(message: str, kind: str, param: str | None, code: str) -> dict[str, Any]:
    return {"message": message, "type": kind, "param": param, "code": code}


def _refused(error: Mapping[str, Any], status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": error}, status, dict(headers or {}))


_INTERNAL = _failure(problems.INTERNAL["detail"], "server_error", None, "internal")
