"""Land what a pull brought: only what changed, with its evidence, all or nothing.

    landed/<connection>/loads/<load id>/<stream>.parquet   rows new or changed
                                       /deleted.parquet    records gone from the source
                                       /state.parquet      each record's hash and load, after this
                                       /raw/…              the bytes as received
                                       /load.json          counts, cursor, hashes
                                       /position.json      where the next pull begins
    landed/<connection>/position.json                      the same, since a pull found nothing new
    landed/<connection>/failed/…                           the bytes the last pull failed over

A load folder appears by one rename, so a kill at any moment leaves the previous
load as the newest. Re-reading what is already landed lands nothing. A voucher
with its postings and tax lines is one record: it changes as a whole.

Belongs here: comparing, committing, evidence. Does not: what a pull yields before it
is compared (`staging`), or any system's particulars.
"""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from assets.sources import comparing, position
from assets.sources.connector import Connection, Connector, Progress
from assets.sources.position import Position
from assets.sources.staging import Staging
from quality.finding import Finding
from warehouse import duck
from warehouse.errors import TransientError
from warehouse.shape import schema
from warehouse.store import naming_full_disk, sync_folder, write_atomically
from warehouse.tables import LANDED

_PATIENCE = 600
"""Seconds to wait for another pull of the same connection."""

_comparing = threading.Semaphore(2)
"""Comparisons at once, each with its own engine and memory, however many pulls run."""


@dataclass(frozen=True, slots=True)
class LandResult:
    """What one pull of one connection brought. `load_id` is None when nothing changed."""

    connection_id: str
    load_id: str | None
    records: int
    deleted: int
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Load:
    """One committed load, as `load.json` states it. `raw`: kept file → SHA-256 of its bytes."""

    connection_id: str
    company_id: str
    system: str
    load_id: str
    sequence: int
    record_count: int
    deleted_count: int
    content_sha256: str
    cursor_from: Mapping[str, Any] | None
    cursor_to: Mapping[str, Any] | None
    raw: Mapping[str, str]
    folder: Path


def land(
    connector: Connector,
    connection: Connection,
    landed: Path,
    progress: Progress,
    *,
    full: bool = False,
) -> LandResult:
    """Pull one connection and commit what changed.

    `full` ignores the stored cursor and reads everything again.

    Raises:
        PermanentError, TransientError: from the connector or the disk; nothing
        is committed and the next pull begins where this one did.
    """
    folder = landed / connection.connection_id
    with naming_full_disk(f"land connection {connection.connection_id} in {folder}"):
        (folder / "loads").mkdir(parents=True, exist_ok=True)
    with _alone(folder, connection.connection_id):
        for leftover in folder.glob(".staging-*"):
            shutil.rmtree(leftover)
        before = position.read(folder)
        cursor = None if full else before.cursor
        staging = Staging(folder / f".staging-{os.getpid()}", connection)
        try:
            keeping = replace(connection, keep=staging.keep)
            staging.collect(connector.pull(keeping, cursor, progress))
            with _comparing:
                result = _commit(staging, folder, before, cursor)
            shutil.rmtree(folder / "failed", ignore_errors=True)
        except Exception:
            _keep_failed(staging, folder / "failed")
            raise
        finally:
            shutil.rmtree(staging.folder, ignore_errors=True)
    return result


