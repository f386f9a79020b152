"""GnuCash books in XML, plain or compressed.

Belongs here: elements. Does not: what a record becomes.

Source: GnuCash, libgnucash/doc/xml/gnucash-v2.rnc.
"""

import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from assets.sources import safe_xml
from assets.sources.parts.gnucash.book import (
    Account,
    Book,
    Invoice,
    InvoiceLine,
    Party,
    Price,
    Split,
    TaxTable,
    Transaction,
    commodity_name,
    moment,
    rational,
)
from warehouse.errors import SourceError

GZIP = b"\x1f\x8b"
_LARGEST = 4 << 30
_GNC = "{http://www.gnucash.org/XML/gnc}"
_URI = "http://www.gnucash.org/XML/"
_TAGS = (
    "account", "transaction", "GncTaxTable", "GncInvoice", "GncEntry", "GncCustomer", "GncVendor",
    "count-data",
)  # fmt: skip


def read(path: Path, name: str) -> Book:
    """The whole book.

    Raises `SourceError` when it is no GnuCash book, with the line where it breaks.
    """
    with path.open("rb") as file:
        is_compressed = file.read(2) == GZIP
    if not is_compressed:
        return _read(path, path, name)
    with tempfile.NamedTemporaryFile(suffix=".xml") as plain:
        _decompress(path, plain)
        try:
            return _read(Path(plain.name), path, name)
        except SourceError as error:
            raise SourceError(str(error).replace(plain.name, str(path))) from error


def _decompress(path: Path, target: Any) -> None:
    inflate = zlib.decompressobj(31)
    size = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                while chunk:
                    part = inflate.decompress(chunk, 1 << 20)
                    chunk = inflate.unconsumed_tail
                    size += len(part)
                    if size > _LARGEST:
                        raise SourceError(
                            f"Reading {path}: more than {_LARGEST} bytes when decompressed, "
                            "expected at most that. Save the book as SQLite."
                        )
                    target.write(part)
    except zlib.error as error:
        raise SourceError(
            f"Reading {path}: damaged compressed data ({error}). Open the book in GnuCash and "
            "save it again."
        ) from error
    if not inflate.eof:
        raise SourceError(
            f"Reading {path}: the compressed file ends too early. It was cut off; copy it again."
        )
    target.flush()


def _read(path: Path, shown: Path, name: str) -> Book:
    if safe_xml.root(path).tag != "gnc-v2":
        raise SourceError(
            f"Reading {shown}:1: expected a GnuCash book (gnc-v2), found "
            f"<{safe_xml.root(path).tag}>. Save the book again with GnuCash 2.6 or later."
        )
    reader = _Reader(name)
    for element in safe_xml.elements(path, [*(f"{_GNC}{tag}" for tag in _TAGS), "price"]):
        try:
            reader.take(element)
        except (ValueError, TypeError, AttributeError) as error:
            raise SourceError(
                f"Reading {shown}:{element.sourceline}: cannot read this "
                f"{element.tag.rpartition('}')[2]} ({error}). Open the book in GnuCash and save "
                "it again."
            ) from error
        safe_xml.release(element)
    return reader.book


