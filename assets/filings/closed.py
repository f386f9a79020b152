"""What can no longer be filed, or not again: too old for the authority, or published.

Belongs here: the refusals before anything is registered. Does not: until when a
report type can be filed (`assets.reports.duty`), or registering (`register`).
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from assets.deliveries.machine import FILED
from assets.filings.register import Rendered
from assets.reports import duty
from warehouse.errors import PermanentError
from warehouse.operations import Operations, Row


def too_late(obligations: Iterable[Row], today: date) -> dict[tuple[str, str, date], str]:
    """What the authority no longer takes, with what to do: (company, report, period end) → words.

    Each report type says of itself until when (`assets.reports.duty`).
    """
    duties = duty.duties()
    return {
        what_for(row): reason
        for row in obligations
        if (reason := duties[row["report_type"]].closed(row, today)) is not None
    }


def published(
    operations: Operations, obligations: Iterable[Row], period: str
) -> dict[tuple[str, str, date], set[str]]:
    """The filings that answer fulfilled obligations for good: (company, report, period end) → ids.

    Source: årsregnskabsloven § 138 stk. 5.
    """
    duties = duty.duties()
    final: dict[tuple[str, str, date], set[str]] = {
        what_for(row): set()
        for row in obligations
        if row["state"] == "fulfilled" and duties[row["report_type"]].is_final
    }
    if final:
        for filing in operations.filings(period=period, states=sorted(FILED)):
            final.get(what_for(filing), set()).add(filing["filing_id"])
    return final


def refuse_replacement(rendered: Rendered, final: Mapping[Any, set[str]]) -> None:
    """Refuse other bytes than those that were published."""
    accepted = final.get((rendered.company_id, rendered.report_type, rendered.period_end))
    if accepted and hashlib.sha256(rendered.content).hexdigest() not in accepted:
        raise PermanentError(
            f"{rendered.report_type} {rendered.period_start} - {rendered.period_end} of "
            f"{rendered.company_id} is published with other figures or words, and a published "
            "report is not replaced unless the Danish Business Authority allows it "
            "(årsregnskabsloven § 138 stk. 5). Nothing is registered. Ask the authority, or bring "
            "the change into next year's report."
        )


def what_for(row: Row) -> tuple[str, str, date]:
    """Company, report type and last day of what a row is about."""
    return row["company_id"], row["report_type"], row["period_end"]
