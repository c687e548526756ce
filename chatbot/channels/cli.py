"""The command line (Typer)."""

import gc
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from chatbot.channels.cli_calibrate import calibrate
from chatbot.channels.cli_evaluation import evaluate
from chatbot.channels.cli_options import (
    CODES,
    NOT_FOUND,
    AsJson,
    ChatModel,
    Corpus,
    Vectorstore,
    chosen,
    console,
    print_json,
)
from chatbot.channels.terminal import AnswerWriter, show_articles, show_hits, show_report
from chatbot.errors import ChatbotError
from chatbot.records import Answer, Filter

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.settings import Settings


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
    epilog=CODES,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_SiteUrl = Annotated[str | None, typer.Option(metavar="URL", help="Where the site lives.")]
_Slugs = Annotated[list[str] | None, typer.Option("--article", metavar="SLUG", help="Only this article; repeatable.")]
_Tags = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="Only articles with this tag, or any of several.")
]
_Day = typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Only articles of this date (YYYY-MM-DD) or later.")
_LastDay = typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Only articles of this date or earlier.")
_Since = Annotated[datetime | None, _Day]
_Until = Annotated[datetime | None, _LastDay]
_NONE = ""
"""The chat model of a command that writes nothing."""


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


@app.command(epilog=CODES)
def index(
    corpus: Corpus = None,
    vectorstore: Vectorstore = None,
    site_url: _SiteUrl = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Start afresh instead of updating.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if a file can't be read.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List drafts and empty files too.")] = False,
) -> None:
    """Build the index, or bring it up to date with the articles."""
    settings = chosen(corpus=corpus, vectorstore=vectorstore, site_url=site_url)
    from chatbot.indexing import build_index, has_index

    try:
        report = build_index(settings, progress=False if quiet else None, rebuild=rebuild)
    except KeyboardInterrupt:
        state = "The index can be used; the" if has_index(settings) else "There is no index yet; the"
        typer.echo(f"\nStopped. {state} next `chatbot index` finishes the work.", err=True)
        raise typer.Exit(130) from None
    if not quiet:
        show_report(console(), report, verbose=verbose)
    if strict and any(problem.kind == "unreadable" for problem in report.skipped):
        raise typer.Exit(1)


@app.command(epilog=CODES)
def ask(
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="The question; from stdin when left out or -.")
    ] = None,
    as_json: AsJson = False,
    article: _Slugs = None,
    tag: _Tags = None,
    since: _Since = None,
    until: _Until = None,
    vectorstore: Vectorstore = None,
    chat_model: ChatModel = None,
) -> None:
    """Answer a question, with numbered sources beneath."""
    text = _question(question)
    bot = _bot(chosen(vectorstore=vectorstore, chat_model=chat_model))
    answers = bot.stream(text, filter=_filter(bot, article, tag, since, until))
    answer = _last(answers) if as_json else _shown(answers)
    if as_json:
        print_json(answer)
    if not answer.found and answer.composer not in ("smalltalk", "clarifying"):
        raise typer.Exit(NOT_FOUND)


@app.command(epilog=CODES)
def search(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="A question or a few words.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many passages.")] = 10,
    as_json: AsJson = False,
    article: _Slugs = None,
    tag: _Tags = None,
    since: _Since = None,
    until: _Until = None,
    vectorstore: Vectorstore = None,
) -> None:
    """Show the passages nearest to a question."""
    bot = _bot(chosen(vectorstore=vectorstore, chat_model=_NONE))
    hits = bot.search(_encodable(words), limit=limit, filter=_filter(bot, article, tag, since, until))
    if as_json:
        print_json(hits)
    else:
        show_hits(console(), hits)
    if not hits:
        raise typer.Exit(NOT_FOUND)


@app.command(epilog=CODES)
def serve(
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Address to serve on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to serve on; 0 for any free one.")] = None,
    corpus: Corpus = None,
    vectorstore: Vectorstore = None,
    site_url: _SiteUrl = None,
    chat_model: ChatModel = None,
) -> None:
    """Serve the chat page.

    The index is built first if it is missing or stale.
    """
    from chatbot.channels.server import serve as run

    run(chosen(host=host, port=port, corpus=corpus, vectorstore=vectorstore, site_url=site_url, chat_model=chat_model))


@app.command(epilog=CODES)
def articles(as_json: AsJson = False, vectorstore: Vectorstore = None) -> None:
    """List the indexed articles, newest first."""
    found = _bot(chosen(vectorstore=vectorstore, chat_model=_NONE)).articles()
    if as_json:
        print_json(found)
    else:
        show_articles(console(), found)


app.command("eval", epilog=CODES)(evaluate)
app.command(epilog=CODES)(calibrate)


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
    writer = AnswerWriter(console())
    for answer in answers:
        writer.update(answer)
    return answer
