"""One SIE 5 file, element by element.

Belongs here: SIE 5's elements. Does not: the file's head (`sie5_head`), what becomes of a
book (`book`).

Source: SIE 5 file format, sie5.xsd.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from assets.sources import safe_xml
from assets.sources.connector import Item, Progress
from assets.sources.parts.sie import sie5_head
from assets.sources.parts.sie.book import Book, Posting, Voucher
from assets.sources.row_batches import iso_date
from assets.sources.source_files import SourceFile
from quality.finding import Severity

_KINDS = {
    "asset": "asset",
    "liability": "liability",
    "equity": "equity",
    "cost": "expense",
    "income": "revenue",
}
_FIX = "Correct it in the bookkeeping system, export again, then run `indberet pull`."
_TAGS = ("FileInfo", "Account", "Customer", "Supplier", "CustomerInvoice", "SupplierInvoice",
         "JournalEntry", "EmbeddedFile", "FixedAsset", "GeneralObject")  # fmt: skip


class Reader:
    """One file, element by element."""

    def __init__(self, file: SourceFile, info: Any, book: Book) -> None:
        self._file, self._book, self._info = file, book, info
        self._parties: dict[str, str] = {}
        self._journal: Any = None
        self._entries = 0
        product = info.find(sie5_head.N + "SoftwareProduct")
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
        tags = [sie5_head.N + tag for tag in _TAGS]
        for element in safe_xml.elements(self._file.path, tags, sie5_head.LIMITS):
            handler = handlers.get(element.tag[len(sie5_head.N) :])
            if handler is not None:
                handler(element)
            safe_xml.release(element)
            yield from self._book.take()
        progress(f"{self._file.name}: vouchers", self._book.vouchers)
        self._tell()
        is_export = safe_xml.root(self._file.path).tag == f"{sie5_head.N}Sie"
        yield from self._book.finish(is_whole_year=is_export and self._book.year is not None)

    def _head(self) -> None:
        company = sie5_head.company(self._file, self._info)
        currency = self._info.find(sie5_head.N + "AccountingCurrency")
        self._book.company(
            company.get("organizationId"),
            company.get("name") or self._file.name,
            currency.get("currency", "SEK") if currency is not None else "SEK",
        )
        for start, end, told in sie5_head.years(self._info):
            closed = told.get("closed") in ("true", "1")
            self._book.fiscal_year(start, end, "closed" if closed else "open")
            if told.get("primary") in ("true", "1"):
                self._book.year = (start, end)

    def _dimensions(self) -> None:
        """Dimensions first: balances refer to them before the file declares them."""
        tags = [sie5_head.N + "Dimension", sie5_head.N + "JournalEntry"]
        for element in safe_xml.elements(self._file.path, tags, sie5_head.LIMITS):
            if element.tag != tags[0]:
                return
            number = element.get("id") or ""
            self._book.dimension(number, element.get("name") or "")
            for child in element.iterchildren(sie5_head.N + "Object"):
                self._book.object(number, child.get("id") or "", child.get("name") or "")
            safe_xml.release(element)

    def _account(self, element: Any) -> None:
        code = element.get("id")
        if element.getparent().tag != sie5_head.N + "Accounts" or code is None:
            return
        self._book.account(
            code, element.get("name") or code, _KINDS.get(element.get("type") or ""), None
        )
        for child in element:
            kind = {"Opening": "opening", "Closing": "closing"}.get(
                child.tag[len(sie5_head.N) :][:7]
            )
            if kind is not None:
                self._balance(code, kind, child)

    def _balance(self, code: str, kind: str, element: Any) -> None:
        month = element.get("month")
        day = sie5_head.first_day(month) if kind == "opening" else sie5_head.last_day(month)
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
                f"{element.tag[len(sie5_head.N) :].lower()}/{own}", element.get("name") or own,
                element.get("country"), element.get("vatNr"), element.get("organizationId"),
            )  # fmt: skip

    def _invoice(self, element: Any) -> None:
        """Remember whose invoice it is: ledger entries refer to the invoice."""
        side = "customer" if element.tag == sie5_head.N + "CustomerInvoice" else "supplier"
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
        info = element.find(sie5_head.N + "EntryInfo")
        if info is None:
            info = element.find(sie5_head.N + "OriginalEntryInfo")
        document = element.find(sie5_head.N + "VoucherReference")
        voucher = Voucher(
            journal, number, day, element.get("text"),
            iso_date(info.get("date")) if info is not None else None, line,
            document.get("documentId") if document is not None else None,
        )  # fmt: skip
        for entry in element.iterchildren(sie5_head.N + "LedgerEntry"):
            if entry.find(sie5_head.N + "Overstrike") is not None:
                self._struck += 1
            else:
                voucher.postings.append(self._posting(entry, day))
        self._book.voucher(voucher)

    def _posting(self, entry: Any, day: date) -> Posting:
        account, line = entry.get("accountId") or "?", entry.sourceline
        own = iso_date(entry.get("ledgerDate"))
        self._other_dates += own is not None and own != day
        foreign = entry.find(sie5_head.N + "ForeignCurrencyAmount")
        dimensions = _objects(entry)
        part = entry.find(sie5_head.N + "SubdividedAccountObjectReference")
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
        for reference in element.iterchildren(sie5_head.N + "ObjectReference")
    }
