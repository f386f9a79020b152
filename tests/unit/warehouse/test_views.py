"""Every view tells what its rows and columns are, in the database too."""

from pathlib import Path

import duckdb
import pytest

from warehouse.store import Store
from warehouse.view import VIEWS


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Store(tmp_path_factory.mktemp("warehouse")).publish()


def test_every_view_and_column_is_told_of(published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as con:
        silent = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() "
            "WHERE NOT internal AND coalesce(comment, '') = '' "
            "UNION ALL SELECT view_name, '' FROM duckdb_views() "
            "WHERE NOT internal AND coalesce(comment, '') = ''"
        ).fetchall()
        columns = {
            name: tuple(row[0] for row in con.execute(f"DESCRIBE {name}").fetchall())
            for name in VIEWS
        }
    assert silent == []
    assert columns == {name: tuple(view.columns) for name, view in VIEWS.items()}
