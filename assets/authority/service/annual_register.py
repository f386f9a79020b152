"""Who may file an annual report with the sandbox, when it is due, and whether it may be redone.

`annual.json` in the folder:

    {"corrections": false,
     "companies": [{"cvr": "12345674", "name": "…", "senders": ["NTRDK-00000003"]}]}

`corrections`: a published report may be redone, as the authority may allow. `senders`: the
organisations that may file for the company; every known sender when empty.

The due date is computed here once more, apart from the reporting calendar: an authority does
not ask its clients when they are due.

Belongs here: those rows, and the day. Does not: what was filed.

Source: årsregnskabsloven § 138 stk. 1 and 5, § 153.
"""

import calendar
import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import holidays

from warehouse.errors import SettingsError

MONTHS = 6
MONTHS_CLASS_D = 4


@dataclass(frozen=True, slots=True)
class AnnualCompany:
    """One company that files annual reports; `senders`: who may, everyone known when empty."""

    cvr: str
    name: str
    senders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnualRegister:
    """All companies by CVR number, and whether a published report may be redone."""

    companies: dict[str, AnnualCompany]
    is_redoing_allowed: bool = False


def load(path: Path) -> AnnualRegister:
    """The register; empty when there is no file yet.

    Raises: SettingsError naming what is wrong.
    """
    if not path.exists():
        return AnnualRegister({})
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        companies = [
            AnnualCompany(str(one["cvr"]), str(one["name"]), tuple(one.get("senders", ())))
            for one in given.get("companies", [])
        ]
        is_allowed = bool(given.get("corrections", False))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"The sandbox's register {path} cannot be read: {error!r}. Correct it, or delete it "
            "and register the companies again."
        ) from error
    return AnnualRegister({company.cvr: company for company in companies}, is_allowed)


def add(path: Path, *companies: AnnualCompany, is_redoing_allowed: bool | None = None) -> None:
    """Register companies (again), and whether reports may be redone from now on."""
    known = load(path)
    merged = known.companies | {company.cvr: company for company in companies}
    allowed = known.is_redoing_allowed if is_redoing_allowed is None else is_redoing_allowed
    given = {
        "corrections": allowed,
        "companies": [
            {"cvr": one.cvr, "name": one.name, "senders": list(one.senders)}
            for _, one in sorted(merged.items())
        ],
    }
    new = path.with_suffix(".new")
    new.write_text(json.dumps(given, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(path)


def due_date(year_end: date, *, is_class_d: bool = False) -> date:
    """The last day a report of the year that ended `year_end` is in time.

    >>> due_date(date(2025, 12, 31)), due_date(date(2026, 2, 28)), due_date(date(2025, 6, 30))
    (datetime.date(2026, 6, 30), datetime.date(2026, 8, 31), datetime.date(2026, 1, 2))
    """
    index = year_end.year * 12 + year_end.month - 1 + (MONTHS_CLASS_D if is_class_d else MONTHS)
    year, month = index // 12, index % 12 + 1
    last = calendar.monthrange(year, month)[1]
    is_last = year_end.day == calendar.monthrange(year_end.year, year_end.month)[1]
    due = date(year, month, last if is_last else min(year_end.day, last))
    while due.weekday() >= 5 or due in _holidays() or (due.month, due.day) in _CLOSED:
        due += timedelta(days=1)
    return due


_CLOSED = {(6, 5), (12, 24), (12, 31)}
"""Constitution Day, Christmas Eve, New Year's Eve. Source: § 153 stk. 5."""


@cache
def _holidays() -> "holidays.HolidayBase":
    return holidays.country_holidays("DK")
