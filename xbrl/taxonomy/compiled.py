"""A discovered taxonomy as Parquet, and back: read once, used by every filing after.

One folder holds one compiled entry point: a file per table of `tables.taxonomy_schema`,
those of `lookup`, and `compiled.json` with the counts. The folder appears whole or not
at all, and the same taxonomy gives the same bytes.

Belongs here: writing and reading that folder. Does not: finding what to compile
(`library`), or the light look-ups a single filing needs (`lookup`).
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from xbrl.names import clark, split
from xbrl.problem import Problem, Severity
from xbrl.tables.taxonomy_schema import TABLES
from xbrl.taxonomy import dimensions, lookup
from xbrl.taxonomy.model import (
    Concept,
    Facets,
    Label,
    ReferencePart,
    Relationship,
    RoleType,
    Taxonomy,
)

COMPILER_VERSION = 4
"""Raised when the tables' shape or meaning changes; what an older one wrote is made anew."""

SUMMARY = "compiled.json"
_Row = tuple[Any, ...]


class Key(NamedTuple):
    """Which entry point of which package a compiled taxonomy is."""

    package_id: str
    entry_point_id: str
    name: str


class About(NamedTuple):
    """What the package says of itself."""

    identifier: str = ""
    name: str = ""
    version: str = ""
    publisher: str = ""
    published: str = ""
    file: str = ""
    byte_count: int = 0


def write(
    taxonomy: Taxonomy,
    key: Key,
    folder: Path,
    served: Mapping[str, Iterable[str]] | None = None,
    about: About | None = None,
) -> None:
    """Write `taxonomy` to `folder`, which appears when all of it is on disk.

    `served` says what discovery asked for: `packages` that answered, addresses `missing`.
    """
    partial = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    counts = {}
    tables = {"taxonomy_package": [(*(about or About()), COMPILER_VERSION)]}
    tables |= _tables(taxonomy, key)
    for table, rows in tables.items():
        _write_table(table, rows, key, partial / f"{table}.parquet")
        counts[table] = len(rows)
    for name, data in lookup.files(taxonomy).items():
        _synced(partial / name, data)
    asked = {name: sorted(values) for name, values in (served or {}).items()}
    summary = {"compiler_version": COMPILER_VERSION, **key._asdict(), "counts": counts, **asked}
    _synced(partial / SUMMARY, json.dumps(summary, indent=1, sort_keys=True).encode())
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)


def summary(folder: Path) -> dict[str, Any] | None:
    """What `compiled.json` says, or None when nothing of this version is there."""
    try:
        said: dict[str, Any] = json.loads((folder / SUMMARY).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return said if said["compiler_version"] == COMPILER_VERSION else None


def load(folder: Path, *, texts: bool = True) -> Taxonomy:
    """The taxonomy kept in `folder`, without its documents.

    Labels and references, which no judgement of an instance needs, are half of the
    time; without `texts` they are left out.
    """
    return Taxonomy(
        entry_points=tuple(row["url"] for row in _rows(folder, "taxonomy_entry_point")),
        concepts={one.name: one for one in map(_concept, _rows(folder, "taxonomy_concept"))},
        types={one.name: one for one in map(_facets, _rows(folder, "taxonomy_type"))},
        role_types=_role_types(folder, "role"),
        arcrole_types=_role_types(folder, "arcrole"),
        relationships=_relationships(folder),
        labels=_labels(folder) if texts else {},
        references=_references(folder) if texts else {},
        prefixes={row["namespace"]: row["prefix"] for row in _rows(folder, "taxonomy_prefix")},
        problems=[_problem(row) for row in _rows(folder, "taxonomy_problem")],
    )


def documents(folder: Path) -> list[str]:
    """The addresses of the documents of the set kept in `folder`."""
    return [row["url"] for row in _rows(folder, "taxonomy_document")]


def _concept(row: Mapping[str, Any]) -> Concept:
    fields = {name: row[name] for name in Concept._fields if name != "name"}
    return Concept(name=clark(row["namespace"], row["concept"]), **fields)


def _tables(taxonomy: Taxonomy, key: Key) -> dict[str, list[_Row]]:
    """The rows of each table, without the key columns."""
    return {
        "taxonomy_entry_point": [(i, u, key.name) for i, u in enumerate(taxonomy.entry_points)],
        "taxonomy_document": [(one.url, one.kind) for one in taxonomy.documents.values()],
        "taxonomy_concept": [(*split(one.name), *one[1:]) for one in taxonomy.concepts.values()],
        "taxonomy_label": _label_rows(taxonomy),
        "taxonomy_reference": [
            (*split(one.concept), *one[1:])
            for parts in taxonomy.references.values()
            for one in parts
        ],
        "taxonomy_relationship": list(_relationship_rows(taxonomy)),
        "taxonomy_hypercube": [
            (*split(row.primary_item), *row[1:]) for row in dimensions.of(taxonomy).hypercube_rows()
        ],
        "taxonomy_dimension": list(dimensions.of(taxonomy).member_rows()),
        "taxonomy_role": [
            (uri, number, element, one.kind, one.id, one.definition, *one[4:])
            for element, roles in (
                ("role", taxonomy.role_types),
                ("arcrole", taxonomy.arcrole_types),
            )
            for uri, declarations in roles.items()
            for number, one in enumerate(declarations)
        ],
        "taxonomy_type": [(*split(one.name), *one[1:]) for one in taxonomy.types.values()],
        "taxonomy_prefix": list(taxonomy.prefixes.items()),
        "taxonomy_problem": [
            (p.code, p.severity, p.message, p.file, p.line, p.element_id, p.remedy)
            for p in taxonomy.problems
        ],
    }


def _label_rows(taxonomy: Taxonomy) -> list[_Row]:
    """Labels by language; `number` keeps their order."""
    every = (one for labels in taxonomy.labels.values() for one in labels)
    rows = [(*split(one.concept), i, *one[1:]) for i, one in enumerate(every)]
    return sorted(rows, key=lambda row: (row[5], row[2]))


def _relationship_rows(taxonomy: Taxonomy) -> Iterator[_Row]:
    for networks in taxonomy.relationships.values():
        for relationships in networks.values():
            for i, one in enumerate(relationships):
                yield (one.arcrole, one.role, i, one.link, one.arc, *split(one.source),
                       *split(one.target), *one[6:])  # fmt: skip


def _write_table(table: str, rows: list[_Row], key: Key, path: Path) -> None:
    schema = TABLES[table]
    columns = zip(*rows, strict=True) if rows else ([] for _ in range(len(schema) - 2))
    own = [[key.package_id] * len(rows), [key.entry_point_id] * len(rows)]
    arrays = [
        pa.array(list(values), field.type)
        for field, values in zip(schema, [*own, *columns], strict=True)
    ]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path, compression="zstd")
    with path.open("rb") as written:
        os.fsync(written.fileno())


