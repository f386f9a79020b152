"""Lineage as OpenLineage run events: which job wrote which table, from which columns of which.

Two events a table, START and COMPLETE, in the order of the line. All in them is declared
(`assets.lineage`, `warehouse.tables`), in the manifest and the files' own footers, or recorded
by the run: nothing is scanned, and the same warehouse gives the same bytes.

Belongs here: events and facets. Does not: asking Dagster for runs, or files (the command).

Source: OpenLineage 2-0-2, openlineage.io/spec; facets by the versions named in `_FACETS`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pyarrow.parquet as pq

from assets import lineage
from warehouse.shape import Table
from warehouse.store import Store
from warehouse.tables import LANDED, TABLES

PRODUCER = "https://indberet.example/lineage"
NAMESPACE = "indberet"
_SPEC = "https://openlineage.io/spec"
_EVENT = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS: Mapping[str, tuple[str, str]] = {
    "schema": ("1-2-0", "SchemaDatasetFacet"),
    "documentation": ("1-1-0", "DocumentationDatasetFacet"),
    "ownership": ("1-0-1", "OwnershipDatasetFacet"),
    "version": ("1-0-1", "DatasetVersionDatasetFacet"),
    "columnLineage": ("1-2-0", "ColumnLineageDatasetFacet"),
    "dataQualityMetrics": ("1-0-1", "DataQualityMetricsDatasetFacet"),
    "dataQualityAssertions": ("1-1-0", "DataQualityAssertionsDatasetFacet"),
    "outputStatistics": ("1-0-2", "OutputStatisticsOutputDatasetFacet"),
    "jobType": ("2-0-4", "JobTypeJobFacet"),
    "documentationJob": ("1-1-0", "DocumentationJobFacet"),
    "ownershipJob": ("1-0-1", "OwnershipJobFacet"),
    "processing_engine": ("1-1-1", "ProcessingEngineRunFacet"),
}
_OWNERS: Mapping[str, str] = {
    "authority": "team:authority-operations",
    "intake": "team:authority-intake",
    "taxonomy": "team:authority-intake",
}
_OWNER = "team:reporting"


@dataclass(frozen=True, slots=True)
class Ran:
    """The run that last wrote a table, as the orchestrator recorded it."""

    run_id: str
    started: datetime
    ended: datetime


@dataclass(frozen=True, slots=True)
class _Written:
    """A table as it lies: rows, bytes, files, one hash over all, when, and nulls by column."""

    rows: int
    size: int
    files: int
    sha256: str
    at: datetime
    nulls: Mapping[str, int]


def events(
    store: Store, runs: Mapping[str, Ran], engine: tuple[str, str], namespace: str = NAMESPACE
) -> Iterator[dict[str, Any]]:
    """START and COMPLETE of every table that has rows, in the order of the line.

    `runs`: by table; one without a recorded run gets a run of its own, by its content.
    `engine`: name and version of what runs the jobs.
    """
    for name, table in TABLES.items():
        if store.partitions(name):
            written = _written(store, table)
            ran = runs.get(name) or Ran(
                str(uuid5(NAMESPACE_URL, f"{PRODUCER}/{name}/{written.sha256}")),
                written.at,
                written.at,
            )
            yield _event("START", ran.started, ran, table, engine, namespace, None)
            yield _event("COMPLETE", ran.ended, ran, table, engine, namespace, written)


def _event(
    kind: str,
    at: datetime,
    ran: Ran,
    table: Table,
    engine: tuple[str, str],
    namespace: str,
    written: _Written | None,
) -> dict[str, Any]:
    sources = dict.fromkeys(
        dotted.rpartition(".")[0]
        for found in lineage.columns(table.name).values()
        for dotted in found
    )
    return {
        "eventType": kind,
        "eventTime": _moment(at),
        "producer": PRODUCER,
        "schemaURL": _EVENT,
        "run": {
            "runId": ran.run_id,
            "facets": {"processing_engine": _facet("processing_engine", name=engine[0],
                                                   version=engine[1])},
        },
        "job": {
            "namespace": namespace,
            "name": f"{table.stage}.{table.name}",
            "facets": {
                "jobType": _facet("jobType", processingType="BATCH", integration="INDBERET",
                                  jobType="ASSET"),
                "documentation": _facet("documentationJob", description=f"Makes {table.name}: "
                                        f"{table.grain}.", contentType="text/plain"),
                "ownership": _facet("ownershipJob", owners=[_owner(table.stage)]),
            },
        },
        "inputs": [
            {"namespace": namespace, "name": name, "facets": _declared(name)}
            for name in sorted(sources)
            if name != table.name
        ],
        "outputs": [_output(table, namespace, written)],
    }  # fmt: skip


def _output(table: Table, namespace: str, written: _Written | None) -> dict[str, Any]:
    facets = {**_declared(table.name), "columnLineage": _column_lineage(table, namespace)}
    if not facets["columnLineage"]["fields"]:
        del facets["columnLineage"]
    output: dict[str, Any] = {"namespace": namespace, "name": table.name, "facets": facets}
    if written is not None:
        facets["version"] = _facet("version", datasetVersion=written.sha256)
        facets["dataQualityMetrics"] = _metrics(written)
        facets["dataQualityAssertions"] = _assertions(table, written)
        output["outputFacets"] = {
            "outputStatistics": _facet(
                "outputStatistics",
                rowCount=written.rows,
                size=written.size,
                fileCount=written.files,
            )
        }
    return output


def _declared(name: str) -> dict[str, Any]:
    """What a table is, whether written or not: columns, meaning, owner."""
    stream = name.removeprefix(f"{lineage.LANDING}.")
    table = LANDED[stream] if stream != name else TABLES[name]
    fields = [
        {"name": c.name, "type": c.type, "description": c.meaning, "ordinal_position": at}
        for at, c in enumerate(table.columns, 1)
    ]
    return {
        "schema": _facet("schema", fields=fields),
        "documentation": _facet(
            "documentation", description=f"One row: {table.grain}.", contentType="text/plain"
        ),
        "ownership": _facet("ownership", owners=[_owner(table.stage)]),
    }


def _column_lineage(table: Table, namespace: str) -> dict[str, Any]:
    fields = {
        column: {
            "inputFields": [_input(dotted, column, namespace) for dotted in found],
        }
        for column, found in lineage.columns(table.name).items()
    }
    return _facet("columnLineage", fields=fields)


def _input(dotted: str, column: str, namespace: str) -> dict[str, Any]:
    """A column passed on under its own name is the same value; another was worked out."""
    table, _, source = dotted.rpartition(".")
    subtype = "IDENTITY" if source == column else "TRANSFORMATION"
    return {
        "namespace": namespace,
        "name": table,
        "field": source,
        "transformations": [{"type": "DIRECT", "subtype": subtype}],
    }


def _metrics(written: _Written) -> dict[str, Any]:
    return _facet(
        "dataQualityMetrics",
        rowCount=written.rows,
        bytes=written.size,
        fileCount=written.files,
        lastUpdated=_moment(written.at),
        columnMetrics={name: {"nullCount": count} for name, count in written.nulls.items()},
    )


def _assertions(table: Table, written: _Written) -> dict[str, Any]:
    """That columns every row must fill in are filled in: counted in the files' footers."""
    assertions = [
        {
            "assertion": "not_null",
            "success": written.nulls[column.name] == 0,
            "column": column.name,
            "severity": "error",
            "expected": "0",
            "actual": str(written.nulls[column.name]),
        }
        for column in table.columns
        if column.required and column.name in written.nulls
    ]
    return _facet("dataQualityAssertions", assertions=assertions)


