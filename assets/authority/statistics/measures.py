"""What is counted and added up: rows of `measure.csv`.

Measures of one group are bound by arithmetic (a share and its parts, a list and the field it
explains), so a cell is published for all of them or for none. Those of different groups may still
be of the same companies, and count them alike: what is kept back of the number of reports, their
base, is kept back of every measure taken from these reports.

Belongs here: the rows. Does not: their figures.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
SUM, RATIO, MEDIAN = "sum", "ratio", "median"
MEDIAN_OF = 10
"""Companies a median is published of, at least: it is the figure of one or two of them. Ours."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `base`: the group whose cells kept back are kept back here too. `kind`:
    magnitude, or frequency (of companies or reports, of those in the group's first measure).
    `how`: sum, median, or ratio of two others. `digits`: decimals.
    """

    measure: str
    group: str
    base: str
    kind: str
    how: str
    numerator: str
    denominator: str
    unit: str
    digits: int
    meaning: str


@cache
def measures() -> tuple[Measure, ...]:
    """Every measure, in the order of the file."""
    with (FOLDER / "measure.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Measure(
                row["measure"], row["group"], row["base"], row["kind"], row["how"],
                row["numerator"], row["denominator"], row["unit"], int(row["digits"]),
                row["meaning"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def groups(given: Iterable[Measure] | None = None) -> dict[str, tuple[Measure, ...]]:
    """The measures by group, a base before the groups that stand on it."""
    found: dict[str, list[Measure]] = {}
    for measure in measures() if given is None else given:
        found.setdefault(measure.group, []).append(measure)
    return {group: tuple(some) for group, some in found.items()}
