"""What a failed run leaves in Dagster: stamped, tried once, told in our words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.deliveries import obligations as kept
from assets.reports import duty, obligations
from assets.reports.calendar import Obligation
from assets.sources import pull_all
from pipelines import run, settings
from pipelines.definitions import defs
from pipelines.schedules import SCHEDULES
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


def test_schedules_take_up_an_annual_report_until_it_is_accepted(
    workspace: settings.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SETTINGS.replace(
        "[[connection]]",
        '[company.annual_report]\nclass = "B"\nfirst_day = 2025-01-01\n[[connection]]',
    )
    workspace.settings.write_text(text)
    monkeypatch.setenv("INDBERET_SETTINGS", str(workspace.settings))
    monkeypatch.setenv("INDBERET_TODAY", "2026-07-15")
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2026, 7, 15, tzinfo=UTC),
        repository_def=defs.get_repository_def(),
    )
    draft = next(one for one in SCHEDULES if one.name == "daily_draft")
    requests = list(draft.evaluate_tick(context).run_requests or [])
    yearly = [_is_yearly_only(one) for one in requests]
    months = [str(one.run_key).rsplit("/", 1)[1] for one in requests]
    assert months == ["2025-12", "2026-04", "2026-05", "2026-06", "2026-07"]
    assert yearly == [True, False, False, False, False]
    for one in requests:
        dg.validate_run_config(defs.resolve_job_def("draft"), one.run_config)


def _is_yearly_only(request: dg.RunRequest) -> bool:
    return bool(request.run_config["resources"]["workspace"]["config"]["yearly_only"])
