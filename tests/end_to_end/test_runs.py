"""What a failed run leaves in Dagster: stamped, tried once, told in our words."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from assets.deliveries import obligations as kept
from assets.reports import duty, obligations
from assets.reports.calendar import Obligation
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


def test_a_calendar_that_cannot_be_reached_leaves_the_kept_dates(
    workspace: settings.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last = duty.of("vat_return").around(workspace.today)
    with workspace.operations_database() as operations:
        obligations.bring_up_to_date(workspace, operations, first, last)
        before = kept.due(operations)
    assert before

    def refuse(*_: object) -> None:
        raise TransientError("The authority does not answer. Try again later.")

    monkeypatch.setattr(obligations, "open_channel", refuse)
    with pytest.raises(TransientError, match="does not answer"):
        run.run(workspace, "calendar", silent)
    assert last_run().tags["indberet/failure"] == "transient"
    with workspace.operations_database() as operations:
        assert kept.due(operations) == before


def test_the_authoritys_dates_are_kept_by_the_job(
    workspace: settings.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Obligation(
        "nordlys", "vat_return", date(2026, 7, 1), date(2026, 9, 30), "quarter",
        date(2026, 12, 24), date(2026, 12, 24), "authority",
    )  # fmt: skip
    workspace = replace(workspace, fixed_today=date(2026, 11, 22))
    monkeypatch.setattr(obligations, "by_authority", lambda *_: ([told], []))
    run.run(workspace, "calendar", silent)
    with workspace.operations_database() as operations:
        found = [row for row in kept.due(operations) if row["origin"] == "authority"]
    assert [row["due_date"] for row in found] == [date(2026, 12, 24)]
