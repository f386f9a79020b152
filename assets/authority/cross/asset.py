"""Dagster asset of the cross-report checks: comparisons, the reports behind them, scores."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.asset import failures, result, spec
from assets.authority.cross import run
from assets.workspace import Workspace

_READS = [
    "registered_company", "received_filing", "filed_vat_amount", "filed_eu_sale", "xbrl_filing",
    "xbrl_fact", "duty_status",
]  # fmt: skip
_NAMED = 20
_USED = dg.AssetCheckSpec(
    "every_row_handed_over_is_used",
    asset="cross_check",
    description="Every row of the tables other authorities handed over could be used.",
)


@dg.multi_asset(
    name="cross_checks",
    specs=[
        spec(name, deps=_READS, kinds={"duckdb", "sql"}, partitioned=False) for name in run.WRITTEN
    ],
    check_specs=[_USED],
)
def cross_checks(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Compare every company's reports with one another and with its peers'."""
    with failures(context):
        done = run.of_workspace(workspace)
    outcomes: dict[str, Any] = {f"outcome_{name}": count for name, count in done.outcomes.items()}
    for table in run.WRITTEN:
        yield result(workspace.store(), table, **outcomes)
    named = "\n".join(f"- {finding}" for finding in done.findings[:_NAMED])
    yield dg.AssetCheckResult(
        check_name=_USED.name,
        asset_key="cross_check",
        passed=not done.findings,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "not_used": len(done.findings),
            "named": dg.MetadataValue.md(named or "none"),
        },
    )
