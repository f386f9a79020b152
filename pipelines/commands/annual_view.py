"""An annual report's figures as a person reads them: statement by statement, years side by side.

Names, order and signs are those of the page: an expense stands with a minus. Equity and fixed
assets have a column for each component. What no statement has comes last, so that nothing that
is reported goes unseen; `no` is what `indberet explain` takes.

Belongs here: which tables, rows and columns. Does not: drawing them (`pipelines.output`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from assets.filings.annual import components, layout
from assets.filings.annual.places import word
from assets.filings.annual.rows import Subject, subject
from pipelines.output import Total
from warehouse.annual import Line

CURRENT, PREVIOUS = Subject(), Subject(is_previous=True)
_GRAVE = 1
"""Totals down to this level are bold: a total with its parts below it is a line like others."""


@dataclass(frozen=True, slots=True)
class Table:
    """One statement, ready to be shown."""

    title: str
    columns: list[str]
    rows: list[tuple[object, ...]]


@dataclass(slots=True)
class _Figures:
    """A report's amounts by concept and subject, and which of them stand in a table by now."""

    language: str
    amounts: dict[tuple[str, Subject], int]
    numbers: dict[str, int]
    placed: set[tuple[str, Subject]] = field(default_factory=set)

    def row(self, line: Line, statement: str, columns: Iterable[Subject]) -> tuple[object, ...]:
        """One line with its amounts; empty where it has none, or only 0."""
        found = [(line.concept, one) for one in columns]
        amounts = [self.amounts.get(one) for one in found]
        self.placed.update(found)
        if not any(amounts):
            return ()
        sign = 1 if line.balance in ("", layout.side(statement)) else -1
        cells = (
            self.numbers.get(line.concept),
            "  " * (line.level - 2) + line.label(self.language),
            *(None if amount is None else sign * amount for amount in amounts),
        )
        return Total(cells) if line.kind == "total" and line.level <= _GRAVE else cells


def tables(report: dict[str, Any], language: str) -> list[Table]:
    """The statements of one report, as `pipelines.commands.line.drafted` gives it.

    `language`: da or en. Statements without an amount are left out.
    """
    lines = [(one["field"], subject(one["subject"]), one) for one in report["lines"]]
    figures = _Figures(
        language,
        {(concept, where): row["amount"] for concept, where, row in lines},
        {concept: row["field_no"] for concept, _, row in lines},
    )
    days = [report["period_end"], report["period_start"] - timedelta(days=1)]
    found = [_table(figures, one, days) for one in _statements(figures)]
    found += [_employees(figures, days), _rest(figures, lines)]
    return [table for table in found if table.rows]


def named(text: str, language: str) -> str:
    """An element, or the component of it, by its name on the page; any other text as it is.

    >>> named("fsa:Equity RetainedEarningsMember", "en")
    'Retained earnings'
    """
    known = layout.concepts()
    lines = [known.get(word) or known.get(components.concept(word)) for word in text.split(" ")]
    names = [line.label(language) for line in lines if line]
    return names[-1] if len(names) == len(lines) else text


def _statements(figures: _Figures) -> list[str]:
    """Which statements the report has, in the order of the page."""
    income, balance = layout.forms({concept for concept, _ in figures.amounts})
    assets = layout.FORMS[balance]
    liabilities = assets.replace("assets", "liabilities")
    first = [layout.FORMS[income], "distribution", assets, liabilities, "equity_statement"]
    return [*first, *layout.notes()]


def _table(figures: _Figures, statement: str, days: list[date]) -> Table:
    """By component what goes from an opening to a closing, all else by year."""
    if any(line.kind == "opening" for line in layout.lines(statement)):
        return _by_component(figures, statement)
    columns, heads = _years(figures, days)
    return Table(_title(figures, statement), heads, list(_rows(figures, statement, columns)))


def _years(figures: _Figures, days: list[date]) -> tuple[list[Subject], list[str]]:
    has_previous = any(where == PREVIOUS for _, where in figures.amounts)
    columns = [CURRENT, PREVIOUS][: 1 + has_previous]
    return columns, [">no", "", *(f">{day}" for day in days[: len(columns)])]


def _by_component(figures: _Figures, statement: str) -> Table:
    concepts = {line.concept for line in layout.lines(statement) if line.concept}
    found = {
        where.member
        for concept, where in figures.amounts
        if concept in concepts and where.member and not where.is_previous
    }
    order = list(layout.concepts())
    members = sorted(found, key=lambda one: _place(order, components.concept(one)))
    has_total = statement == "equity_statement" or len(members) > 1
    parts = [*members, *[""] * has_total] if members else []
    heads = [">no", "", *(f">{_name(one, figures.language)}" for one in parts)]
    rows = list(_rows(figures, statement, [Subject(member=one) for one in parts]))
    return Table(_title(figures, statement), heads, rows)


def _rows(
    figures: _Figures, statement: str, columns: list[Subject]
) -> Iterator[tuple[object, ...]]:
    for line in layout.lines(statement):
        if line.concept:
            is_opening = line.kind == "opening"
            row = figures.row(
                line, statement, [one._replace(is_opening=is_opening) for one in columns]
            )
            if row:
                yield row


def _employees(figures: _Figures, days: list[date]) -> Table:
    columns, heads = _years(figures, days)
    row = figures.row(layout.EMPLOYEES, layout.EMPLOYEES.statement, columns)
    return Table(word("staff", figures.language), heads, [row] if row else [])


def _rest(figures: _Figures, lines: list[tuple[str, Subject, Any]]) -> Table:
    """What stands in no statement."""
    rows: list[tuple[object, ...]] = [
        (row["field_no"], concept, row["subject"], row["amount"])
        for concept, where, row in lines
        if (concept, where) not in figures.placed and row["amount"]
    ]
    return Table(word("notes", figures.language), [">no", "element", "subject", ">"], rows)


def _title(figures: _Figures, statement: str) -> str:
    heading = next(line for line in layout.lines(statement) if line.kind == "heading")
    return heading.label(figures.language)


def _name(member: str, language: str) -> str:
    if not member:
        return word("total", language)
    line = layout.concepts().get(components.concept(member))
    return line.label(language) if line else member.removesuffix("Member")


def _place(order: list[str], concept: str) -> tuple[int, str]:
    return (order.index(concept) if concept in order else len(order)), concept
