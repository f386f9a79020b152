"""Take in filings: every place of the sources, each filing once, batch by batch.

What is taken in already is told by a hash and not read again. Each batch is written whole,
so a stop at any moment loses at most the batch under way, and the next run goes on from
there to the same bytes.

Belongs here: the order of things. Does not: finding, reading or writing (the other modules).
"""

import hashlib
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path, PurePath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock, Timeout

from assets.intake import batch, bulk, bulk_pool, compact, known
from assets.intake.bulk import Filing
from assets.intake.fetching import Read, fetched
from assets.intake.found import Found, Source, Unreachable
from warehouse.errors import TransientError
from warehouse.store import Store

Progress = Callable[[str, int], None]
_BATCH_BYTES = 12 << 20
_WRITING = 3
"""Batches that are written or wait for it; reading stops when there are more."""
_TAXONOMY = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>|<!--.*?-->|\s)*<(?:[\w.-]+:)?(?:schema|linkbase)[\s>]",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Options:
    """How to go about it. `keep_in`: the storage folder that filings' bytes are kept in.

    `library`: the taxonomies that type and label facts. `is_again`: filings that could not be
    read before are read again. A batch ends with `batch_filings`, or before when it is large.
    The same places in the same order with the same batches give the same files, whatever
    `workers` (processes; 0 for every core) or `in_process`, which makes none.
    """

    workers: int = 0
    time_limit: float = 120
    keep_in: Path | None = None
    batch_filings: int = 2_000
    is_again: bool = False
    library: Path | None = None
    in_process: bool = False


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
        self._is_broken = False
        self._found: dict[str, tuple[Found, int, int]] = {}
        self._fresh()

    def _fresh(self) -> None:
        """An empty batch."""
        self._taken: list[batch.Taken] = []
        self._rows: dict[str, list[pa.Table]] = {}
        self._replaced: set[str] = set()
        self._size = 0

    def run(self) -> Outcome:
        given = self._options
        how = bulk_pool.How(
            given.workers,
            given.time_limit,
            given.keep_in,
            given.library,
            most=min(bulk.MOST_JUDGED, given.batch_filings),
        )
        taking = bulk_pool.run_here if given.in_process else bulk_pool.run
        # A batch is written while others are read, so that a merge keeps no reader waiting.
        with ThreadPoolExecutor(1) as writer:
            writing: deque[Future[dict[str, int]]] = deque()
            for made in taking(self._filings(), how):
                for full in self._full(made):
                    if len(writing) == _WRITING:
                        self._wait(writing.popleft())
                    writing.append(writer.submit(self._write, full))
            writing.append(writer.submit(self._write, self._batch(is_more=False)))
            for written in writing:
                self._wait(written)
        compact.compact(self._store)
        self._outcome.seconds = time.monotonic() - self._began
        return self._outcome

    def _filings(self) -> Iterator[Filing]:
        """The filings not yet known, in the order of the sources."""
        for source in self._sources:
            for place, read in fetched(self._new(source), source.fetches):
                if (filing := self._filing(place, read)) is not None:
                    yield filing

    def _new(self, source: Source) -> Iterator[Found]:
        """The places that are not known as they stand."""
        for place in source.places():
            self._outcome.places += 1
            self._tell()
            if place.digest in self._known.places:
                self._outcome.unchanged += 1
            else:
                yield place

    def _filing(self, place: Found, read: Read) -> Filing | None:
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
        self._found[filing_id] = place, self._dropped + len(self._places), len(content)
        return Filing(filing_id, PurePath(place.name).name, content)

    def _full(self, made: pa.RecordBatch) -> Iterator[batch.Batch]:
        """Add filings' rows to the batch; gives it whenever it is full."""
        facts = pc.list_value_length(made.column("xbrl_fact")).to_pylist()
        problems = pc.list_value_length(made.column("xbrl_problem")).to_pylist()
        sizes, start = made.column("row_bytes").to_pylist(), 0
        for row, ids in enumerate(_ids(made)):
            if not self._add(made.slice(row, 1), ids):
                self._hold(made.slice(start, row - start))
                start = row + 1
                continue
            self._size += sizes[row]
            self._outcome.facts += facts[row]
            self._outcome.problems += problems[row]
            if self._is_full():
                self._hold(made.slice(start, row + 1 - start))
                start = row + 1
                yield self._batch(is_more=True)
        self._hold(made.slice(start))

    def _hold(self, made: pa.RecordBatch) -> None:
        if made.num_rows:
            for name, table in bulk.tables(made).items():
                self._rows.setdefault(name, []).append(table)

    def _add(self, made: pa.RecordBatch, ids: list[str]) -> bool:
        """Whether one filing, whose rows have these `filing_id`s, belongs in the batch."""
        filing_id = made.column("filing_id")[0].as_py()
        place, self._cut, byte_count = self._found.pop(filing_id)
        unread = self._known.unread
        if filing_id in unread.said:
            if unread.is_told_already(filing_id, bulk.tables(made)):
                self._outcome.unchanged += 1
                return False
            self._replaced |= set(ids)
        self._known.sequence += 1
        path = bulk_pool.kept_at(filing_id, place.name) if self._options.keep_in else None
        self._taken += [
            batch.Taken(one, self._known.sequence, place.place, path, place.published_at)
            for one in sorted(set(ids))
        ]
        self._outcome.new += 1
        self._outcome.byte_count += byte_count
        return True

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
        if self._is_broken or not (made.taken or made.places):
            return {}
        self._is_broken = True  # until it is written: none may be after one that was not
        verdicts = batch.write(self._store, made)
        compact.compact(self._store, most=1)
        self._is_broken = False
        return verdicts

    def _wait(self, written: "Future[dict[str, int]]") -> None:
        """Until a batch is on disk; what stopped it stops the run."""
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


def _ids(made: pa.RecordBatch) -> Iterator[list[str]]:
    """The `filing_id`s in each filing's rows: its own, and those of a package's other reports."""
    filings = made.column("xbrl_filing")
    ids = filings.flatten().field("filing_id").to_pylist()
    first = 0
    for count in pc.list_value_length(filings).to_pylist():
        yield ids[first : first + count]
        first += count


def is_taxonomy(content: bytes) -> bool:
    """Whether a file is part of a taxonomy: a schema or linkbase beside the filings."""
    return _TAXONOMY.match(content[:4096]) is not None
