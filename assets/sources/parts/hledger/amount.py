"""Amounts as hledger writes them: symbols, decimal marks, digit groups, prices, assertions.

Belongs here: one amount's text. Does not: lines or transactions.

Source: hledger manual, "Amounts", "Decimal marks", "Costs", "Balance assertions".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assets.sources.journals.model import Amount
from assets.sources.journals.value import weigh

_COMMODITY = r'"[^";\n]*"|[^\s\d;:.,@*^&=|{}()\[\]<>!?"\\/~#+\-]+'
_NUMBER = r"(?:\d[\d.,]*(?:[ \u00a0\u2009\u202f]\d[\d.,]*)*|[.,]\d+)(?:[eE][+-]?\d+(?![\w]))?"
_AMOUNT = re.compile(
    rf"\s*(?P<sign>[-+]?)\s*(?:(?P<left>{_COMMODITY})\s*(?P<inner>[-+]?)\s*(?P<after>{_NUMBER})"
    rf"|(?P<before>{_NUMBER})\s*(?P<right>{_COMMODITY})?)\s*"
)
_PRICE = re.compile(r"(@@?|\(@@?\))")
_ASSERTION = re.compile(r"(==?\*?)")
_SPACES = re.compile(r"[ \u00a0\u2009\u202f]")
_MOST_DIGITS = 28
_MOST_SHIFT = 20


@dataclass(frozen=True, slots=True)
class Assertion:
    """A stated balance. `alone`: no other commodity; `inclusive`: with subaccounts."""

    amount: Amount
    alone: bool
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What stands after a posting's account; `ambiguous` where a mark may be either."""

    amount: Amount | None
    weight: Amount | None
    assertion: Assertion | None
    ambiguous: str | None


@dataclass(frozen=True, slots=True)
class Notation:
    """How numbers are written: `marks` by commodity, `mark` for all, `default` commodity."""

    marks: Mapping[str, str]
    mark: str | None = None
    default: str = ""

    def mark_of(self, commodity: str) -> str | None:
        """The decimal mark of a commodity, else of the default one, None where nobody told."""
        return self.mark or self.marks.get(commodity) or self.marks.get(self.default)


def posting(text: str, notation: Notation) -> Told:
    """An amount with its price and assertion, any of them absent.

    Raises `ValueError` saying what cannot be read.
    """
    ambiguous: list[str] = []
    amount = weight = assertion = None
    rest = text.strip()
    if rest and not _ASSERTION.match(rest):
        amount, rest = one(rest, notation, ambiguous)
        weight = amount
    while rest:
        if rest.startswith(("{", "[")):
            raise ValueError(f"a lot ({rest})")
        if amount is not None and weight is amount and (mark := _PRICE.match(rest)):
            price, rest = one(rest[mark.end() :], notation, ambiguous)
            weight = weigh(amount, price, total="@@" in mark.group())
        elif assertion is None and (mark := _ASSERTION.match(rest)):
            stated, rest = one(rest[mark.end() :], notation, ambiguous)
            told = mark.group()
            assertion = Assertion(stated, "==" in told, "*" in told)
            if _PRICE.match(rest):  # an assertion's own price says nothing of the balance
                _, rest = one(_PRICE.sub("", rest, count=1), notation, ambiguous)
        else:
            raise ValueError(f"'{rest}'")
    return Told(
        amount, None if weight is amount else weight, assertion,
        ambiguous[0] if ambiguous else None,
    )  # fmt: skip


def one(text: str, notation: Notation, ambiguous: list[str]) -> tuple[Amount, str]:
    """The amount `text` begins with, and the rest.

    >>> one("1.234,50 DKK @ 2", Notation({}), [])
    (Amount(number=Decimal('1234.50'), commodity='DKK'), '@ 2')
    """
    match = _AMOUNT.match(text)
    if match is None:
        raise ValueError(f"'{text.strip()}'")
    commodity = (match["left"] or match["right"] or "").strip('"') or notation.default
    digits = match["after"] or match["before"]
    value = number(digits, notation.mark_of(commodity))
    if notation.mark_of(commodity) is None and is_ambiguous(digits):
        ambiguous.append(digits)
    negative = (match["sign"] == "-") != (match["inner"] == "-")
    return Amount(value.copy_negate() if negative else value, commodity), text[match.end() :]


def number(text: str, mark: str | None) -> Decimal:
    """The exact value of digits with marks; `mark` is the decimal mark where known.

    >>> [str(number(t, None)) for t in ("1,000.50", "1 000,5", "1.000.000", "1,5", "1E3")]
    ['1000.50', '1000.5', '1000000', '1.5', '1E+3']
    >>> str(number("1.000", ","))
    '1000'
    """
    body, _, exponent = _SPACES.sub("_", text).lower().partition("e")
    decimal = _decimal_mark(body, mark)
    whole, _, part = body.partition(decimal) if decimal else (body, "", "")
    groups = re.split(r"[.,_]", whole)
    told = "".join(groups)
    if any(mark_ in part for mark_ in ".,_") or not _are_groups(groups):
        raise ValueError(f"'{text}' (digits set off by marks come three and three)")
    shift = int(exponent or 0)
    if len(told) + len(part) > _MOST_DIGITS or abs(shift) > _MOST_SHIFT:
        raise ValueError(f"'{text}', which is too long,")
    return Decimal(f"{told or '0'}.{part or '0'}" if part else told or "0").scaleb(shift)


def _are_groups(groups: list[str]) -> bool:
    """Whether thousands (or ten thousands) are set off; India's twos only before a three."""
    return len(groups) == 1 or (
        len(groups[-1]) in (3, 4) and all(len(group) in (2, 3, 4) for group in groups[1:])
    )


def is_ambiguous(text: str) -> bool:
    """Whether a single mark with three digits after it may as well set off thousands."""
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text) is not None


def mark_of_format(text: str) -> tuple[str, str | None]:
    """(commodity, decimal mark) of a format such as `1.000,00 DKK`.

    Raises `ValueError` for anything else.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}'")
    commodity = (match["left"] or match["right"] or "").strip('"')
    body = _SPACES.sub("_", match["after"] or match["before"])
    return commodity, _decimal_mark(body, None) or None


def _decimal_mark(body: str, known: str | None) -> str:
    """The decimal mark within `body`, empty where there is none."""
    marks = {mark for mark in ".," if mark in body}
    if known is not None and body.count(known) <= 1:
        return known if known in marks else ""
    last = max(marks, key=body.rfind, default="")
    if not last or body.count(last) > 1:
        return ""
    return last
