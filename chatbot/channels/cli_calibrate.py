"""The command line's ``calibrate``."""

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatbot.channels.cli_options import AsJson, Vectorstore, chosen, console
from chatbot.channels.terminal import asking, show_table

if TYPE_CHECKING:
    from chatbot.evaluation.calibration import Calibration
    from chatbot.settings import Settings

_Rate = Annotated[
    float,
    typer.Option(
        "--false-answers", min=0.01, max=0.9, metavar="RATE", help="Share of unanswerable questions answered."
    ),
]
_Limit = Annotated[int, typer.Option(min=10, help="At most so many questions of each kind, the same each time.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be set, and set nothing.")]


def calibrate(
    false_answers: _Rate = 0.1,
    limit: _Limit = 200,
    as_json: AsJson = False,
    dry_run: _DryRun = False,
    vectorstore: Vectorstore = None,
) -> None:
    """Set how sure an answer must be, by questions made from the articles.

    Each is asked twice: of all articles, and of those that don't answer it. The threshold is kept with the index and
    used from the next start on, unless min_confidence is set.
    """
    from chatbot.evaluation import calibration

    settings = chosen(vectorstore=vectorstore)
    found, articles = _calibrated(settings, false_answers, limit)
    file = None if dry_run else calibration.stored(found, settings)
    if as_json:
        plain = calibration.as_json(found) | {"stored": str(file) if file else None}
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        _show(found, articles, file)
    if "min_confidence" in settings.model_fields_set:
        typer.echo(
            f"min_confidence is set to {settings.min_confidence:g}, which goes before the stored threshold. "
            "Remove it from the environment and pyproject.toml to use this one.",
            err=True,
        )


def _calibrated(settings: "Settings", wanted: float, limit: int) -> tuple["Calibration", int]:
    """A calibration, and of how many articles."""
    from chatbot.evaluation.calibration import calibrated, in_use
    from chatbot.evaluation.calibration_asking import Asker

    before = in_use(settings)
    with closing(Asker(settings, limit)) as asker, asking(len(asker)) as watch:
        return calibrated(asker.run(watch), wanted, before), len(asker.articles)


def _show(found: "Calibration", articles: int, file: Path | None) -> None:
    from chatbot.evaluation import calibration

    for line in calibration.summary(found, articles):
        typer.echo(f"{line}\n")
    for columns, rows in (
        (calibration.KIND_COLUMNS, calibration.kind_table(found)),
        (calibration.COLUMNS, calibration.table(found)),
        (calibration.BIN_COLUMNS, calibration.bin_table(found)),
    ):
        show_table(console(), columns, rows, labelled=True)
        typer.echo()
    typer.echo("Readers word their questions less like the articles than these are worded: expect more refusals.")
    typer.echo(f"Stored in '{file}'." if file else "Nothing was stored (--dry-run).")
