"""`indberet desk` and `indberet lineage`: names, options and help.

Belongs here: the words a person types. Does not: what the commands do
(`pipelines.commands.desk`, `.lineage`).
"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_run import Json, Quiet, Settings, run

lineage = typer.Typer(
    no_args_is_help=True, help="What tables are made from and what is made of them."
)


@lineage.callback()
def options() -> None:
    """What tables are made from and what is made of them."""


def desk(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8790,
    who: Annotated[
        str, typer.Option("--as", help="The case officer who reads; else the pages ask.")
    ] = "",
    host: Annotated[
        list[str] | None,
        typer.Option("--host", help="A name the pages are also reached under, behind a proxy."),
    ] = None,
    settings: Settings = None,
) -> None:
    """Serve the read-only pages: companies, reports, statistics, lineage."""
    run(context, "desk.desk", settings, None, port, who, host or [])


@lineage.command()
def export(
    context: typer.Context,
    to: Annotated[Path, typer.Option(help="File or folder to write to.")] = Path("lineage.ndjson"),
    namespace: Annotated[str, typer.Option(help="Namespace of jobs and tables.")] = "indberet",
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the lineage of all tables as OpenLineage run events, one JSON document a line."""
    run(context, "lineage.export", settings, None, to, namespace, json=json, quiet=quiet)
