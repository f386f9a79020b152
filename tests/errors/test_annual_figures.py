"""Why an annual report may not leave, word for word: one company per reason."""

from datetime import date

import pytest

from tests.annual_factory import AnnualYear, built, state
from tests.errors.corpus import expected
from tests.ledger_factory import Book, ledger, money

CASES = (
    "annual-account-unmapped", "annual-account-without-line", "annual-opening-unbalanced",
    "annual-begins-late", "annual-adjustment-unbalanced", "annual-dividend-differs",
    "annual-opening-differs", "annual-comparatives-do-not-add-up", "annual-stated-twice",
    "annual-nothing-to-report", "annual-result-differs",
)  # fmt: skip


def book(case: str) -> Book:
    found = Book(case)
    match case:
        case "annual-account-unmapped":
            found.account("99", "Kurant", standard=None)
            found.voucher("2026-02-01", "1", [("99", 5), ("6480", -5)])
        case "annual-result-differs":
            found.account("99", "Diverse", standard=None, kind="expense")
            found.voucher("2026-02-01", "1", [("1010", -12), ("99", 7), ("6480", 5)])
        case "annual-account-without-line":
            found.account("98", "", standard="1390")
            found.rows["ledger_account"][0]["name"] = None
            found.voucher("2026-02-01", "1", [("98", 5), ("6480", -5)], standard={"98": "1390"})
        case "annual-opening-unbalanced" | "annual-begins-late":
            day = "2026-01-01" if case == "annual-opening-unbalanced" else "2026-04-01"
            late = [("6510", -5)] if case == "annual-begins-late" else []
            for account, amount in [("6480", 5), *late]:
                found.account(account)
                found.add("opening_balance", account_code=account, kind="opening",
                          balance_date=date.fromisoformat(day), amount=money(amount))  # fmt: skip
        case "annual-dividend-differs":
            found.voucher("2026-02-01", "1", [("6480", 5), ("6960", -5)])
        case "annual-nothing-to-report":
            pass
        case _:
            found.voucher("2025-02-01", "1", [("6480", 5), ("6510", -5)])
    return found


def year(case: str) -> AnnualYear:
    found = AnnualYear(case, "2026-01-01", "2026-12-31")
    match case:
        case "annual-adjustment-unbalanced":
            found.adjustment(1, ("6470", 5))
            found.number("fsa:AverageNumberOfEmployees", 1)
        case "annual-dividend-differs":
            found.number("fsa:ProposedDividendRecognisedInEquity", 6)
        case "annual-opening-differs":
            found.filed("fsa:ContributedCapital", 50)
        case "annual-comparatives-do-not-add-up":
            found.filed("fsa:CashAndCashEquivalents", 5)
            found.filed("fsa:ContributedCapital", 5)
            found.filed("fsa:CurrentAssets", 9)
        case "annual-stated-twice":
            found.number("fsa:CashAndCashEquivalents", 7)
    return found


@pytest.fixture(scope="module")
def con():
    return built(ledger(*map(book, CASES)), *map(year, CASES))


@pytest.mark.parametrize("case", CASES)
def test_a_withheld_annual_report_says_exactly_why(case, con):
    withheld, reason = state(con, case)
    assert withheld == "withheld"
    assert expected("reports", case) in reason
