"""One reading of a business's books in Dinero: what is read, in what order, until it agrees.

Entries of an accounting year come in one answer, so a year is read as a whole or not at all.
Which years need reading is told by the entries added or changed since the last pull, and by
each account's balance in the vendor's own saldobalance, which is compared for every year at
every pull. The vendor's clock, not ours, says when the last pull was.

Belongs here: the order of a pull, what fields mean. Does not: shapes (`shapes`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from assets.sources.connector import Complete, Connection, Cursor, Item, Progress
from assets.sources.country_name import country
from assets.sources.network.agreement import ROUNDS, Total, control_totals
from assets.sources.network.client import Client
from assets.sources.network.stream import Reading, Stream
from assets.sources.parts.dinero import shapes
from assets.sources.row_batches import Collector, Notes, in_full, is_money, iso_date
from quality.finding import Severity
from warehouse.errors import PermanentError, SourceError

OVERLAP = timedelta(hours=1)
SPAN = timedelta(days=31)
"""The longest period `entries/changes` answers for."""

INVOICES, CREDIT_NOTES = "invoices", "sales/creditnotes"
_KINDS = {INVOICES: ("sales_invoice", 1), CREDIT_NOTES: ("sales_credit_note", -1)}
_DOCUMENTED = {"invoice": INVOICES, "creditnote": CREDIT_NOTES}
_NIL = Decimal(0)
Sums = dict[str, Decimal]


class Pull:
    """One reading of one organization's books."""

    def __init__(
        self, client: Client, connection: Connection, page_size: int, progress: Progress
    ) -> None:
        self._client, self._connection, self._progress = client, connection, progress
        self._page_size = page_size
        self._notes = Notes(connection.company_id, client.base)
        self._unknown: dict[str, Item] = {}
        self._documents: dict[tuple[str, int], str] = {}
        self.now: datetime | None = None
        self.organization = self._own()
        client.limit(str(self.organization.id))

    def every(self, stream: Stream[Any, Any], **params: Any) -> list[Any]:
        """All records of a stream."""
        reading = Reading(self._client, stream, page_size=self._page_size if stream.size else None)
        found = []
        for page in reading.pages(params):
            found += page.records
            self._progress(stream.name, len(found))
        for note in reading.findings(self._connection.company_id):
            self._unknown[note.finding.message] = note
        if stream.size and reading.distinct < page.envelope.pagination.result:
            raise SourceError(
                f"Dinero at {self._client.base} counts {page.envelope.pagination.result} "
                f"{stream.name} but showed {reading.distinct}. Nothing was landed; pull again."
            )
        return found

    def years(self) -> list[shapes.Year]:
        """The accounting years, oldest first."""
        return sorted(
            self.every(shapes.years(self.organization.id)), key=lambda y: str(y.from_date)
        )

    def accounts(self) -> dict[int, shapes.Account]:
        """Ledger and bank accounts by number."""
        id_ = self.organization.id
        kinds = ("deposit", "entry")
        return {
            a.account_number: a for kind in kinds for a in self.every(shapes.accounts(id_, kind))
        }

    def run(self, cursor: Mapping[str, Any]) -> Iterator[Item]:
        """Everything, in the order that later parts lean on."""
        years = self.years()
        yield from self._masters(years)
        known: dict[str, dict[str, Sums]] = {
            year: {part: {c: Decimal(a) for c, a in sums.items()} for part, sums in parts.items()}
            for year, parts in cursor.get("years", {}).items()
        }
        stale = self._changed(cursor.get("since"), years)
        totals: list[Total] = []
        for year in years:
            saldo = self._saldo(year)
            sums = known.get(year.name)
            if sums is None or year.name in stale or _off(_totals(year, saldo, sums)):
                entries, primo, saldo = self._agreeing(year)
                yield from self._land(year, entries, primo)
                sums = known[year.name] = {"moved": _sum(entries), "opened": _sum(primo)}
            totals += _totals(year, saldo, sums)
        yield from control_totals(totals)
        yield from self._notes.close()
        yield from self._unknown.values()
        yield Cursor({
            "since": _stamp(self.now - OVERLAP) if self.now else None,
            "years": {y: {p: {c: str(a) for c, a in sorted(s.items())} for p, s in parts.items()}
                      for y, parts in sorted(known.items())},
        })  # fmt: skip

    def _own(self) -> shapes.Organization:
        """The organization meant, and the vendor's time. Raises `PermanentError` when it cannot
        be told.
        """
        page = next(Reading(self._client, shapes.ORGANIZATIONS).pages())
        told = page.answer.headers.get("date")
        if told:
            self.now = parsedate_to_datetime(told).astimezone(UTC)
        wanted = str(self._connection.options.get("organization", ""))
        found = [o for o in page.records if wanted in ("", str(o.id), o.name)]
        if len(found) == 1:
            only: shapes.Organization = found[0]
            return only
        names = ", ".join(f"{o.name} ({o.id})" for o in page.records) or "none"
        raise PermanentError(
            f"The consent of connection {self._connection.connection_id} covers these "
            f"organizations: {names}. Say which with the connection's organization (its Firma ID "
            "or name)."
        )

    def _masters(self, years: list[shapes.Year]) -> Iterator[Item]:
        one = self.organization
        digits = re.sub(r"\D", "", one.vat_number or "")
        tables: dict[str, list[tuple[Any, ...]]] = {
            "company": [(str(one.id), one.name, digits if len(digits) == 8 else None,
                         one.vat_number or None, "DK", "DKK")],
            "account": [(str(n), str(n), a.name, None, None, a.vat_code or None)
                        for n, a in sorted(self.accounts().items())],
            "vat_code": [(v.vat_code, v.vat_code, v.name or v.vat_code, _share(v.vat_rate), None,
                          None) for v in self.every(shapes.vat_types(one.id))],
            "fiscal_period": [(f"year {y.from_date}", "year", _day(y.from_date), _day(y.to_date),
                               "locked" if y.is_closed else "open") for y in years],
            "party": [_party(c) for c in self.every(shapes.contacts(one.id))],
            "source_document": [row for path in _KINDS for row in self._document_rows(path)],
        }  # fmt: skip
        for stream, rows in tables.items():
            yield from in_full(stream, rows)

    def _document_rows(self, path: str) -> Iterator[tuple[Any, ...]]:
        kind, sign = _KINDS[path]
        for one in self.every(shapes.documents(self.organization.id, path)):
            if one.number is None or one.status == "Draft":
                continue
            self._documents[path, one.number] = one.guid
            total = None if one.total_incl_vat is None else sign * abs(one.total_incl_vat)
            yield (one.guid, one.guid, kind, str(one.number), one.contact_guid, iso_date(one.date),
                   iso_date(one.payment_date), one.currency or "DKK", total)  # fmt: skip

    def _changed(self, since: str | None, years: list[shapes.Year]) -> set[str]:
        """The years that entries were added to since the last pull."""
        changed: set[str] = set()
        if not since or self.now is None:
            return changed
        start = datetime.fromisoformat(since)
        while start < self.now:
            end = min(start + SPAN, self.now)
            asked = {"changesFrom": _stamp(start), "changesTo": _stamp(end)}
            for entry in self.every(shapes.entries(self.organization.id, "/changes"), **asked):
                on = str(_day(entry.date))
                changed |= {y.name for y in years if y.from_date[:10] <= on <= y.to_date[:10]}
            start = end
        return changed

    def _agreeing(self, year: shapes.Year) -> tuple[list[shapes.Entry], list[shapes.Entry], Sums]:
        """A year's entries, its opening entries and its saldobalance, read until they agree.

        What never agrees is landed with its difference; nothing at all beside balances fails.
        """
        for _ in range(ROUNDS):
            entries, all_ = (self._year_entries(year, primo=primo) for primo in (False, True))
            own = {entry.entry_guid for entry in entries}
            opened = [entry for entry in all_ if entry.entry_guid not in own]
            saldo = self._saldo(year)
            sums = {"moved": _sum(entries), "opened": _sum(opened)}
            stray = _stray(year, opened)
            is_whole = len(opened) + len(entries) == len(all_) and stray is None
            if is_whole and not _off(_totals(year, saldo, sums)):
                break
        if not all_ and any(saldo.values()):
            raise SourceError(
                f"Dinero at {self._client.base} shows no entries in {year.name}, but balances on "
                f"{sum(map(bool, saldo.values()))} accounts, {ROUNDS} times over. Nothing was "
                "landed; see that the consent covers the whole business, then pull again."
            )
        if stray is not None:  # taken for opening, it would be in no return
            raise SourceError(
                f"Dinero at {self._client.base} shows entry {stray.entry_guid} of "
                f"{stray.date[:10]} only among the opening entries of {year.name}, {ROUNDS} times "
                "over, but opening entries stand on the year's first day and carry no VAT code. "
                "Nothing was landed; pull again, and if it stays report it with the connector's "
                "name."
            )
        return entries, opened, saldo

    def _year_entries(self, year: shapes.Year, *, primo: bool) -> list[shapes.Entry]:
        return self.every(
            shapes.entries(self.organization.id), fromDate=year.from_date[:10],
            toDate=year.to_date[:10], includePrimo=str(primo).lower(),
        )  # fmt: skip

    def _saldo(self, year: shapes.Year) -> Sums:
        found = self.every(shapes.saldo(self.organization.id, year))
        return {str(one.account_number): one.amount for one in found}

    def _land(
        self, year: shapes.Year, entries: list[shapes.Entry], primo: list[shapes.Entry]
    ) -> Iterator[Item]:
        vouchers, postings = Collector("voucher"), Collector("posting")
        groups: dict[tuple[str, int, date], list[shapes.Entry]] = defaultdict(list)
        for entry in entries:
            of = (entry.voucher_type or "", entry.voucher_number, _day(entry.date))
            groups[of].append(entry)
        for (kind, number, on), lines in sorted(groups.items()):
            id_ = f"{kind}-{number}/{on}"
            path = _DOCUMENTED.get(kind.replace(" ", "").casefold(), "")
            text = next((e.description for e in lines if e.description), None)
            document = self._documents.get((path, number))
            where = f"entries of {on}, {kind} {number}"
            # invoices and credit notes have numbers of their own; the rest share a series
            journal = kind if path else None
            vouchers.add(id_, journal, str(number), on, on, None, text, document, where)
            for line_no, e in enumerate(sorted(lines, key=lambda e: e.entry_guid), start=1):
                posted = (str(e.account_number), self._amount(e), None, None, None, None)
                told = (e.vat_code or None, e.description, None)
                postings.add(id_, e.entry_guid, line_no, *posted, *told)
            for collector in (vouchers, postings):
                if collector.full():
                    yield from collector.take()
        openings = Collector("opening_balance")
        for e in primo:
            openings.add(e.entry_guid, str(e.account_number), "opening", _day(year.from_date),
                         self._amount(e), None)  # fmt: skip
        for collector in (vouchers, postings, openings):
            yield from collector.take()
        yield Complete("voucher", _day(year.from_date), _day(year.to_date))

    def _amount(self, one: shapes.Entry) -> Decimal:
        if is_money(one.amount):
            return one.amount
        rounded = one.amount.quantize(Decimal("0.01"))
        self._notes.add(
            "dinero.amount_precision", Severity.ERROR, f"entry {one.entry_guid}",
            f"Entry {one.entry_guid} has the amount {one.amount} with more than two decimals.",
            "Report it with the connector's name.", pair=(str(rounded), str(one.amount)),
        )  # fmt: skip
        return rounded


