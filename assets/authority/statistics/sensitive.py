"""When a number says too much of one company: too few, or one that the others can reckon out.

Two rules, of the companies that add something to a cell:
- few: fewer than `minimum` of them;
- dominance, by the p % rule: the second largest, who knows its own figure, can tell the largest
  to within p % of it, because what all others add is less than that.
The p % rule is preferred by the handbook to the (n, k) rule (the n largest hold more than k %),
which lets cells through in which one competitor knows the other, and keeps back others that are
safe. Figures that may be negative count by their size without sign. The limits are ours.

Belongs here: one set of companies. Does not: what follows for other cells (`suppression`).

Source: Hundepool et al., Handbook on Statistical Disclosure Control (Eurostat, 2010; 2nd edition
2024) ch. 4, sensitivity rules and negative contributions; Regulation (EC) 223/2009 art. 20.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

FEW, DOMINANCE = "few", "dominance"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a published cell must hold: `minimum` companies, none told within `percent`."""

    minimum: int = 3
    percent: int = 15


@dataclass(frozen=True, slots=True)
class Sum:
    """What some companies add up to in one measure.

    `total`: the sum of their amounts without sign; `largest`: the two largest of these, or one.
    """

    companies: int
    value: Decimal
    total: Decimal
    largest: tuple[Decimal, ...]


NOTHING = Sum(0, Decimal(0), Decimal(0), ())


def together(sums: Iterable[Sum]) -> Sum:
    """Several sums of different companies as one.

    >>> one = Sum(2, Decimal(3), Decimal(3), (Decimal(2), Decimal(1)))
    >>> together([one, Sum(1, Decimal(-9), Decimal(9), (Decimal(9),))]).largest
    (Decimal('9'), Decimal('2'))
    """
    found = list(sums)
    return Sum(
        sum(one.companies for one in found),
        sum((one.value for one in found), Decimal(0)),
        sum((one.total for one in found), Decimal(0)),
        tuple(sorted((amount for one in found for amount in one.largest), reverse=True)[:2]),
    )


def reason(one: Sum, limits: Limits, *, is_count: bool) -> str | None:
    """Why a sum says too much, or None. `is_count`: it counts companies or reports, which have
    no size to tell.

    >>> reason(Sum(2, Decimal(9), Decimal(9), (Decimal(5), Decimal(4))), Limits(), is_count=False)
    'few'
    >>> two = (Decimal(90), Decimal(5))
    >>> reason(Sum(4, Decimal(100), Decimal(100), two), Limits(), is_count=False)
    'dominance'
    """
    if 0 < one.companies < limits.minimum:
        return FEW
    if is_count or not one.largest:
        return None
    rest = one.total - sum(one.largest)
    return DOMINANCE if 100 * rest < limits.percent * one.largest[0] else None
