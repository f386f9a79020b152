"""What must hold of cross-report checks whatever was reported."""

from collections import Counter
from decimal import Decimal
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.authority.cross.rules import late_points, rules
from assets.authority.cross.run import Given
from tests.cross_factory import Reports, compared, exchange, payroll

AMOUNT = st.integers(-2_000_000, 2_000_000)
KNOWN = [f"{10_000_000 + number}" for number in range(10)]
CVR = st.sampled_from(KNOWN)
QUARTER = st.sampled_from(
    [("2025-01-01", "2025-03-31"), ("2025-04-01", "2025-06-30"), ("2025-07-01", "2025-09-30"),
     ("2025-10-01", "2025-12-31"), ("2025-01-01", "2025-01-31")]
)  # fmt: skip
YEAR = st.sampled_from([("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-12-31")])
CONCEPT = st.sampled_from(
    ["Revenue", "GrossProfitLoss", "Equity", "Assets", "ProfitLoss", "DividendPaid",
     "AverageNumberOfEmployees"]
)  # fmt: skip
FIGURES = st.dictionaries(CONCEPT, AMOUNT, max_size=5)


@st.composite
def reports(draw: st.DrawFn) -> tuple[Reports, Given]:
    made = Reports()
    for cvr in KNOWN:
        made.company(cvr, draw(st.sampled_from([None, "471120"])), draw(st.integers(0, 300)))
    for cvr, (start, end) in draw(st.sets(st.tuples(CVR, QUARTER), max_size=30)):
        made.vat(cvr, start, end, output_vat=draw(AMOUNT), goods_listed=draw(AMOUNT),
                 net_vat=draw(AMOUNT))  # fmt: skip
    for cvr, (start, end) in draw(st.sets(st.tuples(CVR, QUARTER), max_size=12)):
        made.eu_list(cvr, start, end, ("DE", "111", draw(AMOUNT), 0, draw(AMOUNT)))
    for cvr, (start, end) in draw(st.sets(st.tuples(CVR, YEAR), min_size=6, max_size=20)):
        made.annual(cvr, start, end, draw(FIGURES), draw(FIGURES),
                    decimals=draw(st.sampled_from(["0", "-3", "INF"])))  # fmt: skip
    for cvr, (_, end) in draw(st.sets(st.tuples(CVR, QUARTER), max_size=12)):
        made.duty(cvr, end, draw(st.sampled_from(["late", "missing", "on_time", "estimated"])))
    known = payroll(*((cvr, 2025, "4") for cvr in draw(st.sets(CVR))))
    bought = exchange(*(("DE", f"DK{cvr}", "DE111", "2025-Q1", draw(AMOUNT))
                        for cvr in draw(st.sets(CVR))))  # fmt: skip
    return made, Given(known, bought)


@settings(max_examples=4, deadline=None)
@given(reports(), st.integers(0, 99))
def test_order_changes_nothing_and_a_score_is_what_its_parts_add_up_to(
    made: tuple[Reports, Given], seed: int
) -> None:
    told, handed_over = made
    with compared(told, handed_over, shuffled=seed) as con:
        again = _tables(con)
    with compared(told, handed_over) as con:
        tables = _tables(con)
        assert again == tables
        _adds_up(con, told, tables)


def _tables(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    return {
        name: con.execute(f"FROM out_{name} ORDER BY ALL").fetchall()
        for name in ("cross_check", "cross_check_filing", "company_score")
    }


def _adds_up(
    con: duckdb.DuckDBPyConnection, told: Reports, tables: dict[str, list[tuple[Any, ...]]]
) -> None:
    keys = con.execute("SELECT cvr, rule, period_end, subject FROM out_cross_check").fetchall()
    assert len(keys) == len(set(keys))
    points = {rule.rule: rule.points for rule in rules()}
    score: Counter[tuple[str, int]] = Counter()
    for row in con.execute(
        "SELECT cvr, year(period_end), rule, outcome, points, stated, expected, difference "
        "FROM out_cross_check"
    ).fetchall():
        cvr, year, rule, outcome, counted, stated, expected, difference = row
        assert counted == (points[rule] if outcome == "differs" else 0)
        if outcome != "not_comparable":
            assert difference == Decimal(stated) - Decimal(expected)
        score[cvr, year] += counted
    for row in told.rows["duty_status"]:
        score[row["cvr"], row["period_end"].year] += late_points().get(row["state"], 0)
    found = {(cvr, year): total for cvr, year, total, *_ in tables["company_score"]}
    assert found == {key: score[key] for key in found}
    assert {key for key, total in score.items() if total} <= set(found)


def test_without_the_tables_handed_over_their_rules_are_not_run() -> None:
    told = Reports()
    told.company("10000001", "471120", 4)
    told.eu_list("10000001", "2025-01-01", "2025-03-31", ("DE", "111", 1, 0, 0))
    told.annual("10000001", "2025-01-01", "2025-12-31", {"AverageNumberOfEmployees": 4})
    with compared(told) as con:
        ran = {rule for (rule,) in con.execute("SELECT rule FROM out_cross_check").fetchall()}
    nothing_to_ask = {"equity-roll-forward", "outlier-net-vat"}
    assert ran == {rule.rule for rule in rules() if not rule.needs} - nothing_to_ask
