"""A journal as rows of the landed streams, with what is wrong in it.

Belongs here: ids, codes, base amounts, fiscal years, rows. Does not: reading a file.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from assets.sources import option
from assets.sources.connector import Complete, Connection, Item
from assets.sources.journals.model import Account, Entry, Journal, Line
from assets.sources.journals.value import Prices, Valued, plain, value
from assets.sources.row_batches import Collector, Notes, exchange_rate
from quality.finding import Severity
from warehouse.errors import SettingsError, SourceError

STREAMS = (
    "company", "account", "vat_code", "party", "fiscal_period", "source_document", "voucher",
    "posting", "control_total",
)  # fmt: skip
_CURRENCY = re.compile(r"[A-Z]{3}")
_LARGEST = Decimal(10) ** 16
_FOREIGN = Decimal("0.0001")


def items(journal: Journal, connection: Connection, notes: Notes) -> Iterator[Item]:
    """Rows of everything, findings, and that all of it was held.

    Raises `SourceError` for a journal without a transaction or an account: what is no journal
    may read as one of comments alone, and everything landed before would be gone.
    """
    if not journal.entries and not journal.accounts:
        raise SourceError(
            f"Connection {connection.connection_id}: {option.text(connection, 'path', '')} holds "
            "neither a transaction nor an account. Nothing was landed; see that `path` names the "
            "books."
        )
    _give_codes(journal, option.text(connection, "account_code_pattern", ""), connection)
    journal.entries.sort(key=lambda entry: entry.day)  # stable: the file's order within a day
    _give_ids(journal, notes)
    writer = _Writer(journal, notes)
    yield from writer.masters()
    yield from writer.entries()
    yield from notes.close()
    for stream in STREAMS:
        if stream not in ("posting", "control_total"):
            yield Complete(stream)


def _give_codes(journal: Journal, pattern: str, connection: Connection) -> None:
    """Account codes by the settings' pattern; two accounts of one code are refused."""
    if not pattern:
        return
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise SettingsError(
            f"Connection {connection.connection_id}: account_code_pattern {pattern!r} is no "
            f"regular expression ({error}). Correct it in indberet.toml."
        ) from error
    taken: dict[str, str] = {}
    for name, account in journal.accounts.items():
        found = compiled.search(name)
        if found:
            account.code = found.group(1) if compiled.groups else found.group(0)
        if taken.setdefault(account.code, name) != name:
            raise SettingsError(
                f"Connection {connection.connection_id}: by account_code_pattern both "
                f"'{taken[account.code]}' and '{name}' have the code {account.code}. "
                "Make the pattern tell them apart."
            )


def _give_ids(journal: Journal, notes: Notes) -> None:
    """Ids of entries whose source keeps none: year and number, else day and position."""
    taken: Counter[str] = Counter()
    again = 0
    for entry in journal.entries:
        if entry.source_id is not None:
            entry.number = entry.number or f"{entry.day}/{entry.source_id[:8]}"
            continue
        if entry.number:
            wanted = f"{entry.day.year}/{entry.number}"
            taken[wanted] += 1
            again += taken[wanted] > 1
            entry.source_id = wanted if taken[wanted] == 1 else f"{wanted}#{taken[wanted]}"
        else:
            taken[f"day {entry.day}"] += 1
            entry.number = f"{entry.day}/{taken[f'day {entry.day}']}"
            entry.source_id = f"-/{entry.number}"
    if again:
        notes.add(
            f"{journal.system}.shared_voucher_number", Severity.NOTE, journal.entries[0].where,
            f"Transactions with a voucher number that an earlier one of the same year has, too: "
            f"{again}. They are kept apart as <number>#2.",
            "Nothing, if one document is behind them; otherwise number them apart.",
        )  # fmt: skip


