"""Clients of Chroma, for a folder or a server, and their failures in words for people."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlsplit

from chatbot.errors import ChatbotError, IndexDamagedError, IndexServerError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.config import Settings

PATIENCE = 10.0
"""Seconds a server gets to answer a question."""
LONG_PATIENCE = 60.0
"""Seconds it gets to store or delete many records."""


def _quiet() -> "Settings":
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def local_client(folder: Path) -> "ClientAPI":
    """A client of the database in a folder, made where missing."""
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient

    try:
        return chromadb.PersistentClient(str(folder), _quiet())
    except Exception:
        # Chroma keeps what it could not start, and would answer from it the next time
        if str(folder) not in SharedSystemClient._identifier_to_refcount:
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise


def http_client(url: str, patience: float) -> "ClientAPI":
    """A client of a server, which gets so many seconds for each answer."""
    import chromadb

    parts = urlsplit(url if "//" in url else f"http://{url}")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    host = parts.hostname or "localhost"
    # Chroma's client waits for ever, its first questions, asked while it is made, included
    _require_answer(f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}/api/v2/heartbeat", patience)
    client = chromadb.HttpClient(host=host, port=port, ssl=secure, settings=_quiet())
    cast(Any, client)._server._session.timeout = patience
    return client


def require_sound_file(folder: Path) -> None:
    """Read the database in a folder from end to end.

    Raises:
        IndexDamagedError: It is missing or can't be read.
    """
    import sqlite3

    path = folder.resolve() / "chroma.sqlite3"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
            found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise IndexDamagedError(f"The database '{path}' is damaged ({found}). Run `chatbot index` to make it anew.")


def _require_answer(url: str, patience: float) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    with suppress(HTTPError), urlopen(url, timeout=patience):
        pass


def close(client: "ClientAPI") -> None:
    """Let go of a client's files or connections."""
    cast(Any, client).close()
    # Chroma's own close leaves the connections to a server open
    for part in (client, getattr(client, "_admin_client", None)):
        session = getattr(getattr(part, "_server", None), "_session", None)
        if session is not None:
            session.close()


@contextmanager
def reaching(where: str) -> Iterator[None]:
    """Turn a server's silence or a folder's damage into an error for people."""
    try:
        yield
    except ChatbotError:
        raise
    except Exception as error:
        if where.startswith("'"):
            _require_sound(where, error)
            raise
        raise IndexServerError(
            f"The Chroma server at {where} doesn't answer as it should ({_first_line(error)}). Start it, or set "
            "chroma_url to its address, or leave chroma_url empty to keep the index in a folder."
        ) from error


def _require_sound(where: str, error: Exception) -> None:
    """Raise IndexDamagedError if an error is Chroma's, about the files in a folder."""
    from chromadb.errors import ChromaError

    if isinstance(error, ChromaError):
        raise IndexDamagedError(
            f"The index in {where} can't be used ({_first_line(error)}). Run `chatbot index` to make it anew."
        ) from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
