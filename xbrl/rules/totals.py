"""Which items a total of the Danish statements is made of: one table that builds and judges.

Belongs here: reading `dk_sums/totals.csv`. Does not: judging (`dk_sums`), or a company's figures.

The Danish GAAP taxonomy has no calculation linkbase, so the sums are drawn from årsregnskabsloven
bilag 2, from the presentation networks (roles 400.00 to 805.00, release 2024-10-01) and from the
balance each concept has there.
"""

import csv
from functools import cache
from typing import NamedTuple

import pyarrow as pa

from xbrl.rules.catalogue import FOLDER


class Part(NamedTuple):
    """One part of a total in one form of statement. Grain: form, total and part.

    `form` is income_nature, income_function, balance_account (skema 1), balance_current (skema 2),
    equity_statement, equity_component (members, not concepts), distribution, note_…, or a form that
    only filings of others take. Amounts are as reported; the total is the sum of `weight` times
    the parts. `opening fsa:…` is the total itself the day before the period begins.
    """

    form: str
    total: str
    part: str
    weight: int
    source: str


@cache
def parts() -> tuple[Part, ...]:
    """Every part of every total, in the order of the statements.

    >>> [part.part for part in parts() if part.total == "fsa:ExternalExpenses"]
    ['fsa:RawMaterialsAndConsumablesUsed', 'fsa:OtherExternalExpenses']
    """
    with (FOLDER / "dk_sums" / "totals.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Part(**row | {"weight": int(row["weight"])})  # type: ignore[arg-type]
            for row in csv.DictReader(file)
        )


def table() -> pa.Table:
    """The parts as a table of those columns."""
    columns = zip(*parts(), strict=True)
    return pa.table(dict(zip(Part._fields, map(list, columns), strict=True)))
