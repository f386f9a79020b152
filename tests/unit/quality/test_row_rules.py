"""What must hold for any ledger, whatever its rows."""

import doctest
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from quality import expectations, numbers, rules
from tests.ledger_factory import Book, due, ledger, tax
from warehouse.errors import PermanentError


def only(con: duckdb.DuckDBPyConnection, rule_id: str) -> dict[str | None, str]:
    """Voucher id → message of one rule's findings in the first quarter of 2026."""
    due(con, [("c1", "2026-01-01", "2026-03-31", "quarter")])
    rules.prepare(con)
    con.execute((rules.FOLDER / "prepare_vat.sql").read_text(encoding="utf-8"))
    con.execute(rules._empty("finding"))
    rules.collect(con, rules.rule(rule_id), "2026-03")
    return {finding.voucher_id: finding.message for finding in rules.findings(con)}


@pytest.mark.parametrize("share", ["0", "62.5", "125", "250"])
def test_a_company_deducts_its_own_share(share: str) -> None:
    book = Book()
    book.voucher(
        "2026-02-01",
        "1",
        [
            ("1610", 1000, tax("K110", "base", 1000)),
            ("7740", share, tax("K110", "input", share)),
            ("7440", -1000 - Decimal(share)),
        ],
    )
    assert only(ledger(book), "vat-recomputed-voucher") == {}


def test_no_company_deducts_more_than_the_vat() -> None:
    book = Book()
    book.voucher(
        "2026-02-01",
        "1",
        [
            ("1610", 1000, tax("K110", "base", 1000)),
            ("7740", 300, tax("K110", "input", 300)),
            ("7440", -1300),
        ],
    )
    assert only(ledger(book), "vat-recomputed-voucher").keys() == {"main:1"}


def test_a_credit_note_is_recomputed_with_its_sign() -> None:
    book = Book()
    book.voucher(
        "2026-02-01",
        "1",
        [
            ("1010", 1000, tax("S01", "base", 1000)),
            ("7680", -250, tax("S01", "output", -250)),
            ("6190", -750),
        ],
    )
    assert only(ledger(book), "vat-recomputed-voucher").keys() == {"main:1"}


def test_reverse_charge_without_deduction_needs_no_deducted_leg() -> None:
    book = Book()
    book.voucher(
        "2026-02-01",
        "1",
        [
            ("1610", 1250, tax("K230", "base", 1000)),
            ("7700", -250, tax("K230", "output", -250)),
            ("7440", -1000),
        ],
    )
    assert only(ledger(book), "reverse-charge-unpaired") == {}


def test_every_rule_has_its_sql_and_every_sql_its_rule() -> None:
    files = {path.stem for path in rules.FOLDER.glob("*.sql")} - {
        "prepare", "prepare_vat", "prepare_documents",
    }  # fmt: skip
    assert files == {rule.id for rule in rules.RULES}


def test_an_unknown_rule_lists_the_known_ones() -> None:
    with pytest.raises(PermanentError, match="voucher-unbalanced, voucher-duplicate"):
        rules.rule("voucher-lopsided")


@pytest.mark.parametrize("module", [numbers, expectations])
def test_examples_in_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "country", "defect"),
    [
        ("DE 136.695.976", "", None),
        ("094259216", "GR", None),
        ("094259216", "EL", None),
        ("XI110305878", "GB", None),
        ("136695976", "", "it does not begin with a country's two letters"),
        ("NO974760673", "", "NO is not an EU country"),
        ("DE12", "", "it has the wrong length"),
        ("xx 303 265 045", "FR", "XX is not an EU country"),
        ("k7 399 859 412", "FR", None),
        ("U13585627", "AT", None),
        ("NL+*ABCDEF1286", "", None),
        ("IE 8Z49289F", "", None),
        ("IE 8+49289F", "", None),
        ("8*49289F", "IE", None),
        ("IE8Ø49289F", "", "it does not have the form of its country"),
        ("NL+*ABCDEF1244", "", "its check digit does not fit"),
        ("NL+*ABCDEF12", "", "it has the wrong length"),
        ("NL+*ABCDEF12XY", "", "it does not have the form of its country"),
        ("NL004495445B01", "", None),
    ],
)
def test_eu_numbers_as_people_write_them(number: str, country: str, defect: str | None) -> None:
    assert numbers.eu_vat_defect(number, country) == defect


def balances(closing: str, total: str | None = None) -> dict[str, str]:
    """Place → message of balance-mismatch for a bank with 100.00 and a movement of 250.00."""
    book = Book()
    book.voucher("2026-02-01", "1", [("6190", 250), ("1010", -250)])
    for kind, day, amount in (
        ("opening", date(2026, 1, 1), "100"),
        ("closing", date(2026, 12, 31), closing),
    ):
        book.add(
            "opening_balance",
            account_code="6190",
            kind=kind,
            balance_date=day,
            amount=Decimal(amount),
        )
    book.add(
        "control_total",
        kind="trial_balance",
        subject="6190",
        declared=Decimal(closing),
        found=Decimal(total or "350"),
        where_found="books.xml:70",
    )
    con = ledger(book)
    only(con, "balance-mismatch")
    return {f.where: f.message for f in rules.findings(con)}


def test_a_balance_that_does_not_add_up_is_told_once_and_where_the_source_states_it() -> None:
    assert balances("350") == {}
    (place,) = balances("400")
    assert place == "account 6190, 2026-01-01 to 2026-12-31 (books.xml:70)"


def test_a_file_that_lacks_vouchers_is_told_although_another_file_has_them() -> None:
    assert list(balances("350", total="100")) == ["6190 (books.xml:70)"]
