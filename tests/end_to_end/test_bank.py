"""Bank statements beside a ledger: what is matched how, and what the comparison comes to."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.checks import period
from assets.ledger import asset, build
from assets.reports import obligations
from assets.sources import pull_all
from assets.sources.connector import silent
from pipelines import settings
from pipelines.commands import bank as command
from pipelines.commands.call import Call
from pipelines.output import Output
from quality import bank, rules
from tests.bank_ledger import Bank, account, matches, reconciled
from tests.camt053_writer import IBAN, Entry, Statement, document
from tests.ledger_factory import Book

D = Decimal


def ways(con: Any) -> set[str]:
    return {row[0] for row in matches(con)}


def test_every_rule_has_its_sql_and_every_sql_its_rule() -> None:
    files = {f"bank/{path.stem}" for path in (rules.FOLDER / "bank").glob("*.sql")}
    assert files == {rule.file for rule in bank.RULES}


def test_a_reference_decides_between_equal_amounts() -> None:
    bank_ = Bank([("2026-01-05", "100.00", "Faktura 1001"), ("2026-01-06", "100.00", "1002 tak")])
    con = reconciled(
        bank_, [("2026-01-05", "100.00", "inv. 1002"), ("2026-01-06", "100.00", "1001")]
    )
    assert matches(con) == [
        ("reference", "2026-01-05", "100.00", "2026-01-06", "100.00"),
        ("reference", "2026-01-06", "100.00", "2026-01-05", "100.00"),
    ]


def test_the_nearest_day_comes_first_and_five_bank_days_are_the_most() -> None:
    # 2026-04-02 to 04-06 are Easter: five bank days after 1 April is 13 April.
    bank_ = Bank([("2026-04-13", "10.00", ""), ("2026-04-14", "20.00", "")],
                 start="2026-04-01", end="2026-04-30")  # fmt: skip
    postings = [("2026-04-01", "10.00"), ("2026-04-01", "20.00"), ("2026-04-17", "10.00")]
    con = reconciled(bank_, postings, period=("2026-04-01", "2026-04-30"))
    assert ("amount", "2026-04-13", "10.00", "2026-04-17", "10.00") in matches(con)
    con = reconciled(bank_, postings[:2], period=("2026-04-01", "2026-04-30"))
    assert ("amount", "2026-04-13", "10.00", "2026-04-01", "10.00") in matches(con)
    assert ("open", "2026-04-14", "20.00", None, None) in matches(con)
    con = reconciled(bank_, postings[:2], period=("2026-04-01", "2026-04-30"),
                     settings=[bank.Setting("c1", 6)])  # fmt: skip
    assert ways(con) == {"amount"}


@pytest.mark.parametrize(
    ("how", "entries", "postings"),
    [
        ("amount", [("2026-01-05", "30.00", "A", "B1"), ("2026-01-05", "70.00", "B", "B1")],
         [("2026-01-05", "100.00")]),
        ("lines", [("2026-01-05", "30.00", "A", "B1"), ("2026-01-05", "70.00", "B", "B1")],
         [("2026-01-05", "30.00"), ("2026-01-05", "70.00")]),
        ("voucher", [("2026-01-05", "100.00", "")],
         [("2026-01-05", "130.00", "", "7"), ("2026-01-05", "-30.00", "", "7")]),
        ("day", [("2026-01-05", "100.00", "")],
         [("2026-01-05", "30.00", "", "7"), ("2026-01-05", "70.00", "", "8")]),
        ("entries", [("2026-01-05", "30.00", "a"), ("2026-01-05", "70.00", "b")],
         [("2026-01-06", "100.00")]),
    ],
)  # fmt: skip
def test_each_way_matches_what_is_alone_in_it(
    how: str, entries: list[Any], postings: list[Any]
) -> None:
    con = reconciled(Bank(entries), postings)
    assert ways(con) == {how}
    found = account(con)
    assert (found["unexplained"], found["is_reconciled"]) == (0, True)
    assert con.execute("SELECT count(*) FROM out_finding").fetchall() == [(0,)]


def test_what_is_under_way_over_the_last_day_is_explained() -> None:
    bank_ = Bank([("2026-04-01", "-80.00", "")], end="2026-04-30", opening="500.00")
    con = reconciled(bank_, [("2026-03-31", "-80.00")], opening="500.00")
    found = account(con)
    assert (found["bank_balance"], found["ledger_balance"]) == (500, 420)
    assert (found["under_way_amount"], found["unexplained"]) == (80, 0)
    assert found["is_reconciled"]


def test_a_posting_of_the_last_days_may_still_come() -> None:
    con = reconciled(Bank(opening="500.00"), [("2026-03-30", "-80.00")], opening="500.00")
    assert account(con)["is_reconciled"]
    assert account(con)["open_posting_amount"] == -80
    assert con.execute("SELECT count(*) FROM out_finding").fetchall() == [(0,)]


def test_a_payment_from_before_the_first_statement_is_matched() -> None:
    """Booked in December, paid in January: the opening balances differ by it, and it explains."""
    book = Book()
    book.voucher("2025-12-30", "D1", [("5820", -80), ("1010", 80)])
    book.voucher("2025-12-01", "D0", [("5820", 500), ("1010", -500)])
    bank_ = Bank([("2026-01-02", "-80.00", "")], opening="500.00")
    con = reconciled(bank_, [], book=book)
    assert account(con)["unexplained"] == 0
    assert account(con)["is_reconciled"]


def test_two_bank_accounts_may_stand_on_one_ledger_account() -> None:
    banks = [Bank([("2026-01-05", "10.00", "")], account="DK1", opening="5.00"),
             Bank([("2026-01-05", "20.00", "")], account="DK2", opening="5.00")]  # fmt: skip
    con = reconciled(banks, [("2026-01-05", "10.00"), ("2026-01-05", "20.00")], opening="10")
    found = account(con)
    assert (found["bank_account"], found["bank_balance"]) == ("DK1, DK2", 40)
    assert found["is_reconciled"]


def test_an_account_in_euro_is_compared_in_euro() -> None:
    book = Book()
    book.voucher("2026-01-05", "1", [("5820", 746), ("1010", -746)])
    book.rows["posting"][0] |= {"currency": "EUR", "amount_currency": D(100)}
    book.voucher("2026-03-31", "2", [("5820", 4), ("1010", -4)])  # the rate moved
    bank_ = Bank([("2026-01-05", "100.00", "")], currency="EUR")
    found = account(reconciled(bank_, [], book=book))
    assert (found["currency"], found["ledger_balance"]) == ("EUR", 100)
    assert found["is_reconciled"]


def test_a_company_without_statements_is_as_before() -> None:
    con = reconciled([], [("2026-01-05", "100.00")])
    assert con.execute("SELECT count(*) FROM out_bank_reconciliation").fetchall() == [(0,)]
    assert con.execute("SELECT count(*) FROM out_finding").fetchall() == [(0,)]


def test_a_fiscal_year_is_reconciled_under_rules_of_its_own() -> None:
    con = reconciled(Bank([("2026-01-05", "-45.00", "Gebyr")]), [])
    bank.prepare(con)
    bank.run(con, "2026-03", is_yearly=True)
    found = {rule for (rule,) in con.execute("SELECT rule FROM out_finding").fetchall()}
    assert found >= {"bank.difference", "year-bank.difference", "year-bank.unmatched_entry"}
    assert con.execute("SELECT is_yearly FROM out_bank_reconciliation").fetchall() == [(True,)]


SETTINGS = f"""
[demo]
today = 2026-05-02
[[company]]
id = "nordlys"
name = "Nordlys ApS"
cvr = "10150817"
vat_frequency = "quarter"
[[connection]]
id = "books"
company = "nordlys"
system = "delimited"
path = "books.csv"
mapping = "mapping.toml"
[[connection]]
id = "bank"
company = "nordlys"
system = "camt053"
path = "bank"
accounts = {{ "{IBAN}" = "5820" }}
withhold = WITHHOLD
[mapping.all]
accounts = {{ "1000" = "1010", "5820" = "6480", "7680" = "7680" }}
vat_codes = {{ "U25" = "S01" }}
"""
MAPPING = """
[[fiscal_year]]
start = 2026-01-01
end = 2026-12-31
[postings.columns]
voucher_number = "Bilag"
date = "Dato"
account = "Konto"
amount = "Beløb"
vat_code = "Momskode"
"""
BOOKS = """Bilag;Dato;Konto;Beløb;Momskode
1;05-01-2026;1000;-1000,00;U25
1;05-01-2026;7680;-250,00;
1;05-01-2026;5820;1250,00;
"""


class Run:
    """The stages over a workspace, as the commands run them, without Dagster."""

    def __init__(self, folder: Path) -> None:
        self.workspace = settings.load(folder / "indberet.toml")

    def pull(self) -> None:
        pulled = pull_all.pull(self.workspace, silent)
        assert [one.error for one in pulled] == [None, None]
        build.build_ledger(
            self.workspace.store(), self.workspace.folder("landed"),
            asset._companies(self.workspace),
            asset._connections(self.workspace), asset._mapping(self.workspace),
        )  # fmt: skip

    def check(self) -> period.Checked:
        with self.workspace.operations_database() as operations:
            obligations.record(self.workspace, operations, "2026-03")
            return period.check(self.workspace, operations, "2026-03")

    def stored(self, query: str) -> list[tuple[Any, ...]]:
        with self.workspace.store().connect() as con:
            found: list[tuple[Any, ...]] = con.execute(query).fetchall()
            return found


@pytest.mark.parametrize("withhold", ["true", "false"])
def test_from_files_to_a_reconciled_account_and_back(
    tmp_path: Path, withhold: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "indberet.toml").write_text(SETTINGS.replace("WITHHOLD", withhold))
    (tmp_path / "mapping.toml").write_text(MAPPING)
    (tmp_path / "books.csv").write_text(BOOKS)
    (tmp_path / "bank").mkdir()
    sale = Entry("2026-01-07", "1250.00", text="Faktura 1001")
    january = document([Statement([sale])])
    later = Statement([], opening="1250.00", start="2026-02-01", end="2026-03-31", id="2")
    (tmp_path / "bank" / "1.xml").write_bytes(january)
    (tmp_path / "bank" / "2.xml").write_bytes(document([later]))
    run = Run(tmp_path)
    run.pull()
    assert run.check().withheld == {}
    assert run.stored("SELECT account_code, is_reconciled FROM bank_reconciliation") == [
        ("5820", True)
    ]
    command.bank(
        Call(tmp_path / "indberet.toml", (), Output(is_json=True)), "2026-Q1", matches=True
    )
    (shown,) = json.loads(capsys.readouterr().out)
    assert shown["accounts"][0]["is_reconciled"]
    assert [row["how"] for row in shown["matched"]] == ["amount"]

    other = Statement([Entry("2026-01-07", "1000.00", text="Faktura 1001")], opening="250.00")
    (tmp_path / "bank" / "1.xml").write_bytes(document([other]))
    run.pull()
    assert set(run.check().withheld) == ({"nordlys"} if withhold == "true" else set())
    told = dict(run.stored("SELECT rule, severity FROM finding WHERE rule LIKE 'bank%'"))
    assert told["bank.difference"] == ("error" if withhold == "true" else "warning")
    assert told["bank.unmatched_entry"] == told["bank.unmatched_posting"] == "warning"
    assert run.stored("SELECT stream, change FROM record_change WHERE stream = 'bank_entry'") == [
        ("bank_entry", "deleted")
    ]