@contextmanager
def _alone(folder: Path, connection_id: str) -> Iterator[None]:
    """While no other process pulls this connection."""
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=_PATIENCE)
    except Timeout as error:
        raise TransientError(
            f"Connection {connection_id} has been pulled by another process for more than "
            f"{_PATIENCE / 60:g} minutes. Nothing was landed here; wait for that pull to end, or "
            "end it, then pull again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def loads(landed: Path, connection_id: str) -> list[Load]:
    """The committed loads of a connection, oldest first."""
    folders = sorted((landed / connection_id / "loads").glob("*-*/load.json"))
    return [Load(**json.loads(path.read_text()), folder=path.parent) for path in folders]


def _keep_failed(staging: Staging, target: Path) -> None:
    """Keep what a pull failed over, in place of what the one before did."""
    shutil.rmtree(target, ignore_errors=True)
    if staging.raw:
        (staging.folder / "raw").rename(target)


def _commit(
    staging: Staging,
    folder: Path,
    before: Position,
    cursor_from: Mapping[str, Any] | None,
) -> LandResult:
    connection_id = staging.connection.connection_id
    previous = max((folder / "loads").glob("*-*"), default=None)
    is_telling = staging.findings or not staging.is_empty
    now = Position(
        previous.name if previous else None,
        staging.cursor if staging.cursor is not None else before.cursor,
        staging.findings if is_telling else before.findings,
    )
    con = duck.connect(staging.folder / "spill", memory_limit="1GB")
    try:
        records, gone = comparing.compare(con, staging, previous)
        if records or gone:
            load_id = _write_load(con, staging, folder, previous, cursor_from, (records, gone), now)
            return LandResult(connection_id, load_id, records, gone, staging.findings)
    finally:
        con.close()
    if now != before:
        position.write(folder, now)
    return LandResult(connection_id, None, records, gone, staging.findings)


def _write_load(
    con: duckdb.DuckDBPyConnection,
    staging: Staging,
    folder: Path,
    previous: Path | None,
    cursor_from: Mapping[str, Any] | None,
    counts: tuple[int, int],
    now: Position,
) -> str:
    connection = staging.connection
    sequence = int(previous.name.split("-")[0]) + 1 if previous else 1
    digest = hashlib.sha256()
    target = staging.folder / "load"
    with naming_full_disk(f"land connection {connection.connection_id} in {folder}"):
        target.mkdir()
        for stream in LANDED:
            record_stream = "voucher" if stream in comparing.VOUCHER_STREAMS else stream
            key = ", ".join(LANDED[stream].key)
            query = f"""
                SELECT s.* FROM staged_{stream} s
                SEMI JOIN (SELECT source_id FROM changed WHERE stream = '{record_stream}') c
                USING (source_id) ORDER BY {key}
            """
            _write(con, query, target / f"{stream}.parquet", digest)
        _write(con, "SELECT * FROM gone ORDER BY ALL", target / "deleted.parquet", digest)
        load_id = f"{sequence:06d}-{digest.hexdigest()[:12]}"
        _write_state(con, target, load_id)
        (staging.folder / "raw").rename(target / "raw")
    manifest = Load(
        connection.connection_id, connection.company_id, connection.system, load_id, sequence,
        *counts, digest.hexdigest(), cursor_from, staging.cursor, staging.raw, target,
    )  # fmt: skip
    content = {k: v for k, v in asdict(manifest).items() if k != "folder"}
    _write_json(target / "load.json", content)
    position.write(target, replace(now, after=load_id))
    with naming_full_disk(f"land connection {connection.connection_id} in {folder}"):
        target.rename(folder / "loads" / load_id)
        sync_folder(folder / "loads")
    if previous is not None and sequence > 2:  # the state before the previous one is of no use
        older = sorted((folder / "loads").glob("*-*"))[-3]
        (older / "state.parquet").unlink(missing_ok=True)
    return load_id


def _write(con: duckdb.DuckDBPyConnection, query: str, path: Path, digest: Any) -> None:
    """Write a query's rows, if any; add the file's bytes to the load's hash."""
    reader = con.sql(query).to_arrow_reader(122_880)
    writer: pq.ParquetWriter | None = None
    for batch in reader:
        if batch.num_rows == 0:
            continue
        if writer is None:
            stream = LANDED.get(path.stem)
            target = schema(stream) if stream else batch.schema
            writer = pq.ParquetWriter(path, target, compression="zstd")
        writer.write_table(pa.Table.from_batches([batch]).cast(writer.schema))
    if writer is not None:
        writer.close()
        with path.open("rb") as file:
            os.fsync(file.fileno())
            digest.update(hashlib.file_digest(file, "sha256").digest())


def _write_state(con: duckdb.DuckDBPyConnection, target: Path, load_id: str) -> None:
    query = f"""
        SELECT stream, source_id, record_hash, posting_date, '{load_id}' AS load_id FROM changed
        UNION ALL
        SELECT * FROM state ANTI JOIN changed USING (stream, source_id)
        ANTI JOIN gone USING (stream, source_id)
        ORDER BY stream, source_id
    """
    table = con.sql(query).to_arrow_table()
    pq.write_table(table, target / "state.parquet", compression="zstd")


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    write_atomically(path, json.dumps(content, indent=1, sort_keys=True).encode())
