"""Dagster assets of the checks: findings, and each rule as an asset check."""

import warnings
from collections.abc import Iterator, Sequence

import dagster as dg

from assets.asset import MONTHS, failures, result, spec
from assets.checks import period as checks
from assets.checks import suites
from assets.workspace import Workspace
from quality import bank, expectations, rules, yearly
from quality.finding import Severity

_READS = [
    "voucher", "posting", "tax_line", "ledger_account", "vat_code", "party", "company",
    "connection", "fiscal_period", "opening_balance", "control_total", "record_change",
    "obligation", "bank_balance", "bank_entry",
]  # fmt: skip
_NAMED = 20


def _name(rule: str) -> str:
    return rule.replace("-", "_").replace(".", "_")


_RULES = [rule for rule in (*rules.RULES, *yearly.RULES) if rule.severity is Severity.ERROR]
_SPECS = [
    dg.AssetCheckSpec(
        _name(rule.id),
        asset="finding",
        description=f"{rule.title}. A company that fails is withheld.\n\nSource: {rule.source}",
    )
    for rule in _RULES
]
_SOURCES = dg.AssetCheckSpec(
    "sources_are_sound",
    asset="finding",
    description="Every source was read, and said nothing that withholds.",
)


@dg.multi_asset(
    name="check_books",
    specs=[
        spec(name, deps=_READS, kinds={"duckdb", "sql"}, partitioned=True)
        for name in ("finding", *bank.TABLES_MADE)
    ],
    check_specs=[*_SPECS, _SOURCES],
)
def finding(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Check the books of every company with a report due in the partition's month."""
    period = context.partition_key
    with failures(context), workspace.operations_database() as operations:
        checked = checks.check(workspace, operations, period)
    known = {rule.id for rule in _RULES}
    others = {
        company: count
        for rule, companies in checked.by_rule.items()
        if rule not in known
        for company, count in companies.items()
    }
    yield result(
        workspace.store(),
        "finding",
        period,
        companies_checked=len(checked.companies),
        companies_withheld=len(checked.withheld),
        withheld=dg.MetadataValue.md(_withheld(checked)),
    )
    for table in bank.TABLES_MADE:
        yield result(workspace.store(), table, period)
    for rule in _RULES:
        yield _result(rule.id, checked.by_rule.get(rule.id, {}), len(checked.companies))
    yield _result("sources_are_sound", others, len(checked.companies))


def _result(rule: str, failed: dict[str, int], companies: int) -> dg.AssetCheckResult:
    """How many companies passed, and which did not, the worst first."""
    worst = sorted(failed.items(), key=lambda item: (-item[1], item[0]))
    named = ", ".join(f"{company} ({count})" for company, count in worst[:_NAMED])
    more = f" and {len(worst) - _NAMED} more" if len(worst) > _NAMED else ""
    return dg.AssetCheckResult(
        check_name=_name(rule),
        asset_key="finding",
        passed=not failed,
        metadata={
            "companies_passed": companies - len(failed),
            "companies_failed": len(failed),
            "failed": named + more or "none",
        },
    )


def _withheld(checked: checks.Checked) -> str:
    rows = [f"| {company} | {reason} |" for company, reason in sorted(checked.withheld.items())]
    return "\n".join(["| company | why it is withheld |", "|---|---|", *rows])


def _suite_specs(
    tables: list[str], *, partitioned: bool, deps: Sequence[str] = ()
) -> list[dg.AssetCheckSpec]:
    """One check per expectation, without importing Great Expectations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)  # partitions of checks are new
        return [
            dg.AssetCheckSpec(
                _name(rule_id),
                asset=table,
                description=description,
                additional_deps=deps,
                partitions_def=MONTHS if partitioned else None,
            )
            for table in tables
            for rule_id, description in expectations.suite_specs(table)
        ]


@dg.multi_asset_check(
    name="ledger_suites",
    specs=_suite_specs(suites.LEDGER_TABLES, partitioned=False),
    can_subset=True,
)
def ledger_suites(
    context: dg.AssetCheckExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.AssetCheckResult]:
    """The declared suites of the ledger's tables; results are kept in Data Docs."""
    with failures(context):
        results = suites.check_ledger(workspace, _chosen(context, suites.LEDGER_TABLES))
    yield from _results(context, results, workspace)


def needless(workspace: Workspace, instance: dg.DagsterInstance) -> frozenset[dg.AssetCheckKey]:
    """The checks of the ledger, when what Dagster shows of them still holds.

    All of them passed on the rows that are there now, and the last of them is recorded.
    """
    if (last := suites.ledger_stands(workspace)) is None:
        return frozenset()
    key = dg.AssetCheckKey(dg.AssetKey(last.table), _name(last.rule_id))
    recorded = instance.event_log_storage.get_latest_asset_check_execution_by_key([key]).get(key)
    passed = recorded is not None and recorded.status.value == "SUCCEEDED"
    return frozenset(ledger_suites.check_keys) if passed else frozenset()


@dg.multi_asset_check(
    name="period_suites",
    specs=_suite_specs(suites.PERIOD_TABLES, partitioned=True),
    can_subset=True,
)
def period_suites(
    context: dg.AssetCheckExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.AssetCheckResult]:
    """The declared suites of findings and reports, over the partition's month."""
    tables = _chosen(context, suites.PERIOD_TABLES)
    with failures(context):
        results = suites.check_period(workspace, context.partition_key, tables)
    yield from _results(context, results, workspace)


@dg.multi_asset_check(
    name="operations_suites",
    specs=_suite_specs(suites.OPERATIONS_TABLES, partitioned=False, deps=["warehouse"]),
    can_subset=True,
)
def operations_suites(
    context: dg.AssetCheckExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.AssetCheckResult]:
    """The declared suites of obligations, filings, deliveries and receipts."""
    with failures(context):
        results = suites.check_operations(workspace, _chosen(context, suites.OPERATIONS_TABLES))
    yield from _results(context, results, workspace)


@dg.multi_asset_check(
    name="intake_suites",
    specs=_suite_specs(suites.INTAKE_TABLES, partitioned=False),
    can_subset=True,
)
def intake_suites(
    context: dg.AssetCheckExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.AssetCheckResult]:
    """The declared suites of the filings received and each company's figures."""
    with failures(context):
        results = suites.check_intake(workspace, _chosen(context, suites.INTAKE_TABLES))
    yield from _results(context, results, workspace)


@dg.multi_asset_check(
    name="authority_suites",
    specs=_suite_specs(suites.AUTHORITY_TABLES, partitioned=False),
    can_subset=True,
)
def authority_suites(
    context: dg.AssetCheckExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.AssetCheckResult]:
    """The declared suites of what an authority received, found and published."""
    with failures(context):
        results = suites.check_authority(workspace, _chosen(context, suites.AUTHORITY_TABLES))
    yield from _results(context, results, workspace)


def _chosen(context: dg.AssetCheckExecutionContext, tables: Sequence[str]) -> list[str]:
    """Of `tables` those whose checks are asked for: a backfill of some tables takes theirs
    with it, and no others.
    """
    keys = context.selected_asset_check_keys
    chosen = {key.asset_key.to_user_string() for key in keys}
    return [table for table in tables if table in chosen]


def _results(
    context: dg.AssetCheckExecutionContext,
    results: Sequence[expectations.SuiteResult],
    workspace: Workspace,
) -> Iterator[dg.AssetCheckResult]:
    """The results of the checks that are asked for, as Dagster records them."""
    wanted = context.selected_asset_check_keys
    for one in results:
        if dg.AssetCheckKey(dg.AssetKey(one.table), _name(one.rule_id)) in wanted:
            yield _suite_result(one, workspace)


def _suite_result(one: expectations.SuiteResult, workspace: Workspace) -> dg.AssetCheckResult:
    page = expectations.index_page(workspace.storage / "data_docs")
    return dg.AssetCheckResult(
        check_name=_name(one.rule_id),
        asset_key=one.table,
        passed=one.success,
        metadata={
            "expectation": one.expectation,
            "unexpected_rows": one.unexpected_count,
            "observed": one.observed or "as expected",
            "data_docs": dg.MetadataValue.url(page.as_uri()),
        },
    )
