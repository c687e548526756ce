"""The command line's ``eval``."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatbot.channels.cli_options import DROPPED, ChatModel, Vectorstore, chosen, console
from chatbot.channels.terminal import asking, show_changes, show_mistakes, show_table

_WORST = 3
"""Questions that went wrong, shown under the table."""

if TYPE_CHECKING:
    from chatbot.evaluation.comparing import Comparison
    from chatbot.evaluation.questions import QuestionSet
    from chatbot.evaluation.report import Report
    from chatbot.settings import Settings

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
    chat_model: ChatModel = None,
) -> None:
    """Ask questions whose answers are known, and measure what comes.

    Needs pip install '.[eval]'. Articles beside the questions are indexed in a temporary folder.

    \b
    questions.jsonl has one JSON object a line, such as
      {"question": "How much is a day pass?", "answers": ["£11"]}
      {"question": "Why repair?", "evidence_sentences": ["Repair saves money."]}
      {"question": "What is on in May?", "articles": ["spring-courses"]}
      {"question": "Do you have a pool?", "answerable": false, "near_file": "faq.md"}
      {"question": "And for students?", "answers": ["£7"], "history": [
        {"role": "user", "content": "How much is a day pass?"},
        {"role": "assistant", "content": "£11."}]}
      {"question": "How long may I stay?", "answers": ["until 21:00"],
        "gold_file": "hours.md", "gold_passage_text": "We close at 21:00."}
    (broken here for reading). Its keys; all but question may be left out:
      question            what is asked
      answers             texts, any of which makes the answer right that holds it
                          (of over 12 words: that has half of its words)
      answerable          false where the articles don't answer; else true
      articles            slugs or paths of the articles that answer
      evidence_sentences  sentences of theirs that a person would quote
      gold_file, gold_passage_text
                          path and exact text of a passage that answers
      gold                several such: a list of {"file": …, "passage_text": …}
      near_file           the article that tempts to answer where none does
      history             what was said before: a list of {"role": "user" or
                          "assistant", "content": …}
      kind                refusals are counted by this name
      id                  a name for the question; else its line's number
    """  # noqa: D301 - \b must reach Click as one character
    from chatbot.evaluation.comparing import compared, read_results
    from chatbot.evaluation.measures import require_libraries
    from chatbot.evaluation.questions import read_questions

    require_libraries()
    questions = read_questions(path)
    before = read_results(earlier) if earlier else None
    settings = chosen(vectorstore=vectorstore, chat_model=chat_model)
    report = _asked(questions, settings, limit, build=vectorstore is None, only_gold=only_gold)
    comparison = None if before is None else compared(before, report.results)
    _show(report, comparison)
    _write(report, comparison, questions, json_file, html_file)
    if comparison and comparison.dropped:
        raise typer.Exit(DROPPED)


def _asked(questions: "QuestionSet", settings: "Settings", limit: int, *, build: bool, only_gold: bool) -> "Report":
    from chatbot.evaluation import report, running

    with running.opened(questions, settings, build=build) as bot:
        corpus, sample = questions.articles or settings.corpus, questions.sample(limit)
        with asking(len(sample)) as watch:
            outcomes = running.run(bot, sample, corpus, only_gold=only_gold, watch=watch)
    return report.summarized(outcomes)


def _show(report: "Report", comparison: "Comparison | None") -> None:
    from chatbot.evaluation import comparing
    from chatbot.evaluation.report import COLUMNS, summary, table

    typer.echo(f"{summary(report.results)}\n")
    if comparison is None:
        show_table(console(), COLUMNS, table(report), labelled=True)
        _show_worst(report)
        return
    show_table(console(), comparing.COLUMNS, comparing.table(comparison), labelled=True)
    _show_worst(report)
    show_changes(console(), [(move.after.question.question, move.summary) for move in comparison.moves])
    for line in comparing.verdict(comparison):
        typer.echo(line, err=True)


def _show_worst(report: "Report") -> None:
    from chatbot.evaluation.mistakes import worst

    show_mistakes(
        console(),
        [
            (each.result.question.question, each.sort, each.result.answer or "a refusal", "; ".join(each.wanted))
            for each in worst(report.results, _WORST)
        ],
    )


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
