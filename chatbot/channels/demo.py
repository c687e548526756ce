"""A small made-up site at ``/demo`` with the widget on it, and the lines to copy for one's own."""

import html
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.channels.assets import Asset, asset, respond

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

FOLDER = Path(__file__).parent / "demo_site"
"""The site's pages and their style sheet, script and icon."""

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
"""What the pages may load: nothing inline, nothing from elsewhere."""

_PAGES = {"/demo": "index.html", "/demo/first-reply": "first-reply.html"}
_FILES = {"site.css": "text/css", "site.js": "text/javascript", "icon.svg": "image/svg+xml"}
_CACHING = "no-cache"


def mount_demo(app: "FastAPI", *, site_url: str = "") -> None:
    """Serve ``/demo``, a second page with the chat in the text, and their files.

    Args:
        app: The application; it serves the widget too.
        site_url: Where the owner's site lives, for the line that allows it.
    """

    def add_page(path: str, source: str) -> None:
        async def page(request: "Request") -> "Response":
            base = str(request.base_url).rstrip("/")
            shown = asset(_filled(source, base, site_url or "https://your-site.example").encode())
            return respond(request, shown, _CACHING, "text/html", {"Content-Security-Policy": POLICY})

        app.add_route(path, page, include_in_schema=False)

    def add_file(name: str, content: Asset) -> None:
        async def file(request: "Request") -> "Response":
            return respond(request, content, _CACHING, _FILES[name])

        app.add_route(f"/demo/{name}", file, include_in_schema=False)

    for path, name in _PAGES.items():
        add_page(path, (FOLDER / name).read_text(encoding="utf-8"))
    for name in _FILES:
        add_file(name, asset((FOLDER / name).read_bytes()))


def _filled(source: str, base: str, site: str) -> str:
    return source.replace("{{base}}", html.escape(base)).replace("{{site}}", html.escape(site.rstrip("/")))
