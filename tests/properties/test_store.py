"""The store holds the same rows however they are handed to it."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.warehouse.test_store import companies
from warehouse.store import Store, bucket


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("abcdef", min_size=1, max_size=4), unique=True), st.integers(1, 7))
def test_how_rows_are_chunked_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str], size: int
) -> None:
    rows = sorted((f"bucket={bucket(i):02d}", i) for i in ids)
    table = companies(*[i for _, i in rows]).add_column(
        0, "_partition", pa.array([p for p, _ in rows], pa.string())
    )

    def chunks() -> Iterator[pa.RecordBatch]:
        yield from table.to_batches(max_chunksize=size)

    whole, chunked = (Store(tmp_path_factory.mktemp("store")) for _ in range(2))
    for target, reader in (
        (whole, table.to_reader()),
        (chunked, pa.RecordBatchReader.from_batches(table.schema, chunks())),
    ):
        with target.transaction() as transaction:
            transaction.put_sorted("company", reader)
    held = [
        {name: entry.rows for name, entry in s.partitions("company").items()}
        for s in (whole, chunked)
    ]
    assert held[0] == held[1]
    for target in (whole, chunked):
        read_back = [
            i
            for path in target.paths("company")
            for i in pq.read_table(path)["company_id"].to_pylist()
        ]
        assert read_back == [i for _, i in rows]
