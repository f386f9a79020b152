"""One reading of a company's books in Billy: whole years, compared.

Billy tells of no changes, so the two newest fiscal years with postings are read in full at
each pull, and an older year when its number of postings, or of voided ones, is no longer what
it was. Landing compares what was read with what is there. Pages are numbered, so what is
edited while we read may move: each year is read until the different postings that came are
as many as Billy counts before and after.

Belongs here: the order of a pull. Does not: shapes (`shapes`), what a field means
(`records`) or which transactions stand (`vouchers`).
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NoReturn

from assets.sources.connector import Complete, Connection, Cursor, Found, Item, Progress
from assets.sources.network.agreement import ROUNDS, Total, control_totals
from assets.sources.network.client import Client
from assets.sources.network.remembered import digest
from assets.sources.network.stream import Reading, Stream
from assets.sources.parts.billy import records, shapes
from assets.sources.parts.billy.vouchers import Vouchers
from assets.sources.row_batches import Collector, Notes, in_full
from warehouse.errors import SourceError, TransientError

OPEN_YEARS = 2
_KINDS = (
    ("invoice", shapes.INVOICES, "invoiceLines", "invoiceId"),
    ("bill", shapes.BILLS, "billLines", "billId"),
    ("daybookTransaction", shapes.DAYBOOK, "daybookTransactionLines", "daybookTransactionId"),
)
"""What transactions come of: as references begin, its stream, its lines, whose a line is."""
Span = tuple[date, date]


class Pull:
    """One reading of one company's books."""

    def __init__(
        self, client: Client, connection: Connection, page_size: int, progress: Progress
    ) -> None:
        self._client, self._company, self._progress = client, connection.company_id, progress
        self._page_size, self._window = page_size, connection.window
        self._notes = Notes(self._company, client.base)
        self._unknown: dict[str, Found] = {}

    def every(self, stream: Stream[Any, Any], **params: str) -> list[Any]:
        """All records of a master, until they are as many as Billy counts."""
        for _round in range(ROUNDS):
            reading = self._reading(stream)
            pages = list(reading.pages(params))
            found = {stream.key(one): one for page in pages for one in page.records}
            self._remember(reading)
            told = pages[-1].envelope
            counted = told.meta.paging.total if hasattr(told, "meta") else len(found)
            if counted == len(found):
                return list(found.values())
        raise self._restless(stream, counted, len(found))

    def books(self) -> records.Books:
        """Organization, accounts, VAT codes and products."""
        (organization,) = self.every(shapes.ORGANIZATION)
        accounts, rates, products = (
            {one.id: one for one in self.every(stream)}
            for stream in (shapes.ACCOUNTS, shapes.TAX_RATES, shapes.PRODUCTS)
        )
        return records.Books(organization, accounts, rates, products)

    def years(self, organization: shapes.Organization) -> list[Span]:
        """The fiscal years from the first posting to the last."""
        first, last = self._edge("ASC"), self._edge("DESC")
        if first is None or last is None:
            return []
        found: list[Span] = []
        month = organization.fiscalYearEndMonth
        year = first.year if first <= _end(first.year, month) else first.year + 1
        while not found or found[-1][1] < last:
            found.append((_end(year - 1, month) + timedelta(days=1), _end(year, month)))
            year += 1
        return found

    def run(self, cursor: Mapping[str, Any]) -> Iterator[Item]:
        """Masters, then the years that are open or look changed."""
        books = self.books()
        parties = [records.party(one) for one in self.every(shapes.CONTACTS)]
        yield from in_full("company", [records.company(books.organization)])
        yield from in_full("account", [records.account(a, books) for a in books.accounts.values()])
        yield from in_full("vat_code", [records.rate(one) for one in books.rates.values()])
        yield from in_full("party", parties)
        mark = _digest(books)
        known = cursor.get("years", {}) if cursor.get("books") == mark else {}
        years = self.years(books.organization)
        told = {str(end): [*self._counts((start, end)), 0] for start, end in years}
        spans = [
            (start, end) for number, (start, end) in enumerate(reversed(years))
            if number < OPEN_YEARS or known.get(str(end), [])[:2] != told[str(end)][:2]
        ][::-1]  # fmt: skip
        read = [self._window] if self._window else spans
        if read:
            yield from self._documents((read[0][0], read[-1][1]), books)
        for _start, end in years:
            told[str(end)][2] = known.get(str(end), [0, 0, 0])[2]
        for span in read:
            count = yield from self._year(span, books)
            told.setdefault(str(span[1]), [count, 0, 0])[2] = count
        if not self._window:
            for end in (date.fromisoformat(one) for one in known if one not in told):
                yield Complete("voucher", _end(end.year - 1, end.month) + timedelta(days=1), end)
            if not known:
                yield Complete("voucher")
            totals = [self._total(span, *told[str(span[1])]) for span in years]
            yield from control_totals(totals)
            yield from in_full("fiscal_period", [
                (f"year/{end}", "year", start, end, "open") for start, end in years
            ])  # fmt: skip
        yield from self._notes.close()
        yield from self._unknown.values()
        yield Cursor({"books": mark, "years": told})

    def _edge(self, direction: str) -> date | None:
        """The day of the first or last posting."""
        reading = self._reading(shapes.POSTINGS, 1)
        page = next(reading.pages({"sortDirection": direction}))
        if page.records:
            return date.fromisoformat(page.records[0].entryDate)
        if page.envelope.meta.paging.total:
            raise SourceError(
                f"Billy at {self._client.base} counts {page.envelope.meta.paging.total} postings "
                "but shows none. Nothing was landed; see that the token may read the books."
            )
        return None

    def _counts(self, span: Span) -> tuple[int, int]:
        """Postings of a span, and how many of them are voided."""
        return self._count(span), self._count(span, isVoided="true")

    def _count(self, span: Span, **more: str) -> int:
        reading = self._reading(shapes.POSTINGS, 1)
        page = next(reading.pages({**_between(span), **more}))
        total: int = page.envelope.meta.paging.total
        return total

    def _total(self, span: Span, counted: int, _voided: int, found: int) -> Total:
        start, end = span
        where = f"postings?minEntryDate={start}&maxEntryDate={end}"
        return Total("entries", f"{start} to {end}", counted, found, where)

    def _documents(self, span: Span, books: records.Books) -> Iterator[Item]:
        """Documents of the span: whose they are, and the VAT codes of their lines."""
        rows = Collector("source_document")
        for kind, stream, name, owner in _KINDS:
            for _round in range(ROUNDS):
                found: dict[str, shapes.Document] = {}
                lines: dict[str, list[shapes.Line]] = defaultdict(list)
                counted = 0
                reading = self._reading(stream)
                for page in reading.pages(_between(span)):
                    found |= {one.id: one for one in page.records}
                    counted = page.envelope.meta.paging.total
                    for line in getattr(page.envelope, name):
                        lines[getattr(line, owner)].append(line)
                self._remember(reading)
                if counted == len(found):
                    break
            else:
                raise self._restless(stream, counted, len(found))
            self._refuse_strays(stream, found, lines)
            for one in found.values():
                books.add(kind, one, lines[one.id])
                if kind != "daybookTransaction":
                    rows.add(*records.document(kind, one))
            self._progress(stream.name, len(found))
        yield from rows.take()

    def _refuse_strays(
        self,
        stream: Stream[Any, Any],
        found: Mapping[str, shapes.Document],
        lines: Mapping[str, list[shapes.Line]],
    ) -> None:
        stray = next((id_ for id_ in lines if id_ not in found), None)
        if stray is not None:
            raise SourceError(
                f"Billy at {self._client.base} shows {stream.name} with a line of {stray}, which "
                "is not among them. Nothing was landed; report it with the connector's name."
            )

    def _restless(self, stream: Stream[Any, Any], counted: int, found: int) -> TransientError:
        return TransientError(
            f"Billy at {self._client.base} counts {counted} {stream.name} but showed {found}, "
            f"{ROUNDS} times over. Nothing was landed; pull again when the books are quiet."
        )

    def _year(self, span: Span, books: records.Books) -> Generator[Item, None, int]:
        """All postings of a span, landed once they are as many as Billy counts."""
        for _round in range(ROUNDS):
            before = self._count(span)
            postings: dict[str, shapes.Posting] = {}
            transactions: dict[str, shapes.Transaction] = {}
            reading = self._reading(shapes.POSTINGS)
            for page in reading.pages(_between(span)):
                postings |= {one.id: one for one in page.records}
                transactions |= {one.id: one for one in page.envelope.transactions}
                self._progress("postings", len(postings))
            after = self._count(span)
            self._remember(reading)
            if before == after == len(postings):
                break
        else:
            self._refuse(before, after, len(postings))
        vouchers = Vouchers(self._client.base, self._notes, books)
        yield from vouchers.rows(postings, transactions)
        yield Complete("voucher", *span)
        return len(postings)

    def _refuse(self, before: int, after: int, found: int) -> NoReturn:
        who = f"Billy at {self._client.base}"
        if before != after:
            raise TransientError(
                f"Postings kept changing at {who} while they were read, {ROUNDS} times over "
                f"({before} before, {after} after). Nothing was landed; pull again when the books "
                "are quiet."
            )
        raise SourceError(
            f"{who} counts {after} postings but showed {found}, {ROUNDS} times over. Nothing was "
            "landed; see that the token may read the books, then pull again."
        )

    def _reading(self, stream: Stream[Any, Any], size: int | None = None) -> Reading[Any, Any]:
        wanted = size or self._page_size
        return Reading(self._client, stream, page_size=wanted if stream.size else None)

    def _remember(self, reading: Reading[Any, Any]) -> None:
        for found in reading.findings(self._company):
            self._unknown[found.finding.message] = found


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _between(span: Span) -> dict[str, str]:
    return {"minEntryDate": str(span[0]), "maxEntryDate": str(span[1])}


def _digest(books: records.Books) -> str:
    """Changes when something that landed vouchers carry changes."""
    content = [
        sorted((id_, records.account_code(one)) for id_, one in books.accounts.items()),
        sorted((id_, records.rate_code(one)) for id_, one in books.rates.items()),
        sorted((id_, one.accountId) for id_, one in books.products.items()),
    ]
    return digest(content)
