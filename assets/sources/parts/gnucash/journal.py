"""A GnuCash book as a journal: accounts, parties, invoices, transactions.

Belongs here: what each record becomes. Does not: the file's form, or VAT (`vat`).
"""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from assets.sources import option
from assets.sources.connector import Connection
from assets.sources.journals import options
from assets.sources.journals.model import (
    Account,
    Amount,
    Document,
    Entry,
    Journal,
    Line,
    Party,
    Price,
    Total,
)
from assets.sources.parts.gnucash.book import Account as BookAccount
from assets.sources.parts.gnucash.book import Book, Invoice, Split, Transaction, moment
from assets.sources.row_batches import Notes
from quality.finding import Severity

KINDS = {
    "ASSET": "asset", "BANK": "asset", "CASH": "asset", "STOCK": "asset", "MUTUAL": "asset",
    "RECEIVABLE": "asset", "LIABILITY": "liability", "CREDIT": "liability",
    "PAYABLE": "liability", "EQUITY": "equity", "TRADING": "equity", "INCOME": "revenue",
    "EXPENSE": "expense",
}  # fmt: skip
_FIX = "Correct it in GnuCash, then run `indberet pull`."
_SCALE = Decimal("0.0001")
_LARGEST = Decimal(10) ** 16


def journal(book: Book, connection: Connection, notes: Notes, where: str) -> Journal:
    """Everything of `book`; template accounts and transactions (scheduled ones) left out.

    Accounts go by guid within the journal; their code is the account's own, or its
    full name where it has none or shares it.
    """
    real = {
        guid: a for guid, a in book.accounts.items() if guid != book.root and book.is_real(guid)
    }
    trade = {a.commodity for a in real.values() if a.type in ("INCOME", "EXPENSE")}
    base = options.base_currency(connection, trade, {a.commodity for a in real.values()})
    company = option.text(connection, "company", "") or connection.company_id
    made = Journal(company, base, "gnucash")
    made.year_start = options.fiscal_year_start(connection)
    made.accounts = _accounts(book, real)
    made.parties = [Party(f"{p.kind}/{p.number}", p.name) for p in book.parties]
    _entries(book, made, notes, real)
    made.prices = [
        Price(p.day, p.commodity, Amount(_decimal(p.each)[0], p.currency)) for p in book.prices
    ]
    made.totals = _totals(book, made, where)
    return made


def _accounts(book: Book, real: dict[str, BookAccount]) -> dict[str, Account]:
    names = {guid: book.full_name(guid) for guid in real}
    codes = Counter(a.code for a in real.values())
    shared = Counter(names.values())
    found = {}
    for guid, told in real.items():
        name = names[guid] if shared[names[guid]] == 1 else f"{names[guid]} ({guid[:8]})"
        code = told.code if told.code and codes[told.code] == 1 else name
        found[guid] = Account(code, name, KINDS.get(told.type))
    return found


def _entries(book: Book, made: Journal, notes: Notes, real: dict[str, BookAccount]) -> None:
    parties = {p.guid: f"{p.kind}/{p.number}" for p in book.parties}
    invoices = {i.transaction: i for i in book.invoices if i.transaction}
    for told in book.transactions:
        known = [split.account in real for split in told.splits]
        if not any(known) and told.splits:
            continue  # a scheduled transaction's template
        entry = _entry(told, invoices.get(told.guid), parties, real, notes)
        made.entries.append(entry)
        if invoice := invoices.get(told.guid):
            made.documents.append(_document(invoice, told, parties))
        _check(told, entry, notes, is_whole=all(known))


def _entry(
    told: Transaction,
    invoice: Invoice | None,
    parties: dict[str, str],
    real: dict[str, BookAccount],
    notes: Notes,
) -> Entry:
    entry = Entry(
        told.day, told.where, told.description or None,
        told.num.strip() or (invoice.number if invoice else None), registered=told.entered,
        document=invoice.guid if invoice else None, source_id=told.guid,
    )  # fmt: skip
    for split in told.splits:
        account = real.get(split.account)
        if account is None:
            continue
        if not split.value and not split.quantity:
            continue  # an empty split carries nothing
        line = _line(split, account, told, notes)
        if invoice is not None and split.account == invoice.account:
            line.party = parties.get(invoice.owner[1])
        entry.lines.append(line)
    return entry


