"""The receiving service's events brought into the tables, from the cursor on, and counted.

The cursor is the last event of the last run that `intake_run` states; it is written in the same
step as the rows. So a stop at any moment loses nothing and doubles nothing, and the tables'
bytes are the same however the events were cut into batches.

Belongs here: the order of things, and that nothing is missing. Does not: folding, reading,
writing (the other modules).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from filelock import FileLock, Timeout

from assets.authority.arrivals import batch, contents, writing
from assets.authority.arrivals.folding import Standing, fold, refuse_gap, utc
from assets.authority.arrivals.service import Service
from assets.danish_day import danish_day
from warehouse.errors import PermanentError, TransientError
from warehouse.shape import schema
from warehouse.store import Store, Transaction
from warehouse.tables import TABLES

if TYPE_CHECKING:
    from assets.authority.service.reading import Event

BATCH = 25_000
"""Events brought in at a time: as many as fit in some hundred megabytes."""
_MEMORY = "1GB"
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one run took in; fields as the columns of `intake_run`."""

    run: int
    event_after: int
    event_to: int
    events: int
    received: int
    updated: int
    quarantined: int
    service_total: int
    table_total: int

    @property
    def reconciles(self) -> bool:
        """Whether every report the service counts is in the tables, and no event is skipped."""
        return self.service_total == self.table_total and (
            self.events == self.event_to - self.event_after
        )

    def row(self) -> dict[str, Any]:
        """As a row of `intake_run`."""
        return {name: getattr(self, name) for name in TABLES[writing.RUN].names}


