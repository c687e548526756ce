"""What several commands share: options, exit codes, settings, and how things are printed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from chatbot.records import to_dict

if TYPE_CHECKING:
    from chatbot.settings import Settings

NOT_FOUND = 3
"""Exit code where the articles don't answer."""
DROPPED = 4
"""Exit code where answers are worse than before."""

CODES = """\b
Exit codes:
  0  done; the question was answered
  1  something is wrong; the message on stderr says what to do
  2  wrong usage
  3  the articles don't answer the question
  4  eval --compare: a measure that matters is significantly worse
  130  interrupted with Ctrl-C
"""

Corpus = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of articles.")]
Vectorstore = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the index.")]
ChatModel = Annotated[
    str | None, typer.Option(metavar="NAME", help="Chat model that writes, e.g. local:smollm2; '' for none.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def chosen(**given: Any) -> "Settings":
    """Settings with the options that were given."""
    from chatbot.settings import Settings

    return Settings(**{name: value for name, value in given.items() if value is not None})


def console() -> Console:
    """Standard output, for text that is shown as it is."""
    return Console(highlight=False, markup=False, emoji=False)


def print_json(records: Any) -> None:
    """Records as indented JSON."""
    typer.echo(json.dumps(to_dict(records), ensure_ascii=False, indent=2))
