"""What stands before the application: who may ask from a browser, and how large a request may be."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.channels import problems

PUBLIC = ("/widget",)
"""Where paths begin that any site may load: code, no data."""
BODY_SECONDS = 20.0
"""Time between two pieces of a request's body."""
_METHODS = ("GET", "POST", "OPTIONS")
_MCP = ("mcp-method", "mcp-name", "mcp-protocol-version", "mcp-session-id")
_HEADERS = ("Accept", "Authorization", "Content-Type", "Last-Event-ID", "X-Gradio-User", *_MCP)
_EXPOSED = ("Answer-Id", "Retry-After", "mcp-session-id")


class OriginGuard:
    """Refuses requests from pages of other origins, and lets the allowed ones' pages read the responses.

    A request without ``Origin`` comes from no other site's page and is served.

    Args:
        app: What is guarded.
        origins: Allowed besides the server's own, each as scheme, host and port; ``*`` allows any.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str] = ()) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._shared = CORSMiddleware(
            app, allow_origins=tuple(origins), allow_methods=_METHODS, allow_headers=_HEADERS, expose_headers=_EXPOSED
        )
        self._ancestors = " ".join(("frame-ancestors 'self'", *origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request as its origin may have it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        await self._chosen(scope)(scope, receive, self._marked(send))

    def _chosen(self, scope: Scope) -> ASGIApp:
        headers = Headers(scope=scope)
        origin = headers.get("origin", "").lower()
        if not origin or scope["path"].startswith(PUBLIC) or _host(origin) == headers.get("host", "").lower():
            return self._app
        if scope["type"] == "http" and self._origins & {origin, "*"}:
            return self._shared
        return _refuse

    def _marked(self, send: Send) -> Send:
        """``send`` that tells caches and browsers what depends on the origin."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "origin" not in headers.get("vary", "").lower():
                    headers.add_vary_header("Origin")
                headers.setdefault("X-Content-Type-Options", "nosniff")
                if headers.get("content-type", "").startswith("text/html"):
                    policy = headers.get("content-security-policy")
                    headers["Content-Security-Policy"] = f"{policy}; {self._ancestors}" if policy else self._ancestors
            await send(message)

        return marked


def _host(origin: str) -> str:
    """Host and port of an origin; nothing, which is no host's name, where it isn't one."""
    with suppress(ValueError):
        return urlsplit(origin).netloc
    return ""


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    origin = Headers(scope=scope)["origin"]
    detail = f"Pages of {origin} may not ask here. The server's owner can add it to the setting allowed_origins."
    await problems.response(problems.problem("origin", 403, "Origin not allowed", detail))(scope, receive, send)


class BodyLimit:
    """Refuses requests that are too large, before or while they are read.

    Args:
        app: What is guarded.
        limit: Bytes.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that isn't too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _announced(scope) > self._limit:
            await problems.too_large()(scope, receive, send)
        else:
            await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        """``receive`` that ends the request where it becomes too large or doesn't come."""
        read, whole = 0, False

        async def counted() -> Message:
            nonlocal read, whole
            try:
                async with asyncio.timeout(None if whole else BODY_SECONDS):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408) from None
            read += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if read > self._limit:
                raise HTTPException(413)
            return message

        return counted


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() else 0
