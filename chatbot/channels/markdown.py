"""An answer as Markdown whose marks are links to the very sentences, then its sources, for channels that show text."""

import re
from dataclasses import dataclass, replace

from chatbot.records import Answer, Citation, Statement, escape

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
    return Rendered(text + _ending(answer), tuple(marks))


def plain(content: str) -> str:
    """An answer's ``text`` from its rendering, as it comes back in a conversation's history."""
    text = content.partition(SOURCES)[0].partition(QUESTIONS)[0]
    return _MARK.sub(lambda found: f"[{found[1] or found[2]}]", text)


def link(text: str, url: str) -> str:
    """A Markdown link, ``text`` being Markdown; the text alone where the URL is no web address or path."""
    return f"[{text}]({url.translate(_URL_SPECIAL)})" if url.lower().startswith(_LINKABLE) else text


def source(citation: Citation) -> str:
    """A citation as Markdown: title and section as a link, and the date."""
    place = " › ".join(_line(part) for part in dict.fromkeys((citation.title, *citation.headings)))
    date = f" ({citation.date.isoformat()})" if citation.date else ""
    return link(place, citation.url) + date


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


def _ending(answer: Answer) -> str:
    if not answer.complete:
        return ""
    if answer.citations:
        return SOURCES + "\n".join(f"{citation.number}. {source(citation)}" for citation in answer.citations)
    questions = "\n".join(f"- {_line(question)}" for question in answer.suggestions)
    return QUESTIONS + questions if questions else ""


def _line(text: str) -> str:
    return escape(" ".join(text.split()))
