"""Run a job in this process, recorded in the same Dagster instance the UI reads.

Belongs here: the bridge from a command to Dagster. Does not: any command, or
what the jobs do.
"""

import logging
import os
import warnings
from dataclasses import dataclass, replace
from typing import Any

from assets.sources.connector import Progress
from assets.workspace import Workspace
from warehouse.errors import SettingsError

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True)
class Ran:
    """One finished run: its id and, by asset, the metadata it recorded."""

    run_id: str
    metadata: dict[str, dict[str, Any]]
    failed_checks: list[str]


def run(workspace: Workspace, job: str, progress: Progress, *, partition: str | None = None) -> Ran:
    """Run `job` over `workspace`, for one partition when it is about a period.

    Raises what the stage raised when a step fails.
    """
    from pipelines.workspace import environment

    os.environ.update(environment(workspace))
    progress("starting", 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dagster's own notices about beta parameters
        return _in_process(replace(workspace, progress=progress), job, partition)


def _in_process(workspace: Workspace, job: str, partition: str | None) -> Ran:
    import dagster as dg

    from assets.asset import COMMAND_TAG, MONTHS
    from pipelines.definitions import defs

    logging.getLogger("alembic").setLevel(logging.WARNING)
    with dg.DagsterInstance.get() as instance:
        try:
            result = _needed(defs.resolve_job_def(job), workspace, instance).execute_in_process(
                instance=instance,
                partition_key=partition,
                resources={"workspace": workspace},
                run_config=_QUIET,
                tags={COMMAND_TAG: "command"},
            )
        except dg.DagsterUnknownPartitionError:
            raise SettingsError(
                f"The month {partition} lies outside what is kept: from "
                f"{MONTHS.get_first_partition_key()} to {MONTHS.get_last_partition_key()}. "
                "Choose a period in between."
            ) from None
        except dg.Failure as failure:
            if failure.__cause__ is not None:
                raise failure.__cause__ from None
            raise
    return Ran(
        result.run_id,
        {
            event.asset_key.to_user_string(): {
                key: value.value for key, value in event.materialization.metadata.items()
            }
            for event in result.get_asset_materialization_events()
            if event.asset_key is not None
        },
        [
            evaluation.check_name
            for evaluation in result.get_asset_check_evaluations()
            if not evaluation.passed
        ],
    )


def _needed(job: Any, workspace: Workspace, instance: Any) -> Any:
    """The job without the checks of a ledger that is as it was when they passed.

    Recording 160 results that are known costs seconds each time a person asks for a report.
    """
    from assets.checks.asset import needless

    parts = [one.assets_def for one in job.asset_layer.data]
    checks = frozenset[Any]().union(*(part.check_keys for part in parts))
    known = needless(workspace, instance) & checks
    if not known:
        return job
    keys = frozenset[Any]().union(*(part.keys for part in parts))
    return job.get_subset(asset_selection=keys, asset_check_selection=checks - known)
