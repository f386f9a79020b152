"""What follows from the books by a rule of law or arithmetic, each with its derivation in words.

Nothing derived is used until a person has accepted it: these are offers and
questions. Belongs here: tax, employees, depreciation, size. Does not: the
answers (`answers`) or the statements.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from assets.reports.annual import catalogue
from assets.reports.annual.catalogue import AssetClass
from assets.reports.annual.previous import Previous
from assets.reports.annual.year import Books, Year

BEFORE_TAX = "1010-3690"
_ASSETS = "5000-6498"
_REVENUE = "1010-1300"
_WAGES = "2845-2947"
_DIVIDEND = "6955-6960"
_FINANCE = "3185-3537"
_FINANCE_LINES = (
    "GainsLossesFromCurrentValueAdjustmentsOfInvestmentProperty",
    "IncomeFromInvestmentsInGroupEnterprises",
    "IncomeFromInvestmentsInAssociates",
    "IncomeFromInvestmentsInParticipatingInterests",
    "IncomeFromOtherLongtermInvestmentsAndReceivables",
    "OtherFinanceIncomeFromGroupEnterprises",
    "OtherFinanceIncome",
)
"""Income that counts as revenue where it is no less (§ 7 stk. 4), in the books and as reported."""

Lines = tuple[tuple[str, Decimal], ...]
"""Lines of an adjustment: standard account, amount with debit positive."""


@dataclass(frozen=True, slots=True)
class Derived:
    """An amount that follows from others; `how` says from which and by which rule."""

    amount: Decimal
    how: str


def tax(year: Year, adjustments: Iterable[Lines] = ()) -> Derived | None:
    """The year's current tax where none is booked and the taxable income is positive.

    Approximated: the result before tax with what `tax_basis.csv` has as not deductible or not
    taxable. Losses carried forward and tax depreciation are unknown here, and said to be.
    None where tax is booked or adjusted, or there is none. In whole kroner, rounded down.
    Source: selskabsskatteloven §§ 8, 17; ligningsloven § 8 stk. 4.
    """
    moved = _with(year.books, adjustments)
    rate = catalogue.in_force("tax_rate", year.start)
    if rate is None or catalogue.total("3740", moved):
        return None
    result = -catalogue.total(BEFORE_TAX, moved)
    parts = [(f"result before tax {kroner(result)}", result)]
    for row in catalogue.all_in_force("tax_basis", year.start):
        added = _kept(moved.get(row["account_code"], Decimal(0)) * Decimal(row["share"]))
        if added:
            parts.append((f"{row['account_code']} {row['label_en']} {kroner(added)}", added))
    income = sum((amount for _, amount in parts), Decimal(0)).to_integral_value(ROUND_FLOOR)
    if income <= 0:
        return None
    amount = (income * Decimal(rate["rate"])).to_integral_value(ROUND_FLOOR)
    words = " + ".join(text for text, _ in parts).replace("+ -", "- ")
    percent = f"{Decimal(rate['rate']) * 100:.0f} %"
    return Derived(
        amount,
        f"{words} = taxable income {kroner(income)}; {percent} of it is {kroner(amount)} "
        f"({rate['source']}). Losses carried forward and tax depreciation are not counted.",
    )


def employees(year: Year) -> Derived | None:
    """Full-time employees on average, from the employer's ATP contributions; None without any.

    Source: the rates of ATP contribution A; årsregnskabsloven § 68.
    """
    rate = catalogue.in_force("atp_rate", year.start)
    paid = year.books.moved("2898")
    if rate is None or paid <= 0:
        return None
    each = Decimal(rate["employer_per_year"]) * _months(year.start, year.end) / 12
    found = (paid / each).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Derived(
        found,
        f"the employer's ATP {kroner(paid)} on account 2898, at {kroner(each)} for a full-time "
        f"employee in the period ({rate['source']})",
    )


def booked_dividend(year: Year, adjustments: Iterable[Lines] = ()) -> Decimal:
    """The dividend proposed for the year as books and adjustments hold it, positive; else 0.

    Source: standard chart of accounts 2025-12, accounts 6955 to 6960; årsregnskabsloven § 31.
    """
    held = dict(year.books.balance)
    _add(held, adjustments)
    return max(-catalogue.total(_DIVIDEND, held), Decimal(0))


def undepreciated(year: Year) -> list[tuple[AssetClass, Decimal]]:
    """Classes of fixed assets with a balance and no depreciation booked, with that balance."""
    return [
        (one, balance)
        for one in catalogue.asset_classes()
        if (balance := year.books.stands(one.accounts)) > 0 and not depreciated(year, one)
    ]


def depreciated(year: Year, one: AssetClass) -> Decimal:
    """What is booked as the year's depreciation of a class of assets, positive."""
    return abs(year.books.moved(one.accumulated)) or abs(year.books.moved(one.expense))


