"""The sandbox authority's register: companies, their periods and due dates.

`register.json` in the folder:

    {"approve": "link",
     "companies": [{"se_number": "12345674", "name": "…", "delegated": true,
                    "frequencies": [{"frequency": "quarter", "valid_from": "2020-01-01"}],
                    "due_dates": {"2026-03-31": "2026-06-15"}}]}

`approve`: `link` (a person decides behind the link), `auto` or `reject`.
`due_dates`: postponements, by the period's last day.

The due dates are computed here once more, apart from the reporting calendar:
an authority does not ask its clients when they are due.

Belongs here: who must file what, when. Does not: what was filed.

Source: momsloven § 57.
"""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import holidays

from warehouse.errors import SettingsError

CODES = {"month": 7, "quarter": 8, "half_year": 9}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6}
APPROVALS = ("link", "auto", "reject")
_LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a company files, and when that holds (both days included)."""

    frequency: str
    valid_from: date = _LONG_AGO
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """One registered company."""

    se_number: str
    name: str
    frequencies: tuple[Frequency, ...]
    is_delegated: bool = True
    due_dates: dict[date, date] = field(default_factory=dict)

    def due_date(self, start: date, end: date) -> date | None:
        """When the return for that period is due; None: it is not one of its periods."""
        for one in self.frequencies:
            holds = one.valid_from <= start and end <= (one.valid_to or date.max)
            if holds and _is_period(one.frequency, start, end):
                return self.due_dates.get(end) or law_due_date(one.frequency, end)
        return None

    def calendar(self, first: date, last: date) -> list[tuple[Frequency, list[date]]]:
        """Due dates from `first` to `last`, by frequency."""
        found = [(one, self._due_dates(one, first, last)) for one in self.frequencies]
        return [(frequency, dues) for frequency, dues in found if dues]

    def _due_dates(self, frequency: Frequency, first: date, last: date) -> list[date]:
        """Due dates of one frequency from `first` to `last`; a period's due date is
        within a year of its end.
        """
        start = max(frequency.valid_from, date(first.year - 1, 1, 1))
        stop = min(frequency.valid_to or last, last)
        dues = [
            self.due_dates.get(end) or law_due_date(frequency.frequency, end)
            for end in _period_ends(frequency.frequency, start, stop)
        ]
        return [due for due in dues if first <= due <= last]


@dataclass(frozen=True, slots=True)
class Register:
    """All companies by SE number, and how drafts are decided."""

    approve: str
    companies: dict[str, Company]


def load(path: Path) -> Register:
    """The register; empty when there is no file yet.

    Raises: SettingsError naming what is wrong.
    """
    if not path.exists():
        return Register("link", {})
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        companies = [_company(one) for one in given.get("companies", [])]
        approve = given.get("approve", "link")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"The sandbox's register {path} cannot be read: {error!r}. Correct it, or delete it "
            "and register the companies again."
        ) from error
    if approve not in APPROVALS:
        raise SettingsError(
            f"The sandbox's register {path} says approve = {approve!r}; it may be "
            f"{', '.join(APPROVALS)}."
        )
    return Register(approve, {company.se_number: company for company in companies})


def save(path: Path, register: Register) -> None:
    """Write the register whole."""
    given = {
        "approve": register.approve,
        "companies": [_plain(company) for _, company in sorted(register.companies.items())],
    }
    new = path.with_suffix(".new")
    new.write_text(json.dumps(given, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(path)


def add(path: Path, *companies: Company, approve: str | None = None) -> None:
    """Register companies (again), and how drafts are decided from now on."""
    register = load(path)
    known = register.companies | {company.se_number: company for company in companies}
    save(path, Register(approve or register.approve, known))


def law_due_date(frequency: str, end: date) -> date:
    """When a period ending `end` is due by law, moved past weekends and holidays.

    >>> law_due_date("month", date(2026, 3, 31)), law_due_date("month", date(2026, 6, 30))
    (datetime.date(2026, 4, 27), datetime.date(2026, 8, 17))
    """
    if frequency == "month":
        following = end + timedelta(days=1)
        due = date(end.year, 8, 17) if end.month == 6 else following.replace(day=25)
    else:
        months = end.month + 3
        due = date(end.year + (months - 1) // 12, (months - 1) % 12 + 1, 1)
    closed = _holidays()
    while due.weekday() >= 5 or due in closed:
        due += timedelta(days=1)
    return due


@cache
def _holidays() -> "holidays.HolidayBase":
    return holidays.country_holidays("DK")


def _is_period(frequency: str, start: date, end: date) -> bool:
    months = _MONTHS[frequency]
    return (
        start.day == 1
        and (start.month - 1) % months == 0
        and end == _add_months(start, months) - timedelta(days=1)
    )


def _period_ends(frequency: str, first: date, last: date) -> list[date]:
    months = _MONTHS[frequency]
    start = date(first.year, (first.month - 1) // months * months + 1, 1)
    ends = []
    while (following := _add_months(start, months)) - timedelta(days=1) <= last:
        ends.append(following - timedelta(days=1))
        start = following
    return ends


def _add_months(day: date, months: int) -> date:
    """The first day of the month `months` after that of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _company(given: dict[str, Any]) -> Company:
    frequencies = tuple(
        Frequency(
            one["frequency"],
            date.fromisoformat(one.get("valid_from", _LONG_AGO.isoformat())),
            date.fromisoformat(one["valid_to"]) if one.get("valid_to") else None,
        )
        for one in given["frequencies"]
    )
    unknown = [one.frequency for one in frequencies if one.frequency not in CODES]
    if unknown:
        raise ValueError(f"frequency {unknown[0]!r}; it may be {', '.join(CODES)}")
    due_dates = {
        date.fromisoformat(end): date.fromisoformat(due)
        for end, due in given.get("due_dates", {}).items()
    }
    return Company(
        given["se_number"], given["name"], frequencies, given.get("delegated", True), due_dates
    )


def _plain(company: Company) -> dict[str, Any]:
    return {
        "se_number": company.se_number,
        "name": company.name,
        "delegated": company.is_delegated,
        "frequencies": [
            {
                "frequency": one.frequency,
                "valid_from": one.valid_from.isoformat(),
                "valid_to": one.valid_to.isoformat() if one.valid_to else None,
            }
            for one in company.frequencies
        ],
        "due_dates": {
            end.isoformat(): due.isoformat() for end, due in sorted(company.due_dates.items())
        },
    }


def is_list_period(start: date, end: date) -> bool:
    """Whether an EU sales list may cover that period: a month or a quarter."""
    return _is_period("month", start, end) or _is_period("quarter", start, end)
