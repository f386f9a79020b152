"""The equity statement and the proposed distribution of the result.

Belongs here: components, their year, and the rows over all of them. Does not: which movement a
posting is (`statements.sql`).

Source: årsregnskabsloven §§ 31 and 86 a.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from assets.reports.annual import forms
from assets.reports.annual.forms import DIVIDEND, EQUITY, RESULT, RETAINED
from assets.reports.annual.lines import ZERO, Inputs, Line, placed
from assets.reports.annual.rounding import Equity, Rounded, nearest
from assets.reports.annual.statements import leaves_of

EXTRAORDINARY = "fsa:ProposedExtraordinaryDividendRecognisedInEquity"


def components(given: Inputs) -> list[str]:
    """The components of equity the report has, retained earnings always."""
    held = given.items.get("", {})
    leaves = leaves_of(given.choice).equity
    moved = {
        concept
        for concept, member in given.members.items()
        if any(subject.endswith(f"component={member}") for subject in given.items)
    }
    return sorted({key for key in held if key in leaves} | moved | {RETAINED})


def component(given: Inputs, concept: str, opening: int) -> Equity:
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


def statement(given: Inputs, rounded: Rounded, opening: Mapping[str, int]) -> list[Line]:
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
                          placed(opened, first)))  # fmt: skip
        whole = rounded.movements[concept] | {RESULT: rounded.results[concept]}
        for movement, kroner in whole.items():
            exact, amount = moved.get(movement, ZERO), weights[movement] * kroner
            if amount:
                lines.append(Line(subject, movement, exact, amount, "postings",
                                  placed(exact, amount)))  # fmt: skip
        exact = given.items.get("", {}).get(concept, ZERO)
        lines.append(Line(subject, EQUITY, exact, closing, "total", "equity_statement"))
    return _used(lines) + _in_all(lines)


def _used(lines: list[Line]) -> list[Line]:
    """The lines of components that hold or held anything."""
    held = {line.subject.partition("component=")[2] for line in lines if line.amount}
    return [line for line in lines if line.subject.partition("component=")[2] in held]


def _in_all(lines: Iterable[Line]) -> list[Line]:
    """Each row of the equity statement over all components; result and closing stand already."""
    rows: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        subject = "opening" if line.subject.startswith("opening") else ""
        if subject or line.concept not in {RESULT, EQUITY}:
            rows.setdefault((subject, line.concept), []).append(line)
    return [
        Line(subject, concept, sum((one.exact for one in row), ZERO),
             sum(one.amount for one in row), "total", "equity_component")
        for (subject, concept), row in rows.items()
    ]  # fmt: skip


def distributed(given: Inputs, rounded: Rounded) -> list[Line]:
    """The proposed distribution of the result (§ 31); a dividend is the balance sheet's item."""
    items = given.items.get("", {})
    lines = []
    for component, concept in sorted(forms.distribution().items()):
        amount = rounded.results.get(component, 0)
        exact = items.get(concept, ZERO)
        if amount or (component == RETAINED and rounded.result):
            lines.append(Line("", concept, exact, amount, "postings", placed(exact, amount)))
    extra = items.get(EXTRAORDINARY, ZERO)
    if extra:
        lines.append(Line("", EXTRAORDINARY, extra, nearest(extra), "postings"))
    return lines


def distributed_before(previous: Mapping[str, Line]) -> list[Line]:
    """How last year's result was distributed, where no filing says it of the figure shown:
    what was not set aside as dividend went to retained earnings.
    """
    if RESULT not in previous:
        return []
    dividend = previous[DIVIDEND].amount if DIVIDEND in previous else 0
    amount = previous[RESULT].amount - dividend
    said = f"last year's {RESULT} less {DIVIDEND}"
    concept = forms.distribution()[RETAINED]
    return [Line("previous", concept, Decimal(amount), amount, "derived", said)]
