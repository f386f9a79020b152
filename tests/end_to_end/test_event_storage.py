"""Dagster's records, written with connections kept open, are those it writes itself."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

from pipelines import event_storage
from pipelines.workspace import HOME


@dg.asset
def ledger() -> None:
    """An asset with a check."""


@dg.asset_check(asset=ledger)
def is_sound() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False, metadata={"unexpected_rows": 3})


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(HOME))
    monkeypatch.setenv("DAGSTER_STATE_DIR", str(tmp_path))
    with dg.DagsterInstance.get() as made:
        assert isinstance(made.event_log_storage, event_storage.KeptOpenEvents)
        yield made


def run(instance: dg.DagsterInstance) -> str:
    return dg.materialize([ledger, is_sound], instance=instance).run_id


def test_dagsters_own_storage_reads_what_was_written(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    run_id = run(instance)
    own = DagsterSqliteStorage(str(tmp_path)).event_log_storage
    written = own.get_logs_for_run(run_id)
    assert written == instance.all_logs(run_id)
    assert written[-1].dagster_event_type is dg.DagsterEventType.RUN_SUCCESS
    key = dg.AssetCheckKey(dg.AssetKey("ledger"), "is_sound")
    kept = own.get_asset_check_execution_history(key, limit=1)[0]
    assert kept.status.value == "FAILED"
    assert own.get_latest_materialization_events([key.asset_key])[key.asset_key] is not None


def test_few_files_stay_open(instance: dg.DagsterInstance) -> None:
    storage = instance.event_log_storage
    assert isinstance(storage, event_storage.KeptOpenEvents)
    runs = [run(instance) for _ in range(5)]
    assert len(storage._kept) == event_storage._OPEN
    assert all(instance.all_logs(run_id) for run_id in runs)
    assert len(storage._kept) == event_storage._OPEN


def test_records_removed_beside_it_are_gone(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    run_id = run(instance)
    for path in (tmp_path / "history" / "runs").glob(f"{run_id}.db*"):
        path.unlink()
    assert instance.all_logs(run_id) == []
