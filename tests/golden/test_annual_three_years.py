"""Three years of one company: closing, loss, dividend, overdrawn bank, restatement, rounding.

`2024.csv` to `2026.csv` were worked out by hand; `README.md` of the case shows how. Each
year's comparative figures are what the year before reported, as if read back from its filing.
`pytest tests/golden --update` rewrites the files: then work them out again.
"""

import tomllib
from pathlib import Path

import pytest

from tests.annual_factory import AnnualYear, amounts, built, state, wrong_lineage
from tests.golden.test_reports import as_csv
from tests.ledger_factory import Book, ledger, money

CASE = Path(__file__).parent / "annual_three_years"
BOOKS = tomllib.loads((CASE / "books.toml").read_text(encoding="utf-8"))
LINES = (
    "SELECT subject, field, amount_exact, amount, origin, source FROM out_report_line "
    "ORDER BY subject, field_no"
)


@pytest.fixture(scope="module")
def con():
    book = Book()
    for opening in BOOKS["opening"]:
        for account, amount in opening["balances"].items():
            book.account(account)
            book.add("opening_balance", account_code=account, kind="opening",
                     balance_date=opening["date"], amount=money(amount))  # fmt: skip
    for voucher in BOOKS["voucher"]:
        assert sum(money(amount) for _, amount in voucher["lines"]) == 0, voucher["number"]
        book.voucher(str(voucher["date"]), voucher["number"], voucher["lines"])
    return ledger(book)


def year(declared, before) -> AnnualYear:
    found = AnnualYear("c1", str(declared["start"]), str(declared["end"]))
    for subject, concept, amount in declared["numbers"]:
        found.number(concept, amount, subject)
    for number, lines in enumerate(declared.get("adjustments", []), start=1):
        found.adjustment(number, *((account, amount) for account, amount in lines))
    for (subject, concept), amount in before.items():
        if subject == "":
            found.filed(concept, amount)
    return found


def test_three_years_follow_one_another_to_the_krone(con, request):
    before: dict[tuple[str, str], int] = {}
    for declared in BOOKS["year"]:
        built(con, year(declared, before))
        assert state(con) == ("ready", None)
        assert wrong_lineage(con) == []
        before = amounts(con)
        path = CASE / f"{declared['end'].year}.csv"
        found = as_csv(con, LINES)
        if request.config.getoption("--update"):
            path.write_text(found, encoding="utf-8")
        assert found == path.read_text(encoding="utf-8"), path.name
