"""What the declared books must give at the year's end: every figure of the annual report, in øre.

Worked out from `books` and `last_year` alone, with this page's own small table of where each
account goes; it shares nothing with the product but the names of elements.

Belongs here: arithmetic. Does not: whole kroner, or anything read back from Tryton.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

from tests.tryton_server import last_year
from tests.tryton_server.books import (
    ACCOUNTS,
    DOCUMENTS,
    REST_DOCUMENTS,
    REST_VOUCHERS,
    TAXES,
    VOUCHERS,
    Document,
)
from tests.tryton_server.expected import kroner, vat_by_code

DIVIDEND = Decimal(100_000)
"""What the director proposes in the demo."""

REVENUE = ("1010", "1050", "1100", "1150")
STOCK_CHANGE = ("1410",)
GOODS = ("1610", "1630", "1650", "1710", "1740")
OTHER_COST = ("1850", "1910", "2030", "2050", "2280", "2310", "2450", "2670")
STAFF = ("2845", "2898")
DEPRECIATION = ("3050",)
INTEREST = ("3670",)
ADDED, WORN = ("5580",), ("5610",)
STOCK, DEBTORS, BANK = ("6141",), ("6190",), ("6480",)
CREDITORS = ("7440",)
VAT_AND_DUTIES = ("7680", "7700", "7720", "7740", "7780", "7840")
OTHER_DEBT = ("7920", "7940", "7960", "8040")
CAPITAL, RETAINED = ("6510",), ("6935",)

Figures = dict[tuple[str, str], Decimal]
"""(subject, element) → kroner and øre, on the side reported as positive."""

_LONG = "DepreciationAmortisationExpenseAndImpairmentLossesOfPropertyPlantAndEquipmentAndIntangible"
_INVENTORY = "ChangeInInventoriesOfFinishedGoodsWorkInProgressAndGoodsForResale"
_OTHER_PAYABLES = "OtherPayablesIncludingTaxPayablesLiabilitiesOtherThanProvisionsShortterm"
_WEAR = "AccumulatedImpairmentLossesAndDepreciationOfPropertyPlantAndEquipment"


def balances() -> dict[str, Decimal]:
    """Every account's balance at the year's end before tax, debit positive."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for document in (*DOCUMENTS, *REST_DOCUMENTS):
        for account, amount in _entries(document):
            found[account] += amount
    for voucher in (*VOUCHERS, *REST_VOUCHERS):
        for account, amount, _party in voucher.lines if not voucher.is_reversed else ():
            found[account] += amount
    assert sum(found.values()) == 0
    assert set(found) <= set(ACCOUNTS)
    return found


def _entries(document: Document) -> Iterator[tuple[str, Decimal]]:
    """What a document does to the accounts; VAT that is not deductible stays with the cost."""
    side = -1 if document.kind == "sale" else 1
    owed = Decimal(0)
    for account, _code, amount in document.lines:
        base = kroner(amount, document.currency, document.day)
        owed += base
        yield account, side * base
    deductible = vat_by_code(document)
    for code, vat in vat_by_code(document, whole=True).items():
        tax = TAXES[code]
        if document.kind == "sale":
            owed += vat
            yield tax.output or "7680", -vat
            continue
        yield tax.input, deductible[code]
        if tax.output:
            yield tax.output, -vat
        else:
            owed += vat
            first = next(account for account, one, _ in document.lines if one == code)
            yield first, vat - deductible[code]
    yield ("6190" if document.kind == "sale" else "7440"), -side * owed


def figures() -> Figures:
    """This year's figures and last year's beside them; what is 0 is left out."""
    this = _income() | _balance_sheet() | _equity() | _notes()
    before = {
        ("previous", element): Decimal(amounts[0]) for element, amounts in last_year.FIGURES.items()
    }
    return {place: amount for place, amount in (this | before).items() if amount}


def _of(accounts: tuple[str, ...], sign: int = 1) -> Decimal:
    found = balances()
    return sign * sum((found.get(account, Decimal(0)) for account in accounts), Decimal(0))


def result_before_tax() -> Decimal:
    """Income less cost, from the accounts of those kinds."""
    return -_of(tuple(a for a, (_, kind) in ACCOUNTS.items() if kind in ("revenue", "expense")))


def tax() -> Decimal:
    """22 % of the result with three quarters of limited entertainment put back, no øre.

    Source: selskabsskatteloven § 17; ligningsloven § 8 stk. 4.
    """
    taxable = result_before_tax() + _of(("1910",)) * Decimal("0.75")
    return (taxable.quantize(Decimal(1), ROUND_DOWN) * Decimal("0.22")).quantize(
        Decimal(1), ROUND_DOWN
    )


