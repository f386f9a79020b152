"""Rows handed to DuckDB arrive as they are, none of them and many of them."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from warehouse import duck

SHAPE = pa.schema([("name", pa.string()), ("day", pa.date32()), ("n", pa.int64())])


@pytest.mark.parametrize("count", [0, 1, 5000])
def test_rows_arrive_as_they_are(tmp_path: Path, count: int) -> None:
    rows = [(f"c{n}", date(2026, 1, 1) if n % 2 else None, n) for n in range(count)]
    with duck.connect(tmp_path) as con:
        con.execute("CREATE TEMP TABLE wanted (n BIGINT, day DATE, name VARCHAR)")
        duck.insert(con, "wanted", SHAPE, rows)
        assert con.execute("SELECT name, day, n FROM wanted ORDER BY n").fetchall() == rows
