"""`indberet annual`: names, options and help of the commands about annual reports.

Belongs here: the words a person types. Does not: what the commands do
(`pipelines.commands.annual`).
"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_run import Companies, Json, Quiet, Settings, run

annual = typer.Typer(
    no_args_is_help=True,
    help="Prepare annual reports: what people must say, checked beside the books.",
    epilog="PERIOD is the month or year in which the fiscal year ends: 2026-12, 2026. Without it: "
    "the newest fiscal year that has ended.",
)

Ending = Annotated[str, typer.Argument(metavar="[PERIOD]", help="2026-12 or 2026.")]


@annual.command(
    help="Write the input file of a fiscal year, filled in from the settings, the books and last "
    "year's filing.\n\n"
    "Run again, it adds what is new and keeps every answer."
)
def prepare(
    context: typer.Context,
    period: Ending = "",
    settings: Settings = None,
    company: Companies = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the input file."""
    run(context, "annual.prepare", settings, company, period, json=json, quiet=quiet)


@annual.command(
    help="Say everything that is missing or wrong in the input files, by key.\n\n"
    "Exit code 3 when something keeps a report from being filed."
)
def check(
    context: typer.Context,
    period: Ending = "",
    settings: Settings = None,
    company: Companies = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check the input files."""
    run(context, "annual.check", settings, company, period, json=json, quiet=quiet)


@annual.command(
    help="Show the figures and texts as the annual report will have them.\n\n"
    "Nothing is kept; exit code 3 when something keeps the report from being filed."
)
def show(
    context: typer.Context,
    period: Ending = "",
    settings: Settings = None,
    company: Companies = None,
    json: Json = False,
) -> None:
    """Show what the report will say."""
    run(context, "annual.show", settings, company, period, json=json)


@annual.command(
    help="Print annual reports as PDF, from the very bytes that are filed. Needs Chromium.\n\n"
    "indberet annual pdf 2025 --to board"
)
def pdf(
    context: typer.Context,
    period: Ending = "",
    settings: Settings = None,
    company: Companies = None,
    to: Annotated[Path, typer.Option("--to", help="Folder for the files.")] = Path(),
    xbrl: Annotated[
        bool,
        typer.Option("--xbrl", help="Also the plain XBRL; for balance dates before 2025 only."),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print annual reports."""
    run(context, "annual_paper.pdf", settings, company, period, to, with_xbrl=xbrl, json=json,
        quiet=quiet)  # fmt: skip
