"""The chat page (Gradio): a question in, the answer as it grows, its sources beneath."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatbot.bot import Chatbot
from chatbot.errors import ChatbotError
from chatbot.records import Answer, Citation, Turn, escape

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

CONCURRENCY = 2 * (os.cpu_count() or 1)
"""Questions answered at the same time."""

_SOURCES = "\n\n**Sources**\n\n"
_LEADING = re.compile(r"^(\d+)(?=[.)])|^(?=[-+=])")
"""What would begin a list or an underline: a number and its point, a dash, a plus."""
_URL_SPECIAL = {ord(character): f"%{ord(character):02X}" for character in " <>()[]\\\"'`*_|"} | dict.fromkeys(range(32))

_CSS = """
.gradio-container { width: 100% !important; max-width: 54rem !important; margin: 0 auto !important; }
.gradio-container > main { padding: .5rem 1rem !important; max-width: 100%; }
.header h1 { margin: .5rem 0; font-size: 1.4rem; }
.log { border: 0 !important; box-shadow: none !important; background: none !important; padding: 0 !important; }
.log .placeholder-content { height: auto; padding-top: 2rem; }
.log .user, .log .bot { border-radius: .9rem !important; }
.log .message-content { padding: .15rem .4rem; }
.log .bot { border: 0 !important; box-shadow: none !important; }
.log .bot .prose ul { list-style: disc; }
.log .bot .prose ol { padding-left: 1.4rem; font-size: .85rem; color: var(--body-text-color-subdued); }
.log .bot .prose ol li { margin: .55rem 0; }
.log .bot .prose blockquote { margin: .2rem 0 0; padding: 0 0 0 .7rem; font-style: italic; }
.log .bot .prose ol p { margin: 0; }
.log .message-buttons-right { display: none; }
.log .prose { overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  .gradio-container > main { padding: .25rem .6rem !important; }
  .header h1 { font-size: 1.15rem; }
  .log .message-wrap, .log .bubble-wrap { padding-left: 0 !important; padding-right: 0 !important; }
  .log .bot-row, .log .bot-row .flex-wrap { max-width: 100% !important; margin-left: 0 !important; }
}
"""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question as it stands on the page, and what was replied."""

    question: str
    reply: str = ""
    options: tuple[str, ...] = ()
    turn: Turn | None = None


def mount_page(app: "FastAPI", bot: Chatbot) -> None:
    """Serve the chat page at ``/`` of an application; routes added before it keep their paths."""
    page = build_page(bot)
    import gradio as gr

    gr.mount_gradio_app(
        app, page, path="/", theme=_theme(), css=_CSS, footer_links=[], run_history=False, show_error=False
    )


