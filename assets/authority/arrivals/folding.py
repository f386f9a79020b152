"""Events of the receiving service, put together to where each report stands.

Putting together is the same in one go or in many: the standing after two stretches of events is
that of the first carried on by the second (`writing` does so for what is in the tables).

Belongs here: events to standings, and that no event is skipped. Does not: reports' bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.errors import PermanentError

if TYPE_CHECKING:
    from assets.authority.service.reading import Event

UNDECIDED = frozenset({"received", "waiting"})
STATUSES = UNDECIDED | {"accepted", "rejected", "refused", "replaced"}


@dataclass(slots=True)
class Standing:
    """Where one report stands after a stretch of events.

    `codes`: of its newest event that decided something; None where the stretch holds only that
    it was replaced, which leaves what was said before. `accepted_event`: the first that
    accepted it.
    """

    filing_key: str
    report_type: str
    event_from: int
    event_to: int
    status: str
    decided_at: datetime | None
    codes: tuple[str, ...] | None = None
    accepted_at: datetime | None = None
    accepted_event: int | None = None


def fold(events: Iterable["Event"]) -> dict[str, Standing]:
    """The standing of every report these events speak of, by its key."""
    found: dict[str, Standing] = {}
    for event in events:
        one = found.get(event.filing_key)
        if one is None:
            one = found[event.filing_key] = Standing(
                event.filing_key, event.report_type, event.sequence, 0, "", None
            )
        _carry_on(one, event)
    return found


def _carry_on(one: Standing, event: "Event") -> None:
    one.event_to, one.status = event.sequence, event.status
    one.decided_at = None if event.status in UNDECIDED else utc(event.at)
    if event.status != "replaced":
        one.codes = event.codes
    if event.status == "accepted" and one.accepted_event is None:
        one.accepted_at, one.accepted_event = utc(event.at), event.sequence


def refuse_gap(after: int, events: Sequence["Event"]) -> None:
    """No number is missing, and every status is one we know.

    Raises `PermanentError` naming the first that is not as it must be.
    """
    for expected, event in enumerate(events, start=after + 1):
        if event.sequence != expected:
            raise PermanentError(
                f"The receiving service's events go from {expected - 1} to {event.sequence}: "
                f"expected {expected}. Nothing was taken in after {after}. Its list of events is "
                "damaged: restore authority.sqlite from its copy, then run again."
            )
        if event.status not in STATUSES:
            raise PermanentError(
                f"Event {event.sequence} says that {event.filing_key} is {event.status!r}, which "
                f"is none of {', '.join(sorted(STATUSES))}. Nothing was taken in after {after}. "
                "Run the arrivals of the version the receiving service is of."
            )


def utc(moment: datetime) -> datetime:
    """A moment in UTC; one without a zone is taken to be in it.

    >>> utc(datetime(2026, 3, 1, 12)).isoformat()
    '2026-03-01T12:00:00+00:00'
    """
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
