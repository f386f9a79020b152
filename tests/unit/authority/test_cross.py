"""Cross-report checks reckoned by hand: one company for each case, all in one pass."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from assets.authority.cross.rules import FOLDER, figures, late_points, rules
from assets.authority.cross.run import Given
from tests.conftest import ROOT
from tests.cross_factory import Reports, compared, exchange, payroll
from warehouse.standards import vat_codes

Y25 = ("2025-01-01", "2025-12-31")
Y24 = ("2024-01-01", "2024-12-31")
SKEWED = ("2024-07-01", "2025-06-30")
NAMES = [
    "equal", "below", "gap", "none", "cut", "gross", "euro", "no_revenue", "lists", "months",
    "buyer", "changed", "thousands", "books", "paid", "bare", "staff", "halves", "no_row", "twice",
]  # fmt: skip
NAMED = {name: f"{10_000_001 + number}" for number, name in enumerate(NAMES)}
PEERS = [f"2{n:07}" for n in range(20)]
ODD, ALONE = "29999999", "10099999"
NAMED |= {"odd": ODD, "alone": ALONE, "peer": PEERS[0]}
c = SimpleNamespace(**NAMED)
YEAR = "2025-12-31"
LIST = "eu-list-vs-return"


def world() -> Reports:
    r = Reports()
    for name in NAMES:
        r.company(NAMED[name])
    # 4 × (4 × 50,000 + 10,000 + 10,000) = 880,000 kr
    sold = {"output_vat": 50_000, "goods_listed": 0, "goods_unlisted": 10_000, "exports": 10_000}
    r.quarters(c.equal, 2025, **sold)
    r.annual(c.equal, *Y25, {"Revenue": 836_191})
    r.quarters(c.below, 2025, **sold)
    r.annual(c.below, *Y25, {"Revenue": 838_096})
    r.annual(c.below, *Y25, {"Revenue": 1}, status="rejected")
    r.vat(c.gap, "2025-01-01", "2025-03-31", output_vat=1)
    r.vat(c.gap, "2025-07-01", "2025-12-31", output_vat=1)
    r.annual(c.gap, *Y25, {"Revenue": 8})
    r.vat(c.none, *Y25, status="waiting", output_vat=1)
    r.annual(c.none, *Y25, {"Revenue": 8})
    r.vat(c.cut, "2024-04-01", "2024-09-30", output_vat=1)
    r.vat(c.cut, "2024-10-01", "2025-06-30", output_vat=1)
    r.annual(c.cut, *SKEWED, {"Revenue": 8})
    for cvr, figure in ((c.gross, {"GrossProfitLoss": 8}), (c.no_revenue, {"Assets": 8})):
        r.quarters(cvr, 2025, output_vat=1)
        r.annual(cvr, *Y25, figure)
    r.quarters(c.euro, 2025, output_vat=1)
    r.annual(c.euro, *Y25, {"Revenue": 8}, unit="iso4217:EUR")
    _eu(r)
    _years(r)
    _peers(r)
    return r


def _eu(r: Reports) -> None:
    first = ("2025-01-01", "2025-03-31")
    r.vat(c.lists, *first, goods_listed=1_002, services=900)
    r.eu_list(c.lists, "2025-01-01", "2025-01-31", ("DE", "111", 600, 77, 500))
    r.eu_list(
        c.lists, "2025-02-01", "2025-02-28", ("DE", "111", 399, 0, 0), ("SE", "222", 0, 0, 300)
    )
    r.vat(c.lists, "2025-04-01", "2025-06-30", goods_listed=0)
    for month, last in (("01", "31"), ("02", "28")):
        r.vat(c.months, f"2025-{month}-01", f"2025-{month}-{last}", services=100)
    r.eu_list(c.months, *first, ("SE", "222", 0, 0, 300))
    r.vat(c.buyer, *first, goods_bought=80_000, services_bought=10_000)
    r.vat(c.twice, *first, goods_bought=5)
    r.vat(c.twice, "2025-03-01", "2025-03-31", goods_bought=5)


def _years(r: Reports) -> None:
    def two(cvr: str, last: dict[str, int], now: dict[str, int], **more: Any) -> None:
        r.annual(cvr, *Y24, last, **more)
        r.annual(cvr, *Y25, now, last if "then" not in more else None, **more)

    r.annual(c.changed, *Y24, {"Assets": 900, "Revenue": 500})
    r.annual(c.changed, *Y25, {"Assets": 1_000}, {"Assets": 898, "Revenue": 501, "Equity": 7})
    r.annual(c.thousands, *Y24, {"Assets": 1_000_499}, decimals="0")
    r.annual(c.thousands, *Y25, {"Assets": 5}, {"Assets": 1_000_999}, decimals="-3")
    two(c.books, {"Equity": 500}, {"Equity": 560, "ProfitLoss": 100, "DividendPaid": -40})
    two(c.paid, {"Equity": 500}, {"Equity": 560, "ProfitLoss": 100, "DividendPaid": 20,
                                "OtherAdjustmentsOfEquity": -9})  # fmt: skip
    two(c.bare, {"Equity": 500}, {"Equity": 560, "ProfitLoss": 100})
    r.annual(c.staff, *Y25, {"AverageNumberOfEmployees": 10})
    r.annual(c.halves, *SKEWED, {"AverageNumberOfEmployees": 12})
    r.annual(c.no_row, *Y25, {"AverageNumberOfEmployees": 12})


def _peers(r: Reports) -> None:
    """Twenty companies with equity ratios 0.01, 0.02, … 0.20, and one with 0.60."""
    for number, cvr in enumerate([*PEERS, ODD], start=1):
        r.company(cvr, "471120", 5)
        r.annual(cvr, *Y25, {"Equity": 60 if cvr == ODD else number, "Assets": 100})
    r.company(ALONE, "011100", 5)
    r.annual(ALONE, *Y25, {"Equity": 1, "Assets": 2})
    r.duty(ODD, YEAR, "missing")
    r.duty(ODD, "2025-06-30", "late")
    r.duty(ODD, "2025-03-31", "on_time")


GIVEN = {
    "payroll": payroll((c.staff, 2025, "8.3"), (c.halves, 2024, "8"), (c.halves, 2025, "16")),
    "eu_purchases": exchange(
        ("DE", f"DK{c.lists}", "DE111", "2025-Q1", 20_000),
        ("DE", f"DK{c.lists}", "DE999", "2025-Q1", 9_000),
        ("SE", f"DK{c.lists}", "SE222", "2025-02", 300),
        ("DE", "DE7", f"DK{c.buyer}", "2025-Q1", 70_000),
        ("DE", "DE8", f"DK{c.buyer}", "2025-Q1", 30_001),
        ("DE", "DE8", f"DK{c.twice}", "2025-Q1", 30_001),
        ("DE", "DE8", "DK99999999", "2025-Q1", 30_001),
    ),
}


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with compared(world(), Given(**GIVEN)) as made:
        yield made


@pytest.fixture(scope="module")
def said(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    rows = con.execute("FROM out_cross_check").fetchall()
    names = [column[0] for column in con.description or []]
    made = [dict(zip(names, row, strict=True)) for row in rows]
    return {(r["cvr"], r["rule"], r["subject"], str(r["period_end"])): r for r in made}


with (Path(__file__).parent / "cross_cases.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}-{case['company']}")
def test_reckoned_by_hand(said: dict[Any, dict[str, Any]], case: dict[str, str]) -> None:
    row = said[NAMED[case["company"]], case["rule"], case["subject"], case["period_end"]]
    figures = [Decimal(case[side]) if case[side] else None for side in ("stated", "expected")]
    assert (row["outcome"], [row["stated"], row["expected"]]) == (case["outcome"], figures)
    assert case["words"] in row["explanation"]
    points = {one.rule: one.points for one in rules()}[case["rule"]]
    assert row["points"] == (points if case["outcome"] == "differs" else 0)


def test_every_rule_has_a_case_and_a_statement() -> None:
    untried = {one.rule for one in rules()} - {case["rule"] for case in CASES}
    assert untried == {"outlier-gross-margin"}  # the same arithmetic as the equity ratio's
    assert {path.stem for path in (FOLDER / "rules").iterdir()} == {one.rule for one in rules()}


def test_what_does_not_trade_with_the_eu_is_not_told_of(said: dict[Any, Any]) -> None:
    assert not [key for key in said if key[1] == LIST and key[0] in {c.equal, c.buyer}]
    assert (c.lists, LIST, "goods", "2025-06-30") not in said


def test_a_score_is_the_sum_of_its_parts(con: duckdb.DuckDBPyConnection) -> None:
    score = "SELECT points, differing, late, explanation FROM out_company_score WHERE cvr = ?"
    parts = "outlier-equity-ratio 1 × 1 + vat return late 1 × 1 + vat return missing 1 × 5"
    assert con.execute(score, [ODD]).fetchall() == [(7, 1, 2, f"{parts} = 7")]
    assert con.execute(score, [PEERS[0]]).fetchall() == [
        (0, 0, 0, "Nothing differs and nothing is late: 0")
    ]


def test_the_reports_behind_both_sides(con: duckdb.DuckDBPyConnection) -> None:
    behind = con.execute(
        "SELECT side, filing_key FROM out_cross_check_filing WHERE cvr = ? AND rule = ? "
        "AND subject = 'goods' ORDER BY ALL",
        [c.lists, LIST],
    ).fetchall()
    assert behind == [
        ("expected", f"vat_return-{c.lists}-2025-01-01-2025-03-31-accepted"),
        ("stated", f"eu_sales_list-{c.lists}-2025-01-01-2025-01-31-accepted"),
        ("stated", f"eu_sales_list-{c.lists}-2025-02-01-2025-02-28-accepted"),
    ]


def test_the_tables_of_rules_name_what_there_is() -> None:
    fields = {row.base_field for row in vat_codes().values() if row.treatment.startswith("sale")}
    read = (FOLDER / "prepare.sql").read_text(encoding="utf-8")
    assert {f for f in fields if f and f != "MomsAngivelseEUKoebBeloeb"} <= set(read.split("'"))
    with (ROOT / "xbrl/rules/dk_sums/totals.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["form"] == "equity_statement"]
    weights = {row["part"].removeprefix("fsa:"): int(row["weight"]) for row in rows}
    moves = {one.concept: one.movement for one in figures() if one.movement}
    assert {concept: weights[concept] for concept in moves} == moves
    assert set(late_points()) == {"late", "missing", "estimated"}
