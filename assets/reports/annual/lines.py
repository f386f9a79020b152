"""The vocabulary of figures: what is given, what a line is, how a rounded line says so.

Belongs here: plain values. Does not: deciding any of them (`figures`, `comparatives`, `equity`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from assets.reports.annual.forms import Choice
from assets.reports.annual.rounding import nearest

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


def placed(exact: Decimal, amount: int) -> str | None:
    """What to say of a line that is not its nearest krone.

    >>> placed(Decimal("100.49"), 101), placed(Decimal("100.49"), 100)
    ('rounding +1', None)
    """
    difference = amount - nearest(exact)
    return f"rounding {difference:+d}" if difference else None
