"""How the filings of one company, report and period stand to each other.

At most one is in force (filed last), at most one is in flight (with the
authority, undecided), at most one is current (unsent, made from today's figures).

Belongs here: those three questions. Does not: changing a state.
"""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from assets.deliveries.machine import FILED, IN_FLIGHT, State, name
from warehouse.operations import Row, Transaction
from warehouse.operations_schema import filing as table


def others(transaction: Transaction, filing: Row) -> list[Row]:
    """The other filings of the same company, report and period, oldest first."""
    f = table.c
    return transaction.rows(
        sa.select(table)
        .where(
            f.company_id == filing["company_id"],
            f.report_type == filing["report_type"],
            f.period_start == filing["period_start"],
            f.period_end == filing["period_end"],
            f.filing_id != filing["filing_id"],
        )
        .order_by(f.created_at, f.filing_id)
    )


Period = tuple[str, str, date, date]
"""Company, report type, first and last day."""


def period_of(filing: Row) -> Period:
    """What a filing is for."""
    return (
        filing["company_id"],
        filing["report_type"],
        filing["period_start"],
        filing["period_end"],
    )


def registered(transaction: Transaction, periods: Collection[Period]) -> dict[Period, set[str]]:
    """The ids of the filings there are for each of `periods`; asked in one query."""
    f = table.c
    rows = transaction.rows(
        sa.select(f.filing_id, f.company_id, f.report_type, f.period_start, f.period_end).where(
            f.company_id.in_({one[0] for one in periods}),
            f.period_end.in_({one[3] for one in periods}),
        )
    )
    found: dict[Period, set[str]] = {}
    for row in rows:
        found.setdefault(period_of(row), set()).add(row["filing_id"])
    return found


def in_force(filings: list[Row]) -> Row | None:
    """The one the authority accepted last."""
    filed = [filing for filing in filings if State(filing["state"]) in FILED]
    return max(filed, key=lambda filing: filing["decided_at"], default=None)


def in_flight(filings: list[Row]) -> Row | None:
    """The one that lies with the authority, or may, and is not decided."""
    return next((filing for filing in filings if State(filing["state"]) in IN_FLIGHT), None)


def waiting_reason(first: Row) -> str:
    """Why a filing must wait for `first`."""
    return f"waits for {name(first)}, which is {first['state']} and not decided"


def replaced_id(filings: list[Row]) -> str | None:
    """Which of the others a filing sent now would correct."""
    found = in_force(filings)
    return None if found is None else str(found["filing_id"])
