"""Income statement and balance sheet of one year: items to lines, and the totals over them.

Belongs here: which lines stand there, and what they say. Does not: equity's movements
(`equity`), last year (`comparatives`), the arithmetic of rounding (`rounding`).

Source: årsregnskabsloven §§ 23-25, 32 and bilag 2.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from assets.reports.annual import forms
from assets.reports.annual.forms import ASSETS, EQUITY, PASSIVE, RESULT, RETAINED, Choice
from assets.reports.annual.lines import ZERO, Items, Line, placed
from assets.reports.annual.rounding import Equity, Rounded, Year


class Leaves(NamedTuple):
    """The items of the forms chosen: the income statement's with their weight in the result."""

    income: Mapping[str, int]
    assets: frozenset[str]
    liabilities: frozenset[str]
    equity: frozenset[str]


@cache
def leaves_of(choice: Choice) -> Leaves:
    """The items of the forms chosen."""
    income, balance = forms.sums(choice)
    equity = frozenset(balance.leaves(EQUITY))
    return Leaves(
        income.leaves(RESULT),
        frozenset(balance.leaves(ASSETS)),
        frozenset(balance.leaves(PASSIVE)) - equity,
        equity,
    )


def year_of(choice: Choice, items: Items, equity: Mapping[str, Equity]) -> Year:
    """One year's items where they belong: income, assets, liabilities; equity as given."""
    leaves = leaves_of(choice)
    income = {key: amount for key, amount in items.items() if key in leaves.income}
    return Year(
        income,
        {key: leaves.income[key] for key in income},
        {key: amount for key, amount in items.items() if key in leaves.assets},
        {key: amount for key, amount in items.items() if key in leaves.liabilities},
        equity,
        RETAINED,
    )


def unbalanced(year: Year) -> list[str]:
    """Assets that are not liabilities and equity, or a result that equity has another amount of,
    before anything is rounded.
    """
    assets = sum(year.assets.values(), ZERO)
    equity = sum((part.closing for part in year.equity.values()), ZERO)
    passive = sum(year.liabilities.values(), ZERO) + equity
    result = sum((year.weights[key] * amount for key, amount in year.income.items()), ZERO)
    carried = sum((part.result for part in year.equity.values()), ZERO)
    said = []
    if assets != passive:
        said.append(
            f"The books do not balance: assets come to {assets} DKK, liabilities and equity to "
            f"{passive} DKK, a difference of {assets - passive} DKK"
        )
    if result != carried:
        said.append(
            f"The lines of the income statement come to {result} DKK, but {carried} DKK of result "
            f"goes to equity, a difference of {carried - result} DKK. Map the accounts that have "
            "no line"
        )
    return said


def lines_of(
    choice: Choice, subject: str, year: Year, rounded: Rounded, before: set[str]
) -> list[Line]:
    """The lines of income statement and balance sheet; those without an amount only where
    they always stand or last year had one (§ 24 stk. 2).
    """
    exact = {
        **year.income, **year.assets, **year.liabilities,
        **{key: part.closing for key, part in year.equity.items()},
    }  # fmt: skip
    whole = {**rounded.income, **rounded.assets, **rounded.liabilities, **rounded.equity}
    shown = before | _always(choice)
    lines = [
        Line(subject, key, exact[key], amount, "postings", placed(exact[key], amount))
        for key, amount in whole.items()
        if exact[key] or amount or key in shown
    ]
    there = {line.concept for line in lines}
    lines += [
        Line(subject, key, ZERO, 0, "postings")
        for key in sorted(shown - there - set(totals_of(choice)))
        if key in all_leaves(choice)
    ]
    there |= {line.concept for line in lines}
    return lines + _added(choice, subject, exact, whole, there, shown)


def _added(
    choice: Choice,
    subject: str,
    exact: Items,
    whole: Mapping[str, int],
    there: set[str],
    shown: set[str],
) -> list[Line]:
    """The totals over items, those on the page."""
    amounts, before = dict(whole), dict(exact)
    lines = []
    for statement, total, parts in all_totals(choice):
        before[total] = sum((weight * before.get(part, ZERO) for part, weight in parts), ZERO)
        amounts[total] = sum(weight * amounts.get(part, 0) for part, weight in parts)
        if total in shown or any(part in there for part, _ in parts):
            there.add(total)
            lines.append(Line(subject, total, before[total], amounts[total], "total", statement))
    return lines


@cache
def all_totals(choice: Choice) -> tuple[tuple[str, str, forms.Parts], ...]:
    """Form, total and parts of every total on the page, parts first."""
    return tuple(
        (sums.statement, total, parts)
        for sums in forms.sums(choice)
        for total, parts in sums.totals
    )


@cache
def totals_of(choice: Choice) -> Mapping[str, forms.Parts]:
    """Every total on the page with its parts."""
    return {total: parts for _, total, parts in all_totals(choice)}


@cache
def all_leaves(choice: Choice) -> frozenset[str]:
    """Every item of income statement and balance sheet."""
    leaves = leaves_of(choice)
    return frozenset(leaves.income) | leaves.assets | leaves.liabilities | leaves.equity


@cache
def _always(choice: Choice) -> frozenset[str]:
    """The lines that stand on the page without an amount, too."""
    statements = (f"income_{choice.income_form}", f"assets_{choice.balance_form}",
                  f"liabilities_{choice.balance_form}")  # fmt: skip
    return frozenset(
        line.concept
        for statement in statements
        for line in forms.page(choice, statement)
        if line.shown == "always"
    )
