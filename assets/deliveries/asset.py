"""Dagster assets of the deliveries: attempts, and the authority's receipts."""

from collections.abc import Iterator

import dagster as dg

from assets.asset import RETRIES, failures, spec
from assets.deliveries import period as deliveries
from assets.deliveries.channels import certificate_findings
from assets.deliveries.run import Result
from assets.workspace import Workspace
from warehouse.errors import TransientError


@dg.multi_asset(
    name="deliver_filings",
    specs=[spec("delivery", deps=["filing"], kinds={"http", "sqlite"}, partitioned=True)],
    retry_policy=RETRIES,
)
def delivery(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Send the partition's approved filings, each written down before it is sent."""
    with failures(context), workspace.operations_database() as operations:
        for found in certificate_findings(workspace):
            context.log.warning(str(found))
        results = deliveries.deliver(workspace, operations, context.partition_key)
        _raise_if_unreached(results)
    yield _result("delivery", results, workspace)


@dg.multi_asset(
    name="fetch_receipts",
    specs=[
        spec("receipt", deps=["delivery", "filing"], kinds={"http", "sqlite"}, partitioned=True)
    ],
    retry_policy=RETRIES,
)
def receipt(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Fetch the decisions and receipts of the partition's filings; keep them as evidence."""
    with failures(context), workspace.operations_database() as operations:
        results = deliveries.receipts(workspace, operations, context.partition_key)
        _raise_if_unreached(results)
    yield _result("receipt", results, workspace)


def _raise_if_unreached(results: list[Result]) -> None:
    """When no filing at all got an answer the authority is down: a later run may reach it."""
    if results and all(one.problem == "transient" for one in results):
        raise TransientError(results[0].message)


def _result(table: str, results: list[Result], workspace: Workspace) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=table,
        metadata={
            "filings": len(results),
            "problems": sum(one.problem is not None for one in results),
            "outcome": dg.MetadataValue.md(_table(results)),
            "folder": dg.MetadataValue.path(str(workspace.storage)),
        },
    )


def _table(results: list[Result]) -> str:
    rows = [
        f"| {r.company_id} | {r.report_type} | {r.period_end} | {r.state} | {r.problem or ''} "
        f"| {r.message} | {f'[approve]({r.deep_link})' if r.deep_link else ''} |"
        for r in results
    ]
    head = "| company | report | period end | state | problem | word | at the authority |"
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows])
