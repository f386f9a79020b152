"""The statements' lines as a page shows them: order, labels, levels, sides.

Belongs here: what follows for a page from `warehouse.annual`'s lines. Does not: the lines
themselves, amounts (`rows`), or the law behind a line (the table's own `source`).
"""

from collections.abc import Collection
from functools import cache

from warehouse import annual
from warehouse.annual import Line

FORMS = {
    "nature": "income_nature",
    "function": "income_function",
    "account": "assets_account",
    "current": "assets_current",
}
_SIDES = {"income": "credit", "assets": "debit", "liabilities": "credit", "equity": "credit",
          "distribution": "credit"}  # fmt: skip


@cache
def lines(statement: str) -> tuple[Line, ...]:
    """A statement's lines in the order of the page; none for a name that is no statement."""
    return tuple(line for line in annual.lines() if line.statement == statement)


@cache
def notes() -> tuple[str, ...]:
    """The statements that are notes, in order."""
    return tuple(
        dict.fromkeys(one.statement for one in annual.lines() if one.statement[:5] == "note_")
    )


@cache
def side(statement: str) -> str:
    """The side whose amounts stand without a minus: a note's is that of its last line."""
    known = _SIDES.get(statement.partition("_")[0])
    if known is not None:
        return known
    return next((one.balance for one in reversed(lines(statement)) if one.balance), "debit")


EMPLOYEES = Line(
    statement="note_staff",
    line_no=1,
    concept="fsa:AverageNumberOfEmployees",
    kind="item",
    level=2,
    label_da="Gennemsnitligt antal heltidsbeskæftigede",
    label_en="Average number of full-time employees",
    balance="",
    period="duration",
    shown="always",
    extent="both",
    source="ÅRL § 68",
)
"""A count, and so no line of a statement. Source: årsregnskabsloven § 68."""


@cache
def concepts() -> dict[str, Line]:
    """One line of every concept that has any."""
    found: dict[str, Line] = {}
    for line in (*annual.lines(), EMPLOYEES):
        if line.concept:
            found.setdefault(line.concept, line)
    return found


@cache
def parts(statement: str) -> dict[str, tuple[Line, ...]]:
    """The totals of an income statement whose parts follow them, with those parts: what the
    schemes letter a, b, c, which notes may tell. Source: årsregnskabsloven bilag 2; § 23 stk. 3.
    """
    found: dict[str, list[Line]] = {}
    total = ""
    for line in lines(statement):
        if line.level < 3:
            total = line.concept if line.kind == "total" else ""
        elif total:
            found.setdefault(total, []).append(line)
    return {concept: tuple(several) for concept, several in found.items()}


def forms(stated: Collection[str]) -> tuple[str, str]:
    """Which form of income statement and of balance sheet a report's concepts are.

    What only functions have (cost of production, distribution, administration) makes it by
    function. The form of current and non-current items has concepts of its own for what
    else are provisions, and no total of liabilities other than these.
    """
    found = set(stated)
    income = "function" if found & (_of_form("function") - _of_form("nature")) else "nature"
    own = _of_form("current") - _of_form("account")
    is_current = found & own or (found & _DEBT and _ALL_DEBT not in found)
    return income, "current" if is_current else "account"


_DEBT = {
    "fsa:ShorttermLiabilitiesOtherThanProvisions",
    "fsa:LongtermLiabilitiesOtherThanProvisions",
}
_ALL_DEBT = "fsa:LiabilitiesOtherThanProvisions"


@cache
def _of_form(form: str) -> frozenset[str]:
    name = FORMS[form]
    also = name.replace("assets", "liabilities")
    return frozenset(one.concept for one in annual.lines() if one.statement in (name, also))
