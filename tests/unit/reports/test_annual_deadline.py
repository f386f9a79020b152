"""The Act's own deadlines: how months and days are counted, and what moves a day."""

from datetime import date
from typing import Any

import pytest

from assets.reports import annual_deadline, fiscal_year
from assets.workspace import AnnualSettings, Company

D = date.fromisoformat


def company(**annual: Any) -> Company:
    settings = AnnualSettings(**({"company_class": "B"} | annual))
    return Company("c1", "c1", "10000009", "10000009", "DK", "DKK", {}, {}, settings)


def years(annual: AnnualSettings, first: str = "2020-01-01", last: str = "2027-12-31"):
    return [f"{a}/{b}" for a, b in fiscal_year.ending_in(annual, D(first), D(last))]


@pytest.mark.parametrize(
    ("company_class", "year_end", "due"),
    [
        ("B-micro", "2025-12-31", "2026-06-30"),
        ("B", "2021-12-31", "2022-06-30"),
        ("C-medium", "2023-12-31", "2024-07-01"),  # 30 June 2024 is a Sunday
        ("C-large", "2026-06-30", "2027-01-04"),  # 31 Dec., 1 Jan., then a weekend
        ("D", "2025-12-31", "2026-04-30"),
        ("B", "2026-02-28", "2026-08-31"),  # from the last day to the last day
        ("B", "2024-02-29", "2024-09-02"),  # 31 August 2024 is a Saturday
        ("D", "2025-08-31", "2026-01-02"),  # New Year's Eve
        ("D", "2025-10-30", "2026-03-02"),  # no 30 February, and the 28th is a Saturday
        ("B", "2025-12-05", "2026-06-08"),  # Constitution Day
        ("B", "2026-06-24", "2026-12-28"),  # Christmas Eve to Sunday 27 December
        ("B", "2022-11-05", "2023-05-08"),  # great prayer day, the last but one
    ],
)
def test_a_report_is_due_as_the_act_counts(company_class: str, year_end: str, due: str) -> None:
    assert annual_deadline.due_date(company_class, D(year_end)) == D(due)


def test_obligations_follow_the_fiscal_years() -> None:
    found = annual_deadline.obligations(
        [company(year_end=(6, 30))], D("2025-01-01"), D("2026-12-31")
    )
    assert [(str(o.period_start), str(o.period_end), str(o.due_date)) for o in found] == [
        ("2024-07-01", "2025-06-30", "2026-01-02"),
        ("2025-07-01", "2026-06-30", "2027-01-04"),
    ]
    assert {(o.report_type, o.frequency, o.payment_date, o.origin) for o in found} == {
        ("annual_report", "year", None, "law")
    }


def test_years_before_the_first_known_deadline_are_left_out() -> None:
    found = annual_deadline.obligations([company()], D("2015-01-01"), D("2022-12-31"))
    assert [o.period_end.year for o in found] == [2021, 2022]


def test_a_company_without_annual_settings_owes_none() -> None:
    none = Company("c1", "c1", "", "", "DK", "DKK", {}, {})
    assert annual_deadline.obligations([none], D("2025-01-01"), D("2025-12-31")) == []


def test_a_long_first_year_is_one_year_and_nothing_before_it_is_owed() -> None:
    odd = (D("2023-10-01"), D("2024-12-31"))
    annual = AnnualSettings("B", first_day=odd[0], odd_years=(odd,))
    assert years(annual, last="2026-12-31") == [
        "2023-10-01/2024-12-31", "2025-01-01/2025-12-31", "2026-01-01/2026-12-31",
    ]  # fmt: skip


def test_a_changed_year_ends_the_old_years_and_begins_the_new() -> None:
    annual = AnnualSettings("B", odd_years=((D("2024-07-01"), D("2024-12-31")),))
    assert years(annual, "2023-01-01", "2025-12-31") == [
        "2022-07-01/2023-06-30", "2023-07-01/2024-06-30", "2024-07-01/2024-12-31",
        "2025-01-01/2025-12-31",
    ]  # fmt: skip


def test_a_year_to_the_end_of_february_ends_on_its_last_day() -> None:
    assert years(AnnualSettings("B", (2, 28)), "2023-01-01", "2025-12-31") == [
        "2022-03-01/2023-02-28", "2023-03-01/2024-02-29", "2024-03-01/2025-02-28",
    ]  # fmt: skip


def test_the_year_that_holds_a_day() -> None:
    annual = AnnualSettings("B", (6, 30), first_day=D("2024-07-01"))
    assert fiscal_year.holding(annual, D("2025-06-30")) == (D("2024-07-01"), D("2025-06-30"))
    assert fiscal_year.holding(annual, D("2024-06-30")) is None


def test_eight_working_days_leave_out_weekends_and_holidays() -> None:
    assert annual_deadline.working_days_after(D("2026-12-22"), 8) == D("2027-01-07")
