"""Read `[company.annual_report]`: fiscal years that can follow each other, forms the law allows.

Belongs here: what the keys of one company's annual report may say together.
Does not: their types (`settings_models`) or the years themselves
(`assets.reports.fiscal_year`).

Source: årsregnskabsloven §§ 15, 32, 81.
"""

import calendar as month_calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from assets.reports import fiscal_year
from assets.workspace import AnnualSettings, Company
from pipelines import settings_models as models
from warehouse.errors import SettingsError

_LONGEST = 18
"""Months; § 15 stk. 2-3."""
_WITHOUT_GROSS_PROFIT = {"C-large", "D"}


def annual_settings(place: str, keys: models.AnnualKeys) -> AnnualSettings:
    """The values the stages use; `place` names the company in messages.

    Raises `SettingsError` for years that cannot be, and for gross profit of a large company.
    """
    place = f"{place} annual_report"
    found = AnnualSettings(
        company_class=keys.company_class,
        year_end=_year_end(place, keys.year_end),
        first_day=keys.first_day,
        odd_years=tuple(sorted((row.start, row.end) for row in keys.odd_years)),
        language=keys.language,
        income_form=keys.income_statement,
        balance_form=keys.balance,
        is_condensed=keys.gross_profit,
        members=keys.management_members,
    )
    if found.is_condensed and found.company_class in _WITHOUT_GROSS_PROFIT:
        raise SettingsError(
            f"{place}.gross_profit is true, but a company of class {found.company_class} must "
            "show its revenue (årsregnskabsloven § 81). Remove it, or correct the class."
        )
    _refuse_odd_years(place, found)
    _refuse_first_day(place, found)
    return found


def _year_end(place: str, text: str) -> tuple[int, int]:
    """Month and day; 02-28 and 02-29 are both the last day of February."""
    given = re.fullmatch(r"(\d\d)-(\d\d)", text)
    month, day = map(int, given.groups()) if given else (0, 0)
    if not (1 <= month <= 12 and 1 <= day <= month_calendar.monthrange(2024, month)[1]):
        raise SettingsError(
            f"{place}.year_end must be the month and day on which the fiscal year ends, as in "
            '"12-31" or "06-30". Correct it.'
        )
    return (2, 28) if (month, day) == (2, 29) else (month, day)


def _refuse_odd_years(place: str, annual: AnnualSettings) -> None:
    """Each at most 18 months; together with the regular years they leave no gap."""
    for first, last in annual.odd_years:
        if last < first:
            raise SettingsError(
                f"{place}.odd_years has a year from {first} to {last}, which ends before it "
                "begins. Correct its days; both are included."
            )
        if last >= _months_after(first, _LONGEST):
            raise SettingsError(
                f"{place}.odd_years has a year from {first} to {last}, longer than 18 months, "
                "the most the law allows (årsregnskabsloven § 15). Correct its days."
            )
    for (_, end), (start, _) in pairwise(annual.odd_years):
        if start <= end:
            raise SettingsError(
                f"{place}.odd_years has two years that hold {start}. Correct their days; both "
                "are included."
            )
        _refuse_gap(place, end, (start - timedelta(days=1)))
    if annual.odd_years:
        last = annual.odd_years[-1][1]
        if not fiscal_year.is_same_day((last.month, last.day), annual.year_end):
            raise SettingsError(
                f"{place}.odd_years ends on {last}, but year_end is another day, so the next "
                f'year would not be twelve months. Write year_end = "{last:%m-%d}", or correct '
                "the odd year."
            )


def _refuse_gap(place: str, end: date, before_next: date) -> None:
    """Between two odd years lie whole regular ones, or none."""
    if not fiscal_year.is_same_day((end.month, end.day), (before_next.month, before_next.day)):
        raise SettingsError(
            f"{place}.odd_years leaves {end + timedelta(days=1)} to {before_next} between two "
            "odd years, which is not whole years. Add the odd year that lies there, or correct "
            "the days."
        )


def _refuse_first_day(place: str, annual: AnnualSettings) -> None:
    """The first day reported begins a year."""
    if annual.first_day is None:
        return
    day = annual.first_day
    year = fiscal_year.holding(annual, day)
    if year is None or year[0] != day:
        raise SettingsError(
            f"{place}.first_day {day} is not the first day of a fiscal year. Years begin the day "
            "after year_end. Where the first one was shorter or longer, write its first and last "
            f"day: odd_years = [{{ from = {day}, to = … }}]."
        )


def refuse_one_company_twice(path: Path, companies: Iterable[Company]) -> None:
    """A company files one annual report, whatever it keeps its books in (§§ 3, 138)."""
    seen: dict[str, str] = {}
    for one in companies:
        if one.annual is None:
            continue
        if other := seen.get(one.cvr):
            raise SettingsError(
                f'{path}: [[company]] "{other}" and "{one.company_id}" both have an annual_report '
                f"and the CVR number {one.cvr}. A company files one: correct the number, or take "
                "the section out of one of them."
            )
        seen[one.cvr] = one.company_id


def _months_after(day: date, months: int) -> date:
    """The first day that is no longer within `months` of `day`, itself included."""
    month = day.month - 1 + months
    year, number = day.year + month // 12, month % 12 + 1
    following = date(year + number // 12, number % 12 + 1, 1)
    return min(following, date(year, number, 1) + timedelta(days=day.day - 1))
