"""Views made when a statement first names them."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from warehouse import duck
from warehouse.connection import MadeWhenNamed

VIEWS = {
    "figure": "SELECT 1 AS n",
    "ratio": "SELECT n / 2 AS half FROM figure",
    "broken": "SELECT * FROM read_parquet('nowhere.parquet')",
}


@pytest.fixture
def con(tmp_path) -> Iterator[Any]:
    with duck.connect(tmp_path, threads=1) as plain:
        yield MadeWhenNamed(plain, {name: (lambda text=text: text) for name, text in VIEWS.items()})


def made(con: Any) -> list[str]:
    """What there is, asked past the connection's own eyes."""
    found = con.cursor().execute("SELECT view_name FROM duckdb_views() WHERE NOT internal")
    return sorted(name for (name,) in found.fetchall())


def test_nothing_is_made_before_it_is_named(con) -> None:
    con.execute("SELECT 1")
    assert made(con) == []


@pytest.mark.parametrize("ask", ["FROM RATIO", "SELECT half FROM ratio r"])
def test_a_view_is_made_with_those_it_stands_on(con, ask) -> None:
    assert con.execute(ask).fetchall() == [(0.5,)]
    assert made(con) == ["figure", "ratio"]


def test_a_relation_and_a_table_by_name_are_made_too(con) -> None:
    assert con.sql("FROM figure").fetchall() == con.table("figure").fetchall() == [(1,)]


def test_a_view_that_cannot_be_made_is_told_to_whoever_asks_for_it_again(con) -> None:
    for _ in range(2):
        with pytest.raises(duckdb.Error, match="nowhere"):
            con.execute("FROM broken")


def test_whoever_asks_what_there_is_finds_all_of_it(tmp_path) -> None:
    views = {"figure": lambda: "SELECT 1 AS n", "ratio": lambda: "SELECT n AS half FROM figure"}
    with duck.connect(tmp_path, threads=1) as plain:
        con = MadeWhenNamed(plain, views)
        names = con.execute("SHOW TABLES").fetchall()
    assert names == [("figure",), ("ratio",)]
