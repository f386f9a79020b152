"""What a pull yields, on disk, before it is compared with what is landed.

Rows go to one Parquet file for each stream, raw bytes to compressed files, at
a few batches of memory; what is said of deletions, completeness and the cursor is
kept as values.

Belongs here: taking a connector's items in. Does not: comparing them with earlier
loads, or committing (`landing`).
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assets.sources import repeated
from assets.sources.connector import (
    Again,
    Complete,
    Connection,
    Cursor,
    Deleted,
    Found,
    Item,
    Present,
    Raw,
    RawFile,
    Rows,
)
from quality.finding import Finding
from warehouse.shape import schema
from warehouse.store import naming_full_disk
from warehouse.tables import LANDED

_ROWS_AT_ONCE = 50_000


@dataclass
class Staging:
    """What a pull yields, on disk, before it is compared with what is landed."""

    folder: Path
    connection: Connection
    deleted: list[Deleted] = field(default_factory=list)
    complete: list[Complete] = field(default_factory=list)
    present: list[Present] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    cursor: Mapping[str, Any] | None = None
    raw: dict[str, str] = field(default_factory=dict)
    has_readings: bool = False
    _writers: dict[str, pq.ParquetWriter] = field(default_factory=dict)
    _pending: dict[str, list[pa.Table]] = field(default_factory=lambda: defaultdict(list))

    def collect(self, items: Iterable[Item]) -> None:
        """Write rows and raw bytes as they come; memory stays at one batch."""
        with naming_full_disk(f"land connection {self.connection.connection_id}"):
            (self.folder / "raw").mkdir(parents=True)
        try:
            for item in items:
                self._take(item)
            for stream in list(self._pending):
                self._flush(stream)
        finally:
            with naming_full_disk(f"land connection {self.connection.connection_id}"):
                for writer in self._writers.values():
                    writer.close()

    def path(self, stream: str) -> Path | None:
        """The staged file of one stream, if it had rows."""
        return self.folder / f"{stream}.staged.parquet" if stream in self._writers else None

    @property
    def is_empty(self) -> bool:
        """True when the pull brought no rows at all: the source said nothing is new."""
        return not self._writers

    def keep(self, raw: Raw) -> None:
        """Keep bytes as they came, under a name that tells their place in the pull."""
        self._keep(raw.name, [raw.content])

    def _take(self, item: Item) -> None:
        match item:
            case Rows(stream, table, readings):
                self._rows(stream, table, readings)
            case RawFile(path):
                self._keep(Path(path).name, _chunks(Path(path)))
            case Deleted():
                self.deleted.append(item)
            case Complete():
                self.complete.append(item)
            case Present():
                self.present.append(item)
            case Again(streams):
                self._forget(streams)
            case Found(finding):
                self.findings.append(finding)
            case Cursor(value):
                self.cursor = value

    def _rows(self, stream: str, table: pa.Table, readings: pa.Array | None) -> None:
        target = schema(LANDED[stream])
        if readings is not None:
            self.has_readings = True
            table = table.append_column(repeated.READING, readings)
            target = target.append(pa.field(repeated.READING, pa.int64()))
        if stream not in self._writers:
            path = self.folder / f"{stream}.staged.parquet"
            self._writers[stream] = pq.ParquetWriter(path, target, compression="lz4")
        pending = self._pending[stream]
        pending.append(table.select(target.names).cast(target))
        if sum(part.num_rows for part in pending) >= _ROWS_AT_ONCE:
            self._flush(stream)

    def _flush(self, stream: str) -> None:
        """Write what is pending as one row group: pages of a server are small."""
        pending = self._pending.pop(stream, [])
        if pending:
            with naming_full_disk(f"land stream {stream} of {self.connection.connection_id}"):
                self._writers[stream].write_table(pa.concat_tables(pending))

    def _forget(self, streams: tuple[str, ...]) -> None:
        for stream in streams:
            if stream in self._writers:
                self._pending.pop(stream, None)
                self._writers.pop(stream).close()
                (self.folder / f"{stream}.staged.parquet").unlink()

    def _keep(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write it compressed; its hash is of the bytes as they came."""
        safe = f"{len(self.raw) + 1:05d}-{Path(name).name.replace(os.sep, '_')}.zst"
        digest = hashlib.sha256()
        with (
            naming_full_disk(f"keep the raw bytes of {self.connection.connection_id}"),
            pa.CompressedOutputStream(str(self.folder / "raw" / safe), "zstd") as file,
        ):
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        self.raw[safe] = digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk
