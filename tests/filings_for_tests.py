"""Filings as the tests of delivery make them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from assets.deliveries.approval import approve
from assets.filings import eu_sales_list, vat_return
from assets.filings.register import Registered, Rendered, register_filing
from quality.finding import Finding, Severity
from tests.danish_report import Report, amount, text
from warehouse.operations import Operations, sqlite_url


class Clock:
    """A clock that stands still until told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@cache
def _empty() -> bytes:
    """A migrated operations database with nothing in it: migrating costs more than most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "operations.sqlite"
        Operations.open(sqlite_url(path)).close()
        return path.read_bytes()


def open_at(root: Path, clock: Clock | None = None, **options: float) -> Operations:
    """The operations database in `root`, an empty one put there first if there is none."""
    path = root / "operations.sqlite"
    if not path.exists():
        root.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty())
    return Operations.open(sqlite_url(path), now=clock or Clock(), **options)


def rendered(company: str = "demo", amount: int = 250, *, se_number: str = "10000009") -> Rendered:
    return Rendered(
        company_id=company,
        se_number=se_number,
        report_id=f"report-{company}-{amount}",
        report_type="vat_return",
        period_start=date(2026, 1, 1),
        period_end=date(2026, 3, 31),
        media_type="application/xml",
        content=f"<Angivelse><SE>{company}</SE><Total>{amount}</Total></Angivelse>".encode(),
    )


def register(
    operations: Operations, root: Path, company: str = "demo", amount: int = 250
) -> Registered:
    return register_filing(operations, root, rendered(company, amount))


def approved(operations: Operations, root: Path, company: str = "demo", amount: int = 250) -> str:
    filing_id = str(register(operations, root, company, amount).filing["filing_id"])
    approve(operations, filing_id, "Anna")
    return filing_id


def error_finding() -> Finding:
    return Finding(
        rule="vat-total",
        severity=Severity.ERROR,
        company_id="demo",
        where="field 1",
        message="The total is 415, its fields give 414.",
        remedy="Build the report again.",
    )


def vat_filing(se_number: str, output: int = 1000) -> Rendered:
    """A VAT return the authority takes: `output` kroner of output VAT and nothing else."""
    figures = dict.fromkeys(vat_return.FIELDS, 0)
    figures |= {"MomsAngivelseSalgsMomsBeloeb": output, vat_return.TOTAL: output}
    start, end = date(2026, 1, 1), date(2026, 3, 31)
    content = vat_return.write(vat_return.VatReturn(se_number, start, end, figures))
    return replace(rendered(se_number=se_number), company_id=se_number, content=content)


def annual_filing(cvr: str, more: int = 0) -> Rendered:
    """An annual report for 2024 the authority takes, with `more` kroner on both sides."""
    report = Report().with_entity(identifier=cvr)
    report = report.but(
        text("gsd:IdentificationNumberCvrOfReportingEntity", cvr),
        amount("fsa:Assets", 100000 + more, "end"),
        amount("fsa:Equity", 50000 + more, "end"),
        amount("fsa:LiabilitiesAndEquity", 100000 + more, "end"),
    )
    return replace(
        rendered(se_number=cvr),
        company_id=cvr,
        report_type="annual_report",
        period_start=date(2024, 1, 1),
        period_end=date(2024, 12, 31),
        media_type="application/xhtml+xml",
        content=report.page(),
    )


def sales_list_filing(se_number: str, goods: int = 100) -> Rendered:
    """An EU sales list the authority takes: goods for `goods` kroner to one German buyer."""
    buyers = (eu_sales_list.Buyer("1", "DE", "136695976", goods, 0, 0),)
    content = eu_sales_list.write(eu_sales_list.SalesList(se_number, date(2026, 3, 31), buyers))
    return replace(
        rendered(se_number=se_number),
        company_id=se_number,
        report_type="eu_sales_list",
        media_type="text/csv",
        content=content,
    )
