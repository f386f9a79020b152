"""Dagster assets of the first stage: what the bookkeeping systems gave."""

from collections.abc import Iterator

import dagster as dg

from assets.asset import OWNERS, RETRIES, failures
from assets.lineage import LANDING
from assets.sources import landing, pull_all
from assets.workspace import Workspace
from warehouse.tables import LANDED

_READ = dg.AssetCheckSpec(
    "every_connection_read",
    asset=LANDING,
    description="Every connection could be read to its end; the rest are named.",
)


def _schema() -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(f"{stream.name}.{column.name}", column.type, column.meaning)
            for stream in LANDED.values()
            for column in stream.columns
        ]
    )


@dg.multi_asset(
    name="pull_sources",
    specs=[
        dg.AssetSpec(
            LANDING,
            group_name="sources",
            kinds={"python", "parquet"},
            owners=OWNERS,
            metadata={"dagster/column_schema": _schema()},
            description="Records as the bookkeeping systems gave them: landed unchanged with load "
            "id and hash, only what changed since the last pull, raw bytes kept as evidence.",
        )
    ],
    check_specs=[_READ],
    retry_policy=RETRIES,
)
def landed(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Pull every selected connection."""
    with failures(context):
        pulled = pull_all.pull(workspace, workspace.progress, full=workspace.is_again)
        pull_all.raise_if_none_succeeded(pulled)
    folder = workspace.folder("landed")
    loads = [load for c in workspace.connections for load in landing.loads(folder, c.connection_id)]
    yield dg.MaterializeResult(
        asset_key=LANDING,
        metadata={
            "dagster/row_count": sum(load.record_count for load in loads),
            "loads": len(loads),
            "folder": dg.MetadataValue.path(str(folder)),
            "connections": dg.MetadataValue.md(_table(pulled)),
        },
        check_results=[_check(pulled)],
    )


def _check(pulled: list[pull_all.Pulled]) -> dg.AssetCheckResult:
    failed = {p.connection_id: str(p.error) for p in pulled if p.error is not None}
    return dg.AssetCheckResult(
        check_name=_READ.name,
        passed=not failed,
        metadata={"read": len(pulled) - len(failed), "failed": len(failed), **failed},
    )


def _table(pulled: list[pull_all.Pulled]) -> str:
    rows = [
        f"| {p.company_id} | {p.connection_id} | {p.system} | "
        + (
            f"{p.result.records} | {p.result.deleted} | {p.result.load_id or 'unchanged'} |"
            if p.result
            else f"– | – | {p.error} |"
        )
        for p in pulled
    ]
    head = "| company | connection | system | new or changed | deleted | load |"
    return "\n".join([head, "|---|---|---|---|---|---|", *rows])
