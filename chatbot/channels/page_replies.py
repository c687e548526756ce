"""What the chat page's events send back: frames for the page itself, Markdown for programs that call ``/chat``."""

import logging
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from pydantic import ValidationError

from chatbot.channels import problems
from chatbot.channels.schemas import AskIn
from chatbot.channels.service import Service
from chatbot.errors import ChatbotError, QuestionError
from chatbot.records import Answer, Citation, Turn, escape, to_dict

_LOG = logging.getLogger(__name__)

_SOURCES = "\n\n**Sources**\n\n"
_LEADING = re.compile(r"^(\d+)(?=[.)])|^(?=[-+=])")
"""What would begin a list or an underline: a number and its point, a dash, a plus."""
_URL_SPECIAL = {ord(character): f"%{ord(character):02X}" for character in " <>()[]\\\"'`*_|"} | dict.fromkeys(range(32))


async def frames(service: Service, asking: Mapping[str, Any], client: str = "") -> AsyncGenerator[dict[str, Any], None]:
    """What the page draws for a question, each frame replacing the one before.

    A frame has the ``ask`` of the page's own choosing, and either ``id`` and ``answer`` or an ``error``: a problem with
    ``retry_after`` seconds, 0 where waiting doesn't help.

    Args:
        service: Answers.
        asking: ``ask``, ``question``, ``history`` and ``filter``, as the page sends them.
        client: Network address of who asks.
    """
    head = {"ask": asking.get("ask", "")}
    try:
        request = _request(asking)
        asked = service.ask(request.question, request.turns(), request.filter.record(), client=client, channel="page")
        async with aclosing(asked.__aiter__()) as answers:
            async for answer in answers:
                yield head | {"id": asked.id, "answer": to_dict(answer)}
    except ChatbotError as error:
        yield head | {"error": problems.of(error) | {"retry_after": getattr(error, "retry_after", 0)}}
    except Exception as error:
        _LOG.exception("Answering failed", exc_info=error)
        yield head | {"error": problems.INTERNAL | {"retry_after": 0}}


def _request(asking: Mapping[str, Any]) -> AskIn:
    """The question with its history and filter.

    Raises:
        QuestionError: It isn't of the form the page sends.
    """
    try:
        return AskIn.model_validate({name: value for name, value in asking.items() if name in AskIn.model_fields})
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise QuestionError(
            f"The question came in a form that can't be read ({place}). Reload the page and ask again."
        ) from error


async def plain_reply(service: Service, message: Any, history: Any = None, client: str = "") -> str:
    """The whole reply as Markdown, the questions to ask instead beneath a refusal; what isn't text is explained."""
    if not isinstance(message, str):
        return "The question must be a text."
    try:
        earlier = turns(history if isinstance(history, list) else [])
        answer = await service.ask(_encodable(message), earlier, client=client, channel="gradio").complete()
    except ChatbotError as error:
        return literal(str(error))
    except Exception as error:
        _LOG.exception("Answering failed", exc_info=error)
        return str(problems.INTERNAL["detail"])
    options = "\n".join(f"- {literal(option)}" for option in answer.suggestions if not answer.found)
    return f"{render(answer)}\n\nYou could ask:\n\n{options}" if options else render(answer)


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
