"""How a ledger's ways become figures: openings, closing entries, sides, forms. One build of all."""

from datetime import date
from decimal import Decimal

import pytest

from assets.reports.annual import comparatives
from assets.reports.annual.forms import Choice
from assets.reports.annual.lines import Line
from tests.annual_factory import AnnualYear, amounts, built, state, wrong_lineage
from tests.ledger_factory import Book, ledger, money

DAY = {"start": "2026-01-01", "end": "2026-12-31"}
RETAINED = "component=RetainedEarningsMember"


def opened(book: Book, day: str, **balances: str) -> None:
    for account, amount in balances.items():
        book.add("opening_balance", account_code=account[1:], kind="opening",
                 balance_date=date.fromisoformat(day), amount=money(amount))  # fmt: skip


def vat(company: str, amount: int) -> Book:
    book = Book(company)
    book.voucher("2026-05-01", "1", [("7680", -amount), ("7740", 100), ("6480", amount - 100)])
    return book


def books() -> dict[str, Book]:
    found = {name: Book(name) for name in ("anchored", "unclosed", "closed-next-day", "accrual")}
    book = found["anchored"]  # a later opening stands for what was booked before it
    book.voucher("2024-03-01", "1", [("6480", 700), ("1010", -600), ("6510", -100)])
    opened(book, "2025-01-01", a6480="1000", a6510="-1000")
    book.voucher("2025-06-01", "2", [("6480", 50), ("1010", -50)])
    book.voucher("2026-06-01", "3", [("6480", 7), ("1010", -7)])
    book = found["unclosed"]  # results of years never closed are retained earnings
    book.voucher("2024-03-01", "1", [("6480", 300), ("1010", -300)])
    book.voucher("2025-03-01", "2", [("6480", -100), ("2670", 100)])
    book.voucher("2026-03-01", "3", [("6480", 20), ("1010", -20)])
    book = found["closed-next-day"]  # closed by a voucher of the next year's first day
    book.voucher("2025-03-01", "1", [("6480", 300), ("1010", -300)])
    book.voucher("2026-01-01", "2", [("1010", 300), ("6940", -300)])
    book.voucher("2026-03-01", "3", [("6480", 20), ("1010", -20)])
    book = found["accrual"]  # an ordinary voucher of the last day is no closing entry
    book.voucher("2026-12-31", "1", [("2670", 40), ("6935", -40)])
    book.voucher("2026-11-30", "2", [("2670", 60), ("6480", -60)])
    book = found["extraordinary"] = Book("extraordinary")  # paid of the year's own result
    book.voucher("2026-03-01", "1", [("6480", 300), ("1010", -300)])
    book.voucher("2026-04-01", "2", [("6956", 120), ("6480", -120)])
    book = found["taxed"] = Book("taxed")  # two years of tax; a loan only in the second
    book.voucher("2025-03-01", "1", [("6480", 300), ("1010", -300)])
    book.voucher("2025-12-31", "2", [("3740", 66), ("6315", -66)])
    book.voucher("2026-03-01", "3", [("6480", 50), ("1010", -50)])
    book.voucher("2026-04-01", "4", [("6480", 5), ("7330", -5)])
    book.voucher("2026-12-31", "5", [("3740", 11), ("6315", -11)])
    found |= {"vat-owed": vat("vat-owed", 250), "vat-back": vat("vat-back", 25)}
    for name in ("banks", "condensed", "current", "function"):
        book = found[name] = Book(name)
        book.account("a", "Drift", standard="6480")
        book.account("b", "Kredit", standard="6480")
        own = {"a": "6480", "b": "6480"}
        book.voucher("2026-02-01", "1", [("a", 900), ("1010", -900)], standard=own)
        book.voucher("2026-02-02", "2", [("b", -400), ("1610", 300), ("2670", 100)], standard=own)
        book.voucher("2026-02-03", "3", [("b", -50), ("2845", 50)], standard=own)
        book.voucher("2026-02-04", "4", [("3760", 11), ("7010", -11)])
    return found


@pytest.fixture(scope="module")
def con():
    made = books()
    years = [AnnualYear(name, **DAY) for name in made]
    chosen = {year.company_id: year for year in years}
    chosen["condensed"].is_condensed = True
    chosen["current"].balance_form = "current"
    chosen["function"].income_form = "function"
    chosen["unclosed"].previous_origin = chosen["taxed"].previous_origin = "ledger"
    return built(ledger(*made.values()), *years)


def test_every_report_is_ready_and_leads_back(con):
    assert {state(con, name) for name in books()} == {("ready", None)}
    assert wrong_lineage(con) == []


def test_what_was_brought_forward_stands_for_everything_before(con):
    at = amounts(con, "anchored")
    assert at["", "fsa:CashAndCashEquivalents"] == 1057
    assert at["", "fsa:Revenue"] == 7
    assert at[f"opening;{RETAINED}", "fsa:Equity"] == 50


def test_results_never_closed_are_retained_earnings_and_last_year_is_the_ledgers(con):
    at = amounts(con, "unclosed")
    assert at[f"opening;{RETAINED}", "fsa:Equity"] == 200
    assert at[RETAINED, "fsa:ProfitLoss"] == at["", "fsa:ProfitLoss"] == 20
    assert (at["previous", "fsa:OtherExternalExpenses"], at["previous", "fsa:Equity"]) == (100, 200)
    assert at["previous", "fsa:TransferredToFromRetainedEarnings"] == -100


