import pytest

from tests.unit.xbrl.validation.judged import element, judged, sums, taxonomy, told, tuple_of
from xbrl.names import SUMMATION_ITEM_11
from xbrl.validation.taxonomy import validate as validate_taxonomy
from xbrl.validation.validate import Calculation

SCHEMA = element("Total") + element("A") + element("B")
KNOWN = taxonomy(SCHEMA, sums(("Total", "A", "1"), ("Total", "B", "-1")))
NEW = taxonomy(SCHEMA, sums(("Total", "A", "1"), ("Total", "B", "1"), arcrole=SUMMATION_ITEM_11))


def fact(name, value, decimals="0", **more):
    extra = "".join(f' {key}="{text}"' for key, text in more.items())
    return f'<t:{name} contextRef="c" unitRef="u" decimals="{decimals}"{extra}>{value}</t:{name}>'


def test_a_wrong_total_says_what_was_expected_and_found():
    body = fact("Total", 5) + fact("A", "3.6") + fact("B", 1)
    assert told(judged(KNOWN, body)) == [
        (
            "xbrl.5.2.5.2:calcInconsistency",
            (
                "Fact t:Total in context c was expected to be 3, the sum of t:A 4 × 1, t:B 1 × -1; "
                "5 found (decimals 0, link role http://www.xbrl.org/2003/role/link)."
            ),
        )
    ]


@pytest.mark.parametrize(
    "body",
    [
        fact("Total", 3) + fact("A", 4) + fact("B", 1),
        fact("Total", 4) + fact("A", 4),  # a part that is not reported
        fact("Total", 4),  # no part at all: nothing binds
        fact("Total", 9) + fact("A", 4) + fact("A", 4),  # a duplicate part
        fact("Total", 9) + fact("Total", 9) + fact("A", 4),  # a duplicate total
        fact("Total", "4400", "-2") + fact("A", 4370),  # rounded to the total's decimals
    ],
)
def test_totals_that_agree_or_do_not_bind(body):
    assert judged(KNOWN, body) == []


def test_parts_in_tuples_bind_to_a_total_outside_and_not_the_reverse():
    group = tuple_of(
        "G", '<xs:sequence><xs:any maxOccurs="9" processContents="lax"/></xs:sequence>'
    )
    known = taxonomy(SCHEMA + group, sums(("Total", "A", "1")))
    inside = f"<t:G>{fact('A', 4)}</t:G>"
    assert [problem.code for problem in judged(known, fact("Total", 5) + inside)] == [
        "xbrl.5.2.5.2:calcInconsistency"
    ]
    assert judged(known, f"<t:G>{fact('Total', 5)}</t:G>" + fact("A", 4)) == []


def test_calculations_11_allow_what_rounding_explains():
    near = fact("Total", 3) + fact("A", 1) + fact("B", 1)
    assert judged(NEW, near, Calculation.ROUNDED) == []
    far = fact("Total", 4) + fact("A", 1) + fact("B", 1)
    assert told(judged(NEW, far, Calculation.ROUNDED)) == [
        (
            "calc11e:inconsistentCalculationUsingRounding",
            (
                "Fact t:Total in context c was expected to be within [1.0, 3.0], the "
                "sum of t:A “1” × 1, "
                "t:B “1” × 1; it is within [3.5, 4.5] (link role "
                "http://www.xbrl.org/2003/role/link)."
            ),
        )
    ]


def test_truncated_values_reach_upwards_only():
    assert judged(NEW, fact("Total", 3) + fact("A", 1) + fact("B", 1), Calculation.TRUNCATED) == []
    (problem,) = judged(NEW, fact("Total", 1) + fact("A", 1) + fact("B", 1), Calculation.TRUNCATED)
    assert problem.code == "calc11e:inconsistentCalculationUsingTruncation"


def test_duplicates_of_11_agree_or_stop_the_check():
    agreeing = fact("Total", "2.4", "1") + fact("Total", 2) + fact("A", "2.4", "1")
    assert judged(NEW, agreeing, Calculation.ROUNDED) == []
    opposed = fact("Total", 2) + fact("A", 9) + fact("A", 1)
    assert told(judged(NEW, opposed, Calculation.ROUNDED)) == [
        (
            "oime:disallowedDuplicateFacts",
            (
                "Fact t:A in context c: totals with it are not checked, since the "
                "values do not agree "
                "(“9”, “1”)."
            ),
        )
    ]


def test_exactness_beyond_the_usual_28_digits():
    long = "1" + "0" * 40 + "1"
    assert judged(KNOWN, fact("Total", long, "INF") + fact("A", long, "INF")) == []
    assert judged(KNOWN, fact("Total", long[:-1] + "2", "INF") + fact("A", long, "INF")) != []


def test_digits_beyond_the_decimals_stop_a_check_of_11():
    body = fact("Total", 9) + fact("A", "1.5") + fact("B", 1)
    assert told(judged(NEW, body, Calculation.ROUNDED)) == [
        (
            "calc11e:excessDigits",
            (
                "Fact t:A in context c: totals with it are not checked, since a value has more "
                "digits than it says are meant (“1.5”)."
            ),
        )
    ]


def test_an_open_end_does_not_touch():
    # -0 truncated to tens stands for all between -10 and 10, but neither.
    body = fact("Total", 10, "INF") + fact("A", 0, "-1")
    (problem,) = judged(NEW, body, Calculation.TRUNCATED)
    assert problem.code == "calc11e:inconsistentCalculationUsingTruncation"


@pytest.mark.parametrize(
    ("known", "mode", "body"),
    [
        (KNOWN, Calculation.XBRL_21, fact("Total", "9" * 3000) + fact("A", 1)),
        (KNOWN, Calculation.XBRL_21, fact("Total", 1) + fact("A", "9" * 3000)),
        (NEW, Calculation.ROUNDED, fact("Total", "9" * 3000) + fact("A", 1)),
        (NEW, Calculation.TRUNCATED, fact("Total", 0) + fact("A", 0, "-999999999")),
    ],
)
def test_a_number_without_end_is_not_added_up(known, mode, body):
    (problem,) = judged(known, body, mode)
    assert problem.code == "xbrl.5.2.5.2:notComputed"
    assert "too many digits to be added up" in problem.message
    assert len(problem.message) < 250


@pytest.mark.parametrize("weight", ["x", "1e99999", "NaN", ""])
def test_a_weight_that_is_no_number_is_the_taxonomys_fault_alone(weight):
    known = taxonomy(SCHEMA, sums(("Total", "A", weight)))
    for mode in Calculation:
        assert judged(known, fact("Total", 5) + fact("A", 4), mode) == []
    assert [problem.code for problem in validate_taxonomy(known)] == ["xmlSchema:valueError"]
