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
