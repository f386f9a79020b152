"""Dagster asset of the filings: the exact bytes to submit, by their hash."""

from collections.abc import Iterator

import dagster as dg

from assets.asset import failures, spec
from assets.filings import period as filings
from assets.workspace import Workspace
from warehouse.operations import Row


@dg.multi_asset(
    name="render_filings",
    specs=[
        spec(
            "filing",
            deps=["report", "report_line", "report_text", "reconciliation", "company"],
            kinds={"xml", "sqlite"},
            partitioned=True,
        )
    ],
)
def filing(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Render, validate and register the partition's ready reports; approve by policy."""
    period = context.partition_key
    with failures(context), workspace.operations_database() as operations:
        done = filings.build(workspace, operations, period)
        rows = operations.filings(period=period)
    for company, problem in done.problems.items():
        context.log.error("%s: %s", company, problem)
    for company, warnings in done.warnings.items():
        context.log.warning("%s: %s", company, "; ".join(warnings))
    yield dg.MaterializeResult(
        asset_key="filing",
        metadata={
            "dagster/row_count": len(rows),
            "new": done.built,
            "unchanged": done.unchanged,
            "nothing_to_file": done.nothing_to_file,
            "approved_by_policy": done.approved,
            "awaiting_approval": len(done.awaiting_approval),
            "problems": dg.MetadataValue.json(done.problems),
            "warnings": dg.MetadataValue.json(done.warnings),
            "folder": dg.MetadataValue.path(str(workspace.storage / "filings")),
            "filings": dg.MetadataValue.md(_table(rows)),
        },
    )


def _table(rows: list[Row]) -> str:
    lines = [
        f"| {r['company_id']} | {r['report_type']} | {r['period_start']} – {r['period_end']} "
        f"| {r['state']} | `{str(r['filing_id'])[:12]}` | {r['path']} |"
        for r in rows
    ]
    head = "| company | report | period | state | filing | bytes |"
    return "\n".join([head, "|---|---|---|---|---|---|", *lines])
