"""The statistics as open data: a folder anyone can read without asking.

Parquet and CSV of the same rows, the code lists, a description for people and one for programs
(Frictionless Data Package). Where a cell is kept back the file says `c`, as Eurostat's do, and not
why: the reason would narrow it down. The package is written last and holds every file's hash.

Belongs here: the files. Does not: what may be published (`cells`) or the words (`describing`).
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assets.authority.statistics import describing, measures
from assets.authority.statistics.sensitive import Limits
from assets.authority.statistics.writing import STATISTIC
from warehouse.errors import PermanentError
from warehouse.store import Store, write_atomically

PACKAGE = "datapackage.json"
KEPT_BACK = "c"
_LISTS = ("measure", "section", "municipality")
_ORDER = "measure, year, industry, size, region"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was published: rows, those of them kept back, files by name with their size."""

    folder: Path
    rows: int
    kept_back: int
    files: Mapping[str, int]


def publish(store: Store, folder: Path, limits: Limits) -> Outcome:
    """Write the folder; the same statistics make the same bytes.

    Raises:
        PermanentError: there are no statistics, or the folder holds something else.
    """
    rows = _rows(store)
    if rows.num_rows == 0:
        raise PermanentError(
            f"Tried to publish statistics in {folder}; table {STATISTIC} has no rows. Run "
            "`indberet authority run` to work them out, then publish again."
        )
    files = _files(rows, limits)
    _refuse_strangers(folder, {*files, PACKAGE})
    resources = describing.resources(files)
    for name, content in files.items():
        write_atomically(folder / name, content)
    package = _json(describing.package(resources, limits))
    write_atomically(folder / PACKAGE, package)
    kept = sum(status == KEPT_BACK for status in rows.column("status").to_pylist())
    sizes = {name: len(content) for name, content in files.items()} | {PACKAGE: len(package)}
    return Outcome(folder, rows.num_rows, kept, sizes)


def _rows(store: Store) -> pa.Table:
    """The published columns, and no other."""
    with store.connect() as con:
        return con.sql(
            f"SELECT {_ORDER}, companies, value, unit, "
            f"CASE WHEN suppressed IS NULL THEN '' ELSE '{KEPT_BACK}' END AS status "
            f"FROM {STATISTIC} ORDER BY {_ORDER}"
        ).to_arrow_table()


def _files(rows: pa.Table, limits: Limits) -> dict[str, bytes]:
    parquet = io.BytesIO()
    pq.write_table(rows, parquet, compression="zstd")
    return {
        f"{STATISTIC}.csv": _csv(rows.column_names, rows.to_pylist()),
        f"{STATISTIC}.parquet": parquet.getvalue(),
        **{f"{name}.csv": _codes(name) for name in _LISTS},
        "README.md": describing.readme(limits).encode(),
        "data-dictionary.md": describing.dictionary().encode(),
    }


def _codes(name: str) -> bytes:
    return (measures.FOLDER / f"{name}.csv").read_bytes()


def _csv(names: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    columns = list(names)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_written(row[name]) for name in columns])
    return text.getvalue().encode()


def _written(value: object) -> object:
    """A value as CSV has it; a number without zeros that say nothing.

    >>> _written(Decimal("1200.5000")), _written(Decimal("100.00")), _written(None)
    ('1200.5', '100', '')
    """
    if value is None:
        return ""
    if not isinstance(value, Decimal):
        return value
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _refuse_strangers(folder: Path, ours: Iterable[str]) -> None:
    """A folder with other files may be somebody's, and what is beside ours would look published."""
    if not folder.exists():
        return
    others = sorted(one.name for one in folder.iterdir() if one.name not in set(ours))
    if others:
        raise PermanentError(
            f"Tried to publish statistics in {folder}; expected an empty folder or one published "
            f"before, found {others[0]} in it. Move it away, or publish elsewhere with --to."
        )


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
