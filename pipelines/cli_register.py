"""`indberet authority register`, `mandate` and `reads`: names, options and help.

Belongs here: the words a person types. Does not: what the commands do
(`pipelines.commands.authority_register`).
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.cli_run import Json, Quiet, Settings, run

register = typer.Typer(no_args_is_help=True, help="The companies the authority knows.")
mandate = typer.Typer(
    no_args_is_help=True,
    help="Who may report for a company, and who may read what it filed.",
    epilog="A company gives and withdraws its mandates itself over the service's interface; here "
    "they are entered for one that asked on paper. ORGANISATION is the organisation of a "
    "certificate, as NTRDK-12345678.",
)

Cvr = Annotated[str, typer.Argument(metavar="CVR", help="The company's CVR number.")]
Organisation = Annotated[
    str, typer.Argument(metavar="ORGANISATION", help="Of the certificate, as NTRDK-12345678.")
]
Right = Annotated[
    Literal["report", "read"],
    typer.Option("--right", help="To report for the company, or to read what it filed."),
]
Kind = Annotated[
    Literal["vat_return", "eu_sales_list", "annual_report", "*"],
    typer.Option("--report", help="For one kind of report, or * for all."),
]


@register.command(
    "import",
    help="Take companies into the register from CSV files (UTF-8; semicolon or comma).\n\n"
    "Columns: cvr and name; and any of se_number, legal_form, industry, municipality, employees, "
    "registered_from, registered_to, vat_frequency (month, quarter, half_year), vat_from, "
    "year_end (MM-DD), company_class (A-D). Numbers and dates (yyyy-mm-dd) as text.\n\n"
    "A company that is there already is brought up to date. Where a cell is wrong nothing is "
    "taken in; every such cell is named with its row and column (exit code 1).",
)
def import_(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV files.")],
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take companies into the register."""
    run(context, "authority_register.import_", settings, None, files, json=json, quiet=quiet)


@mandate.command("grant")
def grant(
    context: typer.Context,
    cvr: Cvr,
    organisation: Organisation,
    right: Right = "report",
    report: Kind = "*",
    until: Annotated[
        str, typer.Option("--until", help="Last day it holds, yyyy-mm-dd; else until withdrawn.")
    ] = "",
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Enter a mandate a company gave."""
    run(context, "authority_register.grant", settings, None, cvr, organisation, right, report,
        until, json=json, quiet=quiet)  # fmt: skip


@mandate.command("withdraw")
def withdraw(
    context: typer.Context,
    cvr: Cvr,
    organisation: Organisation,
    right: Right = "report",
    report: Kind = "*",
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Enter that a company took a mandate back; it holds no more from now on."""
    run(context, "authority_register.withdraw", settings, None, cvr, organisation, right, report,
        json=json, quiet=quiet)  # fmt: skip


@mandate.command("list")
def mandates(
    context: typer.Context,
    cvr: Cvr,
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Show every mandate a company gave, also those withdrawn."""
    run(context, "authority_register.mandates", settings, None, cvr, json=json)


def reads(
    context: typer.Context,
    cvr: Cvr,
    newest: Annotated[int, typer.Option("--newest", min=1, help="How many to show.")] = 50,
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Show who read what is known of a company: when, what, and by which right."""
    run(context, "authority_register.reads", settings, None, cvr, newest, json=json)
