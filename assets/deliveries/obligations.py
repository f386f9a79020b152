"""Obligations and mandates: what is due, and by what right we file it.

Belongs here: keeping those rows. Does not: computing due dates
(`assets.reports.calendar`) or asking the authority for them (channels).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from warehouse.operations import Operations, Row, Transaction
from warehouse.operations_schema import mandate
from warehouse.operations_schema import obligation as table

_KEY = ("company_id", "report_type", "period_start", "period_end")


@dataclass(frozen=True, slots=True)
class Obligation:
    """One report due from one company for one period; columns as in `warehouse.tables`.

    `frequency`: month, quarter or half_year. `origin`: law or authority.
    """

    company_id: str
    report_type: str
    period_start: date
    period_end: date
    frequency: str
    due_date: date
    payment_date: date | None
    origin: str


def record(operations: Operations, obligations: Iterable[Obligation]) -> int:
    """Keep what is due; returns how many rows were new or changed.

    The authority's own dates replace computed ones and never the other way
    round. What is already filed keeps its state.
    """
    with operations.transaction() as transaction:
        kept = {_key(row): row for row in transaction.rows(sa.select(table))}
        return sum(_record(transaction, one, kept) for one in obligations)


def due(
    operations: Operations, *, states: Iterable[str] = ("open",), by: date | None = None
) -> list[Row]:
    """Obligations in `states`, due on or before `by`, soonest first."""
    query = sa.select(table).where(table.c.state.in_(list(states)))
    if by is not None:
        query = query.where(table.c.due_date <= by)
    return operations.rows(query.order_by(table.c.due_date, *(table.c[name] for name in _KEY)))


def mark(transaction: Transaction, filing: Row, state: str) -> None:
    """Set the state of the obligation that `filing` answers: filed or fulfilled.

    What is fulfilled stays so: a correction takes nothing back.
    """
    transaction.connection.execute(
        sa.update(table)
        .where(*(table.c[name] == filing[name] for name in _KEY), table.c.state != "fulfilled")
        .values(state=state)
    )


def record_mandate(
    operations: Operations,
    company_id: str,
    channel: str,
    *,
    valid_from: date,
    valid_to: date | None,
    evidence: str,
    actor: str,
) -> None:
    """Keep a right to act for a company; `evidence` says where it was given.

    A new record of the same start date replaces the old one (to end a mandate,
    record it again with `valid_to`).
    """
    m = mandate.c
    same = (m.company_id == company_id, m.channel == channel, m.valid_from == valid_from)
    with operations.transaction() as transaction:
        transaction.connection.execute(sa.delete(mandate).where(*same))
        transaction.connection.execute(
            sa.insert(mandate).values(
                company_id=company_id,
                channel=channel,
                valid_from=valid_from,
                valid_to=valid_to,
                evidence=evidence,
                recorded_at=transaction.now,
            )
        )
        ends = None if valid_to is None else valid_to.isoformat()
        transaction.audit(
            "mandate", company_id, actor, channel=channel, evidence=evidence, valid_to=ends
        )


def has_mandate(operations: Operations, company_id: str, channel: str, on: date) -> bool:
    """Whether a mandate for `channel` covers the day `on`."""
    m = mandate.c
    query = sa.select(m.company_id).where(
        m.company_id == company_id,
        m.channel == channel,
        m.valid_from <= on,
        sa.or_(m.valid_to.is_(None), m.valid_to >= on),
    )
    return bool(operations.rows(query))


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def _record(transaction: Transaction, one: Obligation, kept: dict[tuple[Any, ...], Row]) -> bool:
    new = asdict(one)
    old = kept.get(_key(new))
    if old is None:
        transaction.connection.execute(sa.insert(table).values(**new, state="open"))
    elif (old["origin"], one.origin) == ("authority", "law") or old == new | {
        "state": old["state"]
    }:
        return False
    else:
        same = (table.c[name] == new[name] for name in _KEY)
        transaction.connection.execute(sa.update(table).where(*same).values(**new))
        transaction.audit(
            "obligation.changed",
            one.company_id,
            one.origin,
            report_type=one.report_type,
            period_end=one.period_end.isoformat(),
            due_before=old["due_date"].isoformat(),
            due_after=one.due_date.isoformat(),
        )
    kept[_key(new)] = new | {"state": "open" if old is None else old["state"]}
    return True
