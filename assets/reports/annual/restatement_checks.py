"""Whether restated comparative figures hang together: last year's result and its equity.

Belongs here: what restatements do to last year's totals. Does not: whether a row is
well-formed (`kinds`), or the figures themselves (`comparatives`).

Source: årsregnskabsloven §§ 51, 52 and 55.
"""

from decimal import Decimal

from assets.reports.annual.derive import kroner
from assets.reports.annual.forms import Choice
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.statements import leaves_of
from assets.reports.annual.year import Year
from quality.finding import Severity


def check(year: Year, file: InputFile) -> None:
    """An error of last year's result is one of its equity, too: warn where only one changes."""
    annual = year.annual
    leaves = leaves_of(Choice(annual.income_form, annual.balance_form, annual.is_condensed))
    result = equity = Decimal(0)
    for row in file.tables.get("restatement", []):
        field, stated = row.get("field", ""), row.get("amount")
        before = None if year.previous is None else year.previous.amount(field)
        if before is None or stated is None:
            continue
        result += leaves.income.get(field, 0) * (stated - before)
        equity += stated - before if field in leaves.equity else 0
    if result and result != equity:
        file.tell(
            "[[restatement]]",
            f"The restated figures change last year's result by {kroner(result)} and its equity "
            f"by {kroner(equity)} (ÅRL §§ 51, 52 and 55).",
            "Restate fsa:RetainedEarnings and the item of the balance sheet by the same amount, or "
            "the other line of the income statement where the amount only stood on a wrong one.",
            Severity.WARNING,
        )
