"""A ledger with bank statements beside it, for tests of the reconciliation.

    bank = Bank([("2026-01-05", "-100.00", "Husleje 1001")], opening="1000.00")
    con = reconciled(bank, [("2026-01-05", "-100.00", "Husleje")])

Entries may have a fourth value: the id of the entry whose transaction it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from quality import bank, rules
from tests.ledger_factory import LEDGER, Book, due, ledger

Row = tuple[Any, ...]
Q1 = ("2026-01-01", "2026-03-31")


@dataclass
class Bank:
    """Statements of one account: entries (day, amount, text, entry id) and balances."""

    entries: Sequence[Row] = ()
    opening: str = "0.00"
    start: str = "2026-01-01"
    end: str = "2026-03-31"
    account: str = "DK1"
    code: str = "5820"
    currency: str = "DKK"
    closing: str | None = None

    def add(self, book: Book) -> None:
        """Its rows, in the order given."""
        total = sum((Decimal(row[1]) for row in self.entries), Decimal(self.opening))
        common = {"bank_account": self.account, "account_code": self.code,
                  "statement_id": "1", "currency": self.currency}  # fmt: skip
        for kind, day, amount in (
            ("opening", self.start, Decimal(self.opening)),
            ("closing", self.end, total if self.closing is None else Decimal(self.closing)),
        ):
            key = f"{self.account}/{self.start}/{self.end}/{kind}"
            book.add("bank_balance", **common, kind=kind, balance_date=date.fromisoformat(day),
                     position="1", amount=amount, where_found="b.xml:1", source_id=key)  # fmt: skip
        seen: dict[str, int] = {}
        for row in sorted(self.entries, key=repr):
            day, amount, text, entry = (*row, "", "")[:4]
            name = entry or f"{self.account}/{day}/{amount}/{text}"
            seen[name] = seen.get(name, 0) + 1
            book.add("bank_entry", **common,
                     entry_id=name if entry else f"{name}#{seen[name]}", line_no=seen[name],
                     booking_date=date.fromisoformat(day), amount=Decimal(amount),
                     text=text or None, is_reversal=False, where_found="b.xml:2",
                     source_id=f"{name}#{seen[name]}")  # fmt: skip


def reconciled(
    banks: Bank | Sequence[Bank],
    postings: Sequence[Row],
    *,
    opening: str = "0",
    period: tuple[str, str] = Q1,
    settings: Sequence[bank.Setting] = (),
    today: str | None = None,
    book: Book | None = None,
    is_told: bool = True,
) -> duckdb.DuckDBPyConnection:
    """The reconciliation of one company; postings are (day, amount, text, voucher number).

    Postings of one voucher number share it; the other side stands on account 1010. Without
    `is_told` no finding is made of it.
    """
    book = book or Book()
    book.period("year", "2026-01-01", "2026-12-31")
    if "5820" not in {row["account_code"] for row in book.rows.get("ledger_account", [])}:
        book.account("5820", "Bank", standard=None)
    if opening != "0":
        book.add("opening_balance", account_code="5820", kind="opening",
                 balance_date=date(2026, 1, 1), amount=Decimal(opening))  # fmt: skip
    for one in [banks] if isinstance(banks, Bank) else banks:
        one.add(book)
    vouchers: dict[str, list[Row]] = {}
    for place, row in enumerate(postings, start=1):
        vouchers.setdefault(row[3] if len(row) > 3 else f"V{place}", []).append(row)
    for number, given in vouchers.items():
        rows = sorted(given, key=repr)
        total = sum(Decimal(row[1]) for row in rows)
        lines = [("5820", row[1]) for row in rows] + [("1010", -total)]
        book.voucher(rows[0][0], number, lines, text=rows[0][2] if len(rows[0]) > 2 else None)
    con = ledger(book, tables=(*LEDGER, "bank_balance", "bank_entry"))
    due(con, [("c1", *period, "quarter")])
    rules.prepare(con)
    con.execute("SET VARIABLE today = $1::DATE", [today])
    con.execute(rules._empty("finding"))
    bank.prepare(con)
    if is_told:
        bank.run(con, period[1][:7], settings)
    else:
        bank.reconcile(con, settings)
    return con


def matches(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """How, entry's day and amount, posting's day and amount: the rows of `bank_match`."""
    found: list[tuple[Any, ...]] = con.execute(
        "SELECT how, booking_date::VARCHAR, entry_amount::VARCHAR, posting_date::VARCHAR, "
        "posting_amount::VARCHAR FROM out_bank_match ORDER BY ALL"
    ).fetchall()
    return found


def account(con: duckdb.DuckDBPyConnection, code: str = "5820") -> dict[str, Any]:
    """The row of `bank_reconciliation`."""
    cursor = con.execute("SELECT * FROM out_bank_reconciliation WHERE account_code = ?", [code])
    names = [column[0] for column in cursor.description or []]
    (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))
