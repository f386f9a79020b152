"""Dagster asset of the warehouse: one DuckDB file with a view per table."""

import dagster as dg

from assets.asset import OWNERS, failures
from assets.warehouse.publish import publish
from assets.workspace import Workspace
from warehouse.tables import TABLES


@dg.asset(
    key="warehouse",
    deps=list(TABLES),
    group_name="warehouse",
    kinds={"duckdb"},
    owners=OWNERS,
    description="Views over every table, for any SQL client, and snapshots of the operations "
    "database; rebuilt whole and swapped in.",
)
def warehouse(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> dg.MaterializeResult[None]:
    """Publish `warehouse.duckdb`."""
    with failures(context):
        path = publish(workspace)
    store = workspace.store()
    rows = "\n".join(f"| {name} | {store.row_count(name)} |" for name in TABLES)
    return dg.MaterializeResult(
        metadata={
            "file": dg.MetadataValue.path(str(path)),
            "tables": dg.MetadataValue.md(f"| table | rows |\n|---|---|\n{rows}"),
            "dagster/row_count": sum(store.row_count(name) for name in TABLES),
        }
    )