def held(year: Year) -> list[AssetClass]:
    """The classes of fixed assets there is a balance of, whose useful lives must be told."""
    return [one for one in catalogue.asset_classes() if year.books.stands(one.accounts)]


def wages(year: Year) -> Decimal:
    """Staff costs of the year, positive."""
    return year.books.moved(_WAGES)


def wages_before(year: Year) -> Decimal:
    """Staff costs of the year before, from its report or else its books; 0 when not known."""
    if year.previous is not None:
        return year.previous.amount("fsa:EmployeeBenefitsExpense") or Decimal(0)
    return year.before.moved(_WAGES) if year.before is not None else Decimal(0)


@dataclass(frozen=True, slots=True)
class Size:
    """What § 7 measures a company by; None where it is not known. Kroner, and full-time people."""

    balance: Decimal | None
    revenue: Decimal | None
    employees: Decimal | None

    def exceeds(self, limits_of: str, year_start: date) -> int:
        """How many of the three limits are exceeded for certain. Source: §§ 7, 22 a, 135."""
        row = catalogue.in_force("company_size", year_start, id=limits_of)
        if row is None:
            return 0
        pairs = (
            (self.balance, "balance"),
            (self.revenue, "revenue"),
            (self.employees, "employees"),
        )
        return sum(amount is not None and amount > Decimal(row[name]) for amount, name in pairs)


def size(year: Year, employed: Decimal | None) -> Size:
    """This year's size; revenue is brought to twelve months (§ 7 stk. 3 nr. 2), and finance income
    added where it is no less than revenue (§ 7 stk. 4).
    """
    return _size_of(year.books, year.start, year.end, employed)


def size_before(year: Year, employed: Decimal | None) -> Size | None:
    """Last year's size, from its filing or else its books; None where there is neither."""
    if year.previous_start is None or year.previous_end is None:
        return None
    read = None
    if year.before is not None:
        read = _size_of(year.before, year.previous_start, year.previous_end, employed)
    if year.previous is None:
        return read
    months = _months(year.previous_start, year.previous_end)
    revenue = _filed_revenue(year.previous)
    told = year.previous.amount("fsa:AverageNumberOfEmployees")
    return Size(
        year.previous.amount("fsa:Assets"),
        revenue * 12 / months if revenue is not None else (read.revenue if read else None),
        told if told is not None else employed,
    )


def _filed_revenue(filing: Previous) -> Decimal | None:
    """Last year's revenue as it counts (§ 7 stk. 4); None where it was left out (§ 32)."""
    revenue = filing.amount("fsa:Revenue")
    earned = [filing.amount(f"fsa:{name}") or Decimal(0) for name in _FINANCE_LINES]
    finance = sum((one for one in earned if one > 0), Decimal(0))
    return _measured(revenue, finance) if revenue is not None else None


def _size_of(books: Books, start: date, end: date, employed: Decimal | None) -> Size:
    revenue = -books.moved(_REVENUE)
    earned = [-books.movement.get(code, Decimal(0)) for code in catalogue.in_ranges(_FINANCE)]
    measured = _measured(revenue, sum((one for one in earned if one > 0), Decimal(0)))
    return Size(books.stands(_ASSETS), measured * 12 / _months(start, end), employed)


def _measured(revenue: Decimal, finance_income: Decimal) -> Decimal:
    """What counts as revenue in measuring size. Source: § 7 stk. 4.

    >>> _measured(Decimal(100), Decimal(99)), _measured(Decimal(100), Decimal(100))
    (Decimal('100'), Decimal('200'))
    """
    return revenue + finance_income if finance_income >= revenue else revenue


def _months(start: date, end: date) -> int:
    """Whole months from the first to the last day, both included.

    >>> _months(date(2026, 1, 1), date(2026, 12, 31)), _months(date(2026, 3, 16), date(2026, 8, 31))
    (12, 6)
    """
    days = (end - start).days + 1
    return max(1, round(days * 12 / 365.25))


def _with(books: Books, adjustments: Iterable[Lines]) -> dict[str, Decimal]:
    moved = dict(books.movement)
    _add(moved, adjustments)
    return moved


def _add(amounts: dict[str, Decimal], adjustments: Iterable[Lines]) -> None:
    for lines in adjustments:
        for account, amount in lines:
            amounts[account] = amounts.get(account, Decimal(0)) + amount


def _kept(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def kroner(amount: Decimal) -> str:
    """An amount as people read it.

    >>> kroner(Decimal("1234567.50"))
    '1 234 567.50'
    """
    return f"{amount:,.2f}".replace(",", " ").removesuffix(".00")
