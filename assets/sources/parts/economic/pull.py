"""One reading of an agreement's books in e-conomic: what is read, in what order, until it agrees.

What is booked never changes; it is corrected by new entries with higher numbers. So entries
above the highest number read are new, and a voucher they join is read again whole. The VAT
code of an entry stands in REST only, which is read first; an entry must stand in both
interfaces with the same account and amount, or the reading begins anew. Three counts and
sums guard the rest: the server's count of entries before and after, its count of each
accounting year, and each account's total of each year, with what the cursor remembers of
earlier pulls. An incremental pull that does not agree reads everything again.

Belongs here: the order of a pull. Does not: shapes (`shapes`), what a field means
(`records`) or the memory between pulls (`seen`).
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from assets.sources.connector import Again, Complete, Connection, Cursor, Item, Progress
from assets.sources.network.agreement import ROUNDS, Total, control_totals, until_agreed
from assets.sources.network.client import Client
from assets.sources.network.contract import Contract
from assets.sources.network.stream import Reading, Stream
from assets.sources.parts.economic import records, shapes
from assets.sources.parts.economic.rows import STREAMS, Landing, agree
from assets.sources.parts.economic.seen import Seen
from assets.sources.row_batches import Notes, in_full, is_money
from quality.finding import Severity
from warehouse.errors import PermanentError, SourceError, TransientError

VERSIONS = ("6.0.0", "5.0.0", "4.0.0", "3.2.1")
"""Versions of the booked entries interface this connector was written for, newest first.
Another is never used by itself: a new major version may mean something else.
"""

_AT_ONCE = 200  # values `$in:` takes
_NIL = Decimal(0)


class Pull:
    """One reading of one agreement's books."""

    def __init__(
        self, rest: Client, booked: Client, connection: Connection, page_size: int,
        version: str | None, progress: Progress,
    ) -> None:  # fmt: skip
        self._rest, self._booked, self._progress = rest, booked, progress
        self._connection, self._page_size = connection, page_size
        self._pinned, self.version = version, ""
        self._notes = Notes(connection.company_id, booked.base)
        self._unknown: dict[str, Item] = {}
        self._first_count: int | None = None
        self._seen = Seen()
        self.agreement = self.every(shapes.AGREEMENT)[0]
        self.years = sorted(self.every(shapes.YEARS), key=lambda year: str(year.from_date))

    def every(self, stream: Stream[Any, Any], **params: Any) -> list[Any]:
        """All records of a stream of REST, read again while they are not as many as counted.

        Raises `TransientError` when they never are.
        """
        if not stream.size:
            return list(self._records(self._rest, stream, params))
        for _round in range(ROUNDS):
            reading = Reading(self._rest, stream, page_size=self._page_size)
            pages = list(reading.pages(params))
            self._remember(reading)
            counted = pages[-1].envelope.pagination.results
            if reading.distinct == counted:
                return [record for page in pages for record in page.records]
        raise TransientError(
            f"e-conomic at {self._rest.base} counts {counted} {stream.name} but showed "
            f"{reading.distinct}, {ROUNDS} times over. Nothing was landed; pull again when the "
            "books are quiet."
        )

    def probe(self, remembered: str | None = None) -> str:
        """The version of booked entries to use: the one pinned, or used before, or the newest
        known that answers.

        Raises `PermanentError` when none does.
        """
        known = [v for v in (remembered,) if v in VERSIONS]
        tried = [self._pinned] if self._pinned else list(dict.fromkeys([*known, *VERSIONS]))
        for version in tried:
            answer = self._booked.get(
                f"{shapes.path(version)}/booked-entries/count",
                what=f"the number of booked entries, version {version}", empty=(404,),
            )  # fmt: skip
            if answer.status != 404:
                self.version = version
                self._first_count = Contract(int).decode(answer)
                return version
        raise PermanentError(
            f"e-conomic at {self._booked.base} offers booked entries in none of the versions this "
            f"connection may use (tried {', '.join(tried)}). "
            + (
                f"Remove the connection's api_version, or pin another of {', '.join(VERSIONS)}."
                if self._pinned
                else "Update Indberet, which knows the newer ones."
            )
        )

    def count(self) -> int:
        """How many entries the server has booked, all years together."""
        if self._first_count is not None:
            found, self._first_count = self._first_count, None
            return found
        window = self._window("date")
        answer = self._booked.get(
            f"{shapes.path(self.version)}/booked-entries/count",
            {"filter": window} if window else None, what="the number of booked entries",
        )  # fmt: skip
        return Contract(int).decode(answer)

    def run(self, cursor: Mapping[str, Any]) -> Iterator[Item]:
        """Everything, in the order that later parts lean on."""
        yield from self._masters()
        self.probe(cursor.get("version"))
        if self._connection.window:
            self._first_count = None  # that one counted all there is
            yield from self._agreeing(Seen())
            start, end = self._connection.window
            yield Complete("voucher", start, end)
        else:
            yield from self._books(Seen.parse(cursor))
        yield from self._notes.close()
        yield from self._unknown.values()
        yield Cursor(
            {} if self._connection.window else {"version": self.version, **self._seen.value()}
        )

    def _books(self, known: Seen) -> Iterator[Item]:
        """What is new, or everything; then the control totals."""
        if known.number and known.first == self._first_year():
            agrees = True
            try:
                yield from self._agreeing(known)
            except SourceError:
                agrees = False
            totals = self._totals() if agrees else []
            if agrees and all(total.declared == total.found for total in totals):
                yield from control_totals(totals)
                return
            yield Again(STREAMS)
        for number in range(2):
            if number:  # a year's totals may have moved under us
                yield Again(STREAMS)
            yield from self._agreeing(Seen())
            totals = self._totals()
            if all(total.declared == total.found for total in totals):
                break
        for stream in STREAMS:
            yield Complete(stream)
        yield from control_totals(totals)

    def _agreeing(self, known: Seen) -> Iterator[Item]:
        yield from until_agreed(
            lambda: self._entries(known), self.count, lambda: self._seen.count, STREAMS,
            f"e-conomic at {self._booked.base}", "booked entries",
        )  # fmt: skip

    def _entries(self, known: Seen) -> Iterator[Item]:
        """Entries above the highest number known, with all of the vouchers they join."""
        self._seen, first = known.copy(), self._first_year()
        self._seen.first = first
        self._notes = Notes(self._connection.company_id, self._booked.base)
        since = f"entryNumber$gt:{known.number}" if known.number else ""
        rest = self._rest_entries(self.years, since)
        entries = self._filtered(
            self._booked, shapes.entries(self.version), since, self._window("date")
        )
        older: list[shapes.Entry] = []
        if known.number:
            fresh = list(entries)
            older, entries = self._older(fresh, known.number, rest), iter(fresh)
        landing = Landing(self.agreement.settings.base_currency, rest, self._amount)
        for entry in older:
            yield from landing.take(entry, restates=self._restates(entry, first))
        for entry in entries:
            if agree(rest.get(entry.entry_number), entry):
                yield from landing.take(entry, restates=self._restates(entry, first))
                self._seen.add(
                    entry.entry_number, self._year(entry), str(entry.account_number),
                    entry.amount_in_base_currency, opens=entry.type in records.OPENING,
                )  # fmt: skip
            if self._seen.count % 1000 == 0:
                self._progress("booked entries", self._seen.count)
        yield from landing.rest()

    def _older(
        self, fresh: list[shapes.Entry], number: int, rest: dict[int, shapes.VatEntry]
    ) -> list[shapes.Entry]:
        """Entries up to `number` of the vouchers that `fresh` ones join, in order; what REST
        tells of them comes into `rest`.
        """
        joined = {records.key(one) for one in fresh}
        numbers = sorted({number for number, _day in joined})
        years = [year for year in self.years if year.year in {self._year(e) for e in fresh}]
        found: dict[int, shapes.Entry] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            some = ",".join(map(str, numbers[start : start + _AT_ONCE]))
            asked = f"voucherNumber$in:[{some}]", f"entryNumber$lte:{number}"
            rest.update(self._rest_entries(years, *asked))
            for one in self._filtered(self._booked, shapes.entries(self.version), *asked):
                if records.key(one) in joined and agree(rest.get(one.entry_number), one):
                    found[one.entry_number] = one
        return [one for _number, one in sorted(found.items())]

    def _rest_entries(
        self, years: Iterable[shapes.Year], *filters: str
    ) -> dict[int, shapes.VatEntry]:
        """Entries as REST shows them, by number."""
        return {
            entry.entry_number: entry
            for year in years
            for entry in self._filtered(
                self._rest, shapes.vat_entries(year), *filters, self._window("date")
            )
        }

    def _totals(self) -> list[Total]:
        """The server's counts and sums of each year beside ours."""
        seen = self._seen
        found = [Total("entries", "all years", self.count(), seen.count, "booked-entries/count")]
        declared: dict[tuple[str, str], Decimal] = {}
        for year in self.years:
            counted = self._year_count(year)
            found.append(
                Total("entries", f"accounting year {year.year}", counted,
                      seen.counts.get(year.year, 0), f"accounting-years/{year.year}/entries")
            )  # fmt: skip
            if counted:
                for one in self.every(shapes.totals(year)):
                    declared[year.year, str(one.account.account_number)] = (
                        one.total_in_base_currency
                    )
        return found + seen.balances(declared, self._accounts)

    def _masters(self) -> Iterator[Item]:
        accounts = [
            a for a in self.every(shapes.ACCOUNTS) if a.account_type in records.LEDGER_TYPES
        ]
        self._accounts = {str(one.account_number) for one in accounts}
        periods = [
            *(records.fiscal_period("year", year, "accounting years") for year in self.years),
            *(
                records.fiscal_period("period", one, f"periods of {year.year}")
                for year in self.years
                for one in self.every(shapes.periods(year))
            ),
        ]
        parties = [
            *map(records.customer, self.every(shapes.CUSTOMERS)),
            *map(records.supplier, self.every(shapes.SUPPLIERS)),
        ]
        tables = {
            "company": [records.company(self.agreement)],
            "account": [records.account(one) for one in accounts],
            "vat_code": [records.vat_account(one) for one in self.every(shapes.VAT_ACCOUNTS)],
            "party": parties,
            "fiscal_period": periods,
        }
        for stream, rows in tables.items():
            yield from in_full(stream, rows)

    def _first_year(self) -> str:
        """The first accounting year with entries, "" when there is none."""
        return next((year.year for year in self.years if self._year_count(year)), "")

    def _year_count(self, year: shapes.Year) -> int:
        reading = Reading(self._rest, shapes.vat_entries(year), page_size=1)
        page = next(reading.pages())
        count: int = page.envelope.pagination.results
        return count

    def _year(self, entry: shapes.Entry) -> str:
        """The accounting year of an entry's date, "" when it lies in none."""
        on = str(records.key(entry)[1])
        return next((y.year for y in self.years if y.from_date <= on <= y.to_date), "")

    def _restates(self, entry: shapes.Entry, first: str) -> bool:
        return entry.type in records.OPENING and self._year(entry) != first

    def _amount(self, entry: shapes.Entry) -> Decimal:
        """The amount in øre; what is finer is told."""
        amount = entry.amount_in_base_currency
        if is_money(amount):
            return amount
        rounded = amount.quantize(Decimal("0.01"))
        self._notes.add(
            "economic.amount_precision", Severity.ERROR, f"booked entry {entry.entry_number}",
            f"Booked entry {entry.entry_number} has the amount {amount} with more than two "
            "decimals.",
            "Nothing in the books need be wrong; report it with the connector's name.",
            pair=(str(rounded), str(amount)),
        )  # fmt: skip
        return rounded

    def _window(self, name: str) -> str:
        if self._connection.window is None:
            return ""
        start, end = self._connection.window
        return f"{name}$gte:{start}$and:{name}$lte:{end}"

    def _filtered(self, client: Client, stream: Stream[Any, Any], *filters: str) -> Iterator[Any]:
        told = "$and:".join(filter(None, filters))
        yield from self._records(client, stream, {"filter": told} if told else {})

    def _records(
        self, client: Client, stream: Stream[Any, Any], params: Mapping[str, Any]
    ) -> Iterator[Any]:
        reading = Reading(client, stream, page_size=self._page_size if stream.size else None)
        yield from reading.records(params)
        self._remember(reading)

    def _remember(self, reading: Reading[Any, Any]) -> None:
        for found in reading.findings(self._connection.company_id):
            self._unknown[found.finding.message] = found
