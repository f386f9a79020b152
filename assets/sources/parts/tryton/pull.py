"""One reading of a company's books in Tryton: what is read, in what order, until it agrees.

Vouchers are read a page at a time, and after each page the lines of just those
vouchers (as parts of the voucher itself, Tryton takes five times as long). What
changed is found by the later of creation and last write
of a voucher, its lines and its tax lines, with an hour's overlap; what that could
still miss, or what is gone, shows when the server's own list of ids is compared
with the ids read so far, which the cursor remembers. Last the server's own
balances are compared with the sum of what was read: an incremental pull that
does not agree reads everything again.

Belongs here: the order of a pull. Does not: HTTP (`server`) or what a field
means (`records`, `masters`, `totals`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from assets.sources.connector import Cursor, Found, Item, Present, Progress
from assets.sources.network.agreement import ROUNDS, control_totals
from assets.sources.network.remembered import Ids, digest
from assets.sources.parts.tryton import masters, records, shapes, totals
from assets.sources.parts.tryton.company import INACTIVE_TOO, Company
from assets.sources.parts.tryton.server import Domain, Record
from assets.sources.row_batches import Collector
from quality.finding import Finding, Severity
from warehouse.errors import SourceError, TransientError

OVERLAP = timedelta(hours=1)
LINES_PER_VOUCHER = 5  # roughly; lines are asked for by that many times the page size
_IDS_PER_REQUEST = 200


class Pull:
    """One reading of one company's books."""

    def __init__(self, company: Company, progress: Progress) -> None:
        self._company, self._client, self._progress = company, company.client, progress
        self._size = company.choice.page_size
        self._documents: dict[str, Record] = {}
        self._known, self._entries = Ids(), 0
        self._sums: dict[str, Decimal] = defaultdict(Decimal)

    def run(self, cursor: Mapping[str, Any]) -> Iterator[Item]:
        """Everything, in the order that later parts lean on."""
        books, items = masters.read(self._company)
        yield from items
        mark = _mark(books)
        if cursor.get("books") != mark:  # codes that vouchers carry have changed: read all anew
            cursor = {}
        since = dict(cursor.get("since", {}))
        yield from self._parties(since)
        yield from self._source_documents(since)
        yield from self._vouchers(cursor, since, books)
        yield from self._drafts()
        yield Cursor({
            "books": mark, "since": since, "vouchers": self._known.text(),
            "entries": self._entries,
            "sums": {code: str(value) for code, value in sorted(self._sums.items())},
        })  # fmt: skip

    def _parties(self, since: dict[str, str]) -> Iterator[Item]:
        changed = _changed(since.get("party"), "", "identifiers.", "addresses.")
        rows = Collector("party")
        for record in self._company.every("party.party", records.PARTY_FIELDS, changed, "parties"):
            rows.add(*records.party(record))
            _later(since, "party", record)
            if rows.full():
                yield from rows.take()
        yield from rows.take()
        ids = self._client.ids("party.party", [], INACTIVE_TOO)
        yield Present("party", [str(number) for number in ids])

    def _source_documents(self, since: dict[str, str]) -> Iterator[Item]:
        issued = [self._company.own(), ["state", "in", ["posted", "paid", "cancelled"]],
                  ["number", "!=", None]]  # fmt: skip
        domain = [issued, _changed(since.get("document"), "")]
        rows = Collector("source_document")
        for record in self._company.every(
            "account.invoice", records.DOCUMENT_FIELDS, domain, "documents"
        ):
            rows.add(*records.document(record))
            _later(since, "document", record)
            if rows.full():
                yield from rows.take()
        yield from rows.take()
        ids = self._client.ids("account.invoice", issued)
        yield Present("source_document", [str(number) for number in ids])

    def _vouchers(
        self, cursor: Mapping[str, Any], since: dict[str, str], books: records.Books
    ) -> Iterator[Item]:
        """What changed, or everything; then until the server's own totals agree."""
        self._known = Ids.parse(cursor.get("vouchers", ""))
        self._entries = int(cursor.get("entries", 0))
        self._sums.clear()
        self._sums.update({k: Decimal(v) for k, v in cursor.get("sums", {}).items()})
        changed = _changed(since.get("voucher"), "", "lines.", "lines.tax_lines.")
        yield from self._read([self._company.moves("posted"), changed], since, books)
        for _ in range(ROUNDS):
            present = self._client.ids("account.move", self._company.moves("posted"))
            yield from self._missing(present, since, books)
            counts = len(self._known), self._entries
            told = totals.compared(self._company, books, counts, self._sums)
            agree = all(total.declared == total.found for total in told)
            if agree or self._client.ids("account.move", self._company.moves("posted")) == present:
                break
        else:
            raise TransientError(
                f"Vouchers kept being posted in Tryton at {self._client.where} while they were "
                f"read, {ROUNDS} times over, so its totals could not be compared. Nothing was "
                "landed; pull again when the books are quiet."
            )
        if cursor and not agree:
            since.pop("voucher", None)
            yield from self._vouchers({}, since, books)
            return
        yield Present("voucher", [str(number) for number in present])
        yield from control_totals(told)

    def _missing(
        self, present: list[int], since: dict[str, str], books: records.Books
    ) -> Iterator[Item]:
        """Vouchers the server lists that neither this pull nor an earlier one read."""
        missing = self._known.without(present)
        for start in range(0, len(missing), _IDS_PER_REQUEST):
            some = missing[start : start + _IDS_PER_REQUEST]
            yield from self._read([self._company.moves("posted"), ["id", "in", some]], since, books)
        if missing and len(self._known.without(missing)) == len(missing):
            raise SourceError(
                f"Tryton at {self._client.where} lists {len(present)} posted vouchers, but showed "
                f"none of the {len(missing)} that were asked for. Nothing was landed; see that "
                "the user of this key may read account.move and its lines."
            )

    def _read(self, domain: Domain, since: dict[str, str], books: records.Books) -> Iterator[Item]:
        pages = self._client.pages(
            "account.move", domain, records.VOUCHER_FIELDS, size=self._size, context=INACTIVE_TOO
        )
        count = 0
        for page in pages:
            self._fetch_documents(page)
            try:
                yield from self._page(self._with_lines(page), since, books)
            except KeyError as error:
                raise TransientError(
                    f"A voucher in Tryton at {self._client.where} refers to the account, tax or "
                    f"period of id {error}, which appeared while the books were read. Nothing "
                    "was landed; pull again."
                ) from error
            count += len(page)
            self._progress("vouchers", count)

    def _with_lines(self, page: list[Record]) -> list[Record]:
        found: dict[int, list[Record]] = {record["id"]: [] for record in page}
        domain = ["move", "in", list(found)]
        size = self._size * LINES_PER_VOUCHER
        for line in self._company.every(
            "account.move.line", records.LINE_FIELDS, domain, size=size
        ):
            taxes = shapes.once(line["tax_lines"], "tax line", self._client.where)
            found[line["move"]].append({**line, "tax_lines": taxes})
        return [
            {**record, "lines": shapes.once(found[record["id"]], "line", self._client.where)}
            for record in page
        ]

    def _page(
        self, vouchers_read: list[Record], since: dict[str, str], books: records.Books
    ) -> Iterator[Item]:
        vouchers, postings = Collector("voucher"), Collector("posting")
        tax_lines = Collector("tax_line")
        for record in vouchers_read:
            vouchers.add(*records.voucher(record, books, self._documents, self._client.database))
            rows = records.postings(record, books)
            for row in rows:
                postings.add(*row)
            taxes, unknown = records.tax_lines(record, books, self._documents)
            for row in taxes:
                tax_lines.add(*row)
            for line in unknown:
                yield self._unsigned(record, line)
            self._count(record, rows)
            _later(since, "voucher", record, *record["lines"],
                   *(tax for line in record["lines"] for tax in line["tax_lines"]))  # fmt: skip
        for collector in (vouchers, postings, tax_lines):
            yield from collector.take()

    def _count(self, record: Record, rows: list[records.Row]) -> None:
        if self._known.add(record["id"]):
            self._entries += len(rows)
            for row in rows:
                self._sums[row[3]] += row[4]

    def _fetch_documents(self, page: list[Record]) -> None:
        """The invoices behind these vouchers; those of one page are kept at a time."""
        prefix = "account.invoice,"
        self._documents.clear()
        origins = {record["origin"] or "" for record in page}
        ids = sorted(int(o.removeprefix(prefix)) for o in origins if o.startswith(prefix))
        for start in range(0, len(ids), _IDS_PER_REQUEST):
            domain = ["id", "in", ids[start : start + _IDS_PER_REQUEST]]
            for record in self._company.every("account.invoice", records.DOCUMENT_FIELDS, domain):
                self._documents[records.document_id(record)] = record

    def _drafts(self) -> Iterator[Item]:
        count = self._client.count("account.move", self._company.moves("draft"))
        if count:
            yield self._found(
                "tryton.drafts", Severity.NOTE, "account.move",
                f"Drafts in Tryton are not read; there are {count}.",
                "Post what belongs in a report in Tryton, then run `indberet pull`.",
            )  # fmt: skip

    def _unsigned(self, record: Record, line: str) -> Found:
        return self._found(
            "tryton.tax_line_sign", Severity.ERROR, f"voucher {record['number']}, line {line}",
            "The line is 0.00 but carries VAT amounts, so their side cannot be told.",
            "Reverse the voucher in Tryton and book the VAT on lines of their own.",
            voucher_id=str(record["id"]), line_id=line,
        )  # fmt: skip

    def _found(
        self, rule: str, severity: Severity, where: str, message: str, remedy: str, **place: str
    ) -> Found:
        company = self._company.choice.company_id
        return Found(Finding(rule, severity, company, where, message, remedy, **place))


def _mark(books: records.Books) -> str:
    """Changes when a code that landed vouchers carry changes."""
    taxes = {number: (code.vat_code, code.parent) for number, code in books.taxes.items()}
    content = [books.currency, sorted(books.accounts.items()), sorted(taxes.items()),
               sorted(books.series.items())]  # fmt: skip
    return digest(content)


def _changed(since: str | None, *places: str) -> Domain:
    """Records created or written from an overlap before `since`, here or in `places`."""
    if not since:
        return []
    start = datetime.fromisoformat(since) - OVERLAP
    conditions = [
        [[f"{place}{stamp}", ">=", start]]
        for place in places
        for stamp in ("create_date", "write_date")
    ]
    return ["OR", *conditions]


def _later(since: dict[str, str], stream: str, *seen: Record) -> None:
    """Move the stream's mark to the newest stamp seen.

    `write_date` is null until the first update, so the later of both counts.
    """
    stamps = [
        value.astimezone(UTC).isoformat()
        for record in seen
        for value in (record.get("create_date"), record.get("write_date"))
        if value
    ]
    since[stream] = max([*stamps, since.get(stream, "")])
