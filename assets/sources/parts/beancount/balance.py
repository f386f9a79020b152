"""Amounts a Beancount file does not write, pads, and the balances it states.

Belongs here: running balances by account and commodity. Does not: base currency.

Source: Beancount Language Syntax, "Balance Assertions", "Pad"; Precision & Tolerances.
"""

from collections import defaultdict
from decimal import Context, Decimal

from assets.sources.journals.model import Amount, Total
from assets.sources.parts.beancount.journal import Balance, Pad, Reader, Transaction
from assets.sources.parts.beancount.posting import Posting
from assets.sources.row_batches import Notes
from quality.finding import Severity
from warehouse.errors import SourceError

_EXACT = Context(prec=200)
_SCALE = Decimal("0.0001")
_LARGEST = Decimal(10) ** 16
_Running = dict[str, dict[str, Decimal]]


def complete(reader: Reader) -> None:
    """Fill in every amount, and add what pads make.

    Raises `SourceError` where more amounts are missing than can be found.
    """
    for transaction in reader.transactions:
        _infer(transaction)
    reader.transactions += _pads(reader)
    reader.transactions.sort(key=lambda one: one.day)


def check(reader: Reader, notes: Notes) -> list[Total]:
    """Compare each stated balance with the postings before its day."""
    totals, running = [], _nothing()
    waiting = sorted(reader.transactions, key=lambda one: one.day, reverse=True)
    for balance in sorted(reader.balances, key=lambda one: one.day):
        while waiting and waiting[-1].day < balance.day:
            _post(running, waiting.pop())
        found = _held(running, balance.account, balance.amount.commodity)
        stated = balance.amount.number
        if found != stated and abs(_EXACT.subtract(found, stated)) <= _tolerance(balance):
            notes.add(
                "beancount.balance_within_tolerance", Severity.NOTE, balance.where,
                f"{balance.account} is stated to hold {stated:f} {balance.amount.commodity}, the "
                f"postings give {found:f}; within the tolerance ({balance.where}).", "Nothing.",
                pair=(f"{stated:f}", f"{found:f}"),
            )  # fmt: skip
            continue
        if _fits(stated) and _fits(found):
            subject = f"{balance.account} {balance.amount.commodity}"
            totals.append(Total("trial_balance", subject, stated, found, balance.where))
        if found != stated:
            notes.add(
                "beancount.balance", Severity.ERROR, balance.where,
                f"{balance.account} is stated to hold {stated:f} {balance.amount.commodity} at the "
                f"beginning of {balance.day}, the postings give {found:f} ({balance.where}).",
                "Correct the postings or the stated balance, then run `indberet pull`.",
                pair=(f"{stated:f}", f"{found:f}"),
            )  # fmt: skip
    return totals


def _fits(number: Decimal) -> bool:
    return abs(number) < _LARGEST and number == number.quantize(_SCALE)


def _tolerance(balance: Balance) -> Decimal:
    """What is written, else one unit of the last digit where there are decimals."""
    if balance.tolerance is not None:
        return balance.tolerance
    exponent = balance.amount.number.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else Decimal(0)


def _nothing() -> _Running:
    return defaultdict(lambda: defaultdict(Decimal))


def _post(running: _Running, transaction: Transaction) -> None:
    for posting in transaction.postings:
        if posting.amount is not None:
            held = running[posting.account]
            commodity = posting.amount.commodity
            held[commodity] = _EXACT.add(held[commodity], posting.amount.number)


def _held(running: _Running, account: str, commodity: str) -> Decimal:
    total = Decimal(0)
    for name, held in running.items():
        if name == account or name.startswith(f"{account}:"):
            total = _EXACT.add(total, held.get(commodity, Decimal(0)))
    return total


def _pads(reader: Reader) -> list[Transaction]:
    """The transactions that make padded balances come out, by date of balance."""
    made: list[Transaction] = []
    filled: set[tuple[Pad, str]] = set()
    for balance in sorted(reader.balances, key=lambda one: one.day):
        pads = [p for p in reader.pads if p.account == balance.account and p.day < balance.day]
        if not pads or (max(pads, key=lambda p: p.day), balance.amount.commodity) in filled:
            continue
        pad = max(pads, key=lambda p: p.day)
        filled.add((pad, balance.amount.commodity))
        running = _nothing()
        for transaction in [*reader.transactions, *made]:
            if transaction.day < balance.day:
                _post(running, transaction)
        found = _held(running, balance.account, balance.amount.commodity)
        lacking = _EXACT.subtract(balance.amount.number, found)
        if abs(lacking) > _tolerance(balance):
            made.append(_padding(pad, Amount(lacking, balance.amount.commodity)))
    return made


def _padding(pad: Pad, amount: Amount) -> Transaction:
    other = Amount(amount.number.copy_negate(), amount.commodity)
    postings = [
        Posting(pad.account, amount, None, None, pad.where),
        Posting(pad.source, other, None, None, pad.where),
    ]
    return Transaction(pad.day, pad.where, pad.path, f"pad {pad.account}", None, {}, postings)


def _infer(transaction: Transaction) -> None:
    left: dict[str, Decimal] = {}
    for posting in transaction.postings:
        if (told := posting.balance) is not None:
            left[told.commodity] = _EXACT.add(left.get(told.commodity, Decimal(0)), told.number)
    open_ = [p for p in transaction.postings if p.amount is None]
    for posting in open_:
        if posting.commodity is None:
            continue
        posting.amount = Amount(
            left.pop(posting.commodity, Decimal(0)).copy_negate(), posting.commodity
        )
    missing = [p for p in open_ if p.commodity is None]
    commodities = [p.commodity for p in open_]
    if len(set(commodities)) != len(commodities):
        raise SourceError(
            f"Reading {open_[1].where}: two postings of one transaction have no amount "
            f"({open_[0].account}, {open_[1].account}), expected at most one. Nothing was read. "
            "Write one of them."
        )
    if missing:
        _fill(transaction, missing[0], left)


def _fill(transaction: Transaction, missing: Posting, left: dict[str, Decimal]) -> None:
    parts = [Amount(n.copy_negate(), c) for c, n in sorted(left.items()) if n]
    parts = parts or [Amount(Decimal(0), min(left, default=""))]
    place = transaction.postings.index(missing)
    transaction.postings[place : place + 1] = [
        Posting(missing.account, part, None, None, missing.where, missing.meta) for part in parts
    ]
