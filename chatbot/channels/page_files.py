"""The chat page's own scripts and style sheet: same origin, one path for each version, cached for good."""

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

_FOLDER = Path(__file__).parent
_SOURCES = (_FOLDER / "page", _FOLDER / "widget" / "answer.js")
"""The page's files, and the one that it shares with the widget."""
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "Access-Control-Allow-Origin": "*"}


def add_files(app: "FastAPI") -> None:
    """Serve the files at ``/page/VERSION/NAME``; another version than this one's is not there."""
    from fastapi import Response

    @app.get("/page/{asked}/{name}", include_in_schema=False)
    async def page_file(asked: str, name: str) -> Response:
        content = files().get(name)
        if content is None or asked != version():
            return Response(status_code=404)
        return Response(content, media_type=_TYPES[Path(name).suffix], headers=_HEADERS)


@cache
def files() -> dict[str, bytes]:
    """Names and contents."""
    paths = [path for source in _SOURCES for path in (sorted(source.iterdir()) if source.is_dir() else [source])]
    return {path.name: path.read_bytes() for path in paths if path.suffix in _TYPES}


@cache
def version() -> str:
    """A hash of the files' bytes: it changes when any of them does."""
    return hashlib.sha256(b"".join(files().values())).hexdigest()[:12]
