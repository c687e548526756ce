"""The HTTP API (FastAPI): questions, search, articles, suggestions, feedback, and how the server does."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import fields
from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.requests import ClientDisconnect

from chatbot.channels import metrics, problems
from chatbot.channels.schemas import (
    AnswerOut,
    ArticleOut,
    ArticlesQuery,
    AskIn,
    ConfigOut,
    ConfigQuery,
    FeedbackIn,
    HitOut,
    ProblemOut,
    SearchIn,
    SuggestionsQuery,
)
from chatbot.channels.service import Asked, Service, client_of
from chatbot.errors import ChatbotError
from chatbot.records import Answer, Article

_ANSWER = tuple(field.name for field in fields(Answer))
HEARTBEAT = 10.0
"""Seconds between signs of life while an answer is in the making."""
RETRY = 1000
"""Milliseconds after which a client whose stream broke may ask again."""
_READY_QUESTION = "ready"

_LOG = logging.getLogger(__name__)

router = APIRouter()
_PROBLEM: dict[str, Any] = {"model": ProblemOut, "description": "What went wrong and what to do"}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    422: {**_PROBLEM, "description": "The request can't be taken; `detail` says why"},
    429: {**_PROBLEM, "description": "Asked too often; `Retry-After` has the seconds to wait"},
    503: {**_PROBLEM, "description": "Too many questions are waiting, or the index can't be used"},
    504: {**_PROBLEM, "description": "The answer took too long"},
}
_EVENTS = {
    "schema": {"type": "string"},
    "example": 'event: sources\ndata: {"citations": [...]}\n\nevent: answer\ndata: {"complete": true, ...}\n\n',
}


async def _served(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Served = Annotated[Service, Depends(_served)]
"""The service that an endpoint asks."""


@router.post(
    "/api/ask",
    response_model=AnswerOut,
    responses={
        200: {
            "description": "The answer. With `Accept: text/event-stream` it comes as it grows: events `sources`, then "
            "events `answer` that replace each other, the last with `complete` true; or an `error` with a problem.",
            "headers": {"Answer-Id": {"schema": {"type": "string"}, "description": "Names the answer in feedback"}},
            "content": {"text/event-stream": _EVENTS},
        },
        **_REFUSALS,
    },
)
async def ask(asking: AskIn, request: Request, service: Served) -> Response:
    """Answer a question from the articles."""
    asked = service.ask(
        asking.question,
        asking.turns(),
        asking.filter.record(),
        page=asking.page,
        prefer=asking.prefer,
        client=client_of(request),
    )
    headers = {"Answer-Id": asked.id, "Cache-Control": "no-store"}
    if "text/event-stream" in request.headers.get("accept", ""):
        headers["X-Accel-Buffering"] = "no"
        return StreamingResponse(_events(asked), 200, headers, "text/event-stream")
    return _sent(_plain(await unless_left(request, asked)), headers)


@router.post("/api/search", response_model=list[HitOut], responses=_REFUSALS)
async def search(searching: SearchIn, request: Request, service: Served) -> Response:
    """Find the passages nearest to a question, best first."""
    found = await service.search(
        searching.question,
        searching.limit,
        searching.turns(),
        searching.filter.record(),
        prefer=searching.prefer,
        client=client_of(request),
    )
    return _sent(found)


@router.get("/api/articles", response_model=list[ArticleOut], responses={422: _REFUSALS[422]})
async def articles(query: Annotated[ArticlesQuery, Query()], service: Served) -> Response:
    """List the articles, newest first."""
    found = await service.run(partial(service.bot.articles, query.record()))
    return _sent([_public(article) for article in found])


@router.get("/api/suggestions", response_model=list[str], responses={422: _REFUSALS[422]})
async def suggestions(query: Annotated[SuggestionsQuery, Query()], service: Served) -> Response:
    """Questions that the articles answer, to show where nothing was asked yet."""
    return _sent(await service.run(partial(_suggested, service, query)))


@router.get("/api/config", response_model=ConfigOut, responses={422: _REFUSALS[422]})
async def config(query: Annotated[ConfigQuery, Query()], service: Served) -> Response:
    """What a chat shows before the first question, on the page the reader is on."""
    return _sent(await service.run(partial(_config, service, query.page)))


@router.post("/api/feedback", status_code=204, responses={404: _PROBLEM, 422: _REFUSALS[422]})
async def feedback(given: FeedbackIn, request: Request, service: Served) -> Response:
    """Say what an answer was worth; the last word on an answer counts."""
    await service.rate(given.answer_id, given.thumb, given.reason, given.note, client=client_of(request))
    return Response(status_code=204)


@router.get("/logo", include_in_schema=False)
async def logo(service: Served) -> Response:
    """The owner's logo."""
    if not service.settings.logo:
        raise HTTPException(404)
    return FileResponse(service.settings.logo, headers={"Cache-Control": "max-age=3600"})


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def health() -> dict[str, str]:
    """Whether the process lives."""
    return {"status": "ok"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", responses={503: _PROBLEM})
async def ready(service: Served) -> dict[str, str]:
    """Whether questions can be answered."""
    await service.run(partial(service.bot.search, _READY_QUESTION, 1))
    return {"status": "ok"}


@router.get("/metrics", response_class=PlainTextResponse)
async def measured(service: Served) -> Response:
    """Counters and timings, in Prometheus' text form."""
    text = await service.run(partial(service.metrics.text, service.bot, service.waiting))
    return Response(text, media_type=metrics.CONTENT_TYPE)


async def unless_left(request: Request, asked: Asked) -> Answer:
    """The complete answer; nobody works on it any more once its reader has gone.

    Raises:
        ClientDisconnect: The reader has gone.
    """
    answering = asyncio.ensure_future(asked.complete())
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            raise ClientDisconnect
        return answering.result()
    finally:
        answering.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _events(asked: Asked) -> AsyncIterator[bytes]:
    yield format_sse_event(id=asked.id, retry=RETRY, comment="answering")
    known = 0
    try:
        async with aclosing(asked.batches(HEARTBEAT)) as batches:
            async for batch in batches:
                sources = [answer for answer in batch if len(answer.citations) > known][-1:]
                events = [_event(asked, "sources", {"citations": answer.citations}) for answer in sources]
                events += [_event(asked, "answer", _plain(answer)) for answer in batch]
                known = max((len(answer.citations) for answer in batch), default=known)
                yield b"".join(events) or KEEPALIVE_COMMENT
    except ChatbotError as error:
        yield _event(asked, "error", problems.of(error))
    except Exception as error:
        _LOG.exception("Answering failed", exc_info=error)
        yield _event(asked, "error", problems.INTERNAL)


def _event(asked: Asked, name: str, data: Any) -> bytes:
    return b"event: %b\nid: %b\ndata: %b\n\n" % (name.encode(), asked.id.encode(), _json(data))


def _plain(answer: Answer) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in _ANSWER} | {"text": answer.text}


def _json(data: Any) -> bytes:
    """Records and what they are made of, as ``to_dict`` would have it, much quicker."""
    return orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY)


def _sent(data: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(_json(data), 200, headers, "application/json")


def _public(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in ArticleOut.model_fields}


def _suggested(service: Service, query: SuggestionsQuery) -> tuple[str, ...]:
    return service.bot.suggestions(query.limit, query.article or service.slug_at(query.page))


def _config(service: Service, page: str) -> dict[str, Any]:
    settings = service.settings
    article = service.bot.article_at(page) if page else None
    return {
        "title": settings.title if "title" in settings.model_fields_set else "",
        "greeting": settings.greeting if "greeting" in settings.model_fields_set else "",
        "color": settings.color,
        "logo": "/logo" if settings.logo else "",
        "suggestions": service.bot.suggestions(3, article.slug if article else ""),
        "article": {"slug": article.slug, "title": article.title, "url": article.url} if article else None,
        "limits": {"question": settings.question_limit, "history": settings.history_limit},
    }
