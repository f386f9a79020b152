"""`indberet authority`: names, options and help of the commands of an authority.

Belongs here: the words a person types. Does not: what the commands do
(`pipelines.commands.authority_*`).
"""

from datetime import date, datetime
from pathlib import Path
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


@authority.command("run")
def run_all(
    context: typer.Context,
    at_most: Annotated[
        int | None, typer.Option("--at-most", min=1, help="Bring in at most so many events.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Try again what could not be read before.")
    ] = False,
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Bring in what was received, judge it, follow the duties, compare and publish: once."""
    run(
        context, "authority_run.run", settings, None, json=json, quiet=quiet, at_most=at_most,
        is_again=again,
    )  # fmt: skip


@authority.command()
def start(
    context: typer.Context,
    processes: Annotated[
        int, typer.Option(min=0, help="Processes that answer; 0: one for each core.")
    ] = 0,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes that judge annual reports; 0: likewise.")
    ] = 0,
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Start the receiving service of the settings."""
    run(context, "authority_service.start", settings, None, processes, workers, json=json)


@authority.command()
def stop(context: typer.Context, settings: Settings = None, json: Json = False) -> None:
    """Stop the receiving service; what it has received stays."""
    run(context, "authority_service.stop", settings, None, json=json)


@authority.command()
def status(context: typer.Context, settings: Settings = None, json: Json = False) -> None:
    """Show whether the receiving service runs, and how much it has received."""
    run(context, "authority_service.status", settings, None, json=json)


@authority.command()
def publish(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder; else open-data in the storage.")
    ] = None,
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Publish the statistics as open data: Parquet, CSV and what they mean. Nothing is sent."""
    run(context, "authority_publish.publish", settings, None, to, json=json, quiet=quiet)


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
