"""SIE 5 files: full exports (Sie) and import files (SieEntry).

SIE 5 knows no VAT codes. Struck-out ledger entries do not count.

Belongs here: SIE 5's elements. Does not: what becomes of a book (`parts.sie.book`).

Source: SIE 5 file format, sie5.xsd.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from assets.sources import safe_xml, source_files
from assets.sources.connector import (
    Connection,
    Cursor,
    Discovery,
    Item,
    Progress,
    RawFile,
)
from assets.sources.parts.sie import additions as sie_additions
from assets.sources.parts.sie.book import Book, Posting, Seen, Voucher
from assets.sources.row_batches import Notes, iso_date
from assets.sources.source_files import SourceFile
from quality.finding import Severity
from warehouse.errors import SourceError

_READER_VERSION = 2
_SUFFIXES = (".sie", ".si", ".se", ".xml")
_N = "{http://www.sie.se/sie5}"
_ROOTS = (f"{_N}Sie", f"{_N}SieEntry")
_KINDS = {
    "asset": "asset",
    "liability": "liability",
    "equity": "equity",
    "cost": "expense",
    "income": "revenue",
}
# Documents are embedded in the file as base64, one value each.
_LIMITS = safe_xml.Limits(text=64 << 20)
_FIX = "Correct it in the bookkeeping system, export again, then run `indberet pull`."
_TAGS = ("FileInfo", "Account", "Customer", "Supplier", "CustomerInvoice", "SupplierInvoice",
         "JournalEntry", "EmbeddedFile", "FixedAsset", "GeneralObject")  # fmt: skip


class Sie5:
    """The connector."""

    title = "SIE 5 file (Swedish)"
    options: Mapping[str, tuple[bool, str]] = sie_additions.OPTIONS

    def discover(self, connection: Connection) -> Discovery:
        """Read the newest file's head and count its accounts.

        Raises `SourceError` for a file that is no SIE 5 file.
        """
        file, info = _newest_first(connection, source_files.find(connection, _SUFFIXES))[0]
        tags = [_N + "Account", _N + "JournalEntry"]
        found = [element.tag for element in safe_xml.elements(file.path, tags, _LIMITS)]
        company = _company(file, info)
        vouchers = found.count(_N + "JournalEntry")
        return Discovery(
            company.get("name", file.name), company.get("organizationId"),
            sorted((start, end) for start, end, _ in _years(info)), found.count(_N + "Account"),
            0, [
                f"{file.name}: SIE 5, {vouchers} vouchers; SIE carries no VAT codes",
                *sie_additions.advice(connection),
            ],
        )  # fmt: skip

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Everything in the files, newest file first; nothing when no file changed.

        Raises `SourceError` for a file that cannot be read.
        """
        described = source_files.find(connection, _SUFFIXES)
        additions = sie_additions.read(connection)
        now = source_files.cursor(described, connection, _READER_VERSION) | dict(additions.files)
        if not source_files.is_same(cursor, now):
            seen = Seen()
            for file, info in _newest_first(connection, described):
                yield RawFile(str(file.path))
                notes = Notes(connection.company_id, file.name)
                yield from _Reader(file, info, Book(file.name, notes, seen, additions)).items(
                    progress
                )
                file.ensure_unchanged()
        yield Cursor(now)


CONNECTOR = Sie5()


def _newest_first(
    connection: Connection, described: list[SourceFile]
) -> list[tuple[SourceFile, Any]]:
    told = []
    for file in described:
        info = _info(file)
        created = info.find(_N + "FileCreation")
        order = (
            max((str(end) for _, end, _ in _years(info)), default=""),
            created.get("time", "") if created is not None else "",
            file.name,
        )
        told.append((order, file, info))
    told.sort(key=lambda one: one[0], reverse=True)
    source_files.ensure_one_company(
        connection,
        [(file.path, _company(file, info).get("organizationId", "")) for _, file, info in told],
    )
    return [(file, info) for _, file, info in told]


def _info(file: SourceFile) -> Any:
    root = safe_xml.root(file.path).tag
    if root not in _ROOTS:
        raise SourceError(
            f"Reading {file.path}: the root element is {root}, which is no SIE 5 file. "
            f"Known: {', '.join(_ROOTS)}. Export SIE 5, or use another `system` for this file."
        )
    for element in safe_xml.elements(file.path, [_N + "FileInfo"], _LIMITS):
        return element
    raise SourceError(
        f"Reading {file.path}: expected a FileInfo element, found none. "
        "Export it again from the bookkeeping system."
    )


