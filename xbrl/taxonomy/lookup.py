"""What a single filing needs of a compiled taxonomy, read in milliseconds.

Belongs here: the concepts a filing names, and their labels. Does not: the whole
taxonomy (`compiled.load`).
"""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xbrl.names import ROLE_LABEL, clark, split
from xbrl.tables.taxonomy_schema import CONCEPT
from xbrl.taxonomy.compiled import concept
from xbrl.taxonomy.model import Concept

_COLUMNS = [field.name for field in CONCEPT][2:]


def concepts(folder: Path, names: Collection[str]) -> dict[str, Concept]:
    """Those of `names` (Clark) that the taxonomy compiled in `folder` declares."""
    path = folder / "taxonomy_concept.parquet"
    found = (concept(row) for row in _of(_concepts(path, _version(path)), names).to_pylist())
    wanted = set(names)
    return {one.name: one for one in found if one.name in wanted}


def labels(
    folder: Path, names: Collection[str], language: str, role: str = ROLE_LABEL
) -> dict[str, str]:
    """The label of each of `names` in one role and language; the first where there are several.

    A language matches its own region too: `en` finds `en-GB` where `en` itself is silent.
    """
    path = folder / "taxonomy_label.parquet"
    wanted, found = set(names), dict[str, str]()
    for table in _labels(path, _version(path), language, role):
        for row in _of(table, names).to_pylist():
            name = clark(row["namespace"], row["concept"])
            if name in wanted:
                found.setdefault(name, row["text"])
    return found


def _version(path: Path) -> int:
    """A file written anew is another file to the caches below."""
    return path.stat().st_mtime_ns


@lru_cache(maxsize=32)
def _concepts(path: Path, _: int) -> pa.Table:
    return pq.ParquetFile(path).read(columns=_COLUMNS, use_threads=False)


@lru_cache(maxsize=64)
def _labels(path: Path, _: int, language: str, role: str) -> list[pa.Table]:
    """The labels of one role, a table for each row group of the language."""
    file = pq.ParquetFile(path)
    columns = ["namespace", "concept", "role", "text"]
    tables = [
        file.read_row_group(group, columns=columns, use_threads=False)
        for group in _groups(file, language)
    ]
    return [one.filter(pc.equal(one["role"].cast(pa.string()), role)) for one in tables]


def languages(folder: Path) -> list[str]:
    """The languages the taxonomy has labels in, sorted."""
    file = pq.ParquetFile(folder / "taxonomy_label.parquet")
    return [language for language, _ in _languages(file)]


def _groups(file: pq.ParquetFile, language: str) -> list[int]:
    """The row groups of a language, the exact one first."""
    found = [(own != language, own, group) for own, group in _languages(file)]
    return [
        group
        for _, own, group in sorted(found)
        if own.lower() == language.lower() or own.lower().startswith(f"{language.lower()}-")
    ]


def _languages(file: pq.ParquetFile) -> list[tuple[str, int]]:
    """(language, row group): each group of the label file holds one language."""
    place = file.schema_arrow.get_field_index("language")
    groups = (
        (file.metadata.row_group(i), i)
        for i in range(file.metadata.num_row_groups)
        if file.metadata.row_group(i).num_rows
    )
    return [(group.column(place).statistics.min, i) for group, i in groups]


def _of(table: pa.Table, names: Collection[str]) -> pa.Table:
    """The rows whose local name is among those of `names`."""
    locals_ = pa.array(sorted({split(name)[1] for name in names}), pa.string())
    return table.filter(pc.is_in(table["concept"], value_set=locals_))
