"""Dagster assets of the statistics: the cells, and the reports behind them."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.asset import failures, result, spec
from assets.authority.statistics import writing
from assets.workspace import Workspace

_FROM = [
    "company_figure",
    "duty_status",
    "filed_eu_sale",
    "filed_vat_amount",
    "received_filing",
    "registered_company",
]


@dg.multi_asset(
    name="work_out_statistics",
    specs=[
        spec(writing.BEHIND, deps=_FROM, kinds={"duckdb", "sql"}, partitioned=False),
        spec(
            writing.STATISTIC, deps=[writing.BEHIND], kinds={"duckdb", "python"}, partitioned=False
        ),
    ],
)
def statistics(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Add up what was filed, by industry, size and region; keep back what says too much."""
    with failures(context):
        outcome = writing.write(workspace)
    store = workspace.store()
    yield result(store, writing.BEHIND)
    kept: dict[str, Any] = {f"kept_back_{name}": n for name, n in outcome.suppressed.items()}
    yield result(store, writing.STATISTIC, cells=outcome.cells, **kept)
