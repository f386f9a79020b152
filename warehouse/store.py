"""Tables as Parquet files under one folder, changed all at once or not at all.

A file is named after its content's hash, written under a temporary name, synced
and renamed; one manifest names the live files of every table and is replaced in
one step. So readers never see half a write, the same rows give the same bytes,
and a crash or a full disk leaves the last good data in place. Replaced files
stay for one more generation, for readers that hold the previous manifest.

Belongs here: files, manifest, views. Does not: what the rows mean.
"""

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from warehouse import duck
from warehouse.connection import MadeWhenNamed
from warehouse.errors import PermanentError, TransientError
from warehouse.shape import Table, schema
from warehouse.tables import TABLES
from warehouse.view import VIEWS

BUCKETS = 32
BUCKET_SQL = f"CAST(('0x' || substr(md5({{0}}), 1, 2)) AS INTEGER) % {BUCKETS}"
_WHOLE_GROUP = 122_880
_DISTINCT = 8192
"""Filings, or companies, that a whole row group is expected to hold at most; in the smaller
groups of tables that pages look into, every row may be another's."""


def bucket(company_id: str) -> int:
    """The storage bucket of a company: spreads companies over few files.

    >>> bucket("demo")
    30
    """
    return (
        int(hashlib.md5(company_id.encode(), usedforsecurity=False).hexdigest()[:2], 16) % BUCKETS
    )


def bucket_sql(column: str) -> str:
    """`bucket` as a SQL expression over `column`."""
    return BUCKET_SQL.format(column)


@dataclass(frozen=True, slots=True)
class Entry:
    """One live Parquet file: path below the store's folder, rows, SHA-256."""

    file: str
    rows: int
    sha256: str


Tables = dict[str, dict[str, Entry]]