def _line(split: Split, account: BookAccount, told: Transaction, notes: Notes) -> Line:
    (quantity, is_exact), (value, value_exact) = _decimal(split.quantity), _decimal(split.value)
    if not (is_exact and value_exact):
        notes.add(
            "gnucash.rational", Severity.ERROR, told.where,
            f"Transaction {told.num or told.guid}: {split.value} or {split.quantity} on "
            f"{account.name} cannot be written as a decimal number ({told.where}); it is cut off.",
            _FIX,
        )  # fmt: skip
    weight = Amount(value, told.currency) if told.currency != account.commodity else None
    return Line(
        split.account, Amount(quantity, account.commodity), told.where, weight,
        split.memo or None, line_id=split.guid,
    )  # fmt: skip


def _check(told: Transaction, entry: Entry, notes: Notes, *, is_whole: bool) -> None:
    """What GnuCash itself promises of a transaction: its splits' values sum to zero."""
    total = sum((split.value for split in told.splits), Fraction(0))
    if total or not is_whole:
        lacking = f"sum to {total} {told.currency}" if total else "stand on unknown accounts"
        notes.add(
            "gnucash.imbalance", Severity.ERROR, told.where,
            f"Voucher {entry.label}: its splits {lacking}, expected 0 and accounts of the book "
            f"({told.where}).",
            "Run Actions > Check & Repair in GnuCash, then `indberet pull`.",
        )  # fmt: skip


def _document(invoice: Invoice, told: Transaction, parties: dict[str, str]) -> Document:
    side = "sales" if invoice.owner[0] == "customer" else "purchase"
    kind = f"{side}_{'credit_note' if invoice.is_credit_note else 'invoice'}"
    gross = sum((s.value for s in told.splits if s.account == invoice.account), Fraction(0))
    total, _ = _decimal(gross if side == "sales" else -gross)
    due = told.slots.get("trans-date-due")
    return Document(
        invoice.guid, kind, invoice.number, parties.get(invoice.owner[1]),
        invoice.opened or told.day, moment(due).date() if due else None, invoice.currency,
        total.quantize(_SCALE),
    )  # fmt: skip


def _totals(book: Book, made: Journal, where: str) -> list[Total]:
    """The file's own counts and sums beside what was read."""
    read = {"vouchers": len(made.entries), "entries": sum(len(e.lines) for e in made.entries)}
    empty = sum(
        not s.value and not s.quantity
        for t in book.transactions
        for s in t.splits
        if s.account in made.accounts
    )
    read["entries"] += empty
    totals = [
        Total(kind, where, Decimal(count), Decimal(read[kind]), where)
        for kind, count in book.counted.items()
    ]
    held: dict[str, Decimal] = {}
    for entry in made.entries:
        for line in entry.lines:
            held[line.account] = held.get(line.account, Decimal(0)) + line.amount.number
    for guid, declared in book.sums.items():
        if guid in made.accounts:
            stated, found = _decimal(declared)[0], held.get(guid, Decimal(0))
            if all(abs(n) < _LARGEST and n == n.quantize(_SCALE) for n in (stated, found)):
                code = made.accounts[guid].code
                totals.append(Total("trial_balance", code, stated, found, where))
    return totals


def _decimal(value: Fraction) -> tuple[Decimal, bool]:
    """The value as a decimal number, and whether it is exactly that."""
    cut = Fraction(round(value * 10**10), 10**10)
    told = Decimal(f"{cut.numerator * (10**10 // cut.denominator)}e-10")
    shortest = told.normalize()
    places = shortest.as_tuple().exponent
    plain = shortest if isinstance(places, int) and places < 0 else Decimal(int(shortest))
    return plain, cut == value
