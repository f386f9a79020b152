"""hledger journals, and what `hledger print -O json` writes of them.

VAT codes and voucher numbers come from tags and transaction codes, base amounts
from prices. Nothing of the file is run, and nothing outside its folder is read.

Belongs here: the connector, and what a transaction becomes. Does not: the journal's
grammar (`parts.hledger.journal`, `parts.hledger.lines`, `parts.hledger.amount`).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from assets.sources import option, source_files
from assets.sources.connector import Connection, Discovery, Item, Progress
from assets.sources.journals import options, plain_text, tags
from assets.sources.journals.model import Account, Amount, Entry, Journal, Line, Price, Total
from assets.sources.journals.texts import Texts
from assets.sources.parts.hledger import json_output, kinds, lines
from assets.sources.parts.hledger.balance import Balances
from assets.sources.parts.hledger.journal import Posting, Reader, Transaction
from assets.sources.row_batches import Notes
from assets.sources.source_files import SourceFile
from quality.finding import Severity
from warehouse.errors import SettingsError

_READER_VERSION = 1
_SUFFIXES = (".journal", ".hledger", ".j", ".json")
_VIRTUAL = ("", "leave_out", "keep_balanced")


class Hledger:
    """The connector."""

    title = "hledger journal, or its JSON"
    options: Mapping[str, tuple[bool, str]] = {
        **options.SHARED,
        "voucher_tag": (False, "the tag with the voucher number; default bilag, else the code"),
        "commodities": (False, 'symbol to currency, such as { "$" = "USD" }'),
        "virtual": (False, "leave_out or keep_balanced: what virtual postings count as"),
        "left_out": (False, 'rules to leave out: "auto", "periodic" or "auto, periodic"'),
    }

    def discover(self, connection: Connection) -> Discovery:
        """Read everything and say what is there.

        Raises `SourceError` for what cannot be read, `SettingsError` for wrong settings.
        """
        journal, _, notes = _read(connection)
        _undeclared(journal)
        return plain_text.discovery(journal, notes)

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Everything in the files; nothing when none of them changed.

        Raises `SourceError` or `SettingsError`.
        """
        return plain_text.items(_read, connection, cursor, _READER_VERSION, progress)


CONNECTOR = Hledger()


def _read(connection: Connection) -> tuple[Journal, list[SourceFile], Notes]:
    virtual, left_out = _choices(connection)
    notes = Notes(connection.company_id, option.text(connection, "path", ""))
    if source_files.find(connection, _SUFFIXES)[0].path.suffix.lower() == ".json":
        files = source_files.find(connection, _SUFFIXES)
        contents = [json_output.read(file) for file in files]
        transactions = [one for content in contents for one in content.transactions]
        declared = {n: a for content in contents for n, a in content.accounts.items()}
        prices, defaults = list[Price](), list[str]()
        numbered = sum(content.numbered for content in contents)
        totals = [_total(option.text(connection, "path", ""), numbered, len(transactions))]
    else:
        texts = Texts(connection, _SUFFIXES)
        reader = Reader(texts, notes, left_out)
        reader.read()
        files, transactions = texts.files, reader.transactions
        declared, prices, defaults = reader.accounts, reader.prices, reader.defaults
        totals = [_total(option.text(connection, "path", ""), reader.headers, len(transactions))]
    balances = Balances(notes)
    balances.complete(transactions)
    maker = _Maker(connection, notes, virtual, declared)
    journal = maker.journal(transactions, prices, defaults)
    journal.totals = totals + balances.totals
    tags.number_vouchers(journal, option.text(connection, "voucher_tag", "bilag"), notes)
    tags.place_parties(journal, option.text(connection, "party_tag", "party"))
    tags.place_vat_codes(journal, option.text(connection, "vat_tag", "vat"), notes)
    return journal, files, notes


def _total(subject: str, declared: int, found: int) -> Total:
    return Total("vouchers", subject, Decimal(declared), Decimal(found), subject)


