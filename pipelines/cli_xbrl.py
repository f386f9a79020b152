"""`indberet xbrl`: names, options and help of the commands about XBRL filings.

Belongs here: the words a person types. Does not: what the commands do
(`pipelines.commands.xbrl`, `.xbrl_tables`, `.xbrl_export`).
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.cli_run import Json, Quiet, Settings, run

xbrl = typer.Typer(
    no_args_is_help=True,
    help="Read XBRL and inline XBRL filings: one, a folder, a million.",
    epilog="FILE is a file, a folder, a pattern in quotes ('filings/**/*.xml'), a zip of filings, "
    "a report package, or @list (a file with one path on each line). No settings are needed and "
    "nothing is fetched from the network.",
)

Files = Annotated[
    list[str], typer.Argument(metavar="FILE…", help="Files, folders, patterns, zips, @lists.")
]
Workers = Annotated[
    int, typer.Option("--workers", min=0, help="Processes that read; one per core when 0.")
]
TimeLimit = Annotated[
    float, typer.Option("--time-limit", min=1, help="Seconds one filing may take.")
]

Library = Annotated[
    Path | None, typer.Option("--library", help="Taxonomies; else `taxonomies` in the storage.")
]
Again = Annotated[
    bool, typer.Option("--again", help="Also try again the filings that could not be read.")
]


@xbrl.command(
    help="Say what is in filings: entity, period, facts, problems.\n\n"
    "Exit code 3 when a file could not be read."
)
def read(
    context: typer.Context,
    files: Files,
    workers: Workers = 0,
    time_limit: TimeLimit = 120,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Summarise filings."""
    run(context, "xbrl.read", None, None, files, workers, time_limit, json=json, quiet=quiet)


@xbrl.command(
    help="Show the facts of filings, with period, dimensions, unit and where each stands, and "
    "the label where the taxonomy is installed.\n\n"
    "indberet xbrl facts report.xml --concept Equity\n\n"
    "indberet xbrl facts report.xhtml --concept 'fsa:Assets' --period 2024-12-31 --csv facts.csv"
)
def facts(
    context: typer.Context,
    files: Files,
    concept: Annotated[
        list[str] | None,
        typer.Option("--concept", help="Name, prefix:name or a pattern (*Assets*); repeatable."),
    ] = None,
    period: Annotated[
        str, typer.Option("--period", help="Last day, month or year: 2024-12-31, 2024-12, 2024.")
    ] = "",
    context_id: Annotated[str, typer.Option("--context", help="The filing's own context id.")] = "",
    dimension: Annotated[
        str, typer.Option("--dimension", help="Words of the dimensions; none for facts without.")
    ] = "",
    numeric: Annotated[bool, typer.Option("--numeric", help="Only numbers.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write to this CSV file.")] = None,
    parquet: Annotated[Path | None, typer.Option("--parquet", help="Or to this.")] = None,
    library: Library = None,
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Show facts."""
    run(
        context, "xbrl.facts", settings, None, files, concept or [],
        period=period, context_id=context_id, dimension=dimension, is_numeric=numeric,
        csv=csv, parquet=parquet, library=library, json=json,
    )  # fmt: skip


@xbrl.command(
    help="Make tables of filings: Parquet, and tables.duckdb with a view of each.\n\n"
    "Reads on every core; facts are typed and labelled where the taxonomy is installed. Filings "
    "already there are told by their hash and not read again; a stop at any moment loses "
    "nothing, run it again. Exit code 3 when a filing could not be read."
)
def tables(
    context: typer.Context,
    files: Files,
    out: Annotated[Path, typer.Option("--out", help="Folder of the tables.")],
    workers: Workers = 0,
    time_limit: TimeLimit = 120,
    again: Again = False,
    library: Library = None,
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make tables."""
    run(context, "xbrl_tables.tables", settings, None, files, out, workers, time_limit,
        is_again=again, library=library, json=json, quiet=quiet)  # fmt: skip


@xbrl.command(
    help="Judge filings: XBRL 2.1, dimensions, inline XBRL, and an authority's rules.\n\n"
    "What needs the taxonomy is judged when its package is installed (`indberet taxonomy add`) or "
    "came with the filing: beside it, or in its report package. "
    "Danish annual reports are judged by the filing rules of the Danish Business Authority too. "
    "Exit code 1 when there is an error."
)
def validate(
    context: typer.Context,
    files: Files,
    library: Library = None,
    calculations: Annotated[
        str, typer.Option("--calculations", help="Totals by 2.1, 1.1, 1.1-truncated, or none.")
    ] = "2.1",
    rules: Annotated[
        str,
        typer.Option(
            "--rules", help="Of Danish filings: dba, dk_sums (totals and parts), all, or none."
        ),
    ] = "dba",
    units: Annotated[
        bool, typer.Option("--units/--no-units", help="Warn of units that are not registered.")
    ] = True,
    workers: Workers = 0,
    time_limit: TimeLimit = 120,
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Judge filings."""
    run(context, "xbrl.validate", settings, None, files, library, workers, time_limit,
        calculations=calculations, rules=rules, units=units, json=json, quiet=quiet)  # fmt: skip


@xbrl.command(
    help="Write filings in another form: xBRL-JSON, xBRL-CSV, or the Parquet tables of each.\n\n"
    "indberet xbrl export report.xhtml --out exported --form xbrl-json\n\n"
    "What the form cannot say (tuples, fractions) is told. Exit code 3 when a file could not be "
    "read."
)
def export(
    context: typer.Context,
    files: Files,
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")],
    form: Annotated[
        Literal["xbrl-json", "xbrl-csv", "parquet"], typer.Option("--form", help="What to write.")
    ] = "xbrl-json",
    library: Library = None,
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write other forms."""
    run(context, "xbrl_export.export", settings, None, files, out, form, library,
        json=json, quiet=quiet)  # fmt: skip
