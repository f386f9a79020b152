"""What a late annual report costs, day by day, and how it is told."""

from datetime import date

import pytest

from assets.reports import annual_reminder as reminder

D = date.fromisoformat
DUE = D("2026-06-30")
"""A Tuesday: the earliest letter is Wednesday 1 July, its eight working days end 13 July."""


@pytest.mark.parametrize(
    ("today", "state", "fee"),
    [
        ("2026-06-30", reminder.DUE, 0),
        ("2026-07-01", reminder.REMINDED, 0),
        ("2026-07-13", reminder.REMINDED, 0),
        ("2026-07-14", reminder.FEES, 500),
        ("2026-07-29", reminder.FEES, 500),  # four weeks after the letter, a Wednesday
        ("2026-07-30", reminder.DISSOLUTION, 500),
        ("2026-07-31", reminder.DISSOLUTION, 500),
        ("2026-08-01", reminder.DISSOLUTION, 2000),
        ("2026-09-01", reminder.DISSOLUTION, 3000),
        ("2027-06-30", reminder.DISSOLUTION, 3000),
    ],
)
def test_day_by_day(today: str, state: str, fee: int) -> None:
    found = reminder.standing(DUE, D(today))
    assert (found.state, found.fee) == (state, fee)


@pytest.mark.parametrize(
    ("received", "state", "fee"),
    [
        ("2026-06-30", reminder.IN_TIME, 0),
        ("2026-07-13", reminder.LATE, 0),
        ("2026-07-14", reminder.LATE, 500),
        ("2026-08-31", reminder.LATE, 2000),
        ("2026-12-01", reminder.LATE, 3000),
    ],
)
def test_a_received_report_costs_what_its_day_cost(received: str, state: str, fee: int) -> None:
    found = reminder.standing(DUE, D("2027-01-01"), received=D(received))
    assert (found.state, found.fee) == (state, fee)


def test_months_are_counted_from_the_deadline_as_it_was_moved() -> None:
    moved = D("2024-07-01")  # 30 June 2024 is a Sunday
    days = ["2024-07-02", "2024-08-01", "2024-08-02", "2024-09-02"]
    assert [reminder.months_begun(moved, D(day)) for day in days] == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("today", "members", "words"),
    [
        ("2026-06-30", 3, ""),
        ("2026-07-10", 3, "no fee if it is received by 2026-07-13"),
        ("2026-07-20", 3, "1 500 kr. (3 × 500 kr.); from 2026-07-30 the company can be dissolved"),
        ("2026-08-02", None, "2 000 kr. per member of the management"),
        ("2026-10-02", 1, "3 000 kr. (1 × 3 000 kr.)"),
    ],
)
def test_the_consequence_is_told_in_kroner(today: str, members: int | None, words: str) -> None:
    assert reminder.consequence(reminder.standing(DUE, D(today)), members) == words


def test_a_late_report_that_cost_nothing_needs_no_words() -> None:
    late = reminder.standing(DUE, D("2027-01-01"), received=D("2026-07-10"))
    assert reminder.consequence(late, 3) == ""
