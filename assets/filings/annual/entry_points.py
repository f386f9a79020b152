"""Which taxonomy an annual report names, by its last day and its forms of statement.

A new taxonomy is a row of `entry_points.csv` for each form, valid from the last day of the
first fiscal year it is for; the newest row at or before a report's last day holds.

Belongs here: choosing the address. Does not: what the taxonomy holds (`xbrl.taxonomy`).
"""

import csv
from datetime import date
from functools import cache
from importlib.resources import files

from warehouse.errors import PermanentError


def entry_point(period_end: date, income_form: str, balance_form: str) -> str:
    """The schemaRef of a report whose fiscal year ends on `period_end`.

    Raises: PermanentError when no row is for that day and those forms.
    """
    valid = [row for row in _rows() if row[1:3] == (income_form, balance_form)]
    found = max((row for row in valid if row[0] <= period_end), default=None)
    if found is None:
        known = "; ".join(f"{form}, {balance} from {first}" for first, form, balance, _ in _rows())
        raise PermanentError(
            f"No taxonomy is known for an annual report to {period_end} with the income statement "
            f"by {income_form} and the balance sheet in {balance_form} form. Known: {known}. Add "
            "the row to assets/filings/annual/entry_points.csv."
        )
    return found[3]


@cache
def _rows() -> tuple[tuple[date, str, str, str], ...]:
    text = (files(__package__) / "entry_points.csv").read_text(encoding="utf-8")
    return tuple(
        (date.fromisoformat(r["valid_from"]), r["income_form"], r["balance_form"], r["address"])
        for r in csv.DictReader(text.splitlines())
    )