def take_in(
    store: Store,
    service: Service,
    progress: Progress,
    *,
    at_most: int | None = None,
    up_to: date | None = None,
    batch_events: int = BATCH,
) -> list[Statement]:
    """Bring in the events after the cursor, `batch_events` at a time, one statement for each.

    `at_most`: stop after so many events. `up_to`: the last day whose events are brought in.

    Raises:
        PermanentError: an event is missing, or the totals do not reconcile; the batch is not kept.
        TransientError: other arrivals are under way in this warehouse.
    """
    made: list[Statement] = []
    with alone(store):
        while at_most is None or sum(one.events for one in made) < at_most:
            left = batch_events
            if at_most is not None:
                left = min(left, at_most - sum(one.events for one in made))
            statement = _next(store, service, left, up_to)
            if statement is None:
                break
            made.append(statement)
            progress(f"events to {statement.event_to:,}", 0)
    return made


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """Hold off other arrivals. Raises `TransientError` when some are under way."""
    lock = FileLock(store.folder / ".arrivals.lock", timeout=5)
    try:
        lock.acquire()
    except Timeout as error:
        raise TransientError(
            f"Other arrivals are under way in {store.folder}. Wait for them to end, then run again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def cursor(store: Store) -> tuple[int, int]:
    """The last run's number and the last event it brought in; zeros before the first."""
    with store.connect(threads=1) as con:
        return cursor_of(con)


def cursor_of(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """`cursor`, of a connection to the warehouse."""
    query = f"SELECT coalesce(max(run), 0), coalesce(max(event_to), 0) FROM {writing.RUN}"
    ((run, event),) = con.execute(query).fetchall()
    return int(run), int(event)


def _next(store: Store, service: Service, at_most: int, up_to: date | None) -> Statement | None:
    """The next batch; None when there is no event left."""
    with store.connect(memory_limit=_MEMORY) as con:
        run, after = cursor_of(con)
        events = service.events(after, at_most)
        refuse_gap(after, events)
        events = _until(events, up_to)
        if not events:
            return None
        standings = fold(events)
        before = writing.known(con, standings)
        fresh = [one for key, one in standings.items() if key not in before]
        carried_on = [standings[key] for key in before]
        rows = batch.gather(service, fresh)
        with store.transaction() as transaction:
            writing.write(con, store, transaction, writing.prepare(con, rows, carried_on))
            statement = Statement(
                run + 1,
                after,
                events[-1].sequence,
                events=len(events),
                received=len(fresh),
                updated=len(carried_on),
                quarantined=len(rows.poisoned),
                **_totals(con, transaction, service, events[-1].sequence),
            )
            _state(con, transaction, service, statement)
    return statement


def _until(events: "list[Event]", up_to: date | None) -> "list[Event]":
    """Those before the first that happened after the day `up_to` ended in Denmark."""
    if up_to is None:
        return events
    for number, event in enumerate(events):
        if danish_day(utc(event.at)) > up_to:
            return events[:number]
    return events


def mend(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    service: Service,
    stretch: tuple[int, int, int],
    standings: list[Standing],
) -> Statement | None:
    """Write what can be read now of reports in quarantine, with the statement of it.

    `stretch`: the run's number, and the cursor twice. None where all of them stay.

    Raises as `take_in`.
    """
    rows = batch.gather(service, standings)
    mended = len(standings) - len(rows.poisoned)
    if not mended:
        return None
    with store.transaction() as transaction:
        writing.write(con, store, transaction, writing.prepare(con, rows, []))
        statement = Statement(
            *stretch,
            events=0,
            received=0,
            updated=mended,
            quarantined=len(rows.poisoned),
            **_totals(con, transaction, service, stretch[2]),
        )
        _state(con, transaction, service, statement)
    return statement


def _totals(
    con: duckdb.DuckDBPyConnection, transaction: Transaction, service: Service, up_to: int
) -> dict[str, int]:
    """Reports the service counts; reports in the tables, and those known by their events alone."""
    query = "SELECT count(*) FROM still_quarantined WHERE rule = ?"
    ((bare,),) = con.execute(query, [contents.MISSING]).fetchall()
    return {
        "service_total": sum(service.counts(up_to).values()),
        "table_total": transaction.row_count(writing.FILING) + int(bare),
    }


def _state(
    con: duckdb.DuckDBPyConnection,
    transaction: Transaction,
    service: Service,
    statement: Statement,
) -> None:
    """The run's own row, after those of the runs before.

    Raises `PermanentError`, so that nothing is kept, where the totals do not reconcile.
    """
    if not statement.reconciles:
        raise PermanentError(_unreconciled(con, service, statement))
    shape = schema(TABLES[writing.RUN])
    names = ", ".join(shape.names)
    before = con.sql(f"SELECT {names} FROM {writing.RUN} ORDER BY run").to_arrow_table()
    mine = pa.Table.from_pylist([statement.row()], schema=shape)
    rows = pa.concat_tables([before.cast(shape), mine])
    transaction.put(writing.RUN, writing.SNAPSHOT, rows.combine_chunks())


def _unreconciled(con: duckdb.DuckDBPyConnection, service: Service, statement: Statement) -> str:
    """The message that names both totals, and each type of report that differs."""
    told = service.counts(statement.event_to)
    rows = con.execute("""
        SELECT report_type, count(DISTINCT filing_key)
        FROM (
            SELECT report_type, filing_key FROM received_filing
            UNION ALL SELECT report_type, filing_key FROM fresh_received_filing
            UNION ALL SELECT report_type, filing_key FROM still_quarantined
        )
        GROUP BY 1
    """).fetchall()
    found = dict(rows)
    named = "; ".join(
        f"{one}: {told.get(one, 0):,} by the service, {found.get(one, 0):,} in the tables"
        for one in sorted(told.keys() | found.keys())
        if told.get(one, 0) != found.get(one, 0)
    )
    return (
        f"The events to {statement.event_to} do not reconcile: the receiving service counts "
        f"{statement.service_total:,} reports, the tables {statement.table_total:,} "
        f"({named or 'each type by itself agrees'}). What came after event "
        f"{statement.event_after} was not kept. If the warehouse or the service was restored "
        "from a copy, restore both to the same hour; or take the authority's tables out of the "
        "warehouse and run again, which brings everything in from the first event."
    )
