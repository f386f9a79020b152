"""The tables of the operations database, in SQLAlchemy Core.

Columns of obligation, filing, delivery and receipt come from `warehouse.tables`;
what only the machinery needs (rounds, claims, the audit chain) is added here.
The migrations in `warehouse/migrations` bring a database to this shape, and a
test compares the two.

Belongs here: shapes. Does not: opening, transactions and reading
(`warehouse.operations`), or what may happen to a filing (`assets.deliveries.machine`).
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from warehouse.tables import TABLES

HEAD = "0001"
"""The migration this code is written for."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored in UTC whatever the database knows of time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """To UTC; a time without a zone is refused rather than guessed."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time without a time zone cannot be stored: {value.isoformat()}")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """Back with its zone, which SQLite drops."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_TYPES: dict[str, TypeEngine[Any]] = {
    "VARCHAR": sa.String(),
    "INTEGER": sa.Integer(),
    "BIGINT": sa.BigInteger(),
    "DATE": sa.Date(),
    "TIMESTAMPTZ": UtcDateTime(),
}

METADATA = sa.MetaData()


def _declared(
    name: str, *extra: sa.Column[Any] | sa.Constraint | sa.Index, key: tuple[str, ...]
) -> sa.Table:
    """A table with the columns of `TABLES[name]`, then `extra`."""
    columns = [
        sa.Column(
            column.name,
            _TYPES[column.type],
            primary_key=column.name in key,
            nullable=not column.required,
            autoincrement=False,
        )
        for column in TABLES[name].columns
    ]
    return sa.Table(name, METADATA, *columns, *extra)


def _round() -> sa.Column[Any]:
    """1 the first time these bytes are filed, 2 when they are filed anew."""
    return sa.Column("round", sa.Integer(), nullable=False)


obligation = _declared(
    "obligation", key=("company_id", "report_type", "period_start", "period_end")
)

filing = _declared(
    "filing",
    sa.Column("se_number", sa.String(), nullable=False),
    _round(),
    sa.Column("reason", sa.String()),  # why it stands where it stands, for people
    sa.Column("deep_link", sa.String()),  # where a person approves at the authority
    sa.Column("reference", sa.String()),  # the authority's own number for it
    sa.Column("decided_at", UtcDateTime()),  # when the authority accepted or rejected it
    sa.ForeignKeyConstraint(["replaces_filing_id"], ["filing.filing_id"]),
    sa.Index("filing_period", "company_id", "report_type", "period_start", "period_end"),
    sa.Index("filing_state", "state"),
    key=("filing_id",),
)

approval = sa.Table(
    "approval",
    METADATA,
    sa.Column("filing_id", sa.String(), sa.ForeignKey("filing.filing_id"), primary_key=True),
    sa.Column("round", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("approved_by", sa.String(), nullable=False),
    sa.Column("approved_at", UtcDateTime(), nullable=False),
)

delivery = _declared(
    "delivery",
    _round(),
    sa.ForeignKeyConstraint(["filing_id"], ["filing.filing_id"]),
    sa.UniqueConstraint("filing_id", "attempt", name="delivery_attempt"),
    key=("delivery_id",),
)

receipt = _declared(
    "receipt",
    sa.Column("round", sa.Integer(), primary_key=True, autoincrement=False),
    sa.ForeignKeyConstraint(["filing_id"], ["filing.filing_id"]),
    key=("filing_id",),
)

claim = sa.Table(  # which process works on a filing just now
    "claim",
    METADATA,
    sa.Column("filing_id", sa.String(), sa.ForeignKey("filing.filing_id"), primary_key=True),
    sa.Column("token", sa.String(), nullable=False),
    sa.Column("machine", sa.String(), nullable=False),
    sa.Column("pid", sa.Integer(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
)

mandate = sa.Table(  # a right to act for a company towards an authority
    "mandate",
    METADATA,
    sa.Column("company_id", sa.String(), primary_key=True),
    sa.Column("channel", sa.String(), primary_key=True),
    sa.Column("valid_from", sa.Date(), primary_key=True),
    sa.Column("valid_to", sa.Date()),
    sa.Column("evidence", sa.String(), nullable=False),
    sa.Column("recorded_at", UtcDateTime(), nullable=False),
)

audit_event = sa.Table(  # append-only; each row carries the hash of the one before
    "audit_event",
    METADATA,
    sa.Column("event_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("actor", sa.String(), nullable=False),
    sa.Column("event", sa.String(), nullable=False),
    sa.Column("subject", sa.String(), nullable=False),
    sa.Column("detail", sa.String(), nullable=False),
    sa.Column("previous_sha256", sa.String(), nullable=False),
    sa.Column("sha256", sa.String(), nullable=False),
    sa.Index("audit_event_subject", "subject"),
)

audit_head = sa.Table(  # one row: the newest event; locking it makes writers take turns
    "audit_head",
    METADATA,
    sa.Column("head", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("event_id", sa.BigInteger(), nullable=False),
    sa.Column("sha256", sa.String(), nullable=False),
)
