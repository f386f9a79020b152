"""What a posting means for VAT, however the source says it: each amount counts once."""

from datetime import date
from pathlib import Path

import pytest

from tests.end_to_end.test_ledger_build import House
from tests.unit.sources.books import Books

DAY = date(2026, 7, 1)

# Voucher → its postings (account, amount, VAT code).
VOUCHERS: dict[str, list[tuple[str, str, str | None]]] = {
    "stated and posted": [
        ("5000", "1250", None), ("1000", "-1000", None), ("7000", "-250", None)],
    "reverse charge stated": [("2100", "1000", None), ("5000", "-1000", None)],
    "two legs": [
        ("2100", "1000", None), ("7200", "-250", None), ("7100", "250", None),
        ("5000", "-1000", None)],
    "accounts without codes": [
        ("2100", "1000", "IY"), ("7200", "-250", None), ("7100", "250", None),
        ("5000", "-1000", None)],
    "unmapped": [("5000", "1250", None), ("1000", "-1000", "X"), ("7000", "-250", "X")],
    "half deduction": [("2000", "1000", "H"), ("5000", "-1000", None)],
    "settlement": [("7000", "250", None), ("7100", "-250", None)],
    "credit note": [("5000", "-1250", None), ("1000", "1000", "U25"), ("7000", "250", "U25")],
}  # fmt: skip

# Voucher → what the source says itself (line, sequence, code, base or tax, amount).
TOLD = {
    "stated and posted": [(2, 1, "U25", "base", "-1000"), (2, 2, "U25", "tax", "-250")],
    "reverse charge stated": [(1, 1, "IY", "base", "1000"), (1, 2, "IY", "tax", "250")],
    "two legs": [
        (1, 1, "IY-out", "base", "1000"), (1, 2, "IY-in", "base", "1000"),
        (2, 1, "IY-out", "tax", "-250"), (3, 1, "IY-in", "tax", "250")],
}  # fmt: skip

# Voucher → its tax lines (standard code, part, amount).
EXPECTED = {
    "stated and posted": [
        ("S01", "base", "-1000.00"), ("S01", "stated", "-250.00"), ("S01", "output", "-250.00")],
    "reverse charge stated": [
        ("K260", "base", "1000.00"), ("K260", "stated", "250.00"),
        ("K260", "output", "-250.00"), ("K260", "input", "250.00")],
    "two legs": [
        ("K260", "base", "1000.00"), ("K260", "stated", "1000.00"),
        ("K260", "output", "-250.00"), ("K260", "input", "250.00")],
    "accounts without codes": [
        ("K260", "base", "1000.00"), ("K260", "output", "-250.00"), ("K260", "input", "250.00")],
    "unmapped": [(None, "base", "-1000.00"), (None, "tax", "-250.00")],
    "half deduction": [("K040", "base", "1000.00"), ("K040", "input", "125.00")],
    "settlement": [],
    "credit note": [("S01", "base", "1000.00"), ("S01", "output", "250.00")],
}  # fmt: skip


def tax_lines(folder: Path, books: Books) -> dict[str, list[tuple[str | None, str, str]]]:
    """Voucher → its tax lines, in order of posting."""
    house = House(folder)
    house.land(books)
    house.build()
    found: dict[str, list[tuple[str | None, str, str]]] = {name: [] for name in books.vouchers}
    for voucher, code, part, amount in house.rows(
        "SELECT source_id, standard_vat_code, part, amount::VARCHAR FROM tax_line "
        "ORDER BY voucher_id, line_id, seq"
    ):
        found[str(voucher)].append((str(code) if code else None, str(part), str(amount)))
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str | None, str, str]]]:
    books = Books()
    books.vat_codes |= {
        "IY-out": ("EU-ydelser moms", "K260"),
        "IY-in": ("EU-ydelser fradrag", "K260"),
        "X": ("Ukendt", None),
        "H": ("Hotel, halvt fradrag", "K040"),
    }
    books.legs = {"IY-out": "output", "IY-in": "input"}
    books.vouchers = {name: (DAY, lines) for name, lines in VOUCHERS.items()}
    books.tax_lines = TOLD
    return tax_lines(tmp_path_factory.mktemp("books"), books)


@pytest.mark.parametrize("voucher", VOUCHERS)
def test_vat_counts_once_however_the_source_says_it(
    found: dict[str, list[tuple[str | None, str, str]]], voucher: str
) -> None:
    assert found[voucher] == EXPECTED[voucher]
