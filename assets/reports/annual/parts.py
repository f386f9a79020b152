"""What a stored line of an annual report is made of, and which line a fact's id means.

Belongs here: the way from a total to its parts, and from a tag in the document to a line. Does
not: reading the warehouse (`assets.reports.explain`) or making the lines (`figures`).
"""

import re
from collections.abc import Collection

from assets.reports.annual import forms
from assets.reports.annual.forms import EQUITY

Part = tuple[str, str, int]
"""Subject, concept and sign of one part."""

_COMPONENT = "component="


def of(
    form: str | None, subject: str, concept: str, stored: Collection[tuple[str, str]]
) -> list[Part]:
    """The parts of a total among the `stored` lines (subject, concept) of its report.

    `form` is what the line's source says it is a total of: a form of statement,
    `equity_statement` (a component's year) or `equity_component` (one row over components).

    >>> of("income_nature", "", "fsa:ExternalExpenses",
    ...    [("", "fsa:RawMaterialsAndConsumablesUsed"), ("previous", "fsa:OtherExternalExpenses")])
    [('', 'fsa:RawMaterialsAndConsumablesUsed', 1)]
    """
    if form == "equity_statement":
        parts = [(f"opening;{subject}", EQUITY, 1)]
        parts += [(subject, movement, weight) for movement, weight in forms.equity_movements()]
        return [part for part in parts if part[:2] in stored]
    if form == "equity_component":
        begins = f"{subject};{_COMPONENT}" if subject else _COMPONENT
        return [(s, c, 1) for s, c in sorted(stored) if c == concept and s.startswith(begins)]
    under = forms.totals().get(form or "", {})
    opened = [
        ("opening;" + subject, part.removeprefix("opening "), weight)
        for part, weight in under.get(concept, ())
        if part.startswith("opening ")
    ]
    there = {c for s, c in stored if s == subject and c != concept}
    found = [part for part in opened if part[:2] in stored]
    shown = forms.shown_parts(under, concept, there)
    return found + [(subject, part, weight) for part, weight in shown]


def fact(asked: str) -> tuple[str, str] | None:
    """The concept and subject that a fact's id in the document means; None: it is no such id.

    >>> fact("Revenue-current"), fact("Equity-opening-RetainedEarningsMember")
    (('fsa:Revenue', ''), ('fsa:Equity', 'opening;component=RetainedEarningsMember'))
    >>> fact("ProfitLoss-previous-2"), fact("Revenue")
    (('fsa:ProfitLoss', 'previous'), None)
    """
    name, _, slug = asked.partition("-")
    concept = name if ":" in name else f"fsa:{name}"
    slug = re.sub(r"-\d+$", "", slug)
    if not slug or concept not in {field.field for field in forms.fields()}:
        return None
    words = slug.split("-")
    parts = [word if word in {"previous", "opening"} else _COMPONENT + word for word in words]
    return concept, ";".join(part for part in parts if part != _COMPONENT + "current")


def is_annual(asked: str) -> bool:
    """Whether what a person asks for can only be a line of an annual report.

    >>> is_annual("fsa:Revenue"), is_annual("Revenue-current"), is_annual("14")
    (True, True, False)
    """
    names = {field.field.partition(":")[2] for field in forms.fields()}
    return ":" in asked or asked in names or fact(asked) is not None
