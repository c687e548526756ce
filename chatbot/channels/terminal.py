"""Answers, hits and reports on a terminal: wrapped to its width, literal, no colour codes where none are wanted."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chatbot.records import Answer, Article, Citation, Hit, IndexReport, Problem, Statement

_SNIPPET = 240
"""Characters of a passage shown under a search hit."""
_CHANGES = 12
"""Changed questions shown."""
_TOLD = 160
"""Characters of an answer that went wrong, and of what was wanted."""


def literal(text: str) -> str:
    """Text without the control characters that would let an article steer the terminal."""
    return "".join(character for character in text if character in "\n\t" or unicodedata.category(character) != "Cc")


class AnswerWriter:
    """Writes an answer as it grows: each new statement at once, then sources and suggestions.

    Paragraphs are wrapped by words at the terminal's width; in a pipe they stay on one line.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._column = 0
        self._written: tuple[Statement, ...] = ()
        self._previous = ""
        self._noted = ""

    def update(self, answer: Answer) -> None:
        """Write what is new since the last call; a note that comes late stands after the statements.

        An answer that replaces the one before is written beneath it.
        """
        if not answer.statements and not answer.complete:
            return
        if answer.statements[: len(self._written)] != self._written:
            self._put("\n\n")
            self._written, self._noted, self._previous = (), "", ""
        if not self._written:
            self._note(answer.note)
        for statement in answer.statements[len(self._written) :]:
            self._statement(statement)
        self._written = answer.statements
        if answer.complete:
            self._note(answer.note)
            self._end(answer)

    def _note(self, note: str) -> None:
        new = note.removeprefix(self._noted).strip()
        if new:
            self._put("\n\n" if self._previous else "")
            for word in literal(new).split():
                self._word(word, "")
            self._put("" if self._previous else "\n\n")
            self._noted = note

    def _statement(self, statement: Statement) -> None:
        marks = " ".join(f"[{number}]" for number in statement.citations)
        joined = statement.kind == self._previous == "sentence"
        if self._previous and not joined:
            self._put("\n" if statement.kind == self._previous else "\n\n")
        if statement.kind == "code":
            self._put(f"{literal(statement.text)}\n{marks}")
        else:
            self._flow(statement, marks)
        self._previous = statement.kind

    def _flow(self, statement: Statement, marks: str) -> None:
        marker = _marker(statement)
        self._put(marker)
        for word in f"{literal(statement.text)} {marks}".split():
            self._word(word, " " * len(marker))

    def _word(self, word: str, indent: str) -> None:
        gap = "" if self._column <= len(indent) else " "
        if self._console.is_terminal and self._column + cell_len(gap + word) > self._console.width:
            gap = "\n" + indent
        self._put(gap + word)

    def _put(self, text: str) -> None:
        self._console.file.write(text)
        self._console.file.flush()
        last = text.rsplit("\n", 1)
        self._column = cell_len(last[-1]) + (self._column if len(last) == 1 else 0)

    def _end(self, answer: Answer) -> None:
        self._put("\n")
        show_sources(self._console, answer.citations)
        show_suggestions(self._console, answer.suggestions)


def _marker(statement: Statement) -> str:
    if statement.kind not in ("item", "row"):
        return ""
    return f"{statement.number}. " if statement.number else "• "


def show_sources(console: Console, citations: Sequence[Citation]) -> None:
    """Numbered sources: title, date, section, quote, link."""
    if citations:
        console.print("\nSources", style="bold", highlight=False)
    for citation in citations:
        date = f" · {citation.date.isoformat()}" if citation.date else ""
        section = "".join(f" › {heading}" for heading in citation.headings)
        _lines(console, f"[{citation.number}] {citation.title}{date}{section}", "")
        _lines(console, f"“{' '.join(citation.quote.split())}”", "    ")
        _link(console, citation.url)


def show_suggestions(console: Console, suggestions: Sequence[str]) -> None:
    """Questions to ask instead."""
    if suggestions:
        console.print("\nYou could ask:", style="bold", highlight=False)
    for suggestion in suggestions:
        _lines(console, suggestion, "  ")


