"""Serves the widget's files: a stable loader, and its modules under a version that names their very bytes."""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

FOLDER = Path(__file__).parent / "widget"
"""The widget's JavaScript, served as it is written but for the comments."""

COLOR = "#0f766e"
"""The accent colour where nobody sets another."""

_LOADER = "loader.js"
_BUILD = '{ version: "current", color: "#0f766e" }'
"""What the loader has in place of the served version and colour."""
_COMMENT = re.compile(r"^ *(?:/\*\*.*|\*(?: .*|/)?|//.*)$", re.M)
"""A line of comment, as these files have them."""
_STABLE = "public, max-age=3600"
_PASSING = "public, max-age=60"
_IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file in memory, plain and gzipped; ``etag`` is quoted, as the header wants it."""

    plain: bytes
    zipped: bytes
    etag: str


def mount_assets(app: "FastAPI", *, color: str = COLOR, folder: Path = FOLDER) -> str:
    """Serve ``/widget.js`` and ``/widget/<version>/<name>.js``, which pages of any site may load.

    A page that was opened before an upgrade asks for modules of a version that is gone: it gets the present ones.

    Args:
        app: The application.
        color: Accent colour of the launcher, any CSS colour; a page's own settings go before it.
        folder: Where the modules are.

    Returns:
        The version: a hash of the modules' bytes.
    """
    from starlette.responses import Response

    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.js"))}
    version = _version(files)
    modules = {name: asset(bare(content.decode()).encode()) for name, content in files.items()}
    stable = asset(loader(files[_LOADER].decode(), version, color).encode())

    async def widget(request: "Request") -> Response:
        return respond(request, stable, _STABLE)

    async def module(request: "Request") -> Response:
        found = modules.get(request.path_params["name"])
        if found is None:
            return Response("There is no such file.", 404, {"Access-Control-Allow-Origin": "*"}, "text/plain")
        return respond(request, found, _IMMUTABLE if request.path_params["version"] == version else _PASSING)

    app.add_route("/widget.js", widget, include_in_schema=False)
    app.add_route("/widget/{version}/{name}", module, include_in_schema=False)
    return version


def loader(source: str, version: str, color: str) -> str:
    """The loader with the version of its modules and the accent colour built in."""
    return bare(source).replace(_BUILD, json.dumps({"version": version, "color": color}), 1)


def bare(source: str) -> str:
    """A module whose lines of comment are empty: readers don't pay for them, and line numbers stay true."""
    return _COMMENT.sub("", source)


def asset(content: bytes) -> Asset:
    """A file ready to be served."""
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(content, gzip.compress(content, 9, mtime=0), f'"{digest}"')


def respond(
    request: "Request",
    asset: Asset,
    caching: str,
    media_type: str = "text/javascript",
    headers: Mapping[str, str] | None = None,
) -> "Response":
    """The response with a file: gzipped where the client takes that, without a body where it has the file already."""
    from starlette.responses import Response

    common = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": caching,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": asset.etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        **(headers or {}),
    }
    if asset.etag in _listed(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=common)
    if not _takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(asset.plain, headers=common, media_type=media_type)
    return Response(asset.zipped, headers=common | {"Content-Encoding": "gzip"}, media_type=media_type)


def _listed(header: str) -> list[str]:
    return [item.strip().removeprefix("W/") for item in header.split(",")]


def _takes_gzip(header: str) -> bool:
    accepted = {coding.replace(" ", "").lower() for coding in header.split(",")}
    return bool(accepted & {"gzip", "*"}) or any(
        coding.startswith("gzip;q=") and coding[7:].strip("0.") for coding in accepted
    )


def _version(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()[:12]
