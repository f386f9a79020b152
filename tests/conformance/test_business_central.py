"""Business Central: both ways to its VAT, and what happens without either."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from assets.sources.business_central import CONNECTOR, NO_VAT
from assets.sources.connector import Again, Connection, Item, silent
from assets.sources.landing import land
from tests.conformance import golden_returns
from tests.conformance.items import cursor_of, findings, rows
from tests.conformance.network_business_central import POSTINGS, VOUCHERS, connect
from tests.saft_writer import Book, Line, Tax, Voucher
from tests.simulators import books
from tests.simulators.business_central import CODES, BusinessCentral


def pull(connection: Connection, cursor: Any = None) -> list[Item]:
    return list(CONNECTOR.pull(connection, cursor, silent))


def test_with_a_vat_page_the_returns_of_the_demo_books_are_the_golden_ones(tmp_path: Path) -> None:
    with BusinessCentral() as simulator:
        assert golden_returns.check(connect(simulator, tmp_path), tmp_path, CODES) == []


def test_without_any_vat_it_is_said_at_connect_time_and_withholds(tmp_path: Path) -> None:
    with BusinessCentral(has_page=False) as simulator:
        connection = connect(simulator, tmp_path, vat_page=None)
        assert NO_VAT in CONNECTOR.discover(connection).notes
        items = pull(connection)
    (found,) = findings(items)
    assert (found.rule, found.severity) == ("business_central.no_vat", "error")
    assert len(rows(items, "posting")) == POSTINGS
    assert rows(items, "tax_line") == []


def test_a_vat_page_set_later_makes_everything_be_read_again(tmp_path: Path) -> None:
    with BusinessCentral() as simulator:
        first = pull(connect(simulator, tmp_path, vat_page=None))
        second = pull(connect(simulator, tmp_path), cursor_of(first))
    assert len(rows(second, "voucher")) == VOUCHERS
    assert rows(second, "tax_line")


def test_a_corrected_description_brings_its_voucher_whole_and_no_other(tmp_path: Path) -> None:
    with BusinessCentral() as simulator:
        connection = connect(simulator, tmp_path)
        land(CONNECTOR, connection, tmp_path / "landed", silent)
        simulator.edit("P4")
        result = land(CONNECTOR, connection, tmp_path / "landed", silent)
        assert (result.records, result.deleted) == (1, 0)
        assert land(CONNECTOR, connection, tmp_path / "landed", silent).load_id is None


def test_a_later_posting_to_the_same_document_and_day_joins_its_voucher(tmp_path: Path) -> None:
    lines = [("2450", Decimal(8)), ("6480", Decimal(-8))]
    with BusinessCentral() as simulator:
        connection = connect(simulator, tmp_path)
        simulator.add(date(2026, 11, 19), "K'17", lines)
        first = pull(connection)
        simulator.add(date(2026, 11, 19), "K'17", lines)
        second = pull(connection, cursor_of(first))
        again = pull(connection)

    def of(items: list[Item]) -> list[Any]:
        return [r for r in rows(items, "posting") if r["source_id"] == "2026-11-19/K'17"]

    assert len(of(first)) == 2
    assert of(second) == of(again)
    assert len(of(second)) == 4


def test_compressed_entries_lead_to_reading_everything_again(tmp_path: Path) -> None:
    with BusinessCentral() as simulator:
        connection = connect(simulator, tmp_path)
        cursor = cursor_of(pull(connection))
        simulator.compress("S7")
        items = pull(connection, cursor)
    assert any(isinstance(item, Again) for item in items)
    assert all(row["declared"] == row["found"] for row in rows(items, "control_total"))


def test_a_vat_entry_linked_to_nothing_is_an_error_until_it_is_linked(tmp_path: Path) -> None:
    with BusinessCentral() as simulator:
        connection, linked = connect(simulator, tmp_path), simulator.vat[0]
        simulator.vat[0] = replace(linked, entry=0)
        first = pull(connection)
        second = pull(connection, cursor_of(first))
        simulator.vat[0] = linked
        simulator.edit(linked.document)
        third = pull(connection, cursor_of(second))
    for items in (first, second):
        (found,) = findings(items)
        assert (found.rule, found.severity) == ("business_central.vat_unlinked", "error")
    assert findings(third) == []


def test_going_over_to_saf_t_leaves_nothing_of_the_interface(tmp_path: Path) -> None:
    export(tmp_path, "2026-09-30")
    with BusinessCentral() as simulator:
        land(CONNECTOR, connect(simulator, tmp_path), tmp_path / "landed", silent)
        result = land(CONNECTOR, with_saft(simulator, tmp_path), tmp_path / "landed", silent)
        assert result.deleted > VOUCHERS
        back = land(CONNECTOR, connect(simulator, tmp_path), tmp_path / "landed", silent)
    (state,) = (tmp_path / "landed" / "books" / "loads" / str(back.load_id)).glob("state.parquet")
    query = f"SELECT count(*) FROM '{state}' WHERE stream = 'voucher'"
    assert duckdb.sql(query).fetchall() == [(VOUCHERS,)]


def test_a_window_reads_its_days_only(tmp_path: Path) -> None:
    with BusinessCentral() as simulator:
        connection = replace(
            connect(simulator, tmp_path), window=(date(2026, 3, 1), date(2026, 3, 31))
        )
        items = pull(connection)
    days = {row["posting_date"] for row in rows(items, "voucher")}
    assert min(days) >= date(2026, 3, 1)
    assert max(days) <= date(2026, 3, 31)


def export(folder: Path, end: str) -> None:
    """The demo books as a SAF-T file up to a day; standard codes are the file's own."""
    vouchers = []
    for one in books.vouchers():
        if str(one.day) > end:
            continue
        lines = []
        for line in one.lines:
            tax = None
            if line.part == "base" and one.series == "sale" and line.vat_code == "S01":
                vat = (line.amount / 4).quantize(Decimal("0.01"))
                tax = Tax("S25", str(abs(line.amount)), str(abs(vat)))
            lines.append(Line(line.account, line.amount, line.text, tax))
        vouchers.append(Voucher(str(one.number), str(one.day), lines))
    accounts = tuple((code, "Asset") for code in books.ACCOUNTS)
    book = Book(vouchers, accounts=accounts, end=end, company=books.CVR, name=books.COMPANY)
    (folder / "saft.xml").write_bytes(book.write())