def show_hits(console: Console, hits: Iterable[Hit]) -> None:
    """One block a hit: rank, score (0..1), title, section, the beginning of the passage, link."""
    for rank, hit in enumerate(hits, 1):
        passage = hit.passage
        section = "".join(f" › {heading}" for heading in passage.headings)
        _lines(console, f"{rank:>2}. {hit.score:.2f} {passage.title}{section}", "", style="bold")
        _lines(console, _shortened(passage.text), "    ")
        _link(console, f"{passage.url}#{passage.anchor}" if passage.anchor else passage.url)


def show_articles(console: Console, articles: Iterable[Article]) -> None:
    """A table of date, title, slug and tags; tab-separated lines in a pipe."""
    rows = [(_date(article), article.title, article.slug, ", ".join(article.tags)) for article in articles]
    show_table(console, ("Date", "Title", "Slug", "Tags"), rows)


def show_report(console: Console, report: IndexReport, *, verbose: bool = False) -> None:
    """A line on what was built, then the files that were not indexed: unreadable ones each, others as a count."""
    console.print(
        f"{_count(report.articles, 'article')}, {_count(report.passages, 'passage')} indexed "
        f"in {report.seconds:.1f} s: {report.added} added, {report.changed} changed, {report.removed} removed.",
        highlight=False,
        markup=False,
    )
    unreadable = [problem for problem in report.skipped if problem.kind == "unreadable"]
    left_out = [problem for problem in report.skipped if problem.kind == "left out"]
    if unreadable:
        console.print(f"\n{_count(len(unreadable), 'file')} can't be read:", style="bold", highlight=False)
    shown = unreadable + (left_out if verbose else [])
    if shown:
        show_table(console, ("File", "Line", "Reason"), [_problem(problem) for problem in shown])
    if left_out and not verbose:
        console.print(
            f"{_count(len(left_out), 'file')} left out by their authors (--verbose lists them).", highlight=False
        )


def show_table(
    console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]], *, labelled: bool = False
) -> None:
    """A table fitted to the terminal, every word; tab-separated lines in a pipe, with its columns if ``labelled``."""
    if not console.is_terminal:
        for row in [*([columns] if labelled else []), *rows]:
            console.file.write("\t".join(" ".join(literal(cell).split()) for cell in row) + "\n")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(literal(cell)) for cell in row))
    console.print(table)


def show_changes(console: Console, changes: Sequence[tuple[str, str]]) -> None:
    """Questions, each with what changed, as many as are read."""
    if changes:
        console.print(f"\n{_count(len(changes), 'question')} came out otherwise:", style="bold", highlight=False)
    for question, change in changes[:_CHANGES]:
        _lines(console, question, "  ")
        _lines(console, change, "    ")
    if len(changes) > _CHANGES:
        console.print(f"  … and {len(changes) - _CHANGES:,} more; --html lists all.", highlight=False)


def show_mistakes(console: Console, mistakes: Sequence[tuple[str, str, str, str]]) -> None:
    """Questions that went wrong, each with the sort of mistake, what came and what was wanted; either may be empty."""
    if mistakes:
        console.print("\nThe worst:", style="bold", highlight=False)
    for question, sort, came, wanted in mistakes:
        _lines(console, f"{question} ({sort})", "  ")
        for name, text in (("came", came), ("wanted", wanted)):
            if text:
                _lines(console, f"{name}: {_shortened(text, _TOLD)}", "    ")


@contextmanager
def asking(total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar over so many questions, on stderr if that is a terminal; gives who is told the number done."""
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Asking", total=total)
        yield lambda done: bar.update(task, completed=done)


def _lines(console: Console, text: str, indent: str, style: str = "") -> None:
    """Literal text, wrapped at the terminal's width with an indent; one line in a pipe."""
    plain = Text(literal(text), style=style)
    if not console.is_terminal:
        console.file.write(indent + plain.plain + "\n")
        return
    for line in plain.wrap(console, max(20, console.width - len(indent))):
        console.print(Text(indent) + line, no_wrap=True, crop=False, highlight=False)


def _link(console: Console, url: str) -> None:
    """A URL on a line of its own, unbroken so that it can be copied."""
    console.file.write(f"    {literal(url)}\n")


def _problem(problem: Problem) -> tuple[str, str, str]:
    return problem.path, str(problem.line or ""), problem.reason


def _shortened(text: str, most: int = _SNIPPET) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[:most].rsplit(" ", 1)[0] + " …"


def _date(article: Article) -> str:
    return article.date.isoformat() if article.date else ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
