"""An annual report on the screen: as on its page, and nothing left out."""

from datetime import date
from typing import Any

from pipelines.commands import annual_view
from pipelines.output import Total

CAPITAL, RETAINED = "component=ContributedCapitalMember", "component=RetainedEarningsMember"


def report(*lines: tuple[str, str, int]) -> dict[str, Any]:
    numbers = {field: number for number, (_, field, _) in enumerate(lines, start=1)}
    return {
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 12, 31),
        "lines": [
            {"subject": subject, "field": field, "field_no": numbers[field], "amount": amount}
            for subject, field, amount in lines
        ],
    }


def test_years_stand_side_by_side_with_the_signs_of_the_page() -> None:
    (table,) = annual_view.tables(
        report(
            ("", "fsa:Revenue", 900),
            ("", "fsa:EmployeeBenefitsExpense", 400),
            ("", "fsa:ProfitLoss", 500),
            ("", "fsa:OtherOperatingIncome", 0),
            ("previous", "fsa:Revenue", 800),
            ("previous", "fsa:ProfitLoss", 800),
        ),
        "da",
    )[:1]
    assert table.title == "Resultatopgørelse"
    assert table.columns == [">no", "", ">2026-12-31", ">2025-12-31"]
    assert [row[1:] for row in table.rows] == [
        ("Nettoomsætning", 900, 800),
        ("Personaleomkostninger", -400, None),
        ("Årets resultat", 500, 800),
    ]
    assert [isinstance(row, Total) for row in table.rows] == [False, False, True]


def test_equity_has_a_column_for_each_component_in_the_order_of_the_balance() -> None:
    found = annual_view.tables(
        report(
            (RETAINED, "fsa:Equity", 70),
            (CAPITAL, "fsa:Equity", 40),
            ("", "fsa:Equity", 110),
            (f"opening;{CAPITAL}", "fsa:Equity", 40),
            ("opening", "fsa:Equity", 40),
            (RETAINED, "fsa:ProfitLoss", 70),
        ),
        "en",
    )
    table = next(one for one in found if one.title == "Statement of changes in equity")
    assert table.columns[2:] == [">Contributed capital", ">Retained earnings", ">Total"]
    assert [tuple(row[2:]) for row in table.rows] == [
        (40, None, 40),
        (None, 70, None),
        (40, 70, 110),
    ]


def test_what_no_statement_has_comes_last() -> None:
    tables = annual_view.tables(
        report(("", "fsa:AverageNumberOfEmployees", 3), ("previous;" + CAPITAL, "fsa:Equity", 40)),
        "en",
    )
    assert [one.title for one in tables] == ["Staff costs", "Notes"]
    assert tables[0].rows == [(1, "Average number of full-time employees", 3)]
    assert tables[1].rows == [(2, "fsa:Equity", "previous;" + CAPITAL, 40)]
