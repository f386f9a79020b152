"""What follows when an annual report is not received in time: reminder, fees, dissolution.

The authority's letter is dated by the authority, and its date is not known here: every
date is the earliest possible, as by a letter sent the day after the deadline.

Belongs here: the states and what they cost, as pure functions of dates. Does
not: the deadline itself (`annual_deadline`) or what is kept of it.

Source: årsregnskabsloven §§ 150-153. Fees are rows of `warehouse/data/annual_late_fee.csv`.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count

from assets.reports.annual_deadline import months_after, moved, working_days_after
from warehouse import standards

_WORKING_DAYS = 8
"""From the letter's date until fees begin: § 150 stk. 2."""
_WEEKS = timedelta(weeks=4)
"""From the letter's date until the court may be asked to dissolve: § 150 stk. 3."""

DUE = "due"
IN_TIME = "received in time"
REMINDED = "reminder letter"
FEES = "fees run"
DISSOLUTION = "compulsory dissolution possible"
LATE = "received late"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one annual report stands against its deadline.

    `state`: one of this module's. `fee`: kroner for each member of the top management
    body if it is received today (or was, on the day it was received). `fees_from`: the
    first day on which a fee is laid on; `dissolution_from`: the first on which the court
    may be asked to dissolve the company.
    """

    state: str
    fee: int
    fees_from: date
    dissolution_from: date


def standing(due: date, today: date, received: date | None = None) -> Standing:
    """The standing on `today` of a report due on `due`.

    `received`: the day the authority received it, if it did.

    >>> standing(date(2026, 6, 30), date(2026, 8, 3)).state
    'compulsory dissolution possible'
    >>> standing(date(2026, 6, 30), date(2026, 7, 20)).fee
    500
    >>> standing(date(2026, 6, 30), date(2026, 7, 20), received=date(2026, 7, 10)).state
    'received late'
    """
    dated = moved(due + timedelta(days=1))
    grace = working_days_after(dated, _WORKING_DAYS)
    patience = moved(dated + _WEEKS)
    return Standing(
        state=_state(due, today, received, grace, patience),
        fee=_fee(due, received or today, grace),
        fees_from=grace + timedelta(days=1),
        dissolution_from=patience + timedelta(days=1),
    )


def _state(due: date, today: date, received: date | None, grace: date, patience: date) -> str:
    if received is not None:
        return IN_TIME if received <= due else LATE
    if today <= due:
        return DUE
    if today <= grace:
        return REMINDED
    return FEES if today <= patience else DISSOLUTION


def _fee(due: date, received: date, grace: date) -> int:
    """The fee per member for a report received on `received`; nothing within the letter's days.

    Source: § 150 stk. 2, § 151 stk. 1-3: by month begun since the deadline, in all.
    """
    if received <= max(due, grace):
        return 0
    return fee(due, months_begun(due, received))


def months_begun(due: date, day: date) -> int:
    """How many months have begun on `day` since the deadline `due`.

    >>> [months_begun(date(2026, 6, 30), date(2026, m, d)) for m, d in [(7, 1), (7, 31), (8, 1)]]
    [1, 1, 2]
    """
    if day <= due:
        return 0
    return next(number for number in count(1) if day <= months_after(due, number))


def fee(due: date, months: int) -> int:
    """Kroner for each member after `months` begun months, of a report due on `due`.

    >>> [fee(date(2026, 6, 30), months) for months in (1, 2, 3, 9)]
    [500, 2000, 3000, 3000]
    """
    amounts = {
        int(row["months_begun"]): int(row["amount"])
        for row in _rows()
        if row["valid_from"] <= due.isoformat() <= (row["valid_to"] or "9999")
    }
    reached = [number for number in amounts if number <= months]
    return amounts[max(reached)] if reached else 0


def consequence(one: Standing, members: int | None) -> str:
    """What the standing means, in words; `members`: how many sit in the top management body."""
    if one.state in {DUE, IN_TIME}:
        return ""
    kroner = f"{one.fee:,} kr.".replace(",", " ")
    if members is None:
        owed = f"{kroner} per member of the management"
    else:
        total = f"{one.fee * members:,} kr.".replace(",", " ")
        owed = f"{total} ({members} × {kroner})"
    if one.state == LATE:
        return owed if one.fee else ""
    if one.state == REMINDED:
        return f"no fee if it is received by {one.fees_from - timedelta(days=1)}"
    end = one.dissolution_from
    rest = "" if one.state == DISSOLUTION else f"; from {end} the company can be dissolved"
    return f"{owed}{rest}"


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (standards.DATA / "annual_late_fee.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
