import errno
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.errors import PermanentError, TransientError
from warehouse.shape import schema
from warehouse.store import Store, bucket, bucket_sql
from warehouse.tables import TABLES


def companies(*ids: str) -> pa.Table:
    rows = [
        {"company_id": i, "name": i.upper(), "country": "DK", "base_currency": "DKK"} for i in ids
    ]
    return pa.Table.from_pylist(rows, schema=schema(TABLES["company"]))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "warehouse", temp_directory=tmp_path / "tmp")


def read(store: Store, query: str) -> list[tuple[object, ...]]:
    with store.connect() as con:
        return con.execute(query).fetchall()


def test_what_is_put_is_read_and_an_empty_table_is_an_empty_view(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put("company", "bucket=01", companies("a", "b"))
    assert read(store, "SELECT company_id FROM company ORDER BY 1") == [("a",), ("b",)]
    assert read(store, "SELECT count(*) FROM posting") == [(0,)]


def put_good_then_bad(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put("company", "bucket=01", companies("b"))
        transaction.put("company", "bucket=02", pa.table({"name": ["no such columns"]}))


def test_a_failure_half_way_leaves_the_last_good_data(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put("company", "bucket=01", companies("a"))
    with pytest.raises(KeyError):
        put_good_then_bad(store)
    assert read(store, "SELECT company_id FROM company") == [("a",)]


def test_the_same_rows_give_the_same_bytes_and_no_new_manifest(store: Store) -> None:
    for _ in range(2):
        with store.transaction() as transaction:
            transaction.put("company", "bucket=01", companies("a"))
        stamp = (store.folder / "manifest.json").stat().st_mtime_ns
        entry = store.partitions("company")
    with store.transaction() as transaction:
        transaction.put("company", "bucket=01", companies("a"))
    assert (store.folder / "manifest.json").stat().st_mtime_ns == stamp
    assert store.partitions("company") == entry


def test_a_reader_of_the_previous_generation_still_finds_its_files(store: Store) -> None:
    for name in ("a", "b"):
        with store.transaction() as transaction:
            transaction.put("company", "bucket=01", companies(name))
        if name == "a":
            old = store.paths("company")
    assert pq.read_table(old[0])["company_id"].to_pylist() == ["a"]
    with store.transaction() as transaction:
        transaction.put("company", "bucket=01", companies("c"))
    assert not Path(old[0]).exists()


def test_a_full_disk_says_so_and_keeps_the_last_good_data(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.transaction() as transaction:
        transaction.put("company", "bucket=01", companies("a"))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(PermanentError) as caught, store.transaction() as transaction:
        transaction.put("company", "bucket=01", companies("b"))
    assert str(caught.value) == (
        f"Tried to write table company, partition bucket=01, in {store.folder}: No space left on "
        "device. The last good data is untouched. Make room or mend the folder's permissions, "
        "then run the command again."
    )
    assert read(store, "SELECT company_id FROM company") == [("a",)]


def test_two_writers_take_turns_and_the_second_says_why_it_gave_up(store: Store) -> None:
    with (
        store.transaction(),
        pytest.raises(TransientError, match="another process has held its lock"),
        Store(store.folder).transaction(timeout=0.01),
    ):
        pass


def test_any_sql_client_can_open_the_published_file(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put("company", "bucket=01", companies("a"))
    with duckdb.connect(str(store.publish()), read_only=True) as con:
        assert con.execute("SELECT name FROM company").fetchall() == [("A",)]


def test_the_bucket_is_the_same_in_python_and_in_sql() -> None:
    names = ["demo", "Ærø ApS", "12345678", ""]
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT {bucket_sql('c')} FROM (SELECT unnest(?) AS c)", [names]
        ).fetchall()
    assert [row[0] for row in rows] == [bucket(name) for name in names]


def filings(*ids: str, year: str = "year=2024") -> pa.RecordBatchReader:
    shape = schema(TABLES["xbrl_source"])
    rows = [{"place": i, "filing_id": i, "byte_count": 1, "stamp": ""} for i in ids]
    table = pa.Table.from_pylist(rows, schema=shape)
    return table.add_column(0, "_partition", pa.array([year] * len(ids), pa.string())).to_reader()


def append(store: Store, *ids: str) -> list[str]:
    with store.transaction() as transaction:
        return transaction.append_sorted("xbrl_source", filings(*ids))


def test_a_partition_grows_by_files_and_the_same_rows_are_the_same_file(store: Store) -> None:
    first, second = append(store, "a", "b"), append(store, "c")
    assert append(store, "c") == second
    assert list(store.partitions("xbrl_source")) == sorted(first + second)
    assert read(store, "SELECT place FROM xbrl_source ORDER BY 1") == [("a",), ("b",), ("c",)]


def test_what_only_adds_retires_no_earlier_generation(store: Store) -> None:
    first = append(store, "a")
    old = store.paths("xbrl_source")
    with store.transaction() as transaction:
        transaction.append_sorted("xbrl_source", filings("a", "b"))
        transaction.remove("xbrl_source", first[0])
    append(store, "c")
    append(store, "d")
    assert pq.read_table(old[0])["place"].to_pylist() == ["a"]  # a reader may still hold it
    with store.transaction() as transaction:
        transaction.remove("xbrl_source", append_name(store, "c"))
    assert not Path(old[0]).exists()


def append_name(store: Store, place: str) -> str:
    return next(
        name
        for name, entry in store.partitions("xbrl_source").items()
        if pq.read_table(store.folder / entry.file)["place"].to_pylist() == [place]
    )


def test_a_file_that_cannot_hold_a_value_says_so(store: Store) -> None:
    append(store, "a")
    with pq.ParquetFile(store.paths("xbrl_source")[0]) as file:
        column = file.metadata.row_group(0).column(1)
    assert column.path_in_schema == "filing_id"
    with duckdb.connect() as con:
        found = con.execute(
            "SELECT count(*) FROM parquet_bloom_probe(?, 'filing_id', 'b') "
            "WHERE NOT bloom_filter_excludes",
            [store.paths("xbrl_source")[0]],
        ).fetchall()
    assert found == [(0,)]


def test_a_published_file_may_hold_one_stage_only(store: Store) -> None:
    append(store, "a")
    with duckdb.connect(str(store.publish("t.duckdb", stages={"intake"})), read_only=True) as con:
        names = {row[0] for row in con.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    assert {"xbrl_fact", "danish_annual_report"} <= names
    assert "posting" not in names
