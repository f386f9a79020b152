"""Obligations and mandates: what is due, and by what right we file it.

Belongs here: keeping those rows. Does not: computing due dates
(`assets.reports.calendar`) or asking the authority for them (channels).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from assets.reports.calendar import Obligation
from warehouse.operations import Operations, Row, Transaction
from warehouse.operations_schema import mandate
from warehouse.operations_schema import obligation as table

_NAMES = tuple(field.name for field in fields(Obligation))
_KEY = ("company_id", "report_type", "period_start", "period_end")


def record(
    operations: Operations,
    obligations: Iterable[Obligation],
    *,
    outdated: Callable[[Row], bool] = lambda _: False,
) -> int:
    """Keep what is due; returns how many rows were new, changed or taken away.

    The authority's own dates replace computed ones and never the other way
    round. What is already filed keeps its state. An open row of which `outdated`
    holds, and that is not among `obligations`, is due no longer and is taken away.
    """
    with operations.transaction() as transaction:
        rows = ({name: getattr(one, name) for name in _NAMES} for one in obligations)
        wanted = {_key(row): row for row in rows}
        kept = {_key(row): row for row in transaction.rows(_touched(wanted))}
        new = [row | {"state": "open"} for key, row in wanted.items() if key not in kept]
        if new:
            transaction.connection.execute(sa.insert(table), new)
        changed = [
            (kept[key], row)
            for key, row in wanted.items()
            if key in kept and _differs(kept[key], row)
        ]
        for old, row in changed:
            _change(transaction, old, row)
        gone = [
            row
            for row in transaction.rows(sa.select(table).where(table.c.state == "open"))
            if _key(row) not in wanted and outdated(row)
        ]
        for over in gone:
            _take_away(transaction, over)
        return len(new) + len(changed) + len(gone)


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


def _touched(wanted: Mapping[tuple[Any, ...], Row]) -> sa.Select[Any]:
    """The kept rows of the days that `wanted` spans."""
    ends = [row["period_end"] for row in wanted.values()]
    if not ends:
        return sa.select(table).where(sa.false())
    return sa.select(table).where(table.c.period_end.between(min(ends), max(ends)))


def _differs(old: Row, new: Row) -> bool:
    if (old["origin"], new["origin"]) == ("authority", "law"):
        return False
    return any(old[name] != value for name, value in new.items())


def _change(transaction: Transaction, old: Row, new: Row) -> None:
    transaction.connection.execute(sa.update(table).where(*_same(new)).values(**new))
    transaction.audit(
        "obligation.changed",
        new["company_id"],
        new["origin"],
        report_type=new["report_type"],
        period_end=new["period_end"].isoformat(),
        due_before=old["due_date"].isoformat(),
        due_after=new["due_date"].isoformat(),
    )


def _take_away(transaction: Transaction, row: Row) -> None:
    transaction.connection.execute(sa.delete(table).where(*_same(row)))
    transaction.audit(
        "obligation.replaced",
        row["company_id"],
        "indberet",
        report_type=row["report_type"],
        period_start=row["period_start"].isoformat(),
        period_end=row["period_end"].isoformat(),
        frequency=row["frequency"],
        origin=row["origin"],
    )


def _same(row: Row) -> tuple[sa.ColumnElement[bool], ...]:
    return tuple(table.c[name] == row[name] for name in _KEY)
