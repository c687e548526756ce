"""Answers as Markdown with their sources, for channels that show text; and the turns of a conversation back from it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from chatbot.records import Answer, Citation, Statement, Turn, escape

SOURCES = "\n\n**Sources**\n\n"
QUESTIONS = "\n\n**You could ask**\n\n"

_LINKABLE = ("https://", "http://", "/")
_URL_SPECIAL = {ord(character): f"%{ord(character):02X}" for character in '()<>[]\\"`;\x7f'} | {
    code: f"%{code:02X}" for code in range(33)
}
_MARK = re.compile(r"\[(\d+)\]\([^\s()]*\) ?(?=\[\d+\]\()|\[(\d+)\]\([^\s()]*\)")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a citation's mark is: ``text[start:end]`` of the rendered answer, in Unicode characters."""

    citation: Citation
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer's Markdown and its marks, in order."""

    text: str
    marks: tuple[Mark, ...]


def render(answer: Answer) -> Rendered:
    """The statements, each with its marks as links; once the answer is complete its sources or questions to ask.

    The text of a growing answer begins with the text of the answer before it.
    """
    cited = {citation.number: citation for citation in answer.citations}
    text, marks, previous = "", [], None
    for statement in answer.statements:
        text += _piece(previous, statement)
        for place, number in enumerate(statement.citations):
            text += "\n" if statement.kind == "code" and not place else " "
            mark = _mark(cited[number])
            marks.append(Mark(cited[number], len(text), len(text) + len(mark)))
            text += mark
        previous = statement
    # a note may come late, and what was sent can't be moved
    note = f"\n\n*{literal(answer.note)}*" if answer.complete and answer.note else ""
    return Rendered(text + note + _ending(answer), tuple(marks))


def quoted(answer: Answer) -> str:
    """The answer's ``text`` with its plain ``[1]`` marks, then its sources with their quotes or questions to ask."""
    return answer.text + _ending(answer, quotes=True)


def turns(messages: Iterable[tuple[str, str]], limit: int) -> list[Turn]:
    """The latest turns of a conversation, at most ``limit``, oldest first.

    Args:
        messages: Role and text of each, oldest first. Of the roles, ``user`` and ``assistant`` are read. A question may
            have no answer, or several, which become one; what is said before the first question is left out.
        limit: How many.
    """
    found = list(_turns(messages))
    return found[max(0, len(found) - limit) :]


def _turns(messages: Iterable[tuple[str, str]]) -> Iterator[Turn]:
    question, answers = "", list[str]()
    for role, text in messages:
        if role == "user":
            if question:
                yield Turn(question, "\n\n".join(answers))
            question, answers = text, []
        elif role == "assistant" and question:
            answers.append(plain(text))
    if question:
        yield Turn(question, "\n\n".join(answers))


def plain(content: str) -> str:
    """An answer's ``text`` from its rendering, as it comes back in a conversation's history."""
    text = content.partition(SOURCES)[0].partition(QUESTIONS)[0]
    return _MARK.sub(lambda found: f"[{found[1] or found[2]}]", text)


def link(text: str, url: str) -> str:
    """A Markdown link, ``text`` being Markdown; the text alone where the URL is no web address or path."""
    return f"[{text}]({url.translate(_URL_SPECIAL)})" if url.lower().startswith(_LINKABLE) else text


def source(citation: Citation) -> str:
    """A citation as Markdown: title and section as a link, and the date."""
    date = f" ({citation.date.isoformat()})" if citation.date else ""
    return link(literal(section(citation.title, citation.headings)), citation.url) + date


def section(title: str, headings: Sequence[str]) -> str:
    """Where something stands, as plain text: the article's title, then the headings that say more."""
    return " › ".join(dict.fromkeys((title, *headings)))


def literal(text: str) -> str:
    """Any text as one line of Markdown that shows just that text."""
    return escape(" ".join(text.split()))


def _piece(previous: Statement | None, statement: Statement) -> str:
    """What a statement adds to the text, without marks."""
    bare = replace(statement, citations=())
    if previous is None:
        return Answer("", (bare,)).text
    before = replace(previous, citations=())
    return Answer("", (before, bare)).text.removeprefix(Answer("", (before,)).text)


def _mark(citation: Citation) -> str:
    linked = link(str(citation.number), citation.url)
    return linked if linked.startswith("[") else f"[{linked}]"


def _ending(answer: Answer, quotes: bool = False) -> str:
    if not answer.complete:
        return ""
    if answer.citations:
        return SOURCES + "\n".join(_entry(citation, quotes) for citation in answer.citations)
    questions = "\n".join(f"- {literal(question)}" for question in answer.suggestions)
    return QUESTIONS + questions if questions else ""


def _entry(citation: Citation, quotes: bool) -> str:
    number = f"{citation.number}. "
    quote = f"\n{' ' * len(number)}> “{literal(citation.quote)}”" if quotes else ""
    return number + source(citation) + quote
