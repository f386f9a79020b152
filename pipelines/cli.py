"""The command line: names, options and help of every command.

Belongs here: the words a person types. Does not: what commands do
(`pipelines.commands`), which is imported when a command runs, so that
`indberet --help` answers at once.
"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_annual import annual
from pipelines.cli_authority import authority
from pipelines.cli_desk import desk, lineage
from pipelines.cli_run import Companies, Json, Period, Quiet, Settings, run
from pipelines.cli_sql import HELP, sql
from pipelines.cli_taxonomy import taxonomy
from pipelines.cli_xbrl import Again, xbrl

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From the books to the authority's receipt.",
    epilog="Exit codes: 0 done; 1 failed for good; 2 wrong use; 3 done, but a company is withheld "
    "or failed; 75 failed for now, try again.",
)
app.add_typer(annual, name="annual")
app.add_typer(authority, name="authority")
app.add_typer(lineage, name="lineage")
app.command()(desk)
app.add_typer(taxonomy, name="taxonomy")
app.add_typer(xbrl, name="xbrl")
app.command(help=HELP)(sql)


@app.callback()
def options(
    context: typer.Context,
    settings: Settings = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """From the books to the authority's receipt."""
    context.obj = {"settings": settings, "debug": debug}


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to make the workspace.")] = Path(),
    name: Annotated[str, typer.Option(help="The company's name.")] = "Min virksomhed ApS",
    cvr: Annotated[str, typer.Option(help="Its CVR number, eight digits.")] = "",
    frequency: Annotated[str, typer.Option(help="month, quarter or half_year.")] = "quarter",
    quiet: Quiet = False,
) -> None:
    """Make a workspace: a commented indberet.toml to fill in."""
    run(context, "setup.init", None, None, folder, name, cvr, frequency, quiet=quiet)


