"""Amounts an hledger journal does not write, and the balances it states.

One posting of a transaction may lack its amount: it takes what the others leave. A
posting with a balance and no amount takes what makes that balance. Transactions are
gone through by date, as hledger does, and every stated balance is checked.

Belongs here: running balances. Does not: base currency.

Source: hledger manual, "Balance assertions", "Balance assignments", "Balancing transactions".
"""

from collections import defaultdict
from decimal import Context, Decimal

from assets.sources.journals.model import Amount, Total
from assets.sources.parts.hledger.journal import Posting, Transaction
from assets.sources.row_batches import Notes
from quality.finding import Severity
from warehouse.errors import SourceError

_EXACT = Context(prec=200)
_SCALE = Decimal("0.0001")
_LARGEST = Decimal(10) ** 16


class Balances:
    """Running balances by account and commodity."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._running: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self.totals: list[Total] = []

    def complete(self, transactions: list[Transaction]) -> None:
        """Fill in every amount, splitting a posting that takes several commodities.

        Raises `SourceError` where two amounts are missing.
        """
        for transaction in sorted(transactions, key=lambda one: one.day):
            assigned = any(p.amount is None and p.assertion for p in transaction.postings)
            if not assigned:
                _infer(transaction)
            for posting in transaction.postings:
                if posting.amount is None and posting.assertion is not None:
                    posting.amount = self._missing(posting)
                if posting.amount is not None:
                    self._post(posting)
            if assigned:
                for added in _infer(transaction):
                    self._post(added)

    def _post(self, posting: Posting) -> None:
        amount = posting.amount
        if amount is not None:
            held = self._running[posting.account]
            held[amount.commodity] = _EXACT.add(held[amount.commodity], amount.number)
        if posting.assertion is not None:
            self._check(posting)

    def _missing(self, posting: Posting) -> Amount:
        assert posting.assertion is not None
        stated = posting.assertion.amount
        held = self._held(posting, stated.commodity)
        return Amount(_EXACT.subtract(stated.number, held), stated.commodity)

    def _held(self, posting: Posting, commodity: str) -> Decimal:
        assert posting.assertion is not None
        below = f"{posting.account}:" if posting.assertion.inclusive else "\n"
        accounts = [a for a in self._running if a == posting.account or a.startswith(below)]
        total = Decimal(0)
        for account in accounts:
            total = _EXACT.add(total, self._running[account].get(commodity, Decimal(0)))
        return total

    def _check(self, posting: Posting) -> None:
        assertion = posting.assertion
        assert assertion is not None
        stated, found = assertion.amount, self._held(posting, assertion.amount.commodity)
        subject = f"{posting.account} {stated.commodity}".strip()
        if all(n == n.quantize(_SCALE) for n in (stated.number, found) if abs(n) < _LARGEST):
            self.totals.append(Total("trial_balance", subject, stated.number, found, posting.where))
        others = {
            commodity: number
            for commodity, number in self._running[posting.account].items()
            if number and commodity != stated.commodity
        }
        if found != stated.number or (assertion.alone and others):
            also = "".join(f" and {n:f} {c}" for c, n in sorted(others.items()))
            self._notes.add(
                "hledger.assertion", Severity.ERROR, posting.where,
                f"{posting.account} is stated to hold {stated.number:f} {stated.commodity}, the "
                f"postings give {found:f}{also if assertion.alone else ''} ({posting.where}).",
                "Correct the postings or the stated balance, then run `indberet pull`.",
                pair=(f"{stated.number:f}", f"{found:f}"),
            )  # fmt: skip


def _infer(transaction: Transaction) -> list[Posting]:
    """Give the one posting without amount what the others leave; what was filled in."""
    filled = []
    for virtual in ("", "["):
        group = [p for p in transaction.postings if p.virtual == virtual]
        missing = [p for p in group if p.amount is None]
        if len(missing) > 1:
            second = missing[1]
            raise SourceError(
                f"Reading {transaction.path}:{second.line}: two postings of one "
                f"transaction have no amount ({missing[0].account}, {second.account}), expected "
                "at most one. Nothing was read. Write one of them."
            )
        if missing:
            filled += _fill(transaction, group, missing[0])
    for posting in transaction.postings:
        if posting.amount is None:  # an unbalanced virtual posting counts nothing
            posting.amount = Amount(Decimal(0), "")
    return filled


def _fill(transaction: Transaction, group: list[Posting], missing: Posting) -> list[Posting]:
    left: dict[str, Decimal] = {}
    for posting in group:
        if (told := posting.balance) is not None:
            left[told.commodity] = _EXACT.add(left.get(told.commodity, Decimal(0)), told.number)
    parts = [Amount(n.copy_negate(), c) for c, n in sorted(left.items()) if n]
    if not parts:
        parts = [Amount(Decimal(0), min(left, default=""))]
    place = transaction.postings.index(missing)
    made = [
        Posting(
            missing.account, missing.virtual, part, None,
            missing.assertion if part is parts[-1] else None, missing.where, missing.line,
            missing.comment,
        )
        for part in parts
    ]  # fmt: skip
    transaction.postings[place : place + 1] = made
    return made
