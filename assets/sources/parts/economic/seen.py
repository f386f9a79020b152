"""What all entries read so far come to: the memory that a cursor carries between pulls.

Belongs here: adding up, writing down. Does not: asking e-conomic (`pull`).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assets.sources.network.agreement import Total

Sums = dict[str, dict[str, Decimal]]
"""Accounting year → account → sum of its entries, debit positive."""


_NIL = Decimal(0)


def _sums() -> Sums:
    return defaultdict(lambda: defaultdict(Decimal))


@dataclass
class Seen:
    """`number`: the highest entry read. `first`: the first accounting year with entries, whose
    opening entries are the only ones that are no restatement. `openings` are apart from `sums`.
    """

    number: int = 0
    count: int = 0
    first: str = ""
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sums: Sums = field(default_factory=_sums)
    openings: Sums = field(default_factory=_sums)

    def add(self, number: int, year: str, account: str, amount: Decimal, *, opens: bool) -> None:
        """Count one entry."""
        self.number = max(self.number, number)
        self.count += 1
        self.counts[year] += 1
        (self.openings if opens else self.sums)[year][account] += amount

    def value(self) -> dict[str, Any]:
        """As a cursor keeps it."""
        return {
            "number": self.number, "count": self.count, "first": self.first,
            "counts": dict(sorted(self.counts.items())),
            "sums": _written(self.sums), "openings": _written(self.openings),
        }  # fmt: skip

    def balances(
        self, declared: Mapping[tuple[str, str], Decimal], accounts: Collection[str]
    ) -> list[Total]:
        """Each account's total of each year, `declared` by (year, account) for `accounts` and
        the chart's own sums, beside ours. Whether it counts the entries that restate balances
        at the start of the year is not described: it must be one way for all.
        """
        keys = sorted({
            *(pair for pair in declared if pair[1] in accounts),
            *((year, code) for part in (self.sums, self.openings)
              for year, codes in part.items() for code in codes),
        })  # fmt: skip

        def compared(*parts: Sums) -> list[Total]:
            return [
                Total("trial_balance", f"account {code}, {year}", declared.get((year, code), _NIL),
                      sum((part.get(year, {}).get(code, _NIL) for part in parts), _NIL),
                      f"accounting-years/{year}/totals")
                for year, code in keys
            ]  # fmt: skip

        ways = compared(self.sums, self.openings), compared(self.sums)
        return min(ways, key=lambda way: sum(one.declared != one.found for one in way))

    @classmethod
    def parse(cls, told: Mapping[str, Any]) -> "Seen":
        """What `value` wrote; nothing seen where there is no cursor yet."""
        seen = cls(told.get("number", 0), told.get("count", 0), told.get("first", ""))
        seen.counts.update(told.get("counts", {}))
        for name, sums in (("sums", seen.sums), ("openings", seen.openings)):
            for year, accounts in told.get(name, {}).items():
                sums[year].update({code: Decimal(amount) for code, amount in accounts.items()})
        return seen

    def copy(self) -> "Seen":
        """Another of the same, to add to."""
        return Seen.parse(self.value())


def _written(sums: Sums) -> dict[str, dict[str, str]]:
    return {
        year: {code: str(amount) for code, amount in sorted(accounts.items())}
        for year, accounts in sorted(sums.items())
    }
