"""One reading of a company's books in Xero: what is read, in what order, until it agrees.

Journals are numbered and never change, so those above the highest number read are new; the
last hundred numbers are read again each time, for what was numbered early and shown late.
The server counts nothing, so its trial balance is compared with the sum of all journals
read, which the cursor carries: an incremental pull that does not agree reads everything
again, and what still does not agree is landed as control totals.

Belongs here: the order of a pull. Does not: shapes (`shapes`), what a field means
(`records`) or credentials (`xero`).
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from assets.sources.connector import Again, Complete, Connection, Cursor, Item, Progress
from assets.sources.network.agreement import ROUNDS, Total, control_totals
from assets.sources.network.client import Client
from assets.sources.network.remembered import Ids, digest
from assets.sources.network.stream import Reading, Stream
from assets.sources.parts.xero import records, shapes, streams
from assets.sources.parts.xero import seen as xero_seen
from assets.sources.parts.xero.seen import Seen
from assets.sources.row_batches import Collector, Notes, in_full
from quality.finding import Severity
from warehouse.errors import SourceError, TransientError

OVERLAP = 100
_DOCUMENT_OVERLAP = timedelta(hours=1)
_VOUCHERS = ("voucher", "posting", "tax_line")


class Pull:
    """One reading of one organisation's books; `headers` name the tenant."""

    def __init__(
        self,
        client: Client,
        connection: Connection,
        headers: Mapping[str, str],
        page_size: int,
        progress: Progress,
    ) -> None:
        self._client, self._company, self._progress = client, connection.company_id, progress
        self._headers, self._page_size = headers, page_size
        self._notes = Notes(self._company, client.base)
        self._unknown: list[Item] = []

    def organisation(self) -> shapes.Organisation:
        """The company behind the tenant."""
        found = self.every(streams.ORGANISATION)
        if len(found) != 1:
            raise SourceError(
                f"Xero at {self._client.base} shows {len(found)} organisations for one tenant. "
                "Nothing was landed; correct the connection's tenant."
            )
        who: shapes.Organisation = found[0]
        return who

    def every(self, stream: Stream[Any, Any], **params: Any) -> list[Any]:
        """All records of a stream that is small; the bytes stay with the client."""
        reading = self._reading(stream)
        found = list(reading.records(params))
        self._unknown += reading.findings(self._company)
        return found

    def first_journals(self) -> list[shapes.Journal]:
        """The first page of journals."""
        page = next(self._reading(streams.JOURNALS).pages({"offset": 0}))
        found: list[shapes.Journal] = page.records
        return found

    def run(self, cursor: Mapping[str, Any]) -> Iterator[Item]:
        """Everything, in the order that later parts lean on."""
        who = self.organisation()
        accounts, rates = self.every(streams.ACCOUNTS), self.every(streams.TAX_RATES)
        books = records.Books(
            {one.AccountID: one for one in accounts}, {one.TaxType: one for one in rates}
        )
        codes = [records.rate(one) for one in rates if one.TaxType != records.NO_VAT]
        yield from in_full("company", [records.company(who)])
        yield from in_full("account", [records.account(one) for one in accounts])
        yield from in_full("vat_code", codes)
        yield from self._parties()
        since = dict(cursor.get("since", {}))
        yield from self._documents(since)
        mark = _digest(books)
        journals = cursor.get("journals", {}) if cursor.get("books") == mark else {}
        seen = Seen.parse(journals)
        yield from self._journals(seen, who, books, is_first=not journals)
        if seen.first and seen.last:
            yield from in_full("fiscal_period", records.years(who, seen.first, seen.last))
        yield from self._notes.close()
        yield from self._unknown
        yield Cursor({"books": mark, "since": since, "journals": seen.value()})

    def _parties(self) -> Iterator[Item]:
        yield from self._paged("party", streams.CONTACTS, records.party)
        yield Complete("party")

    def _documents(self, since: dict[str, str]) -> Iterator[Item]:
        parts: list[tuple[Stream[Any, Any], Callable[[Any], records.Row]]] = [
            (streams.INVOICES, records.invoice),
            (streams.CREDIT_NOTES, records.credit_note),
            (streams.BANK_TRANSACTIONS, records.bank_transaction),
        ]
        for stream, row in parts:
            yield from self._paged("source_document", stream, row, since)

    def _paged(
        self,
        target: str,
        stream: Stream[Any, Any],
        row: Callable[[Any], records.Row],
        since: dict[str, str] | None = None,
    ) -> Iterator[Item]:
        """Pages of masters or documents, in order of id: what is edited keeps its place."""
        rows, marks, count = Collector(target), since if since is not None else {}, None
        reading = self._reading(stream, _modified(marks.get(stream.path)))
        for page in reading.pages():
            for one in page.records:
                rows.add(*self._read(row, one, stream.name))
                stamp = getattr(one, "UpdatedDateUTC", None)
                if since is not None and stamp:
                    mark = self._read(shapes.moment, stamp, stream.name).isoformat()
                    marks[stream.path] = max(mark, marks.get(stream.path, ""))
            if page.records:
                count = page.envelope.pagination.itemCount if page.envelope.pagination else None
            self._progress(stream.name, reading.count + len(page.records))
            if rows.full():
                yield from rows.take()
        yield from rows.take()
        self._unknown += reading.findings(self._company)
        if count is not None and reading.distinct < count:
            raise TransientError(
                f"Xero at {self._client.base} counts {count} {stream.name} but showed "
                f"{reading.distinct}. Nothing was landed; pull again when the books are quiet."
            )

    def _journals(
        self,
        seen: Seen,
        who: shapes.Organisation,
        books: records.Books,
        *,
        is_first: bool,
    ) -> Iterator[Item]:
        """New journals, until the trial balance agrees or nothing moves any more."""
        known = len(seen.numbers)
        for number in range(ROUNDS):
            before = len(seen.numbers)
            shown = yield from self._read_journals(seen, who, books)
            if known and not shown:
                raise SourceError(
                    f"Xero at {self._client.base} shows no journals above number "
                    f"{max(seen.highest() - OVERLAP, 0)} any more, but {seen.highest()} was read "
                    "before. Nothing was landed; see that the connection's tenant is still the "
                    "same organisation, then pull again."
                )
            totals = self._totals(seen, who, books)
            if all(total.declared == total.found for total in totals):
                break
            if number and len(seen.numbers) == before:
                break
        if not len(seen.numbers) and totals:
            raise SourceError(
                f"Xero at {self._client.base} has balances on {len(totals)} accounts but showed "
                "no journals. Nothing was landed; see that the consent covers "
                "accounting.journals.read, then connect again."
            )
        if not is_first and any(total.declared != total.found for total in totals):
            yield Again(_VOUCHERS)
            seen.numbers, seen.sums, seen.wrong = Ids(), Seen.parse({}).sums, {}
            yield from self._journals(seen, who, books, is_first=True)
            return
        self._note_gaps(seen)
        self._note_wrong(seen)
        yield from control_totals(totals)
        if is_first:
            yield Complete("voucher")

    def _read_journals(
        self, seen: Seen, who: shapes.Organisation, books: records.Books
    ) -> Generator[Item, None, int]:
        """Pages from an overlap before the highest number on; returns how many came."""
        reading = self._reading(streams.JOURNALS)
        rows = {stream: Collector(stream) for stream in _VOUCHERS}
        for page in reading.pages({"offset": max(seen.highest() - OVERLAP, 0)}):
            for one in page.records:
                rows["voucher"].add(*self._read(records.voucher, one, "journals"))
                for row in records.postings(one, books):
                    rows["posting"].add(*row)
                for row in records.tax_lines(one, books):
                    rows["tax_line"].add(*row)
                seen.add(one, records.year_end(who, shapes.day(one.JournalDate)))
            self._progress("journals", len(seen.numbers))
            if rows["posting"].full():
                for collector in rows.values():
                    yield from collector.take()
        for collector in rows.values():
            yield from collector.take()
        self._unknown += reading.findings(self._company)
        return reading.count

    def _totals(self, seen: Seen, who: shapes.Organisation, books: records.Books) -> list[Total]:
        """The trial balance at the end of the newest year with journals, with ours beside.

        Xero moves the result of earlier years to retained earnings, and revalues what is in
        foreign currency in the report only: then those accounts are compared as one sum.
        """
        on = str(records.year_end(who, seen.last)) if seen.last else ""
        asked = {"date": on} if on else {}  # without journals: as it stands today
        (report,) = self.every(streams.TRIAL_BALANCE, **asked)
        declared = self._read(records.trial_balance, report, "the trial balance")
        found = xero_seen.balances(seen, books, on)
        where = f"Reports/TrialBalance?date={on}"
        ids = sorted({i for told in (declared, found) for i, amount in told.items() if amount})
        zero = Decimal(0)
        gains = [i for i in ids if xero_seen.system(books, i) in xero_seen.GAINS]
        grouped: list[str] = []
        if any(declared.get(i, zero) != found.get(i, zero) for i in gains):
            grouped = [i for i in ids if xero_seen.is_revalued(books, i, who.BaseCurrency)]
        totals = [
            Total("trial_balance", f"account {xero_seen.code(books, i)}", declared.get(i, zero),
                  found.get(i, zero), where)
            for i in ids if i not in grouped
        ]  # fmt: skip
        if grouped:
            told, ours = (sum((t.get(i, zero) for i in grouped), zero) for t in (declared, found))
            subject = "accounts in foreign currency and their gains"
            totals.append(Total("trial_balance", subject, told, ours, where))
        return totals

    def _note_wrong(self, seen: Seen) -> None:
        """Told at each pull, whether or not the journal was read again."""
        for line, (number, journal, net, tax, gross) in seen.wrong.items():
            self._notes.add(
                "xero.tax_amount", Severity.ERROR, f"journal {number}",
                f"Line {line} states {net} net and {tax} VAT, but {gross} gross, so its VAT cannot "
                "be trusted.",
                "Look at the transaction in Xero; edit and save it, then run `indberet pull`.",
                pair=(str(Decimal(net) + Decimal(tax)), gross), voucher_id=journal,
            )  # fmt: skip

    def _note_gaps(self, seen: Seen) -> None:
        ranges = [part.partition("-") for part in seen.numbers.text().split(",") if part]
        ends = [number for a, _, b in ranges for number in (int(a), int(b or a))]
        missing = [(ends[i] + 1, ends[i + 1] - 1) for i in range(1, len(ends) - 1, 2)]
        for first, last in missing:
            told = f"number {first}" if first == last else f"numbers {first} to {last}"
            self._notes.add(
                "xero.number_gap", Severity.NOTE, "Journals",
                f"Xero shows no journal with {told}.",
                "Nothing while the trial balance agrees; a missing voucher shows there.",
            )  # fmt: skip

    def _read(self, make: Callable[[Any], Any], one: Any, what: str) -> Any:
        try:
            return make(one)
        except ValueError as error:
            raise SourceError(
                f"What {self._client.base} answered for {what} holds a date or an amount that is "
                f"none: {error}. Nothing was landed; the interface has changed; report it with "
                "the connector's name."
            ) from error

    def _reading(
        self, stream: Stream[Any, Any], more: Mapping[str, str] | None = None
    ) -> Reading[Any, Any]:
        size = self._page_size if stream.size else None
        return Reading(
            self._client, stream, page_size=size, headers={**self._headers, **(more or {})}
        )


def _modified(since: str | None) -> dict[str, str]:
    if not since:
        return {}
    start = datetime.fromisoformat(since) - _DOCUMENT_OVERLAP
    return {"If-Modified-Since": start.strftime("%Y-%m-%dT%H:%M:%SZ")}


def _digest(books: records.Books) -> str:
    """Changes when something that landed vouchers carry changes."""
    content = [
        sorted((i, records.account_code(a), a.SystemAccount) for i, a in books.accounts.items()),
        sorted((code, bool(rate.EffectiveRate)) for code, rate in books.rates.items()),
    ]
    return digest(content)
