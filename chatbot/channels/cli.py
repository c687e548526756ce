"""The command line (Typer)."""

import gc
import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from chatbot.channels.terminal import AnswerWriter, asking, show_articles, show_hits, show_report, show_table
from chatbot.errors import ChatbotError
from chatbot.records import Answer, Filter, to_dict

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.settings import Settings

NOT_FOUND = 3
"""Exit code where the articles don't answer."""

_CODES = """\b
Exit codes:
  0  done; the question was answered
  1  something is wrong; the message on stderr says what to do
  2  wrong usage
  3  the articles don't answer the question
  130  interrupted with Ctrl-C
"""


class _Group(TyperGroup):
    """Commands whose known errors end as a message and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ChatbotError as error:
            typer.echo(f"Error: {error}", err=True)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Group,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=_CODES,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_Corpus = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of articles.")]
_Vectorstore = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the index.")]
_SiteUrl = Annotated[str | None, typer.Option(metavar="URL", help="Where the site lives.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Slugs = Annotated[list[str] | None, typer.Option("--article", metavar="SLUG", help="Only this article; repeatable.")]
_Tags = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="Only articles with this tag, or any of several.")
]
_Day = typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Only articles of this date (YYYY-MM-DD) or later.")
_LastDay = typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Only articles of this date or earlier.")
_Since = Annotated[datetime | None, _Day]
_Until = Annotated[datetime | None, _LastDay]


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        _run()
    except OSError as error:
        # what is held back would fail once more at the exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            where = f" ('{error.filename}')" if error.filename else ""
            typer.echo(f"Error: {error.strerror or error}{where}.", err=True)
        sys.exit(1)


def _run() -> None:
    try:
        app(prog_name="chatbot")
    finally:
        sys.stdout.flush()


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    import chatbot

    typer.echo(f"chatbot {chatbot.__version__}")
    raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Answers questions from a website's own articles, with the exact words behind every statement.

    Settings come from these options, CHATBOT_* environment variables and [tool.chatbot] in pyproject.toml.
    """
    del version


@app.command(epilog=_CODES)
def index(
    corpus: _Corpus = None,
    vectorstore: _Vectorstore = None,
    site_url: _SiteUrl = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Start afresh instead of updating.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if a file can't be read.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List drafts and empty files too.")] = False,
) -> None:
    """Build the index, or bring it up to date with the articles."""
    settings = _settings(corpus=corpus, vectorstore=vectorstore, site_url=site_url)
    from chatbot.indexing import build_index, has_index

    try:
        report = build_index(settings, progress=False if quiet else None, rebuild=rebuild)
    except KeyboardInterrupt:
        state = "The index can be used; the" if has_index(settings) else "There is no index yet; the"
        typer.echo(f"\nStopped. {state} next `chatbot index` finishes the work.", err=True)
        raise typer.Exit(130) from None
    if not quiet:
        show_report(_console(), report, verbose=verbose)
    if strict and any(problem.kind == "unreadable" for problem in report.skipped):
        raise typer.Exit(1)


@app.command(epilog=_CODES)
def ask(
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="The question; from stdin when left out or -.")
    ] = None,
    as_json: _Json = False,
    article: _Slugs = None,
    tag: _Tags = None,
    since: _Since = None,
    until: _Until = None,
    vectorstore: _Vectorstore = None,
) -> None:
    """Answer a question, with numbered sources beneath."""
    text = _question(question)
    bot = _bot(_settings(vectorstore=vectorstore))
    answers = bot.stream(text, filter=_filter(bot, article, tag, since, until))
    answer = _last(answers) if as_json else _shown(answers)
    if as_json:
        _print_json(answer)
    if not answer.found and answer.composer != "smalltalk":
        raise typer.Exit(NOT_FOUND)


@app.command(epilog=_CODES)
def search(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="A question or a few words.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many passages.")] = 10,
    as_json: _Json = False,
    article: _Slugs = None,
    tag: _Tags = None,
    since: _Since = None,
    until: _Until = None,
    vectorstore: _Vectorstore = None,
) -> None:
    """Show the passages nearest to a question."""
    bot = _bot(_settings(vectorstore=vectorstore))
    hits = bot.search(_encodable(words), limit=limit, filter=_filter(bot, article, tag, since, until))
    if as_json:
        _print_json(hits)
    else:
        show_hits(_console(), hits)
    if not hits:
        raise typer.Exit(NOT_FOUND)


