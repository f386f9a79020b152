"""One reading of a company's books in Business Central, until counts and balances agree.

Entries changed since an hour before the newest change seen are asked for; then the whole
of each voucher that holds one of them, with its VAT entries. Counts before and after, and
the balance of every account, are compared with all entries read, which the cursor adds up;
where an incremental pull does not agree (entries compressed or deleted), everything is
read again.

Belongs here: the order of a pull. Does not: credentials (`business_central`), what a field
means (`records`), or the SAF-T file (`saft`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from assets.sources.connector import Again, Complete, Connection, Cursor, Item, Progress
from assets.sources.network.agreement import ROUNDS, Total, control_totals, until_agreed
from assets.sources.network.client import Client
from assets.sources.network.remembered import Ids
from assets.sources.network.stream import Reading, Stream
from assets.sources.parts.business_central import records, shapes
from assets.sources.row_batches import Collector, Notes, in_full
from quality.finding import Severity
from warehouse.errors import SourceError

OVERLAP = timedelta(hours=1)
_VOUCHERS = ("voucher", "posting", "tax_line")
_KEYS_PER_REQUEST = 20
_LONG = 500  # changed vouchers beyond which everything is read: fewer, larger requests


@dataclass
class Seen:
    """What all entries read so far add up to."""

    entries: Ids = field(default_factory=Ids)
    sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    since: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    unlinked: dict[str, list[str]] = field(default_factory=dict)
    """VAT entries linked to no entry: document, base, amount."""

    @classmethod
    def parse(cls, told: Mapping[str, Any]) -> "Seen":
        """What `value` wrote."""
        seen = cls(Ids.parse(told.get("entries", "")), since=told.get("since", ""))
        seen.sums.update({code: Decimal(text) for code, text in told.get("sums", {}).items()})
        seen.codes.update(told.get("codes", {}))
        seen.unlinked.update(told.get("unlinked", {}))
        return seen

    def value(self) -> dict[str, Any]:
        """As the cursor keeps it."""
        sums = {code: str(amount) for code, amount in sorted(self.sums.items())}
        return {"entries": self.entries.text(), "sums": sums, "since": self.since,
                "codes": dict(sorted(self.codes.items())), "unlinked": self.unlinked}  # fmt: skip

    def add(self, one: shapes.Entry) -> None:
        """Count an entry once; amounts of an entry never change."""
        if self.entries.add(one.entryNumber):
            self.sums[one.accountNumber] += records.amount(one)
        self.since = max(self.since, one.lastModifiedDateTime)


class Pull:
    """One reading of one company's books; `vat_page` is the path of the VAT entries, or ""."""

    def __init__(
        self,
        client: Client,
        connection: Connection,
        company: shapes.Company,
        vat_page: str,
        page_size: int,
        progress: Progress,
    ) -> None:
        self._client, self._company, self._progress = client, connection.company_id, progress
        self._place = f"api/v2.0/companies({company.id})"
        self._vat = vat_page.format(company=company.id) if vat_page else ""
        self._headers = {"Prefer": f"odata.maxpagesize={page_size}"}
        self._notes = Notes(self._company, client.base)
        self._unknown: list[Item] = []
        self._window = connection.window

    def every(self, name: str, path: str, envelope: type[Any], **params: str) -> list[Any]:
        """All records of a stream that is small; the bytes stay with the client."""
        reading = self._reading(shapes.stream(name, f"{self._place}/{path}", envelope))
        found = list(reading.records(params))
        self._unknown += reading.findings(self._company)
        return found

    def count(self, condition: str = "") -> int:
        """How many entries the server counts."""
        asked = {"$count": "true", "$top": "1"} | ({"$filter": condition} if condition else {})
        place = f"{self._place}/generalLedgerEntries"
        reading = self._reading(shapes.stream("the number of entries", place, shapes.Entries))
        page = next(reading.pages(asked))
        counted: int | None = page.envelope.count
        if counted is None:
            raise SourceError(
                f"Business Central at {self._client.base} does not tell the number of entries "
                "($count). Nothing was landed; see that the address leads to its API v2.0."
            )
        return counted

    def accounts(self) -> list[shapes.Account]:
        """The accounts that are posted to, with their balances."""
        found = self.every("accounts", "accounts", shapes.Accounts)
        return [one for one in found if records.is_posted_to(one)]

    def masters(self) -> Iterator[Item]:
        """Company, accounts, parties and periods, each in full."""
        about = self.every("company information", "companyInformation", shapes.Informations)
        yield from in_full("company", [records.company(one) for one in about])
        yield from in_full("account", [records.account(one) for one in self.accounts()])
        parties = [
            records.party(one, side)
            for side, path in (("customer", "customers"), ("vendor", "vendors"))
            for one in self.every(path, path, shapes.Parties)
        ]
        yield from in_full("party", parties)
        told = self.every("accounting periods", "accountingPeriods", shapes.Periods)
        yield from in_full("fiscal_period", records.periods(told))

    def run(self, cursor: Mapping[str, Any]) -> Iterator[Item]:
        """Everything since the cursor, until counts and balances agree."""
        yield from self.masters()
        if cursor.get("vat") != self._vat:  # vouchers carry codes now, or other ones
            cursor = {}
        seen = Seen.parse(cursor)
        if self._window is not None:
            yield from self._narrowed(seen)
        else:
            yield from self._agreed(seen, is_first=not cursor)
        codes = [records.vat_code_row(code, rate) for code, rate in sorted(seen.codes.items())]
        yield from in_full("vat_code", codes)
        if not self._vat:
            self._say_no_vat()
        self._say_unlinked(seen)
        yield from self._notes.close()
        yield from self._unknown
        yield Cursor({"vat": self._vat, **seen.value()})

    def _narrowed(self, seen: Seen) -> Iterator[Item]:
        start, end = self._window or (None, None)
        yield from self._read(seen, f"postingDate ge {start} and postingDate le {end}")

    def _agreed(self, seen: Seen, *, is_first: bool) -> Iterator[Item]:
        def read() -> Iterator[Item]:
            if is_first:
                seen.entries, seen.sums, seen.unlinked = Ids(), defaultdict(Decimal), {}
                yield from self._read(seen, "")
            else:
                yield from self._read_changed(seen)

        who = f"Business Central at {self._client.base}"
        if is_first:
            yield from until_agreed(
                read, self.count, lambda: len(seen.entries), _VOUCHERS, who, "entries"
            )
            yield Complete("voucher")
        else:
            for _round in range(ROUNDS):
                yield from read()
                if self.count() == len(seen.entries):
                    break
        totals = self._totals(seen)
        if not is_first and any(one.declared != one.found for one in totals):
            yield Again(_VOUCHERS)
            yield from self._agreed(seen, is_first=True)
            return
        yield from control_totals(totals)

    def _totals(self, seen: Seen) -> list[Total]:
        where = self._place
        totals = [Total("entries", "all entries", self.count(), len(seen.entries),
                        f"{where}/generalLedgerEntries?$count=true")]  # fmt: skip
        for one in self.accounts():
            found = seen.sums.get(one.number, Decimal(0))
            if one.netChange is not None and (one.netChange or found):
                totals.append(
                    Total("trial_balance", f"account {one.number}", one.netChange, found,
                          f"{where}/accounts({one.id})")
                )  # fmt: skip
        return totals

    def _read_changed(self, seen: Seen) -> Iterator[Item]:
        """The whole of every voucher that holds a changed entry."""
        condition = ""
        if seen.since:
            start = datetime.fromisoformat(seen.since) - OVERLAP
            condition = f"lastModifiedDateTime ge {start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        keys: set[records.Key] = set()
        for page in self._entries(condition).pages():
            keys.update(records.key(one) for one in page.records)
        if len(keys) > _LONG:
            yield from self._read(seen, "")
            return
        ordered = sorted(keys)
        for start_at in range(0, len(ordered), _KEYS_PER_REQUEST):
            some = ordered[start_at : start_at + _KEYS_PER_REQUEST]
            yield from self._read(seen, _any_of(some))

    def _read(self, seen: Seen, condition: str) -> Iterator[Item]:
        """Vouchers of all entries that a condition lets through."""
        vat: dict[int, list[shapes.VatEntry]] = defaultdict(list)
        if self._vat:
            self._read_vat(seen, condition, vat)
        rows = {stream: Collector(stream) for stream in _VOUCHERS}
        lines: dict[records.Key, int] = {}
        reading = self._entries(condition)
        for page in reading.pages():
            for one in page.records:
                self._add(rows, lines, one, vat.get(one.entryNumber, []))
                seen.add(one)
            self._progress("entries", len(seen.entries))
            if rows["posting"].full():
                for collector in rows.values():
                    yield from collector.take()
        for collector in rows.values():
            yield from collector.take()
        self._unknown += reading.findings(self._company)

    def _add(
        self,
        rows: Mapping[str, Collector],
        lines: dict[records.Key, int],
        one: shapes.Entry,
        vat: list[shapes.VatEntry],
    ) -> None:
        """An entry's rows, and its voucher's with the first one."""
        which = records.key(one)
        if which not in lines:
            rows["voucher"].add(*records.voucher(which, one, self._place))
        lines[which] = lines.get(which, 0) + 1
        rows["posting"].add(*records.posting(which, lines[which], one, vat))
        for row in records.tax_lines(which, one, vat):
            rows["tax_line"].add(*row)

    def _read_vat(self, seen: Seen, condition: str, vat: dict[int, list[shapes.VatEntry]]) -> None:
        stream = shapes.stream("VAT entries", self._vat, shapes.VatEntries, "entryNumber")
        reading = self._reading(stream)
        for one in reading.records({"$filter": condition} if condition else None):
            if records.is_settlement(one):
                continue  # it moves VAT already told
            number = str(one.entryNumber)
            if not one.generalLedgerEntryNumber:
                seen.unlinked[number] = [one.documentNumber, str(one.base), str(one.amount)]
                continue
            seen.unlinked.pop(number, None)
            vat[one.generalLedgerEntryNumber].append(one)
            seen.codes[records.vat_code(one)] = str(one.vatPercent)
        self._unknown += reading.findings(self._company)

    def _entries(self, condition: str) -> Reading[Any, Any]:
        more = {"$expand": "dimensionSetLines"} | ({"$filter": condition} if condition else {})
        place = f"{self._place}/generalLedgerEntries"
        return self._reading(shapes.stream("entries", place, shapes.Entries, "entryNumber", more))

    def _reading(self, stream: Stream[Any, Any]) -> Reading[Any, Any]:
        return Reading(self._client, stream, headers=self._headers)

    def _say_no_vat(self) -> None:
        self._notes.add(
            "business_central.no_vat", Severity.ERROR, "generalLedgerEntries",
            "Business Central's interface tells no VAT of an entry, and the connection names "
            "neither its SAF-T export nor a page of VAT entries, so no VAT return can be made.",
            "Set saft or vat_page on the connection (docs/sources/business_central.md), then run "
            "`indberet pull`.",
        )  # fmt: skip

    def _say_unlinked(self, seen: Seen) -> None:
        """Told at each pull, whether or not the document was read again."""
        for number, (document, base, amount) in seen.unlinked.items():
            self._notes.add(
                "business_central.vat_unlinked", Severity.ERROR, f"VAT entry {number}",
                f"VAT entry {number} of document {document} (base {base}, VAT {amount}) is linked "
                "to no general ledger entry, so it would be in no field.",
                "See that the page takes the number from table G/L Entry - VAT Entry Link.",
            )  # fmt: skip


def _any_of(keys: Iterable[records.Key]) -> str:
    """A condition that lets these vouchers through."""
    return " or ".join(
        f"(postingDate eq {day} and documentNumber eq '{number.replace(chr(39), chr(39) * 2)}')"
        for day, number in keys
    )
