"""One process that serves every channel: opens the index, building it if need be, and mounts what it serves."""

import logging
import socket
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from chatbot.bot import Chatbot, Watch
from chatbot.channels.page import mount_page
from chatbot.errors import CorpusError, IndexDamagedError, IndexMismatchError, SettingsError
from chatbot.indexing import build_index, is_stale
from chatbot.records import IndexReport
from chatbot.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chatbot.channels.metrics import Metrics

_DESCRIPTION = "Answers questions from a website's own articles, with the exact words behind every statement."
_GRACE = 1
"""Seconds that open pages get to finish when the server stops."""


def serve(settings: Settings) -> None:
    """Serve until interrupted; the index is built first if it is missing or stale.

    Raises:
        SettingsError: The port is taken or the address isn't this machine's.
        CorpusError: There is no article to answer from.
        ChatbotError: Whatever building or opening the index raises.
    """
    from chatbot.channels.metrics import Metrics

    with _bound(settings.host, settings.port) as listener:
        metrics = Metrics()
        run(create_app(open_fresh(settings, metrics.stage), metrics), listener, settings)


def open_fresh(settings: Settings, watch: Watch | None = None) -> Chatbot:
    """The chatbot over an index that is up to date with the articles.

    Args:
        settings: As of ``Chatbot``.
        watch: As of ``Chatbot``.

    Raises:
        ChatbotError: As of ``serve``.
    """
    if is_stale(settings):
        typer.echo(f"Indexing the articles in {settings.corpus} …")
        if not _build(settings).articles:
            raise CorpusError(
                f"No article found in {settings.corpus}. Put Markdown posts there, or name another folder with "
                "CHATBOT_CORPUS; `chatbot index --verbose` shows the files that were left out."
            )
    try:
        return Chatbot.open(settings, watch)
    except IndexDamagedError:
        _build(settings)
        return Chatbot.open(settings, watch)


def _build(settings: Settings) -> IndexReport:
    try:
        return build_index(settings)
    except IndexMismatchError:
        # on a server the collection may be another installation's
        if settings.chroma_url:
            raise
        return build_index(settings, rebuild=True)


def create_app(bot: Chatbot, metrics: "Metrics | None" = None) -> "FastAPI":
    """The web application: HTTP API, widget and demo, and the chat page at ``/``.

    Args:
        bot: Answers the questions.
        metrics: What ``bot`` tells its timings to.
    """
    from fastapi import FastAPI

    from chatbot import __version__
    from chatbot.channels import api, completions, problems
    from chatbot.channels.assets import mount_assets
    from chatbot.channels.demo import mount_demo
    from chatbot.channels.guard import BodyLimit, OriginGuard
    from chatbot.channels.mcp_server import mount_mcp
    from chatbot.channels.metrics import CountedRequests, Metrics
    from chatbot.channels.service import Service

    settings, metrics = bot.settings, metrics or Metrics()
    # FastAPI's own documentation pages load scripts from elsewhere.
    app = FastAPI(
        title=settings.title,
        description=_DESCRIPTION,
        version=__version__,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service = Service(bot, metrics)
    problems.install(app)
    app.include_router(api.router)
    app.include_router(completions.router)
    mount_mcp(app, service)
    problems.catch_all(app, "/api", "/v1")
    mount_assets(app, color=settings.color)
    mount_demo(app, site_url=settings.site_url)
    mount_page(app, service)
    app.add_middleware(BodyLimit, limit=settings.body_limit)
    app.add_middleware(OriginGuard, origins=settings.allowed_origins)
    app.add_middleware(CountedRequests, metrics=metrics)
    return app


def run(app: "FastAPI", listener: socket.socket, settings: Settings) -> None:
    """Say where an application is served, and serve it until interrupted.

    Args:
        app: As of ``create_app``.
        listener: Bound to the address; closed in the end.
        settings: Say whom to believe, and what to tell the owner.
    """
    import uvicorn

    from chatbot.channels.connections import BoundedProtocol, ForwardedHeaders, quiet_cancellations

    config = uvicorn.Config(
        ForwardedHeaders(app, settings.trusted_proxies),
        http=BoundedProtocol,
        proxy_headers=False,
        log_level="warning",
        timeout_graceful_shutdown=_GRACE,
    )
    logging.getLogger("uvicorn.error").addFilter(quiet_cancellations)
    server = uvicorn.Server(config)
    host, port = listener.getsockname()[:2]
    # uvicorn itself listens to Ctrl-C once its loop runs; before that one would leave its coroutine never awaited.
    with suppress(KeyboardInterrupt), server.capture_signals():
        typer.echo(_welcome(settings, _address(host, port)))
        server.run(sockets=[listener])


def _address(host: str, port: int) -> str:
    """The URL by which this machine reaches a server."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{reached}]' if ':' in reached else reached}:{port}"


def _welcome(settings: Settings, address: str) -> str:
    """What an owner needs to know of a server that has begun."""
    lines = [
        f"Serving on {address} (Ctrl-C stops)",
        f'  The widget, shown at {address}/demo: <script src="{address}/widget.js" defer></script>',
    ]
    if settings.allowed_origins:
        return "\n".join([*lines, f"  These sites may ask too: {', '.join(settings.allowed_origins)}"])
    parts = urlsplit(settings.site_url)
    site = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "https://example.com"
    lines.append("  Only pages of this address may ask. For your site, add to [tool.chatbot] in pyproject.toml:")
    return "\n".join([*lines, f'  allowed_origins = ["{site}"]'])


def _bound(host: str, port: int) -> socket.socket:
    """A socket on the address, taken before the slow work begins so that a busy port is known at once."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"Can't serve on {host}:{port}: {error.strerror or error}. "
            "Stop what uses it, or choose another with --port or CHATBOT_PORT (--host or CHATBOT_HOST)."
        ) from error
    return listener
