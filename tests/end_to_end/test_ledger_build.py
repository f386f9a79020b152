"""From landed books to the ledger in a warehouse: what is rewritten, what stays, byte by byte."""

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assets.ledger.build import (
    NO_MAPPING,
    Company,
    ConnectionRef,
    LedgerResult,
    Mapping,
    build_ledger,
)
from assets.sources import landing
from assets.sources.connector import Connection, silent
from tests.end_to_end.test_landing import tree
from tests.unit.sources.books import Books
from warehouse.store import Store

COMPANIES = [Company("demo", "Demo ApS", "10000009", "10000009")]
CONNECTIONS = [ConnectionRef("c1", "demo", "books")]


class House:
    def __init__(self, folder: Path) -> None:
        self.landed = folder / "landed"
        self.store = Store(folder / "warehouse", temp_directory=folder / "tmp")

    def land(self, books: Books) -> None:
        landing.land(books, Connection("c1", "demo", "books", {}), self.landed, silent)

    def build(self, mapping: Mapping = NO_MAPPING) -> LedgerResult:
        return build_ledger(self.store, self.landed, COMPANIES, CONNECTIONS, mapping)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.store.connect() as con:
            return con.execute(query).fetchall()


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    house = House(folder)
    house.land(Books())
    house.build()
    return folder


@pytest.fixture
def house(tmp_path: Path, built_once: Path) -> House:
    """The books of `Books()`, landed and built."""
    shutil.copytree(built_once, tmp_path, dirs_exist_ok=True)
    return House(tmp_path)


def tax_lines(house: House) -> list[tuple[object, ...]]:
    return house.rows(
        "SELECT voucher_id, standard_vat_code, part, amount::VARCHAR, origin FROM tax_line "
        "ORDER BY voucher_id, line_id, seq"
    )


def test_vat_is_taken_once_from_the_vat_account_or_computed(house: House) -> None:
    assert tax_lines(house) == [
        ("c1:1", "S01", "base", "-1000.00", "derived"),
        ("c1:1", "S01", "output", "-250.00", "derived"),
        ("c1:2", "K010", "base", "400.00", "derived"),
        ("c1:2", "K010", "input", "100.00", "derived"),
        ("c1:3", "K260", "base", "1000.00", "derived"),
        ("c1:3", "K260", "output", "-250.00", "derived"),
        ("c1:3", "K260", "input", "250.00", "derived"),
    ]


def test_nothing_new_means_no_work_and_no_changed_byte(house: House, tmp_path: Path) -> None:
    before = tree(tmp_path / "warehouse")
    house.land(Books())
    result = house.build()
    assert (result.loads, result.partitions) == (0, set())
    assert tree(tmp_path / "warehouse") == before


def test_only_the_touched_company_month_is_rewritten(house: House) -> None:
    books = Books()
    books.vouchers["2"] = (date(2026, 8, 5), [("2000", "500", None), ("5000", "-500", None)])
    house.land(books)
    assert house.build().partitions == {"month=2026-08/bucket=30"}


def test_a_changed_voucher_shows_as_old_and_new(house: House) -> None:
    books = Books()
    books.vouchers["2"] = (date(2026, 9, 4), [("2000", "500", None), ("5000", "-500", None)])
    del books.vouchers["3"]
    house.land(books)
    house.build()
    changes = house.rows("SELECT source_id, change, old, new FROM record_change ORDER BY 1")
    (changed, deleted) = changes
    assert changed[:2] == ("2", "changed")
    assert json.loads(changed[2])["postings"][0]["amount"] == "400.00"
    assert json.loads(changed[3])["postings"][0]["amount"] == "500.00"
    assert (deleted[0], deleted[1], deleted[3]) == ("3", "deleted", None)
    assert house.rows("SELECT voucher_id, posting_date FROM voucher ORDER BY 1") == [
        ("c1:1", date(2026, 7, 3)),
        ("c1:2", date(2026, 9, 4)),
    ]


def test_an_explicit_mapping_beats_the_source_and_remaps_old_months(house: House) -> None:
    mapping = Mapping(vat_codes=[("demo", "I25", "K040", None)])
    assert house.build(mapping).companies == {"demo"}
    assert house.rows("SELECT DISTINCT standard_vat_code FROM tax_line ORDER BY 1") == [
        ("K040",), ("K260",), ("S01",)
    ]  # fmt: skip
    assert house.rows("SELECT mapping_origin FROM vat_code WHERE vat_code = 'I25'") == [
        ("explicit",)
    ]
    assert house.build(mapping).companies == set()


def test_every_posting_of_the_source_is_in_the_ledger_to_the_oere(house: House) -> None:
    books = Books()
    expected = sorted(
        (f"c1:{number}", Decimal(amount))
        for number, (_, lines) in books.vouchers.items()
        for _, amount, _ in lines
    )
    found = house.rows("SELECT voucher_id, amount FROM posting ORDER BY 1, 2")
    assert found == expected
