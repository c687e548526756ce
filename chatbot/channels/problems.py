"""Errors over HTTP: RFC 9457 problem details, each with a sentence that says what to do."""

import difflib
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Route, compile_path

from chatbot.channels.schemas import REQUEST_FIELDS
from chatbot.channels.service import client_of
from chatbot.errors import (
    BusyError,
    ChatbotError,
    DeadlineError,
    LimitError,
    QuestionError,
    RequestError,
    SettingsError,
    UnknownAnswerError,
)

_LOG = logging.getLogger(__name__)

MOST_ERRORS = 10
"""Wrong fields that a problem names."""
MEDIA_TYPE = "application/problem+json"
TYPE = "urn:article-chatbot:problem:"
"""What a problem's ``type`` begins with; a name of ``KINDS`` follows."""

KINDS: Mapping[type[ChatbotError], tuple[str, int, str]] = {
    QuestionError: ("question", 422, "This question can't be asked"),
    RequestError: ("validation", 422, "The request isn't of the form asked for"),
    BusyError: ("busy", 503, "Too many questions at once"),
    LimitError: ("limit", 429, "Too many questions"),
    DeadlineError: ("deadline", 504, "The answer took too long"),
    UnknownAnswerError: ("answer", 404, "Unknown answer"),
    SettingsError: ("settings", 500, "The server isn't set up for this"),
}
_REFERENCE = {"$ref": "#/components/schemas/ProblemOut"}
_ANY = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_INDEX = ("index", 503, "The index can't be used")
_STATUSES = {
    400: ("validation", "Send a JSON object, as /openapi.json describes it."),
    403: ("origin", "Ask the server's owner to allow this site."),
    404: ("not-found", "There is nothing at this path; /openapi.json lists what there is."),
    405: ("method", "This path takes another method; /openapi.json lists them."),
    408: ("too-slow", "The request didn't come to its end. Send it again."),
    413: ("too-large", "The request is too large. Send a shorter history or question."),
    415: ("validation", "Send JSON, with Content-Type: application/json."),
}


def install(app: FastAPI) -> None:
    """Answer every error of an application with a problem."""
    app.add_exception_handler(ChatbotError, _chatbot_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unexpected)
    describe = app.openapi
    app.openapi = lambda: _described(describe())  # type: ignore[method-assign]


def _described(documented: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI description with problems under their own media type."""
    operations = (operation for methods in documented["paths"].values() for operation in methods.values())
    for content in (reply.get("content", {}) for operation in operations for reply in operation["responses"].values()):
        if content.get("application/json", {}).get("schema") == _REFERENCE:
            content[MEDIA_TYPE] = content.pop("application/json")
    return documented


def of(error: ChatbotError) -> dict[str, Any]:
    """The problem of a known error: ``type``, ``title``, ``status``, ``detail``.

    What only the server's owner can mend is told to its log, not to strangers: such messages name files.
    """
    kind, status, title = KINDS.get(type(error), _INDEX)
    if kind not in ("index", "settings"):
        return problem(kind, status, title, str(error))
    _LOG.error("%s", error)
    return problem(kind, status, title, "The server's log says why; its owner can mend it. Try again later.")


def problem(kind: str, status: int, title: str, detail: str) -> dict[str, Any]:
    """A problem's members."""
    return {"type": TYPE + kind, "title": title, "status": status, "detail": detail}


def response(members: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem as a response."""
    return JSONResponse(members, members["status"], dict(headers or {}), MEDIA_TYPE)


def retry_header(error: Exception) -> dict[str, str]:
    """When to ask again, where the error says so."""
    return {"Retry-After": str(error.retry_after)} if isinstance(error, LimitError) else {}


INTERNAL = problem(
    "internal", 500, "Internal error", "Something went wrong on the server; its log says what. Try again."
)
"""The problem of an error nobody foresaw."""


async def _chatbot_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ChatbotError)
    return response(of(error), retry_header(error))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    try:
        request.app.state.service.limit(client_of(request))
    except LimitError as limit:
        return response(of(limit), retry_header(limit))
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return response(
            problem("validation", 400, "The request isn't JSON", "Send a JSON object, as /openapi.json describes it.")
        )
    errors = [_field_error(item) for item in found[:MOST_ERRORS]]
    detail = " ".join(f"{item['field']}: {item['detail']}" for item in errors[:3])
    return response(problem("validation", 422, KINDS[RequestError][2], detail) | {"errors": errors})


def _field_error(item: Mapping[str, Any]) -> dict[str, str]:
    place = [str(part) for part in item["loc"][1:]]  # the first says whether it is in the body or the query
    message = _unknown(place) if item["type"] == "extra_forbidden" else item["msg"]
    return {"field": ".".join(place) or "body", "detail": message.rstrip(".") + "."}


def _unknown(place: Sequence[str]) -> str:
    nearest = difflib.get_close_matches(place[-1], sorted(REQUEST_FIELDS), 1)
    return f"Unknown field; did you mean '{nearest[0]}'?" if nearest else "Unknown field; leave it out."


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _of_status(error.status_code, str(error.detail), error.headers)


async def _gone(_: Request, error: Exception) -> Response:
    del error  # nobody reads the response; the status is what proxies use for it
    return Response(status_code=499)


def too_large() -> JSONResponse:
    """The problem of a request that is too large."""
    return _of_status(413)


def _of_status(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    kind, known = _STATUSES.get(status, ("http", detail))
    return response(problem(kind, status, HTTPStatus(status).phrase, known), headers)


async def _unexpected(_: Request, error: Exception) -> JSONResponse:
    del error  # the server logs it
    return response(INTERNAL)


def catch_all(app: FastAPI, *prefixes: str) -> None:
    """Answer unknown paths below the prefixes, and known ones asked for with another method, with a problem.

    To be called when the application has its own routes and before anything is mounted at ``/``.
    """

    async def unknown(request: Request) -> Response:
        methods = _methods(app, request.url.path)
        if methods:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
        raise HTTPException(404)

    for prefix in prefixes:
        app.router.routes.append(Route(prefix + "/{rest:path}", unknown, methods=_ANY))


def _methods(app: FastAPI, path: str) -> set[str]:
    """The methods that a path is documented to take."""
    documented = app.openapi()["paths"].items()
    return {method.upper() for known, methods in documented if compile_path(known)[0].match(path) for method in methods}