def _synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _rows(folder: Path, table: str) -> Iterator[dict[str, Any]]:
    columns = [field.name for field in TABLES[table]][2:]
    read = pq.ParquetFile(folder / f"{table}.parquet").read(columns=columns)
    values = [_values(column) for column in read.columns]
    return (dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True))


def _values(column: pa.ChunkedArray) -> list[Any]:
    """A column as a list; equal texts of a dictionary are one object."""
    found: list[Any] = []
    for chunk in column.chunks:
        if pa.types.is_dictionary(chunk.type):
            texts = chunk.dictionary.to_pylist()
            places = chunk.indices.to_pylist()
            found += [None if place is None else texts[place] for place in places]
        elif pa.types.is_string(chunk.type):
            found += chunk.to_numpy(zero_copy_only=False).tolist()
        else:
            found += chunk.to_pylist()
    return found


def _facets(row: dict[str, Any]) -> Facets:
    return Facets(
        clark(row["namespace"], row["type"]), row["base"], tuple(row["enumeration"]),
        tuple(row["patterns"]), dict(row["limits"]), tuple(row["members"]), row["item"],
        row["is_complex"], row["has_attributes"],
    )  # fmt: skip


def _role_types(folder: Path, element: str) -> dict[str, list[RoleType]]:
    found: dict[str, list[RoleType]] = {}
    for row in _rows(folder, "taxonomy_role"):
        if row["element"] == element:
            fields = {name: row[name] for name in RoleType._fields}
            one = RoleType(**{**fields, "used_on": tuple(row["used_on"])})
            found.setdefault(one.uri, []).append(one)
    return found


def _relationships(folder: Path) -> dict[str, dict[str, list[Relationship]]]:
    found: dict[str, dict[str, list[Relationship]]] = {}
    for row in _rows(folder, "taxonomy_relationship"):
        one = Relationship(
            row["arcrole"], row["role"], row["link"], row["arc"],
            clark(row["source_namespace"], row["source"]),
            clark(row["target_namespace"], row["target"]),
            row["sort_order"], row["weight"], row["preferred_label"], row["context_element"],
            row["is_closed"], row["is_usable"], row["target_role"], row["url"], row["line"],
        )  # fmt: skip
        found.setdefault(one.arcrole, {}).setdefault(one.role, []).append(one)
    return found


def _labels(folder: Path) -> dict[str, list[Label]]:
    found: dict[str, list[Label]] = {}
    for row in sorted(_rows(folder, "taxonomy_label"), key=lambda row: row["number"]):
        name = clark(row["namespace"], row["concept"])
        one = Label(name, row["link_role"], row["role"], row["language"], row["text"])
        found.setdefault(name, []).append(one)
    return found


def _references(folder: Path) -> dict[str, list[ReferencePart]]:
    found: dict[str, list[ReferencePart]] = {}
    for row in _rows(folder, "taxonomy_reference"):
        name = clark(row["namespace"], row["concept"])
        one = ReferencePart(name, row["role"], row["number"], row["part"], row["text"])
        found.setdefault(name, []).append(one)
    return found


def _problem(row: dict[str, Any]) -> Problem:
    severity = Severity(row["severity"])
    return Problem(
        row["code"], severity, row["message"], row["file"], row["line"], row["element_id"],
        row["remedy"],
    )  # fmt: skip
