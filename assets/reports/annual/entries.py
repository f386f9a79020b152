"""Entries of the year's end that people state or accept, and that are not in the books.

Belongs here: which there are, with their lines. Does not: what is derived (`derive`), or
their rows (`answers`).
"""

from decimal import Decimal

from assets.reports.annual import derive
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.year import Year

_PAYABLE = "6315"  # with what was paid on account; in credit it is shown as tax payable
_TAX = "3740"


def adjustment_lines(year: Year, file: InputFile) -> list[derive.Lines]:
    """The lines of every adjustment the person states: written ones and depreciation."""
    stated = [tuple(row["lines"]) for row in file.tables.get("adjustment", []) if "lines" in row]
    return [*stated, *(lines for _, _, lines in depreciation_lines(year, file))]


def depreciation_lines(year: Year, file: InputFile) -> list[tuple[str, str, derive.Lines]]:
    """Depreciation stated in the file and not in the books: its key, words and lines."""
    found = []
    for one, _ in derive.undepreciated(year):
        key = f"depreciation.{one.class_id}"
        amount = file.values.get(key, Decimal(0))
        if amount:
            lines: derive.Lines = ((one.expense, amount), (one.accumulated, -amount))
            found.append((key, f"Depreciation of the year: {one.label_en}", lines))
    return found


def accepted_tax(year: Year, file: InputFile) -> tuple[str, derive.Lines] | None:
    """The derived tax, where just that amount was accepted."""
    derived = derive.tax(year, adjustment_lines(year, file))
    if derived is None or file.values.get("tax.accept_derived") != derived.amount:
        return None
    payable = file.values.get("tax.payable_account", _PAYABLE)
    return derived.how, ((_TAX, derived.amount), (payable, -derived.amount))


def accounts(year: Year, file: InputFile) -> set[str]:
    """The standard accounts these entries move."""
    lines = [*adjustment_lines(year, file)]
    if (tax := accepted_tax(year, file)) is not None:
        lines.append(tax[1])
    return {account for entry in lines for account, _ in entry}