def _stray(year: shapes.Year, opened: list[shapes.Entry]) -> shapes.Entry | None:
    """One that is no opening entry: another day than the year's first, or a VAT code."""
    first = _day(year.from_date)
    return next((e for e in opened if e.vat_code or _day(e.date) != first), None)


def _party(one: shapes.Contact) -> tuple[Any, ...]:
    vat = (one.vat_number or "").replace(" ", "") or None
    where = country(one.country_key)
    cvr = vat if where == "DK" else None
    return one.contact_guid, one.contact_guid, one.name, where, None if cvr else vat, cvr


def _share(rate: Decimal | None) -> Decimal | None:
    """0.25 for 0.25 and for 25: both are seen in the wild."""
    return rate / 100 if rate is not None and rate > 1 else rate


def _day(text: str) -> date:
    found = iso_date(text)
    if found is None:
        raise SourceError(
            f"Reading Dinero: expected a date as 2026-01-31, found {text!r}. Nothing was landed; "
            "report it with the connector's name."
        )
    return found


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sum(entries: list[shapes.Entry]) -> Sums:
    sums: Sums = defaultdict(Decimal)
    for entry in entries:
        sums[str(entry.account_number)] += entry.amount
    return dict(sums)


def _totals(year: shapes.Year, saldo: Sums, sums: Mapping[str, Sums]) -> list[Total]:
    """The saldobalance beside what was read: with what the year opened with, or without, one
    way for all accounts.
    """
    moved, opened = sums["moved"], sums["opened"]

    def compared(*parts: Sums) -> list[Total]:
        codes = sorted({*saldo, *(code for part in parts for code in part)})
        return [
            Total("trial_balance", f"account {code}, {year.name}", saldo.get(code, _NIL),
                  sum((part.get(code, _NIL) for part in parts), _NIL),
                  f"{year.name}/reports/saldo")
            for code in codes
        ]  # fmt: skip

    return min(compared(moved, opened), compared(moved), key=_off)


def _off(totals: list[Total]) -> int:
    return sum(one.declared != one.found for one in totals)
