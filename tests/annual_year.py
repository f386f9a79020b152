"""One fiscal year for tests of annual reports: settings, books by standard account, an input file.

year = fiscal_year({"1010": -900_000, "2845": 400_000}, {"6480": 500_000})
file = answered('[report]\\nkind = "annual"')
"""

from datetime import date
from decimal import Decimal

from assets.reports.annual.input_file import InputFile, parse
from assets.reports.annual.year import Amounts, Books, Year
from assets.workspace import AnnualSettings, Company

NAME = "annual/nordlys/2026-12-31.toml"
TODAY = date(2027, 6, 10)
COMPLETE = """
[report]
kind = "annual"
general_meeting = 2027-05-28
chairman = "Bo Lund"

[company]
name = "Nordlys ApS"
street = "Strandvejen"
building = "4, 1."
postcode = "2900"
town = "Hellerup"
country = "DK"
registered_office = "Gentofte"

[management]
place = "Hellerup"
approved = 2027-05-28
executive_board = [{ name = "Anna Holm", title = "direktør" }]

[auditor]
assistance = "none"

[review]
activities = "Selskabet sælger lamper."

[employees]
average = 2

[distribution]
dividend = 0

[notes]
contingent_liabilities = "none"
lease_obligations = "none"
mortgages = "none"

[[bookkeeping_system]]
registered = true
name = "Regnskab"
from = 2026-01-01
to = 2026-12-31
registration_number = "fob123456"
provider = "Regnskab ApS"
provider_cvr = "33239106"
"""


def fiscal_year(
    movement: dict[str, int] | None = None,
    balance: dict[str, int] | None = None,
    *,
    before: Books | None = None,
    **settings: object,
) -> Year:
    """The year 2026 of a company of class B; whole kroner, debit positive."""
    annual = AnnualSettings(**({"company_class": "B"} | settings))  # type: ignore[arg-type]
    company = Company("nordlys", "Nordlys ApS", "10150817", "10150817", "DK", "DKK", {}, {}, annual)
    moved = _money(movement or {})
    books = Books(moved, moved | _money(balance or {}))
    last = (date(2025, 1, 1), date(2025, 12, 31))
    first, end = last if before is not None else (None, None)
    return Year(
        company, annual, date(2026, 1, 1), date(2026, 12, 31), first, end, books, before, None
    )


def _money(amounts: dict[str, int]) -> Amounts:
    return {code: Decimal(amount) for code, amount in amounts.items()}


def answered(text: str = COMPLETE) -> InputFile:
    """The input file with that text."""
    return parse(text, InputFile("nordlys", NAME))


def told(file: InputFile) -> list[str]:
    """Its findings, one text each."""
    return [f"{one.severity}: {one.where}: {one.message} {one.remedy}" for one in file.findings]
