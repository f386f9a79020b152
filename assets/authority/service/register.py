"""The authority's register: companies, how often they file, their postponed due dates.

SQLite in the authority's folder, looked up by number at every request; a nation's companies
are loaded in one go (`Register.load_many`) and read as Arrow tables by `register_tables`.

Belongs here: who must file what, when. Does not: who may do it for them (`mandates`), who
looked (`reads`), what was filed.

Source: CVR-loven (lov 598/2011) §§ 11-12; momsloven § 57; årsregnskabsloven § 138.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assets.authority.service import register_database
from assets.authority.service.database import Reader, transaction
from assets.authority.service.periods import is_period, law_due_date, period_ends
from warehouse.errors import PermanentError, SettingsError

APPROVALS = ("link", "auto", "reject")
"""How drafts of VAT returns are decided: by a person behind the link, or by the sandbox."""
LONG_AGO = date(2000, 1, 1)
VAT = "vat_return"
ANNUAL = "annual_report"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a company files VAT, and when that holds (both days included)."""

    frequency: str
    valid_from: date = LONG_AGO
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class AnnualDuty:
    """That a company files annual reports, and when that holds; `year_end`: MM-DD.

    `first_year_end`: the last day of its first fiscal year, or of the one in which it changed its
    year, where that is not within twelve months. Source: årsregnskabsloven § 15 stk. 2-3.
    """

    year_end: str | None = None
    company_class: str | None = None
    valid_from: date = LONG_AGO
    valid_to: date | None = None
    first_year_end: date | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """One registered company; its CVR number is its SE number where none is given.

    `due_dates`: postponements of VAT returns, by the period's last day.
    """

    se_number: str
    name: str
    frequencies: tuple[Frequency, ...] = ()
    due_dates: dict[date, date] = field(default_factory=dict)
    cvr: str = ""
    legal_form: str | None = None
    industry: str | None = None
    municipality: str | None = None
    employees: int | None = None
    registered_from: date | None = None
    registered_to: date | None = None
    annual: tuple[AnnualDuty, ...] = ()

    def __post_init__(self) -> None:
        if not self.cvr:
            object.__setattr__(self, "cvr", self.se_number)

    def due_date(self, start: date, end: date) -> date | None:
        """When the VAT return for that period is due; None: it is not one of its periods."""
        found = self.frequency_of(start, end)
        return self.due_dates.get(end) or law_due_date(found, end) if found else None

    def frequency_of(self, start: date, end: date) -> str | None:
        """How often VAT is filed where that is one of its periods; None: it is not."""
        for one in self.frequencies:
            holds = one.valid_from <= start and end <= (one.valid_to or date.max)
            if holds and is_period(one.frequency, start, end):
                return one.frequency
        return None

    def calendar(self, first: date, last: date) -> list[tuple[Frequency, list[date]]]:
        """Due dates of VAT returns from `first` to `last`, by frequency."""
        found = [(one, self._due_dates(one, first, last)) for one in self.frequencies]
        return [(frequency, dues) for frequency, dues in found if dues]

    def _due_dates(self, frequency: Frequency, first: date, last: date) -> list[date]:
        """Due dates of one frequency; a period's due date is within a year of its end."""
        start = max(frequency.valid_from, date(first.year - 1, 1, 1))
        stop = min(frequency.valid_to or last, last)
        dues = [
            self.due_dates.get(end) or law_due_date(frequency.frequency, end)
            for end in period_ends(frequency.frequency, start, stop)
        ]
        return [due for due in dues if first <= due <= last]


