"""Who files what on which day: nearly two years of returns, lists and annual reports.

The days are a few, each shortly before a date on which much is due; what a company files late it
files on the next of them.

Belongs here: the calendar of the made-up nation. Does not: sending (`filing`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tests.nation import vat
from tests.nation.companies import Company

FIRST = date(2025, 1, 1)
"""The first day that anything is reported on."""
DAYS = (
    date(2025, 5, 28), date(2025, 6, 26), date(2025, 8, 28), date(2025, 11, 27), date(2026, 2, 26),
    date(2026, 5, 28), date(2026, 6, 25), date(2026, 8, 27), date(2026, 11, 26), date(2026, 12, 4),
)  # fmt: skip
"""The days on which the nation files."""
_LAST_PERIOD = date(2026, 9, 30)
_ANNUAL_MONTHS, _VAT_MONTHS = 7, 3


@dataclass(frozen=True, slots=True)
class Planned:
    """One report a company files: its kind, and the first and last day it is about."""

    company: Company
    report_type: str
    start: date
    end: date


def planned(company: Company, day: date) -> Iterator[Planned]:
    """What `company` files on `day`, one of `DAYS`."""
    for one, is_late in _all(company):
        due = _due(one)
        on_time = max(possible for possible in DAYS if possible < due)
        if day == (DAYS[DAYS.index(on_time) + 1] if is_late else on_time):
            yield one


def _all(company: Company) -> Iterator[tuple[Planned, bool]]:
    """Every report of the company, and whether it comes late; what never comes is not there."""
    for number in (2025, 2026):
        for start, end in vat.periods(company, number):
            is_missing = company.habit == "vat_missing" and end.year == 2026
            if end > _LAST_PERIOD or is_missing:
                continue
            yield Planned(company, "vat_return", start, end), company.habit == "vat_late"
            if vat.sales_list(company, start, end) is not None:
                yield Planned(company, "eu_sales_list", start, end), False
        before = number - 1
        if not (company.habit == "annual_missing" and number == 2026):
            about = Planned(company, "annual_report", date(before, 1, 1), date(before, 12, 31))
            yield about, company.habit == "annual_late"


def _due(one: Planned) -> date:
    """A day by which it is due, weekends aside."""
    months = _ANNUAL_MONTHS if one.report_type == "annual_report" else _VAT_MONTHS
    month = one.end.month + months
    return date(one.end.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
