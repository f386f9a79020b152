"""What every command on the command line shares: its options, and how it is run.

Belongs here: option types, and the way from words typed to a command's body, which is
imported only then, so that `indberet --help` answers at once. Does not: the commands.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

Settings = Annotated[
    Path | None, typer.Option("--settings", help="indberet.toml (or $INDBERET_SETTINGS).")
]
Companies = Annotated[
    list[str] | None, typer.Option("--company", help="Only this company; may be repeated.")
]
Period = Annotated[
    str | None,
    typer.Option("--period", help="2026-Q3, 2026-09, 2026-H1 or 2026; else what is due now."),
]
Json = Annotated[bool, typer.Option("--json", help="Facts as JSON on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")]


def run(
    context: typer.Context,
    command: str,
    settings: Path | None,
    companies: list[str] | None = None,
    *args: object,
    json: bool = False,
    quiet: bool = False,
    **options: object,
) -> None:
    """Import the command, run it, exit with its code."""
    import importlib

    from pipelines.commands.call import calling
    from pipelines.output import Output

    module, name = command.split(".")
    given = settings or context.obj["settings"] or os.environ.get("INDBERET_SETTINGS")
    path = Path(given or "indberet.toml")
    with calling(path, companies or [], Output(json, quiet), debug=context.obj["debug"]) as call:
        body = getattr(importlib.import_module(f"pipelines.commands.{module}"), name)
        code = body(call, *args, **options)
        raise typer.Exit(code)
