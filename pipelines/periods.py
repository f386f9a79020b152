"""Periods as a person writes them: 2026-Q3, 2026-09, 2026-H1.

Belongs here: reading them as the month in which they end (our one time
partition). Does not: which reports are due then (`assets.reports.calendar`).
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from assets.reports.authority_calendar import merge
from assets.reports.calendar import Obligation
from assets.reports.obligations import by_law
from assets.workspace import Company
from warehouse.errors import SettingsError

LOOK_BACK = timedelta(days=250)
"""How long ago a period may have ended and still be due: a half-year, postponed."""


def month_of(period: str) -> str:
    """The month in which `period` ends, as yyyy-mm.

    >>> month_of("2026-Q3"), month_of("2026-h1"), month_of("2026-09")
    ('2026-09', '2026-06', '2026-09')

    Raises `SettingsError` for anything else.
    """
    match re.fullmatch(r"(20\d\d)-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2]))", period, re.IGNORECASE):
        case re.Match() as found:
            year, quarter, half, month = found.groups()
            number = int(quarter or 0) * 3 or int(half or 0) * 6 or int(month)
            return f"{year}-{number:02d}"
    raise SettingsError(
        f'There is no period "{period}". Write a quarter as 2026-Q3, a half-year as 2026-H1, '
        "or a month as 2026-09."
    )


def due_now(
    companies: Sequence[Company], today: date, told: Sequence[Obligation] = ()
) -> list[str]:
    """The months whose reports have ended and are still to be filed in time, oldest first;
    when nothing is due, the newest month in which a period ended.

    `told` is what the authority's calendar said; its dates replace the law's.

    Raises `SettingsError` when none of `companies` reports anything.
    """
    computed = by_law(companies, today - LOOK_BACK, today - timedelta(days=1))
    ended = [one for one in merge(computed, told)[0] if one.period_end < today]
    if not ended:
        raise SettingsError(
            "No company reports anything yet. Set vat_frequency in its [[company]] in "
            "indberet.toml (it stands in the authority's self-service)."
        )
    still = [one for one in ended if one.due_date >= today]
    newest = [max(ended, key=lambda one: one.period_end)]
    return sorted({f"{one.period_end:%Y-%m}" for one in still or newest})
