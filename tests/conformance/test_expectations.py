"""The declared suites, run by Great Expectations over DuckDB: the verdicts can be believed.

Great Expectations on pandas is the reference: over the same rows, with defects
planted in every kind of column, our dialect must give the same verdicts and
counts.
"""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from quality import expectations, gx_duckdb
from tests.errors.test_rules import clean
from tests.ledger_factory import LEDGER, ledger
from warehouse.errors import PermanentError
from warehouse.shape import ddl
from warehouse.tables import TABLES

pytestmark = [
    pytest.mark.slow,
    # What Great Expectations' own dependencies warn of is theirs to mend.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

DEFECTS = {
    "voucher": [
        "UPDATE voucher SET voucher_id = 'main:1' WHERE voucher_id = 'main:2'",
        "UPDATE voucher SET where_found = NULL WHERE voucher_id IN ('main:3', 'main:4')",
    ],
    "posting": [
        "UPDATE posting SET line_no = 0 WHERE voucher_id = 'main:1'",
        "UPDATE posting SET currency = 'kr', rate = -7 WHERE voucher_id = 'main:2'",
        "UPDATE posting SET amount = NULL WHERE voucher_id = 'main:3' AND line_no = 1",
        "INSERT INTO posting SELECT * FROM posting WHERE voucher_id = 'main:4'",
    ],
    "tax_line": [
        "UPDATE tax_line SET part = 'moms' WHERE voucher_id = 'main:1'",
        "UPDATE tax_line SET rate = 25 WHERE voucher_id = 'main:2'",
        "UPDATE tax_line SET origin = NULL WHERE voucher_id = 'main:3'",
    ],
    "fiscal_period": [
        "UPDATE fiscal_period SET end_date = DATE '2025-12-31', state = 'ajar'",
    ],
    "company": ["UPDATE company SET cvr = '1234567', country = 'Danmark'"],
    "party": ["UPDATE party SET name = NULL"],
    "finding": [],
}
PLANTED = {
    "voucher-key-unique", "voucher-where-found-required", "posting-line-no-positive",
    "posting-currency-form", "posting-rate-positive", "posting-amount-required",
    "posting-key-unique", "tax-line-part-known", "tax-line-rate-share",
    "tax-line-origin-required", "fiscal-period-end-date-after-start",
    "fiscal-period-state-known", "company-cvr-form", "company-country-form",
    "party-name-required",
}  # fmt: skip


def warehouse(*statements: str) -> duckdb.DuckDBPyConnection:
    con = ledger(clean())
    for table in TABLES.keys() - set(LEDGER):
        con.execute(ddl(TABLES[table]))
    for statement in statements:
        con.execute(statement)
    return con


@pytest.fixture(scope="module")
def planted() -> duckdb.DuckDBPyConnection:
    return warehouse(*(statement for table in DEFECTS.values() for statement in table))


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("docs")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def ours(planted: duckdb.DuckDBPyConnection, docs: Path) -> list[expectations.SuiteResult]:
    return expectations.run_suites(planted, DEFECTS, docs)


def on_pandas(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, tuple[bool, int]]:
    """Verdict and unexpected count of each rule, by Great Expectations on pandas."""
    import great_expectations as gx  # noqa: PLC0415  # seconds; only when these tests run

    context = gx.get_context(mode="ephemeral")
    frame = con.sql(f"SELECT * FROM {table}").to_arrow_table().to_pandas()
    for column in frame.columns:
        kinds = {type(value) for value in frame[column] if value is not None}
        if Decimal in kinds or date in kinds:  # objects to pandas, which cannot compare with None
            frame[column] = [None if value is None else value for value in frame[column]]
    batch = (
        context.data_sources.add_pandas("pandas")
        .add_dataframe_asset(table)
        .add_batch_definition_whole_dataframe("all")
        .get_batch(batch_parameters={"dataframe": frame})
    )
    content = json.loads((expectations.FOLDER / f"{table}.json").read_text(encoding="utf-8"))
    result: Any = batch.validate(gx.ExpectationSuite(**content))
    return {
        one.expectation_config.meta["rule_id"]: (
            bool(one.success),
            int(one.result.get("unexpected_count") or 0),
        )
        for one in result.results
    }


@pytest.mark.parametrize("table", DEFECTS)
def test_verdicts_are_those_of_pandas(
    table: str, planted: duckdb.DuckDBPyConnection, ours: list[expectations.SuiteResult]
) -> None:
    mine = {r.rule_id: (r.success, r.unexpected_count) for r in ours if r.table == table}
    assert mine == on_pandas(planted, table)


def test_exactly_the_planted_defects_are_found(ours: list[expectations.SuiteResult]) -> None:
    assert {result.rule_id for result in ours if not result.success} == PLANTED


def test_a_failure_shows_what_was_seen(ours: list[expectations.SuiteResult]) -> None:
    seen = {result.rule_id: result.observed for result in ours}
    assert seen["company-country-form"] == "Danmark"
    assert seen["fiscal-period-state-known"] == "ajar"


def test_results_and_pages_are_kept(ours: list[expectations.SuiteResult], docs: Path) -> None:
    assert ours
    assert "voucher" in expectations.index_page(docs).read_text(encoding="utf-8")
    kept = {path.parts[-4] for path in (docs / "results").rglob("*.json")}
    assert kept == set(DEFECTS)


def test_clean_tables_pass_every_expectation(tmp_path: Path) -> None:
    results = expectations.run_suites(warehouse(), ["voucher", "posting", "report"], tmp_path)
    assert {r.table for r in results} == {"voucher", "posting", "report"}
    assert [r for r in results if not r.success] == []


def test_a_column_that_is_gone_is_an_error_not_a_pass(tmp_path: Path) -> None:
    con = warehouse("ALTER TABLE party DROP COLUMN name")
    with pytest.raises(PermanentError, match="party-name-required of table party"):
        expectations.run_suites(con, ["party"], tmp_path)


def test_suites_only_read(planted: duckdb.DuckDBPyConnection) -> None:
    with gx_duckdb.url(planted) as url, sa.create_engine(url).connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM company")).scalar() == 1
        with pytest.raises(sa.exc.DBAPIError, match="Only queries may be sent here"):
            connection.execute(sa.text("DELETE FROM company"))
