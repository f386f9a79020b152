"""What is due by a day is due by the day in Denmark, wherever and in whatever zone this runs."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assets import workspace
from assets.authority.service import annual_intake, app
from assets.authority.service.folder import SandboxFolder
from assets.danish_day import danish_day, on_day
from assets.reports import standing
from tests.unit.reports.test_obligations import workspace as made_up_workspace

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
AFTER_MIDNIGHT = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
"""Half past midnight on 2 June in Denmark."""


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-06-01T21:59:59+00:00", "2026-06-01"),
        ("2026-06-01T22:00:00+00:00", "2026-06-02"),
        ("2026-12-01T22:59:59+00:00", "2026-12-01"),
        ("2026-12-01T23:00:00+00:00", "2026-12-02"),
        ("2026-06-01T23:30:00-05:00", "2026-06-02"),
    ],
)
def test_the_day_changes_at_midnight_in_denmark(moment: str, day: str) -> None:
    assert danish_day(datetime.fromisoformat(moment)).isoformat() == day


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), MOMENTS)
@example(date(2026, 3, 29), datetime(2026, 1, 1, 1, 30, tzinfo=UTC))  # an hour that is left out
@example(date(2026, 5, 4), datetime(2026, 11, 23, 22, 30, tzinfo=UTC))
def test_a_moment_moved_to_a_day_is_on_that_day(day: date, moment: datetime) -> None:
    assert danish_day(on_day(day, moment)) == day


@given(MOMENTS)
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))  # an hour that comes twice
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
def test_a_moment_moved_to_its_own_day_stays(moment: datetime) -> None:
    assert on_day(danish_day(moment), moment) == moment


def test_a_company_is_told_what_is_due_by_the_danish_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "datetime", SimpleNamespace(now=AFTER_MIDNIGHT.astimezone))
    here = made_up_workspace(tmp_path)
    assert (here.today, here.now()) == (date(2026, 6, 2), AFTER_MIDNIGHT)
    fixed = replace(here, fixed_today=date(2026, 5, 4))
    assert (fixed.today, danish_day(fixed.now())) == (date(2026, 5, 4), date(2026, 5, 4))


def test_what_was_accepted_after_midnight_was_accepted_that_day() -> None:
    row = {"company_id": "c", "report_type": "vat_return", "period_start": 1, "period_end": 2}
    operations = SimpleNamespace(filings=lambda **_: [{**row, "decided_at": AFTER_MIDNIGHT}])
    assert list(standing._received(operations, ["c"]).values()) == [date(2026, 6, 2)]


def test_an_authority_judges_by_the_danish_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    real = app.Authority
    monkeypatch.setattr(app, "Authority", lambda *args: made.append(real(*args)) or made[-1])
    app.build(SandboxFolder(tmp_path), clock=lambda: AFTER_MIDNIGHT)
    assert (made[0].today(), made[0].moment()) == (date(2026, 6, 2), AFTER_MIDNIGHT)


def test_an_annual_report_is_received_on_the_danish_day() -> None:
    desk = annual_intake.AnnualAuthority(
        SimpleNamespace(of_cvr=lambda _: None), None, None, None, None, None
    )
    report = SimpleNamespace(case_number="1", cvr="2", content=b"", received_at=AFTER_MIDNIGHT)
    assert desk.task(report).day == date(2026, 6, 2)
