"""`indberet authority`: names, options and help of the commands of an authority.

Belongs here: the words a person types. Does not: what the commands do
(`pipelines.commands.authority_*`).
"""

from datetime import date, datetime
from typing import Annotated

import typer

from pipelines.cli_register import mandate, reads, register
from pipelines.cli_run import Json, Quiet, Settings, run

AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="As of this day; else today."),
]

authority = typer.Typer(
    no_args_is_help=True,
    help="Run an authority: its register, its receiving service, its scheduled runs.",
    epilog="The authority's data lie in `authority` in the storage folder of the settings.",
)


authority.add_typer(register, name="register")
authority.add_typer(mandate, name="mandate")
authority.command("reads")(reads)


@authority.callback()
def options() -> None:
    """Run an authority: its register, its receiving service, its scheduled runs."""


reminders = typer.Typer(no_args_is_help=True, help="Digital Post messages about reports due.")
authority.add_typer(reminders, name="reminders")


@reminders.command("list")
def reminders_list(
    context: typer.Context, as_of: AsOf = None, settings: Settings = None, json: Json = False
) -> None:
    """Show the reminders that are to be written; nothing is written."""
    run(context, "authority_reminders.list_", settings, None, _day(as_of), json=json)


@reminders.command("write")
def reminders_write(
    context: typer.Context,
    as_of: AsOf = None,
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the day's reminders to the outbox, each once. Nothing is sent."""
    run(context, "authority_reminders.write", settings, None, _day(as_of), json=json, quiet=quiet)


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()