def _choices(connection: Connection) -> tuple[str, frozenset[str]]:
    virtual = option.text(connection, "virtual", "")
    if virtual not in _VIRTUAL:
        raise SettingsError(
            f"Connection {connection.connection_id}: virtual is {virtual!r}, expected "
            "leave_out or keep_balanced. Correct it in indberet.toml."
        )
    left_out = frozenset(option.text(connection, "left_out", "").replace(",", " ").split())
    if unknown := left_out - {"auto", "periodic"}:
        raise SettingsError(
            f"Connection {connection.connection_id}: left_out names {min(unknown)!r}, "
            "expected auto or periodic. Correct it in indberet.toml."
        )
    return virtual, left_out


def _undeclared(journal: Journal) -> None:
    for entry in journal.entries:
        for line in entry.lines:
            journal.accounts.setdefault(line.account, Account(line.account, line.account))


class _Maker:
    """Transactions as entries of a journal."""

    def __init__(
        self,
        connection: Connection,
        notes: Notes,
        virtual: str,
        declared: Mapping[str, Account],
    ) -> None:
        self._connection, self._notes, self._virtual = connection, notes, virtual
        self._declared = declared
        self._symbols = options.symbols(connection)
        self._vat_tag = option.text(connection, "vat_tag", "vat")
        self._base = ""

    def journal(
        self, transactions: list[Transaction], prices: list[Price], defaults: list[str]
    ) -> Journal:
        """Everything, in the base currency's name."""
        told = {p.amount.commodity for t in transactions for p in t.postings if p.amount}
        self._base = options.base_currency(
            self._connection,
            (self._symbols.get(d, d) for d in defaults if d),
            {self._symbols.get(c, c) for c in told if c},
        )
        company = option.text(self._connection, "company", "") or self._connection.company_id
        journal = Journal(company, self._base, "hledger")
        journal.year_start = options.fiscal_year_start(self._connection)
        journal.entries = [self._entry(transaction) for transaction in transactions]
        journal.prices = [
            Price(p.day, self._symbol(p.commodity), self._amount(p.each)) for p in prices
        ]
        posted = {line.account for entry in journal.entries for line in entry.lines}
        for name in sorted(posted | set(self._declared)):
            account = journal.accounts[name] = Account(name, name)
            account.kind = kinds.kind(name, self._declared)
            if vat := kinds.tag(name, self._vat_tag, self._declared):
                account.tags = {self._vat_tag: vat, "vat_code": vat}
        return journal

    def _entry(self, transaction: Transaction) -> Entry:
        entry = Entry(
            transaction.day, transaction.where, transaction.text, transaction.code,
            payee=(transaction.text or "").split("|")[0].strip() or None,
            document_day=transaction.second, tags=lines.tags(transaction.comment),
        )  # fmt: skip
        left_out = [p for p in transaction.postings if p.virtual and not self._keeps(p)]
        if left_out and not self._virtual:
            self._notes.add(
                "hledger.virtual", Severity.ERROR, transaction.where,
                f"{left_out[0].account} is a virtual posting ({left_out[0].where}), which is no "
                "part of double-entry books; left out.",
                'Say what is meant in indberet.toml: virtual = "leave_out", or "keep_balanced" '
                "to count those in square brackets.",
            )  # fmt: skip
        entry.lines = [self._line(p, transaction) for p in transaction.postings if self._keeps(p)]
        return entry

    def _keeps(self, posting: Posting) -> bool:
        return not posting.virtual or (posting.virtual == "[" and self._virtual == "keep_balanced")

    def _line(self, posting: Posting, transaction: Transaction) -> Line:
        assert posting.amount is not None
        try:
            own, _ = lines.own_dates(posting.comment, transaction.day)
        except ValueError:
            own = None
        if own is not None and own != transaction.day:
            self._notes.add(
                "hledger.posting_date", Severity.WARNING, posting.where,
                f"A posting on {posting.account} has the date {own} ({posting.where}), its "
                f"transaction {transaction.day}; the transaction's date counts.",
                "Make two transactions if the posting belongs to another period.",
            )  # fmt: skip
        text = posting.comment.strip().splitlines()
        return Line(
            posting.account, self._amount(posting.amount), posting.where,
            self._amount(posting.weight) if posting.weight else None,
            text[0].strip() if text else None, lines.tags(posting.comment),
        )  # fmt: skip

    def _amount(self, amount: Amount) -> Amount:
        return Amount(amount.number, self._symbol(amount.commodity))

    def _symbol(self, commodity: str) -> str:
        return self._symbols.get(commodity, commodity) or self._base
