"""One process that serves every channel: opens the index, building it if need be, and mounts what it serves."""

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import typer

from chatbot.bot import Chatbot
from chatbot.channels.page import mount_page
from chatbot.errors import CorpusError, IndexDamagedError, IndexMismatchError, SettingsError
from chatbot.indexing import build_index, is_stale
from chatbot.records import IndexReport
from chatbot.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

_GRACE = 1
"""Seconds that open pages get to finish when the server stops."""


def serve(settings: Settings) -> None:
    """Serve until interrupted; the index is built first if it is missing or stale.

    Raises:
        SettingsError: The port is taken or the address isn't this machine's.
        CorpusError: There is no article to answer from.
        ChatbotError: Whatever building or opening the index raises.
    """
    with _bound(settings.host, settings.port) as listener:
        app = create_app(open_fresh(settings))
        host, port = listener.getsockname()[:2]
        with suppress(KeyboardInterrupt):
            typer.echo(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl-C stops)")
            _run(app, listener)


def open_fresh(settings: Settings) -> Chatbot:
    """The chatbot over an index that is up to date with the articles; arguments and errors as of ``serve``."""
    if is_stale(settings):
        typer.echo(f"Indexing the articles in {settings.corpus} …")
        if not _build(settings).articles:
            raise CorpusError(
                f"No article found in {settings.corpus}. Put Markdown posts there, or name another folder with "
                "CHATBOT_CORPUS; `chatbot index --verbose` shows the files that were left out."
            )
    try:
        return Chatbot.open(settings)
    except IndexDamagedError:
        _build(settings)
        return Chatbot.open(settings)


def _build(settings: Settings) -> IndexReport:
    try:
        return build_index(settings)
    except IndexMismatchError:
        # on a server the collection may be another installation's
        if settings.chroma_url:
            raise
        return build_index(settings, rebuild=True)


def create_app(bot: Chatbot) -> "FastAPI":
    """The web application: ``GET /healthz`` and the chat page at ``/``."""
    from fastapi import FastAPI

    # FastAPI's own documentation pages load scripts from elsewhere.
    app = FastAPI(title=bot.settings.title, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    mount_page(app, bot)
    return app


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


def _run(app: "FastAPI", listener: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_GRACE)
    uvicorn.Server(config).run(sockets=[listener])
