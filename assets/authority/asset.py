"""Dagster assets of an authority: what arrived, its register, what was due; each accounted for."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg

from assets.asset import RETRIES, failures, result, spec
from assets.authority.arrivals import duties, registers, workspace_arrivals, writing
from assets.authority.arrivals.run import Statement
from assets.danish_day import ZONE_NAME
from assets.workspace import Workspace

DAYS = dg.DailyPartitionsDefinition(start_date="2025-01-01", timezone=ZONE_NAME, end_offset=1)
"""The day of receipt. The day that is running brings in whatever waits; an earlier one what was
received up to its end, so that a backfill over a deadline's days can be stopped between any two."""
_NAMED = 20
_EVENTS = dg.AssetCheckSpec(
    "every_event_accounted_for",
    asset=writing.RUN,
    description="Each run goes on where the one before ended, up to an event the service has.",
)
_TOTALS = dg.AssetCheckSpec(
    "totals_reconcile",
    asset=writing.FILING,
    description="The tables hold as many reports of each type as the service's events tell of.",
)
_DAYS_KNOWN = dg.AssetCheckSpec(
    "every_duty_has_a_day",
    asset=duties.TABLE,
    description="The law knows a day for every kind of duty in the register.",
)


@dg.multi_asset(
    name="take_in_arrivals",
    specs=[
        spec(name, deps=[], kinds={"sqlite", "parquet"}, partitioned=False).replace_attributes(
            partitions_def=DAYS
        )
        for name in writing.ARRIVALS
    ],
    check_specs=[_EVENTS, _TOTALS],
    retry_policy=RETRIES,
)
def arrivals(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Bring the receiving service's events into the tables, batch by batch from the cursor on."""
    with failures(context):
        made = workspace_arrivals.take_in(workspace, _up_to(context.partition_key))
        account = workspace_arrivals.account(workspace)
    store = workspace.store()
    for table in writing.ARRIVALS:
        yield result(store, table, **_told(made), more_waits=account.is_behind)
    yield dg.AssetCheckResult(
        check_name=_EVENTS.name,
        asset_key=writing.RUN,
        passed=not account.breaks,
        metadata={"to_event": account.cursor, "breaks": "\n".join(account.breaks) or "none"},
    )
    yield dg.AssetCheckResult(
        check_name=_TOTALS.name,
        asset_key=writing.FILING,
        passed=account.reconciles,
        metadata={
            kind: f"{told:,} by the service, {found:,} in the tables"
            for kind, (told, found) in account.counts.items()
        },
    )


def _up_to(day: str) -> date | None:
    """The last day of receipt to bring in; none for the day that is running."""
    return None if day == DAYS.get_last_partition_key() else date.fromisoformat(day)


def _told(made: list[Statement]) -> dict[str, Any]:
    return {
        "from_event": made[0].event_after + 1 if made else 0,
        "to_event": made[-1].event_to if made else 0,
        **{
            name: sum(getattr(one, name) for one in made)
            for name in ("events", "received", "updated", "quarantined")
        },
        "batches": len(made),
    }


@dg.asset_check(
    asset=writing.QUARANTINE,
    name="nothing_in_quarantine",
    additional_deps=["xbrl_filing"],
    description="Every report received could be brought into the tables.",
)
def nothing_in_quarantine(
    context: dg.AssetCheckExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> dg.AssetCheckResult:
    """Name what is set aside; the others went on."""
    with failures(context):
        found = workspace_arrivals.account(workspace).quarantined
    named = "\n".join(f"- {key} ({rule}): {message}" for key, rule, message in found[:_NAMED])
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"set_aside": len(found), "named": dg.MetadataValue.md(named or "none")},
    )


@dg.multi_asset(
    name="snapshot_register",
    specs=[
        spec(name, deps=[], kinds={"sqlite", "parquet"}, partitioned=False)
        for name in registers.TABLES_MADE
    ],
)
def register(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Companies, duties, mandates and the read log, as the register holds them now."""
    with failures(context):
        workspace_arrivals.snapshot(workspace)
    for table in registers.TABLES_MADE:
        yield result(workspace.store(), table)


@dg.multi_asset(
    name="follow_duties",
    specs=[
        spec(
            duties.TABLE,
            deps=[
                "registered_company", "registered_duty", "received_filing", "filed_vat_amount",
            ],
            kinds={"duckdb", "sql"},
            partitioned=False,
        )
    ],
    check_specs=[_DAYS_KNOWN],
)  # fmt: skip
def duty_status(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """What was due against what arrived: on time, late, missing, zero, estimated."""
    with failures(context):
        followed = workspace_arrivals.follow(workspace)
    counts: dict[str, Any] = {
        f"{kind} {state}": count for (kind, state), count in followed.counts.items()
    }
    yield result(workspace.store(), duties.TABLE, as_of=str(workspace.today), **counts)
    named = "; ".join(" ".join(filter(None, kind)) for kind in followed.unknown)
    yield dg.AssetCheckResult(
        check_name=_DAYS_KNOWN.name,
        asset_key=duties.TABLE,
        passed=not followed.unknown,
        metadata={"unknown": named or "none"},
    )
