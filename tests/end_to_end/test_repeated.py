"""Vouchers of one id, told apart after the pull: nothing is lost, nothing counted silently."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from assets.sources import landing, position
from assets.sources.connector import silent
from assets.sources.saft import CONNECTOR
from tests.saft_writer import Book, Voucher, sale
from tests.unit.sources.pulling import connection


def land(folder: Path, path: str = "books.xml") -> landing.LandResult:
    told = connection("saft", folder, path=path)
    return landing.land(CONNECTOR, told, folder / "landed", silent)


def landed(folder: Path, stream: str) -> list[dict[str, Any]]:
    load = landing.loads(folder / "landed", "books")[-1]
    rows: list[dict[str, Any]] = pq.read_table(load.folder / f"{stream}.parquet").to_pylist()
    return rows


def write(folder: Path, *vouchers: Voucher, name: str = "books.xml", **more: Any) -> None:
    (folder / name).write_bytes(Book(list(vouchers), **more).write())


def test_a_repeated_voucher_number_loses_neither_voucher(tmp_path: Path) -> None:
    write(tmp_path, sale("1", "2026-01-01", "100"), sale("1", "2026-01-02", "200"))
    result = land(tmp_path)
    assert [row["source_id"] for row in landed(tmp_path, "voucher")] == ["2026/J/1", "2026/J/1#2"]
    sums = {(row["source_id"], row["amount"]) for row in landed(tmp_path, "posting")}
    assert sums >= {("2026/J/1", Decimal(-100)), ("2026/J/1#2", Decimal(-200))}
    assert len(landed(tmp_path, "posting")) == 6
    assert {row["source_id"] for row in landed(tmp_path, "tax_line")} == {"2026/J/1", "2026/J/1#2"}
    assert [finding.rule for finding in result.findings] == ["source.duplicate_voucher"]


def test_the_very_same_voucher_twice_is_kept_twice_and_named(tmp_path: Path) -> None:
    same = sale("1", "2026-01-01", "100")
    write(tmp_path, same, same, same)
    result = land(tmp_path)
    assert len(landed(tmp_path, "posting")) == 9
    assert [f.voucher_id for f in result.findings] == ["2026/J/1#2", "2026/J/1#3"]


def test_an_id_that_looks_like_the_copys_loses_nothing(tmp_path: Path) -> None:
    days = ("2026-01-01", "2026-01-02", "2026-01-03")
    write(tmp_path, *(sale(n, day, "100") for n, day in zip(("1", "1#2", "1"), days, strict=True)))
    land(tmp_path)
    ids = [row["source_id"] for row in landed(tmp_path, "voucher")]
    assert len(set(ids)) == 3
    assert len(landed(tmp_path, "posting")) == 9


def test_reading_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, sale("1", "2026-01-01", "100"), sale("1", "2026-01-02", "200"))
    land(tmp_path)
    told = connection("saft", tmp_path, path="books.xml")
    again = landing.land(CONNECTOR, told, tmp_path / "landed", silent, full=True)
    assert (again.load_id, again.records, again.deleted) == (None, 0, 0)
    assert len(position.findings(tmp_path / "landed", "books")) == 1


def test_the_newer_of_two_overlapping_files_counts(tmp_path: Path) -> None:
    old, new = sale("1", "2026-01-05", "100"), sale("1", "2026-01-05", "300")
    write(tmp_path, old, sale("2", "2026-01-06", "7"), name="q1.xml", end="2026-03-31")
    write(tmp_path, new, name="h1.xml", end="2026-06-30")
    result = land(tmp_path, ".")
    assert [row["source_id"] for row in landed(tmp_path, "voucher")] == ["2026/J/1", "2026/J/2"]
    amounts = {row["amount"] for row in landed(tmp_path, "posting")}
    assert Decimal(-300) in amounts
    assert Decimal(-100) not in amounts
    (finding,) = result.findings
    assert (finding.rule, finding.where) == ("source.overlap", "q1.xml")
    assert finding.message.startswith("1 voucher is also in a newer file")


def test_a_hundred_copies_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    write(tmp_path, *(sale("1", "2026-01-01", str(n)) for n in range(1, 104)))
    messages = [finding.message for finding in land(tmp_path).findings]
    assert len(messages) == 101
    assert messages[-1] == "2 more vouchers occur again, 102 in all."
