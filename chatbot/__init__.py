"""A question-answering chatbot over a website's own articles.

``build_index`` turns a folder of Markdown posts into an index; ``Chatbot`` answers from it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from chatbot.errors import ChatbotError
from chatbot.records import (
    Answer,
    Article,
    Citation,
    Filter,
    Hit,
    IndexReport,
    IndexStatus,
    Passage,
    Problem,
    Span,
    Statement,
    Turn,
    to_dict,
)

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.channels.client import RemoteChatbot
    from chatbot.channels.interop import as_retriever
    from chatbot.indexing import build_index
    from chatbot.settings import Settings

__all__ = [
    "Answer",
    "Article",
    "Chatbot",
    "ChatbotError",
    "Citation",
    "Filter",
    "Hit",
    "IndexReport",
    "IndexStatus",
    "Passage",
    "Problem",
    "RemoteChatbot",
    "Settings",
    "Span",
    "Statement",
    "Turn",
    "as_retriever",
    "build_index",
    "to_dict",
]

_LATER = {
    "Chatbot": "chatbot.bot",
    "RemoteChatbot": "chatbot.channels.client",
    "Settings": "chatbot.settings",
    "as_retriever": "chatbot.channels.interop",
    "build_index": "chatbot.indexing",
}
"""Names whose modules bring libraries along: imported when first used, so that ``import chatbot`` stays quick."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name not in _LATER:
        raise AttributeError(f"module 'chatbot' has no attribute '{name}'")
    return getattr(import_module(_LATER[name]), name)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("article-chatbot")
    except PackageNotFoundError:
        return "0 (not installed)"