@app.command(
    help="Connect a bookkeeping system, or test and read those there are.\n\n"
    "With a SYSTEM: asks what it needs, tries it, writes the connection and its secrets, reads "
    "one month and shows it as a trial balance, then reads all and suggests mappings. Without: "
    "tests and reads every connection of the settings, and suggests mappings for what is new.\n\n"
    "indberet connect economic --secret app_secret=env:APP --secret agreement_grant=file:grant",
)
def connect(
    context: typer.Context,
    system: Annotated[str, typer.Argument(help="Its id, as tryton or saft; see the docs.")] = "",
    name: Annotated[
        str, typer.Option("--id", help="The connection's name; else one is made.")
    ] = "",
    given: Annotated[
        list[str] | None, typer.Option("--set", help="key=value; may be repeated.")
    ] = None,
    secrets: Annotated[
        list[str] | None,
        typer.Option("--secret", help="key=env:NAME or key=file:PATH; may be repeated."),
    ] = None,
    month: Annotated[
        str, typer.Option(help="The month shown first, as 2026-10; else the last whole one.")
    ] = "",
    settings: Settings = None,
    company: Companies = None,
    accept: Annotated[bool, typer.Option("--accept", help="Take those of 90 % and more.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Connect a bookkeeping system, or test and read those there are."""
    if system:
        run(
            context, "connecting.add", settings, company, system, name, given or [],
            secrets or [], month, accept=accept, json=json, quiet=quiet,
        )  # fmt: skip
    run(context, "setup.connect", settings, company, accept=accept, json=json, quiet=quiet)


@app.command()
def doctor(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="connection.")],
    names: Annotated[
        list[str] | None, typer.Argument(help="Which; all of the companies' when none.")
    ] = None,
    settings: Settings = None,
    company: Companies = None,
    json: Json = False,
) -> None:
    """Explain what is wrong with a connection, and what to do about it."""
    run(context, "doctor.doctor", settings, company, what, names or [], json=json)


@app.command()
def pull(
    context: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything anew, not only what is new.")
    ] = False,
    settings: Settings = None,
    company: Companies = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Read every source; bring the ledger up to date."""
    run(context, "line.pull", settings, company, is_full=full, json=json, quiet=quiet)


@app.command()
def replay(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Which connections; all when none.")
    ] = None,
    settings: Settings = None,
    company: Companies = None,
    json: Json = False,
) -> None:
    """Read the newest load again from the answers kept with it: the same rows must come out."""
    run(context, "replaying.replay", settings, company, names or [], json=json)


@app.command()
def check(
    context: typer.Context,
    settings: Settings = None,
    company: Companies = None,
    period: Period = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check the books of every company with a report due."""
    run(context, "line.check", settings, company, period, json=json, quiet=quiet)


@app.command()
def calendar(
    context: typer.Context,
    settings: Settings = None,
    company: Companies = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask the authority's calendar.")] = False,
    json: Json = False,
) -> None:
    """Show what is due when."""
    run(context, "show.calendar", settings, company, ask=ask, json=json)


@app.command()
def bank(
    context: typer.Context,
    matches: Annotated[bool, typer.Option("--matches", help="Show each match, too.")] = False,
    settings: Settings = None,
    company: Companies = None,
    period: Period = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare each bank account with the books: matched, unmatched, difference."""
    run(context, "bank.bank", settings, company, period, matches=matches, json=json, quiet=quiet)


@app.command()
def report(
    context: typer.Context,
    settings: Settings = None,
    company: Companies = None,
    period: Period = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check, build the reports, render and validate the filings."""
    run(context, "line.report", settings, company, period, json=json, quiet=quiet)


@app.command()
def approve(
    context: typer.Context,
    who: Annotated[str, typer.Option("--as", help="Your name; it is kept with the filing.")],
    settings: Settings = None,
    company: Companies = None,
    period: Period = None,
    filing: Annotated[str | None, typer.Option(help="Only this filing (first digits).")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also filings once rejected.")] = False,
    json: Json = False,
) -> None:
    """Approve filings that wait for a person."""
    run(
        context, "line.approve", settings, company, period, who,
        filing=filing, again=again, json=json,
    )  # fmt: skip


@app.command()
def deliver(
    context: typer.Context,
    settings: Settings = None,
    company: Companies = None,
    period: Period = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Send what is approved; fetch decisions and receipts."""
    run(context, "line.deliver", settings, company, period, json=json, quiet=quiet)


@app.command()
def status(
    context: typer.Context,
    settings: Settings = None,
    company: Companies = None,
    json: Json = False,
) -> None:
    """Show where everything stands."""
    run(context, "show.status", settings, company, json=json)


@app.command()
def explain(
    context: typer.Context,
    company: Annotated[str, typer.Argument(help="The company's id.")],
    period: Annotated[str, typer.Argument(help="2026-Q3, 2026-09, 2026-H1 or 2026.")],
    field: Annotated[
        str,
        typer.Argument(help="Field number, element name or words from it; or a fact's id."),
    ] = "",
    subject: Annotated[
        str, typer.Option(help="EU list: country and VAT number. Annual report: previous, opening.")
    ] = "",
    report: Annotated[str, typer.Option(help="Report type, where the field does not say.")] = "",
    fact: Annotated[str, typer.Option(help="A tag's id in the annual report's document.")] = "",
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Show a figure's formula and the postings behind it, adding up to the øre."""
    asked = fact or field
    run(context, "show.explain", settings, None, company, period, asked, subject, report, json=json)


@app.command()
def export(
    context: typer.Context,
    tables: Annotated[list[str] | None, typer.Argument(help="Tables; all when none.")] = None,
    kind: Annotated[str, typer.Option("--format", help="csv, parquet, xlsx or json.")] = "csv",
    to: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("export"),
    settings: Settings = None,
    company: Companies = None,
    json: Json = False,
) -> None:
    """Write tables to files."""
    run(context, "show.export", settings, company, tables or [], kind, to, json=json)


@app.command(
    "export-books",
    help="Write one company's fiscal year for others to read.\n\n"
    "regnskab-basis: the trial balance on the standard chart that Regnskab Basis takes, in whole "
    "kroner, debit positive, before closing entries; every account with a balance must be mapped. "
    "saft and saft-no: the whole ledger as Danish SAF-T Financial 2.1 or Norwegian 1.30. "
    "sie4 and sie5: as SIE type 4 or SIE 5 (unsigned). All are the ledger as it stands: "
    "year-end entries of the annual report's own file are not in them.\n\n"
    "indberet export-books regnskab-basis --company nordlys --year 2025",
)
def export_books(
    context: typer.Context,
    form: Annotated[str, typer.Argument(help="regnskab-basis, saft, saft-no, sie4 or sie5.")],
    year: Annotated[int, typer.Option(help="The year in which the fiscal year ends.")],
    to: Annotated[Path | None, typer.Option(help="File to write.")] = None,
    street: Annotated[str, typer.Option(help="The company's address (saft).")] = "",
    postal_code: Annotated[str, typer.Option(help="Its postal code (saft).")] = "",
    city: Annotated[str, typer.Option(help="Its city (saft).")] = "",
    iban: Annotated[str, typer.Option(help="Its bank account (saft).")] = "",
    contact: Annotated[str, typer.Option(help="Its contact person (saft-no).")] = "",
    telephone: Annotated[str, typer.Option(help="Their telephone (saft-no).")] = "",
    encoding: Annotated[
        str, typer.Option(help="pc8 (CP437, the standard's own) or utf-8 (sie4).")
    ] = "pc8",
    norm: Annotated[
        str, typer.Option(help="Version of the norm, as in the header (regnskab-basis).")
    ] = "20230131",
    settings: Settings = None,
    company: Companies = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write one company's fiscal year for others to read."""
    details = {
        "street": street, "postal_code": postal_code, "city": city, "iban": iban,
        "contact": contact, "telephone": telephone, "encoding": encoding,
    }  # fmt: skip
    run(context, "export_books.export_books", settings, company, form, year, to, details, norm,
        json=json, quiet=quiet)  # fmt: skip


@app.command()
def intake(
    context: typer.Context,
    again: Again = False,
    settings: Settings = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take in the filings received: tables, verdicts, each company's figures."""
    run(context, "xbrl_tables.intake", settings, None, is_again=again, json=json, quiet=quiet)


@app.command()
def ui(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
    settings: Settings = None,
) -> None:
    """Serve the Dagster UI over this workspace."""
    run(context, "services.ui", settings, None, port)


@app.command()
def sandbox(
    context: typer.Context,
    action: Annotated[str, typer.Argument(help="start, stop, status or switch.")],
    switches: Annotated[list[str] | None, typer.Argument(help="For switch: name=value.")] = None,
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Run the sandbox authority on this machine, and tell it to fail."""
    run(context, "services.sandbox", settings, None, action, switches or [], json=json)


@app.command()
def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Option(help="Where the demo lives; demo, or demo-SOURCE.")
    ] = None,
    source: Annotated[
        str,
        typer.Option(
            help="Where the books are kept: tryton, odoo-recorded, e-conomic-sim, saft, sie or "
            "gnucash."
        ),
    ] = "tryton",
    taxonomy: Annotated[
        Path | None,
        typer.Option(help="The authority's taxonomy package (zip), for the annual report."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder that holds recordings/odoo18, for odoo-recorded.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin from nothing.")] = False,
) -> None:
    """Watch it happen: from a real bookkeeping server to receipts."""
    run(context, "demo.demo", None, None, folder, taxonomy, source, data, fresh=fresh)


@app.command("demo-authority")
def demo_authority(
    context: typer.Context,
    folder: Annotated[Path, typer.Option(help="Where the demo lives.")] = Path("demo-authority"),
    companies: Annotated[int, typer.Option(min=20, help="How many companies file.")] = 500,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin from nothing.")] = False,
    json: Json = False,
) -> None:
    """Watch the other side: a nation files, the authority judges, reminds and publishes."""
    run(context, "demo_authority.demo", None, None, folder, companies, fresh=fresh, json=json)


def main() -> None:
    """Run the command line."""
    app()
