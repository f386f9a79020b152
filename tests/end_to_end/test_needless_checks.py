"""A run leaves out the ledger's checks only while what Dagster shows of them still holds."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from assets.checks import suites
from assets.checks.asset import ledger_suites
from assets.workspace import Workspace
from pipelines import run, settings
from quality import expectations
from quality.expectations import SuiteResult

SETTINGS = """
[[company]]
id = "nordlys"
name = "Nordlys ApS"
cvr = "10150817"
vat_frequency = "quarter"
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    for name in ("DAGSTER_HOME", "DAGSTER_STATE_DIR", "INDBERET_SETTINGS", "INDBERET_SCHEDULES"):
        monkeypatch.setenv(name, "")  # so that what the run sets is taken back
    (tmp_path / "indberet.toml").write_text(SETTINGS)
    return settings.load(tmp_path / "indberet.toml")


def judge(monkeypatch: pytest.MonkeyPatch, failing: str = "") -> None:
    """Let the suites say of an empty ledger that all is well, but for one rule."""

    def said(_: Workspace, tables: dict[str, list[str]]) -> list[SuiteResult]:
        return [
            SuiteResult(table, "expect", rule, rule != failing, int(rule == failing), "")
            for table in tables
            for rule, _ in expectations.suite_specs(table)
        ]

    monkeypatch.setattr(suites, "_judge", said)


def checked(workspace: Workspace) -> int:
    """How many of the ledger's checks a run recorded."""
    done = run.run(workspace, "check", lambda *_: None, partition="2026-09")
    with dg.DagsterInstance.get() as instance:
        found = instance.event_log_storage.get_latest_asset_check_execution_by_key(
            list(ledger_suites.check_keys)
        )
    assert len(found) == len(ledger_suites.check_keys), "every check is shown"
    return sum(one.run_id == done.run_id for one in found.values())


def test_checks_that_passed_are_recorded_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(monkeypatch)
    every = len(ledger_suites.check_keys)
    assert [checked(workspace), checked(workspace)] == [every, 0]
    shutil.rmtree(workspace.folder("dagster"))
    assert checked(workspace) == every, "what is no longer shown is recorded again"
    monkeypatch.setattr(suites, "_key", lambda *_: "of other rows")
    assert checked(workspace) == every, "other rows are judged"


def test_a_check_that_failed_is_told_in_every_run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(monkeypatch, failing="posting-columns")
    for _ in range(2):
        done = run.run(workspace, "check", lambda *_: None, partition="2026-09")
        assert done.failed_checks == ["posting_columns"]
