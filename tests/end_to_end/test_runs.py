"""What a failed run leaves in Dagster: stamped, tried once, told in our words."""

from pathlib import Path

import dagster as dg
import pytest

from assets.sources import pull_all
from pipelines import run, settings
from warehouse.errors import PermanentError, ReportingError, TransientError

SETTINGS = """
[[company]]
id = "nordlys"
name = "Nordlys ApS"
cvr = "10150817"
vat_frequency = "quarter"

[[connection]]
id = "books"
company = "nordlys"
system = "sie4"
path = "gone.se"
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> settings.Workspace:
    for name in ("DAGSTER_HOME", "DAGSTER_STATE_DIR", "INDBERET_SETTINGS", "INDBERET_SCHEDULES"):
        monkeypatch.setenv(name, "")  # so that what the run sets is taken back
    (tmp_path / "indberet.toml").write_text(SETTINGS)
    return settings.load(tmp_path / "indberet.toml")


def silent(_what: str, _count: int) -> None:
    pass


def last_run() -> dg.DagsterRun:
    with dg.DagsterInstance.get() as instance:
        return next(iter(instance.get_runs(limit=1)))


def test_a_permanent_failure_is_stamped_and_never_retried(workspace: settings.Workspace) -> None:
    with pytest.raises(PermanentError, match=r"gone\.se"):
        run.run(workspace, "pull", silent)
    found = last_run()
    assert found.status is dg.DagsterRunStatus.FAILURE
    assert found.tags["indberet/failure"] == "permanent"
    assert found.tags["dagster/max_retries"] == "0"


def test_a_transient_failure_is_told_at_once_to_a_person(
    workspace: settings.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> list[pull_all.Pulled]:
        raise TransientError("The server at books.example does not answer. Try again later.")

    monkeypatch.setattr(pull_all, "pull", refuse)
    with pytest.raises(TransientError, match=r"books\.example"):
        run.run(workspace, "pull", silent)
    found = last_run()
    assert found.tags["indberet/failure"] == "transient"
    assert "dagster/max_retries" not in found.tags


def test_a_month_outside_what_is_kept_is_refused(workspace: settings.Workspace) -> None:
    with pytest.raises(ReportingError, match="2055-01 lies outside"):
        run.run(workspace, "check", silent, partition="2055-01")
