"""Dagster assets of the reports: what is due, the reports, their lines and postings."""

from collections.abc import Iterator

import dagster as dg

from assets.asset import OWNERS, RETRIES, column_schema, failures, result, spec
from assets.checks.period import withheld_in
from assets.reports import obligations
from assets.reports import period as reports
from assets.workspace import Workspace
from warehouse.tables import TABLES

_LEDGER = [
    "posting", "tax_line", "voucher", "party", "ledger_account", "opening_balance", "company",
]  # fmt: skip
_KINDS = {"duckdb", "sql"}
_TABLES = {
    "report": [*_LEDGER, "obligation", "finding"],
    "report_line": [*_LEDGER, "obligation"],
    "report_line_posting": [*_LEDGER, "obligation"],
    "report_text": [*_LEDGER, "obligation"],
    "reconciliation": ["posting", "tax_line", "ledger_account", "company", "obligation"],
}


@dg.multi_asset(
    name="ask_calendar",
    specs=[
        dg.AssetSpec(
            "authority_calendar",
            group_name="calendar",
            kinds={"xml", "sqlite"},
            owners=OWNERS,
            metadata={"dagster/column_schema": column_schema(TABLES["obligation"])},
            description="The authority's own dates for each company, kept among the obligations "
            "in place of the law's; asked for half a year back and ahead.",
        )
    ],
    retry_policy=RETRIES,
)
def authority_calendar(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Ask the authority what is due when; unreachable, the dates kept before stay."""
    with failures(context), workspace.operations_database() as operations:
        kept = obligations.ask(workspace, operations)
    yield dg.MaterializeResult(
        asset_key="authority_calendar",
        metadata={
            "new_or_changed": kept.changed,
            "findings": dg.MetadataValue.md(
                "\n".join(f"- {f.company_id}, {f.where}: {f.message}" for f in kept.findings)
            ),
        },
    )


@dg.multi_asset(
    name="keep_calendar",
    specs=[
        spec(
            "obligation", deps=["company", "authority_calendar"], kinds={"sqlite"}, partitioned=True
        )
    ],
)
def obligation(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Write down what the law says is due; the authority's own dates stay."""
    with failures(context), workspace.operations_database() as operations:
        changed = obligations.record(workspace, operations, context.partition_key)
        due = obligations.table(workspace, operations, context.partition_key)
    yield dg.MaterializeResult(
        asset_key="obligation",
        metadata={
            "dagster/row_count": len(due),
            "new_or_changed": changed,
            "due": dg.MetadataValue.md(_due(due)),
        },
    )


@dg.multi_asset(
    name="build_reports",
    specs=[
        spec(table, deps=deps, kinds=_KINDS, partitioned=True) for table, deps in _TABLES.items()
    ],
)
def report(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Build every report due in the partition's month, with the postings behind each line."""
    period = context.partition_key
    with failures(context), workspace.operations_database() as operations:
        reports.build(
            workspace,
            operations,
            period,
            withheld_in(workspace, period),
            withheld_in(workspace, period, is_yearly=True),
        )
        unexplained = reports.reconcile(workspace, operations, period)
        built = reports.withhold(workspace, period)
    store = workspace.store()
    yield result(
        store,
        "report",
        period,
        **{f"reports_{state}": count for state, count in built.states.items()},
        why_withheld=dg.MetadataValue.md(_withheld(built)),
    )
    yield result(store, "report_line", period)
    yield result(store, "report_line_posting", period)
    yield result(store, "report_text", period)
    yield result(store, "reconciliation", period, outside_tolerance=unexplained)


def _due(rows: list[obligations.Due]) -> str:
    lines = [
        f"| {r.company_id} | {r.report_type} | {r.period_start} – {r.period_end} | {r.due_date} "
        f"| {r.state} | {r.origin} |"
        for r in rows
    ]
    head = "| company | report | period | due | state | says |"
    return "\n".join([head, "|---|---|---|---|---|---|", *lines])


def _withheld(built: reports.Built) -> str:
    rows = [f"| {company} | {reason} |" for company, reason in sorted(built.withheld.items())]
    return "\n".join(["| company | why it is withheld |", "|---|---|", *rows])
