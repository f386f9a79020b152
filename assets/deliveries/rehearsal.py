"""A workspace that rehearsed does not file for real.

A receipt of the sandbox looks to every later step like one of the authority: the
filing is done, the obligation fulfilled, nothing is left to send. So a live
channel is refused in a workspace that holds any.

Belongs here: telling the two apart. Does not: sending.
"""

from collections.abc import Collection

import sqlalchemy as sa

from assets.deliveries.machine import FILED, IN_FLIGHT
from warehouse.errors import PermanentError
from warehouse.operations import Operations
from warehouse.operations_schema import delivery, filing

_NAMED = 5


def refuse_rehearsed(
    operations: Operations,
    channel_id: str,
    rehearsals: Collection[str],
    *,
    only: str | None = None,
    but: Collection[str] = (),
) -> None:
    """Raise PermanentError if filings lie with, or were taken by, one of the channels
    `rehearsals`, which do not count in law. `channel_id`: the live one about to be used.
    `only`: of this report type; `but`: not of these, which leave another way.
    """
    query = (
        sa.select(
            filing.c.company_id, filing.c.report_type, filing.c.period_end, delivery.c.channel
        )
        .join(delivery, delivery.c.filing_id == filing.c.filing_id)
        .where(
            delivery.c.channel.in_(sorted(rehearsals)),
            delivery.c.operation == "submit",
            delivery.c.round == filing.c.round,
            filing.c.state.in_([*FILED, *IN_FLIGHT]),
            sa.true() if only is None else filing.c.report_type == only,
            filing.c.report_type.not_in(sorted(but)),
        )
        .distinct()
        .order_by(filing.c.company_id, filing.c.report_type, filing.c.period_end)
    )
    found = operations.rows(query)
    if not found:
        return
    named = "; ".join(
        f"{row['company_id']} {row['report_type']} to {row['period_end']}" for row in found[:_NAMED]
    )
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    through = ", ".join(sorted({row["channel"] for row in found}))
    raise PermanentError(
        f"Tried to deliver through the live channel {channel_id}, but this workspace holds "
        f"rehearsals: filings sent through {through} ({named}{more}). They would count as filed "
        "and never reach the authority. Use a workspace of its own for live filing; nothing was "
        "sent."
    )
