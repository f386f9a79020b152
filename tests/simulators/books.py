"""The demo company's books as any bookkeeping system would hold them: vouchers with lines.

Worked out from the declaration in `tests.tryton_server.books`, so that whatever
system they are read from, the VAT return is the one in `expected_vat.json`.

Belongs here: arithmetic of booking. Does not: any vendor's shapes.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.tryton_server.books import (
    ACCOUNTS,
    COMPANY,
    CVR,
    DOCUMENTS,
    PARTIES,
    TAXES,
    VOUCHERS,
    YEAR,
    Document,
    Kind,
    Tax,
    Voucher,
)
from tests.tryton_server.expected import kroner

__all__ = ["ACCOUNTS", "COMPANY", "CVR", "PARTIES", "TAXES", "YEAR", "Kind", "Tax"]

_OERE = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """One posting in DKK, debit positive. `vat_code` with `part` base or tax says what it
    means for VAT; `foreign` is the amount in `currency` where that is not DKK.
    """

    account: str
    amount: Decimal
    text: str
    vat_code: str = ""
    part: str = ""
    party: str = ""
    currency: str = "DKK"
    foreign: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """One booked voucher. `series` is sale, purchase or general; `document` its number, or ""."""

    number: int
    series: str
    day: date
    text: str
    lines: tuple[Line, ...]
    party: str = ""
    document: str = ""


def vouchers() -> list[Booked]:
    """Every voucher of the year so far, in order of date, numbered from 1."""
    found = [_documented(document) for document in DOCUMENTS]
    for voucher in VOUCHERS:
        found += _general(voucher)
    found.sort(key=lambda one: one.day)
    counts: dict[str, int] = defaultdict(int)
    numbered = []
    for number, one in enumerate(found, start=1):
        counts[one.series] += 1
        document = "" if one.series == "general" else f"{one.series[0].upper()}{counts[one.series]}"
        numbered.append(replace(one, number=number, document=document))
    return numbered


def balances(booked: list[Booked]) -> dict[str, Decimal]:
    """The balance of every account, debit positive."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in booked:
        for line in one.lines:
            sums[line.account] += line.amount
    return dict(sums)


def _documented(document: Document) -> Booked:
    """Bases, VAT line by code and leg, and the customer's or supplier's line."""
    sign = -1 if document.kind == "sale" else 1
    lines = [
        _base(document, account, code, amount, sign) for account, code, amount in document.lines
    ]
    taxes: list[Line] = []
    for code in dict.fromkeys(code for _account, code, _amount in document.lines):
        base = sum((line.amount for line in lines if line.vat_code == code), Decimal(0))
        taxes += _taxes(code, base, document.text)
    counter = "6190" if document.kind == "sale" else "7440"
    booked = _deducted(document, lines)
    owed = -sum((line.amount for line in [*booked, *taxes]), Decimal(0))
    foreign = None
    if document.currency != "DKK":  # only zero-rated sales are in a foreign currency
        foreign = -sign * sum((amount for _a, _c, amount in document.lines), Decimal(0))
    party = Line(
        counter, owed, document.text, party=document.party,
        currency=document.currency, foreign=foreign,
    )  # fmt: skip
    return Booked(
        0, document.kind, date.fromisoformat(document.day), document.text,
        (*booked, *taxes, party), document.party,
    )  # fmt: skip


def _base(document: Document, account: str, code: str, amount: Decimal, sign: int) -> Line:
    foreign = None if document.currency == "DKK" else sign * amount
    booked = sign * kroner(amount, document.currency, document.day)
    return Line(
        account, booked, document.text, code, "base", currency=document.currency, foreign=foreign
    )


def _deducted(document: Document, lines: list[Line]) -> list[Line]:
    """Bases with the part of the VAT that may not be deducted, which is a cost."""
    booked = []
    for line in lines:
        tax = TAXES[line.vat_code]
        lost = Decimal(0)
        if tax.input and tax.deductible != "1":
            whole = (line.amount * Decimal(tax.rate)).quantize(_OERE, ROUND_HALF_UP)
            lost = whole - (whole * Decimal(tax.deductible)).quantize(_OERE, ROUND_HALF_UP)
        booked.append(line)
        if lost:
            booked.append(Line(line.account, lost, f"{document.text}, moms uden fradrag"))
    return booked


def _taxes(code: str, base: Decimal, text: str) -> list[Line]:
    tax = TAXES[code]
    whole = (base * Decimal(tax.rate)).quantize(_OERE, ROUND_HALF_UP)
    lines = []
    if tax.output:
        owed = whole if tax.group == "sale" else -whole
        lines.append(Line(tax.output, owed, text, code, "tax"))
    if tax.input:
        deducted = (whole * Decimal(tax.deductible)).quantize(_OERE, ROUND_HALF_UP)
        lines.append(Line(tax.input, deducted, text, code, "tax"))
    return lines


def _general(voucher: Voucher) -> list[Booked]:
    told = {line: (code, part) for line, code, part, _amount in voucher.vat}
    lines = tuple(
        Line(account, amount, voucher.text, *told.get(number, ("", "")), party=party)
        for number, (account, amount, party) in enumerate(voucher.lines, start=1)
    )
    day = date.fromisoformat(voucher.day)
    booked = [Booked(0, "general", day, voucher.text, lines)]
    if voucher.is_reversed:
        back = tuple(replace(line, amount=-line.amount) for line in lines)
        booked.append(Booked(0, "general", day, f"{voucher.text}, tilbageført", back))
    return booked
