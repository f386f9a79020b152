"""The cross-report checks there are: what is compared, how far it may differ, what it counts.

Belongs here: reading the tables `rule.csv`, `figure.csv` and `late_point.csv`, and each rule's
statement `rules/<id>.sql`. Does not: running them (`assets.authority.cross.run`).
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    `kind`: reports (two of a company's reports) or peers (a ratio among others'). `needs`: a
    table handed over without which it is not run, else empty. `stated` and `expected` are
    templates of the explanation. A difference is tolerated up to the largest of `share` of the
    figure compared with, `least` (in `unit`; for each `counted` where that says something) and
    what the statement itself sets. `z` and `peers` (fewest companies) are of peers only.
    `points` when it differs. `ask`: what a case officer does next.
    """

    rule: str
    title: str
    kind: str
    needs: str
    stated: str
    expected: str
    unit: str
    share: Decimal
    least: Decimal
    counted: str
    z: Decimal | None
    peers: int | None
    points: int
    ask: str
    source: str

    @property
    def statement(self) -> str:
        """Its SQL: the comparisons it makes, or the ratios it compares with those of peers."""
        return (FOLDER / "rules" / f"{self.rule}.sql").read_text(encoding="utf-8")

    @property
    def limit(self) -> str:
        """How far it may differ, in words.

        >>> rule("vat-turnover-vs-revenue").limit
        '5 % of the figure compared with, at least 10,000 kr'
        """
        unit = {"DKK": " kr", "employees": " employees"}.get(self.unit, "")
        least = f"{self.least:,f}{unit}"
        if self.z is not None:
            return f"{self.z} × 1.4826 × MAD, at least {least}; {self.peers} peers or more"
        if self.share:
            share = f"{(100 * self.share).normalize():f} %"
            return f"{share} of the figure compared with, at least {least}"
        return f"{least} for each {self.counted}" if self.counted else f"{least}, or rounding"


@dataclass(frozen=True, slots=True)
class Figure:
    """One concept of annual reports that is read: its name in words, whether last year's is
    compared, and the sign with which it moves equity, if it does.
    """

    concept: str
    words: str
    is_compared: bool
    movement: int | None
    source: str


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the table."""
    return tuple(_rule(row) for row in _rows("rule.csv"))


def rule(rule_id: str) -> Rule:
    """The rule of that id. Raises `KeyError` naming those there are."""
    for one in rules():
        if one.rule == rule_id:
            return one
    raise KeyError(f"{rule_id}: no such rule; there are {', '.join(r.rule for r in rules())}")


@cache
def figures() -> tuple[Figure, ...]:
    """The concepts read of annual reports, in the order of the table."""
    return tuple(
        Figure(
            row["concept"],
            row["words"],
            row["is_compared"] == "yes",
            int(row["movement"]) if row["movement"] else None,
            row["source"],
        )
        for row in _rows("figure.csv")
    )


@cache
def late_points() -> dict[str, int]:
    """Points of a report due, by its state."""
    return {row["state"]: int(row["points"]) for row in _rows("late_point.csv")}


def _rule(row: dict[str, str]) -> Rule:
    text = {key: row[key] for key in ("rule", "title", "kind", "needs", "stated", "expected",
                                      "unit", "counted", "ask", "source")}  # fmt: skip
    return Rule(
        **text,
        share=Decimal(row["share"]),
        least=Decimal(row["least"]),
        z=Decimal(row["z"]) if row["z"] else None,
        peers=int(row["peers"]) if row["peers"] else None,
        points=int(row["points"]),
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
