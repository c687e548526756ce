"""A small static site made from Markdown posts, served on a port of its own: the site that the chatbot belongs to."""

import html
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import frontmatter
from markdown_it import MarkdownIt
from markdown_it.token import Token

from chatbot.passages import slugify_heading

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
HIGHLIGHT = (255, 0, 170)
"""The colour in which the site shows a sentence that a link points to."""
STYLE = f"""
body {{ margin: 0 auto; max-width: 40em; padding: 0 1em; font: 100%/1.6 sans-serif; color: #111; background: #fff }}
article > * {{ margin-block: 3em }}
a {{ color: #00c }}
img {{ max-width: 100% }}
::target-text {{ background: rgb{HIGHLIGHT}; color: #000 }}
"""
SCRIPT = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
"""Would show itself in a dialog."""
ESCAPED = SCRIPT.replace("<", "&lt;")
BIDI = "\u202etxet desrever\u202c \u2067אבג\u2069"
LONG = "x" * 10_000
HOSTILE_POSTS = {
    "tea.md": f"""---
title: 'Green tea {SCRIPT}'
date: 2024-07-13
tags: ['{SCRIPT}', tea]
description: '{SCRIPT}'
---
Green tea steeps for two minutes, says {ESCAPED} in every kitchen. Ask [the grower](javascript:alert(3)) for more.

## Storing green tea `{SCRIPT}`

Green tea keeps in a tin called `{SCRIPT}` for one year.
""",
    "script.md": """---
title: Coffee roasting
permalink: "javascript:alert(4)"
date: 2024-07-14
---
Coffee roasting takes twelve minutes at high heat. <script>alert(5)</script> A dark roast takes fourteen minutes.
""",
    "bidi.md": f"""---
title: Cocoa {BIDI}
date: 2024-07-15
---
Cocoa melts at thirty-four degrees {BIDI} in a warm kitchen.
""",
    "long.md": f"""---
title: Mate {LONG}
date: 2024-07-16
---
Mate is brewed at seventy degrees.

## {LONG}

Mate tastes of {LONG}.
""",
}
"""Posts that try to be more than text, and to be wider than any page."""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180"><rect width="320" height="180"/></svg>'


@dataclass
class Website:
    """A running site. ``head`` and ``policy`` may be changed between page loads."""

    url: str
    """Its origin, e.g. ``http://127.0.0.1:40123``."""
    posts: dict[str, str]
    """The HTML of each post's ``main``, by path."""
    head: str = ""
    """HTML for the head of every page."""
    body: str = ""
    """HTML for the end of every page's ``main``."""
    policy: str = ""
    """The Content-Security-Policy of every page."""
    scripts: Path | None = None
    """A folder whose files are served at ``/scripts/``."""
    requests: list[str] = field(default_factory=list)
    """The paths that were asked for."""

    def page(self, path: str) -> str | None:
        """The document at a path."""
        if path == "/":
            links = "".join(f'<li><a href="{post}">{post}</a></li>' for post in self.posts)
            return self._document("Home", f"<h1>Home</h1><ul>{links}</ul>")
        return self._document(path, self.posts[path]) if path in self.posts else None

    def _document(self, title: str, main: str) -> str:
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="stylesheet" href="/style.css">{self.head}</head>'
            f'<body><header><a href="/">Home</a></header><main>{main}{self.body}</main></body></html>'
        )

    @property
    def elsewhere(self) -> str:
        """The same site under another name, which to a browser is another origin."""
        return self.url.replace("127.0.0.1", "localhost")


@contextmanager
def website(corpus: Path) -> Iterator[Website]:
    """Serves the posts of a folder at ``/posts/NAME/``, with a list of them at ``/``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        site = Website(f"http://127.0.0.1:{server.server_port}", dict(map(_post, sorted(corpus.glob("*.md")))))
        server.site = site
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield site
        server.shutdown()


def _post(path: Path) -> tuple[str, str]:
    post = frontmatter.loads(path.read_text(encoding="utf-8"))
    title = html.escape(str(post.get("title", path.stem)))
    return f"/posts/{path.stem}/", f"<article><h1>{title}</h1>{rendered(post.content)}</article>"


def rendered(markdown: str) -> str:
    """Markdown as HTML whose headings have GitHub's anchors."""
    tokens = MARKDOWN.parse(markdown)
    seen: Counter[str] = Counter()
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            slug = slugify_heading(_text(inline))
            opening.attrSet("id", f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})


def _text(inline: Token) -> str:
    return "".join(token.content for token in inline.children or () if token.type in ("text", "code_inline"))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site: Website = self.server.site
        path = self.path.partition("?")[0]
        site.requests.append(path)
        if page := site.page(path):
            self._send(200, "text/html; charset=utf-8", page, site.policy)
        elif path == "/style.css":
            self._send(200, "text/css", STYLE)
        elif path.startswith("/media/"):
            self._send(200, "image/svg+xml", PICTURE)
        elif path.startswith("/scripts/") and site.scripts:
            self._send(200, "text/javascript", (site.scripts / path[9:]).read_text(encoding="utf-8"))
        else:
            self._send(204 if path == "/favicon.ico" else 404, "text/plain", "")

    def _send(self, status: int, kind: str, text: str, policy: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
