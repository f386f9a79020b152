from datetime import date

import pytest

from assets.authority.service import periods, receipts
from assets.authority.service.periods import law_due_date
from assets.authority.service.register import Company, Frequency, Register

MONTHS_2026 = ["2026-02-25", "2026-03-25", "2026-04-27", "2026-05-26", "2026-06-25", "2026-08-17",
               "2026-08-25", "2026-09-25", "2026-10-26", "2026-11-25", "2026-12-28",
               "2027-01-25"]  # fmt: skip


def test_the_authority_knows_the_due_dates_of_2026():
    quarter = Company("1", "q", (Frequency("quarter", date(2026, 1, 1)),))
    half = Company("1", "h", (Frequency("half_year", date(2026, 1, 1)),))
    month = Company("1", "m", (Frequency("month", date(2026, 1, 1), date(2026, 12, 31)),))
    span = (date(2026, 1, 1), date(2027, 3, 1))
    ((_, found),) = month.calendar(*span)
    assert [day.isoformat() for day in found] == MONTHS_2026
    ((_, found),) = quarter.calendar(*span)
    assert found == [date(2026, 6, 1), date(2026, 9, 1), date(2026, 12, 1), date(2027, 3, 1)]
    ((_, found),) = half.calendar(*span)
    assert found == [date(2026, 9, 1), date(2027, 3, 1)]


@pytest.mark.parametrize(
    ("start", "end", "due"),
    [
        (date(2026, 1, 1), date(2026, 3, 31), date(2026, 6, 1)),
        (date(2026, 1, 1), date(2026, 6, 30), None),
        (date(2026, 2, 1), date(2026, 4, 30), None),
        (date(2026, 1, 2), date(2026, 3, 31), None),
        (date(2024, 10, 1), date(2024, 12, 31), None),
    ],
)
def test_only_the_companys_own_periods_are_open(start, end, due):
    company = Company("1", "x", (Frequency("quarter", date(2025, 1, 1)),))
    assert company.due_date(start, end) == due


def test_what_is_registered_is_read_again(tmp_path):
    register = Register(tmp_path)
    company = Company(
        "12345674", "Ærø Møbler ApS",
        (Frequency("quarter", valid_to=date(2026, 3, 31)), Frequency("month", date(2026, 4, 1))),
        due_dates={date(2026, 3, 31): date(2026, 6, 15)},
    )  # fmt: skip
    register.add(company, approve="auto")
    register.add(Company("87654321", "Anden", (Frequency("month"),)))
    again = Register(tmp_path)
    assert (again.approve, again.count()) == ("auto", 2)
    assert again.company("12345674") == company
    assert again.of_cvr("12345678") is None


def test_a_due_date_never_falls_on_a_closed_day():
    for year in range(2024, 2031):
        for month in range(1, 13):
            end = periods.add_months(date(year, month, 1), 1) - (date(2, 1, 2) - date(2, 1, 1))
            for frequency in ("month", "quarter"):
                due = law_due_date(frequency, end)
                assert due.weekday() < 5
                assert due > end


def test_the_ocr_number_carries_its_check_digit():
    for number in (1, 42, 999_999, 10**14):
        digits = [int(digit) for digit in receipts.ocr_number(number)]
        doubled = [digit * 2 if place % 2 == 0 else digit for place, digit in enumerate(digits)]
        assert len(digits) == 16
        assert sum(value // 10 + value % 10 for value in doubled) % 10 == 0
