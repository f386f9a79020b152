"""The statements as they stand on the page: lines, and what each total is the sum of.

Belongs here: which lines a company's choices give, and the sums among them. Does not: the
tables themselves (`warehouse.annual`, `xbrl.rules.totals`), amounts (`figures`), rounding.

Source: årsregnskabsloven bilag 2, §§ 23 and 32.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from assets.reports.report import Field
from warehouse import annual
from warehouse.annual import Line, lines
from xbrl.rules.totals import parts

GROSS = "fsa:GrossProfitLoss"
RESULT = "fsa:ProfitLoss"
ASSETS = "fsa:Assets"
PASSIVE = "fsa:LiabilitiesAndEquity"
EQUITY = "fsa:Equity"
RETAINED = "fsa:RetainedEarnings"
DIVIDEND = "fsa:ProposedDividendRecognisedInEquity"
EMPLOYEES = "fsa:AverageNumberOfEmployees"

Parts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of one statement: each total with its parts on the page, parts first."""

    statement: str
    totals: tuple[tuple[str, Parts], ...]

    def leaves(self, root: str) -> dict[str, int]:
        """The items under `root` that are no totals, with their weight in it.

        >>> sums = Sums("s", (("fsa:A", (("fsa:B", 1), ("fsa:C", -1))),
        ...                   ("fsa:D", (("fsa:A", -1), ("fsa:E", 1)))))
        >>> sums.leaves("fsa:D")
        {'fsa:B': -1, 'fsa:C': 1, 'fsa:E': 1}
        """
        parts = dict(self.totals).get(root)
        if parts is None:
            return {root: 1}
        found: dict[str, int] = {}
        for part, weight in parts:
            for leaf, under in self.leaves(part).items():
                found[leaf] = weight * under
        return found


@dataclass(frozen=True, slots=True)
class Choice:
    """How a company sets up its statements: the forms of bilag 2, and § 32."""

    income_form: str
    balance_form: str
    is_condensed: bool


@cache
def totals() -> Mapping[str, Mapping[str, Parts]]:
    """Form → total → its parts with their weights."""
    found: dict[str, dict[str, list[tuple[str, int]]]] = {}
    for one in parts():
        found.setdefault(one.form, {}).setdefault(one.total, []).append((one.part, one.weight))
    return {
        form: {total: tuple(under) for total, under in sums.items()} for form, sums in found.items()
    }


@cache
def page(choice: Choice, statement: str) -> tuple[Line, ...]:
    """The lines of `statement` that the choice may show."""
    extent = "condensed" if choice.is_condensed else "full"
    return tuple(
        line
        for line in lines()
        if line.statement == statement and line.extent in {"both", extent} and line.concept
    )


@cache
def sums(choice: Choice) -> tuple[Sums, Sums]:
    """The sums of the income statement and of the balance sheet."""
    income = f"income_{choice.income_form}"
    sides = (f"assets_{choice.balance_form}", f"liabilities_{choice.balance_form}")
    balance = [line for side in sides for line in page(choice, side)]
    return (
        _sums(income, RESULT, page(choice, income)),
        _sums(f"balance_{choice.balance_form}", "", tuple(balance)),
    )


def _sums(form: str, root: str, shown: tuple[Line, ...]) -> Sums:
    """The totals among `shown`, each with the parts that are shown, parts before totals."""
    under = totals()[form]
    concepts = {line.concept for line in shown}
    order: list[tuple[str, Parts]] = []
    done: set[str] = set()

    def visit(total: str) -> None:
        if total in done:
            return
        done.add(total)
        parts = shown_parts(under, total, concepts)
        for part, _ in parts:
            visit(part)
        if parts:
            order.append((total, parts))

    for line in shown:
        if line.kind == "total" and (not root or line.concept == root or line.concept in under):
            visit(line.concept)
    return Sums(form, tuple(order))


