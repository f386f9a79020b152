"""Whole kroner that add up: statements in which every total is the sum of what stands above it.

Each item is its nearest krone. Where the nearest kroner do not add up to what they must (the
result that equity carries on, assets equal to liabilities and equity), the items whose øre lie
nearest the half krone are taken to their other krone: each still within one krone of the books.

Belongs here: the placing of rounding differences, as arithmetic. Does not: which items a
statement has (`forms`) or where amounts come from (`figures`).

Source: docs/decisions/2026-11-23-whole-kroner.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ONE = Decimal(1)
FEW = 10
"""More kroner than this between exact sums is never the rounding of a report's few totals."""
Exact = Mapping[str, Decimal]
Whole = dict[str, int]


def nearest(amount: Decimal) -> int:
    """The nearest whole krone; the half krone away from zero.

    >>> nearest(Decimal("2.50")), nearest(Decimal("-2.50")), nearest(Decimal("2.49"))
    (3, -3, 2)
    """
    return int(amount.quantize(ONE, ROUND_HALF_UP))


def spread(exact: Exact, weights: Mapping[str, int], target: int) -> Whole:
    """Whole kroner for `exact` whose weighted sum is `target`.

    As few items as needed are taken to their other krone, nearest the half krone first. What
    is still missing then is placed on the largest item. A target further off than rounding
    explains is no rounding: the items stay their nearest krone, and do not add up to it.
    Without items there is nothing to place on, and the answer is empty.

    >>> spread({"a": Decimal("1.40"), "b": Decimal("2.45")}, {"a": 1, "b": 1}, 4)
    {'a': 1, 'b': 3}
    >>> spread({"a": Decimal("1.40"), "b": Decimal("2.45")}, {"a": 1, "b": 1}, 5_000)
    {'a': 1, 'b': 2}
    """
    whole = {key: nearest(amount) for key, amount in exact.items()}
    missing = target - sum(weights[key] * amount for key, amount in whole.items())
    off = target - sum((weights[key] * amount for key, amount in exact.items()), Decimal(0))
    if not missing or not whole or abs(off) > FEW:
        return whole
    missing -= turn(whole, exact, weights, missing)
    if missing:
        largest = max(exact, key=lambda key: (abs(exact[key]), key))
        whole[largest] += weights[largest] * missing
    return whole


def turn(whole: Whole, exact: Exact, weights: Mapping[str, int], missing: int) -> int:
    """Take items in `whole` to their other krone to make up `missing`; returns how much of it."""
    step = 1 if missing > 0 else -1
    error = {key: weights[key] * step * (exact[key] - whole[key]) for key in exact}
    ready = [key for key in exact if error[key] > 0]
    ready.sort(key=lambda key: (-error[key], -abs(exact[key]), key))
    for key in ready[: abs(missing)]:
        whole[key] += weights[key] * step
    return step * min(abs(missing), len(ready))


@dataclass(frozen=True, slots=True)
class Equity:
    """One component of equity, exact; `opening` is in whole kroner as last year's report has it.

    `movements` are the year's by concept, credit positive; `result` is the part of the year's
    result that goes to the component (credit positive). `opening` None: it is not carried on
    from a report, and `closing` alone is rounded.
    """

    closing: Decimal
    opening: int | None = None
    movements: Mapping[str, Decimal] | None = None
    result: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Year:
    """One year's items, exact, natural sign: `income` with its weight in the result."""

    income: Exact
    weights: Mapping[str, int]
    assets: Exact
    liabilities: Exact
    equity: Mapping[str, Equity]
    retained: str


@dataclass(frozen=True, slots=True)
class Rounded:
    """The same in whole kroner. `movements` and `results` are per component of equity."""

    income: Whole
    assets: Whole
    liabilities: Whole
    equity: Whole
    movements: dict[str, Whole]
    results: Whole

    @property
    def result(self) -> int:
        """The year's result, as equity carries it on."""
        return sum(self.results.values())


def in_kroner(year: Year) -> Rounded:
    """Round one year so that every total adds up and the balance sheet balances.

    Total assets and the year's result are their own nearest krone. Equity other than retained
    earnings is last year's figure with the year's movements. Retained earnings are that too,
    with the result; only where they would drift a whole krone from the books does the result
    take the krone. What is then missing between the two sides is placed among the liabilities,
    and on retained earnings (with the result) where these cannot take it; on the assets where
    there are neither liabilities nor a result.
    """
    total = nearest(sum(year.assets.values(), Decimal(0)))
    assets = spread(year.assets, dict.fromkeys(year.assets, 1), total)
    movements = {key: _whole(part.movements) for key, part in year.equity.items()}
    results = {key: nearest(part.result) for key, part in year.equity.items()}
    equity = {
        key: _carried(part, movements[key], results[key]) for key, part in year.equity.items()
    }
    retained = year.retained
    if retained in year.equity:
        exact_result = sum((part.result for part in year.equity.values()), Decimal(0))
        others = sum(amount for key, amount in results.items() if key != retained)
        _retain(year.equity[retained], results, equity, retained, nearest(exact_result) - others,
                has_income=bool(year.income))  # fmt: skip
    must = _passive(year, total)
    liabilities = {key: nearest(amount) for key, amount in year.liabilities.items()}
    missing = must - sum(equity.values()) - sum(liabilities.values())
    missing -= turn(liabilities, year.liabilities, dict.fromkeys(liabilities, 1), missing)
    missing -= _place(year, missing, liabilities, equity, results)
    if missing:
        assets = spread(year.assets, dict.fromkeys(year.assets, 1), total - missing)
    income = spread(year.income, year.weights, sum(results.values()))
    return Rounded(income, assets, liabilities, equity, movements, results)


def _whole(movements: Mapping[str, Decimal] | None) -> Whole:
    return {key: nearest(amount) for key, amount in (movements or {}).items()}


def _carried(part: Equity, movements: Whole, result: int) -> int:
    if part.opening is None:
        return nearest(part.closing)
    return part.opening + sum(movements.values()) + result


def _retain(
    part: Equity, results: Whole, equity: Whole, retained: str, result: int, *, has_income: bool
) -> None:
    """Give retained earnings what is left of the result, and keep them within a krone."""
    equity[retained] += 0 if part.opening is None else result - results[retained]
    results[retained] = result
    if part.opening is not None and has_income and abs(part.closing - equity[retained]) > ONE:
        kroner = nearest(part.closing) - equity[retained]
        equity[retained] += kroner
        results[retained] += kroner


def _passive(year: Year, assets: int) -> int:
    """What liabilities and equity must come to: the assets, if the books balance at all."""
    passive = sum(year.liabilities.values(), Decimal(0)) + sum(
        (part.closing for part in year.equity.values()), Decimal(0)
    )
    return assets if passive == sum(year.assets.values(), Decimal(0)) else nearest(passive)


def _place(year: Year, missing: int, liabilities: Whole, equity: Whole, results: Whole) -> int:
    """Place what no liability could take by turning to its other krone; returns how much."""
    if not missing:
        return 0
    retained = year.retained
    part = year.equity.get(retained)
    is_free = part is not None and (part.opening is None or bool(year.income))
    is_near = part is not None and abs(part.closing - equity[retained] - missing) <= ONE
    if part is not None and is_free and (is_near or not liabilities):
        equity[retained] += missing
        results[retained] += 0 if part.opening is None else missing
        return missing
    if liabilities:
        largest = max(liabilities, key=lambda key: (abs(year.liabilities[key]), key))
        liabilities[largest] += missing
        return missing
    return 0