class _Writer:
    """Collects the rows of one journal."""

    def __init__(self, journal: Journal, notes: Notes) -> None:
        self._journal, self._notes = journal, notes
        self._rows = {stream: Collector(stream) for stream in STREAMS}
        self._prices = Prices(journal.prices, journal.base)

    def masters(self) -> Iterator[Item]:
        """Company, accounts, VAT codes, parties, years, documents, totals."""
        journal, rows = self._journal, self._rows
        rows["company"].add("company", journal.company, None, None, None, journal.base)
        for name in self._undeclared():
            journal.accounts[name] = Account(name, name)
        for account in journal.accounts.values():
            rows["account"].add(
                account.code, account.code, account.name, account.kind, None,
                account.tags.get("vat_code"),
            )  # fmt: skip
        for code in journal.vat_codes.values():
            rows["vat_code"].add(code.code, code.code, code.name, code.rate, None, None)
        for party in journal.parties:
            rows["party"].add(
                party.party_id, party.party_id, party.name, party.country, party.vat_number, None
            )
        for start, end in self._years():
            rows["fiscal_period"].add(f"year/{start}", "year", start, end, "open")
        for document in journal.documents:
            rows["source_document"].add(
                document.document_id, document.document_id, document.kind, document.number,
                document.party, document.day, document.due, document.currency, document.total,
            )  # fmt: skip
        for total in journal.totals:
            key = f"{total.kind}/{total.subject}/{total.where}"
            rows["control_total"].add(
                key, total.kind, total.subject, total.declared, total.found, total.where
            )
        yield from self._take()

    def entries(self) -> Iterator[Item]:
        """Vouchers with their postings."""
        for entry in self._journal.entries:
            self._entry(entry)
            if self._rows["posting"].full():
                yield from self._take()
        yield from self._take()

    def _take(self) -> Iterator[Item]:
        for rows in self._rows.values():
            yield from rows.take()

    def _undeclared(self) -> list[str]:
        posted = {line.account for entry in self._journal.entries for line in entry.lines}
        return sorted(posted - set(self._journal.accounts))

    def _years(self) -> list[tuple[date, date]]:
        journal = self._journal
        if not journal.year_start or not journal.entries:
            return journal.years
        month, day = (int(part) for part in journal.year_start.split("-"))
        first, last = journal.entries[0].day, journal.entries[-1].day
        start = date(first.year, month, day)
        if start > first:
            start = start.replace(year=start.year - 1)
        years = []
        while start <= last:
            following = start.replace(year=start.year + 1)
            years.append((start, following - timedelta(days=1)))
            start = following
        return years

    def _entry(self, entry: Entry) -> None:
        valued = value(entry.lines, self._journal.base, entry.day, self._prices)
        self._tell(entry, valued)
        source_id = str(entry.source_id)
        self._rows["voucher"].add(
            source_id, entry.journal, entry.number, entry.document_day, entry.day,
            entry.registered, entry.text, entry.document, entry.where,
        )  # fmt: skip
        for place, (line, amount) in enumerate(zip(entry.lines, valued.amounts, strict=True), 1):
            self._posting(source_id, place, line, amount)

    def _posting(self, source_id: str, place: int, line: Line, amount: Decimal) -> None:
        account = self._journal.accounts[line.account]
        amount = self._fitting(amount, line)
        told = line.amount
        if told.commodity == self._journal.base and told.number != amount:
            self._notes.add(
                f"{self._journal.system}.part_of_oere", Severity.WARNING, line.where,
                f"{told.number:f} {told.commodity} on {line.account} is no whole number of øre "
                f"({line.where}); it is booked as {amount}.",
                "Correct the amount where more than rounding is meant.",
            )  # fmt: skip
        currency, foreign, held = self._foreign(line)
        self._rows["posting"].add(
            source_id, line.line_id or str(place), place, account.code, amount, currency, foreign,
            exchange_rate(amount, foreign), line.party, line.vat_code, line.text, held,
        )  # fmt: skip

    def _fitting(self, amount: Decimal, line: Line) -> Decimal:
        if abs(amount) < _LARGEST:
            return amount
        self._say(
            "amount", line.where,
            f"The amount {plain(amount)} is larger than can be booked; it counts as zero.",
            "Correct the amount, then run `indberet pull`.",
        )  # fmt: skip
        return Decimal(0)

    def _foreign(self, line: Line) -> tuple[str | None, Decimal | None, str | None]:
        """(currency, amount in it, what is held that is no currency as JSON)."""
        amount = line.amount
        if amount.commodity == self._journal.base:
            return None, None, None
        if not _CURRENCY.fullmatch(amount.commodity):
            held = {"commodity": amount.commodity, "quantity": f"{amount.number:f}"}
            return None, None, json.dumps(held, ensure_ascii=False, sort_keys=True)
        exact = abs(amount.number) < _LARGEST and amount.number == amount.number.quantize(_FOREIGN)
        if not exact:
            self._say(
                "amount", line.where,
                f"{amount.number:f} {amount.commodity} has more than four decimals, or is too "
                "large, expected at most that; the foreign amount is left out.",
                "Correct the amount, then run `indberet pull`.",
            )  # fmt: skip
            return None, None, None
        return amount.commodity, amount.number, None

    def _tell(self, entry: Entry, valued: Valued) -> None:
        base = self._journal.base
        for commodity in sorted(valued.unpriced):
            self._say(
                "no_price", entry.where,
                f"Voucher {entry.label} has amounts in {commodity} without a price in {base}, and "
                f"none is stated on or before {entry.day} ({entry.where}); they count as zero.",
                f"Add the price to the posting, or a price of {commodity} in {base}.",
            )  # fmt: skip
        if valued.difference:
            self._say(
                "unbalanced", entry.where,
                f"Voucher {entry.label} does not balance: its postings sum to "
                f"{plain(valued.difference)} {base}, expected 0 ({entry.where}).",
                "Correct the amounts, then run `indberet pull`.",
            )  # fmt: skip
        if valued.rounded is not None:
            place, part = valued.rounded
            self._notes.add(
                f"{self._journal.system}.rounded", Severity.NOTE, entry.where,
                f"Voucher {entry.label}: prices give parts of an øre; {part} {base} of rounding "
                f"lies on {entry.lines[place].account} ({entry.where}).", "Nothing.",
            )  # fmt: skip

    def _say(self, rule: str, where: str, message: str, remedy: str) -> None:
        self._notes.add(f"{self._journal.system}.{rule}", Severity.ERROR, where, message, remedy)
