"""One SAF-T Financial file, read once from front to back in constant memory.

Belongs here: the order of a file, its totals against its content. Does not:
which files a connection reads (`saft`), or what one element means.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from assets.sources import safe_xml
from assets.sources.connector import Complete, Item, Progress
from assets.sources.parts.saft.entries import Entries
from assets.sources.parts.saft.header import Header
from assets.sources.parts.saft.masters import TAGS, Masters
from assets.sources.row_batches import ROWS_PER_BATCH, Collector, Notes, number
from assets.sources.source_files import SourceFile
from quality.finding import Severity

_TOTALS = ("NumberOfEntries", "TotalDebit", "TotalCredit")
# Sections nobody here needs; they are freed as they pass.
_IGNORED = ("Invoice", "Payment", "WorkDocument", "StockMovement", "Asset", "AssetTransaction",
            "PhysicalStockEntry", "Product", "Owner", "AnalysisTypeTableEntry")  # fmt: skip
_EXPORT = "Export the file again, for the whole period and without filters."


class Reader:
    """Reads one file; `taken` is shared by the files of a connection, `file_no` tells
    them apart, the newest first.
    """

    def __init__(
        self,
        file: SourceFile,
        header: Header,
        company_id: str,
        *,
        posting_date: str,
        file_no: int,
        taken: set[tuple[str, str]],
        limits: safe_xml.Limits = safe_xml.DEFAULT,
        rows_per_batch: int = ROWS_PER_BATCH,
    ) -> None:
        self._file, self._header, self._limits = file, header, limits
        self._notes = Notes(company_id, file.name)
        self._masters = Masters(file.name, header, self._notes, taken)
        self._entries = Entries(
            file.name, header.dialect, header.currency, posting_date, self._notes, file_no,
            rows_per_batch,
        )  # fmt: skip
        self._posting_date = posting_date
        self._declared: dict[str, tuple[str, int]] = {}
        self._has_entries = False

    def items(self, progress: Progress) -> Iterator[Item]:
        """Rows, findings and completeness of the file.

        Raises `SourceError` where the file cannot be read to its end.
        """
        space = f"{{{self._header.dialect.namespace}}}"
        tags = [space + tag for tag in ("Transaction", *TAGS, *_TOTALS, *_IGNORED)]
        transaction = space + "Transaction"
        journal = space + "Journal"
        entries = self._entries
        for element in safe_xml.elements(self._file.path, tags, self._limits, entries.prune):
            if element.tag == transaction and element.getparent().tag == journal:
                entries.finish(element)
                yield from entries.take()
                if entries.voucher_count % 10_000 == 0:
                    progress(f"{self._file.name}: vouchers", entries.voucher_count)
            else:
                self._other(element, space)
                yield from self._masters.take()
                yield from self._notes.take()
                if element.tag[len(space) :] in _TOTALS:
                    continue
            safe_xml.release(element)
        self._file.ensure_unchanged()
        yield from self._masters.take(everything=True)
        yield from entries.take(everything=True)
        progress(f"{self._file.name}: vouchers", entries.voucher_count)
        yield from self._control_totals()
        self._check_accounts()
        self._check_selection()
        yield from self._notes.close()
        yield from self._complete()

    def _other(self, element: Any, space: str) -> None:
        name = element.tag[len(space) :]
        if name in TAGS:
            section = {"Account": "GeneralLedgerAccounts", "TaxTableEntry": "TaxTable"}
            if element.getparent().tag == space + section.get(name, f"{name}s"):
                self._masters.add(name, element)
        elif name in _TOTALS and element.getparent().tag == space + "GeneralLedgerEntries":
            self._has_entries = True
            self._declared[name] = ((element.text or "").strip(), element.sourceline)

    def _control_totals(self) -> Iterator[Item]:
        """The source's own totals with what was read beside."""
        rows, entries = Collector("control_total"), self._entries
        counts = {"vouchers": entries.voucher_count, "entries": entries.postings.line_count}
        kind = self._header.dialect.entries
        for name, kind_, found in (
            ("NumberOfEntries", kind, Decimal(counts[kind])),
            ("TotalDebit", "debit", entries.postings.debit),
            ("TotalCredit", "credit", entries.postings.credit),
        ):
            self._compare(rows, name, kind_, found)
        if self._has_entries:
            for account, (declared, line) in self._masters.closing.items():
                if account in self._masters.opening:
                    self._trial_balance(rows, account, declared, line)
        yield from rows.take()

    def _compare(self, rows: Collector, name: str, kind: str, found: Decimal) -> None:
        if name not in self._declared:
            return
        text, line = self._declared[name]
        where = f"{self._file.name}:{line}"
        try:
            declared = number(text)
        except ValueError:
            self._notes.add(
                "saft.control_total", Severity.ERROR, where,
                f"{name} is {text!r}, expected a number.", _EXPORT, pair=("a number", text),
            )  # fmt: skip
            return
        rows.add(
            f"{self._file.name}/{kind}", kind, self._file.name, round(declared, 4), found, where
        )
        if declared != found:
            what = {"vouchers": " vouchers", "entries": " lines"}.get(kind, "")
            self._notes.add(
                "saft.control_total", Severity.ERROR, where,
                f"{name} says {declared}{what}, the file holds {found}{what}.", _EXPORT,
                pair=(str(declared), str(found)),
            )  # fmt: skip

    def _trial_balance(self, rows: Collector, account: str, declared: Decimal, line: int) -> None:
        """State closing balance and what was read; the rule `balance-mismatch` compares."""
        opening = self._masters.opening[account]
        movement = self._entries.postings.movement.get(account, Decimal(0))
        found = opening + movement
        where = f"{self._file.name}:{line}"
        rows.add(
            f"{self._file.name}/trial_balance/{account}", "trial_balance", account,
            declared, found, where,
        )  # fmt: skip

    def _check_accounts(self) -> None:
        movement = self._entries.postings.movement
        for account in sorted(set(movement) - self._masters.accounts):
            self._notes.add(
                "saft.unknown_account", Severity.ERROR, self._file.name,
                f"Account {account} is posted to with {movement[account]} in all, "
                "but is not among the file's GeneralLedgerAccounts.",
                "Include the account in the export, or correct the postings, and export again.",
            )  # fmt: skip

    def _check_selection(self) -> None:
        header, entries, name = self._header, self._entries, self._file.name
        if not self._has_entries:
            self._notes.add(
                "saft.no_entries", Severity.WARNING, name,
                "The file has no GeneralLedgerEntries: master data only, no vouchers.",
                "Export the file with general ledger entries.",
            )  # fmt: skip
        if header.by_period_number:
            self._notes.add(
                "saft.selection", Severity.NOTE, name,
                f"The selection is given by period numbers; they are read as the calendar months "
                f"of {header.start} to {header.end}.",
                "Export with SelectionStartDate and SelectionEndDate if that is wrong.",
            )  # fmt: skip
        if self._is_outside():
            self._notes.add(
                "saft.outside_selection", Severity.WARNING, name,
                f"Vouchers are dated {entries.first_date} to {entries.last_date} by "
                f"{self._posting_date}, outside the selected {header.start} to {header.end}; "
                "so vouchers deleted in the source cannot be told from this file.",
                "Correct the dates, or set the connection's `posting_date` to the element that "
                "the export was selected by.",
            )  # fmt: skip

    def _is_outside(self) -> bool:
        header, entries = self._header, self._entries
        if header.start is None or header.end is None or header.by_period_number:
            return False
        if entries.first_date is None or entries.last_date is None:
            return False
        return entries.first_date < header.start or entries.last_date > header.end

    def _complete(self) -> Iterator[Item]:
        """Vouchers are complete over the selected period; where only period numbers
        are told, over the days the vouchers span.
        """
        header, entries = self._header, self._entries
        if not self._has_entries or self._is_outside():
            return
        if header.start is not None and not header.by_period_number:
            yield Complete("voucher", header.start, header.end)
        elif entries.first_date is not None:
            yield Complete("voucher", entries.first_date, entries.last_date)