def build_page(bot: Chatbot) -> "gradio.Blocks":
    """The chat page of a chatbot.

    Its API endpoint ``/chat`` takes a question, and optionally the messages before it (``{"role": …, "content": …}``),
    and returns the answer with its numbered sources as Markdown.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    from gradio.events import api

    def submitted(question: str, exchanges: list[Exchange]) -> Iterator[tuple[Any, ...]]:
        for grown in _conversation(bot, question, exchanges):
            yield "", messages(grown), grown

    def picked(exchanges: list[Exchange], event: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        value = event.value
        yield from submitted(value["text"] if isinstance(value, dict) else value, exchanges)

    def chat(message: str, history: list[dict[str, Any]] | None = None) -> str:
        return plain_reply(bot, message, history)

    page = gr.Blocks(title=bot.settings.title, analytics_enabled=False, fill_height=True)
    with page:
        gr.Markdown(f"# {literal(bot.settings.title)}", elem_classes="header")
        exchanges = gr.State([])
        log = _log(bot)
        box = gr.Textbox(
            placeholder="Ask a question", label="Question", show_label=False, submit_btn=True, autofocus=True
        )
        shown: list[Any] = [box, log, exchanges]
        event: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        box.submit(submitted, [box, exchanges], shown, **event)
        log.example_select(picked, exchanges, shown, **event)
        log.option_select(picked, exchanges, shown, **event)
        log.clear(list, None, exchanges, **event)
        api(chat, api_name="chat")
        page.queue(default_concurrency_limit=CONCURRENCY)
    return page


def _log(bot: Chatbot) -> "gradio.Chatbot":
    """The conversation, with the greeting and questions to try where there is none yet."""
    import gradio as gr

    return gr.Chatbot(
        placeholder=literal(bot.settings.greeting),
        examples=[{"text": question} for question in bot.suggestions()],
        label="Conversation",
        show_label=False,
        height="calc(100dvh - 9.5rem)",
        buttons=["copy"],
        latex_delimiters=[],
        line_breaks=False,
        allow_tags=False,
        elem_classes="log",
    )


def _box() -> "gradio.Textbox":
    import gradio as gr

    return gr.Textbox(
        placeholder="Ask a question", label="Question", show_label=False, submit_btn=True, autofocus=True, max_lines=5
    )


def turns(history: Sequence[Any]) -> list[Turn]:
    """Messages as chat clients send them, as turns.

    A message is a dict with ``role`` and ``content``, the content a string, a part or a list of parts (strings, or
    dicts with a ``text``). What isn't of that form is left out; so are questions without an answer.
    """
    found: list[Turn] = []
    question = ""
    for message in history:
        role, text = _message(message)
        if role == "user":
            question = text
        elif role == "assistant" and question:
            found.append(Turn(question, text.split(_SOURCES)[0]))
            question = ""
    return found


def _message(message: Any) -> tuple[str, str]:
    if not isinstance(message, dict):
        return "", ""
    content = message.get("content")
    parts = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return str(message.get("role")), "\n".join(_encodable(text) for text in texts if isinstance(text, str))


def _encodable(text: str) -> str:
    """A text without halves of characters, which can be in JSON and nowhere else."""
    return text.encode("utf-8", "replace").decode()


def _conversation(bot: Chatbot, question: str, exchanges: list[Exchange]) -> Iterator[list[Exchange]]:
    """The exchanges with the new one, as its reply grows."""
    if not question.strip():
        yield exchanges
        return
    earlier = [exchange.turn for exchange in exchanges if exchange.turn]
    yield [*exchanges, Exchange(question)]
    for exchange in replies(bot, question, earlier):
        yield [*exchanges, exchange]


def replies(bot: Chatbot, question: str, history: Sequence[Turn]) -> Iterator[Exchange]:
    """The reply as it grows; a known error's message is a reply too."""
    question = _encodable(question)
    try:
        for answer in bot.stream(question, history):
            options = answer.suggestions if answer.complete else ()
            yield Exchange(question, render(answer), options, Turn(question, answer.text))
    except ChatbotError as error:
        yield Exchange(question, literal(str(error)))


def plain_reply(bot: Chatbot, message: Any, history: Any = None) -> str:
    """The whole reply as one text, the questions to ask instead beneath a refusal; what isn't text is explained."""
    if not isinstance(message, str):
        return "The question must be a text."
    *_, last = replies(bot, message, turns(history if isinstance(history, list) else []))
    options = "\n".join(f"- {literal(option)}" for option in last.options)
    return f"{last.reply}\n\nYou could ask:\n\n{options}" if options else last.reply


def messages(exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
    """What the page shows, in Gradio's form."""
    shown: list[dict[str, Any]] = []
    for exchange in exchanges:
        shown.append({"role": "user", "content": [_part(literal(exchange.question))]})
        if exchange.reply:
            options = [{"value": option, "label": option} for option in exchange.options]
            shown.append({"role": "assistant", "content": [_part(exchange.reply)], "options": options})
    return shown


def _part(text: str) -> dict[str, str]:
    # A bare string would be dedented, a dict with another key taken for a file.
    return {"type": "text", "text": text}


def render(answer: Answer) -> str:
    """An answer as Markdown: its text, then its numbered sources."""
    if not answer.citations:
        return answer.text
    return answer.text + _SOURCES + "\n".join(_source(citation) for citation in answer.citations)


def _source(citation: Citation) -> str:
    place = [_linked(literal(citation.title), citation.url)]
    place += [" › ".join(literal(heading) for heading in citation.headings)] if citation.headings else []
    place += [f"{citation.date.day} {citation.date:%B %Y}"] if citation.date else []
    number = f"{citation.number}. "
    return f"{number}{' · '.join(place)}\n{' ' * len(number)}> “{literal(citation.quote)}”"


def _linked(text: str, url: str) -> str:
    """A Markdown link; the text alone where the URL is no web address or path."""
    if not url.lower().startswith(("https://", "http://", "/")):
        return text
    return f"[{text}]({url.translate(_URL_SPECIAL)})"


def literal(text: str) -> str:
    """Any text as one line of Markdown that shows just that text."""
    line = escape(" ".join(text.split()))
    return _LEADING.sub(lambda match: f"{match[0]}\\", line)


def _theme() -> "gradio.themes.Base":
    import gradio as gr

    return gr.themes.Default(
        primary_hue="teal",
        neutral_hue="slate",
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
