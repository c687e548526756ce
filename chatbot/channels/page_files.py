"""The chat page's own scripts and style sheet: same origin, one path for each version, cached for good."""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

_FOLDER = Path(__file__).parent
_SHARED = ("answer.js", "answer-styles.js", "clipboard.js", "elements.js", "quote.js")
_SOURCES = (_FOLDER / "page", *(_FOLDER / "widget" / name for name in _SHARED))
"""The page's files, and those that it shares with the widget."""
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "Access-Control-Allow-Origin": "*"}
_SHORT = {"Cache-Control": "public, max-age=300"}


def add_files(app: "FastAPI") -> None:
    """Serve the files at ``/page/VERSION/NAME``; another version than this one's is not there.

    Sites that embed the page as ``<gradio-app src="HOST">`` load ``/gradio.js``, which Gradio itself leaves to its own
    hosts.
    """
    from fastapi import Response

    @app.get("/page/{asked}/{name}", include_in_schema=False)
    async def page_file(asked: str, name: str) -> Response:
        content = files().get(name)
        if content is None or asked != version():
            return Response(status_code=404)
        return Response(content, media_type=_TYPES[Path(name).suffix], headers=_HEADERS)

    @app.get("/gradio.js", include_in_schema=False)
    async def gradio_script() -> Response:
        return Response(_gradio_script(), media_type=_TYPES[".js"], headers=_SHORT)


@cache
def _gradio_script() -> bytes:
    """Gradio's own, which loads the rest from where it came itself."""
    return (resources.files("gradio") / "templates" / "frontend" / "gradio.js").read_bytes()


@cache
def files() -> dict[str, bytes]:
    """Names and contents."""
    paths = [path for source in _SOURCES for path in (sorted(source.iterdir()) if source.is_dir() else [source])]
    return {path.name: path.read_bytes() for path in paths if path.suffix in _TYPES}


@cache
def version() -> str:
    """A hash of the files' bytes: it changes when any of them does."""
    return hashlib.sha256(b"".join(files().values())).hexdigest()[:12]
