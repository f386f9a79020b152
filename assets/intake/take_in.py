"""Take in filings: every place of the sources, each filing once, batch by batch.

What is taken in already is told by a hash and not read again. Each batch is written whole,
so a stop at any moment loses at most the batch under way, and the next run goes on from
there to the same bytes.

Belongs here: the order of things. Does not: finding, reading or writing (the other modules).
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from assets.intake import batch, compact, known, reading
from assets.intake.fetching import Read, fetched
from assets.intake.found import Found, Source, Unreachable
from assets.intake.pool import Failed, Pool
from warehouse.errors import TransientError
from warehouse.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[str, int], None]
_BATCH_BYTES = 12 << 20
_TAXONOMY = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>|<!--.*?-->|\s)*<(?:[\w.-]+:)?(?:schema|linkbase)[\s>]",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Options:
    """How to go about it. `keep_in`: the storage folder that filings' bytes are kept in.

    `library`: the taxonomies that type and label facts. `is_again`: filings that could not be
    read before are read again. A batch ends with `batch_filings`, or before when it is large.
    The same places in the same order with the same batches give the same files.
    """

    workers: int = 0
    time_limit: float = 120
    keep_in: Path | None = None
    batch_filings: int = 2_000
    is_again: bool = False
    library: Path | None = None


@dataclass(slots=True)
class Outcome:
    """What a run found. `unreachable` are messages about places that gave no bytes."""

    places: int = 0
    unchanged: int = 0
    duplicates: int = 0
    not_filings: int = 0
    new: int = 0
    facts: int = 0
    problems: int = 0
    byte_count: int = 0
    seconds: float = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    unreachable: list[str] = field(default_factory=list)


def take_in(
    store: Store, sources: Sequence[Source], options: Options, progress: Progress
) -> Outcome:
    """Take in every new filing of `sources` into `store`.

    Raises:
        TransientError: another intake is under way in this warehouse.
    """
    lock = FileLock(store.folder / ".intake.lock", timeout=5)
    try:
        lock.acquire()
    except Timeout as error:
        raise TransientError(
            f"Another intake is under way in {store.folder}. Wait for it to end, then run again."
        ) from error
    try:
        return _Intake(store, sources, options, progress).run()
    finally:
        lock.release()


class _Intake:
    """One run: what is known, what waits to be written, what was found."""

    def __init__(
        self, store: Store, sources: Sequence[Source], options: Options, progress: Progress
    ) -> None:
        self._store = store
        self._sources = sources
        self._options = options
        self._progress = progress
        self._known = known.load(store, is_again=options.is_again)
        self._totals = [source.total for source in sources]
        self._outcome = Outcome()
        self._began = time.monotonic()
        self._places: list[Sequence[Any]] = []
        self._cut = self._dropped = 0
        self._found: dict[str, tuple[Found, int]] = {}
        self._fresh()

    def _fresh(self) -> None:
        """An empty batch."""
        self._taken: list[batch.Taken] = []
        self._rows: dict[str, list[pa.Table]] = {}
        self._replaced: set[str] = set()
        self._size = 0

    def run(self) -> Outcome:
        workers = self._options.workers or os.cpu_count() or 1
        limit = self._options.time_limit
        pool = Pool(
            reading.work,
            workers=workers,
            time_limit=limit,
            preload=reading.__name__,
            weight=reading.weight,
        )
        # One batch is written while the next is read: two are in memory, never more.
        with pool, ThreadPoolExecutor(1) as writer:
            written: Future[dict[str, int]] | None = None
            for task, result in pool.run(self._tasks()):
                self._add(task, result)
                if self._is_full():
                    self._wait(written)
                    written = writer.submit(self._write, self._batch(is_more=True))
            self._wait(written)
            self._wait(writer.submit(self._write, self._batch(is_more=False)))
        self._outcome.seconds = time.monotonic() - self._began
        return self._outcome

    def _tasks(self) -> Iterator[reading.Task]:
        """The filings not yet known, in the order of the sources."""
        for source in self._sources:
            for place, read in fetched(self._new(source), source.fetches):
                if (task := self._task(place, read)) is not None:
                    yield task

    def _new(self, source: Source) -> Iterator[Found]:
        """The places that are not known as they stand."""
        for place in source.places():
            self._outcome.places += 1
            self._tell()
            if place.digest in self._known.places:
                self._outcome.unchanged += 1
            else:
                yield place

    def _task(self, place: Found, read: Read) -> reading.Task | None:
        try:
            content = read()
        except Unreachable as unreachable:
            self._outcome.unreachable.append(str(unreachable))
            return None
        if is_taxonomy(content):
            self._outcome.not_filings += 1
            return None
        filing_id = hashlib.sha256(content).hexdigest()
        self._known.places.add(place.digest)
        if place.digest not in self._known.unread.places:
            self._places.append(
                (place.place, filing_id, len(content), place.stamp, place.entity_identifier,
                 place.published_at)
            )  # fmt: skip
        if bytes.fromhex(filing_id) in self._known.filings:
            self._outcome.duplicates += 1
            return None
        self._known.filings.add(bytes.fromhex(filing_id))
        self._found[filing_id] = place, self._dropped + len(self._places)
        name, given = PurePath(place.name).name, self._options
        return reading.Task(filing_id, name, content, given.keep_in, given.library)

    def _add(self, task: reading.Task, result: bytes | Failed) -> None:
        """Add one filing's rows to the batch."""
        if isinstance(result, Failed):
            tables = reading.unread(task, result.reason)
        else:
            self._size += len(result)
            tables = reading.unpack(result)
        place, self._cut = self._found.pop(task.filing_id)
        if self._known.unread.is_told_already(task.filing_id, tables):
            self._outcome.unchanged += 1
            return
        self._known.sequence += 1
        for name, table in tables.items():
            self._rows.setdefault(name, []).append(table)
        ids = set(tables["xbrl_filing"]["filing_id"].to_pylist())
        if task.filing_id in self._known.unread.said:
            self._replaced |= ids
        self._taken += [
            batch.Taken(one, self._known.sequence, place.place, task.path, place.published_at)
            for one in sorted(ids)
        ]
        self._outcome.new += 1
        self._outcome.byte_count += len(task.content)
        for name in ("fact", "problem"):
            rows = tables.get(f"xbrl_{name}")
            setattr(self._outcome, f"{name}s", getattr(self._outcome, f"{name}s") + len(rows or ()))

    def _is_full(self) -> bool:
        return self._size >= _BATCH_BYTES or len(self._taken) >= self._options.batch_filings

    def _batch(self, *, is_more: bool) -> batch.Batch:
        """The batch so far, with the places up to that of its last filing.

        How far the places were read ahead depends on the hour; what is written must not.
        """
        cut = self._cut - self._dropped if is_more else len(self._places)
        places, self._places = self._places[:cut], self._places[cut:]
        self._dropped += cut
        made = batch.Batch(self._taken, self._rows, places, frozenset(self._replaced))
        self._fresh()
        return made

    def _write(self, made: batch.Batch) -> dict[str, int]:
        if not made.taken and not made.places:
            return {}
        verdicts = batch.write(self._store, made)
        compact.compact(self._store)
        return verdicts

    def _wait(self, written: "Future[dict[str, int]] | None") -> None:
        """Until the batch before is on disk; what stopped it stops the run."""
        if written is not None:
            for verdict, count in written.result().items():
                self._outcome.verdicts[verdict] = self._outcome.verdicts.get(verdict, 0) + count

    def _tell(self) -> None:
        """How far the run has come."""
        done, spent = self._outcome.places, time.monotonic() - self._began
        if done % 25 and done > 1:
            return
        total = None if None in self._totals else sum(t or 0 for t in self._totals)
        rate = done / spent if spent else 0.0
        text = f"{done:,}" + (f" of {total:,}" if total is not None else "") + " files"
        if spent > 1:
            text += f", {rate:,.0f} a second"
            if total is not None and rate:
                text += f", {timedelta(seconds=int((total - done) / rate))} left"
        self._progress(text, 0)


def is_taxonomy(content: bytes) -> bool:
    """Whether a file is part of a taxonomy: a schema or linkbase beside the filings."""
    return _TAXONOMY.match(content[:4096]) is not None
