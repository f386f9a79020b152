"""Dates of periods: XML Schema dates and dateTimes as the moments they mean in XBRL.

Belongs here: text to moment. Does not: contexts.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_DATE = re.compile(
    r"(?a)\s*(\d{4})-(\d\d)-(\d\d)"
    r"(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?)?"
    r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?\s*"
)
_DAY = timedelta(days=1)


@lru_cache(maxsize=1 << 14)
def moment(text: str, *, is_end: bool) -> datetime | None:
    """The moment a period's date means; None when it is no date Python can hold.

    A date alone is midnight at its beginning, or as an end or an instant at its end.
    A moment with a zone is brought to UTC. Digits of a second beyond six are dropped.

    Source: XBRL 2.1 § 4.7.2; XML Schema 2 § 3.2.7 and 3.2.9.

    >>> moment("2024-12-31", is_end=True)
    datetime.datetime(2025, 1, 1, 0, 0)
    >>> moment("2024-12-31T24:00:00", is_end=False)
    datetime.datetime(2025, 1, 1, 0, 0)
    >>> moment("2024-06-01T01:00:00+02:00", is_end=False)
    datetime.datetime(2024, 5, 31, 23, 0)
    >>> moment("31-12-2024", is_end=True)
    """
    parts = _DATE.fullmatch(text)
    if parts is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = parts.groups()
    try:
        at = datetime(int(year), int(month), int(day), tzinfo=_zone(zone))
        if hour is None:
            at += _DAY if is_end else timedelta()
        else:
            at = _at_time(at, int(hour), int(minute), int(second), fraction or "")
        return at.astimezone(UTC).replace(tzinfo=None) if zone else at.replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _at_time(day: datetime, hour: int, minute: int, second: int, fraction: str) -> datetime:
    """`day` at a time of it; 24:00:00 is the next day's beginning."""
    microsecond = int(fraction[:6].ljust(6, "0")) if fraction else 0
    if hour == 24:
        if minute or second or microsecond:
            raise ValueError
        return day + _DAY
    return day.replace(hour=hour, minute=minute, second=second, microsecond=microsecond)


def _zone(text: str | None) -> timezone:
    """A zone as written; none stands for UTC, which changes nothing."""
    if text is None or text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-offset if text[0] == "-" else offset)
