"""SAF-T vouchers and their lines into Arrow rows, fast and in flat memory.

Belongs here: Transaction and Line. Does not: columns (`postings`), master
files, header, file order.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

from assets.sources.connector import Rows
from assets.sources.parts.saft.dialect import Dialect
from assets.sources.parts.saft.postings import Postings
from assets.sources.parts.saft.tax import TaxedLine, Told, tax_rows
from assets.sources.repeated import reading_of
from assets.sources.row_batches import (
    ROWS_PER_BATCH,
    Collector,
    Notes,
    iso_date,
    number,
)
from quality.finding import Severity

_CENT = Decimal("0.01")
_OPEN_LINES = 2_000
_FIX = "Correct it in the bookkeeping system, export again, then run `indberet pull`."


@dataclass(slots=True)
class _Voucher:
    """The voucher being read."""

    element: Any
    head: dict[str, str | None]
    source_id: str
    reading: int
    line_count: int = 0
    line_ids: set[str] = field(default_factory=set)
    taxed: list[TaxedLine] = field(default_factory=list)
    party: str | None = None
    document: str | None = None
    dates: tuple[date | None, ...] = ()


class Entries:
    """Collects vouchers, postings and tax lines of one file, with their totals.

    `posting_date` is the element that dates a voucher. `file_no` numbers the file
    among those of one pull, the newest first. No voucher's id is remembered, so that
    memory does not grow with the file: see `repeated`.
    """

    def __init__(
        self,
        name: str,
        dialect: Dialect,
        currency: str,
        posting_date: str,
        notes: Notes,
        file_no: int,
        rows_per_batch: int = ROWS_PER_BATCH,
    ) -> None:
        self._name, self._dialect, self._currency = name, dialect, currency
        self._notes, self._file_no, self._limit = notes, file_no, rows_per_batch
        n = f"{{{dialect.namespace}}}"
        self._n = n
        dates = ("GLPostingDate", "TransactionDate", "SystemEntryDate")
        self._date_order = [n + d for d in (posting_date, *(d for d in dates if d != posting_date))]
        self._t = {
            key: n + key
            for key in (
                "RecordID", "AccountID", "SourceDocumentID", "CustomerID", "SupplierID",
                "Description", "DebitAmount", "CreditAmount", "Amount", "CurrencyCode",
                "CurrencyAmount", "ExchangeRate", "Analysis", "TaxInformation", "Line",
            )
        }  # fmt: skip
        self._dates: dict[str | None, date | None] = {}
        self._dimensions: dict[tuple[str, ...], str] = {}
        self._vouchers = Collector("voucher", rows_per_batch)
        self._taxes = Collector("tax_line", rows_per_batch)
        self._readings: dict[str, list[int]] = {"voucher": [], "tax_line": []}
        self.postings = Postings(name, notes)
        self._open: _Voucher | None = None
        self._journal: tuple[Any, str | None] = (None, None)
        self.voucher_count = 0
        self.first_date: date | None = None
        self.last_date: date | None = None

    def finish(self, element: Any) -> None:
        """Take a finished Transaction."""
        voucher = self._voucher(element)
        self._absorb(voucher, element.iterchildren(self._t["Line"]))
        self._open = None
        self.voucher_count += 1
        if voucher.line_count == 0:
            self._warn(voucher, "has no lines. The schema asks for at least one.")
        for line_id, seq, code, part, amount in tax_rows(voucher.taxed) if voucher.taxed else ():
            if any(voucher.dates):
                self._taxes.add(
                    voucher.source_id, line_id, seq, code, part, self._money(voucher, amount)
                )
                self._readings["tax_line"].append(voucher.reading)
        self._head(voucher)

    def prune(self) -> None:
        """Between two reads: take the finished lines of a voucher too long to hold."""
        journal = self._journal[0]
        if journal is None or len(journal) == 0:
            return
        element = journal[-1]
        if element.tag != self._n + "Transaction" or len(element) < _OPEN_LINES:
            return
        lines = list(element.iterchildren(self._t["Line"]))[:-1]
        self._absorb(self._voucher(element), lines)
        for line in lines:
            element.remove(line)

    def enter(self, journal: Any) -> None:
        """The journal whose transactions follow."""
        code = journal.findtext(self._n + "JournalID")
        self._journal = (journal, code.strip() if code else None)

    def take(self, *, everything: bool = False) -> Iterator[Rows]:
        """Full batches, or all that is left."""
        if everything or len(self.postings) >= self._limit:
            yield from self._taken(self._vouchers)
            yield from self.postings.take()
            yield from self._taken(self._taxes)

    def _taken(self, collector: Collector) -> Iterator[Rows]:
        readings = self._readings[collector.stream]
        for rows in collector.take():
            yield replace(rows, readings=pa.array(readings, pa.int64()))
            readings.clear()

    def _voucher(self, element: Any) -> _Voucher:
        if self._open is not None and self._open.element is element:
            return self._open
        if element.getparent() is not self._journal[0]:
            self.enter(element.getparent())
        head: dict[str, str | None] = {}
        for child in element:
            if child.tag == self._t["Line"]:
                break
            head[child.tag] = child.text
        number_ = self._told_in(head, "TransactionID")
        if number_ is None:
            number_ = f"line {element.sourceline}"
            self._notes.add(
                "saft.voucher_number", Severity.ERROR, f"{self._name}:{element.sourceline}",
                "A Transaction has no TransactionID; it is kept under its line number.", _FIX,
            )  # fmt: skip
        year = self._told_in(head, "PeriodYear")
        own = "/".join(part for part in (year, self._journal[1], number_) if part)
        self._open = voucher = _Voucher(
            element, head, own, reading_of(self._file_no, self.voucher_count)
        )
        voucher.party = self._party(
            head.get(self._n + "CustomerID"), head.get(self._n + "SupplierID")
        )
        voucher.dates = tuple(self._date(head.get(tag)) for tag in self._date_order)
        return voucher

    def _head(self, voucher: _Voucher) -> None:
        head, dates = voucher.head, voucher.dates
        where = f"{self._name}:{voucher.element.sourceline}"
        posted = next((found for found in dates if found is not None), None)
        if dates[0] is None:
            told = head.get(self._date_order[0])
            instead = f"{posted} is used instead" if posted else "the voucher is left out"
            self._notes.add(
                "saft.date", Severity.ERROR, where,
                f"Voucher {voucher.source_id}: {self._date_order[0].rpartition('}')[2]} is "
                f"{told!r}, expected a date such as 2026-03-31; {instead}.", _FIX,
                voucher_id=voucher.source_id, pair=("yyyy-mm-dd", str(told)),
            )  # fmt: skip
        if posted is None:
            return
        self.first_date = min(posted, self.first_date or posted)
        self.last_date = max(posted, self.last_date or posted)
        entered = self._date(head.get(self._n + "SystemEntryDate"))
        self._vouchers.add(
            voucher.source_id,
            self._journal[1],
            self._told_in(head, "TransactionID") or voucher.source_id,
            self._date(head.get(self._n + "TransactionDate")),
            posted,
            datetime.combine(entered, time(), UTC) if entered else None,
            self._told_in(head, "Description"),
            voucher.document,
            where,
        )
        self._readings["voucher"].append(voucher.reading)

    def _absorb(self, voucher: _Voucher, lines: Iterable[Any]) -> None:
        t, keep = self._t, self.postings.add
        t_debit, t_credit, t_tax, t_analysis = (
            t["DebitAmount"], t["CreditAmount"], t["TaxInformation"], t["Analysis"],
        )  # fmt: skip
        t_record, t_account, t_document = t["RecordID"], t["AccountID"], t["SourceDocumentID"]
        t_customer, t_supplier, t_text = t["CustomerID"], t["SupplierID"], t["Description"]
        use = any(voucher.dates)
        for line in lines:
            voucher.line_count += 1
            f = {child.tag: child for child in line}
            side = f.get(t_debit)
            sign = 1
            if side is None or t_credit in f:
                side, sign = self._one_side(voucher, line, side, f.get(t_credit))
            amount, currency, foreign, rate = self._amounts(side)
            record = f[t_record].text if t_record in f else None
            line_id = self._line_id(voucher, line, record)
            if voucher.document is None and t_document in f:
                voucher.document = f[t_document].text
            party = voucher.party
            if t_customer in f or t_supplier in f:
                party = self._party(
                    f[t_customer].text if t_customer in f else None,
                    f[t_supplier].text if t_supplier in f else None,
                )
            code = self._taxed(voucher, line, line_id, amount, sign) if t_tax in f else None
            keep(
                (
                    voucher.source_id, line_id, voucher.line_count,
                    f[t_account].text if t_account in f else None,
                    sign, amount, currency, foreign, rate, party, code,
                    f[t_text].text if t_text in f else None,
                    self._analysis(line) if t_analysis in f else None, line.sourceline,
                    voucher.reading, use,
                )
            )  # fmt: skip

    def _one_side(self, voucher: _Voucher, line: Any, debit: Any, credit: Any) -> tuple[Any, int]:
        """The side that counts and its sign; where both are given, one must be zero."""
        if debit is None:
            return credit, -1
        told = self._number(voucher, line, self._amount_in(debit))
        other = self._number(voucher, line, self._amount_in(credit))
        if told and other:
            self._notes.add(
                "saft.two_sides", Severity.ERROR, f"{self._name}:{line.sourceline}",
                f"Voucher {voucher.source_id}: a line has both a debit of {told} and a credit of "
                f"{other}; expected one. The debit counts.", _FIX, voucher_id=voucher.source_id,
            )  # fmt: skip
        return (credit, -1) if not told and other else (debit, 1)

    def _amounts(self, side: Any) -> tuple[str | None, str | None, str | None, str | None]:
        if side is None:
            return None, None, None, None
        found = {child.tag: child.text for child in side}
        t = self._t
        amount = found.get(t["Amount"])
        currency, foreign = found.get(t["CurrencyCode"]), found.get(t["CurrencyAmount"])
        if currency is None or (currency == self._currency and foreign in (None, amount)):
            return amount, None, None, None
        return amount, currency, foreign, found.get(t["ExchangeRate"])

    def _line_id(self, voucher: _Voucher, line: Any, record: str | None) -> str:
        line_id = (record or "").strip() or f"#{voucher.line_count}"
        if line_id in voucher.line_ids:
            again = f"{line_id}#{voucher.line_count}"
            self._notes.add(
                "saft.duplicate_line", Severity.WARNING, f"{self._name}:{line.sourceline}",
                f"Voucher {voucher.source_id}: RecordID {line_id} occurs again; expected once. "
                f"This line is kept as {again}.", _FIX, voucher_id=voucher.source_id,
            )  # fmt: skip
            line_id = again
        voucher.line_ids.add(line_id)
        return line_id

    def _taxed(
        self, voucher: _Voucher, line: Any, line_id: str, amount: str | None, sign: int
    ) -> str | None:
        told = tuple(
            found
            for element in line.iterchildren(self._t["TaxInformation"])
            if (found := self._told(voucher, element)) is not None
        )
        if not told:
            return None
        value = self._number(voucher, line, amount) or Decimal(0)
        voucher.taxed.append(TaxedLine(line_id, sign * value, sign, told))
        return told[0].code

    def _told(self, voucher: _Voucher, element: Any) -> Told | None:
        n = self._n
        found = {child.tag: child for child in element}

        def text(name: str) -> str | None:
            child = found.get(n + name)
            return child.text if child is not None else None

        code = (text("TaxCode") or "").strip() or (text("StandardTaxCode") or "").strip()
        if not code:
            self._notes.add(
                "saft.tax_code", Severity.ERROR, f"{self._name}:{element.sourceline}",
                f"Voucher {voucher.source_id}: TaxInformation has no TaxCode.", _FIX,
                voucher_id=voucher.source_id,
            )  # fmt: skip
            return None
        tax, side = None, 0
        for name, side_ in (("TaxAmount", 0), ("DebitTaxAmount", 1), ("CreditTaxAmount", -1)):
            if n + name in found:
                tax = self._number(voucher, element, self._amount_in(found[n + name]))
                side = side_
        base = None
        if n + "TaxBaseDescription" not in found:  # with one, the base is a quantity
            base = self._number(voucher, element, text("TaxBase"))
        return Told(code, base, tax, side)

    def _amount_in(self, element: Any) -> str | None:
        for child in element:
            if child.tag == self._t["Amount"]:
                return str(child.text)
        return None

    def _number(self, voucher: _Voucher, element: Any, text: str | None) -> Decimal | None:
        if text is None:
            return None
        try:
            return number(text)
        except ValueError:
            self.postings.bad_amount(voucher.source_id, element.sourceline, text)
            return None

    def _money(self, voucher: _Voucher, value: Decimal) -> Decimal:
        rounded = value.quantize(_CENT)
        if rounded != value:
            self.postings.bad_amount(voucher.source_id, voucher.element.sourceline, str(value))
        return rounded

    def _warn(self, voucher: _Voucher, what: str) -> None:
        self._notes.add(
            "saft.empty_voucher", Severity.WARNING,
            f"{self._name}:{voucher.element.sourceline}",
            f"Voucher {voucher.source_id} {what}", _FIX, voucher_id=voucher.source_id,
        )  # fmt: skip

    def _analysis(self, line: Any) -> str | None:
        key = tuple(
            text
            for element in line.iterchildren(self._t["Analysis"])
            for text in (
                element.findtext(self._n + "AnalysisType") or "",
                element.findtext(self._n + "AnalysisID") or "",
            )
        )
        known = self._dimensions.get(key)
        if known is None:
            found: dict[str, str] = {}
            for kind, value in zip(key[::2], key[1::2], strict=True):
                found[kind] = f"{found[kind]};{value}" if kind in found else value
            known = json.dumps(found, ensure_ascii=False, sort_keys=True)
            if len(self._dimensions) > self._limit:
                self._dimensions.clear()
            self._dimensions[key] = known
        return known

    def _party(self, customer: str | None, supplier: str | None) -> str | None:
        if customer and customer.strip():
            return f"customer/{customer.strip()}"
        if supplier and supplier.strip():
            return f"supplier/{supplier.strip()}"
        return None

    def _told_in(self, head: dict[str, str | None], name: str) -> str | None:
        text = head.get(self._n + name)
        return text.strip() or None if text else None

    def _date(self, text: str | None) -> date | None:
        if text not in self._dates:
            if len(self._dates) > self._limit:
                self._dates.clear()
            self._dates[text] = iso_date(text)
        return self._dates[text]
