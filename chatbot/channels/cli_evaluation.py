"""The command line's ``eval``."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatbot.channels.cli_options import DROPPED, Vectorstore, chosen, console
from chatbot.channels.terminal import asking, show_changes, show_table

if TYPE_CHECKING:
    from chatbot.evaluation.comparing import Comparison
    from chatbot.evaluation.questions import QuestionSet
    from chatbot.evaluation.report import Report

_Set = Annotated[Path, typer.Argument(metavar="SET", help="A questions.jsonl, or the folder it is in.")]
_JsonFile = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write all results there.")]
_HtmlFile = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with plots there.")]
_Earlier = Annotated[
    Path | None,
    typer.Option("--compare", metavar="FILE", help="Show what changed against an earlier --json; exit 4 on a drop."),
]
_Limit = Annotated[int, typer.Option(min=0, help="A sample of so many questions, the same each time; 0: all.")]
_OnlyGold = Annotated[bool, typer.Option("--only-gold", help="Let the article that answers alone answer.")]


def evaluate(
    path: _Set,
    json_file: _JsonFile = None,
    html_file: _HtmlFile = None,
    earlier: _Earlier = None,
    limit: _Limit = 0,
    only_gold: _OnlyGold = False,
    vectorstore: Vectorstore = None,
) -> None:
    """Ask questions whose answers are known, and measure what comes.

    Needs pip install '.[eval]'. Articles beside the questions are indexed in a temporary folder.
    """
    from chatbot.evaluation.comparing import compared, read_results
    from chatbot.evaluation.measures import require_libraries
    from chatbot.evaluation.questions import read_questions

    require_libraries()
    questions = read_questions(path)
    before = read_results(earlier) if earlier else None
    report = _asked(questions, vectorstore, limit, only_gold=only_gold)
    comparison = None if before is None else compared(before, report.results)
    _show(report, comparison)
    _write(report, comparison, questions, json_file, html_file)
    if comparison and comparison.dropped:
        raise typer.Exit(DROPPED)


def _asked(questions: "QuestionSet", vectorstore: Path | None, limit: int, *, only_gold: bool) -> "Report":
    from chatbot.evaluation import report, running

    settings = chosen(vectorstore=vectorstore)
    with running.opened(questions, settings, build=vectorstore is None) as bot:
        corpus, sample = questions.articles or settings.corpus, questions.sample(limit)
        with asking(len(sample)) as watch:
            outcomes = running.run(bot, sample, corpus, only_gold=only_gold, watch=watch)
    return report.summarized(outcomes)


def _show(report: "Report", comparison: "Comparison | None") -> None:
    from chatbot.evaluation import comparing
    from chatbot.evaluation.report import COLUMNS, table

    if comparison is None:
        show_table(console(), COLUMNS, table(report))
        return
    show_table(console(), comparing.COLUMNS, comparing.table(comparison))
    show_changes(console(), [(move.after.question.question, move.summary) for move in comparison.moves])
    for line in comparing.verdict(comparison):
        typer.echo(line, err=True)


def _write(
    report: "Report",
    comparison: "Comparison | None",
    questions: "QuestionSet",
    json_file: Path | None,
    html_file: Path | None,
) -> None:
    from chatbot.evaluation.page import page
    from chatbot.evaluation.report import as_json

    if json_file:
        json_file.write_text(as_json(report), "utf-8", "replace")
    if html_file:
        html_file.write_text(page(report, questions.name, datetime.now(), comparison), "utf-8", "replace")
