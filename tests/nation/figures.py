"""A company's years: figures that add up, and follow from one another year by year.

Belongs here: amounts in whole kroner. Does not: how they are told (`annual`, `vat`).
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from tests.nation.companies import Company

FIRST = 2021
_TAX = 22


@dataclass(frozen=True, slots=True)
class Year:
    """One fiscal year, a calendar year. Costs are positive."""

    revenue: int
    gross: int
    wages: int
    pensions: int
    social: int
    depreciation: tuple[int, int]  # of plant, of fixtures
    additions: int  # to plant
    interest: int
    deferred: int  # change in deferred tax
    tax: int
    profit: int
    dividend: int
    employees: int
    plant: tuple[int, int, int, int]  # gross and accumulated: opening, closing
    fixtures: tuple[int, int, int, int]
    capital: int
    retained: int
    provisions: int
    inventories: int
    receivables: int
    prepaid: int
    cash: int
    bank_short: int
    bank_long: int
    payables: int
    vat_payable: int
    other: int

    @property
    def staff(self) -> int:
        """Employee benefits expense."""
        return self.wages + self.pensions + self.social

    @property
    def ordinary(self) -> int:
        """Operating profit."""
        return self.gross - self.staff - sum(self.depreciation)

    @property
    def equity(self) -> int:
        """Equity with the proposed dividend in it."""
        return self.capital + self.retained + self.dividend

    @property
    def current_tax(self) -> int:
        """The tax of the year that is payable."""
        return self.tax - self.deferred

    @property
    def short_debt(self) -> int:
        """Short-term liabilities."""
        return (
            self.bank_short + self.payables + self.current_tax + self.vat_payable + self.other
        )  # fmt: skip

    @property
    def fixed(self) -> tuple[int, int]:
        """Carrying amounts of plant and of fixtures."""
        return self.plant[1] - self.plant[3], self.fixtures[1] - self.fixtures[3]


@lru_cache(4096)
def year(company: Company, number: int) -> Year:
    """The figures of fiscal year `number`, from `FIRST` on."""
    random = Random(f"{company.seed}/{number}")
    before = year(company, number - 1) if number > FIRST else None
    revenue = _hundreds((before.revenue if before else company.revenue) * random.gauss(1.03, 0.06))
    gross = _hundreds(revenue * min(max(random.gauss(company.margin, 0.02), 0.05), 0.95))
    staff = gross * random.gauss(0.68, 0.03)
    wages, pensions, social = (_hundreds(staff * part) for part in (0.87, 0.10, 0.03))
    plant, fixtures, additions = _property(company, before)
    depreciation = plant[3] - plant[2], fixtures[3] - fixtures[2]
    interest = _hundreds(revenue * 0.006)
    before_tax = gross - wages - pensions - social - sum(depreciation) - interest
    current_tax = max(before_tax, 0) * _TAX // 100
    deferred = 1_000
    profit = before_tax - current_tax - deferred
    dividend = max(profit, 0) * 3 // 10 // 1_000 * 1_000
    retained = (
        (before.retained if before else _hundreds(company.revenue * 0.12)) + profit - dividend
    )
    made = Year(
        revenue=revenue, gross=gross, wages=wages, pensions=pensions, social=social,
        depreciation=depreciation, additions=additions, interest=interest, deferred=deferred,
        tax=current_tax + deferred, profit=profit, dividend=dividend,
        employees=max(company.employees + (number - FIRST) // 3, 1),
        plant=plant, fixtures=fixtures, capital=80_000, retained=retained,
        provisions=(before.provisions if before else 20_000) + deferred,
        inventories=_hundreds(revenue * 0.08), receivables=_hundreds(revenue * 0.11),
        prepaid=_hundreds(revenue * 0.004), cash=0, bank_short=60_000,
        bank_long=_hundreds(company.revenue * 0.05),
        payables=_hundreds(revenue * 0.06), vat_payable=_hundreds(revenue * 0.02),
        other=_hundreds(revenue * 0.04),
    )  # fmt: skip
    return _balanced(made)


def assets_without_cash(made: Year) -> int:
    """Everything on the left side but cash."""
    return sum(made.fixed) + 75_000 + made.inventories + made.receivables + made.prepaid


def _balanced(made: Year) -> Year:
    """With the cash, or the overdraft, that makes both sides equal."""
    right = made.equity + made.provisions + made.bank_long + made.short_debt
    cash = right - assets_without_cash(made)
    if cash >= 10_000:
        return replace(made, cash=cash)
    return replace(made, cash=10_000, bank_short=made.bank_short + 10_000 - cash)


_Property = tuple[int, int, int, int]


def _property(company: Company, before: Year | None) -> tuple[_Property, _Property, int]:
    """Plant and fixtures, opening and closing, and what was added to plant."""
    if before is None:
        gross, worn = _hundreds(company.revenue * 0.1), _hundreds(company.revenue * 0.04)
        opening, other = (gross, worn), (_hundreds(company.revenue * 0.03), 10_000)
    else:
        opening, other = (
            (before.plant[1], before.plant[3]),
            (before.fixtures[1], before.fixtures[3]),
        )
    added = _hundreds(opening[0] * 0.12)
    closing = opening[0] + added
    worn = min(opening[1] + _hundreds(closing * 0.1), closing)
    other_worn = min(other[1] + _hundreds(other[0] * 0.08), other[0])
    return (
        (opening[0], closing, opening[1], worn),
        (other[0], other[0], other[1], other_worn),
        added,
    )


def _hundreds(amount: float) -> int:
    return round(amount / 100) * 100
