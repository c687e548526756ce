"""The chat page (Gradio): one component that draws the conversation, and the event that answers its questions.

The page's scripts (``page/``) keep the conversation in the browser and send its latest turns with every question.
"""

import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from starlette.routing import Mount

from chatbot.channels.page_colors import palette
from chatbot.channels.page_files import add_files, version
from chatbot.channels.page_html import Dressed, head
from chatbot.channels.page_replies import frames, plain_reply
from chatbot.channels.page_routes import Needed
from chatbot.channels.service import Service

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

_START = """
const home = element.closest("gradio-app")?.getAttribute("src") || window.gradio_config?.root || document.baseURI;
import(new URL(`page/${props.version}/page.js`, `${home.replace(/\\/+$/, "")}/`)).then((page) =>
  page.start(element, { props, watch, ask: (question) => trigger("ask", question), stop: () => trigger("stop") }));
"""
"""Hands Gradio's part of the component over to the page's own script."""


def mount_page(app: "FastAPI", service: Service) -> None:
    """Serve the chat page at ``/`` of an application; routes added before it keep their paths."""
    add_files(app)
    page = build_page(service)
    import gradio as gr

    gr.mount_gradio_app(app, page, path="/", theme=_theme(), footer_links=[], run_history=False, show_error=False)
    mount = app.routes[-1]
    assert isinstance(mount, Mount)
    owner = service.settings
    mount.app = Dressed(Needed(mount.app), head(owner.title, owner.greeting, owner.color, bool(owner.logo)))


def build_page(service: Service) -> "gradio.Blocks":
    """The chat page of a chatbot.

    Its API endpoint ``/chat`` takes a question, and optionally the messages before it (``{"role": …, "content": …}``),
    and returns the answer with its numbered sources as Markdown.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    from gradio.events import api

    async def asked(event: gr.EventData, request: gr.Request) -> AsyncIterator[dict[str, Any]]:
        # Gradio closes this generator when the reader stops or leaves; the work then ends at once.
        async with aclosing(frames(service, event._data, _client(request))) as drawn:
            async for frame in drawn:
                yield frame

    async def chat(message: str, request: gr.Request, history: list[dict[str, Any]] | None = None) -> str:
        return await plain_reply(service, message, history, _client(request))

    page = _blocks()(title=service.settings.title, analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        view = gr.HTML(
            html_template="",
            js_on_load=_START,
            apply_default_css=False,
            elem_id="chat",
            version=version(),
            **_shown(service),
        )
        event: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "multiple"}
        answering = view.ask(asked, None, view, **event)
        view.stop(None, cancels=[answering])
        api(chat, api_name="chat")
        page.queue(default_concurrency_limit=None)
    return page


def _blocks() -> "type[gradio.Blocks]":
    import gradio as gr

    class Page(gr.Blocks):
        """Blocks whose endpoints may be called without their optional arguments, which plain Gradio refuses."""

        def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
            """Fill up with the defaults."""
            inputs.extend(block.value for block in block_fn.inputs[len(inputs) :])
            super().validate_inputs(block_fn, inputs)

    return Page


def _client(request: "gradio.Request") -> str:
    return request.client.host if request.client else ""


def _shown(service: Service) -> dict[str, Any]:
    """What the owner's settings have the page show."""
    settings = service.settings
    return {
        "title": settings.title,
        "greeting": settings.greeting,
        "logo": "logo" if settings.logo else "",
        "limit": settings.question_limit,
        "colors": palette(settings.color),
    }


def _theme() -> "gradio.themes.Base":
    import gradio as gr

    return gr.themes.Base(
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
