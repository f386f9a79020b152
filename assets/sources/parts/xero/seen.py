"""What all journals read from Xero so far add up to, as its trial balance would.

Belongs here: sums, and the accounts Xero treats its own way. Does not: reading
(`pull`).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from assets.sources.network.remembered import Ids
from assets.sources.parts.xero import records, shapes

GAINS = ("BANKCURRENCYGAIN", "UNREALISEDCURRENCYGAIN")
_REVALUED = ("DEBTORS", "CREDITORS", *GAINS)
_RESULT = ("REVENUE", "EXPENSE")


@dataclass
class Seen:
    """What all journals read so far add up to; `sums` by account id and end of fiscal year."""

    numbers: Ids
    sums: dict[str, dict[str, Decimal]]
    first: date | None = None
    last: date | None = None
    wrong: dict[str, list[str]] = field(default_factory=dict)
    """Lines whose VAT contradicts itself: number and id of the journal, net, tax, gross."""

    @classmethod
    def parse(cls, told: Mapping[str, Any]) -> "Seen":
        """What `value` wrote."""
        sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for account, years in told.get("sums", {}).items():
            sums[account].update({end: Decimal(amount) for end, amount in years.items()})
        first, last = (
            date.fromisoformat(told[name]) if told.get(name) else None for name in ("first", "last")
        )
        wrong = dict(told.get("wrong", {}))
        return cls(Ids.parse(told.get("numbers", "")), sums, first, last, wrong)

    def value(self) -> dict[str, Any]:
        """As the cursor keeps it."""
        sums = {
            account: {end: str(amount) for end, amount in sorted(years.items())}
            for account, years in sorted(self.sums.items())
        }
        days = {"first": str(self.first or ""), "last": str(self.last or "")}
        return {"numbers": self.numbers.text(), "sums": sums, "wrong": self.wrong, **days}

    def highest(self) -> int:
        """The highest number read, 0 when there is none."""
        text = self.numbers.text().replace(",", "-")
        return int(text.rpartition("-")[2] or 0)

    def add(self, one: shapes.Journal, end: date) -> None:
        """Count a journal once; `end` is its fiscal year's last day."""
        if not self.numbers.add(one.JournalNumber):
            return
        on = shapes.day(one.JournalDate)
        self.first, self.last = min(on, self.first or on), max(on, self.last or on)
        for line in one.JournalLines:
            self.sums[line.AccountID][str(end)] += line.NetAmount
            if line.NetAmount + line.TaxAmount != line.GrossAmount:
                amounts = (line.NetAmount, line.TaxAmount, line.GrossAmount)
                self.wrong[line.JournalLineID] = [
                    str(one.JournalNumber), one.JournalID, *map(str, amounts)
                ]  # fmt: skip


def balances(seen: Seen, books: records.Books, on: str) -> dict[str, Decimal]:
    """Account id → our balance at the end of a fiscal year, as Xero reports it."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    retained = next((i for i in books.accounts if system(books, i) == "RETAINEDEARNINGS"), "")
    for account, years in seen.sums.items():
        one = books.accounts.get(account)
        for end, amount in years.items():
            is_closed = one is not None and one.Class in _RESULT and end < on
            found[retained if is_closed else account] += amount
    return found


def system(books: records.Books, account: str) -> str:
    """Which of Xero's own accounts it is, "" for none."""
    one = books.accounts.get(account)
    return (one.SystemAccount or "") if one else ""


def code(books: records.Books, account: str) -> str:
    """An account's number."""
    one = books.accounts.get(account)
    return records.account_code(one) if one else f"#{account}"


def is_revalued(books: records.Books, account: str, base: str) -> bool:
    """Whether Xero's reports revalue it without a journal."""
    one = books.accounts.get(account)
    is_foreign = one is not None and one.Type == "BANK" and one.CurrencyCode not in (None, base)
    return is_foreign or system(books, account) in _REVALUED
