"""Deadlines: no day is reported twice or left out, whatever is registered and announced."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assets.reports import annual_deadline, authority_calendar, calendar, fiscal_year
from assets.reports.authority_calendar import merge
from assets.reports.calendar import Registration, due_date, obligations
from assets.workspace import AnnualSettings
from tests.unit.reports.test_calendar import Y2026, D, Entry


@given(
    frequency=st.sampled_from(["month", "quarter", "half_year"]),
    codes=st.lists(st.sampled_from(["7", "8", "9"]), max_size=1),
    days=st.lists(st.dates(D("2026-01-15"), D("2027-06-01")), max_size=6, unique=True),
)
def test_whatever_the_authority_says_no_day_is_reported_twice(frequency, codes, days):
    ours = obligations([("c1", [Registration(frequency, D("2020-01-01"))])], *Y2026)
    entries = [Entry(code, day) for code in codes for day in days]
    told, _ = authority_calendar.from_authority("c1", entries)
    merged, _ = merge(ours, told)
    for before, after in pairwise(merged):
        assert before.period_end < after.period_start


@given(
    frequency=st.sampled_from(["month", "quarter", "half_year"]),
    start=st.dates(D("2021-01-01"), D("2030-01-01")),
    days=st.integers(0, 800),
    cuts=st.lists(st.integers(1, 700), max_size=3),
)
def test_however_registrations_are_cut_every_day_is_reported_once(frequency, start, days, cuts):
    edges = sorted({start, *(start + timedelta(days=c) for c in cuts if c <= days)})
    ends: list[date | None] = [edge - timedelta(days=1) for edge in edges[1:]]
    registrations = [
        Registration(frequency, a, b) for a, b in zip(edges, [*ends, None], strict=True)
    ]
    end = calendar.period_of(frequency, start + timedelta(days=days))[1]
    found = obligations([("c1", registrations)], start, end)
    assert found[0].period_start == start
    assert found[-1].period_end == end
    for before, after in pairwise(found):
        assert after.period_start == before.period_end + timedelta(days=1)


@given(
    frequency=st.sampled_from(["month", "quarter", "half_year"]),
    day=st.dates(D("2021-01-01"), D("2035-01-01")),
)
def test_a_lawful_deadline_always_finds_its_own_period_again(frequency, day):
    first, last = calendar.period_of(frequency, day)
    due = due_date("vat_return", frequency, last)
    assert due > last
    found, findings = authority_calendar.from_authority(
        "c1", [Entry({"month": "7", "quarter": "8", "half_year": "9"}[frequency], due)]
    )
    assert [(o.period_start, o.period_end) for o in found] == [(first, last)]
    assert findings == []


@given(day=st.dates(D("2021-12-31"), D("2040-01-01")), months=st.integers(1, 12))
def test_a_deadline_of_months_ends_on_the_same_day_or_on_the_last(day, months):
    found = annual_deadline.months_after(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    is_last = (found + timedelta(days=1)).day == 1
    was_last = (day + timedelta(days=1)).day == 1
    assert found.day == day.day or is_last
    assert is_last or not was_last
    assert found.day <= day.day or was_last


@given(day=st.dates(D("2021-12-31"), D("2040-01-01")))
def test_a_moved_deadline_is_the_first_working_day_from_it_on(day):
    found = annual_deadline.moved(day)
    assert annual_deadline.is_working_day(found)
    between = [day + timedelta(days=n) for n in range((found - day).days)]
    assert not any(annual_deadline.is_working_day(one) for one in between)
    assert len(between) <= 5  # Maundy Thursday to Easter Monday; Christmas with a weekend


@given(
    year_end=st.dates(D("2023-01-01"), D("2023-12-31")),
    first=st.dates(D("2015-01-01"), D("2019-12-31")),
    lengths=st.lists(st.integers(1, 18), max_size=3),
)
def test_every_day_lies_in_exactly_one_fiscal_year(year_end, first, lengths):
    """Odd years one after the other, regular years after the last of them."""
    odd, start = [], first
    for months in lengths:
        last = annual_deadline.months_after(start - timedelta(days=1), months)
        odd.append((start, last))
        start = last + timedelta(days=1)
    end = (odd[-1][1].month, odd[-1][1].day) if odd else (year_end.month, year_end.day)
    annual = AnnualSettings("B", end, odd_years=tuple(odd))
    found = fiscal_year.ending_in(annual, D("2014-01-01"), D("2030-12-31"))
    for before, after in pairwise(found):
        assert after[0] == before[1] + timedelta(days=1)
    assert set(odd) <= set(found)
    assert all(365 <= (b - a).days + 1 <= 366 for a, b in found if (a, b) not in odd)
