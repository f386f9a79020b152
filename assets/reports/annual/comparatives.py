"""Last year beside this one: filed, restated or from the ledger; and what equity opens with.

Belongs here: choosing last year's figures and holding them against the books. Does not:
reading last year's filing (`previous`).

Source: årsregnskabsloven §§ 13 stk. 1 nr. 9, 24, 51 and 52.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from assets.reports.annual import equity
from assets.reports.annual.forms import ASSETS, EQUITY, PASSIVE, RETAINED, Choice
from assets.reports.annual.lines import ZERO, Inputs, Line, Told
from assets.reports.annual.rounding import ONE, Equity, in_kroner, nearest
from assets.reports.annual.statements import (
    all_leaves,
    all_totals,
    leaves_of,
    lines_of,
    totals_of,
    unbalanced,
    year_of,
)


def previous(given: Inputs, problems: list[str]) -> dict[str, Line]:
    """Last year's lines by concept: from the ledger, or filed and restated."""
    if given.previous_origin == "ledger" and "previous" in given.items:
        found = _from_ledger(given, problems)
    else:
        found = {
            concept: Line("previous", concept, told.amount, nearest(told.amount), told.origin,
                          told.source)
            for concept, told in given.filed.items()
            if concept in all_leaves(given.choice) or concept in totals_of(given.choice)
        }  # fmt: skip
    restated = {
        concept: told
        for (subject, concept), told in given.stated.items()
        if subject == "previous"
        and (concept in all_leaves(given.choice) or concept in totals_of(given.choice))
    }
    for concept, told in restated.items():
        found[concept] = _restated(concept, told, found.get(concept))
    return _add_up(given.choice, found, set(restated), problems) if found else {}


def _from_ledger(given: Inputs, problems: list[str]) -> dict[str, Line]:
    items = given.items["previous"]
    leaves = leaves_of(given.choice)
    result = sum((leaves.income[key] * amount for key, amount in items.items()
                  if key in leaves.income), ZERO)  # fmt: skip
    parts = {
        key: Equity(items.get(key, ZERO))
        for key in {RETAINED} | {key for key in items if key in leaves.equity}
    }
    parts[RETAINED] = Equity(items.get(RETAINED, ZERO), result=result)
    year = year_of(given.choice, items, parts)
    problems += [f"The year before: {one}" for one in unbalanced(year)]
    lines = lines_of(given.choice, "previous", year, in_kroner(year), set())
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
    for statement, total, parts in all_totals(choice):
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


def nothing(choice: Choice, previous: Mapping[str, Line], current: Iterable[Line]) -> list[Line]:
    """0 beside this year's amount where last year had none, so that nil and unknown differ.

    Known to be nothing: its total last year is made of other lines, or is itself nothing.
    Where last year told the total alone, what it was made of is unknown and stays empty.
    Source: årsregnskabsloven § 24 stk. 1.
    """
    if not previous:
        return []
    above = {part: (total, parts) for _, total, parts in all_totals(choice) for part, _ in parts}

    def is_nothing(concept: str) -> bool:
        if concept in previous:
            return previous[concept].amount == 0
        total, parts = above.get(concept, (None, ()))
        if total is None:
            return False
        return any(part in previous for part, _ in parts) or is_nothing(total)

    return [
        Line("previous", one.concept, ZERO, 0, "derived", "not among last year's lines")
        for one in current
        if one.amount and one.concept not in previous and is_nothing(one.concept)
    ]


def openings(given: Inputs, previous: Mapping[str, Line], problems: list[str]) -> dict[str, int]:
    """What each component of equity opens with: last year's report, to the krone.

    Where the books open with something else than the report closed with, that is named, and
    the books are shown. Source: årsregnskabsloven § 13 stk. 1 nr. 9.
    """
    found = {}
    is_told = any(concept in previous for concept in leaves_of(given.choice).equity)
    for concept in equity.components(given):
        member = given.members.get(concept, "")
        opened = given.items.get(f"opening;component={member}", {}).get(EQUITY, ZERO)
        line = previous.get(concept)
        known = line.amount if line is not None else (0 if is_told else None)
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
