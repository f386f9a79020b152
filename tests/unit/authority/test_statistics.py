"""Codes, single cells, and what a published folder says."""

import csv
import io
from collections import Counter
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.authority.statistics import cells, measures, open_data
from assets.authority.statistics.cells import Cell, publish
from assets.authority.statistics.sensitive import Limits, Sum, reason

GROUPS = measures.groups()


def of(*amounts, median=None):
    sizes = sorted((abs(Decimal(one)) for one in amounts), reverse=True)
    total = sum(map(Decimal, amounts), Decimal(0))
    return Cell(Sum(len(amounts), total, sum(sizes, Decimal(0)), tuple(sizes[:2])), median)


def codes(name):
    with (measures.FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_municipality_lies_in_one_region():
    regions = Counter(row["region"] for row in codes("municipality"))
    assert regions == {"DK01": 29, "DK02": 17, "DK03": 22, "DK04": 19, "DK05": 11}
    assert len({row["municipality"] for row in codes("municipality")}) == 98


def test_no_division_is_in_two_sections():
    of_section = Counter(
        division
        for row in codes("section")
        for division in range(int(row["first_division"]), int(row["last_division"]) + 1)
    )
    assert set(of_section.values()) == {1}
    assert "".join(row["section"] for row in codes("section")) == "ABCDEFGHIJKLMNOPQRSTUV"


def test_what_measures_name_is_there():
    names = {one.measure for one in measures.measures()}
    for one in measures.measures():
        is_ratio = one.how == measures.RATIO
        assert ({one.numerator, one.denominator} <= names) if is_ratio else not one.numerator
    assert all(len({one.kind for one in group}) == 1 for group in GROUPS.values())


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ((5, 5), "few"),
        ((100, 8, 14), "dominance"),  # the second, 14, knows the first to within 8 %
        ((100, 14, 50), "dominance"),
        ((100, 15, 50), None),  # what the others add is 15 % of the largest
        ((-100, 8, 14), "dominance"),
        ((100, 99, 98), None),
        ((), None),
    ],
)
def test_the_p_percent_rule(amounts, expected):
    assert reason(of(*amounts).sum, Limits(), is_count=False) == expected


def test_a_measure_that_says_too_much_keeps_back_all_bound_to_it():
    everyone = ("all", "all", "all")
    given = {
        "assets": {everyone: of(100, 99, 98)},
        "equity": {everyone: of(50, 1, 1)},
        "equity_ratio_median": {everyone: of(1, 1, 1, median=Decimal(1))},
    }
    rows = list(publish(GROUPS["balance"], given, Limits()))
    assert {(one.measure, one.value, one.suppressed) for one in rows} == {
        ("assets", None, "dominance"),
        ("equity", None, "dominance"),
        ("equity_ratio", None, "dominance"),
        ("equity_ratio_median", None, "dominance"),
    }


def test_shares_are_of_all_who_owe_and_medians_of_ten():
    everyone = ("all", "all", "all")
    given = {
        "vat_return_due": {everyone: of(4, 4, 4, 4)},
        "vat_return_on_time": {everyone: of(4, 3)},
        "vat_return_late": {everyone: of(1)},
    }
    rows = {one.measure: one for one in publish(GROUPS["vat_return_punctuality"], given, Limits())}
    assert rows["vat_return_on_time_share"].value == Decimal("0.4375")
    assert {one.companies for one in rows.values()} == {4}
    assert (rows["vat_return_late"].value, rows["vat_return_zero"].value) == (1, 0)
    alike = {name: {everyone: of(*range(80, 89), median=Decimal("0.255"))} for name in
             ("assets", "equity", "equity_ratio_median")}  # fmt: skip
    rows = {one.measure: one for one in publish(GROUPS["balance"], alike, Limits())}
    assert rows["equity_ratio"].value == 1
    assert rows["equity_ratio_median"].suppressed == "few"
    more = {name: {everyone: of(*range(80, 90), median=Decimal("0.255"))} for name in alike}
    rows = {one.measure: one for one in publish(GROUPS["balance"], more, Limits())}
    assert rows["equity_ratio_median"].value == Decimal("0.26")


def test_csv_and_parquet_say_the_same():
    rows = pa.table({"value": [Decimal("1.50"), None], "status": ["", "c"]})
    files = open_data._files(rows, Limits())
    read = list(csv.DictReader(io.StringIO(files["statistic.csv"].decode())))
    assert read == [{"value": "1.5", "status": ""}, {"value": "", "status": "c"}]
    assert pq.read_table(io.BytesIO(files["statistic.parquet"])).equals(rows)
    assert cells.FEW not in files["statistic.csv"].decode()
