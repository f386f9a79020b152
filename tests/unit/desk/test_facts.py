"""A report's facts, a page of them at a time."""

from collections.abc import Iterator

import duckdb
import pytest

from assets.desk import filing as filings
from warehouse import duck


@pytest.fixture
def con(tmp_path) -> Iterator[duckdb.DuckDBPyConnection]:
    """One report of 450 items, numbered among its tuples."""
    con = duck.connect(tmp_path, threads=1)
    con.execute("""
        CREATE TABLE xbrl_fact AS SELECT 'f' AS filing_id, '' AS target, n AS fact_index,
            if(n % 2 = 0, 'item', 'tuple') AS kind, 'n' AS namespace, 'c' || n AS concept,
            NULL AS period_start, NULL AS period_end, '' AS dimensions, '' AS unit,
            n AS numeric_value, '' AS value, false AS is_nil, 'a.xhtml' AS file, n AS line
        FROM range(900) AS _(n)
    """)
    yield con
    con.close()


@pytest.mark.parametrize(
    ("page", "index", "first", "shown", "of"),
    [(1, None, 0, 200, 1), (2, None, 400, 200, 2), (3, None, 800, 50, 3), (9, None, 800, 50, 3),
     (0, None, 0, 200, 1), (1, 400, 400, 200, 2), (1, 398, 0, 200, 1), (1, 5, 0, 200, 1)],
)  # fmt: skip
def test_the_page_asked_for_or_the_one_with_a_fact(con, page, index, first, shown, of) -> None:
    found = filings.facts(con, "f", page, index)
    assert (found.count, found.pages, found.page) == (450, 3, of)
    assert (found.facts[0]["fact_index"], len(found.facts)) == (first, shown)


def test_a_report_without_facts_has_one_empty_page(con) -> None:
    found = filings.facts(con, "g", 1)
    assert (found.facts, found.count, found.pages) == ([], 0, 1)
