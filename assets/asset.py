"""What every stage's Dagster assets share: partitions, specs, metadata, failures.

Belongs here: how our tables and errors look in Dagster. Does not: any stage.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import dagster as dg

from assets import lineage
from warehouse.errors import PermanentError, ReportingError
from warehouse.shape import Table
from warehouse.store import Store
from warehouse.tables import TABLES

MONTHS = dg.MonthlyPartitionsDefinition(start_date="2005-01", fmt="%Y-%m", end_offset=7)
"""The month in which the reporting period ends; the running half-year is included."""

OWNERS = ["team:reporting"]
GROUPS = {
    "source": "sources",
    "ledger": "ledger",
    "checks": "checks",
    "report": "reports",
    "filing": "filings",
    "delivery": "deliveries",
    "receipt": "deliveries",
    "intake": "intake",
    "taxonomy": "taxonomies",
    "authority": "authority",
}
RETRIES = dg.RetryPolicy(max_retries=3, delay=30, backoff=dg.Backoff.EXPONENTIAL)
COMMAND_TAG = "indberet/started_by"
FAILURE_TAG = "indberet/failure"


def spec(table: str, *, deps: list[str], kinds: set[str], partitioned: bool) -> dg.AssetSpec:
    """The asset of one table: its schema, column lineage and meaning."""
    declared = TABLES[table]
    return dg.AssetSpec(
        key=table,
        deps=deps,
        group_name="calendar" if table == "obligation" else GROUPS[declared.stage],
        description=_description(declared),
        owners=OWNERS,
        kinds=kinds,
        partitions_def=MONTHS if partitioned else None,
        metadata={
            "dagster/column_schema": column_schema(declared),
            "dagster/column_lineage": column_lineage(table),
            "columns": dg.MetadataValue.md(lineage.markdown(table)),
            "key": ", ".join(declared.key) or "none: rows may repeat",
        },
    )


def column_schema(table: Table) -> dg.TableSchema:
    """The columns with types and meanings."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                column.type,
                column.meaning,
                constraints=dg.TableColumnConstraints(nullable=not column.required),
            )
            for column in table.columns
        ]
    )


def column_lineage(table: str) -> dg.TableColumnLineage:
    """Where each column comes from, in Dagster's own terms."""
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(asset_key=source.split(".")[0], column_name=_column(source))
                for source in sources
            ]
            for column, sources in lineage.columns(table).items()
        }
    )


def stored(store: Store, table: str, period: str | None = None, **more: Any) -> dict[str, Any]:
    """Metadata of what lies in the warehouse: rows, files, hash, schema, lineage."""
    prefix = "" if period is None else f"period={period}/"
    live = {k: v for k, v in store.partitions(table).items() if k.startswith(prefix)}
    return {
        "dagster/row_count": sum(entry.rows for entry in live.values()),
        "dagster/column_schema": column_schema(TABLES[table]),
        "dagster/column_lineage": column_lineage(table),
        "columns": dg.MetadataValue.md(lineage.markdown(table)),
        "content_sha256": store.content_sha256(table),
        "files": len(live),
        "folder": dg.MetadataValue.path(str(store.folder / table)),
        **more,
    }


def result(
    store: Store, table: str, period: str | None = None, **more: Any
) -> dg.MaterializeResult[Any]:
    """The materialisation of one table; its data version is its content's hash."""
    return dg.MaterializeResult(
        asset_key=table,
        metadata=stored(store, table, period, **more),
        data_version=dg.DataVersion(store.content_sha256(table)[:24]),
    )


@contextmanager
def failures(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Iterator[None]:
    """Our errors as Dagster's: a permanent one stamps the run and nothing retries it.

    In a command nothing is retried at all: a person waits, and is told at once.
    """
    try:
        yield
    except ReportingError as error:
        permanent = isinstance(error, PermanentError)
        kind = "permanent" if permanent else "transient"
        tags = {FAILURE_TAG: kind} | ({"dagster/max_retries": "0"} if permanent else {})
        context.instance.add_run_tags(context.run.run_id, tags)
        by_command = COMMAND_TAG in context.run.tags
        raise dg.Failure(str(error), allow_retries=not permanent and not by_command) from error
    except Exception as error:
        if COMMAND_TAG not in context.run.tags:
            raise
        raise dg.Failure(f"{type(error).__name__}: {error}", allow_retries=False) from error


def counted(rows: Mapping[str, int]) -> dict[str, dg.MetadataValue[Any]]:
    """Counts as metadata."""
    return {name: dg.MetadataValue.int(count) for name, count in rows.items()}


def _column(source: str) -> str:
    """`landed.posting.amount` is column `posting.amount` of the asset `landed`."""
    return source.split(".", 1)[1]


def _description(table: Table) -> str:
    law = f"\n\nSource: {table.source}" if table.source else ""
    key = f" Key: {', '.join(table.key)}." if table.key else ""
    return f"One row is {table.grain}.{key}{law}"


def schedules_on() -> bool:
    """Whether schedules start switched on; the commands set this from the settings."""
    return os.environ.get("INDBERET_SCHEDULES") == "on"
