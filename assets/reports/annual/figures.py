"""One company's statements in whole kroner: items to lines, totals, last year's beside.

Belongs here: deciding, for one report, each line's amount, where it came from and what is
wrong with it. Does not: sums over postings (`ledger.sql`, `statements.sql`), the arithmetic of
rounding (`rounding`) or reading inputs (`inputs`).

Source: årsregnskabsloven §§ 13 stk. 1 nr. 9, 24, 31, 32, 51, 52, 86 a and bilag 2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from assets.reports.annual import forms
from assets.reports.annual.forms import ASSETS, EQUITY, PASSIVE, RESULT, RETAINED, Choice
from assets.reports.annual.rounding import ONE, Equity, Rounded, Year, in_kroner, nearest

ZERO = Decimal(0)
Items = Mapping[str, Decimal]


class Told(NamedTuple):
    """A figure from outside the ledger: what was filed, or what people state."""

    amount: Decimal
    origin: str
    source: str | None


class Line(NamedTuple):
    """One report line. `exact` is before rounding, both with the sign as reported."""

    subject: str
    concept: str
    exact: Decimal
    amount: int
    origin: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything one report is made of.

    `items` are the exact sums of postings: subject → concept → amount. `stated` are numbers
    people give (subject, concept); `filed` is last year as its filing has it; `members` is
    component of equity → member.
    """

    choice: Choice
    previous_origin: str
    items: Mapping[str, Items]
    filed: Mapping[str, Told] = field(default_factory=dict)
    stated: Mapping[tuple[str, str], Told] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Figures:
    """The lines of one report and what keeps it from leaving."""

    lines: list[Line]
    problems: list[str]


def reckon(given: Inputs) -> Figures:
    """The lines of one report: this year, last year, equity, and what is wrong with them."""
    problems: list[str] = []
    previous = _previous(given, problems)
    opening = _openings(given, previous, problems)
    equity = {
        concept: _component(given, concept, opening.get(concept, 0))
        for concept in _components(given)
    }
    items = given.items.get("", {})
    year = _year(given.choice, items, equity)
    rounded = in_kroner(year)
    problems += _unbalanced(year)
    before = {concept for concept, line in previous.items() if line.amount}
    current = _statements(given.choice, "", year, rounded, before)
    lines = [*current, *_rows(given, rounded, opening), *_distributed(given, rounded)]
    shown = before | {line.concept for line in current}
    lines += [line for line in previous.values() if line.concept in shown]
    lines += _stated(given, {(line.subject, line.concept) for line in lines}, problems)
    return Figures(lines, problems)


# -- this year ---------------------------------------------------------------------------


class _Leaves(NamedTuple):
    """The items of the forms chosen: the income statement's with their weight in the result."""

    income: Mapping[str, int]
    assets: frozenset[str]
    liabilities: frozenset[str]
    equity: frozenset[str]


@cache
def _leaves(choice: Choice) -> _Leaves:
    income, balance = forms.sums(choice)
    equity = frozenset(balance.leaves(EQUITY))
    return _Leaves(
        income.leaves(RESULT),
        frozenset(balance.leaves(ASSETS)),
        frozenset(balance.leaves(PASSIVE)) - equity,
        equity,
    )


def _year(choice: Choice, items: Items, equity: Mapping[str, Equity]) -> Year:
    leaves = _leaves(choice)
    income = {key: amount for key, amount in items.items() if key in leaves.income}
    return Year(
        income,
        {key: leaves.income[key] for key in income},
        {key: amount for key, amount in items.items() if key in leaves.assets},
        {key: amount for key, amount in items.items() if key in leaves.liabilities},
        equity,
        RETAINED,
    )


def _components(given: Inputs) -> list[str]:
    """The components of equity the report has, retained earnings always."""
    said = {EQUITY: given.items.get("", {})}[EQUITY]
    leaves = _leaves(given.choice).equity
    moved = {
        concept
        for concept, member in given.members.items()
        if any(subject.endswith(f"component={member}") for subject in given.items)
    }
    return sorted({key for key in said if key in leaves} | moved | {RETAINED})


def _component(given: Inputs, concept: str, opening: int) -> Equity:
    """One component: what it holds, what it opened with, how the year moved it."""
    rows = given.items.get(f"component={given.members.get(concept, '')}", {})
    weights = dict(forms.equity_movements())
    movements = {
        key: weights[key] * amount
        for key, amount in rows.items()
        if key != RESULT and key in weights
    }
    closing = given.items.get("", {}).get(concept, ZERO)
    return Equity(closing, opening, movements, rows.get(RESULT, ZERO))


def _unbalanced(year: Year) -> list[str]:
    """Assets that are not liabilities and equity, before anything is rounded."""
    assets = sum(year.assets.values(), ZERO)
    equity = sum((part.closing for part in year.equity.values()), ZERO)
    passive = sum(year.liabilities.values(), ZERO) + equity
    if assets == passive:
        return []
    said = (
        f"The books do not balance: assets come to {assets} DKK, liabilities and equity to "
        f"{passive} DKK, a difference of {assets - passive} DKK"
    )
    return [said]