class _Reader:
    """One file, element by element."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.book = Book()

    def take(self, element: Any) -> None:
        parent = element.getparent()
        if parent is not None and parent.tag == f"{_GNC}template-transactions":
            return
        handlers: dict[str, Callable[[Any], None]] = {
            "account": self._account, "transaction": self._transaction,
            "GncTaxTable": self._tax_table, "GncInvoice": self._invoice,
            "GncEntry": self._invoice_line, "price": self._price, "count-data": self._count,
            "GncCustomer": lambda e: self._party(e, "customer", "cust"),
            "GncVendor": lambda e: self._party(e, "vendor", "vendor"),
        }  # fmt: skip
        handlers[element.tag.rpartition("}")[2]](element)

    def _count(self, element: Any) -> None:
        if element.get(f"{{{_URI}cd}}type") == "transaction":
            self.book.counted["vouchers"] = int(element.text)

    def _account(self, element: Any) -> None:
        guid, kind = _need(element, "act:id"), _need(element, "act:type")
        if kind == "ROOT":
            self.book.root = self.book.root or guid
        self.book.accounts[guid] = Account(
            guid, _need(element, "act:name"), kind, _commodity(element, "act:commodity"),
            _text(element, "act:parent"), _text(element, "act:code") or "",
            dict(_slots(element, "act:slots")).get("notes", ""),
        )  # fmt: skip

    def _transaction(self, element: Any) -> None:
        slots = dict(_slots(element, "trn:slots"))
        posted = slots.get("date-posted") or _need(element, "trn:date-posted/ts:date")
        entered = _text(element, "trn:date-entered/ts:date")
        transaction = Transaction(
            _need(element, "trn:id"), _commodity(element, "trn:currency"),
            _text(element, "trn:num") or "", moment(posted).date(),
            moment(entered) if entered else None, _text(element, "trn:description") or "",
            f"{self._name}:{element.sourceline}", slots,
        )  # fmt: skip
        for split in element.iterfind(_path("trn:splits/trn:split")):
            transaction.splits.append(
                Split(
                    _need(split, "split:id"), _need(split, "split:account"),
                    rational(_need(split, "split:value")), rational(_need(split, "split:quantity")),
                    _text(split, "split:memo") or "", _text(split, "split:action") or "",
                )
            )  # fmt: skip
        self.book.transactions.append(transaction)

    def _tax_table(self, element: Any) -> None:
        guid = _need(element, "taxtable:guid")
        table = TaxTable(guid, _need(element, "taxtable:name"), _text(element, "taxtable:parent"))
        for entry in element.iterfind(_path("taxtable:entries/gnc:GncTaxTableEntry")):
            amount = rational(_need(entry, "tte:amount"))
            is_percent = _need(entry, "tte:type") == "PERCENT"
            table.rates.append((_need(entry, "tte:acct"), amount if is_percent else None))
        self.book.tax_tables[guid] = table

    def _invoice(self, element: Any) -> None:
        owner = _need(element, "invoice:owner/owner:type").removeprefix("gnc").lower()
        opened = _text(element, "invoice:opened/ts:date")
        self.book.invoices.append(
            Invoice(
                _need(element, "invoice:guid"), _text(element, "invoice:id") or "",
                (owner, _need(element, "invoice:owner/owner:id")),
                moment(opened).date() if opened else None, _commodity(element, "invoice:currency"),
                _text(element, "invoice:posttxn"), _text(element, "invoice:postacc"),
                dict(_slots(element, "invoice:slots")).get("credit-note") == "1",
            )
        )  # fmt: skip

    def _invoice_line(self, element: Any) -> None:
        for holder, side in (("invoice", "i"), ("bill", "b")):
            invoice, account = (
                _text(element, f"entry:{holder}"),
                _text(element, f"entry:{side}-acct"),
            )
            if invoice and account:
                is_taxed = _text(element, f"entry:{side}-taxable") == "1"
                table = _text(element, f"entry:{side}-taxtable") if is_taxed else None
                text = _text(element, "entry:description") or ""
                self.book.invoice_lines.append(InvoiceLine(invoice, account, text, table))

    def _party(self, element: Any, kind: str, prefix: str) -> None:
        self.book.parties.append(
            Party(
                _need(element, f"{prefix}:guid"), kind, _need(element, f"{prefix}:id"),
                _text(element, f"{prefix}:name") or "",
            )
        )  # fmt: skip

    def _price(self, element: Any) -> None:
        day = moment(_need(element, "price:time/ts:date")).date()
        commodity, currency = (
            _commodity(element, "price:commodity"),
            _commodity(element, "price:currency"),
        )
        each = rational(_need(element, "price:value"))
        self.book.prices.append(Price(commodity, currency, day, each))


def _path(told: str) -> str:
    """`act:name` as lxml wants it; the prefixes are GnuCash's own."""
    parts = (step.partition(":") for step in told.split("/"))
    return "/".join(f"{{{_URI}{prefix}}}{name}" for prefix, _, name in parts)


def _text(element: Any, told: str) -> str | None:
    found = element.findtext(_path(told))
    return found if found is None else str(found)


def _need(element: Any, told: str) -> str:
    found = _text(element, told)
    if not found:
        raise ValueError(f"it has no {told}")
    return found


def _commodity(element: Any, told: str) -> str:
    space = _text(element, f"{told}/cmdty:space") or ""
    return commodity_name(space, _text(element, f"{told}/cmdty:id") or "")


def _slots(element: Any, told: str) -> Iterator[tuple[str, str]]:
    """The key-value pairs one level deep, dates and texts alike as text."""
    for slot in element.iterfind(f"{_path(told)}/slot"):
        value = slot.find(_path("slot:value"))
        if value is not None:
            inner = "".join(value.itertext()).strip()
            yield str(slot.findtext(_path("slot:key"))), inner
