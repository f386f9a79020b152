"""What a posting means for VAT, however the source says it: each amount counts once."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.ledger.test_build import House
from tests.unit.sources.books import Books

DAY = date(2026, 7, 1)


def counted(folder: Path, books: Books) -> list[tuple[str | None, str, str]]:
    """(standard code, part, amount) of every tax line, in order of posting."""
    house = House(folder)
    house.land(books)
    house.build()
    rows = house.rows(
        "SELECT standard_vat_code, part, amount::VARCHAR FROM tax_line "
        "ORDER BY voucher_id, line_id, seq"
    )
    return [(str(a) if a else None, str(b), str(c)) for a, b, c in rows]


def one_voucher(*lines: tuple[str, str, str | None]) -> Books:
    books = Books()
    books.vouchers = {"1": (DAY, list(lines))}
    return books


def test_vat_stated_on_the_base_and_posted_on_the_vat_account_counts_once(tmp_path: Path) -> None:
    books = one_voucher(("5000", "1250", None), ("1000", "-1000", None), ("7000", "-250", None))
    books.tax_lines = {"1": [(2, 1, "U25", "base", "-1000"), (2, 2, "U25", "tax", "-250")]}
    assert counted(tmp_path, books) == [
        ("S01", "base", "-1000.00"),
        ("S01", "stated", "-250.00"),
        ("S01", "output", "-250.00"),
    ]


def test_reverse_charge_stated_once_is_owed_and_deducted(tmp_path: Path) -> None:
    books = one_voucher(("2100", "1000", None), ("5000", "-1000", None))
    books.tax_lines = {"1": [(1, 1, "IY", "base", "1000"), (1, 2, "IY", "tax", "250")]}
    assert counted(tmp_path, books) == [
        ("K260", "base", "1000.00"),
        ("K260", "stated", "250.00"),
        ("K260", "output", "-250.00"),
        ("K260", "input", "250.00"),
    ]


def test_a_code_of_two_legs_has_one_base(tmp_path: Path) -> None:
    books = one_voucher(
        ("2100", "1000", None),
        ("7200", "-250", None),
        ("7100", "250", None),
        ("5000", "-1000", None),
    )
    books.vat_codes |= {"IY-out": ("EU-ydelser moms", "K260"), "IY-in": ("fradrag", "K260")}
    books.legs = {"IY-out": "output", "IY-in": "input"}
    books.tax_lines = {
        "1": [
            (1, 1, "IY-out", "base", "1000"),
            (1, 2, "IY-in", "base", "1000"),
            (2, 1, "IY-out", "tax", "-250"),
            (3, 1, "IY-in", "tax", "250"),
        ]
    }
    assert counted(tmp_path, books) == [
        ("K260", "base", "1000.00"),
        ("K260", "stated", "1000.00"),
        ("K260", "output", "-250.00"),
        ("K260", "input", "250.00"),
    ]


def test_an_unmapped_code_keeps_its_amounts_and_no_leg(tmp_path: Path) -> None:
    books = one_voucher(("5000", "1250", None), ("1000", "-1000", "X"), ("7000", "-250", "X"))
    books.vat_codes["X"] = ("Ukendt", None)
    assert counted(tmp_path, books) == [(None, "base", "-1000.00"), (None, "tax", "-250.00")]


def test_half_deduction_is_computed_by_the_code_s_share(tmp_path: Path) -> None:
    books = one_voucher(("2000", "1000", "H"), ("5000", "-1000", None))
    books.vat_codes["H"] = ("Hotel, halvt fradrag", "K040")
    assert counted(tmp_path, books) == [("K040", "base", "1000.00"), ("K040", "input", "125.00")]


def test_settling_vat_accounts_is_no_vat(tmp_path: Path) -> None:
    assert counted(tmp_path, one_voucher(("7000", "250", None), ("7100", "-250", None))) == []


def test_a_credit_note_turns_every_sign(tmp_path: Path) -> None:
    books = one_voucher(("5000", "-1250", None), ("1000", "1000", "U25"), ("7000", "250", "U25"))
    assert counted(tmp_path, books) == [("S01", "base", "1000.00"), ("S01", "output", "250.00")]


AMOUNT = st.integers(-(10**17), 10**17)  # øre: up to what DECIMAL(18,2) holds


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["U25", "I25", "IY"]), AMOUNT), min_size=10, max_size=40))
def test_every_coded_posting_is_a_base_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, sales: list[tuple[str, int]]
) -> None:
    account = {"U25": "1000", "I25": "2000", "IY": "2100"}
    books = Books()
    books.vouchers = {
        str(n): (DAY, [
            (account[code], str(Decimal(oere) / 100), code),
            ("5000", str(-Decimal(oere) / 100), None)])
        for n, (code, oere) in enumerate(sales)
    }  # fmt: skip
    lines = counted(tmp_path_factory.mktemp("books"), books)
    bases = sorted(Decimal(amount) for _, part, amount in lines if part == "base")
    assert bases == sorted(Decimal(oere) / 100 for _, oere in sales)
