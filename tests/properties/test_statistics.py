"""What is kept back cannot be worked out from what is published, by exact arithmetic."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.authority.statistics.cells import Cell, publish
from assets.authority.statistics.measures import Measure
from assets.authority.statistics.sensitive import Limits, Sum, reason, together

INDUSTRIES, SIZES, REGIONS = ("A", "B", "C", "D"), ("0", "1-9", "10-49"), ("DK01", "DK02", "DK03")
PLACES = list(product(INDUSTRIES, SIZES, REGIONS))
LIMITS = Limits(3, 15)
ONE = (Measure("revenue", "revenue", "", "magnitude", "sum", "", "", "DKK", 0, ""),)
TWO = (
    Measure("assets", "balance", "", "magnitude", "sum", "", "", "DKK", 0, ""),
    Measure("equity", "balance", "", "magnitude", "sum", "", "", "DKK", 0, ""),
)
COUNTS = (Measure("due", "due", "", "frequency", "sum", "", "", "reports", 0, ""),)

AMOUNTS = st.one_of(st.integers(1, 60), st.integers(-60, -1), st.integers(1_000, 100_000))
PLACED = st.sampled_from(PLACES) | st.sampled_from(PLACES[:8])
COMPANIES = st.lists(st.tuples(PLACED, AMOUNTS, AMOUNTS), max_size=90)


def cube(companies, which):
    """The cells of one measure with every margin, from its companies."""
    amounts = {}
    for place, *of in companies:
        for at in product(*((value, "all") for value in place)):
            amounts.setdefault(at, []).append(Decimal(of[which]))
    return {
        at: Cell(
            Sum(
                len(some), sum(some), sum(map(abs, some)),
                tuple(sorted(map(abs, some), reverse=True)[:2]),
            )
        )
        for at, some in amounts.items()
    }  # fmt: skip


def equations(cells, kept):
    """Every total less its parts, over the cells kept back: exact rows of fractions."""
    rows = []
    for place in range(3):
        for total in (key for key in cells if key[place] == "all"):
            parts = [
                key for key in cells
                if key[place] != "all"
                and (*key[:place], "all", *key[place + 1:]) == total
            ]  # fmt: skip
            row = {key: Fraction(1) for key in parts if key in kept}
            if total in kept:
                row[total] = Fraction(-1)
            if row:
                rows.append(row)
    return rows


def solved(rows):
    """The rows in reduced echelon form; one with a single unknown gives that cell away."""
    done = []
    for given_row in rows:
        left = given_row
        for lead, known in done:
            if left.get(lead):
                left = subtracted(left, known, left[lead])
        if not left:
            continue
        first = min(left)
        row = {key: value / left[first] for key, value in left.items()}
        done = [
            (lead, subtracted(known, row, known[first]) if first in known else known)
            for lead, known in done
        ]
        done.append((first, row))
    return [row for _, row in done]


def subtracted(row, other, factor):
    made = {key: row.get(key, 0) - factor * other.get(key, 0) for key in row.keys() | other.keys()}
    return {key: value for key, value in made.items() if value}


def complements(cells, kept):
    """What a published total less its published parts tells: the cells kept back on its line."""
    for row in equations(cells, kept):
        if all(value == 1 for value in row.values()):
            yield list(row)


def check(group, cells, also=()):
    rows = list(publish(group, cells, LIMITS, also))
    first = cells[group[0].measure]
    kept = {one.key for one in rows if one.suppressed}
    is_count = group[0].kind == "frequency"
    assert {one.key for one in rows} == set(first)
    assert all((one.value is None) == (one.key in kept) for one in rows)
    assert all((one.companies is None) == (one.key in kept) for one in rows)
    for one in rows:
        if one.value is not None:
            assert one.value == cells[one.measure][one.key].sum.value
    for measure in group:
        of = cells[measure.measure]
        for key in first.keys() - kept:
            assert reason(of[key].sum, LIMITS, is_count=is_count) is None
        for some in complements(first, kept):
            told = together(of[key].sum for key in some)
            assert reason(told, LIMITS, is_count=is_count) is None, some
    given_away = [row for row in solved(equations(first, kept)) if len(row) == 1]
    assert given_away == []
    return kept


@settings(max_examples=120, deadline=None)
@given(companies=COMPANIES)
def test_no_amount_kept_back_can_be_worked_out(companies):
    check(ONE, {"revenue": cube(companies, 0)})


@settings(max_examples=60, deadline=None)
@given(companies=COMPANIES)
def test_nor_of_two_measures_bound_together(companies):
    check(TWO, {"assets": cube(companies, 0), "equity": cube(companies, 1)})


@settings(max_examples=60, deadline=None)
@given(companies=COMPANIES)
def test_nor_a_count_of_few_even_from_the_counts_of_another_measure(companies):
    ones = [(place, 1, 1) for place, *_ in companies]
    kept = check(COUNTS, {"due": cube(ones, 0)})
    assert kept <= check(ONE, {"revenue": cube(companies, 0)}, kept)


def test_a_way_round_that_no_line_shows_is_found():
    """Two squares of cells joined by one cell: every line has two, and the joint is given away."""
    squares = [("A", "DK01"), ("A", "DK02"), ("B", "DK01"), ("B", "DK02"), ("C", "DK03")]
    squares += [("C", "DK04"), ("D", "DK03"), ("D", "DK04")]
    few = {(industry, "0", region) for industry, region in [*squares, ("B", "DK03")]}
    companies = []
    for industry, region in product("ABCD", ("DK01", "DK02", "DK03", "DK04")):
        place = (industry, "0", region)
        companies += [(place, 10)] * (2 if place in few else 9)
    kept = check(COUNTS, {"due": cube(companies, 0)})
    assert few < {key for key in kept if "all" not in key}


def test_the_more_companies_the_less_is_kept_back():
    companies = [(place, 100 + number, 1) for number in range(12) for place in PLACES]
    assert check(ONE, {"revenue": cube(companies, 0)}) == set()
    alone = [one for one in companies if one[0] != PLACES[0]] + [(PLACES[0], 5, 1)]
    kept = check(ONE, {"revenue": cube(alone, 0)})
    assert PLACES[0] in kept
    assert len(kept) == 8  # a corner, and the least that hides it: one more along each dimension
