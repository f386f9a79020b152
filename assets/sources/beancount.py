"""Beancount files, read by a reader of our own.

Beancount's own loader imports the Python modules a file names as plugins, from
folders the file names; a stranger's file could run anything. So it is not used: the
documented language is read here, what would change the books and is not read is
refused by name, and the tests compare with the real loader.

Belongs here: the connector, and what a transaction becomes. Does not: the language
(`parts.beancount`).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from assets.sources import option
from assets.sources.connector import Connection, Discovery, Item, Progress
from assets.sources.journals import options, plain_text, tags
from assets.sources.journals.model import Account, Amount, Entry, Journal, Line, Total
from assets.sources.journals.texts import Texts
from assets.sources.parts.beancount import balance
from assets.sources.parts.beancount.journal import Reader, Transaction
from assets.sources.row_batches import Notes
from assets.sources.source_files import SourceFile
from warehouse.errors import SourceError

_READER_VERSION = 1
_SUFFIXES = (".beancount", ".bean")
_ROOTS = {
    "name_assets": ("Assets", "asset"), "name_liabilities": ("Liabilities", "liability"),
    "name_equity": ("Equity", "equity"), "name_income": ("Income", "revenue"),
    "name_expenses": ("Expenses", "expense"),
}  # fmt: skip


class Beancount:
    """The connector."""

    title = "Beancount file"
    options: Mapping[str, tuple[bool, str]] = {
        **options.SHARED,
        "voucher_tag": (False, "the metadata key that holds the voucher number; default bilag"),
        "plugins_left_out": (False, "plugins that change no posting, separated by commas"),
    }

    def discover(self, connection: Connection) -> Discovery:
        """Read everything and say what is there.

        Raises `SourceError` for what cannot be read, `SettingsError` for wrong settings.
        """
        journal, _, notes = _read(connection)
        return plain_text.discovery(journal, notes)

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Everything in the files; nothing when none of them changed.

        Raises `SourceError` or `SettingsError`.
        """
        return plain_text.items(_read, connection, cursor, _READER_VERSION, progress)


CONNECTOR = Beancount()


def _read(connection: Connection) -> tuple[Journal, list[SourceFile], Notes]:
    left_out = option.text(connection, "plugins_left_out", "").replace(",", " ").split()
    notes = Notes(connection.company_id, option.text(connection, "path", ""))
    texts = Texts(connection, _SUFFIXES)
    reader = Reader(texts, frozenset(left_out))
    reader.read()
    read = len(reader.transactions)
    balance.complete(reader)
    journal = _journal(reader, connection)
    path = option.text(connection, "path", "")
    journal.totals = [
        Total("vouchers", path, Decimal(reader.headers), Decimal(read), path),
        *balance.check(reader, notes),
    ]
    tags.number_vouchers(journal, option.text(connection, "voucher_tag", "bilag"), notes)
    tags.place_parties(journal, option.text(connection, "party_tag", "party"))
    tags.place_vat_codes(journal, option.text(connection, "vat_tag", "vat"), notes)
    return journal, texts.files, notes


def _journal(reader: Reader, connection: Connection) -> Journal:
    used = {p.amount.commodity for t in reader.transactions for p in t.postings if p.amount}
    base = options.base_currency(
        connection, reader.options.get("operating_currency", ()), used - {""}
    )
    title = (reader.options.get("title") or [""])[-1]
    company = option.text(connection, "company", "") or title or connection.company_id
    journal = Journal(company, base, "beancount", prices=reader.prices)
    journal.year_start = options.fiscal_year_start(connection) or _following(reader.year_end)
    journal.entries = [_entry(one, base) for one in reader.transactions]
    vat_tag = option.text(connection, "vat_tag", "vat")
    posted = {line.account: line.where for e in journal.entries for line in e.lines}
    for name in sorted(posted | dict.fromkeys(reader.opened, "")):
        account = journal.accounts[name] = Account(name, name, _kind(name, reader, posted))
        if vat := reader.opened.get(name, {}).get(vat_tag):
            account.tags = {vat_tag: vat, "vat_code": vat}
    return journal


def _kind(name: str, reader: Reader, posted: Mapping[str, str]) -> str:
    root = name.split(":", maxsplit=1)[0]
    roots = {}
    for key, (default, kind) in _ROOTS.items():
        roots[(reader.options.get(key) or [default])[-1]] = kind
    if root not in roots:
        raise SourceError(
            f"Reading {posted.get(name) or name}: the account '{name}' begins with none of "
            f"{', '.join(roots)}. Nothing was read. Correct it, or name the roots with "
            '`option "name_assets"` and its like.'
        )
    return roots[root]


def _following(year_end: str | None) -> str | None:
    """The day after a year's last, both as mm-dd; None where it is not so written."""
    if year_end is None or not re.fullmatch(r"\d{2}-\d{2}", year_end):
        return None
    try:
        last = date.fromisoformat(f"2026-{year_end}")
    except ValueError:
        return None
    return f"{last + timedelta(days=1):%m-%d}"


def _entry(told: Transaction, base: str) -> Entry:
    lines = [
        Line(
            p.account, Amount(p.amount.number, p.amount.commodity or base), p.where, p.weight,
            None, p.meta,
        )
        for p in told.postings
        if p.amount is not None
    ]  # fmt: skip
    return Entry(told.day, told.where, told.text, payee=told.payee, tags=told.meta, lines=lines)
