"""Instances as tables: duplicates, numbers, keys, and what is missing."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.xbrl.test_instance import PERIOD, context, read
from xbrl.read import read_bytes
from xbrl.tables.facts import tables
from xbrl.tables.schema import TABLES
from xbrl.tables.write import TableWriter

DKK = '<unit id="u"><measure>iso4217:DKK</measure></unit>'


def fact_rows(*parts):
    return tables(read(context(), DKK, *parts), "f" * 64, 99)["xbrl_fact"].to_pylist()


def number(value, decimals="0", context_id="c", unit="u"):
    return f'<f:a contextRef="{context_id}" unitRef="{unit}" decimals="{decimals}">{value}</f:a>'


def text(value, language="da"):
    return f'<f:a contextRef="c" xml:lang="{language}">{value}</f:a>'


# Source: Handling duplicate facts in XBRL and Inline XBRL 1.0, § 2 and 3.
DUPLICATES = {
    (number("1"), number("1.0")): "complete",
    (number("1"), number("1", "2")): "consistent",
    (number("1234", "0"), number("1200", "-2"), number("1000", "-3")): "consistent",
    (number("1250", "0"), number("1200", "-2")): "consistent",
    (number("1251", "0"), number("1200", "-2")): "inconsistent",
    (number("1", "INF"), number("2", "INF")): "inconsistent",
    (number("9" * 40), number("9" * 39 + "8")): "consistent",
    (number("9" * 40), number("9" * 39 + "7")): "inconsistent",
    (number("1", "INF"), number("2", "INF"), number("1", "INF")): "inconsistent",
    (number("1e999999999"), number("1", "-99999999999999999999")): "inconsistent",
    (number("1"), '<f:a contextRef="c" unitRef="u" xsi:nil="true"/>'): "inconsistent",
    (text("x"), text("x")): "complete",
    (text("x"), text("y")): "inconsistent",
    (text("x"), text("y", "en")): None,
    (number("1"), text("1")): None,
    (context("e"), number("1"), number("2", "-1", "e")): "consistent",
    (context("e", scenario="<d:x/>"), number("1"), number("2", "0", "e")): None,
    (DKK.replace('"u"', '"v"'), number("1"), number("1", unit="v")): "complete",
    ("<f:t>" + number("1") + "</f:t>", "<f:t>" + number("2") + "</f:t>"): None,
    (
        '<f:a contextRef="c" unitRef="u" precision="2">1234</f:a>',
        '<f:a contextRef="c" unitRef="u" decimals="-2">1200</f:a>',
    ): "consistent",
}


@pytest.mark.parametrize("parts", DUPLICATES)
def test_duplicates_are_classed(parts):
    rows = fact_rows(*parts)

    assert {row["duplicate"] for row in rows if row["kind"] == "item"} == {DUPLICATES[parts]}


NUMBERS = {
    " 1000.50 ": "1000.5",
    "-.5": "-0.5",
    "1.5E3": "1500",
    "9" * 28: "9" * 28,
    "9" * 29: None,
    "0.00000000001": None,
    "1e-400000000": None,
    "1e999999999": None,
    "1_000": None,
    "INF": None,
    "": None,
    "9" * 100_000: None,
    "0." + "0" * 100_000 + "1": None,
    "1." + "0" * 100_000: "1",
}


@pytest.mark.parametrize("written", NUMBERS)
def test_numbers_are_exact_or_null(written):
    (row,) = fact_rows(number(written))

    expected = NUMBERS[written]
    assert row["value"] == written
    assert row["numeric_value"] == (None if expected is None else Decimal(expected))


def test_fractions_are_numbers_when_their_decimals_end():
    fraction = (
        '<f:a contextRef="c" unitRef="u"><numerator>{}</numerator>'
        "<denominator>{}</denominator></f:a>"
    )

    rows = fact_rows(fraction.format(1, 4), fraction.format(1, 3), fraction.format(1, 0))

    assert [row["value"] for row in rows] == ["1/4", "1/3", "1/0"]
    assert [row["numeric_value"] for row in rows] == [Decimal("0.25"), None, None]


def test_a_row_holds_every_aspect():
    explicit = '<xbrldi:explicitMember dimension="d:B">d:M</xbrldi:explicitMember>'
    typed = '<xbrldi:typedMember dimension="d:A"><d:v>1 &amp; 2</d:v></xbrldi:typedMember>'
    period = "<startDate>2024-01-01</startDate><endDate>2024-12-31</endDate>"
    made = tables(
        read(context("e", period=period, scenario=explicit + typed), DKK, number("1", "0", "e")),
        "f" * 64,
        99,
    )

    (row,) = made["xbrl_fact"].to_pylist()
    key = '{urn:d}A=<d:v xmlns:d="urn:d">1 &amp; 2</d:v>;{urn:d}B={urn:d}M'
    assert (row["namespace"], row["concept"]) == ("urn:f", "a")
    assert (row["entity_scheme"], row["entity_identifier"]) == ("urn:cvr", "123")
    assert (str(row["period_start"]), str(row["period_end"])) == ("2024-01-01", "2024-12-31")
    assert str(row["period_end_at"]) == "2025-01-01 00:00:00"
    assert (row["dimensions"], row["unit"]) == (key, "iso4217:DKK")
    assert [tuple(d.values())[2:] for d in made["xbrl_dimension"].to_pylist()] == [
        (
            "e",
            "urn:d",
            "A",
            None,
            None,
            '<d:v xmlns:d="urn:d">1 &amp; 2</d:v>',
            "1 & 2",
            "scenario",
        ),
        ("e", "urn:d", "B", "urn:d", "M", None, None, "scenario"),
    ]


def test_a_fact_of_an_undeclared_context_or_unit_has_nulls_beside_the_id():
    (row,) = fact_rows(number("1", "0", "gone", "lost"))

    assert (row["context_id"], row["unit_id"]) == ("gone", "lost")
    assert (row["period_type"], row["entity_identifier"], row["unit"]) == (None, None, None)
    assert row["dimensions"] == ""


def test_an_unreadable_file_is_a_filing_with_its_problem():
    made = tables(read_bytes(b"", "f.xml")[0], "f" * 64, 0)

    assert {name: table.schema for name, table in made.items()} == TABLES
    assert made["xbrl_filing"].column("is_read").to_pylist() == [False]
    assert made["xbrl_problem"].column("code").to_pylist() == ["xml:empty"]


def some_tables(count):
    for i in range(count):
        instance = read(context(period=PERIOD), DKK, *(number(n) for n in range(i % 7 + 1)))
        yield tables(instance, f"{i:064}", i)


def test_written_rows_are_those_added_in_every_batching(tmp_path):
    made = list(some_tables(4))
    expected = pa.concat_tables([t["xbrl_fact"] for t in made]).to_pylist()
    for name, limits in {"one": {}, "small": {"batch_rows": 3, "file_rows": 6}}.items():
        with TableWriter(tmp_path / name, **limits) as writer:
            for each in made:
                writer.add({"xbrl_fact": each["xbrl_fact"]})
        assert pq.read_table(tmp_path / name / "xbrl_fact").to_pylist() == expected

    assert len(list((tmp_path / "small" / "xbrl_fact").iterdir())) > 1


def test_the_same_tables_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        with TableWriter(tmp_path / name) as writer:
            for each in some_tables(2):
                writer.add(each)

    a, b = (sorted((tmp_path / name).rglob("*.parquet")) for name in "ab")
    assert [path.read_bytes() for path in a] == [path.read_bytes() for path in b]


def interrupted(folder):
    with TableWriter(folder, batch_rows=1) as writer:
        for each in some_tables(3):
            writer.add(each)
        raise KeyboardInterrupt


def test_an_error_leaves_no_file(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
