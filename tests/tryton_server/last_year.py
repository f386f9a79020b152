"""The demo company's annual report of the year before its books begin in Tryton.

It closes as the books of `books` open. Belongs here: figures and names of 2025. Does not:
the page, which is our own writer's.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from assets.filings.annual_report import render
from tests.annual_sample import sample
from tests.tryton_server.books import COMPANY, CVR

START, END = date(2025, 1, 1), date(2025, 12, 31)

# concept: 2025, 2024
FIGURES = {
    "fsa:Revenue": (692_400, 640_200),
    "fsa:ExternalExpenses": (480_150, 469_700),
    "fsa:RawMaterialsAndConsumablesUsed": (311_900, 298_400),
    "fsa:OtherExternalExpenses": (168_250, 171_300),
    "fsa:ProfitLossFromOrdinaryOperatingActivities": (212_250, 170_500),
    "fsa:OtherFinanceExpenses": (650, 500),
    "fsa:RestOfOtherFinanceExpenses": (650, 500),
    "fsa:ProfitLossFromOrdinaryActivitiesBeforeTax": (211_600, 170_000),
    "fsa:TaxExpense": (46_552, 37_400),
    "fsa:CurrentTaxExpense": (46_552, 37_400),
    "fsa:ProfitLoss": (165_048, 132_600),
    "fsa:TransferredToFromRetainedEarnings": (165_048, 132_600),
    "fsa:ShorttermTradeReceivables": (31_250, 20_227),
    "fsa:ShorttermReceivables": (31_250, 20_227),
    "fsa:CashAndCashEquivalents": (250_000, 91_300),
    "fsa:CurrentAssets": (281_250, 111_527),
    "fsa:Assets": (281_250, 111_527),
    "fsa:ContributedCapital": (40_000, 40_000),
    "fsa:RetainedEarnings": (210_975, 45_927),
    "fsa:Equity": (250_975, 85_927),
    "fsa:ShorttermTradePayables": (11_875, 9_400),
    "fsa:VatAndDutiesPayables": (18_400, 16_200),
    "fsa:ShorttermLiabilitiesOtherThanProvisions": (30_275, 25_600),
    "fsa:LiabilitiesOtherThanProvisions": (30_275, 25_600),
    "fsa:LiabilitiesAndEquity": (281_250, 111_527),
    "fsa:AverageNumberOfEmployees": (0, 0),
}
_CAPITAL, _RETAINED = "component=ContributedCapitalMember", "component=RetainedEarningsMember"
EQUITY = {
    ("opening;" + _CAPITAL, "fsa:Equity"): 40_000,
    ("opening;" + _RETAINED, "fsa:Equity"): 45_927,
    ("opening", "fsa:Equity"): 85_927,
    (_RETAINED, "fsa:ProfitLoss"): 165_048,
    (_CAPITAL, "fsa:Equity"): 40_000,
    (_RETAINED, "fsa:Equity"): 210_975,
}
WORDS = {
    "Nordlys Lamper ApS": COMPANY,
    "Havnegade": "Lampevej",
    "12, 1.": "12",
    "Ida Holm": "Signe Lund",
}


def content() -> bytes:
    """The report as filed."""
    given = sample()
    lines = [
        _line(given.report, subject, field, amount)
        for field, amounts in FIGURES.items()
        for subject, amount in zip(("", "previous"), amounts, strict=True)
    ]
    lines += [_line(given.report, *place, amount) for place, amount in EQUITY.items()]
    texts = [text | {"text": _renamed(text)} for text in given.texts if _is_wanted(text)]
    company = {"company_id": "nordlys", "name": COMPANY, "cvr": CVR, "se_number": CVR}
    return render(given.report | {"period_start": START, "period_end": END}, lines, company, texts)


def _line(report: dict[str, Any], subject: str, field: str, amount: int) -> dict[str, Any]:
    made = {"subject": subject, "field": field, "field_no": 0, "amount": amount}
    about = {"formula": "", "origin": "stated", "source": None}
    return report | made | about | {"amount_exact": Decimal(amount)}


def _is_wanted(text: dict[str, Any]) -> bool:
    if text["field"].startswith("fsa:Disclosure"):
        return False  # notes of the sample's own company
    return "SupervisoryBoard" not in text["field"] or text["field"].startswith("sob:Statement")


def _renamed(text: dict[str, Any]) -> str:
    if text["field"] == "gsd:IdentificationNumberCvrOfReportingEntity":
        return CVR
    words = str(text["text"])
    for old, new in WORDS.items():
        words = words.replace(old, new)
    return words
