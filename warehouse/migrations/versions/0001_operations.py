"""The first shape: obligations, filings, approvals, deliveries, receipts, mandates, audit."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXT = sa.String()
_INSTANT = sa.DateTime(timezone=True)


def _must(name: str, kind: Any = _TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _may(name: str, kind: Any = _TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def upgrade() -> None:
    """Create every table."""
    _filings()
    _deliveries()
    _control()


def _filings() -> None:
    op.create_table(
        "obligation",
        _must("company_id"),
        _must("report_type"),
        _must("period_start", sa.Date()),
        _must("period_end", sa.Date()),
        _must("frequency"),
        _must("due_date", sa.Date()),
        _may("payment_date", sa.Date()),
        _must("origin"),
        _must("state"),
        sa.PrimaryKeyConstraint("company_id", "report_type", "period_start", "period_end"),
    )
    op.create_table(
        "filing",
        _must("filing_id"),
        _must("company_id"),
        _must("report_id"),
        _must("report_type"),
        _must("period_start", sa.Date()),
        _must("period_end", sa.Date()),
        _must("media_type"),
        _must("path"),
        _must("byte_count", sa.BigInteger()),
        _must("state"),
        _may("replaces_filing_id"),
        _must("created_at", _INSTANT),
        _may("approved_by"),
        _may("approved_at", _INSTANT),
        _must("se_number"),
        _must("round", sa.Integer()),
        _may("reason"),
        _may("deep_link"),
        _may("reference"),
        _may("decided_at", _INSTANT),
        sa.PrimaryKeyConstraint("filing_id"),
        sa.ForeignKeyConstraint(["replaces_filing_id"], ["filing.filing_id"]),
    )
    op.create_index(
        "filing_period", "filing", ["company_id", "report_type", "period_start", "period_end"]
    )
    op.create_index("filing_state", "filing", ["state"])
    op.create_table(
        "approval",
        _must("filing_id"),
        _must("round", sa.Integer()),
        _must("approved_by"),
        _must("approved_at", _INSTANT),
        sa.PrimaryKeyConstraint("filing_id", "round"),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.filing_id"]),
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        _must("delivery_id"),
        _must("filing_id"),
        _must("company_id"),
        _must("channel"),
        _must("operation"),
        _must("attempt", sa.Integer()),
        _must("transaction_id"),
        _must("started_at", _INSTANT),
        _may("finished_at", _INSTANT),
        _may("outcome"),
        _may("code"),
        _may("message"),
        _may("request_sha256"),
        _may("response_sha256"),
        _must("round", sa.Integer()),
        sa.PrimaryKeyConstraint("delivery_id"),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.filing_id"]),
        sa.UniqueConstraint("filing_id", "attempt", name="delivery_attempt"),
    )
    op.create_table(
        "receipt",
        _must("filing_id"),
        _must("company_id"),
        _must("received_at", _INSTANT),
        _must("reference"),
        _must("sha256"),
        _must("path"),
        _may("pdf_path"),
        _may("payment_line"),
        _may("amount_to_pay", sa.BigInteger()),
        _may("payment_date", sa.Date()),
        _must("round", sa.Integer()),
        sa.PrimaryKeyConstraint("filing_id", "round"),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.filing_id"]),
    )
    op.create_table(
        "claim",
        _must("filing_id"),
        _must("token"),
        _must("machine"),
        _must("pid", sa.Integer()),
        _must("expires_at", _INSTANT),
        sa.PrimaryKeyConstraint("filing_id"),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.filing_id"]),
    )


def _control() -> None:
    op.create_table(
        "mandate",
        _must("company_id"),
        _must("channel"),
        _must("valid_from", sa.Date()),
        _may("valid_to", sa.Date()),
        _must("evidence"),
        _must("recorded_at", _INSTANT),
        sa.PrimaryKeyConstraint("company_id", "channel", "valid_from"),
    )
    op.create_table(
        "audit_event",
        sa.Column("event_id", sa.BigInteger(), nullable=False, autoincrement=False),
        _must("at", _INSTANT),
        _must("actor"),
        _must("event"),
        _must("subject"),
        _must("detail"),
        _must("previous_sha256"),
        _must("sha256"),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("audit_event_subject", "audit_event", ["subject"])
    head = op.create_table(
        "audit_head",
        sa.Column("head", sa.Integer(), nullable=False, autoincrement=False),
        _must("event_id", sa.BigInteger()),
        _must("sha256"),
        sa.PrimaryKeyConstraint("head"),
    )
    op.bulk_insert(head, [{"head": 1, "event_id": 0, "sha256": ""}])
