"""Whether a question can be read by somebody who hasn't seen the article it comes from, and how to make it so."""

import re
from collections.abc import Callable, Sequence

from chatbot.answering.phrasing import UNSAYABLE, topic_of_title

MOST_SUBJECT = 6
"""Words of a title that can stand before a question."""
_FOR_ALL = re.compile(r"\b(?:faqs?|frequently asked|questions|q ?& ?a|help|good to know)\b", re.I)
"""Titles of pages whose questions are about the site as a whole."""
_DEFINING = re.compile(
    r"^what (?:is|are) (?:an? )?(?!(?:the|included|needed|required|new)\b)[\w’'-]+(?: [\w’'-]+){0,3}\?$"
    r"|^what is the difference between .+",
    re.I,
)
_NAME = re.compile(r"(?<=\s)(?!I\b)[A-Z]\w+")
_CLAUSE = re.compile(r"^(?:what|why|how|when|where|which|who|is|are|do|does|can|should|if)\b|[?!]", re.I)
_SERIES = re.compile(r"^(?:webinar|guest post|tutorial|video|podcast|release|announcement|news|update|part \d+)$", re.I)


def stands(question: str, title: str, tags: Sequence[str], terms: Callable[[str], frozenset[str]]) -> bool:
    """Whether a question from an article says what it is about: a term, a name, a word of the title or tags.

    Args:
        question: With capitals on names alone, but for its first word.
        title: The article's.
        tags: The article's.
        terms: The analysed content words of a text.
    """
    if _DEFINING.match(question) or _NAME.search(question) or _FOR_ALL.search(title):
        return True
    return bool(terms(question) & terms(" ".join((title, *tags))))


def subject_of(title: str) -> str:
    """The short name of what an article with this title is about; empty where the title doesn't give one."""
    if topic := topic_of_title(title):
        return topic
    parts = [part.strip() for part in re.split(r":\s|\s[–—-]\s", title)]
    named = next((part for part in parts if not _SERIES.match(part)), "")
    usable = not (_CLAUSE.search(named) or UNSAYABLE.search(named))
    return named if usable and 0 < len(named.split()) <= MOST_SUBJECT else ""


def placed(question: str, subject: str) -> str:
    """A question after the name of what it is about: "Swimming course: who can come?"."""
    return f"{subject}: {question[:1].lower()}{question[1:]}"
