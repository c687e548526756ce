"""What the chat page's events send back: frames for the page itself, Markdown for programs that call ``/chat``."""

import logging
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from typing import Any

from pydantic import ValidationError

from chatbot.channels import problems
from chatbot.channels.markdown import literal, quoted, turns
from chatbot.channels.schemas import AskIn
from chatbot.channels.service import Service
from chatbot.errors import ChatbotError, QuestionError
from chatbot.records import to_dict

LONGEST_NAME = 64
"""Characters of the name by which the page knows a question."""
_LOG = logging.getLogger(__name__)


async def frames(service: Service, asking: Any, client: str = "") -> AsyncGenerator[dict[str, Any], None]:
    """What the page draws for a question, each frame replacing the one before.

    A frame has the ``ask`` of the page's own choosing, and either ``id`` and ``answer`` or an ``error``: a problem with
    ``retry_after`` seconds, 0 where waiting doesn't help.

    Args:
        service: Answers.
        asking: ``ask``, ``question``, ``history`` and ``filter``, as the page sends them.
        client: Network address of who asks.
    """
    asking = asking if isinstance(asking, Mapping) else {}
    # it comes back with every frame, so a stranger's may not be large
    head = {"ask": str(asking.get("ask", ""))[:LONGEST_NAME]}
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
        earlier = turns(messages(history), service.settings.history_limit)
        answer = await service.ask(_encodable(message), earlier, client=client, channel="gradio").complete()
    except ChatbotError as error:
        return literal(str(error))
    except Exception as error:
        _LOG.exception("Answering failed", exc_info=error)
        return str(problems.INTERNAL["detail"])
    return quoted(answer)


def messages(history: Any) -> Iterator[tuple[str, str]]:
    """Role and text of each message of a history as chat clients send it.

    A message is a dict with ``role`` and ``content``, the content a string, a part or a list of parts (strings, or
    dicts with a ``text``). What isn't of that form is left out.
    """
    for message in history if isinstance(history, list) else []:
        if isinstance(message, dict):
            yield str(message.get("role")), _text(message.get("content"))


def _text(content: Any) -> str:
    parts = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "\n".join(_encodable(text) for text in texts if isinstance(text, str))


def _encodable(text: str) -> str:
    """A text without halves of characters, which can be in JSON and nowhere else."""
    return text.encode("utf-8", "replace").decode()