def _statements(
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
        Line(subject, key, exact[key], amount, "postings", _placed(exact[key], amount))
        for key, amount in whole.items()
        if exact[key] or amount or key in shown
    ]
    there = {line.concept for line in lines}
    lines += [
        Line(subject, key, ZERO, 0, "postings")
        for key in sorted(shown - there - set(_totals(choice)))
        if key in _all_leaves(choice)
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
    for statement, total, parts in _all_totals(choice):
        before[total] = sum((weight * before.get(part, ZERO) for part, weight in parts), ZERO)
        amounts[total] = sum(weight * amounts.get(part, 0) for part, weight in parts)
        if total in shown or any(part in there for part, _ in parts):
            there.add(total)
            lines.append(Line(subject, total, before[total], amounts[total], "total", statement))
    return lines


@cache
def _all_totals(choice: Choice) -> tuple[tuple[str, str, forms.Parts], ...]:
    return tuple(
        (sums.statement, total, parts)
        for sums in forms.sums(choice)
        for total, parts in sums.totals
    )


@cache
def _totals(choice: Choice) -> Mapping[str, forms.Parts]:
    return {total: parts for _, total, parts in _all_totals(choice)}


@cache
def _all_leaves(choice: Choice) -> frozenset[str]:
    leaves = _leaves(choice)
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


def _placed(exact: Decimal, amount: int) -> str | None:
    """What to say of a line that is not its nearest krone."""
    difference = amount - nearest(exact)
    return f"rounding {difference:+d}" if difference else None


# -- equity ------------------------------------------------------------------------------


def _rows(given: Inputs, rounded: Rounded, opening: Mapping[str, int]) -> list[Line]:
    """The equity statement: opening, movements and closing, per component and in all."""
    weights = dict(forms.equity_movements())
    lines: list[Line] = []
    for concept, closing in rounded.equity.items():
        member = given.members.get(concept, concept.removeprefix("fsa:") + "Member")
        subject = f"component={member}"
        moved = given.items.get(subject, {})
        opened = given.items.get(f"opening;{subject}", {}).get(EQUITY, ZERO)
        first = opening.get(concept, 0)
        lines.append(Line(f"opening;{subject}", EQUITY, opened, first, "postings",
                          _placed(opened, first)))  # fmt: skip
        whole = rounded.movements[concept] | {RESULT: rounded.results[concept]}
        for movement, kroner in whole.items():
            exact, amount = moved.get(movement, ZERO), weights[movement] * kroner
            if amount:
                lines.append(Line(subject, movement, exact, amount, "postings",
                                  _placed(exact, amount)))  # fmt: skip
        exact = given.items.get("", {}).get(concept, ZERO)
        lines.append(Line(subject, EQUITY, exact, closing, "total", "equity_statement"))
    return _used(lines) + _in_all(lines)


def _used(lines: list[Line]) -> list[Line]:
    """The lines of components that hold or held anything."""
    held = {line.subject.partition("component=")[2] for line in lines if line.amount}
    return [line for line in lines if line.subject.partition("component=")[2] in held]


def _in_all(lines: Iterable[Line]) -> list[Line]:
    """Each row of the equity statement over all components; result and closing stand already."""
    sums: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for line in lines:
        subject = "opening" if line.subject.startswith("opening") else ""
        if not subject and line.concept in {RESULT, EQUITY}:
            continue
        exact, amount = sums.get((subject, line.concept), (ZERO, 0))
        sums[subject, line.concept] = exact + line.exact, amount + line.amount
    return [
        Line(subject, concept, exact, amount, "total", "equity_component")
        for (subject, concept), (exact, amount) in sums.items()
    ]


def _distributed(given: Inputs, rounded: Rounded) -> list[Line]:
    """The proposed distribution of the result (§ 31); a dividend is the balance sheet's item."""
    items = given.items.get("", {})
    lines = []
    for component, concept in sorted(forms.distribution().items()):
        amount = rounded.results.get(component, 0)
        exact = items.get(concept, ZERO)
        if amount or (component == RETAINED and rounded.result):
            lines.append(Line("", concept, exact, amount, "postings", _placed(exact, amount)))
    return lines


# -- last year ---------------------------------------------------------------------------


def _previous(given: Inputs, problems: list[str]) -> dict[str, Line]:
    """Last year's lines by concept: from the ledger, or filed and restated."""
    if given.previous_origin == "ledger" and "previous" in given.items:
        found = _from_ledger(given, problems)
    else:
        found = {
            concept: Line("previous", concept, told.amount, nearest(told.amount), told.origin,
                          told.source)
            for concept, told in given.filed.items()
            if concept in _all_leaves(given.choice) or concept in _totals(given.choice)
        }  # fmt: skip
    restated = {
        concept: told
        for (subject, concept), told in given.stated.items()
        if subject == "previous"
        and (concept in _all_leaves(given.choice) or concept in _totals(given.choice))
    }
    for concept, told in restated.items():
        found[concept] = _restated(concept, told, found.get(concept))
    return _add_up(given.choice, found, set(restated), problems) if found else {}


def _from_ledger(given: Inputs, problems: list[str]) -> dict[str, Line]:
    items = given.items["previous"]
    leaves = _leaves(given.choice)
    result = sum((leaves.income[key] * amount for key, amount in items.items()
                  if key in leaves.income), ZERO)  # fmt: skip
    equity = {
        key: Equity(items.get(key, ZERO))
        for key in {RETAINED} | {key for key in items if key in leaves.equity}
    }
    equity[RETAINED] = Equity(items.get(RETAINED, ZERO), result=result)
    year = _year(given.choice, items, equity)
    problems += [f"The year before: {one}" for one in _unbalanced(year)]
    lines = _statements(given.choice, "previous", year, in_kroner(year), set())
    return {line.concept: line for line in lines}


def _restated(concept: str, told: Told, before: Line | None) -> Line:
    """A figure stated in place of last year's; what it was before is said with it."""
    source = told.source
    if before is not None and before.amount != nearest(told.amount):
        was = f"in place of {before.amount}"
        was += f" ({before.source})" if before.source else ""
        source = f"{source}, {was}" if source else was
    return Line("previous", concept, told.amount, nearest(told.amount), told.origin, source)


def _add_up(
    choice: Choice, found: dict[str, Line], restated: set[str], problems: list[str]
) -> dict[str, Line]:
    """Last year's totals from its items; a filed total that its items do not make is named.

    A total none of whose parts is there stands as filed: last year may have shown less.
    """
    touched = set(restated)
    for statement, total, parts in _all_totals(choice):
        if not any(part in found for part, _ in parts):
            continue
        amount = sum(weight * found[part].amount for part, weight in parts if part in found)
        was = found.get(total)
        if was is not None and was.amount == amount:
            continue
        if any(part in touched for part, _ in parts):
            touched.add(total)
        elif was is not None:
            problems.append(
                f"Last year's {total} is {was.amount} DKK, but its parts on this page come to "
                f"{amount} DKK. State the comparative figures of the lines that are missing"
            )
        if was is not None and total in restated:
            problems.append(
                f"Last year's {total} is restated as {was.amount} DKK, but its parts come to "
                f"{amount} DKK. Restate the parts, too"
            )
        exact = Decimal(amount)
        found[total] = Line("previous", total, exact, amount, "total", statement)
    assets, passive = found.get(ASSETS), found.get(PASSIVE)
    if assets and passive and assets.amount != passive.amount:
        problems.append(
            f"Last year's assets are {assets.amount} DKK, its liabilities and equity "
            f"{passive.amount} DKK. Correct the comparative figures"
        )
    return found


def _openings(given: Inputs, previous: Mapping[str, Line], problems: list[str]) -> dict[str, int]:
    """What each component of equity opens with: last year's report, to the krone.

    Where the books open with something else than the report closed with, that is named, and
    the books are shown. Source: årsregnskabsloven § 13 stk. 1 nr. 9.
    """
    found = {}
    for concept in _components(given):
        member = given.members.get(concept, "")
        opened = given.items.get(f"opening;component={member}", {}).get(EQUITY, ZERO)
        line = previous.get(concept)
        known = line.amount if line is not None else (0 if EQUITY in previous else None)
        found[concept] = nearest(opened)
        if known is None:
            continue
        if abs(opened - known) <= ONE:
            found[concept] = known
        else:
            problems.append(
                f"{concept} opens with {opened} DKK in the books, but last year's report closed "
                f"with {known} DKK. Book what is missing, or state the restated figure of last year"
            )
    return found


# -- what people state -------------------------------------------------------------------


def _stated(given: Inputs, there: set[tuple[str, str]], problems: list[str]) -> list[Line]:
    """Numbers that no ledger gives, this year's and last year's as filed."""
    reckoned = _all_leaves(given.choice) | set(_totals(given.choice))
    told = {("previous", concept): one for concept, one in _beside(given)} | dict(given.stated)
    lines = []
    for (subject, concept), one in sorted(told.items()):
        if (subject, concept) in there or concept == forms.DIVIDEND:
            if subject == "" and concept != forms.DIVIDEND:
                problems.append(
                    f"{concept} is stated as {one.amount}, but the books give it. Take it out of "
                    "the input file, or make an adjustment"
                )
        elif concept not in forms.signs() and concept != forms.EMPLOYEES:
            problems.append(f"{concept} is stated, but is no line of the annual report")
        elif concept not in reckoned or subject:
            lines.append(Line(subject, concept, one.amount, nearest(one.amount), one.origin,
                              one.source))  # fmt: skip
    return lines


def _beside(given: Inputs) -> Iterable[tuple[str, Told]]:
    """What last year's filing says besides its statements: employees, and how the result was
    distributed unless that result is restated.
    """
    distributed = set(forms.distribution().values())
    is_restated = any(subject == "previous" and concept in _leaves(given.choice).income
                      for subject, concept in given.stated)  # fmt: skip
    for concept, one in given.filed.items():
        if concept == forms.EMPLOYEES or (concept in distributed and not is_restated):
            yield concept, one
