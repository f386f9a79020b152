"""Annual reports: a company's year as the rows our own writer takes, and as its bytes.

The words are those of `tests.annual_sample`, moved to the company and the year; the figures are
the company's own (`figures`).

Belongs here: one report. Does not: who files it, or when.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from assets.filings import annual_report
from tests import annual_sample
from tests.nation.companies import Company
from tests.nation.figures import Year, year

_SAMPLE_YEAR = 2025
_YEARS = re.compile(r"(?<!\d)202[456](?!\d)")
_DEPRECIATION = (
    "fsa:DepreciationAmortisationExpenseAndImpairmentLossesOf"
    "PropertyPlantAndEquipmentAndIntangibleAssetsRecognisedInProfitOrLoss"
)
_OTHER = "fsa:OtherPayablesIncludingTaxPayablesLiabilitiesOtherThanProvisionsShortterm"
_CAPITAL = "ContributedCapitalMember"
_RETAINED = "RetainedEarningsMember"
_PROPOSED = "ProposedDividendRecognisedInEquityMember"
_PLANT, _FIXTURES = "PlantAndMachineryMember", "FixturesFittingsToolsAndEquipmentMember"
_PROPERTY, _LOSSES = "PropertyPlantAndEquipment", "ImpairmentLossesAndDepreciationOf"


def report(company: Company, number: int, *, is_odd: bool = True) -> bytes:
    """The bytes of the report for fiscal year `number`; its oddity where the company has one."""
    return annual_report.render(*rows(company, number, is_odd=is_odd))


def rows(company: Company, number: int, *, is_odd: bool = True) -> annual_sample.Sample:
    """The rows of `report`, `report_line`, `company` and `report_text`."""
    habit = company.habit if is_odd else None
    current, previous = year(company, number), year(company, number - 1)
    about = {
        "report_id": "ab" * 16, "company_id": company.cvr, "report_type": "annual_report",
        "period_start": date(number, 1, 1), "period_end": date(number, 12, 31), "state": "ready",
    }  # fmt: skip
    amounts = [("", _stated(company, current)), ("previous", _stated(company, previous))]
    if habit == "comparatives_changed":
        amounts[1][1]["fsa:ShorttermTradeReceivables"] += 40_000
        amounts[1][1]["fsa:ShorttermReceivables"] += 40_000
        amounts[1][1]["fsa:CashAndCashEquivalents"] -= 40_000
    if habit == "employees_understated":
        amounts[0][1]["fsa:AverageNumberOfEmployees"] = max(current.employees // 3, 0)
    if habit == "annual_breaks_rule":
        amounts[0][1]["fsa:Assets"] += 5_000
    lines = [_line(s, field, value) for s, stated in amounts for field, value in stated.items()]
    lines += [_line(*one) for one in _components(current, previous)]
    texts = _texts(company, number)
    named = {"company_id": company.cvr, "name": company.name, "cvr": company.cvr,
             "se_number": company.cvr}  # fmt: skip
    return annual_sample.Sample(
        about,
        [{**about, "field_no": n, **one} for n, one in enumerate(lines)],
        named,
        [{**about, "field_no": n, **one} for n, one in enumerate(texts)],
    )


def _line(subject: str, field: str, amount: int) -> dict[str, Any]:
    return {"subject": subject, "field": field, "amount": amount, "amount_exact": Decimal(amount),
            "formula": "", "origin": "postings", "source": None}  # fmt: skip


def _stated(company: Company, y: Year) -> dict[str, int]:
    """Concept to amount, as the statements show them."""
    if company.income_form == "function":
        production = y.revenue - y.gross
        sold = y.gross - y.ordinary
        distribution = sold * 3 // 10
        income = {
            "fsa:Revenue": y.revenue, "fsa:CostOfProduction": production,
            "fsa:GrossResult": y.gross, "fsa:DistributionCosts": distribution,
            "fsa:AdministrativeExpenses": sold - distribution,
        }  # fmt: skip
    else:
        income = {"fsa:GrossProfitLoss": y.gross}
    income |= {
        "fsa:EmployeeBenefitsExpense": y.staff, "fsa:WagesAndSalaries": y.wages,
        "fsa:PostemploymentBenefitExpense": y.pensions, "fsa:SocialSecurityContributions": y.social,
    }  # fmt: skip
    if company.income_form == "nature":
        income[_DEPRECIATION] = sum(y.depreciation)
    before_tax = y.profit + y.tax
    plant, fixtures = y.fixed
    current = y.inventories + y.receivables + y.prepaid + y.cash
    total = plant + fixtures + 75_000 + current
    return income | {
        "fsa:ProfitLossFromOrdinaryOperatingActivities": y.ordinary,
        "fsa:OtherFinanceIncome": 0,
        "fsa:OtherFinanceExpenses": y.interest, "fsa:RestOfOtherFinanceExpenses": y.interest,
        "fsa:ProfitLossFromOrdinaryActivitiesBeforeTax": before_tax,
        "fsa:TaxExpense": y.tax, "fsa:CurrentTaxExpense": y.current_tax,
        "fsa:AdjustmentsForDeferredTax": y.deferred, "fsa:ProfitLoss": y.profit,
        "fsa:TransferredToFromRetainedEarnings": y.profit - y.dividend,
        "fsa:PlantAndMachinery": plant, "fsa:FixturesFittingsToolsAndEquipment": fixtures,
        "fsa:PropertyPlantAndEquipment": plant + fixtures,
        "fsa:DepositsLongtermInvestmentsAndReceivables": 75_000,
        "fsa:LongtermInvestmentsAndReceivables": 75_000,
        "fsa:NoncurrentAssets": plant + fixtures + 75_000,
        "fsa:ManufacturedGoodsAndGoodsForResale": y.inventories,
        "fsa:Inventories": y.inventories, "fsa:ShorttermTradeReceivables": y.receivables,
        "fsa:DeferredIncomeAssets": y.prepaid,
        "fsa:ShorttermReceivables": y.receivables + y.prepaid,
        "fsa:CashAndCashEquivalents": y.cash, "fsa:CurrentAssets": current, "fsa:Assets": total,
        "fsa:ContributedCapital": y.capital, "fsa:RetainedEarnings": y.retained,
        "fsa:ProposedDividendRecognisedInEquity": y.dividend, "fsa:Equity": y.equity,
        "fsa:ProvisionsForDeferredTax": y.provisions, "fsa:Provisions": y.provisions,
        "fsa:LongtermDebtToBanks": y.bank_long,
        "fsa:LongtermLiabilitiesOtherThanProvisions": y.bank_long,
        "fsa:ShorttermDebtToBanks": y.bank_short, "fsa:ShorttermTradePayables": y.payables,
        "fsa:ShorttermTaxPayables": y.current_tax, "fsa:VatAndDutiesPayables": y.vat_payable,
        _OTHER: y.other, "fsa:ShorttermLiabilitiesOtherThanProvisions": y.short_debt,
        "fsa:LiabilitiesOtherThanProvisions": y.bank_long + y.short_debt,
        "fsa:LiabilitiesAndEquity": total, "fsa:AverageNumberOfEmployees": y.employees,
    }  # fmt: skip


def _components(y: Year, before: Year) -> list[tuple[str, str, int]]:
    """What changed equity, and property, component by component: subject, concept, amount."""
    kept = y.profit - y.dividend
    equity: list[tuple[str, str, str | None, int]] = [
        ("opening", "fsa:Equity", _CAPITAL, before.capital),
        ("opening", "fsa:Equity", _RETAINED, before.retained),
        ("opening", "fsa:Equity", _PROPOSED, before.dividend),
        ("opening", "fsa:Equity", None, before.equity),
        ("", "fsa:DividendPaid", _PROPOSED, before.dividend),
        ("", "fsa:DividendPaid", None, before.dividend),
        ("", "fsa:ProfitLoss", _RETAINED, kept), ("", "fsa:ProfitLoss", _PROPOSED, y.dividend),
        ("", "fsa:Equity", _CAPITAL, y.capital), ("", "fsa:Equity", _RETAINED, y.retained),
        ("", "fsa:Equity", _PROPOSED, y.dividend),
    ]  # fmt: skip
    worn, wear = f"fsa:Accumulated{_LOSSES}{_PROPERTY}", f"fsa:DepreciationOf{_PROPERTY}"
    gross, added = f"fsa:{_PROPERTY}Gross", f"fsa:AdditionsTo{_PROPERTY}"
    for member, p in ((_PLANT, y.plant), (_FIXTURES, y.fixtures), (None, _sum(y))):
        equity += [
            ("opening", gross, member, p[0]), ("", gross, member, p[1]),
            ("opening", worn, member, p[2]), ("", wear, member, p[3] - p[2]),
            ("", worn, member, p[3]),
        ]  # fmt: skip
        if member is not _FIXTURES:
            equity.append(("", added, member, y.additions))
        if member:
            equity.append(("", f"fsa:{_PROPERTY}", member, p[1] - p[3]))
    return [
        (";".join([kind] * bool(kind) + [f"component={member}"] * bool(member)), concept, amount)
        for kind, concept, member, amount in equity
        if amount or concept not in ("fsa:DividendPaid", "fsa:ProfitLoss")
    ]


def _sum(y: Year) -> tuple[int, int, int, int]:
    first, second, third, fourth = (a + b for a, b in zip(y.plant, y.fixtures, strict=True))
    return first, second, third, fourth


def _texts(company: Company, number: int) -> list[dict[str, Any]]:
    """The sample's words in this company's name, in its years."""
    given = annual_sample.sample("da", company.income_form, "account", company.company_class).texts
    moved = []
    for one in given:
        text = one["text"].replace("Nordlys Lamper ApS", company.name)
        text = text.replace(annual_sample.CVR, company.cvr)
        text = _YEARS.sub(lambda m: str(int(m[0]) + number - _SAMPLE_YEAR), text)
        moved.append({key: one[key] for key in ("subject", "field", "language", "origin", "source")}
                     | {"text": text})  # fmt: skip
    return moved
