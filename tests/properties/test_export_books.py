"""Whatever the ledger holds is in the file, and is read back from it."""

import io
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.exports import books, saft
from assets.exports.regnskab_basis import whole_kroner
from assets.workspace import AnnualSettings, Company
from tests.ledger_factory import Book, ledger
from tests.properties.test_saft import AMOUNT, TEXT, direct

D = Decimal
COMPANY = Company(
    "c1", "Eksempel ApS", "12345674", "12345674", "DK", "DKK", {}, {}, AnnualSettings("B", (6, 30))
)


@st.composite
def ledgers(draw: st.DrawFn) -> Book:
    book = Book()
    for code in ("1010", "2810", "6190", "7680"):
        book.account(code, draw(TEXT))
    book.add("opening_balance", account_code="6190", kind="opening",
             balance_date=date(2025, 7, 1), amount=draw(AMOUNT))  # fmt: skip
    for n in range(draw(st.integers(0, 5))):
        day = draw(st.dates(date(2025, 7, 1), date(2026, 6, 30)))
        values = draw(st.lists(AMOUNT, min_size=1, max_size=4))
        lines = [(draw(st.sampled_from(["1010", "6190", "7680"])), value) for value in values]
        book.voucher(day.isoformat(), str(n), [*lines, ("2810", -sum(values))], text=draw(TEXT))
    book.voucher("2025-06-30", "before", [("1010", -1), ("6190", 1)])
    book.voucher("2026-07-01", "after", [("1010", -1), ("6190", 1)])
    return book


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(book=ledgers())
def test_the_year_is_written_and_read_back(tmp_path: Path, book: Book) -> None:
    written = io.BytesIO()
    with ledger(book) as con:
        year = books.open_year(con, COMPANY, 2026)
        told = saft.write(con, year, saft.Told(date(2026, 8, 1), "1"), written)
    path = tmp_path / "books.xml"
    path.write_bytes(written.getvalue())
    read = direct(path, chunk=4096, rows=1000)
    inside = [row for row in book.rows["posting"] if row["posting_date"].year in {2025, 2026}]
    inside = [r for r in inside if date(2025, 7, 1) <= r["posting_date"] <= date(2026, 6, 30)]
    assert Counter((r["account_code"], r["amount"]) for r in read["posting"]) == Counter(
        (r["account_code"], r["amount"]) for r in inside
    )
    assert told.lines == len(inside)
    assert read.rules() <= {"saft.no_entries"}
    totals = {(r["kind"], r["subject"]): (r["declared"], r["found"]) for r in read["control_total"]}
    assert all(declared == found for declared, found in totals.values())
    opening = {r["account_code"]: r["amount"] for r in read["opening_balance"]
               if r["kind"] == "opening"}  # fmt: skip
    assert opening["6190"] == book.rows["opening_balance"][0]["amount"]


@given(st.dictionaries(st.text("0123456789", min_size=1), st.decimals(-(10**9), 10**9, places=2)))
def test_whole_kroner_sum_to_zero_and_are_near(amounts: dict[str, Decimal]) -> None:
    amounts["last"] = -sum(amounts.values(), D(0))
    whole = whole_kroner(amounts)
    assert sum(whole.values()) == 0
    assert all(abs(whole[key] - amount) < 1 for key, amount in amounts.items())
