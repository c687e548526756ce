"""The chat model of the settings, and what it does over an index: write answers, make questions standalone."""

from collections.abc import Sequence

from chatbot.answering.chat_model import ChatModelComposer
from chatbot.answering.extractive import ExtractiveComposer, Plan
from chatbot.answering.grounding import Grounder
from chatbot.answering.relevance import Meter
from chatbot.answering.telling import Telling
from chatbot.answering.writing import Cutter
from chatbot.chatting.guarded import GuardedChatModel, Limits
from chatbot.chatting.providers import open_chat_model
from chatbot.errors import Cause
from chatbot.inline import render
from chatbot.reading import packaged_reader
from chatbot.records import Hit, Turn
from chatbot.rewriting import rewritten
from chatbot.sentences import sentence_starts
from chatbot.settings import REWRITING, Settings
from chatbot.verifying import packaged_verifier

READ_LOCALLY = 250
"""Tokens of passages that a local model reads: a second's work on two cores for one of 135 million parameters."""
READ_REMOTELY = 3000
STITCHING = ("local:smollm2",)
"""Models known to stitch sentences together, of which few such are true."""
HURRIED = (1.0, 3.0, REWRITING - 1.0)
"""Seconds for making a question standalone: until the model's turn, from then to its first word and to its end."""


class Author:
    """A chat model at work for any generation of the index.

    Args:
        model: Writes.
        passage_tokens: Tokens of passages that it reads; 0: by its kind.
        strict: Whether each sentence must keep to a single one of the posts, as small models stitch them together.
        rewrites: Whether it makes follow-up questions standalone.
    """

    def __init__(self, model: GuardedChatModel, passage_tokens: int, *, strict: bool, rewrites: bool) -> None:
        self._model = model
        self._strict = strict
        self._passage_tokens = passage_tokens or (READ_LOCALLY if model.name.startswith("local:") else READ_REMOTELY)
        self._rewriting = model.hurried(*HURRIED) if rewrites else None

    def composer(self, extractive: ExtractiveComposer, meter: Meter) -> ChatModelComposer:
        """A composer whose answers the model writes."""
        grounder = Grounder(meter, packaged_verifier(), strict=self._strict)
        reader = packaged_reader()

        def telling(question: str, plan: Plan, hits: Sequence[Hit]) -> Telling:
            return Telling(question, plan, hits, grounder, meter, reader)

        def cutter(source: str) -> Cutter:
            return Cutter(sentence_starts, lambda text: render(text).text, source)

        return ChatModelComposer(self._model, extractive, telling, cutter, self._passage_tokens)

    def standalone(self, question: str, history: Sequence[Turn], meter: Meter) -> str:
        """A question as it would be asked first; empty where the model doesn't do this, or not well."""
        return rewritten(self._rewriting, meter.content, question, history) if self._rewriting and history else ""

    def failures(self) -> dict[Cause, int]:
        """How often the model gave no whole answer, by cause."""
        return self._model.failures()


def author_of(settings: Settings) -> Author:
    """The chat model that the settings name, loading in the background.

    Raises:
        ModelError: There is no such model, or a package isn't installed.
    """
    limits = Limits(
        wait=settings.chat_wait,
        connect=settings.chat_connect_timeout,
        first=settings.chat_first_timeout,
        total=settings.chat_timeout,
        tokens=settings.chat_tokens,
        context=settings.chat_context,
    )
    model = open_chat_model(settings.chat_model, limits, settings.chat_threads)
    model.warm()
    strict = model.name in STITCHING if settings.chat_strict is None else settings.chat_strict
    return Author(model, settings.chat_passages, strict=strict, rewrites=settings.chat_rewriting)
