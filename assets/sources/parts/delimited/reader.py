"""Rows of delimited files into the landed streams.

Belongs here: what a row becomes. Does not: the mapping declaration (`mapping`), cells
(`rows`).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from assets.sources.connector import Complete, Connection, Item, Progress, RawFile
from assets.sources.parts.delimited import rows
from assets.sources.parts.delimited.mapping import Declaration, Layout
from assets.sources.parts.delimited.rows import Row
from assets.sources.row_batches import Collector, Notes, exchange_rate, is_money
from assets.sources.source_files import SourceFile
from quality.finding import Severity

_FIX = "Correct the row in the source and export again, or correct the mapping."
_STREAMS = ("company", "account", "vat_code", "party", "fiscal_period", "voucher", "posting",
            "opening_balance", "control_total")  # fmt: skip


class Reader:
    """All files of one connection."""

    def __init__(self, connection: Connection, declaration: Declaration) -> None:
        self._connection, self._declaration = connection, declaration
        self._rows = {stream: Collector(stream) for stream in _STREAMS}
        self._vouchers: dict[str, tuple[date, int]] = {}
        self._known: set[tuple[str, str]] = set()
        self._movement: dict[str, Decimal] = {}
        self._span: tuple[date, date] | None = None

    def items(
        self, postings: list[SourceFile], balances: list[SourceFile], progress: Progress
    ) -> Iterator[Item]:
        """Rows, findings and completeness of the files."""
        self._company()
        for file in postings:
            if self._declaration.postings is not None:
                yield from self._file(file, self._declaration.postings, self._posting, progress)
        for file in balances:
            if self._declaration.trial_balance is not None:
                layout = self._declaration.trial_balance
                yield from self._file(file, layout, self._balance, progress)
        yield from self._take(everything=True)
        if self._span is not None:
            yield Complete("voucher", *self._span)

    def _file(
        self, file: SourceFile, layout: Layout, use: Any, progress: Progress
    ) -> Iterator[Item]:
        yield RawFile(str(file.path))
        notes = Notes(self._connection.company_id, file.name)
        count = blank = 0
        for row in rows.rows(file.path, layout):
            if row.is_blank():
                blank += 1
                continue
            use(file, layout, row, notes)
            count += 1
            yield from self._take()
            yield from notes.take()
        progress(f"{file.name}: rows", count)
        if blank:
            notes.add(
                "delimited.blank_rows", Severity.NOTE, file.name,
                f"{blank} rows have nothing in any mapped column; left out.",
                "Nothing, unless the mapping misses their columns.",
            )  # fmt: skip
        file.ensure_unchanged()
        yield from notes.close()

    def _take(self, *, everything: bool = False) -> Iterator[Item]:
        if everything or self._rows["posting"].full():
            for collector in self._rows.values():
                yield from collector.take()

    def _company(self) -> None:
        told = self._declaration.company
        name = told.get("name", self._connection.company_id)
        number = "".join(c for c in told.get("cvr", "") if c.isdigit()) or None
        self._rows["company"].add(
            number or name, name, number, told.get("vat_number"), told.get("country", "DK"),
            told.get("currency", "DKK"),
        )  # fmt: skip
        for start, end in self._declaration.fiscal_years:
            self._rows["fiscal_period"].add(f"year/{start}", "year", start, end, "open")

    def _posting(self, file: SourceFile, layout: Layout, row: Row, notes: Notes) -> None:
        where = f"{file.name}:{row.number}"
        number, account = row.text("voucher_number"), row.text("account")
        posted = self._day(row, "date", layout, notes, where)
        amount = self._amount(row, layout, notes, where)
        missing = [
            what
            for what, value in (
                ("voucher_number", number), ("date", posted), ("account", account),
                ("amount", amount),
            )
            if value is None
        ]  # fmt: skip
        if number is None or posted is None or account is None or amount is None:
            notes.add(
                "delimited.row", Severity.ERROR, where,
                f"Row {row.number} is left out: it has no usable {', '.join(missing)}.", _FIX,
            )  # fmt: skip
            return
        journal = row.text("journal")
        source_id = "/".join(part for part in (str(posted.year), journal, number) if part)
        line_no = self._voucher(source_id, journal, number, posted, layout, row, notes, where)
        self._masters(row, account)
        foreign = self._number(row, "amount_currency", layout, notes, where)
        if foreign is not None and layout.is_credit_positive:
            foreign = -foreign
        self._movement[account] = self._movement.get(account, Decimal(0)) + amount
        self._rows["posting"].add(
            source_id, str(line_no), line_no, account, amount,
            row.text("currency") if foreign is not None else None,
            round(foreign, 4) if foreign is not None else None,
            exchange_rate(amount, foreign),
            row.text("party"), row.text("vat_code"), row.text("text"), None,
        )  # fmt: skip

    def _voucher(  # noqa: PLR0917 - a voucher is told by its first row
        self, source_id: str, journal: str | None, number: str, posted: date, layout: Layout,
        row: Row, notes: Notes, where: str,
    ) -> int:  # fmt: skip
        """The line number of this row in its voucher; lands the voucher with its first row."""
        first, count = self._vouchers.get(source_id, (posted, 0))
        self._vouchers[source_id] = (first, count + 1)
        if count:
            if posted != first:
                notes.add(
                    "delimited.two_dates", Severity.WARNING, where,
                    f"Row {row.number}: voucher {number} is dated {posted} here and {first} in its "
                    "first row; the first counts.", _FIX, voucher_id=source_id,
                )  # fmt: skip
            return count + 1
        start, end = self._span or (posted, posted)
        self._span = (min(start, posted), max(end, posted))
        entered = self._day(row, "registered", layout, notes, where)
        self._rows["voucher"].add(
            source_id, journal, number, self._day(row, "voucher_date", layout, notes, where),
            posted, datetime.combine(entered, time(), UTC) if entered else None, row.text("text"),
            row.text("document"), where,
        )  # fmt: skip
        return 1

    def _masters(self, row: Row, account: str) -> None:
        self._account(account, row.text("account_name"))
        code, party = row.text("vat_code"), row.text("party")
        if code is not None and self._first("vat_code", code):
            self._rows["vat_code"].add(code, code, code, None, None, None)
        if party is not None and self._first("party", party):
            self._rows["party"].add(
                party, party, row.text("party_name") or party, row.text("party_country"),
                row.text("party_vat_number"), None,
            )  # fmt: skip

    def _account(self, code: str, name: str | None) -> None:
        if self._first("account", code):
            self._rows["account"].add(code, code, name or code, None, None, None)

    def _balance(self, file: SourceFile, layout: Layout, row: Row, notes: Notes) -> None:
        where = f"{file.name}:{row.number}"
        account = row.text("account")
        opening = self._number(row, "opening", layout, notes, where)
        closing = self._number(row, "closing", layout, notes, where)
        if closing is None and ("debit" in layout.columns or "credit" in layout.columns):
            closing = self._amount(row, layout, notes, where)
        elif closing is not None and layout.is_credit_positive:
            closing = -closing
        if opening is not None and layout.is_credit_positive:
            opening = -opening
        if account is None or (opening is None and closing is None):
            notes.add(
                "delimited.row", Severity.ERROR, where,
                f"Row {row.number} is left out: it has no usable account or balance.", _FIX,
            )  # fmt: skip
            return
        self._account(account, row.text("account_name"))
        for kind, on, amount in (
            ("opening", layout.start_date, opening),
            ("closing", layout.end_date, closing),
        ):
            if amount is not None and on is not None:
                key = f"{account}/{kind}/{on}"
                if self._first("opening_balance", key):
                    self._rows["opening_balance"].add(key, account, kind, on, amount, None)
                else:
                    notes.add(
                        "delimited.duplicate_balance", Severity.ERROR, where,
                        f"Row {row.number}: the {kind} balance of account {account} is stated "
                        f"again ({amount}); the first one counts.", _FIX,
                    )  # fmt: skip
        if closing is not None and self._declaration.postings is not None:
            self._check(account, opening or Decimal(0), closing, where)

    def _check(self, account: str, opening: Decimal, closing: Decimal, where: str) -> None:
        """State closing balance and what was read; the rule `balance-mismatch` compares."""
        movement = self._movement.get(account, Decimal(0))
        found = opening + movement
        self._rows["control_total"].add(
            f"trial_balance/{account}", "trial_balance", account, closing, found, where
        )

    def _amount(self, row: Row, layout: Layout, notes: Notes, where: str) -> Decimal | None:
        """Debit positive; None when there is none or it cannot be read."""
        if "amount" in layout.columns:
            value = self._number(row, "amount", layout, notes, where)
        else:
            debit = self._number(row, "debit", layout, notes, where)
            credit = self._number(row, "credit", layout, notes, where)
            if debit is None and credit is None:
                return None
            return (debit or Decimal(0)) - (credit or Decimal(0))
        return -value if value is not None and layout.is_credit_positive else value

    def _number(
        self, row: Row, name: str, layout: Layout, notes: Notes, where: str
    ) -> Decimal | None:
        try:
            value = rows.amount(row[name], layout)
        except ValueError:
            value = Decimal("NaN")
        if value is None:
            return None
        is_foreign = name == "amount_currency"
        if value.is_nan() or not is_money(round(value, 2) if is_foreign else value):
            notes.add(
                "delimited.amount", Severity.ERROR, where,
                f"Row {row.number}: {name} is {row.text(name)!r}, expected a number with at most "
                f"two decimals, written like 1{layout.thousands}234{layout.decimal}56.", _FIX,
            )  # fmt: skip
            return None
        return value

    def _day(self, row: Row, name: str, layout: Layout, notes: Notes, where: str) -> date | None:
        try:
            return rows.day(row[name], layout)
        except ValueError:
            notes.add(
                "delimited.date", Severity.ERROR, where,
                f"Row {row.number}: {name} is {row.text(name)!r}, expected a date written like "
                f"{date(2026, 12, 31).strftime(layout.date_format)}.", _FIX,
            )  # fmt: skip
            return None

    def _first(self, stream: str, key: str) -> bool:
        if (stream, key) in self._known:
            return False
        self._known.add((stream, key))
        return True
