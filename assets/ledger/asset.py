"""Dagster assets of the ledger: one per table, built together from what is landed."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.asset import failures, result, spec
from assets.ledger import build
from assets.lineage import LANDING
from assets.workspace import Workspace
from warehouse.tables import TABLES

LEDGER_TABLES = [
    name
    for name, table in TABLES.items()
    if table.stage == "ledger" or (table.stage == "source" and table.partition != "load")
]


@dg.multi_asset(
    name="build_ledger",
    specs=[
        spec(name, deps=[LANDING], kinds={"duckdb", "parquet"}, partitioned=False)
        for name in LEDGER_TABLES
    ],
)
def ledger(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Bring the ledger up to the newest loads; only touched company-months are rewritten."""
    store = workspace.store()
    with failures(context):
        built = build.build_ledger(
            store,
            workspace.folder("landed"),
            _companies(workspace),
            _connections(workspace),
            _mapping(workspace),
            memory_limit=workspace.memory_limit,
            threads=workspace.threads,
            progress=workspace.progress,
        )
    done: dict[str, Any] = {
        "loads_taken_in": built.loads,
        "companies_touched": len(built.companies),
        "partitions_rewritten": len(built.partitions),
    }
    for name in LEDGER_TABLES:
        yield result(store, name, **done)


def _companies(workspace: Workspace) -> list[build.Company]:
    return [
        build.Company(
            c.company_id, c.name, c.cvr or None, c.se_number or None, c.country, c.base_currency
        )
        for c in workspace.companies
    ]


def _connections(workspace: Workspace) -> list[build.ConnectionRef]:
    return [
        build.ConnectionRef(c.connection_id, c.company_id, c.system) for c in workspace.connections
    ]


def _mapping(workspace: Workspace) -> build.Mapping:
    return build.Mapping(
        [(m.company_id, m.account_code, m.standard_account_code) for m in workspace.accounts],
        [
            (m.company_id, m.vat_code, m.standard_vat_code, m.part or None)
            for m in workspace.vat_codes
        ],
    )
