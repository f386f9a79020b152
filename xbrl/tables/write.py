"""Tables to Parquet: bounded batches, the same bytes for the same rows, no half-written file.

Belongs here: how tables become files. Does not: what is in them.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

BATCH_ROWS = 256 * 1024
BATCH_BYTES = 48 << 20
FILE_ROWS = 4 * 1024 * 1024
MOST_PIECES = 128
"""A small table weighs far more than its rows: so many are made one."""
FILTERED = frozenset({"filing_id", "entity_identifier", "concept", "period_start", "period_end"})
"""Columns with statistics, by which a reader skips row groups."""
SMALL_BYTES = 32 << 20
"""A file that begins with less, one filing's, is compressed by lz4: zstd's setting-up for each
column would be most of the writing of a small one, and a third of that of a large one."""
RISING = ("fact_index", "line")
"""Columns written as differences, which are mostly the same small number."""


class TableWriter:
    """Writes tables of many filings into a folder: `<table>/part-00000.parquet` and on.

    Rows are kept until they make a batch (a row group), so memory stays flat whatever
    the number of filings. Files stand under their names when `close` has returned, or not at
    all: an error on the way removes what was written. The same tables added in the same order
    give the same bytes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        batch_rows: int = BATCH_ROWS,
        batch_bytes: int = BATCH_BYTES,
        file_rows: int = FILE_ROWS,
    ) -> None:
        self._folder = folder
        self._limits = batch_rows, batch_bytes, file_rows
        self._parts: dict[str, _Parts] = {}

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Add the tables of one filing."""
        for name, table in tables.items():
            if table.num_rows:
                if name not in self._parts:
                    self._parts[name] = _Parts(self._folder / name, self._limits)
                self._parts[name].add(table)

    def close(self) -> list[Path]:
        """Write what is left and give every file its name; returns them in order."""
        try:
            finished = [part for name in sorted(self._parts) for part in self._parts[name].close()]
        except BaseException:
            self.abandon()
            raise
        for temporary, path in finished:
            temporary.replace(path)
        for folder in {path.parent for _, path in finished}:
            _sync_folder(folder)
        return [path for _, path in finished]

    def abandon(self) -> None:
        """Remove what was written so far."""
        for parts in self._parts.values():
            parts.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()


class _Parts:
    """The files of one table."""

    def __init__(self, folder: Path, limits: tuple[int, int, int]) -> None:
        self._folder = folder
        self._batch_rows, self._batch_bytes, self._file_rows = limits
        self._waiting: list[pa.Table] = []
        self._merged: list[pa.Table] = []
        self._waiting_rows = 0
        self._waiting_bytes = 0
        self._file: pa.OSFile | None = None
        self._writer: pq.ParquetWriter | None = None
        self._rows = 0
        self._finished: list[tuple[Path, Path]] = []

    def add(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self._waiting_rows += table.num_rows
        self._waiting_bytes += table.nbytes
        if self._waiting_rows >= self._batch_rows or self._waiting_bytes >= self._batch_bytes:
            self._flush()
        elif len(self._waiting) >= MOST_PIECES:
            self._merged.append(_one(self._waiting))
            self._waiting = []

    def close(self) -> list[tuple[Path, Path]]:
        self._flush()
        self._end_file()
        finished, self._finished = self._finished, []
        return finished

    def abandon(self) -> None:
        if self._file is not None:
            self._close_file()
            self._paths()[0].unlink(missing_ok=True)
        for temporary, _ in self._finished:
            temporary.unlink(missing_ok=True)
        self._finished = []

    def _paths(self) -> tuple[Path, Path]:
        path = self._folder / f"part-{len(self._finished):05}.parquet"
        return path.with_name(f".{path.name}.{os.getpid()}"), path

    def _flush(self) -> None:
        """Write the waiting rows as one row group."""
        if not self._waiting_rows:
            return
        table = _one(self._merged + self._waiting)
        if self._writer is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Given a path, pyarrow would ask anew each time which file system that is of.
            self._file = pa.OSFile(str(self._paths()[0]), "wb")
            is_small = self._waiting_bytes < SMALL_BYTES
            self._writer = _writer(self._file, table.schema, is_small=is_small)
        self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        self._rows += table.num_rows
        self._waiting, self._merged = [], []
        self._waiting_rows = self._waiting_bytes = 0
        if self._rows >= self._file_rows:
            self._end_file()

    def _end_file(self) -> None:
        if self._file is None:
            return
        self._close_file()
        self._rows = 0
        self._finished.append(self._paths())

    def _close_file(self) -> None:
        """The end of the file, down to the disk."""
        if self._writer is not None:
            self._writer.close()
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
        self._writer = self._file = None


def _one(tables: list[pa.Table]) -> pa.Table:
    """Several tables as one, with one dictionary for each column."""
    if len(tables) == 1:
        return tables[0]
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


def _writer(file: pa.OSFile, schema: pa.Schema, *, is_small: bool) -> pq.ParquetWriter:
    """Dictionaries where values repeat, and statistics where people filter: the rest of them
    costs a third of the writing and prunes nothing.
    """
    repeating = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return pq.ParquetWriter(
        file,
        schema,
        compression="lz4" if is_small else "zstd",
        compression_level=None if is_small else 1,
        use_dictionary=repeating,
        column_encoding={name: "DELTA_BINARY_PACKED" for name in RISING if name in schema.names},
        write_statistics=[name for name in schema.names if name in FILTERED],
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
