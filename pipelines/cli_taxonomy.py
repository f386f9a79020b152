"""`indberet taxonomy`: names, options and help of the commands about taxonomies.

Belongs here: the words a person types. Does not: what the commands do
(`pipelines.commands.taxonomy`).
"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_run import Json, Quiet, Settings, run

taxonomy = typer.Typer(
    no_args_is_help=True,
    help="Install and look into taxonomies: concepts, labels, networks.",
    epilog="Packages are kept in the storage folder, or in --library. Nothing is downloaded: get "
    "the zip from its publisher.",
)

Library = Annotated[
    Path | None,
    typer.Option("--library", help="Folder of the library; else `taxonomies` in the storage."),
]


@taxonomy.command(
    help="Install taxonomy packages and compile their entry points.\n\n"
    "A package is a zip or folder after Taxonomy Packages 1.0. One without META-INF is taken too: "
    "its entry points are the schemas named entry*.xsd, else those nothing refers to. Documents a "
    "package lacks are looked for in those installed before. Interrupted, the command goes on "
    "where it stopped when it is run again. Exit code 1 when --check finds an error."
)
def add(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Taxonomy packages: zip files or folders.")],
    library: Library = None,
    later: Annotated[
        bool, typer.Option("--later", help="Compile an entry point when it is first used.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Judge them by XBRL 2.1 and Dimensions 1.0 too.")
    ] = False,
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Install packages."""
    run(context, "taxonomy.add", settings, None, files, library, compile_now=not later,
        check=check, json=json, quiet=quiet)  # fmt: skip


@taxonomy.command("list")
def list_(
    context: typer.Context,
    library: Library = None,
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Show the installed packages and their entry points."""
    run(context, "taxonomy.list_", settings, None, library, json=json)


@taxonomy.command(
    help="Show an entry point's counts and roles, or one concept of it.\n\n"
    "The entry point is given by its address, as in a filing's schemaRef, or by words that only "
    "one has in its address or name."
)
def show(
    context: typer.Context,
    entry_point: Annotated[
        str, typer.Argument(help="Address of an entry point, or words of its name or address.")
    ],
    concept: Annotated[
        str, typer.Option("--concept", help="One concept, as in fsa:Assets: labels, places.")
    ] = "",
    language: Annotated[str, typer.Option("--language", help="Of the labels shown.")] = "en",
    library: Library = None,
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Show an entry point."""
    run(context, "taxonomy.show", settings, None, entry_point, library, concept, language,
        json=json)  # fmt: skip
