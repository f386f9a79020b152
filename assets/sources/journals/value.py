"""Base-currency amounts of a transaction's lines, exactly, and the øre that rounding leaves.

Belongs here: prices, implied rates, rounding. Does not: findings or rows.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction

from assets.sources.journals.model import Amount, Line, Price

_EXACT = Context(prec=100)
_HALF_CENT = Fraction(1, 200)
_CENT_PART = Fraction(1, 100)


class Prices:
    """The base value of a commodity at a date, from the prices the source states."""

    def __init__(self, prices: Sequence[Price], base: str) -> None:
        self._told: dict[str, list[tuple[date, Fraction]]] = {}
        for price in prices:
            if price.each.commodity == base:
                self._add(price.commodity, price.day, Fraction(price.each.number))
            elif price.commodity == base and price.each.number:
                self._add(price.each.commodity, price.day, 1 / Fraction(price.each.number))
        for told in self._told.values():
            told.sort(key=lambda one: one[0])

    def _add(self, commodity: str, day: date, each: Fraction) -> None:
        self._told.setdefault(commodity, []).append((day, each))

    def at(self, commodity: str, day: date) -> Fraction | None:
        """The newest price on or before `day`, None where there is none."""
        told = self._told.get(commodity, [])
        place = bisect_right(told, day, key=lambda one: one[0])
        return told[place - 1][1] if place else None


@dataclass(frozen=True, slots=True)
class Valued:
    """Base amounts by line (zero where `unpriced` names its commodity).

    `difference` is what the lines lack in the base currency, zero when they balance;
    `rounded` the line that took the øre left by rounding, with how much.
    """

    amounts: list[Decimal]
    difference: Fraction
    unpriced: frozenset[str] = frozenset()
    rounded: tuple[int, Decimal] | None = None


def value(lines: Sequence[Line], base: str, day: date, prices: Prices) -> Valued:
    """Each line in the base currency.

    A line in the base currency counts as it stands, one with a price in it by that
    price. Other commodities are valued by what the rest of the transaction implies
    where just one is left unbalanced, else by the source's prices.

    >>> line = lambda n, c: Line("a", Amount(Decimal(n), c), "x")
    >>> value([line("100", "EUR"), line("-746", "DKK")], "DKK", date.max, Prices([], "DKK")).amounts
    [Decimal('746.00'), Decimal('-746.00')]
    """
    exact, open_ = _told(lines, base)
    unpriced = _open_commodities(exact, open_, day, prices)
    total = sum((amount for amount in exact if amount is not None), Fraction(0))
    amounts = [_round(amount or Fraction(0)) for amount in exact]
    if unpriced:
        return Valued(amounts, Fraction(0), unpriced)
    if abs(total) > _HALF_CENT:
        return Valued(amounts, total)
    left = sum(amounts, Decimal(0))
    if not left:
        return Valued(amounts, Fraction(0))
    inexact = [n for n, amount in enumerate(exact) if amount and amount % _CENT_PART]
    if not inexact:
        return Valued(amounts, total)
    place = max(inexact, key=lambda n: (abs(amounts[n]), -n))
    amounts[place] -= left
    return Valued(amounts, Fraction(0), rounded=(place, -left))


def _told(
    lines: Sequence[Line], base: str
) -> tuple[list[Fraction | None], dict[str, list[tuple[int, Fraction]]]]:
    exact: list[Fraction | None] = []
    open_: dict[str, list[tuple[int, Fraction]]] = {}
    for place, line in enumerate(lines):
        told = line.amount if line.amount.commodity == base else line.balance
        if told.commodity == base:
            exact.append(Fraction(told.number))
        else:
            exact.append(None)
            open_.setdefault(told.commodity, []).append((place, Fraction(told.number)))
    return exact, open_


def _open_commodities(
    exact: list[Fraction | None],
    open_: dict[str, list[tuple[int, Fraction]]],
    day: date,
    prices: Prices,
) -> frozenset[str]:
    """Fill `exact` for the lines in other commodities; what could not be valued."""
    sums = {commodity: sum(n for _, n in lines) for commodity, lines in open_.items()}
    unpriced = {
        commodity
        for commodity, total in sums.items()
        if not total and not _by_price(exact, open_[commodity], prices.at(commodity, day))
    }
    unbalanced = sorted(commodity for commodity, total in sums.items() if total)
    while len(unbalanced) > 1:
        priced = [c for c in unbalanced if prices.at(c, day) is not None]
        if not priced:
            return frozenset(unpriced | set(unbalanced))
        _by_price(exact, open_[priced[0]], prices.at(priced[0], day))
        unbalanced.remove(priced[0])
    if unbalanced and not unpriced:
        (commodity,) = unbalanced
        rest = sum((amount for amount in exact if amount is not None), Fraction(0))
        implied = -rest / sums[commodity]
        rate = implied if implied > 0 else prices.at(commodity, day)
        if not _by_price(exact, open_[commodity], rate):
            unpriced.add(commodity)
    return frozenset(unpriced | (set(unbalanced) if unpriced else set()))


def _by_price(
    exact: list[Fraction | None], lines: list[tuple[int, Fraction]], rate: Fraction | None
) -> bool:
    if rate is None:
        return False
    for place, number in lines:
        exact[place] = number * rate
    return True


def _round(amount: Fraction) -> Decimal:
    """To øre, half to even; exact however large."""
    hundredths = amount * 100
    return Decimal(round(hundredths)).scaleb(-2)


def plain(amount: Fraction | Decimal) -> str:
    """An amount for a message: exact to øre where it is, else to six decimals.

    >>> plain(Fraction(1, 3)), plain(Decimal("1.50"))
    ('0.333333', '1.50')
    """
    exact = Fraction(amount)
    if exact % _CENT_PART == 0:
        return str(_round(exact))
    return str(Decimal(round(exact * 10**6)).scaleb(-6))


def weigh(amount: Amount, price: Amount, *, total: bool) -> Amount:
    """What `amount` weighs at a price for each, or for the `total` (its sign the amount's)."""
    if not total:
        return Amount(_EXACT.multiply(amount.number, price.number), price.commodity)
    number = abs(price.number) if amount.number >= 0 else -abs(price.number)
    return Amount(number, price.commodity)
