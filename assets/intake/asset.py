"""Dagster assets of the intake: filings received, their facts, each company's figures."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.asset import RETRIES, failures, result, spec
from assets.intake import figures, taxonomies, taxonomy_tables, workspace_sources
from assets.intake.take_in import Outcome
from assets.workspace import Workspace
from warehouse.tables import TABLES

INTAKE_TABLES = [name for name in TABLES if name.startswith("xbrl_")]
TAXONOMY_TABLES = [name for name in TABLES if name.startswith("taxonomy_")]
_SHOWN = 50
_REACHED = dg.AssetCheckSpec(
    "every_place_reached",
    asset="xbrl_source",
    description="The bytes of every filing named by the sources could be had.",
)
_READ = dg.AssetCheckSpec(
    "every_filing_read",
    asset="xbrl_filing",
    description="Every filing taken in by the run could be read.",
)


@dg.multi_asset(
    name="take_in_filings",
    specs=[
        spec(name, deps=["received_filing"], kinds={"python", "parquet"}, partitioned=False)
        for name in INTAKE_TABLES
    ],
    check_specs=[_REACHED, _READ],
    retry_policy=RETRIES,
)
def filings(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Take in every filing that is new: bytes kept, facts to tables, a verdict on each."""
    with failures(context):
        outcome = workspace_sources.run(workspace)
    store = workspace.store()
    told: dict[str, Any] = {
        "new_filings": outcome.new,
        "known_before": outcome.unchanged,
        "copies": outcome.duplicates,
        "not_reached": len(outcome.unreachable),
        "seconds": round(outcome.seconds, 1),
        **{f"verdict_{verdict}": count for verdict, count in sorted(outcome.verdicts.items())},
    }
    for name in INTAKE_TABLES:
        yield result(store, name, **told)
    yield _reached(outcome)
    yield dg.AssetCheckResult(
        check_name=_READ.name,
        asset_key="xbrl_filing",
        passed=not outcome.verdicts.get("unread"),
        metadata={"unread": outcome.verdicts.get("unread", 0), "taken_in": outcome.new},
    )


@dg.multi_asset(
    name="compile_taxonomies",
    specs=[
        spec(name, deps=["xbrl_reference"], kinds={"xml", "parquet"}, partitioned=False)
        for name in TAXONOMY_TABLES
    ],
)
def taxonomy(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Compile the installed taxonomies that filings refer to; name those not installed."""
    store = workspace.store()
    with failures(context):
        used = taxonomy_tables.bring_up_to_date(store, workspace.folder(taxonomies.FOLDER))
    missing = "\n".join(f"- {url} ({count} filings)" for url, count in used.missing.items())
    for name in TAXONOMY_TABLES:
        yield result(
            store,
            name,
            entry_points_new=len(used.new),
            not_installed=len(used.missing),
            install_with_taxonomy_add=dg.MetadataValue.md(missing or "none"),
        )


@dg.multi_asset(
    name="company_figures",
    specs=[
        spec(
            "company_figure",
            deps=["xbrl_filing", "xbrl_fact", "xbrl_dimension"],
            kinds={"duckdb", "sql"},
            partitioned=False,
        )
    ],
)
def company_figure(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Bring the years that new filings have come to up to date."""
    store = workspace.store()
    with failures(context):
        years = figures.bring_up_to_date(
            store, memory_limit=workspace.memory_limit, threads=workspace.threads
        )
    yield result(store, "company_figure", years_worked_out=len(years))


def _reached(outcome: Outcome) -> dg.AssetCheckResult:
    named = "\n".join(f"- {message}" for message in outcome.unreachable[:_SHOWN])
    return dg.AssetCheckResult(
        check_name=_REACHED.name,
        asset_key="xbrl_source",
        passed=not outcome.unreachable,
        metadata={
            "not_reached": len(outcome.unreachable),
            "named": dg.MetadataValue.md(named or "none"),
        },
    )