def result() -> Decimal:
    """What is left for the owners."""
    return result_before_tax() - tax()


def _income() -> Figures:
    operating = _of(REVENUE, -1) - _of(STOCK_CHANGE + GOODS + OTHER_COST + STAFF + DEPRECIATION)
    return _named(
        "",
        Revenue=_of(REVENUE, -1),
        **{_INVENTORY: _of(STOCK_CHANGE)},
        ExternalExpenses=_of(GOODS + OTHER_COST),
        RawMaterialsAndConsumablesUsed=_of(GOODS),
        OtherExternalExpenses=_of(OTHER_COST),
        EmployeeBenefitsExpense=_of(STAFF),
        WagesAndSalaries=_of(STAFF),
        **{f"{_LONG}AssetsRecognisedInProfitOrLoss": _of(DEPRECIATION)},
        ProfitLossFromOrdinaryOperatingActivities=operating,
        OtherFinanceExpenses=_of(INTEREST),
        RestOfOtherFinanceExpenses=_of(INTEREST),
        ProfitLossFromOrdinaryActivitiesBeforeTax=operating - _of(INTEREST),
        TaxExpense=tax(),
        ProfitLoss=operating - _of(INTEREST) - tax(),
        TransferredToFromRetainedEarnings=result() - DIVIDEND,
    )


def _balance_sheet() -> Figures:
    equipment, current = _of(ADDED + WORN), _of(STOCK + DEBTORS + BANK)
    debt = _of(CREDITORS + VAT_AND_DUTIES + OTHER_DEBT, -1) + tax()
    equity = _of(CAPITAL + RETAINED, -1) + result()
    assert equipment + current == equity + debt
    return _named(
        "",
        FixturesFittingsToolsAndEquipment=equipment,
        PropertyPlantAndEquipment=equipment,
        NoncurrentAssets=equipment,
        ManufacturedGoodsAndGoodsForResale=_of(STOCK),
        Inventories=_of(STOCK),
        ShorttermTradeReceivables=_of(DEBTORS),
        ShorttermReceivables=_of(DEBTORS),
        CashAndCashEquivalents=_of(BANK),
        CurrentAssets=current,
        Assets=equipment + current,
        ContributedCapital=_of(CAPITAL, -1),
        RetainedEarnings=_of(RETAINED, -1) + result() - DIVIDEND,
        ProposedDividendRecognisedInEquity=DIVIDEND,
        Equity=equity,
        ShorttermTradePayables=_of(CREDITORS, -1),
        VatAndDutiesPayables=_of(VAT_AND_DUTIES, -1),
        ShorttermTaxPayables=tax(),
        **{_OTHER_PAYABLES: _of(OTHER_DEBT, -1)},
        ShorttermLiabilitiesOtherThanProvisions=debt,
        LiabilitiesOtherThanProvisions=debt,
        LiabilitiesAndEquity=equity + debt,
    )


def _equity() -> Figures:
    """Each component as last year closed, the result shared out, and as this year closes."""
    capital, retained, dividend = (
        f"component={name}Member"
        for name in ("ContributedCapital", "RetainedEarnings", "ProposedDividendRecognisedInEquity")
    )
    opening = {
        "": Decimal(last_year.FIGURES["fsa:Equity"][0]),
        capital: Decimal(last_year.FIGURES["fsa:ContributedCapital"][0]),
        retained: Decimal(last_year.FIGURES["fsa:RetainedEarnings"][0]),
    }
    found = {
        (f"opening;{part}".rstrip(";"), "fsa:Equity"): amount for part, amount in opening.items()
    }
    earned = {retained: result() - DIVIDEND, dividend: DIVIDEND}
    for part in (capital, retained, dividend):
        closing = opening.get(part, Decimal(0)) + earned.get(part, Decimal(0))
        found |= _named(part, ProfitLoss=earned.get(part, Decimal(0)), Equity=closing)
    return found


def _notes() -> Figures:
    equipment = _named(
        "component=FixturesFittingsToolsAndEquipmentMember",
        PropertyPlantAndEquipment=_of(ADDED + WORN),
        PropertyPlantAndEquipmentGross=_of(ADDED),
        AdditionsToPropertyPlantAndEquipment=_of(ADDED),
        **{_WEAR: _of(WORN, -1)},
        DepreciationOfPropertyPlantAndEquipment=_of(WORN, -1),
    )
    return equipment | _named("", CurrentTaxExpense=tax(), AverageNumberOfEmployees=Decimal(1))


def _named(subject: str, **amounts: Decimal) -> Figures:
    return {(subject, f"fsa:{name}"): amount for name, amount in amounts.items()}
