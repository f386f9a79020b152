"""What Odoo's entries refer to: company, accounts, journals, taxes, countries, fiscal years.

All of it is read in full at the start of every pull; it is little.

Belongs here: reading it and its landed rows. Does not: entries and parties (`pull`).
"""

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, TypeVar

import msgspec

from assets.sources.connector import Item
from assets.sources.parts.odoo import records
from assets.sources.parts.odoo.server import AbsentError, Domain, Server
from assets.sources.parts.odoo.taxes import Repartition, Tag, Tax, Taxes
from assets.sources.row_batches import in_full
from warehouse.errors import PermanentError

R = TypeVar("R", bound=msgspec.Struct)
_PAGE = 1000
_POSTED = ["state", "=", "posted"]


class Masters:
    """The master data of one company; `load` first."""

    company: records.Company
    taxes: Taxes

    def __init__(self, server: Server, connection_id: str, wanted: str | None) -> None:
        self._server, self._connection_id, self._wanted = server, connection_id, wanted
        self._fields: dict[type, list[str]] = {}
        self.countries: dict[int, str] = {}
        self.accounts: list[records.Account] = []
        self.journals: list[records.Journal] = []
        self.years: list[tuple[date, date]] = []

    def fields(self, model: str, record: type[msgspec.Struct]) -> list[str]:
        """The fields to ask a model for; the server is asked once."""
        if record not in self._fields:
            self._fields[record] = self._server.fields(model, record)
        return self._fields[record]

    def companies(self) -> list[tuple[str, str]]:
        """The companies the user sees, each with its number."""
        found = self._every("res.company", records.Company, [], "companies")
        return [(one.name, next(filter(None, _numbers(one)), "")) for one in found]

    def load(self) -> None:
        """Read everything."""
        found = self._every("res.company", records.Company, [], "companies")
        self.company = self._chosen(found)
        self._server.company = self.company.id
        countries = self._every("res.country", records.Country, [], "countries")
        self.countries = {one.id: str(one.code) for one in countries if one.code}
        holders = _with_parents(self.company, found)
        mine: Domain = [["company_id", "in", holders]]
        shared: Domain = [["company_ids", "in", holders]]  # accounts, from Odoo 18 on
        held = shared if self._server.major >= 18 else mine
        self.accounts = self._every("account.account", records.Account, held, "accounts")
        self.journals = self._every("account.journal", records.Journal, mine, "journals")
        self._load_taxes(mine)
        self._load_years(mine)

    def books(self) -> records.Books:
        """What entries refer to, by id."""
        return records.Books(
            records.named(self.company.currency_id) or "",
            {one.id: records.account_code(one) for one in self.accounts},
            {one.id: one.code for one in self.journals},
            self.taxes,
            self._server.database,
        )

    def rows(self) -> Iterator[Item]:
        """The landed rows, in full."""
        yield from in_full("company", [records.company(self.company, self.countries)])
        yield from in_full("account", [records.account(one, self.taxes) for one in self.accounts])
        yield from in_full("vat_code", self.taxes.rows())
        yield from in_full("fiscal_period", periods(self.company, self.years))

    def _load_taxes(self, mine: Domain) -> None:
        of_taxes: Domain = [["applicability", "=", "taxes"]]
        taxes = self._every("account.tax", Tax, mine, "taxes")
        parts = self._every(
            "account.tax.repartition.line", Repartition, mine, "tax repartition lines"
        )
        tags = self._every("account.account.tag", Tag, of_taxes, "tax tags")
        self.taxes = Taxes(taxes, parts, tags)

    def _load_years(self, mine: Domain) -> None:
        """The fiscal years there are: stated by a module for them, else by the company's last day
        of the year, from the first posted entry to the last.
        """
        stated: list[records.FiscalYear] = []
        try:
            stated = self._every("account.fiscal.year", records.FiscalYear, mine, "fiscal years")
        except PermanentError as error:  # not there, or not for this user: then derive them
            if not isinstance(error, AbsentError) and "fiscal" not in str(error):
                raise
        days: list[date] = []
        posted: Domain = [["company_id", "=", self.company.id], _POSTED]
        for order in ("date asc, id asc", "date desc, id desc"):
            named = {"fields": ["date"], "limit": 1, "order": order}
            what = "the first and the last entry"
            found = self._server.call(
                "account.move", "search_read", named, list[records.Dated], what, posted
            )
            days += [date.fromisoformat(one.date) for one in found]
        told = [(date.fromisoformat(y.date_from), date.fromisoformat(y.date_to)) for y in stated]
        derived = _derived_years(self.company, days) if days else []
        gaps = [y for y in derived if not any(a <= y[1] and y[0] <= b for a, b in told)]
        self.years = sorted([*told, *gaps])

    def _every(self, model: str, record: type[R], domain: Domain, name: str) -> list[R]:
        fields = self.fields(model, record)
        return list(self._server.reading(model, record, fields, domain, name, _PAGE).records())

    def _chosen(self, found: list[records.Company]) -> records.Company:
        wanted, names = self._wanted, ", ".join(one.name for one in found) or "none"
        fitting = [one for one in found if wanted in (None, one.name, *_numbers(one))]
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            raise PermanentError(
                f"The user of connection {self._connection_id} does not see the company "
                f"{wanted or 'at all'}; it sees: {names}. Give it the company in Odoo (Settings, "
                "Users), or correct the connection's odoo_company."
            )
        raise PermanentError(
            f"The user of connection {self._connection_id} sees several companies: {names}. Say "
            "which with the connection's odoo_company (name or CVR number)."
        )


def periods(company: records.Company, years: Iterable[tuple[date, date]]) -> list[tuple[Any, ...]]:
    """Rows of `fiscal_period`: the years, and their months as the lock dates leave them.

    >>> year = (date(2026, 1, 1), date(2026, 12, 31))
    >>> locked = records.Company(1, "A", (1, "DKK"), tax_lock_date="2026-03-31")
    >>> [row[4] for row in periods(locked, [year])][:5]
    ['open', 'closed', 'closed', 'closed', 'open']
    """
    locked, closed = company.locked_until(), company.closed_until()

    def row(kind: str, start: date, end: date) -> tuple[Any, ...]:
        last = end.isoformat()
        state = "locked" if last <= locked else "closed" if last <= closed else "open"
        return (f"{kind}/{start.isoformat()}", kind, start, end, state)

    rows = []
    for start, end in years:
        rows.append(row("year", start, end))
        first = start
        while first <= end:
            last = min(_month_end(first), end)
            rows.append(row("period", first, last))
            first = last + timedelta(days=1)
    return rows


def _with_parents(company: records.Company, found: Iterable[records.Company]) -> list[int]:
    """The company and those above it: a branch books on its parent's accounts and taxes."""
    above = {one.id: records.ref(one.parent_id) for one in found}
    family = [company.id]
    while (parent := above.get(family[-1])) is not None and parent not in family:
        family.append(parent)
    return family


def _derived_years(company: records.Company, days: list[date]) -> list[tuple[date, date]]:
    month, ends = int(company.fiscalyear_last_month), company.fiscalyear_last_day

    def end(year: int) -> date:
        return date(year, month, min(ends, calendar.monthrange(year, month)[1]))

    years = range(min(days).year - 1, max(days).year + 2)
    spans = [(end(year - 1) + timedelta(days=1), end(year)) for year in years]
    return [(a, b) for a, b in spans if a <= max(days) and min(days) <= b]


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _numbers(company: records.Company) -> list[str | None]:
    vat = records.text(company.vat)
    return [records.text(company.company_registry) or "", records.danish_number(vat) or ""]
