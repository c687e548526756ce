"""A question that leans on the conversation, made standalone by a chat model."""

import re
from collections.abc import Callable, Sequence
from contextlib import closing

from chatbot.errors import ChatModelError
from chatbot.protocols import ChatModel
from chatbot.records import Message, Turn

_INSTRUCTIONS = (
    "You are given a conversation and its last question. Write the last question again so that it can be understood "
    "without the conversation: replace words like it, they, that one by what they stand for, and change nothing else. "
    "Write that one question and nothing more."
)
_TURNS = 3
_TOLD = 300
"""Characters told of an earlier answer."""
_LONGER = 2
"""How many times as long as the question and the one before it together a rewritten one may be."""
_LABEL = re.compile(r"^\s*(?:(?:rewritten|standalone|last|new)\s+)?(?:question\s*[:.]|[-*>]|\d\.)\s*", re.I)
_EMPHASIS = re.compile(r"[*_`\"“”]")


def rewritten(
    model: ChatModel, content: Callable[[str], frozenset[str]], question: str, history: Sequence[Turn]
) -> str:
    """The question as the model would ask it first; empty where it fails or makes up what nobody said.

    Args:
        model: Writes.
        content: Gives the content words of a text.
        question: The last one.
        history: Earlier turns, oldest first.
    """
    asked = [Message("system", _INSTRUCTIONS), Message("user", _told(question, history))]
    try:
        line = _first_line(model, asked)
    except ChatModelError:
        return ""
    text = " ".join(_EMPHASIS.sub("", _LABEL.sub("", line)).split())
    return text if _is_faithful(text, content, question, history) else ""


def _first_line(model: ChatModel, asked: Sequence[Message]) -> str:
    written = ""
    with closing(model.stream(asked)) as pieces:
        for piece in pieces:
            written += piece if isinstance(piece, str) else ""
            if "\n" in written.lstrip():
                break
    return written.strip().partition("\n")[0]


def _told(question: str, history: Sequence[Turn]) -> str:
    turns = [f"Question: {turn.question}\nAnswer: {turn.answer[:_TOLD]}" for turn in history[-_TURNS:]]
    return "\n".join(["Conversation:", *turns, "", f"Last question: {question}"])


def _is_faithful(text: str, content: Callable[[str], frozenset[str]], question: str, history: Sequence[Turn]) -> bool:
    """Whether a text is one question of words that were said, and keeps those of the question."""
    turns = history[-_TURNS:]
    said = content(" ".join([question, *(f"{turn.question} {turn.answer}" for turn in turns)]))
    words, own = content(text), content(question)
    longest = _LONGER * (len(question) + len(turns[-1].question))
    return text.endswith("?") and text.count("?") == 1 and len(text) <= longest and own <= words <= said
