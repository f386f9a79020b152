"""The day in Denmark: deadlines and what is late are told by it; what is stored stays in UTC.

Belongs here: from a moment to its day, and back. Does not: what is due on which day.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE_NAME = "Europe/Copenhagen"
ZONE = ZoneInfo(ZONE_NAME)


def danish_day(moment: datetime) -> date:
    """The day it is in Denmark at a moment.

    >>> danish_day(datetime(2026, 6, 1, 22, 30, tzinfo=UTC))
    datetime.date(2026, 6, 2)
    """
    return moment.astimezone(ZONE).date()


def on_day(day: date, moment: datetime) -> datetime:
    """A moment's time of day in Denmark, on another day there; in UTC.

    >>> on_day(date(2026, 5, 4), datetime(2026, 11, 23, 23, 30, tzinfo=UTC)).isoformat()
    '2026-05-03T22:30:00+00:00'
    """
    time_of_day = moment.astimezone(ZONE).time()
    return datetime.combine(day, time_of_day, ZONE).astimezone(UTC)
