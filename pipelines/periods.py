"""Periods as a person writes them: 2026-Q3, 2026-09, 2026-H1, 2026.

Belongs here: reading them as months in which they end (our one time partition),
and which months are due now. Does not: which reports are due then
(`assets.reports.calendar`).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assets.reports import duty, fiscal_year
from assets.reports.authority_calendar import merge
from assets.reports.calendar import Obligation
from assets.reports.obligations import by_law, fulfilled, told_for
from assets.workspace import Company, Workspace
from warehouse.errors import SettingsError

LOOK_BACK = timedelta(days=250)
"""How long ago a period may have ended and still be due: a half-year, postponed."""


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """One month a command is about; `is_yearly_only`: only its reports of fiscal years."""

    month: str
    is_yearly_only: bool = False


def asked(period: str, companies: Sequence[Company]) -> list[Asked]:
    """What `period` means for `companies`; a year is the fiscal years that end in it.

    Raises `SettingsError` for anything that is no period, and for a year in which none
    of the companies has a fiscal year that ends.
    """
    if not re.fullmatch(r"20\d\d", period):
        return [Asked(month_of(period))]
    first, last = date(int(period), 1, 1), date(int(period), 12, 31)
    ends = [
        end
        for company in companies
        if company.annual is not None
        for _, end in fiscal_year.ending_in(company.annual, first, last)
    ]
    if not ends:
        raise SettingsError(
            f"No fiscal year of the companies asked for ends in {period}. Set "
            "[company.annual_report] in indberet.toml, with first_day not later; or write a "
            "quarter as 2026-Q3, a half-year as 2026-H1, or a month as 2026-09."
        )
    return [Asked(month, is_yearly_only=True) for month in sorted({f"{e:%Y-%m}" for e in ends})]


def still_owed(workspace: Workspace) -> list[Asked]:
    """What is due now, by the settings, the authority's calendar and what is filed already."""
    companies, today = workspace.selected_companies(), workspace.today
    ids = {company.company_id for company in companies}
    with workspace.operations_database() as operations:
        told = told_for(operations, today - LOOK_BACK, today, ids)
        done = fulfilled(operations, ids)
    return due_now(companies, today, told, done)


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
        "a month as 2026-09, or the fiscal years that end in 2026 as 2026."
    )


def due_now(
    companies: Sequence[Company],
    today: date,
    told: Sequence[Obligation] = (),
    done: Collection[tuple[str, str, date]] = (),
) -> list[Asked]:
    """The months whose reports have ended and are still to be filed, oldest first; when
    nothing is due, the newest month in which a period ended.

    Returns are to be filed until their deadline; annual reports until they are
    `done` (company, report, last day), overdue or not. `told` is what the
    authority's calendar said; its dates replace the law's.

    Raises `SettingsError` when none of `companies` reports anything.
    """
    duties = duty.duties()
    ended = [one for one in _at_hand(companies, today, told) if one.period_end < today]
    if not ended:
        raise SettingsError(
            "No company reports anything yet. Set vat_frequency in its [[company]] in "
            "indberet.toml (it stands in the authority's self-service), or "
            "[company.annual_report]."
        )
    owed = [
        one
        for one in ended
        if (
            (one.company_id, one.report_type, one.period_end) not in done
            if duties[one.report_type].is_final
            else one.due_date >= today
        )
    ]
    whole = {_month(one) for one in owed if not duties[one.report_type].is_final}
    yearly = {_month(one) for one in owed} - whole
    if not owed:
        return [Asked(_month(max(ended, key=lambda one: one.period_end)))]
    return sorted([*map(Asked, whole), *(Asked(month, is_yearly_only=True) for month in yearly)])


def _month(one: Obligation) -> str:
    return f"{one.period_end:%Y-%m}"


def _at_hand(
    companies: Sequence[Company], today: date, told: Sequence[Obligation]
) -> list[Obligation]:
    """What is due for periods that ended lately, each report as long back as its duty says."""
    found: list[Obligation] = []
    for report_type, its in duty.duties().items():
        back = max(LOOK_BACK, its.back)
        found += by_law(companies, today - back, today - timedelta(days=1), [report_type])
    return merge(found, told)[0]