def _company(file: SourceFile, info: Any) -> Any:
    company = info.find(_N + "Company")
    if company is None:
        raise SourceError(
            f"Reading {file.path}:{info.sourceline}: expected a Company element, found none. "
            "Export it again from the bookkeeping system."
        )
    return company.attrib


def _years(info: Any) -> list[tuple[date, date, Any]]:
    """Start, end and attributes of each fiscal year that has both."""
    years = []
    for year in info.iterfind(f"{_N}FiscalYears/{_N}FiscalYear"):
        start, end = _first_day(year.get("start")), _last_day(year.get("end"))
        if start is not None and end is not None:
            years.append((start, end, year.attrib))
    return years


def _first_day(month: str | None) -> date | None:
    return iso_date(f"{month[:7]}-01") if month else None


def _last_day(month: str | None) -> date | None:
    first = _first_day(month)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if first else None


class _Reader:
    """One file, element by element."""

    def __init__(self, file: SourceFile, info: Any, book: Book) -> None:
        self._file, self._book, self._info = file, book, info
        self._parties: dict[str, str] = {}
        self._journal: Any = None
        self._entries = 0
        product = info.find(_N + "SoftwareProduct")
        self._is_ours = product is not None and product.get("name") == "Indberet"
        self._struck = 0
        self._other_dates = 0

    def items(self, progress: Progress) -> Iterator[Item]:
        """Rows, findings and completeness of the file."""
        self._head()
        self._dimensions()
        handlers = {
            "Account": self._account, "Customer": self._party, "Supplier": self._party,
            "CustomerInvoice": self._invoice, "SupplierInvoice": self._invoice,
            "JournalEntry": self._entry,
        }  # fmt: skip
        tags = [_N + tag for tag in _TAGS]
        for element in safe_xml.elements(self._file.path, tags, _LIMITS):
            handler = handlers.get(element.tag[len(_N) :])
            if handler is not None:
                handler(element)
            safe_xml.release(element)
            yield from self._book.take()
        progress(f"{self._file.name}: vouchers", self._book.vouchers)
        self._tell()
        is_export = safe_xml.root(self._file.path).tag == f"{_N}Sie"
        yield from self._book.finish(is_whole_year=is_export and self._book.year is not None)

    def _head(self) -> None:
        company = _company(self._file, self._info)
        currency = self._info.find(_N + "AccountingCurrency")
        self._book.company(
            company.get("organizationId"),
            company.get("name") or self._file.name,
            currency.get("currency", "SEK") if currency is not None else "SEK",
        )
        for start, end, told in _years(self._info):
            closed = told.get("closed") in ("true", "1")
            self._book.fiscal_year(start, end, "closed" if closed else "open")
            if told.get("primary") in ("true", "1"):
                self._book.year = (start, end)

    def _dimensions(self) -> None:
        """Dimensions first: balances refer to them before the file declares them."""
        tags = [_N + "Dimension", _N + "JournalEntry"]
        for element in safe_xml.elements(self._file.path, tags, _LIMITS):
            if element.tag != tags[0]:
                return
            number = element.get("id") or ""
            self._book.dimension(number, element.get("name") or "")
            for child in element.iterchildren(_N + "Object"):
                self._book.object(number, child.get("id") or "", child.get("name") or "")
            safe_xml.release(element)

    def _account(self, element: Any) -> None:
        code = element.get("id")
        if element.getparent().tag != _N + "Accounts" or code is None:
            return
        self._book.account(
            code, element.get("name") or code, _KINDS.get(element.get("type") or ""), None
        )
        for child in element:
            kind = {"Opening": "opening", "Closing": "closing"}.get(child.tag[len(_N) :][:7])
            if kind is not None:
                self._balance(code, kind, child)

    def _balance(self, code: str, kind: str, element: Any) -> None:
        month = element.get("month")
        day = _first_day(month) if kind == "opening" else _last_day(month)
        if day is None:
            self._book.notes.add(
                "sie.period", Severity.WARNING, f"{self._file.name}:{element.sourceline}",
                f"A balance of account {code} has month {month!r}, expected yyyy-mm; "
                "it is left out.", _FIX,
            )  # fmt: skip
            return
        line = element.sourceline
        amount = self._book.amount(element.get("amount"), line)
        self._book.balance(kind, day, code, amount, _objects(element), line)

    def _party(self, element: Any) -> None:
        own = element.get("id")
        if own is not None:
            self._book.party(
                f"{element.tag[len(_N) :].lower()}/{own}", element.get("name") or own,
                element.get("country"), element.get("vatNr"), element.get("organizationId"),
            )  # fmt: skip

    def _invoice(self, element: Any) -> None:
        """Remember whose invoice it is: ledger entries refer to the invoice."""
        side = "customer" if element.tag == _N + "CustomerInvoice" else "supplier"
        party = element.get(f"{side}Id")
        if party is not None and element.get("id") is not None:
            group = element.getparent().get("primaryAccountId", "")
            self._parties[f"{group}/{element.get('id')}"] = f"{side}/{party}"

    def _entry(self, element: Any) -> None:
        self._entries += 1
        line, number = element.sourceline, element.get("id") or ""
        if self._is_ours:  # its numbers need not be integers, as the schema asks of ids
            number = element.get("referenceId") or number
        day = iso_date(element.get("journalDate"))
        journal = element.getparent().get("id")
        if day is None:
            self._book.notes.add(
                "sie.date", Severity.ERROR, f"{self._file.name}:{line}",
                f"Voucher {number or '(no number)'} of series {journal or '(none)'}: the date is "
                f"{element.get('journalDate')!r}, expected yyyy-mm-dd; the voucher is left out.",
                _FIX,
            )  # fmt: skip
            return
        info = element.find(_N + "EntryInfo")
        if info is None:
            info = element.find(_N + "OriginalEntryInfo")
        document = element.find(_N + "VoucherReference")
        voucher = Voucher(
            journal, number, day, element.get("text"),
            iso_date(info.get("date")) if info is not None else None, line,
            document.get("documentId") if document is not None else None,
        )  # fmt: skip
        for entry in element.iterchildren(_N + "LedgerEntry"):
            if entry.find(_N + "Overstrike") is not None:
                self._struck += 1
            else:
                voucher.postings.append(self._posting(entry, day))
        self._book.voucher(voucher)

    def _posting(self, entry: Any, day: date) -> Posting:
        account, line = entry.get("accountId") or "?", entry.sourceline
        own = iso_date(entry.get("ledgerDate"))
        self._other_dates += own is not None and own != day
        foreign = entry.find(_N + "ForeignCurrencyAmount")
        dimensions = _objects(entry)
        part = entry.find(_N + "SubdividedAccountObjectReference")
        party = None
        if part is not None:
            dimensions["object"] = part.get("objectId") or ""
            party = self._parties.get(f"{account}/{dimensions['object']}")
        return Posting(
            account, self._book.amount(entry.get("amount"), line), entry.get("text"), dimensions,
            foreign.get("currency") if foreign is not None else None,
            self._book.amount(foreign.get("amount"), line) if foreign is not None else None,
            party,
        )  # fmt: skip

    def _tell(self) -> None:
        """What the file does not hold, and what of it does not count."""
        if not self._entries:
            read = f"{self._book.accounts} account(s) and {self._book.balances} balance(s)"
            self._book.notes.add(
                "sie.no_vouchers", Severity.NOTE, self._file.name,
                f"The file holds no vouchers (JournalEntry): {read} are read, and no VAT return "
                "can be made from it.", "Export SIE 5 with vouchers where they are needed.",
            )  # fmt: skip
        for count, rule, what in (
            (self._struck, "sie.struck_line", "struck-out posting(s) (Overstrike) do not count"),
            (
                self._other_dates,
                "sie.line_date",
                "posting(s) have a ledgerDate other than their voucher's; the voucher's counts",
            ),
        ):
            if count:
                self._book.notes.add(
                    rule, Severity.NOTE, self._file.name, f"{count} {what}.",
                    "Nothing, unless it is not meant so.",
                )  # fmt: skip


def _objects(element: Any) -> dict[str, str]:
    return {
        reference.get("dimId", ""): reference.get("objectId", "")
        for reference in element.iterchildren(_N + "ObjectReference")
    }
