"""VAT codes of a GnuCash book's postings.

GnuCash writes no VAT code on a posting. In this order it is taken from: a tag in the
split's memo or action (`vat:S25`), the tax table of the invoice's line, a tag in the
transaction's notes, a tag in the account's notes, and the VAT account the transaction
posts to, where the settings or one tax table say which code that is.

Belongs here: those. Does not: what a code means (the mapping does).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from assets.sources import option
from assets.sources.connector import Connection
from assets.sources.journals import tags
from assets.sources.journals.model import Entry, Journal, Line, VatCode
from assets.sources.journals.value import plain
from assets.sources.parts.gnucash.book import Book
from assets.sources.row_batches import Notes
from quality.finding import Severity
from warehouse.errors import SettingsError

_BASE_KINDS = frozenset({"revenue", "expense"})
_SHARE = Decimal("0.000001")


def place(book: Book, journal: Journal, connection: Connection, notes: Notes) -> None:
    """Give each line its VAT code, and its customer where a tag names one.

    Raises `SettingsError` when `vat_accounts` names what is no account.
    """
    tag = option.text(connection, "vat_tag", "vat")
    tables = _tables(book, journal)
    accounts = _by_tables(book) | _by_settings(journal, connection)
    _tags(book, journal, tag)
    for account in journal.accounts.values():
        if tag in account.tags:
            account.tags["vat_code"] = account.tags[tag]
    party = option.text(connection, "party_tag", "party")
    _tags(book, journal, party)
    tags.place_parties(journal, party)
    _invoices(book, journal, tables, tag, notes)
    tags.place_vat_codes(journal, tag, notes)
    for entry in journal.entries:
        if entry.document is None and not any(line.vat_code for line in entry.lines):
            _by_account(entry, journal, accounts, tag, notes)
    tags.list_vat_codes(journal)


def _tables(book: Book, journal: Journal) -> dict[str, str]:
    """Tax table → code: its name. GnuCash copies a table when it is used; the copy has a parent."""
    names = {}
    for table in book.tax_tables.values():
        names[table.guid] = table.name
        if table.parent is None:
            told = [rate for _, rate in table.rates]
            rate = None
            if told and all(one is not None for one in told):
                share = sum((one for one in told if one is not None), Fraction(0)) / 100
                rate = (Decimal(share.numerator) / Decimal(share.denominator)).quantize(_SHARE)
            journal.vat_codes[table.name] = VatCode(table.name, table.name, rate)
    return names


def _by_tables(book: Book) -> dict[str, tuple[str, Fraction | None]]:
    """VAT account → (code, rate in percent) where just one tax table names the account."""
    found: dict[str, set[tuple[str, Fraction | None]]] = {}
    for table in book.tax_tables.values():
        if table.parent is None and len(table.rates) == 1:
            account, rate = table.rates[0]
            found.setdefault(account, set()).add((table.name, rate))
    return {account: next(iter(told)) for account, told in found.items() if len(told) == 1}


def _by_settings(
    journal: Journal, connection: Connection
) -> dict[str, tuple[str, Fraction | None]]:
    told = connection.options.get("vat_accounts", {})
    if not isinstance(told, Mapping) or not all(isinstance(v, str) for v in told.values()):
        raise SettingsError(
            f"Connection {connection.connection_id}: vat_accounts is {told!r}, expected a table "
            'such as { "6903" = "K25" }. Correct it in indberet.toml.'
        )
    guids = {account.code: guid for guid, account in journal.accounts.items()}
    for code in told:
        if code not in guids:
            raise SettingsError(
                f"Connection {connection.connection_id}: vat_accounts names account '{code}', "
                f"which the book does not have. Accounts: {', '.join(sorted(guids)[:20])}."
            )
    return {guids[code]: (str(vat), None) for code, vat in told.items()}


def _tags(book: Book, journal: Journal, tag: str) -> None:
    pattern = re.compile(rf"(?:^|\s){re.escape(tag)}:(\S*)")
    splits = {split.guid: split for t in book.transactions for split in t.splits}
    notes = {t.guid: t.slots.get("notes", "") for t in book.transactions}
    for entry in journal.entries:
        if match := pattern.search(notes.get(str(entry.source_id), "")):
            entry.tags[tag] = match[1]
        for line in entry.lines:
            split = splits[str(line.line_id)]
            if match := pattern.search(split.memo) or pattern.search(split.action):
                line.tags[tag] = match[1]
    for guid, account in journal.accounts.items():
        if match := pattern.search(book.accounts[guid].notes):
            account.tags[tag] = match[1]


def _invoices(
    book: Book, journal: Journal, tables: Mapping[str, str], tag: str, notes: Notes
) -> None:
    """The tax table of each invoice's lines; an empty tag where a line is not taxed."""
    by_invoice: dict[str, list[tuple[str, str, str]]] = {}
    for told in book.invoice_lines:
        code = tables.get(told.tax_table or "", "")
        by_invoice.setdefault(told.invoice, []).append((told.account, told.description, code))
    for entry in journal.entries:
        lines = by_invoice.get(entry.document or "", [])
        for line in entry.lines:
            own = [(text, code) for account, text, code in lines if account == line.account]
            if own and tag not in line.tags:
                _invoice_line(entry, line, own, tag, notes)


def _invoice_line(
    entry: Entry, line: Line, told: list[tuple[str, str]], tag: str, notes: Notes
) -> None:
    codes = {code for _, code in told}
    if len(codes) > 1:  # one split for each line of the invoice bears the line's text
        codes = {code for text, code in told if text == line.text} or codes
    if len(codes) == 1:
        line.tags[tag] = codes.pop()
        return
    named = " and ".join(sorted(code or "no tax table" for code in codes))
    notes.add(
        "gnucash.mixed_vat", Severity.ERROR, entry.where,
        f"Invoice {entry.label}: one posting of {plain(line.amount.number)} {line.amount.commodity}"
        f" holds lines with {named} ({entry.where}); which part is which is not told.",
        "Unpost the invoice and post it again without accumulating splits, or use an account for "
        "each tax table.",
    )  # fmt: skip


def _by_account(
    entry: Entry,
    journal: Journal,
    accounts: Mapping[str, tuple[str, Fraction | None]],
    tag: str,
    notes: Notes,
) -> None:
    told = {accounts[line.account] for line in entry.lines if line.account in accounts}
    bases = [line for line in entry.lines if journal.accounts[line.account].kind in _BASE_KINDS]
    bases = [line for line in bases if tag not in line.tags]
    if not told or not bases:
        return
    (code, rate), *more = sorted(told, key=lambda one: one[0])
    base = sum((Fraction(line.balance.number) for line in bases), Fraction(0))
    tax = sum(
        (Fraction(line.balance.number) for line in entry.lines if line.account in accounts),
        Fraction(0),
    )
    is_off = rate is not None and abs(base * rate / 100 - tax) > Fraction(len(bases), 100)
    if more or is_off:
        found = f"{rate} % of {plain(base)} is not {plain(tax)}" if is_off else "two VAT accounts"
        notes.add(
            "gnucash.unclear_vat", Severity.ERROR, entry.where,
            f"Voucher {entry.label} posts to a VAT account, but which of its postings the VAT is "
            f"reckoned from is not clear: {found} ({entry.where}).",
            f"Write {tag}:CODE in the memo of each posting that VAT is reckoned from, and {tag}: "
            "in the memo of those without VAT.",
        )  # fmt: skip
        return
    for line in bases:
        line.vat_code = code
