"""When the jobs run, and what happens when one fails. Off unless the settings say `on`.

Belongs here: schedules and the failure sensor. Does not: what the jobs do.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import dagster as dg

from assets.asset import FAILURE_TAG, schedules_on
from assets.authority.asset import DAYS
from assets.danish_day import ZONE_NAME
from pipelines import periods, settings
from pipelines.periods import Asked
from pipelines.workspace import settings_path

_STATUS = dg.DefaultScheduleStatus.RUNNING if schedules_on() else dg.DefaultScheduleStatus.STOPPED
_OPEN_MONTHS = 4
"""A half-year's return is due two months after it ends; receipts follow within days."""


def open_periods(today: date, owed: Sequence[Asked] = ()) -> list[Asked]:
    """The months whose reports may still be drafted, delivered or waited for, oldest first.

    The last four, and of the months `owed` the annual reports of older ones.

    >>> found = open_periods(date(2026, 11, 22), [Asked("2025-12", is_yearly_only=True)])
    >>> [(one.month, one.is_yearly_only) for one in found][:2]
    [('2025-12', True), ('2026-08', False)]
    """
    months = []
    day = today.replace(day=1)
    for _ in range(_OPEN_MONTHS):
        months.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    older = {one.month for one in owed if one.is_yearly_only} - set(months)
    yearly = [Asked(month, is_yearly_only=True) for month in older]
    return sorted([*map(Asked, months), *yearly])


def _per_period(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    workspace = settings.load(settings_path())
    owed = periods.still_owed(workspace) if any(c.annual for c in workspace.companies) else []
    stamp = f"{context.scheduled_execution_time:%Y-%m-%dT%H:%M}"
    for one in open_periods(workspace.today, owed):
        yield dg.RunRequest(
            run_key=f"{stamp}/{one.month}",
            partition_key=one.month,
            run_config={
                "resources": {"workspace": {"config": {"yearly_only": one.is_yearly_only}}}
            },
        )


def _of_authority(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """A run for the day that is running, where the workspace is an authority's."""
    if settings.load(settings_path()).authority is None:
        return dg.SkipReason("The settings have no [authority]: nothing is received here.")
    day = DAYS.get_last_partition_key()
    stamp = f"{context.scheduled_execution_time:%Y-%m-%dT%H:%M}"
    return dg.RunRequest(run_key=f"{stamp}/{day}", partition_key=day)


SCHEDULES = [
    dg.ScheduleDefinition(
        name="arrivals_through_the_day",
        job_name="arrivals",
        cron_schedule="*/10 * * * *",
        execution_timezone=ZONE_NAME,
        default_status=_STATUS,
        execution_fn=_of_authority,
        description="Bring in what an authority has received, every ten minutes.",
    ),
    dg.ScheduleDefinition(
        name="nightly_authority",
        job_name="authority",
        cron_schedule="0 1 * * *",
        execution_timezone=ZONE_NAME,
        default_status=_STATUS,
        execution_fn=_of_authority,
        description="The whole of an authority's side each night: verdicts, duties, reminders, "
        "comparisons, statistics.",
    ),
    dg.ScheduleDefinition(
        name="daily_calendar",
        job_name="calendar",
        cron_schedule="30 3 * * *",
        execution_timezone=ZONE_NAME,
        default_status=_STATUS,
        description="Ask the authority each night what is due when.",
    ),
    dg.ScheduleDefinition(
        name="daily_pull",
        job_name="pull",
        cron_schedule="0 4 * * *",
        execution_timezone=ZONE_NAME,
        default_status=_STATUS,
        description="Read every source each night.",
    ),
    dg.ScheduleDefinition(
        name="daily_intake",
        job_name="intake",
        cron_schedule="0 2 * * *",
        execution_timezone=ZONE_NAME,
        default_status=_STATUS,
        description="Take in new filings each night, where the settings name a place.",
    ),
    dg.ScheduleDefinition(
        name="daily_draft",
        job_name="draft",
        cron_schedule="30 4 * * *",
        execution_timezone=ZONE_NAME,
        default_status=_STATUS,
        execution_fn=_per_period,
        description="Check and draft every open period each night.",
    ),
    dg.ScheduleDefinition(
        name="deliver_when_due",
        job_name="deliver",
        cron_schedule="0 6 * * *",
        execution_timezone=ZONE_NAME,
        default_status=_STATUS,
        execution_fn=_per_period,
        description="Send what is approved, each morning.",
    ),
    dg.ScheduleDefinition(
        name="poll_receipts",
        job_name="receipts",
        cron_schedule="0 7-18/2 * * 1-5",
        execution_timezone=ZONE_NAME,
        default_status=_STATUS,
        execution_fn=_per_period,
        description="Ask the authority for decisions and receipts through the working day.",
    ),
]


@dg.run_failure_sensor(
    name="tell_of_failures",
    default_status=dg.DefaultSensorStatus.RUNNING
    if schedules_on()
    else dg.DefaultSensorStatus.STOPPED,
    description="Write each failed run as one line to failures.jsonl in the storage folder.",
)
def tell_of_failures(context: dg.RunFailureSensorContext) -> None:
    """Keep what failed where a person or a mail job finds it."""
    workspace = settings.load(settings_path())
    line = {
        "run_id": context.dagster_run.run_id,
        "job": context.dagster_run.job_name,
        "partition": context.dagster_run.tags.get("dagster/partition"),
        "kind": context.dagster_run.tags.get(FAILURE_TAG, "unknown"),
        "message": context.failure_event.message,
    }
    with (workspace.storage / "failures.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    context.log.error("%s failed: %s", line["job"], line["message"])


SENSORS = [tell_of_failures]
