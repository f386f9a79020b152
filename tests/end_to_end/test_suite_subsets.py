"""A backfill of some tables takes their checks with it, and no others."""

from pathlib import Path

import dagster as dg
import pytest

from assets.checks import asset, suites
from assets.workspace import Workspace
from pipelines.definitions import defs
from quality import expectations
from quality.expectations import SuiteResult
from tests.end_to_end.test_intake_suites import workspace

GROUPS = [
    (asset.ledger_suites, suites.LEDGER_TABLES),
    (asset.operations_suites, suites.OPERATIONS_TABLES),
    (asset.intake_suites, suites.INTAKE_TABLES),
    (asset.authority_suites, suites.AUTHORITY_TABLES),
]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables that were judged; all is well with them."""
    seen: list[str] = []

    def said(_: Workspace, tables: dict[str, list[str]]) -> list[SuiteResult]:
        seen.extend(tables)
        return [
            SuiteResult(table, "expect", rule, success=True, unexpected_count=0, observed="")
            for table in tables
            for rule, _ in expectations.suite_specs(table)
        ]

    monkeypatch.setattr(suites, "_judge", said)
    return seen


@pytest.mark.parametrize(("checks", "tables"), GROUPS)
def test_the_checks_of_two_tables_and_one_of_a_third(
    checks: dg.AssetChecksDefinition,
    tables: list[str],
    judged: list[str],
    tmp_path: Path,
) -> None:
    chosen = tables[:3] if len(tables) > 3 else tables[:2]
    keys = sorted(key for key in checks.check_keys if key.asset_key.path[-1] in chosen)
    last = [key for key in keys if key.asset_key.path[-1] == chosen[-1]]
    wanted = frozenset(keys) - frozenset(last[1:])
    job = defs.resolve_implicit_global_asset_job_def().get_subset(
        asset_selection=frozenset(), asset_check_selection=wanted
    )
    done = job.execute_in_process(resources={"workspace": workspace(tmp_path)})
    found = [one.asset_check_key for one in done.get_asset_check_evaluations()]
    assert (set(found), len(found)) == (set(wanted), len(wanted))
    assert judged == chosen
