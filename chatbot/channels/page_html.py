"""The document around the chat page: Gradio's, under the owner's name instead of Gradio's."""

import re
from html import escape
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.channels.page_files import version

_FOREIGN = re.compile(rb'<meta\s+(?:property="og:|name="(?:twitter:|viewport))[^>]*>|<link rel="manifest"[^>]*>')
"""What Gradio says of itself to search engines and link previews, and its view of small screens."""
_HEAD = """<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="description" content="{greeting}">
<meta property="og:title" content="{title}">
<meta property="og:description" content="{greeting}">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#14181e" media="(prefers-color-scheme: dark)">
<link rel="icon" href="{icon}">
<link rel="modulepreload" href="page/{version}/page.js">
<style>
:root {{ color-scheme: light dark; }}
body {{ background: #fff !important; }}
.gradio-container, .gradio-container main, .gradio-container .wrap {{
  max-width: none !important; margin: 0 !important; padding: 0 !important; gap: 0 !important;
}}
#chat, #chat .html-container {{ padding: 0; border: 0; background: none; overflow: visible; }}
gradio-app[embed="false"] #chat .html-container {{ position: fixed; inset: 0; }}
.toast-wrap {{ display: none !important; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #14181e !important; }} }}
</style>
"""
"""Takes Gradio's own surroundings away, and its messages: the page has better ones."""
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="7" fill="{color}"/>'
    '<path d="M7 7h10v7.5h-5.5L8.5 17v-2.5H7z" fill="none" stroke="#fff" stroke-width="1.8"/></svg>'
)


class Dressed:
    """Serves what an application serves, its document at ``/`` under the owner's title, greeting and logo.

    Args:
        app: Gradio's.
        head: What ``head`` made.
    """

    def __init__(self, app: ASGIApp, head: str) -> None:
        self._app = app
        self._head = head.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        document = _Document(self._head, send)
        # A compressed document couldn't be changed.
        kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": kept}, receive, document.send)


class _Document:
    """A response that is sent on, changed, once it is complete."""

    def __init__(self, head: bytes, send: Send) -> None:
        self._head = head
        self._send = send
        self._start: Message = {}
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        if Headers(raw=self._start["headers"]).get("content-type", "").startswith("text/html"):
            self._body = dressed(self._body, self._head)
            MutableHeaders(raw=self._start["headers"])["content-length"] = str(len(self._body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._body})


def head(title: str, greeting: str, color: str, logo: bool) -> str:
    """What the document's head begins with; without a ``logo`` at ``/logo`` the icon is a drawing in the colour."""
    icon = "logo" if logo else f"data:image/svg+xml,{quote(_ICON.format(color=color))}"
    return _HEAD.format(title=escape(title), greeting=escape(greeting), icon=icon, version=version())


def dressed(document: bytes, head: bytes) -> bytes:
    """A document of Gradio's with another head."""
    begun, tag, rest = document.partition(b"<head>")
    return begun + head + _FOREIGN.sub(b"", rest) if tag else document
