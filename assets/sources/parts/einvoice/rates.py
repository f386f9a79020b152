"""Exchange rates from a file, for invoices in other currencies that state none.

A CSV file with the heading `date;currency;kroner`: kroner for one unit, with a decimal
point. A day without a rate has that of the last day before it, at most a week back.

Belongs here: reading and asking that file. Does not: rates an invoice states itself.

Source: directive 2006/112/EC art. 91 stk. 2; bogføringsloven § 10.
"""

import csv
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from assets.sources.row_batches import iso_date, number
from warehouse.errors import SourceError

_HEADING = ["date", "currency", "kroner"]
_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rates:
    """Kroner per unit, by currency: days in order, and each day's rate."""

    of: Mapping[str, tuple[list[date], list[Decimal]]] = field(default_factory=dict)

    def at(self, currency: str, day: date) -> Decimal | None:
        """The rate of a day, or of the last one within a week before it.

        >>> rates = Rates({"EUR": ([date(2026, 1, 2)], [Decimal("7.46")])})
        >>> rates.at("EUR", date(2026, 1, 4)), rates.at("EUR", date(2026, 1, 10))
        (Decimal('7.46'), None)
        """
        days, rates = self.of.get(currency, ([], []))
        place = bisect_right(days, day) - 1
        return rates[place] if place >= 0 and day - days[place] <= _A_WEEK else None


def read(path: Path) -> Rates:
    """The rates in a file.

    Raises `SourceError`, naming the line, for anything that is no rate.
    """
    found: dict[str, dict[date, Decimal]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        if (heading := next(rows, [])) != _HEADING:
            raise SourceError(
                f"Reading {path}:1: expected the heading {';'.join(_HEADING)}, found "
                f"{';'.join(heading)!r}. Correct the file of exchange rates."
            )
        for row in rows:
            day, currency, rate = _row(path, rows.line_num, row)
            found.setdefault(currency, {})[day] = rate
    return Rates({
        currency: (sorted(rates), [rates[day] for day in sorted(rates)])
        for currency, rates in found.items()
    })  # fmt: skip


def _row(path: Path, line: int, row: list[str]) -> tuple[date, str, Decimal]:
    day = iso_date(row[0]) if len(row) == len(_HEADING) else None
    try:
        rate = number(row[2]) if day is not None else Decimal(0)
    except ValueError:
        rate = Decimal(0)
    if day is None or rate <= 0:
        raise SourceError(
            f"Reading {path}:{line}: expected a date, a currency and kroner for one unit, as in "
            f"2026-01-02;EUR;7.4612, found {';'.join(row)!r}. Correct the file of exchange rates."
        )
    return day, row[1].strip().upper(), rate