class Store:
    """The warehouse folder."""

    def __init__(self, folder: Path, *, temp_directory: Path | None = None) -> None:
        self.folder = folder
        self.temp_directory = temp_directory or folder / ".tmp"
        folder.mkdir(parents=True, exist_ok=True)

    def partitions(self, table: str) -> dict[str, Entry]:
        """The live files of `table` by partition, in order of partition."""
        return self._live(self._manifest()[0], table)

    def row_count(self, table: str) -> int:
        """Rows in `table`."""
        return sum(entry.rows for entry in self.partitions(table).values())

    def content_sha256(self, table: str) -> str:
        """One hash over the live content of `table`; equal bytes, equal hash."""
        lines = (f"{name} {entry.sha256}\n" for name, entry in self.partitions(table).items())
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def paths(self, table: str, keep: Callable[[str], bool] = lambda _: True) -> list[str]:
        """Paths of the live files whose partition `keep` accepts."""
        return [
            str(self.folder / entry.file)
            for name, entry in self.partitions(table).items()
            if keep(name)
        ]

    @contextmanager
    def connect(
        self,
        *,
        memory_limit: str = duck.DEFAULT_MEMORY,
        threads: int = duck.DEFAULT_THREADS,
        is_whole: bool = False,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with one view per table; a table without rows is an empty view.

        Each view is made when a statement first names it, or all at once where `is_whole`: a
        cursor sees only those that are made.
        """
        con = duck.connect(self.temp_directory, memory_limit=memory_limit, threads=threads)
        try:
            tables, _ = self._manifest()
            selects = {name: partial(self._select, tables, table) for name, table in TABLES.items()}
            views = {name: partial(getattr, view, "text") for name, view in VIEWS.items()}
            made = MadeWhenNamed(con, selects | views)
            if is_whole:
                made.make_all()
            yield cast("duckdb.DuckDBPyConnection", made)
        finally:
            con.close()

    @contextmanager
    def transaction(self, timeout: float = 600) -> Iterator["Transaction"]:
        """Exclusive writing; everything put is published together at the end.

        Raises:
            TransientError: another process has been writing for `timeout` seconds.
        """
        lock = FileLock(self.folder / ".lock", timeout=timeout)
        try:
            lock.acquire()
        except Timeout as error:
            raise TransientError(
                f"Tried to write to the warehouse in {self.folder}; another process has held "
                f"its lock for {timeout:.0f} seconds. Wait for it to end, then run again."
            ) from error
        try:
            transaction = Transaction(self.folder, *self._manifest())
            with transaction:
                yield transaction
        finally:
            lock.release()

    def publish(
        self, name: str = "warehouse.duckdb", *, stages: Collection[str] | None = None
    ) -> Path:
        """Rebuild `name`: views only, for any SQL client; swapped in at once.

        With `stages`, only the tables of those stages are in it.
        """
        target = self.folder / name
        temporary = self.folder / f".{os.getpid()}-{name}"
        temporary.unlink(missing_ok=True)
        with duckdb.connect(str(temporary), config={"threads": 1, "memory_limit": "512MB"}) as con:
            tables, _ = self._manifest()
            con.begin()  # one commit: a thousand comments cost seconds one by one
            for table in TABLES.values():
                if stages is not None and table.stage not in stages:
                    continue
                con.execute(f"CREATE VIEW {table.name} AS {self._select(tables, table)}")
                con.execute(_comments(table.name, table.grain, _meanings(table)))
            for view in VIEWS.values():
                if stages is None or view.stage in stages:
                    con.execute(f"CREATE VIEW {view.name} AS {view.text}")
                    con.execute(_comments(view.name, view.meaning, view.columns))
            con.commit()
        temporary.replace(target)
        return target

    @staticmethod
    def _live(tables: Tables, table: str) -> dict[str, Entry]:
        return dict(sorted(tables.get(table, {}).items()))

    def _select(self, tables: Tables, table: Table) -> str:
        paths = [str(self.folder / entry.file) for entry in self._live(tables, table.name).values()]
        if not paths:
            columns = ", ".join(f"CAST(NULL AS {c.type}) AS {c.name}" for c in table.columns)
            return f"SELECT {columns} WHERE false"
        files = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        return f"SELECT * FROM read_parquet([{files}], hive_partitioning = false)"

    def _manifest(self) -> tuple[Tables, list[str]]:
        path = self.folder / "manifest.json"
        if not path.exists():
            return {}, []
        content = json.loads(path.read_text())
        tables = {
            table: {name: Entry(**entry) for name, entry in partitions.items()}
            for table, partitions in content["tables"].items()
        }
        return tables, content["replaced"]


class Transaction:
    """Writes that become visible together when the `with` block ends well."""

    def __init__(self, folder: Path, tables: Tables, replaced: list[str]) -> None:
        self._folder = folder
        self._tables = tables
        self._stale = replaced
        self._before = {name: dict(partitions) for name, partitions in tables.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None and self._tables != self._before:
            self._commit()

    def put(self, table: str, partition: str, rows: pa.Table) -> None:
        """Replace one partition; no rows removes it. Rows come sorted by the table's key."""
        if rows.num_rows == 0:
            self.remove(table, partition)
            return
        with _Writer(self._folder, table, partition) as writer:
            writer.write(rows)
        self._tables.setdefault(table, {})[partition] = writer.entry

    def put_sorted(self, table: str, reader: pa.RecordBatchReader) -> list[str]:
        """Replace every partition that `reader` holds; returns their names.

        The first column, `_partition`, names the partition; rows come sorted by
        it and then by the table's key. Memory stays at one batch.
        """
        written: list[str] = []
        writer: _Writer | None = None
        for batch in reader:
            for name, rows in _runs(batch):
                if writer is None or writer.partition != name:
                    self._finish(table, writer)
                    writer = _Writer(self._folder, table, name)
                    written.append(name)
                writer.write(rows)
        self._finish(table, writer)
        return written

    def append_sorted(self, table: str, reader: pa.RecordBatchReader) -> list[str]:
        """Add one file to every partition that `reader` names; returns the new files' names.

        Rows come as in `put_sorted`, sorted as the table is stored. A file's name in
        the manifest is its partition and its content's hash, `year=2024/0a1b…`.
        """
        written: list[str] = []
        writer: _Writer | None = None
        for batch in reader:
            for name, rows in _runs(batch):
                if writer is None or writer.partition != name:
                    written += self._finish_appended(table, writer)
                    writer = _Writer(self._folder, table, name)
                writer.write(rows)
        return written + self._finish_appended(table, writer)

    def row_count(self, table: str) -> int:
        """Rows in `table` as it will be."""
        return sum(entry.rows for entry in self._tables.get(table, {}).values())

    def remove(self, table: str, partition: str) -> None:
        """Drop one partition, if it is there."""
        self._tables.get(table, {}).pop(partition, None)

    def _finish(self, table: str, writer: "_Writer | None") -> None:
        if writer is not None:
            writer.close()
            self._tables.setdefault(table, {})[writer.partition] = writer.entry

    def _finish_appended(self, table: str, writer: "_Writer | None") -> list[str]:
        if writer is None:
            return []
        writer.close()
        name = f"{writer.partition}/{writer.entry.sha256[:24]}"
        self._tables.setdefault(table, {})[name] = writer.entry
        return [name]

    def _commit(self) -> None:
        live = {e.file for partitions in self._tables.values() for e in partitions.values()}
        before = {e.file for partitions in self._before.values() for e in partitions.values()}
        # What only adds replaces nothing, so the generation before stays a little longer.
        replaced = before - live or {file for file in self._stale if file not in live}
        manifest = {
            "tables": {
                table: {name: asdict(entry) for name, entry in sorted(partitions.items())}
                for table, partitions in sorted(self._tables.items())
            },
            "replaced": sorted(replaced),
        }
        write_atomically(self._folder / "manifest.json", json.dumps(manifest, indent=0).encode())
        for file in self._stale:
            if file not in live and file not in replaced:
                (self._folder / file).unlink(missing_ok=True)


class _Writer:
    """One Parquet file: temporary name, sync, rename to its content's hash."""

    def __init__(self, folder: Path, table: str, partition: str) -> None:
        self.partition = partition
        self.entry: Entry
        self._folder = folder
        self._target = folder / table / partition
        self._schema = schema(TABLES[table])
        self._group = TABLES[table].group_rows
        self._rows = 0
        self._attempt = f"write table {table}, partition {partition}, in {folder}"
        with naming_full_disk(self._attempt):
            self._target.mkdir(parents=True, exist_ok=True)
            self._temporary = self._target / f".{os.getpid()}.tmp"
            self._parquet = pq.ParquetWriter(
                self._temporary, self._schema, compression="zstd", **_lookup(TABLES[table])
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            self.close()

    def write(self, rows: pa.Table) -> None:
        with naming_full_disk(self._attempt):
            self._parquet.write_table(_conform(rows, self._schema), row_group_size=self._group)
        self._rows += rows.num_rows

    def close(self) -> None:
        with naming_full_disk(self._attempt):
            self._parquet.close()
            sha256 = _sync_and_hash(self._temporary)
            final = self._target / f"{sha256[:24]}.parquet"
            self._temporary.replace(final)
        self.entry = Entry(str(final.relative_to(self._folder)), self._rows, sha256)


@contextmanager
def naming_full_disk(attempt: str) -> Iterator[None]:
    """Turn an operating-system failure to write into a message that says what to do."""
    try:
        yield
    except OSError as error:
        raise PermanentError(
            f"Tried to {attempt}: {error.strerror or error}. The last good data is untouched. "
            "Make room or mend the folder's permissions, then run the command again."
        ) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Write, sync and rename, so that `path` holds the old bytes or the new, never half."""
    with naming_full_disk(f"write {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)


def _meanings(table: Table) -> Mapping[str, str]:
    return {column.name: column.meaning for column in table.columns}


def _comments(view: str, meaning: str, columns: Mapping[str, str]) -> str:
    """The statements that say in the database what a view and its columns are."""
    said = [f"COMMENT ON VIEW {view} IS {_quoted(meaning)}"]
    said += [f"COMMENT ON COLUMN {view}.{name} IS {_quoted(m)}" for name, m in columns.items()]
    return ";".join(said)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "’") + "'"


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_and_hash(path: Path) -> str:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lookup(table: Table) -> dict[str, Any]:
    """How a table's files say early which values are not in them."""
    if not table.found_by:
        return {}
    few = table.group_rows if table.group_rows < _WHOLE_GROUP else _DISTINCT
    held = {"ndv": few, "fpp": 0.01}
    return {"bloom_filter_options": dict.fromkeys(table.found_by, held)}


def _conform(rows: pa.Table, target: pa.Schema) -> pa.Table:
    return rows.select(target.names).cast(target)


def _runs(batch: pa.RecordBatch) -> Iterator[tuple[str, pa.Table]]:
    """Cut a batch where `_partition` changes."""
    if batch.num_rows == 0:
        return
    encoded = batch.column("_partition").dictionary_encode()
    codes = encoded.indices.to_numpy()
    cuts = [0, *((codes[1:] != codes[:-1]).nonzero()[0] + 1).tolist(), batch.num_rows]
    table = pa.Table.from_batches([batch])
    for start, end in pairwise(cuts):
        yield encoded.dictionary[codes[start]].as_py(), table.slice(start, end - start)


def replace_prefix(existing: Mapping[str, Any], prefix: str, written: list[str]) -> list[str]:
    """Partitions under `prefix` that a rewrite did not produce and so must go."""
    return [name for name in existing if name.startswith(prefix) and name not in written]