@app.command(epilog=_CODES)
def serve(
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Address to serve on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to serve on; 0 for any free one.")] = None,
    corpus: _Corpus = None,
    vectorstore: _Vectorstore = None,
    site_url: _SiteUrl = None,
) -> None:
    """Serve the chat page.

    The index is built first if it is missing or stale.
    """
    from chatbot.channels.server import serve as run

    run(_settings(host=host, port=port, corpus=corpus, vectorstore=vectorstore, site_url=site_url))


@app.command(epilog=_CODES)
def articles(as_json: _Json = False, vectorstore: _Vectorstore = None) -> None:
    """List the indexed articles, newest first."""
    found = _bot(_settings(vectorstore=vectorstore)).articles()
    if as_json:
        _print_json(found)
    else:
        show_articles(_console(), found)


@app.command("eval", epilog=_CODES)
def evaluate(
    path: Annotated[Path, typer.Argument(metavar="SET", help="A questions.jsonl, or the folder it is in.")],
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write all results there.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="A sample of so many questions, the same each time; 0: all.")] = 0,
    only_gold: Annotated[bool, typer.Option("--only-gold", help="Let the article that answers alone answer.")] = False,
    vectorstore: _Vectorstore = None,
) -> None:
    """Ask questions whose answers are known, and measure what comes.

    Needs pip install '.[eval]'. Articles beside the questions are indexed in a temporary folder.
    """
    from chatbot.evaluation import report, running
    from chatbot.evaluation.measures import require_libraries
    from chatbot.evaluation.questions import read_questions

    require_libraries()
    questions = read_questions(path)
    settings = _settings(vectorstore=vectorstore)
    with running.opened(questions, settings, build=vectorstore is None) as bot:
        corpus, sample = questions.articles or settings.corpus, questions.sample(limit)
        with asking(len(sample)) as watch:
            outcomes = running.run(bot, sample, corpus, only_gold=only_gold, watch=watch)
    result = report.summarized(outcomes)
    show_table(_console(), report.COLUMNS, report.table(result))
    if json_file:
        json_file.write_text(json.dumps(report.as_json(result), ensure_ascii=False, indent=1), "utf-8", "replace")


def _settings(**given: Any) -> "Settings":
    """Settings with the options that were given."""
    from chatbot.settings import Settings

    return Settings(**{name: value for name, value in given.items() if value is not None})


def _bot(settings: "Settings") -> "Chatbot":
    # what is loaded stays: looking for garbage among it, now and at the exit, takes a quarter of the whole time
    gc.disable()
    from chatbot.bot import Chatbot

    bot = Chatbot.open(settings)
    gc.freeze()
    gc.enable()
    return bot


def _question(given: str | None) -> str:
    if given not in (None, "-"):
        return _encodable(str(given))
    if given is None and sys.stdin.isatty():
        raise typer.BadParameter("give a question, or pipe one in.", param_hint="QUESTION")
    return sys.stdin.read()


def _encodable(argument: str) -> str:
    """An argument whose bytes were no UTF-8, without the stand-ins Python has for them."""
    return argument.encode("utf-8", "replace").decode()


def _filter(
    bot: "Chatbot",
    slugs: list[str] | None,
    tags: list[str] | None,
    since: datetime | None,
    until: datetime | None,
) -> Filter | None:
    if slugs or tags:
        known = bot.articles()
        _check_known(slugs, {article.slug for article in known}, "--article", "an indexed article")
        _check_known(tags, {tag for article in known for tag in article.tags}, "--tag", "a tag of an indexed article")
    return Filter(tuple(slugs or ()), tuple(tags or ()), since and since.date(), until and until.date())


def _check_known(given: Iterable[str] | None, known: set[str], option: str, what: str) -> None:
    for name in given or ():
        if name not in known:
            raise typer.BadParameter(f"'{name}' is not {what}; `chatbot articles` lists them.", param_hint=option)


def _last(answers: Iterable[Answer]) -> Answer:
    *_, answer = answers
    return answer


def _shown(answers: Iterable[Answer]) -> Answer:
    """The last answer, each having been written to the terminal as it came."""
    writer = AnswerWriter(_console())
    for answer in answers:
        writer.update(answer)
    return answer


def _print_json(records: Any) -> None:
    typer.echo(json.dumps(to_dict(records), ensure_ascii=False, indent=2))


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)
