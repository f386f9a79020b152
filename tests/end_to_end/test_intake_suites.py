"""The suites of the intake's tables: what they find, and which rows they look at when."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.checks import suites
from assets.intake import figures
from assets.intake.files import Files
from assets.intake.take_in import Options, take_in
from assets.workspace import Workspace
from quality import expectations
from quality.expectations import SuiteResult
from tests.filing_writer import instance
from warehouse.store import Store

pytestmark = pytest.mark.timeout(300)
FACTS = 5


def workspace(root: Path) -> Workspace:
    return Workspace(
        settings=root / "indberet.toml", storage=root, operations="", memory_limit="1GB",
        threads=1, companies=(), connections=(), accounts=(), vat_codes=(), channel="sandbox",
        channels={}, live_allowed=False, sandbox_port=0, sandbox_approve=None,
    )  # fmt: skip


def take(here: Workspace, folder: Path, **filings: bytes) -> None:
    folder.mkdir(exist_ok=True)
    for name, content in filings.items():
        (folder / f"{name}.xml").write_bytes(content)
    take_in(here.store(), [Files([folder])], Options(workers=1), lambda *_: None)
    figures.bring_up_to_date(here.store())


def double(store: Store, table: str) -> None:
    """Every row of the first file of `table` twice: a fault that only a bug could make."""
    name, entry = next(iter(store.partitions(table).items()))
    with store.connect() as con:
        path = store.folder / entry.file
        query = f"FROM read_parquet('{path}') UNION ALL FROM read_parquet('{path}')"
        rows = con.sql(query).to_arrow_table()
    with store.transaction() as transaction:
        transaction.put(table, name, rows)


def failed(results: list[SuiteResult]) -> list[str]:
    return [one.rule_id for one in results if not one.success]


@pytest.mark.slow
# What Great Expectations' own dependencies warn of is theirs to mend.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_doubled_filing_is_found_until_it_is_mended(tmp_path: Path) -> None:
    here = workspace(tmp_path)
    take(here, tmp_path / "in", one=instance("10000001", 2023))
    assert failed(suites.check_intake(here)) == []
    for table in ("xbrl_filing", "xbrl_fact"):
        double(here.store(), table)
    faults = ["xbrl-filing-key-unique", "xbrl-fact-key-unique"]
    assert failed(suites.check_intake(here)) == faults
    assert failed(suites.check_intake(here)) == faults  # not hidden by what is kept


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The rows of each table that the last run of suites looked at."""
    seen: dict[str, int] = {}

    def run(con: duckdb.DuckDBPyConnection, tables: Iterable[str], _: Any) -> list[SuiteResult]:
        seen.clear()
        for table in tables:
            seen[table] = con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
        return [
            SuiteResult(table, "", rule_id, success=True, unexpected_count=0, observed="")
            for table in seen
            for rule_id, _ in expectations.suite_specs(table)
        ]

    monkeypatch.setattr(expectations, "run_suites", run)
    return seen


def test_only_new_files_are_looked_at_and_every_check_answers(
    tmp_path: Path, looked: dict[str, int]
) -> None:
    here, folder = workspace(tmp_path), tmp_path / "in"
    take(here, folder, one=instance("10000001", 2022), two=instance("10000002", 2023))
    every = [rule for table in suites.INTAKE_TABLES for rule, _ in expectations.suite_specs(table)]
    assert [one.rule_id for one in suites.check_intake(here)] == every
    assert (looked["xbrl_filing"], looked["xbrl_fact"]) == (2, 2 * FACTS)

    looked.clear()
    assert [one.rule_id for one in suites.check_intake(here)] == every
    assert looked == {}

    take(here, folder, three=instance("10000003", 2023))
    assert [one.rule_id for one in suites.check_intake(here)] == every
    assert (looked["xbrl_filing"], looked["xbrl_source"]) == (3, 3)  # keys may meet anywhere
    assert looked["xbrl_fact"] == FACTS
    assert "taxonomy_concept" not in looked
