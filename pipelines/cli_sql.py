"""`indberet sql`: names, options and help.

Belongs here: the words a person types. Does not: what the command does
(`pipelines.commands.sql`).
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.cli_run import Settings, run

HELP = """Ask the workspace's tables and views in SQL; nothing is changed.

indberet sql "SELECT * FROM late_filer LIMIT 20"

indberet sql -f question.sql --format csv --to late.csv

Without a question: asks for them one by one, each ended with ; (.tables, .columns NAME, .quit).
SHOW TABLES names what there is; docs/data-dictionary.md says what it means."""


def sql(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="One or more statements.")] = "",
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Or a file of statements.")
    ] = None,
    form: Annotated[
        Literal["table", "csv", "json", "parquet"], typer.Option("--format", help="The answer as.")
    ] = "table",
    to: Annotated[Path | None, typer.Option("--to", help="File for the answer.")] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=0, help="Rows at most; 0: all. Of a table 100, else all."),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0, help="Seconds a question may take; 0: no end.")
    ] = 300,
    settings: Settings = None,
) -> None:
    """Ask the workspace's tables and views in SQL."""
    run(context, "sql.sql", settings, None, question, file, form=form, to=to, limit=limit,
        timeout=timeout)  # fmt: skip