def with_saft(simulator: BusinessCentral, folder: Path) -> Connection:
    return connect(simulator, folder, vat_page=None, saft="saft.xml")


def test_its_saf_t_export_brings_vouchers_and_vat_and_the_interface_counts_them(
    tmp_path: Path,
) -> None:
    export(tmp_path, "2026-12-31")
    with BusinessCentral(has_page=False) as simulator:
        items = pull(with_saft(simulator, tmp_path))
    assert len(rows(items, "voucher")) == len(books.vouchers())
    assert rows(items, "tax_line")
    totals = {row["subject"]: row for row in rows(items, "control_total")}
    assert totals["2026-01-01 to 2026-12-31"]["declared"] == POSTINGS
    assert totals["2026-01-01 to 2026-12-31"]["found"] == POSTINGS
    assert [f.rule for f in findings(items) if f.rule.startswith("business")] == []


def test_a_saf_t_export_that_is_behind_is_said(tmp_path: Path) -> None:
    export(tmp_path, "2026-09-30")
    with BusinessCentral(has_page=False) as simulator:
        connection = with_saft(simulator, tmp_path)
        first = pull(connection)
        lines = [("2450", Decimal(8)), ("6480", Decimal(-8))]
        simulator.add(date(2026, 9, 1), "EFTER", lines)
        second = pull(connection, cursor_of(first))
    (found,) = [f for f in findings(first) if f.rule.startswith("business")]
    assert (found.rule, found.severity) == ("business_central.saft_behind", "warning")
    before, after = (
        {row["subject"]: row for row in rows(items, "control_total")}["2026-01-01 to 2026-09-30"]
        for items in (first, second)
    )
    assert before["declared"] == before["found"]
    assert after["declared"] - after["found"] == 2
    assert rows(second, "posting") == []  # the file is as it was
