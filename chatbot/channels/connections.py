"""What the HTTP server itself leaves open: long and slow request heads, and whom to believe on who asks."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 65_536
"""Bytes of a request before its body."""
HEAD_SECONDS = 20.0
"""Time for a request to tell what it wants, from the first byte or the connection on."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, closing connections whose request heads are too long or take too long."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head: int | None = 0
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._patience = self.loop.call_later(HEAD_SECONDS, self._lose_patience)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        super().connection_lost(exc)
        self._calm()

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head has become too long."""
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > HEAD_LIMIT:
                self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head = 0
        self._patience = self._patience or self.loop.call_later(HEAD_SECONDS, self._lose_patience)

    def on_headers_complete(self) -> None:
        """The head is there; the body has limits of its own."""
        self._head = None
        self._calm()
        super().on_headers_complete()

    def _lose_patience(self) -> None:
        self._patience = None
        self.transport.close()

    def _calm(self) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None


class ForwardedHeaders:
    """Believes ``X-Forwarded-…`` headers of trusted proxies, and takes them off everybody else's requests.

    Args:
        app: What is served.
        proxies: Addresses or networks of the trusted proxies; ``*`` trusts any.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        self._app = app
        mapped = [f"::ffff:{proxy}" for proxy in proxies if "." in proxy and "/" not in proxy]
        self._believing = ProxyHeadersMiddleware(app, "*" if "*" in proxies else [*proxies, *mapped])  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request as far as who sent it is believed."""
        client = scope.get("client")
        if scope["type"] == "lifespan" or (client and client[0] in self._believing.trusted_hosts):
            await self._believing(scope, receive, send)  # type: ignore[arg-type]
            return
        headers = [(name, value) for name, value in scope["headers"] if not name.startswith(b"x-forwarded-")]
        await self._app({**scope, "headers": headers}, receive, send)


def quiet_cancellations(record: logging.LogRecord) -> bool:
    """Whether a line of the server's log is more than that a stream was still open when it stopped."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))
