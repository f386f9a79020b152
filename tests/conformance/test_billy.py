"""Billy: whole years compared, voids, and VAT from the documents' lines."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.sources.billy import CONNECTOR
from assets.sources.connector import Connection, Item, silent
from assets.sources.landing import land
from tests.conformance import golden_returns
from tests.conformance.items import cursor_of, findings, rows
from tests.conformance.network_billy import POSTINGS, VOUCHERS, connect
from tests.simulators.billy import CODES, Billy

LINES = [("2450", Decimal(8)), ("6480", Decimal(-8))]


def pull(connection: Connection, cursor: Any = None) -> list[Item]:
    return list(CONNECTOR.pull(connection, cursor, silent))


def test_the_returns_of_the_demo_books_are_the_golden_ones(tmp_path: Path) -> None:
    with Billy() as simulator:
        assert golden_returns.check(connect(simulator, tmp_path), tmp_path, CODES) == []


def test_a_void_takes_both_transactions_away_however_it_is_marked(tmp_path: Path) -> None:
    """Whether the opposite's postings are marked as voided too is not described."""
    with Billy() as simulator:
        connection = connect(simulator, tmp_path)
        land(CONNECTOR, connection, tmp_path / "landed", silent)
        simulator.void(9)
        result = land(CONNECTOR, connection, tmp_path / "landed", silent)
        assert (result.records, result.deleted) == (1, 1)  # the control total, and the voucher
        first = pull(connection)
        simulator.postings = [
            replace(one, is_voided=True) if "Annullering" in one.text else one
            for one in simulator.postings
        ]
        second = pull(connection)
    assert len(rows(first, "voucher")) == VOUCHERS - 1
    assert rows(second, "posting") == rows(first, "posting")
    assert [f.rule for f in findings(first)] == ["billy.voided"]


def test_an_older_year_is_read_again_only_when_its_counts_move(tmp_path: Path) -> None:
    with Billy() as simulator:
        connection = connect(simulator, tmp_path)
        for year in (2023, 2024, 2025):
            simulator.add(date(year, 6, 1), f"i {year}", LINES)
        first = pull(connection)
        quiet = pull(connection, cursor_of(first))
        simulator.add(date(2023, 7, 1), "sent", LINES)
        moved = pull(connection, cursor_of(quiet))
    years = {row["posting_date"].year for row in rows(first, "voucher")}
    assert years == {2023, 2024, 2025, 2026}
    assert {row["posting_date"].year for row in rows(quiet, "voucher")} == {2025, 2026}
    assert {row["posting_date"].year for row in rows(moved, "voucher")} == {2023, 2025, 2026}
    for items in (first, quiet, moved):
        totals = rows(items, "control_total")
        assert len(totals) == 4
        assert all(row["declared"] == row["found"] for row in totals)


def test_a_deletion_between_pages_loses_no_other_posting(tmp_path: Path) -> None:
    with Billy() as simulator:
        simulator.before(8, lambda: simulator.delete(2), "/postings")
        items = pull(connect(simulator, tmp_path))
    assert len(rows(items, "voucher")) == VOUCHERS - 1
    ids = [row["line_id"] for row in rows(items, "posting")]
    assert len(ids) == len(set(ids)) == len(simulator.postings)


def test_a_page_larger_than_a_thousand_is_refused_before_asking(tmp_path: Path) -> None:
    with Billy() as simulator:
        connection = connect(simulator, tmp_path, page_size=1000)
        assert len(rows(pull(connection), "posting")) == POSTINGS


def test_a_window_reads_its_days_only(tmp_path: Path) -> None:
    window = (date(2026, 3, 1), date(2026, 3, 31))
    with Billy() as simulator:
        items = pull(replace(connect(simulator, tmp_path), window=window))
    days = {row["posting_date"] for row in rows(items, "voucher")}
    assert days
    assert all(window[0] <= day <= window[1] for day in days)


def test_vat_that_may_not_be_deducted_gets_no_code(tmp_path: Path) -> None:
    """A lunch: base and lost VAT stand on one account, and only the base is a line."""
    with Billy() as simulator:
        items = pull(connect(simulator, tmp_path))
    lunch = [row for row in rows(items, "posting") if row["account_code"] == "1910"]
    coded = {row["amount"]: row["vat_code"] for row in lunch}
    assert coded[Decimal(1600)] is not None
    assert coded[Decimal(200)] is None
