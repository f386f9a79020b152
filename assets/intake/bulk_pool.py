"""The bulk path in processes of their own: each batch within its time, results in order.

A batch that ends its process, or takes too long, is done again filing by filing, so that only
the one at fault is left unread.

Belongs here: the batches' way to the processes and back. Does not: processes (`pool`), or what
is done with a batch (`bulk`).
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import pyarrow as pa

from assets.intake import bulk
from assets.intake.bulk import Filing
from assets.intake.pool import Failed, Pool
from warehouse import blobs


@dataclass(frozen=True, slots=True)
class How:
    """How a batch is taken. `keep_in`: the storage folder its filings' bytes are kept in.

    `library`: the taxonomies that type and label facts. `time_limit`: seconds for a batch, and
    for each of its filings where the batch failed. `workers`: processes; 0 for every core.
    `most`: filings in a batch.
    """

    workers: int = 0
    time_limit: float = 120
    keep_in: Path | None = None
    library: Path | None = None
    is_judged: bool = True
    most: int = bulk.MOST_FILINGS


@dataclass(frozen=True, slots=True)
class Task:
    """One batch, as `bulk.GIVEN`, and how to take it."""

    given: pa.RecordBatch
    how: How


def run(filings: Iterable[Filing], how: How) -> Iterator[pa.RecordBatch]:
    """`filings` in batches of `bulk.MADE`, in their order."""
    workers = how.workers or os.cpu_count() or 1
    tasks = (Task(given, how) for given in bulk.cut(filings, how.most))
    with _pool(workers, how) as pool:
        for task, result in pool.run(tasks):
            if not isinstance(result, Failed):
                yield unpack(result)
            elif task.given.num_rows == 1:
                yield bulk.unread(task.given, result.reason)
            else:
                yield from _one_by_one(task)


def run_here(filings: Iterable[Filing], how: How) -> Iterator[pa.RecordBatch]:
    """`run` in this process: nothing guards against a filing that ends it or never ends."""
    for given in bulk.cut(filings, how.most):
        yield _taken(Task(given, how))


def _one_by_one(task: Task) -> Iterator[pa.RecordBatch]:
    """The filings of a batch that failed, each in a process that may be lost."""
    alone = (replace(task, given=task.given.slice(row, 1)) for row in range(task.given.num_rows))
    with _pool(1, task.how) as pool:
        for one, result in pool.run(alone):
            yield (
                bulk.unread(one.given, result.reason)
                if isinstance(result, Failed)
                else unpack(result)
            )


def _pool(workers: int, how: How) -> Pool[Task]:
    return Pool(
        work,
        workers=workers,
        time_limit=how.time_limit,
        preload=__name__,
        weight=lambda task: task.given.nbytes,
        spent=lambda task: replace(task, given=task.given.slice(0, 0)),
    )


def work(task: Task) -> memoryview:
    """One batch, packed for the way back to the starter."""
    return pack(_taken(task))


def _taken(task: Task) -> pa.RecordBatch:
    """One batch; its bytes are kept before it is read."""
    how = task.how
    if how.keep_in is not None:
        names, contents = task.given.column("name"), task.given.column("content")
        for name, content in zip(names, contents, strict=True):
            blobs.keep(how.keep_in, "intake", content.as_py(), _suffix(name.as_py()))
    return bulk.take(task.given, how.library, is_judged=how.is_judged)


def kept_at(filing_id: str, name: str) -> str:
    """Where a filing's bytes are kept, below the storage folder.

    >>> kept_at("ab12", "report.XHTML")
    'intake/ab/ab12.xhtml'
    """
    return f"intake/{filing_id[:2]}/{filing_id}{_suffix(name)}"


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    return suffix if suffix[1:].isalnum() else ""


def pack(made: pa.RecordBatch) -> memoryview:
    """A batch as bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, made.schema) as stream:
        stream.write_batch(made)
    return memoryview(sink.getvalue())


def unpack(packed: bytes | memoryview) -> pa.RecordBatch:
    """The batch that `pack` packed."""
    return pa.ipc.open_stream(packed).read_next_batch()
