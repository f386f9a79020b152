"""VAT returns and EU sales lists of a company's periods, in step with its annual figures.

Belongs here: what one period's documents say. Does not: who files them, or when.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from random import Random

from assets.filings.eu_sales_list import Buyer, SalesList
from assets.filings.vat_return import FIELDS, TOTAL, VatReturn, total
from tests.nation.companies import Company
from tests.nation.figures import year

MONTHS = {"quarter": 3, "half_year": 6}
_UNDERSTATED = 0.7
_BUYERS = (
    ("DE", "136695976"),
    ("SE", "556188840401"),
    ("NL", "004495445B01"),
    ("FR", "40303265045"),
)


def periods(company: Company, number: int) -> Iterator[tuple[date, date]]:
    """First and last day of each VAT period of year `number`."""
    step = MONTHS[company.frequency]
    for first in range(1, 13, step):
        last = first + step - 1
        yield date(number, first, 1), date(number, last, monthrange(number, last)[1])


def vat_return(company: Company, start: date, end: date) -> VatReturn:
    """The return of one period, with the company's oddity."""
    amounts = dict.fromkeys(FIELDS, 0)
    if company.habit != "vat_zero":
        made = year(company, start.year)
        months = MONTHS[company.frequency]
        sold = _part(made.revenue, start.month, months)
        if company.habit == "vat_understated":
            sold = int(sold * _UNDERSTATED)
        eu, export = int(sold * company.eu_share), int(sold * company.export_share)
        bought = _part(made.revenue - made.gross, start.month, months)
        amounts |= {
            "MomsAngivelseSalgsMomsBeloeb": (sold - eu - export) // 4,
            "MomsAngivelseKoebsMomsBeloeb": bought // 4,
            "MomsAngivelseEUSalgBeloebVarerBeloeb": eu,
            "MomsAngivelseEksportOmsaetningBeloeb": export,
        }
    amounts[TOTAL] = total(amounts)
    if company.habit == "vat_wrong_total":
        amounts[TOTAL] += 1
    return VatReturn(company.cvr, start, end, amounts)


def sales_list(company: Company, start: date, end: date) -> SalesList | None:
    """The list of one period; None where nothing was sold to other EU countries."""
    goods = vat_return(company, start, end).amounts["MomsAngivelseEUSalgBeloebVarerBeloeb"]
    if not goods:
        return None
    if company.habit == "list_differs":
        goods = goods * 6 // 10
    random = Random(f"{company.seed}/{start}")
    buyers = sorted(random.sample(_BUYERS, random.randint(1, len(_BUYERS))))
    parts = [goods // len(buyers)] * len(buyers)
    parts[0] += goods - sum(parts)
    return SalesList(
        company.cvr,
        end,
        tuple(
            Buyer(str(n), country, vat, part, 0, 0)
            for n, ((country, vat), part) in enumerate(zip(buyers, parts, strict=True), start=1)
        ),
    )


def _part(amount: int, first_month: int, months: int) -> int:
    """The part of a year's amount that falls in these months; the parts add up to it."""
    before, after = first_month - 1, first_month - 1 + months
    return amount * after // 12 - amount * before // 12
