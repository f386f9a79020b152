"""Dagster asset of the reminders: table `reminder`, and the outbox beside it."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.asset import failures, result, spec
from assets.authority.reminders import outbox, writing
from assets.workspace import Workspace


@dg.multi_asset(
    name="write_reminders",
    specs=[
        spec(
            outbox.TABLE,
            deps=["duty_status", "registered_company", "received_filing"],
            kinds={"python", "parquet"},
            partitioned=False,
        )
    ],
)
def reminders(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Write the day's reminders to the outbox, each once; nothing is sent."""
    with failures(context):
        outcome = writing.write(workspace, workspace.today)
    told: dict[str, Any] = {
        f"{report} {kind}": count for (report, kind), count in outcome.written.items()
    }
    named = "\n".join(f"- {finding}" for finding in outcome.findings)
    yield result(
        workspace.store(),
        outbox.TABLE,
        new_messages=sum(told.values()),
        left_by_a_stopped_run=outcome.finished,
        without_recipient=dg.MetadataValue.md(named or "none"),
        **told,
    )