def test_last_year_stands_beside_every_amount_of_this_one(con):
    at = amounts(con, "taxed")
    assert at["previous", "fsa:CurrentTaxExpense"] == at["previous", "fsa:TaxExpense"] == 66
    assert [at[year, "fsa:ShorttermDebtToBanks"] for year in ("", "previous")] == [5, 0]
    beside = {concept for subject, concept in at if subject == "previous"}
    assert {concept for subject, concept in at if subject == ""} <= beside


def test_nothing_is_not_said_of_what_last_year_told_in_total_alone():
    choice = Choice("nature", "account", is_condensed=False)
    told = {"fsa:GrossProfitLoss": Line("previous", "fsa:GrossProfitLoss", Decimal(9), 9, "filed")}
    told["fsa:Assets"] = told["fsa:GrossProfitLoss"]._replace(concept="fsa:Assets")
    current = [Line("", one, Decimal(1), 1, "postings") for one in ("fsa:Revenue", "fsa:Assets")]
    assert comparatives.nothing(choice, told, current) == []
    assert comparatives.nothing(choice, {}, current) == []


def test_what_no_line_holds_is_named_and_never_spread_as_rounding():
    book = Book("c1")
    book.account("2999", "Diverse", standard=None, kind="expense")
    book.voucher("2026-03-01", "1", [("6480", 50_000), ("1010", -50_000)])
    book.voucher("2026-03-02", "2", [("2999", 10_740), ("6480", -10_740)])
    con = built(ledger(book), AnnualYear("c1", **DAY))
    assert state(con)[0] == "withheld"
    said = "The lines of the income statement come to 50000.00 DKK, but 39260.00 DKK of result"
    assert said in state(con)[1]
    assert amounts(con)["", "fsa:Revenue"] == 50_000
    assert con.execute("FROM out_report_line WHERE source LIKE 'rounding%'").fetchall() == []


def test_dividend_paid_of_the_years_result_is_extraordinary(con):
    at = amounts(con, "extraordinary")
    dividend = "component=ProposedDividendRecognisedInEquityMember"
    assert (at[dividend, "fsa:ProfitLoss"], at[dividend, "fsa:ExtraordinaryDividendPaid"]) == (
        120, 120,
    )  # fmt: skip
    assert at[RETAINED, "fsa:Equity"] == at["", "fsa:Equity"] == 180
    assert at["", "fsa:ProposedExtraordinaryDividendRecognisedInEquity"] == 120
    assert at["", "fsa:TransferredToFromRetainedEarnings"] == 180


def test_a_closing_entry_of_the_next_morning_closes_last_year(con):
    at = amounts(con, "closed-next-day")
    assert at["", "fsa:Revenue"] == 20
    assert at[f"opening;{RETAINED}", "fsa:Equity"] == 300


def test_a_voucher_that_takes_nothing_to_zero_closes_nothing(con):
    at = amounts(con, "accrual")
    assert at["", "fsa:OtherExternalExpenses"] == 100
    assert at[RETAINED, "fsa:OtherAdjustmentsOfEquity"] == 40


def test_each_account_is_on_its_own_side_and_vat_on_one(con):
    at = amounts(con, "banks")
    assert (at["", "fsa:CashAndCashEquivalents"], at["", "fsa:ShorttermDebtToBanks"]) == (900, 450)
    assert amounts(con, "vat-owed")["", "fsa:VatAndDutiesPayables"] == 150
    assert amounts(con, "vat-back")["", "fsa:VatAndDutiesReceivables"] == 75


def test_the_forms_say_the_same_result(con):
    condensed, current, function = (
        amounts(con, n) for n in ("condensed", "current", "function")
    )  # fmt: skip
    assert condensed["", "fsa:GrossProfitLoss"] == 500
    assert ("", "fsa:Revenue") not in condensed
    assert current["", "fsa:DeferredTaxLiabilitiesLongterm"] == 11
    assert function["", "fsa:AdministrativeExpenses"] == 100
    assert {at["", "fsa:ProfitLoss"] for at in (condensed, current, function)} == {439}
    assert condensed["", "fsa:AdjustmentsForDeferredTax"] == 11


def test_a_year_not_ended_is_provisional_and_a_text_changes_the_report():
    made = ledger(vat("c1", 250))
    year = AnnualYear("c1", **DAY)
    built(made, year, as_of=date(2026, 12, 31))
    assert state(made) == ("provisional", None)
    ids = [made.execute("SELECT report_id, input_sha256 FROM out_report").fetchone()]
    year.add("annual_text", "", "gsd:NameOfReportingEntity", 1, "da", "Ny ApS", "stated", None)
    built(made, year, as_of=date(2026, 12, 31))
    ids += [made.execute("SELECT report_id, input_sha256 FROM out_report").fetchone()]
    assert made.execute("SELECT text FROM out_report_text").fetchall() == [("Ny ApS",)]
    assert ids[0][0] != ids[1][0]
    assert ids[0][1] != ids[1][1]
