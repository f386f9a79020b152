"""Deadlines as the law and the authority's calendar give them."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from lxml import etree

from assets.reports import authority_calendar, calendar
from assets.reports.authority_calendar import merge
from assets.reports.calendar import Registration, obligations
from warehouse.errors import PermanentError


@dataclass(frozen=True)
class Entry:
    frequency_code: str
    due_date: date
    payment_date: date | None = None


D = date.fromisoformat
Y2026 = (D("2026-01-01"), D("2026-12-31"))
MONTHLY_2026 = [
    "2026-02-25",
    "2026-03-25",
    "2026-04-27",
    "2026-05-26",
    "2026-06-25",
    "2026-08-17",
    "2026-08-25",
    "2026-09-25",
    "2026-10-26",
    "2026-11-25",
    "2026-12-28",
    "2027-01-25",
]


def dues(frequency: str, start=Y2026[0], end=Y2026[1], report_type="vat_return") -> list[str]:
    registration = Registration(frequency, D("2020-01-01"))
    found = obligations([("c1", [registration])], start, end, report_type)
    return [str(o.due_date) for o in found]


def test_the_deadlines_of_2026_are_the_published_ones():
    assert dues("month") == MONTHLY_2026
    assert dues("quarter") == ["2026-06-01", "2026-09-01", "2026-12-01", "2027-03-01"]
    assert dues("half_year") == ["2026-09-01", "2027-03-01"]


def test_great_prayer_day_is_a_working_day_from_2024():
    assert calendar.next_working_day(D("2023-05-05")) == D("2023-05-08")
    assert calendar.next_working_day(D("2024-04-26")) == D("2024-04-26")


def test_constitution_day_and_the_days_before_christmas_and_new_year_do_not_move_a_deadline():
    for day in ("2026-06-05", "2026-12-24", "2026-12-31"):
        assert calendar.next_working_day(D(day)) == D(day)


def test_the_eu_sales_list_is_due_on_the_25th_and_asks_for_no_payment():
    assert dues("month", report_type="eu_sales_list")[5:7] == ["2026-07-27", "2026-08-25"]
    quarter = obligations(
        [("c1", [Registration("quarter", D("2020-01-01"))])], *Y2026, "eu_sales_list"
    )
    assert str(quarter[0].due_date) == "2026-04-27"
    assert {o.payment_date for o in quarter} == {None}


def test_payment_is_due_with_the_return():
    for one in obligations([("c1", [Registration("month", D("2020-01-01"))])], *Y2026):
        assert one.payment_date == one.due_date
        assert one.origin == "law"


def test_a_change_of_frequency_in_the_year_leaves_no_gap_and_no_overlap():
    registrations = [
        Registration("half_year", D("2020-01-01"), D("2026-06-30")),
        Registration("quarter", D("2026-07-01"), D("2026-09-30")),
        Registration("month", D("2026-10-01")),
    ]
    found = obligations([("c1", registrations)], *Y2026)
    assert [str(o.period_end) for o in found] == [
        "2026-06-30",
        "2026-09-30",
        "2026-10-31",
        "2026-11-30",
        "2026-12-31",
    ]
    for before, after in pairwise(found):
        assert after.period_start == before.period_end + timedelta(days=1)


def test_a_company_registered_in_the_middle_of_a_quarter_reports_from_that_day():
    (first, *_) = obligations([("c1", [Registration("quarter", D("2026-02-16"))])], *Y2026)
    assert (str(first.period_start), str(first.period_end)) == ("2026-02-16", "2026-03-31")
    assert str(first.due_date) == "2026-06-01"


def test_an_unknown_frequency_names_the_known_ones():
    with pytest.raises(PermanentError, match="month, quarter, half_year"):
        obligations([("c1", [Registration("weekly", D("2020-01-01"))])], *Y2026)


def test_a_frequency_without_a_lawful_deadline_is_refused():
    with pytest.raises(PermanentError, match="No deadline is known for eu_sales_list"):
        obligations([("c1", [Registration("half_year", D("2020-01-01"))])], *Y2026, "eu_sales_list")


def test_a_real_calendar_answer_gives_the_quarters_it_is_about(shared_data):
    path = shared_data / "skat" / "momsangivelse-examples" / "VirksomhedKalenderHent_O_real.xml"
    tree = etree.parse(path)

    def texts(name: str) -> list[str]:
        return [str(e.text) for e in tree.iter("{*}" + name)]

    (code,) = texts("AngivelseFrekvensTypeCode")
    dates = texts("AngivelseFristKalenderFristDato")
    paid = texts("AngivelseFristKalenderBetalingDato")
    entries = [Entry(code, D(a), D(b)) for a, b in zip(dates, paid, strict=True)]
    found, findings = authority_calendar.from_authority("c1", entries)
    assert [(str(o.period_start), str(o.period_end)) for o in found] == [
        ("2021-01-01", "2021-03-31"),
        ("2021-04-01", "2021-06-30"),
        ("2021-07-01", "2021-09-30"),
    ]
    assert {o.origin for o in found} == {"authority"}
    assert findings == []


def test_a_postponed_deadline_keeps_its_period_and_is_said():
    entries = [Entry("8", D("2026-09-01")), Entry("08", D("2026-06-15"))]
    found, findings = authority_calendar.from_authority("c1", entries)
    assert [(str(o.period_end), str(o.due_date)) for o in found] == [
        ("2026-03-31", "2026-06-15"),
        ("2026-06-30", "2026-09-01"),
    ]
    assert findings == []
    findings = authority_calendar.unusual(found)
    assert [(f.rule, f.found) for f in findings] == [
        ("calendar.unusual_deadline", "2026-06-15"),
    ]
    assert "2026-01-01 to 2026-03-31" in findings[0].message


def test_an_authority_date_that_is_no_vat_frequency_is_said_and_not_used():
    found, findings = authority_calendar.from_authority("c1", [Entry("10", D("2026-06-01"))])
    assert found == []
    assert [f.found for f in findings] == ["10"]


def test_the_authoritys_calendar_replaces_what_we_computed():
    ours = obligations([("c1", [Registration("quarter", D("2020-01-01"))])], *Y2026)
    told, _ = authority_calendar.from_authority(
        "c1", [Entry("8", D("2026-06-15")), Entry("8", D("2026-09-01"))]
    )
    merged, findings = merge(ours, told)
    assert [(str(o.due_date), o.origin) for o in merged] == [
        ("2026-06-15", "authority"),
        ("2026-09-01", "authority"),
        ("2026-12-01", "law"),
        ("2027-03-01", "law"),
    ]
    assert findings == []


def test_a_frequency_the_authority_does_not_share_is_said():
    ours = obligations([("c1", [Registration("month", D("2020-01-01"))])], *Y2026)
    told, _ = authority_calendar.from_authority("c1", [Entry("8", D("2026-06-01"))])
    merged, findings = merge(ours, told)
    assert [str(o.period_start) for o in merged][:2] == ["2026-01-01", "2026-04-01"]
    assert [(f.rule, f.expected, f.found) for f in findings] == [
        ("calendar.frequency_differs", "quarter", "month")
    ]


def test_a_period_cut_by_a_registration_takes_the_authoritys_date_and_stays_cut():
    ours = obligations([("c1", [Registration("quarter", D("2026-02-16"))])], *Y2026)
    told, _ = authority_calendar.from_authority("c1", [Entry("8", D("2026-06-15"))])
    merged, findings = merge(ours, told)
    assert (merged[0].period_start, merged[0].due_date) == (D("2026-02-16"), D("2026-06-15"))
    assert (len(merged), findings) == (len(ours), [])


def test_a_return_can_be_corrected_for_three_years_after_its_deadline():
    assert calendar.is_correctable(D("2023-12-01"), D("2026-12-01"))
    assert not calendar.is_correctable(D("2023-12-01"), D("2026-12-02"))


def test_old_books_owe_nothing_that_is_known_and_stop_nothing() -> None:
    companies = [("old", [Registration("quarter", date(1994, 7, 1))])]
    assert obligations(companies, date(2015, 1, 1), date(2015, 12, 31)) == []
    (first, *_) = obligations(companies, date(2020, 1, 1), date(2021, 12, 31))
    assert first.period_end == date(2021, 3, 31)
