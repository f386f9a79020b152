"""GnuCash books in SQLite.

Opened read-only, with nothing of the schema trusted; counts and sums are made by SQL
over the tables, apart from the reading, as control totals.

Belongs here: tables and columns. Does not: what a record becomes.

Source: GnuCash wiki, "SQL" (schema of the libdbi backend), versions table 3000000.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

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
)
from warehouse.errors import SourceError, TransientError

MAGIC = b"SQLite format 3\0"
_TABLES = frozenset({"books", "accounts", "transactions", "splits", "commodities", "slots"})
_OWNERS = {2: "customer", 4: "vendor", 5: "employee"}
_REAL = """
    t.guid NOT IN (SELECT s.tx_guid FROM splits s JOIN accounts a ON a.guid = s.account_guid
                   JOIN commodities c ON c.guid = a.commodity_guid
                   WHERE c.namespace = 'template')
"""


def read(path: Path, name: str) -> Book:
    """The whole book.

    Raises `SourceError` when it is no GnuCash book or damaged, `TransientError` when
    GnuCash is writing it just now.
    """
    try:
        with contextlib.closing(_open(path)) as con:
            return _Reader(con, path, name).book()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise TransientError(
                f"Reading {path}: the book is being written ({error}). Nothing was read; it is "
                "tried again."
            ) from error
        raise _damaged(path, error) from error
    except (sqlite3.Error, ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> SourceError:
    return SourceError(
        f"Reading {path}: not a GnuCash book that can be read ({type(error).__name__}: {error}). "
        "Open it in GnuCash and save it again."
    )


def _open(path: Path) -> sqlite3.Connection:
    con = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)
    con.execute("PRAGMA trusted_schema = OFF")
    con.execute("PRAGMA query_only = ON")
    con.execute("BEGIN")  # one state of the book, whatever GnuCash writes meanwhile
    return con


class _Reader:
    def __init__(self, con: sqlite3.Connection, path: Path, name: str) -> None:
        self._con, self._path, self._name = con, path, name
        self._book = Book()

    def book(self) -> Book:
        problems = self._rows("PRAGMA quick_check(1)")
        if problems != [("ok",)]:
            raise ValueError(str(problems[0][0]))
        tables = {
            name for (name,) in self._rows("SELECT name FROM sqlite_master WHERE type='table'")
        }
        if missing := _TABLES - tables:
            raise ValueError(f"it has no table {min(missing)}")
        self._accounts()
        self._transactions()
        if "taxtables" in tables:
            self._tax_tables()
        if {"invoices", "entries", "customers", "vendors"} <= tables:
            self._business()
        if "prices" in tables:
            self._prices()
        self._count()
        return self._book

    def _rows(self, query: str) -> list[tuple[object, ...]]:
        return self._con.execute(query).fetchall()

    def _accounts(self) -> None:
        ((root,),) = self._rows("SELECT root_account_guid FROM books")
        self._book.root = str(root)
        notes = dict(self._con.execute("SELECT obj_guid, string_val FROM slots WHERE name='notes'"))
        for guid, name, kind, space, mnemonic, parent, code in self._con.execute(
            "SELECT a.guid, a.name, a.account_type, c.namespace, c.mnemonic, a.parent_guid, a.code "
            "FROM accounts a LEFT JOIN commodities c ON c.guid = a.commodity_guid ORDER BY a.rowid"
        ):
            self._book.accounts[guid] = Account(
                guid, name, kind, commodity_name(space or "", mnemonic or ""), parent, code or "",
                notes.get(guid) or "",
            )  # fmt: skip

    def _transactions(self) -> None:
        slots: dict[str, dict[str, str]] = {}
        for guid, name, text, day, moment_ in self._con.execute(
            "SELECT obj_guid, name, string_val, gdate_val, timespec_val FROM slots "
            "WHERE obj_guid IN (SELECT guid FROM transactions)"
        ):
            slots.setdefault(guid, {})[name] = str(day or text or moment_ or "")
        found: dict[str, Transaction] = {}
        for guid, space, mnemonic, num, posted, entered, text in self._con.execute(
            "SELECT t.guid, c.namespace, c.mnemonic, t.num, t.post_date, t.enter_date, "
            "t.description FROM transactions t JOIN commodities c ON c.guid = t.currency_guid "
            "ORDER BY t.rowid"
        ):
            own = slots.get(guid, {})
            found[guid] = Transaction(
                guid, commodity_name(space, mnemonic), num or "", _day(own, posted),
                moment(entered) if entered else None, text or "",
                f"{self._name}:transaction {guid}", own,
            )  # fmt: skip
        for guid, tx, account, memo, action, *numbers in self._con.execute(
            "SELECT guid, tx_guid, account_guid, memo, action, value_num, value_denom, "
            "quantity_num, quantity_denom FROM splits ORDER BY rowid"
        ):
            value, quantity = Fraction(*numbers[:2]), Fraction(*numbers[2:])
            found[tx].splits.append(Split(guid, account, value, quantity, memo or "", action or ""))
        self._book.transactions = list(found.values())

    def _tax_tables(self) -> None:
        for guid, name, parent in self._con.execute("SELECT guid, name, parent FROM taxtables"):
            self._book.tax_tables[guid] = TaxTable(guid, name, parent)
        for table, account, *amount, kind in self._con.execute(
            "SELECT taxtable, account, amount_num, amount_denom, type FROM taxtable_entries"
        ):
            rate = Fraction(*amount) if kind == 2 else None
            self._book.tax_tables[table].rates.append((account, rate))

    def _business(self) -> None:
        book = self._book
        for kind in ("customer", "vendor"):
            query = f"SELECT guid, id, name FROM {kind}s ORDER BY id, guid"
            book.parties += [
                Party(g, kind, number, name) for g, number, name in self._con.execute(query)
            ]
        credit = {
            guid
            for (guid,) in self._con.execute(
                "SELECT obj_guid FROM slots WHERE name = 'credit-note' AND int64_val = 1"
            )
        }
        for guid, number, kind, owner, opened, mnemonic, tx, account in self._con.execute(
            "SELECT i.guid, i.id, i.owner_type, i.owner_guid, i.date_opened, c.mnemonic, "
            "i.post_txn, i.post_acc FROM invoices i JOIN commodities c ON c.guid = i.currency "
            "ORDER BY i.id, i.guid"
        ):
            book.invoices.append(
                Invoice(
                    guid, number, (_OWNERS.get(kind, "job"), owner),
                    moment(opened).date() if opened else None, mnemonic, tx, account,
                    guid in credit,
                )
            )  # fmt: skip
        for text, *sale, bill, b_account, b_taxable, b_table in self._con.execute(
            "SELECT description, invoice, i_acct, i_taxable, i_taxtable, bill, b_acct, b_taxable, "
            "b_taxtable FROM entries ORDER BY rowid"
        ):
            for invoice, account, taxable, table in (sale, (bill, b_account, b_taxable, b_table)):
                if invoice and account:
                    book.invoice_lines.append(
                        InvoiceLine(invoice, account, text or "", table if taxable else None)
                    )

    def _prices(self) -> None:
        for space, mnemonic, currency, day, *value in self._con.execute(
            "SELECT c.namespace, c.mnemonic, u.mnemonic, p.date, p.value_num, p.value_denom "
            "FROM prices p JOIN commodities c ON c.guid = p.commodity_guid "
            "JOIN commodities u ON u.guid = p.currency_guid ORDER BY p.date, p.guid"
        ):
            each = Fraction(*value)
            name = commodity_name(space, mnemonic)
            self._book.prices.append(Price(name, currency, moment(day).date(), each))

    def _count(self) -> None:
        book = self._book
        ((vouchers,),) = self._con.execute(f"SELECT count(*) FROM transactions t WHERE {_REAL}")
        ((entries,),) = self._con.execute(
            f"SELECT count(*) FROM splits x JOIN transactions t ON t.guid = x.tx_guid WHERE {_REAL}"
        )
        book.counted = {"vouchers": vouchers, "entries": entries}
        for account, total, denominator in self._sums():
            book.sums[account] = book.sums.get(account, Fraction(0)) + Fraction(total, denominator)

    def _sums(self) -> Iterator[tuple[str, int, int]]:
        yield from self._con.execute(
            "SELECT account_guid, sum(quantity_num), quantity_denom FROM splits "
            "GROUP BY account_guid, quantity_denom ORDER BY account_guid, quantity_denom"
        )


def _day(slots: dict[str, str], posted: str) -> date:
    """The slot is the day itself; the column is a moment that a time zone may move."""
    told = slots.get("date-posted") or posted
    return moment(told).date()
