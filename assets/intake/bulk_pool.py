"""The bulk path in processes of their own: each batch within its time, results in order.

Reading and judging go on side by side, in processes apart: filings are read in small batches,
since their bytes are large, and judged in large ones, since the rules' planning costs the same
for any number. A batch that ends its process, or takes too long, is done again filing by filing,
so that only the one at fault is left unread or unjudged.

Belongs here: the batches' way to the processes and back. Does not: processes (`pool`), or what
is done with a batch (`bulk`).
"""

import os
from collections.abc import Iterable, Iterator, Sequence
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
    `most`: filings judged at once, and never more read at once.
    """

    workers: int = 0
    time_limit: float = 120
    keep_in: Path | None = None
    library: Path | None = None
    is_judged: bool = True
    most: int = bulk.MOST_JUDGED


@dataclass(frozen=True, slots=True)
class Task:
    """One batch to read, and how."""

    filings: Sequence[Filing]
    how: How


def run(filings: Iterable[Filing], how: How) -> Iterator[pa.RecordBatch]:
    """`filings` in batches of `bulk.MADE`, in their order."""
    workers = how.workers or os.cpu_count() or 1
    tasks = (Task(some, how) for some in _cut(filings, how))
    with _reading(workers, how) as reading, _judging(workers, how) as judging:
        read = (one for done in reading.run(tasks) for one in _read(*done))
        if not how.is_judged:
            yield from read
            return
        for task, result in judging.run(map(pack, bulk.gathered(read, how.most))):
            if isinstance(result, Failed):
                yield from _judged_alone(unpack(task), how)
            else:
                yield unpack(result)


def run_here(filings: Iterable[Filing], how: How) -> Iterator[pa.RecordBatch]:
    """`run` in this process: nothing guards against a filing that ends it or never ends."""
    read = (_kept_and_read(Task(some, how)) for some in _cut(filings, how))
    return map(bulk.judge, bulk.gathered(read, how.most)) if how.is_judged else read


def _cut(filings: Iterable[Filing], how: How) -> Iterator[list[Filing]]:
    return bulk.cut(filings, min(how.most, bulk.MOST_FILINGS))


def _read(task: Task, result: bytes | Failed) -> Iterator[pa.RecordBatch]:
    """What came of a batch; one that failed is read filing by filing."""
    if not isinstance(result, Failed):
        yield unpack(result)
    elif len(task.filings) == 1:
        yield bulk.unread(task.filings, result.reason)
    else:
        with _reading(1, task.how) as pool:
            for done in pool.run(replace(task, filings=[one]) for one in task.filings):
                yield from _read(*done)


def _judged_alone(made: pa.RecordBatch, how: How) -> Iterator[pa.RecordBatch]:
    """The filings of a batch that the rules failed on, each judged for itself."""
    rows = (pack(made.slice(row, 1)) for row in range(made.num_rows))
    with _judging(1, how) as pool:
        for task, result in pool.run(rows):
            if isinstance(result, Failed):
                yield bulk.unjudged(unpack(task), result.reason)
            else:
                yield unpack(result)


def _reading(workers: int, how: How) -> Pool[Task]:
    return Pool(
        read,
        workers=workers,
        time_limit=how.time_limit,
        preload=__name__,
        weight=lambda task: sum(len(one.content) for one in task.filings),
        spent=lambda task: replace(task, filings=()),
    )


def _judging(workers: int, how: How) -> Pool[bytes]:
    return Pool(
        judge, workers=workers, time_limit=how.time_limit, preload=__name__, spent=lambda _: b""
    )


def read(task: Task) -> bytes:
    """A batch's rows, packed for the way back to the starter."""
    return pack(_kept_and_read(task))


def judge(packed: bytes) -> bytes:
    """A batch's rows with what the rules say, packed."""
    return pack(bulk.judge(unpack(packed)))


def _kept_and_read(task: Task) -> pa.RecordBatch:
    """One batch; its bytes are kept before it is read."""
    how = task.how
    if how.keep_in is not None:
        for filing in task.filings:
            blobs.keep(how.keep_in, "intake", filing.content, _suffix(filing.name))
    return bulk.read(task.filings, how.library)


def kept_at(filing_id: str, name: str) -> str:
    """Where a filing's bytes are kept, below the storage folder.

    >>> kept_at("ab12", "report.XHTML")
    'intake/ab/ab12.xhtml'
    """
    return f"intake/{filing_id[:2]}/{filing_id}{_suffix(name)}"


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    return suffix if suffix[1:].isalnum() else ""


def pack(made: pa.RecordBatch) -> bytes:
    """A batch as bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, made.schema) as stream:
        stream.write_batch(made)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def unpack(packed: bytes) -> pa.RecordBatch:
    """The batch that `pack` packed."""
    return pa.ipc.open_stream(packed).read_next_batch()
