"""The operations database: what must never be lost or doubled.

Obligations, filings, approvals, delivery attempts, receipts, mandates and the
audit trail, in SQLite beside the warehouse or in any database SQLAlchemy
speaks. Every change is made in one transaction together with its audit event,
and writers take turns, so two processes never both make the same change.

Belongs here: opening, transactions, the audit chain, reading, snapshots for the
warehouse. Does not: what a filing may do next (`assets.deliveries.machine`).
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import sqlalchemy as sa

from warehouse import operations_schema as tables
from warehouse.errors import PermanentError
from warehouse.operations_open import open_engine, translated
from warehouse.shape import schema
from warehouse.tables import TABLES

Row = Mapping[str, Any]


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite database at `path`."""
    return f"sqlite:///{path}"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One write transaction: its connection, its time, its place in the audit trail."""

    connection: sa.Connection
    now: datetime
    _events: list[Row] = field(default_factory=list)

    def audit(self, event: str, subject: str, actor: str, **detail: str | int | None) -> None:
        """Append one event; it is written when the transaction is committed, with its changes.

        `subject` is what it is about (a filing id, a company); `actor` who did
        it: a person's name, `policy:automatic` or `indberet`.
        """
        self._events.append(
            {
                "at": self.now,
                "actor": actor,
                "event": event,
                "subject": subject,
                "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
            }
        )

    def write_events(self, head: Row) -> None:
        """Chain the events to `head`, the newest one written, and write them all at once."""
        rows: list[Row] = []
        newest = head
        for event in self._events:
            row = {
                **event,
                "event_id": newest["event_id"] + 1,
                "previous_sha256": newest["sha256"],
            }
            newest = {**row, "sha256": _event_hash(row)}
            rows.append(newest)
        if rows:
            self.connection.execute(sa.insert(tables.audit_event), rows)
            self.connection.execute(
                sa.update(tables.audit_head).values(
                    event_id=newest["event_id"], sha256=newest["sha256"]
                )
            )

    def rows(self, query: sa.Select[Any]) -> list[Row]:
        """The rows of `query` as this transaction sees them."""
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def filing(self, filing_id: str) -> Row:
        """One filing. Raises PermanentError when there is none."""
        return _one(self.rows(_filing_query(filing_id)), filing_id)


class Operations:
    """An open operations database.

    `now` gives the time written on what happens; demos and tests pass their own.
    """

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self.now = now

    @classmethod
    def open(
        cls, url: str, *, now: Callable[[], datetime] = utc_now, busy_seconds: float = 30
    ) -> Self:
        """Open `url`, its tables created or migrated; raises as `open_engine` does."""
        return cls(open_engine(url, busy_seconds), now)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One write transaction, committed when the block ends and undone when it raises.

        Writers take turns: on SQLite by BEGIN IMMEDIATE, elsewhere by the lock on
        the audit head, so what a transaction reads stays true until it commits.
        Raises TransientError when the turn does not come in time.
        """
        with (
            translated("write to the operations database"),
            self._engine.begin() as connection,
        ):
            locked = sa.select(tables.audit_head).with_for_update()
            head = dict(connection.execute(locked).mappings().one())
            transaction = Transaction(connection, self.now().astimezone(UTC))
            yield transaction
            transaction.write_events(head)

    def rows(self, query: sa.Select[Any]) -> list[Row]:
        """The rows of `query`, without waiting for writers."""
        with translated("read the operations database"), self._reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def filing(self, filing_id: str) -> Row:
        """One filing, with every column. Raises PermanentError when there is none."""
        return _one(self.rows(_filing_query(filing_id)), filing_id)

    def filings(
        self,
        *,
        company_ids: list[str] | None = None,
        report_type: str | None = None,
        period: str | None = None,
        states: list[str] | None = None,
    ) -> list[Row]:
        """Filings, by company, report, period and creation.

        `period` (yyyy-mm) is the month in which the reporting period ends.
        """
        f = tables.filing.c
        query = sa.select(tables.filing).order_by(
            f.company_id, f.report_type, f.period_end, f.created_at, f.filing_id
        )
        if company_ids is not None:
            query = query.where(f.company_id.in_(company_ids))
        if report_type is not None:
            query = query.where(f.report_type == report_type)
        if states is not None:
            query = query.where(f.state.in_(states))
        if period is not None:
            first, after = _month(period)
            query = query.where(f.period_end >= first, f.period_end < after)
        return self.rows(query)

    def deliveries(self, filing_id: str) -> list[Row]:
        """The attempts to deliver one filing, oldest first."""
        d = tables.delivery.c
        return self.rows(
            sa.select(tables.delivery).where(d.filing_id == filing_id).order_by(d.attempt)
        )

    def receipt(self, filing_id: str) -> Row | None:
        """The newest receipt of one filing."""
        r = tables.receipt.c
        query = sa.select(tables.receipt).where(r.filing_id == filing_id)
        return next(iter(self.rows(query.order_by(r.round.desc()))), None)

    def events(self, subject: str) -> list[Row]:
        """The audit events about one subject, oldest first."""
        e = tables.audit_event.c
        return self.rows(
            sa.select(tables.audit_event).where(e.subject == subject).order_by(e.event_id)
        )

    def verify_audit(self) -> int:
        """How many audit events there are, having checked that none was changed,
        taken out or added behind our back.

        Raises PermanentError naming the first event that does not fit.
        Source: Bookkeeping Act § 9 (control trail).
        """
        previous = ""
        events = self.rows(sa.select(tables.audit_event).order_by(tables.audit_event.c.event_id))
        for number, event in enumerate(events, start=1):
            if (
                event["event_id"] != number
                or event["previous_sha256"] != previous
                or event["sha256"] != _event_hash(event)
            ):
                raise _broken_audit(number)
            previous = event["sha256"]
        head = _one(self.rows(sa.select(tables.audit_head)), "audit head")
        if (head["event_id"], head["sha256"]) != (len(events), previous):
            raise _broken_audit(len(events) + 1)
        return len(events)

    def snapshot(self, table_name: str) -> pa.Table:
        """All of one table of `warehouse.tables` as Arrow, in its schema, sorted by its key.

        A filing that was filed twice shows its newest receipt.
        """
        declared = TABLES[table_name]
        table = tables.METADATA.tables[table_name]
        query = sa.select(*(table.c[name] for name in declared.names))
        if table_name == "receipt":
            newest = table.alias()
            latest = sa.select(sa.func.max(newest.c.round))
            latest = latest.where(newest.c.filing_id == table.c.filing_id)
            query = query.where(table.c.round == latest.scalar_subquery())
        rows = self.rows(query.order_by(*(table.c[name] for name in declared.key)))
        return pa.Table.from_pylist(list(rows), schema=schema(declared))

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._engine.connect().execution_options(only_reads=True) as connection:
            yield connection


def _filing_query(filing_id: str) -> sa.Select[Any]:
    return sa.select(tables.filing).where(tables.filing.c.filing_id == filing_id)


def _one(rows: list[Row], what: str) -> Row:
    if not rows:
        raise PermanentError(
            f"There is no filing {what} in the operations database. "
            "Run `indberet status` to see the filings there are."
        )
    return rows[0]


def _month(period: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{period}-01")
    following = first.month % 12 + 1
    return first, date(first.year + (following == 1), following, 1)


def _event_hash(event: Row) -> str:
    content = [
        event["event_id"],
        event["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        *(event[name] for name in ("actor", "event", "subject", "detail", "previous_sha256")),
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _broken_audit(number: int) -> PermanentError:
    return PermanentError(
        f"The audit trail of the operations database does not hold at event {number}: it was "
        "changed, taken out or added outside Indberet. Compare with a backup of the database "
        "before anything more is filed."
    )