def _written(store: Store, table: Table) -> _Written:
    entries = store.partitions(table.name).values()
    nulls: dict[str, int] = {}
    size, newest = 0, 0.0
    for entry in entries:
        path = store.folder / entry.file
        stat = path.stat()
        size, newest = size + stat.st_size, max(newest, stat.st_mtime)
        for name, count in _nulls(path.as_posix()).items():
            nulls[name] = nulls.get(name, 0) + count
    return _Written(
        rows=sum(entry.rows for entry in entries),
        size=size,
        files=len(entries),
        sha256=store.content_sha256(table.name),
        at=datetime.fromtimestamp(newest, UTC),
        nulls=nulls,
    )


def _nulls(path: str) -> dict[str, int]:
    """Nulls by column, where the footer of every row group counts them; lists are left out."""
    meta = pq.read_metadata(path)
    found: dict[str, int] = {}
    unknown: set[str] = set()
    for group in range(meta.num_row_groups):
        for at in range(meta.num_columns):
            column = meta.row_group(group).column(at)
            name, stats = column.path_in_schema, column.statistics
            if "." in name or stats is None or stats.null_count is None:
                unknown.add(name)
            else:
                found[name] = found.get(name, 0) + stats.null_count
    return {name: count for name, count in found.items() if name not in unknown}


def _facet(kind: str, /, **values: Any) -> dict[str, Any]:
    version, schema = _FACETS[kind]
    url = f"{_SPEC}/facets/{version}/{schema}.json#/$defs/{schema}"
    return {"_producer": PRODUCER, "_schemaURL": url, **values}


def _owner(stage: str) -> dict[str, str]:
    return {"name": _OWNERS.get(stage, _OWNER), "type": "MAINTAINER"}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