def shown_parts(under: Mapping[str, Parts], total: str, concepts: set[str]) -> Parts:
    """The parts of `total` that stand on the page; a part that does not gives its own."""
    found: list[tuple[str, int]] = []
    for part, weight in under.get(total, ()):
        if part in concepts:
            found.append((part, weight))
        else:
            inner = shown_parts(under, part, concepts)
            found += [(leaf, weight * sign) for leaf, sign in inner]
    return tuple(found)


@cache
def gross(income_form: str) -> frozenset[str]:
    """The items that § 32 draws together into gross profit."""
    full = Choice(income_form, "account", False)
    statement = f"income_{income_form}"
    under = totals()[statement]
    concepts = {line.concept for line in page(full, statement) if line.kind == "item"}
    return frozenset(concept for concept, _ in shown_parts(under, GROSS, concepts))


@cache
def equity_movements() -> Parts:
    """The movements of equity on the page, with their weight in the closing balance."""
    shown = {line.concept for line in lines() if line.statement == "equity_statement"}
    parts = totals()["equity_statement"][EQUITY]
    return tuple((part, weight) for part, weight in parts if part in shown)


@cache
def distribution() -> Mapping[str, str]:
    """Component of equity → the line of the proposed distribution that speaks of it.

    >>> distribution()["fsa:RetainedEarnings"]
    'fsa:TransferredToFromRetainedEarnings'
    """
    shown = {line.concept for line in lines() if line.statement == "distribution"}
    components = {row.concept_nature for row in annual.accounts().values() if row.equity_component}
    found = {}
    for component in sorted(components):
        name = component.removeprefix("fsa:")
        for prefix in ("fsa:TransferredToFrom", "fsa:TransferredTo"):
            if prefix + name in shown:
                found[component] = prefix + name
                break
    return found


@cache
def signs() -> Mapping[str, int]:
    """Concept → +1 where a debit is reported positive, -1 where a credit is."""
    return {line.concept: 1 if line.balance == "debit" else -1 for line in lines() if line.concept}


@cache
def fields() -> tuple[Field, ...]:
    """Every line once, numbered in the order it first stands on a page."""
    labels: dict[str, str] = {EMPLOYEES: "Gennemsnitligt antal ansatte"}
    labels |= {line.concept: line.label_da for line in reversed(lines()) if line.concept}
    order = dict.fromkeys(line.concept for line in lines() if line.concept)
    order[EMPLOYEES] = None
    return tuple(
        Field(no, concept, labels[concept], _formula(concept))
        for no, concept in enumerate(order, start=1)
    )


@cache
def _made_of() -> Mapping[str, tuple[str, ...]]:
    """Total → its parts on the page, in words; several where the forms differ."""
    found: dict[str, dict[str, None]] = {}
    every = [Choice(income, balance, False) for income in ("nature", "function")
             for balance in ("account", "current")]  # fmt: skip
    made = [one for choice in every for one in sums(choice)]
    noted = [
        Sums(form, tuple(under.items())) for form, under in totals().items() if form[:5] == "note_"
    ]
    for one in (*made, *noted):
        for total, parts_ in one.totals:
            words = " ".join(f"{'+-'[weight < 0]} {part}" for part, weight in parts_)
            found.setdefault(total, {})[words.removeprefix("+ ")] = None
    return {total: tuple(words) for total, words in found.items()}


def _formula(concept: str) -> str:
    """How a line is made, in words: its parts, or the standard accounts mapped to it."""
    if concept == GROSS:
        drawn = (", ".join(sorted(gross(form))) for form in ("nature", "function"))
        return "Drawn together (§ 32): " + "; or ".join(drawn)
    if concept in _made_of():
        return "; or ".join(_made_of()[concept])
    codes = [row.account_code for row in annual.accounts().values() if concept in _lines_of(row)]
    if codes:
        return f"Accounts mapped to standard accounts {', '.join(codes)}"
    return (
        "Movements of equity in the year, by voucher"
        if concept in dict(equity_movements())
        else "Stated"
    )


def _lines_of(row: annual.Account) -> set[str]:
    return {row.concept_nature, row.concept_function, row.balance_current_concept, row.when_debit,
            row.when_credit, row.when_debit_current, row.when_credit_current,
            row.note_item}  # fmt: skip