class Register:
    """The register of one authority's folder; any thread and any process may ask.

    Raises: SettingsError when its file is something else.
    """

    def __init__(self, folder: Path) -> None:
        self.path = register_database.prepared(folder)
        self._reader = Reader(self.path)

    def company(self, se_number: str) -> Company | None:
        """The company that files VAT under that number."""
        return self._found("se_number", se_number)

    def of_cvr(self, cvr: str) -> Company | None:
        """The company of that CVR number."""
        return self._found("cvr", cvr)

    def names(self, numbers: Iterable[str]) -> dict[str, str]:
        """The names of the companies that have those CVR or SE numbers."""
        return {
            number: row[0]
            for number in set(numbers)
            for row in self._reader.rows(_NAME, (number, number))
        }

    @property
    def approve(self) -> str:
        """How drafts of VAT returns are decided."""
        return self._setting("approve", "link")

    @property
    def is_redoing_allowed(self) -> bool:
        """Whether a published annual report may be redone."""
        return self._setting("is_redoing_allowed", "no") == "yes"

    def add(
        self,
        *companies: Company,
        approve: str | None = None,
        is_redoing_allowed: bool | None = None,
    ) -> None:
        """Register companies (again), and what holds for all from now on.

        Raises: SettingsError for a way of deciding there is not; PermanentError as `load_many`.
        """
        if approve is not None and approve not in APPROVALS:
            raise SettingsError(
                f"The authority was told to decide drafts by approve = {approve!r}; it may be "
                f"{', '.join(APPROVALS)}."
            )
        if companies:
            self.load_many(companies)
        told = [("approve", approve)] if approve else []
        if is_redoing_allowed is not None:
            told.append(("is_redoing_allowed", "yes" if is_redoing_allowed else "no"))
        if told:
            with transaction(self.path) as con:
                con.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", told)

    def load_many(self, companies: Iterable[Company]) -> int:
        """Register companies (again), all of them or none; how many they were.

        What is not said of a company known already stays; of the kinds of report that are
        said, only what is said counts from now on.

        Raises: PermanentError when two companies have one SE number.
        """
        given = companies if isinstance(companies, list | tuple) else list(companies)
        try:
            with transaction(self.path) as con:
                is_new = con.execute("SELECT 1 FROM company LIMIT 1").fetchone() is None
                con.executemany(_PUT_COMPANY, map(_company_row, given))
                if not is_new:
                    con.executemany(_DROP_DUTY, [(c.cvr, VAT) for c in given if c.frequencies])
                    con.executemany(_DROP_DUE, [(c.cvr,) for c in given if c.frequencies])
                    con.executemany(_DROP_DUTY, [(c.cvr, ANNUAL) for c in given if c.annual])
                con.executemany(_PUT_DUTY, (row for c in given for row in _duty_rows(c)))
                con.executemany(_PUT_DUE, (row for c in given for row in _due_rows(c)))
        except sqlite3.IntegrityError as error:
            raise PermanentError(
                f"Registering {len(given)} companies: {error}. A CVR number and an SE number "
                "belong to one company each; nothing was registered. Correct the numbers and "
                "register them again."
            ) from error
        return len(given)

    def count(self) -> int:
        """How many companies there are."""
        with transaction(self.path) as con:
            return int(con.execute("SELECT count(*) FROM company").fetchone()[0])

    def _setting(self, name: str, default: str) -> str:
        rows = self._reader.rows("SELECT value FROM setting WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else default

    def _found(self, by: str, number: str) -> Company | None:
        found = self._reader.rows(f"SELECT {_COMPANY} FROM company WHERE {by} = ?", (number,))
        if not found:
            return None
        duties = self._reader.rows(_DUTIES, (found[0][0],))
        dues = self._reader.rows(_DUES, (found[0][0], VAT))
        return _company(found[0], duties, dues)


_COMPANY = (
    "cvr, se_number, name, legal_form, industry, municipality, employees, registered_from, "
    "registered_to"
)
_NAME = "SELECT name FROM company WHERE cvr = ? OR se_number = ? LIMIT 1"
_DUTIES = (
    "SELECT report_type, frequency, valid_from, valid_to, year_end, company_class, first_year_end "
    "FROM duty WHERE cvr = ? ORDER BY report_type, valid_from"
)
_DUES = "SELECT period_end, due_date FROM due_date WHERE cvr = ? AND report_type = ?"
_KEPT = ("legal_form", "industry", "municipality", "employees", "registered_from", "registered_to")
_PUT_COMPANY = (
    f"INSERT INTO company ({_COMPANY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (cvr) DO "
    "UPDATE SET se_number = excluded.se_number, name = excluded.name, "
    + ", ".join(f"{name} = coalesce(excluded.{name}, {name})" for name in _KEPT)
)
_DROP_DUTY = "DELETE FROM duty WHERE cvr = ? AND report_type = ?"
_DROP_DUE = f"DELETE FROM due_date WHERE cvr = ? AND report_type = '{VAT}'"
_PUT_DUTY = (
    "INSERT INTO duty (cvr, report_type, frequency, valid_from, valid_to, year_end, "
    "company_class, first_year_end) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_PUT_DUE = f"INSERT INTO due_date VALUES (?, '{VAT}', ?, ?)"


def _company_row(one: Company) -> tuple[object, ...]:
    return (
        one.cvr, one.se_number, one.name, one.legal_form, one.industry, one.municipality,
        one.employees, _text(one.registered_from), _text(one.registered_to),
    )  # fmt: skip


def _duty_rows(one: Company) -> Iterator[tuple[object, ...]]:
    for vat in one.frequencies:
        span = vat.valid_from.isoformat(), _text(vat.valid_to)
        yield (one.cvr, VAT, vat.frequency, *span, None, None, None)
    for year in one.annual:
        span = year.valid_from.isoformat(), _text(year.valid_to)
        first = _text(year.first_year_end)
        yield (one.cvr, ANNUAL, "year", *span, year.year_end, year.company_class, first)


def _due_rows(one: Company) -> Iterator[tuple[str, str, str]]:
    for end, due in one.due_dates.items():
        yield one.cvr, end.isoformat(), due.isoformat()


def _company(
    row: tuple[str, ...], duties: list[tuple[str, ...]], dues: list[tuple[str, str]]
) -> Company:
    cvr, se_number, name, legal_form, industry, municipality, employees, start, end = row
    frequencies = tuple(
        Frequency(frequency, date.fromisoformat(first), _day(last))
        for kind, frequency, first, last, *_ in duties
        if kind == VAT
    )
    annual = tuple(
        AnnualDuty(year_end, company_class, date.fromisoformat(first), _day(last), _day(longer))
        for kind, _, first, last, year_end, company_class, longer in duties
        if kind == ANNUAL
    )
    return Company(
        se_number, name, frequencies,
        {date.fromisoformat(day): date.fromisoformat(due) for day, due in dues},
        cvr, legal_form, industry, municipality,
        None if employees is None else int(employees), _day(start), _day(end), annual,
    )  # fmt: skip


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
