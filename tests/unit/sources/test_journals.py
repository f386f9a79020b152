"""Journals of transactions: tags, prices, years, codes, includes, and the three systems' ways."""

import doctest
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assets.sources import registry
from assets.sources.connector import Complete
from assets.sources.journals import value
from assets.sources.parts.gnucash import book as gnucash_book
from assets.sources.parts.hledger import amount, kinds, lines
from tests import gnucash_writer
from tests.unit.sources.pulling import Pulled, connection, pull

D = Decimal


@pytest.mark.parametrize("module", [gnucash_book, amount, kinds, lines, value])
def test_what_docstrings_show(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def hledger(folder: Path, text: str, **options: object) -> Pulled:
    (folder / "books.journal").write_text(text, encoding="utf-8")
    return pull("hledger", folder, path="books.journal", **options)


def beancount(folder: Path, text: str, **options: object) -> Pulled:
    (folder / "books.beancount").write_text(text, encoding="utf-8")
    return pull("beancount", folder, path="books.beancount", **options)


def codes(pulled: Pulled) -> dict[str, str | None]:
    return {row["account_code"]: row["vat_code"] for row in pulled["posting"]}


VAT = """\
account Income:Fritaget   ; vat:FRI
account Indkøb            ; type:X
2026-01-05 (1) Kunde  ; vat:S25
    Income:Salg          -100 kr
    Income:Gebyr          -10 kr  ; vat:
    Income:Rejser         -10 kr  ; vat:S0
    Indkøb                 20 kr
    Liabilities:Moms      -25 kr
    Assets:Bank

2026-01-06 (2) uden mærke
    Income:Fritaget:Bog   -50 kr
    Assets:Kasse
"""


def test_the_nearest_tag_counts_and_only_on_what_vat_is_reckoned_from(tmp_path: Path) -> None:
    assert codes(hledger(tmp_path, VAT)) == {
        "Income:Salg": "S25", "Income:Gebyr": None, "Income:Rejser": "S0", "Indkøb": "S25",
        "Liabilities:Moms": None, "Assets:Bank": None, "Income:Fritaget:Bog": "FRI",
        "Assets:Kasse": None,
    }  # fmt: skip


def test_an_account_says_its_own_vat_code_and_kind(tmp_path: Path) -> None:
    accounts = {row["account_code"]: row for row in hledger(tmp_path, VAT)["account"]}
    assert accounts["Income:Fritaget:Bog"]["vat_code"] == "FRI"
    assert accounts["Income:Fritaget"]["kind"] == "revenue"
    assert accounts["Indkøb"]["kind"] == "expense"


def test_a_machine_is_bought_with_the_tag_on_its_posting(tmp_path: Path) -> None:
    pulled = beancount(
        tmp_path,
        '2026-01-05 * "Maskine"\n  bilag: "1"\n  Assets:Maskiner  100 DKK\n    vat: "K25"\n'
        "  Assets:Moms  25 DKK\n  Assets:Bank\n",
    )
    assert codes(pulled) == {"Assets:Maskiner": "K25", "Assets:Moms": None, "Assets:Bank": None}
    assert pulled.findings == []


def test_a_customer_comes_with_his_vat_number(tmp_path: Path) -> None:
    pulled = beancount(
        tmp_path,
        '2026-01-05 * "Müller GmbH" "Salg"\n  bilag: "1"\n  party: "DE 136695976"\n'
        "  Income:Salg  -100 DKK\n  Assets:Bank\n",
    )
    (party,) = pulled["party"]
    assert (party["name"], party["country"], party["vat_number"]) == (
        "Müller GmbH", "DE", "DE136695976"
    )  # fmt: skip
    assert {row["party_id"] for row in pulled["posting"]} == {"DE 136695976"}


def test_foreign_money_is_worth_what_the_transaction_says_else_the_newest_price(
    tmp_path: Path,
) -> None:
    pulled = hledger(
        tmp_path,
        "P 2026-01-01 EUR 7,40 kr\nP 2026-02-01 EUR 7,50 kr\n"
        "2026-01-05 (1) kurs\n    A:E  10,00 EUR @ 7,46 kr\n    A:B\n"
        "2026-01-06 (2) i alt\n    A:E  10,00 EUR @@ 74,61 kr\n    A:B\n"
        "2026-01-07 (3) følger\n    A:E  10,00 EUR\n    A:B  -74,62 kr\n"
        "2026-01-08 (4) pris\n    A:E  10,00 EUR\n    A:F\n"
        "2026-02-08 (5) ny pris\n    A:E  10,00 EUR\n    A:F\n"
        "2026-02-09 (6) to valutaer\n    A:E  10,00 EUR\n    A:U  -11,00 USD\n",
        currency="DKK",
    )
    worth = {row["source_id"]: row for row in pulled["posting"] if row["account_code"] == "A:E"}
    assert [str(worth[f"2026/{n}"]["amount"]) for n in range(1, 7)] == [
        "74.60", "74.61", "74.62", "74.00", "75.00", "75.00"
    ]  # fmt: skip
    assert (worth["2026/1"]["currency"], worth["2026/1"]["amount_currency"]) == ("EUR", D(10))
    assert worth["2026/2"]["rate"] == D("7.461")
    (dollars,) = [row for row in pulled["posting"] if row["currency"] == "USD"]
    assert dollars["amount"] == D("-75.00")


def test_shares_are_held_at_what_they_cost(tmp_path: Path) -> None:
    pulled = beancount(
        tmp_path,
        '2026-01-05 * "Aktier"\n  bilag: "1"\n  Assets:Depot  3 NOVO {700.00 DKK}\n  Assets:Bank\n',
    )
    (held,) = [row for row in pulled["posting"] if row["account_code"] == "Assets:Depot"]
    assert (held["amount"], held["currency"]) == (D(2100), None)
    assert held["dimensions"] == '{"commodity": "NOVO", "quantity": "3"}'


def test_years_run_from_their_first_day_over_all_that_is_booked(tmp_path: Path) -> None:
    text = "2025-06-30 (1) a\n    A:B  1 kr\n    A:C\n2026-07-01 (2) b\n    A:B  1 kr\n    A:C\n"
    years = hledger(tmp_path, text, fiscal_year_start="07-01")["fiscal_period"]
    assert [(row["start_date"], row["end_date"]) for row in years] == [
        (date(2024, 7, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2027, 6, 30)),
    ]


def test_fava_says_when_the_year_ends(tmp_path: Path) -> None:
    pulled = beancount(
        tmp_path,
        '2020-01-01 custom "fava-option" "fiscal-year-end" "06-30"\n'
        '2026-01-05 * "x"\n  Assets:B  1 DKK\n  Assets:C\n',
    )
    (year,) = pulled["fiscal_period"]
    assert (year["start_date"], year["end_date"]) == (date(2025, 7, 1), date(2026, 6, 30))


def test_the_number_within_a_name_may_be_the_account(tmp_path: Path) -> None:
    text = "2026-01-01 (1) a\n    Aktiver:5820 Bank  1 kr\n    Indtægter:1010 Salg\n"
    accounts = hledger(tmp_path, text, account_code_pattern=r":(\d{4})")["account"]
    assert {row["account_code"]: row["kind"] for row in accounts} == {
        "5820": "asset", "1010": "revenue"
    }  # fmt: skip


def test_what_an_included_file_sets_ends_with_it(tmp_path: Path) -> None:
    (tmp_path / "old.journal").write_text(
        "Y2025\nalias A = Gammel\n03-04 (1) x\n    A  1 kr\n    B\n"
    )
    pulled = hledger(tmp_path, "Y2026\ninclude old.journal\n03-04 (2) y\n    A  1 kr\n    B\n")
    assert [(row["voucher_number"], row["posting_date"], row["where_found"])
            for row in pulled["voucher"]] == [
        ("1", date(2025, 3, 4), "old.journal:3"), ("2", date(2026, 3, 4), "books.journal:3"),
    ]  # fmt: skip
    assert [row["account_code"] for row in pulled["posting"]] == ["Gammel", "B", "A", "B"]
    assert sorted(Path(path).name for path in pulled.raw) == ["books.journal", "old.journal"]


def test_an_included_file_that_changed_is_read_again(tmp_path: Path) -> None:
    included = tmp_path / "more.journal"
    included.write_text("2026-01-01 (1) x\n    A  1 kr\n    B\n")
    first = hledger(tmp_path, "include more.journal\n")
    again = pull("hledger", tmp_path, first.cursor, path="books.journal")
    assert (again.streams, again.complete) == ({}, [])
    included.write_text("2026-01-01 (1) x\n    A  2 kr\n    B\n")
    changed = pull("hledger", tmp_path, first.cursor, path="books.journal")
    assert [row["amount"] for row in changed["posting"]] == [D(2), D(-2)]
    assert Complete("voucher") in changed.complete


def test_what_beancount_pads_is_booked(tmp_path: Path) -> None:
    pulled = beancount(
        tmp_path,
        "2026-01-01 pad Assets:Bank Equity:Start\n2026-02-01 balance Assets:Bank 500.00 DKK\n"
        '2026-02-02 * "x"\n  bilag: "1"\n  Assets:Bank  -50.00 DKK\n  Expenses:X\n'
        "2026-03-01 balance Assets:Bank 450.00 DKK\n",
    )
    assert [(row["account_code"], row["amount"]) for row in pulled["posting"]] == [
        ("Assets:Bank", D(500)), ("Equity:Start", D(-500)),
        ("Assets:Bank", D(-50)), ("Expenses:X", D(50)),
    ]  # fmt: skip
    totals = [row for row in pulled["control_total"] if row["kind"] == "trial_balance"]
    assert [(row["declared"], row["found"]) for row in totals] == [(500, 500), (450, 450)]


@pytest.mark.parametrize("way", ['plugin "evil"', 'option "plugin" "evil"'])
def test_nothing_of_a_file_is_run(tmp_path: Path, way: str) -> None:
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(Exception, match="not run here"):
        beancount(tmp_path, f'option "insert_pythonpath" "TRUE"\n{way}\n')
    assert not (tmp_path / "ran").exists()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    (tmp_path / "secret").write_text("2026-01-01 (1) x\n    A  1 kr\n    B\n")
    (folder / "in.journal").symlink_to(tmp_path / "secret")
    with pytest.raises(Exception, match="lies outside the folder"):
        hledger(folder, "include in.journal\n")


INVOICES = """
CREATE TABLE customers (guid, id, name);
CREATE TABLE vendors (guid, id, name);
CREATE TABLE invoices (guid, id, date_opened, owner_type, owner_guid, currency, post_txn, post_acc);
CREATE TABLE entries (description, invoice, i_acct, i_taxable, i_taxtable, bill, b_acct,
                      b_taxable, b_taxtable);
INSERT INTO customers VALUES ('c', '7', 'Kunde A/S');
INSERT INTO invoices VALUES ('i', 'F1', '2026-01-02 10:59:00', 2, 'c', '{dkk}', '{txn}', '{deb}');
INSERT INTO entries VALUES ('Raad', 'i', '{sales}', 1, '{table}', NULL, NULL, 0, NULL);
INSERT INTO entries VALUES ('Porto', 'i', '{post}', 0, '{table}', NULL, NULL, 0, NULL);
"""


def test_an_invoice_in_sqlite_says_its_vat_line_by_line(tmp_path: Path) -> None:
    book, guid = tmp_path / "books.gnucash", gnucash_writer.guid
    accounts = [("1", "Debitorer", "RECEIVABLE"), ("2", "Salg", "INCOME"),
                ("3", "Porto", "INCOME"), ("4", "Moms", "LIABILITY")]  # fmt: skip
    splits = [("1", "135"), ("2", "-100"), ("3", "-10"), ("4", "-25")]
    gnucash_writer.write(book, accounts, [("F1", "2026-01-02", "x", splits)], form="sqlite",
                         tax_tables=[("Moms 25%", "4", "25")])  # fmt: skip
    with sqlite3.connect(book) as con:
        con.executescript(
            INVOICES.format(
                dkk=guid("DKK"), txn=guid("transaction", "F1"), deb=guid("account", "1"),
                sales=guid("account", "2"), post=guid("account", "3"),
                table=guid("taxtable", "Moms 25%"),
            )
        )  # fmt: skip
    con.close()
    pulled = pull("gnucash", tmp_path, path="books.gnucash")
    assert codes(pulled) == {"1": None, "2": "Moms 25%", "3": None, "4": None}
    (document,) = pulled["source_document"]
    assert (document["kind"], document["number"], document["total"]) == (
        "sales_invoice", "F1", D(135)
    )  # fmt: skip
    assert [row["party_id"] for row in pulled["posting"]] == ["customer/7", None, None, None]
    assert pulled.findings == []


def test_discovery_says_what_is_there(tmp_path: Path) -> None:
    hledger(tmp_path, VAT)
    told = registry.load("hledger").discover(
        connection("hledger", tmp_path, path="books.journal", company="Nordlys ApS")
    )
    assert (told.company_name, told.accounts, told.vat_codes) == ("Nordlys ApS", 9, 3)
    assert told.notes == ["2 transactions in DKK, 0 findings"]
