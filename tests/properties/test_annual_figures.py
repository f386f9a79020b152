"""Whatever the books hold, the annual report adds up to the krone on the page."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from assets.reports.annual import figures, forms, statements
from assets.reports.annual.forms import ASSETS, EQUITY, PASSIVE, RESULT, RETAINED, Choice
from assets.reports.annual.lines import Figures, Inputs, Told
from assets.reports.annual.rounding import nearest
from tests.annual_factory import AnnualYear, amounts, built, state, wrong_lineage
from tests.ledger_factory import Book, ledger
from warehouse import standards

ZERO = Decimal(0)
TRANSFERRED = "fsa:TransferredToFromRetainedEarnings"
MEMBER = "component=RetainedEarningsMember"
choices = st.builds(
    Choice, st.sampled_from(["nature", "function"]), st.sampled_from(["account", "current"]),
    st.booleans(),
)  # fmt: skip
kroner = st.decimals(-10_000_000, 10_000_000, places=2)
small = st.decimals(-2, 2, places=2)
money = st.one_of(kroner, small)


@st.composite
def books(draw: st.DrawFn) -> Inputs:
    """Items of a year whose books balance; retained earnings carried on from last year."""
    choice = draw(choices)
    leaves = statements.leaves_of(choice)

    def some(concepts: frozenset[str]) -> dict[str, Decimal]:
        return draw(st.dictionaries(st.sampled_from(sorted(concepts)), money, max_size=12))

    income = some(frozenset(leaves.income))
    assets, liabilities = some(leaves.assets), some(leaves.liabilities)
    capital = draw(money)
    assume(income or assets or liabilities)  # else there is no line to place a krone on
    result = sum((leaves.income[key] * amount for key, amount in income.items()), ZERO)
    dividend = Decimal(draw(st.integers(0, 100_000)))
    retained = sum(assets.values(), ZERO) - sum(liabilities.values(), ZERO) - capital
    opening = retained - result + dividend
    off = draw(st.sampled_from([None, -1, 0, 1]))
    filed = {}
    if off is not None:
        near = int(opening.to_integral_value()) + off
        near = near if abs(opening - near) < 1 else int(opening.to_integral_value())
        filed = {
            RETAINED: Told(Decimal(near), "filed", None),
            "fsa:ContributedCapital": Told(capital.to_integral_value(ROUND_HALF_UP), "filed", None),
        }
    items = {
        "": {**income, **assets, **liabilities, RETAINED: retained,
             "fsa:ContributedCapital": capital, TRANSFERRED: result},
        f"opening;{MEMBER}": {EQUITY: opening},
        MEMBER: {RESULT: result, "fsa:DividendPaid": dividend},
        "opening;component=ContributedCapitalMember": {EQUITY: capital},
    }  # fmt: skip
    members = {RETAINED: "RetainedEarningsMember",
               "fsa:ContributedCapital": "ContributedCapitalMember"}  # fmt: skip
    return Inputs(choice, "filed" if filed else "none", items, filed, {}, members)


@given(books())
@settings(max_examples=200, deadline=None)
def test_statements_add_up_and_every_item_is_within_a_krone(books: Inputs) -> None:
    found = figures.reckon(books)
    assert found.problems == []
    at = {(line.subject, line.concept): line.amount for line in found.lines}
    for sums in forms.sums(books.choice):
        for total, parts in sums.totals:
            if ("", total) in at:
                assert at["", total] == sum(w * at.get(("", part), 0) for part, w in parts)
    assert at["", ASSETS] == at["", PASSIVE]
    leaves = statements.leaves_of(books.choice)
    if books.items[""].keys() & (leaves.liabilities | leaves.income.keys()):
        assert abs(at["", ASSETS] - _exact(found, "", ASSETS)) <= Decimal("0.5")
    moved = at.get((MEMBER, RESULT), 0) - at.get((MEMBER, "fsa:DividendPaid"), 0)
    closing = at.get((MEMBER, EQUITY), 0)
    assert at.get((f"opening;{MEMBER}", EQUITY), 0) + moved == closing
    assert at.get(("", RETAINED), 0) == closing
    assert at["", RESULT] == at.get((MEMBER, RESULT), 0)
    for line in found.lines:
        if line.origin == "postings":
            assert abs(line.amount - line.exact) <= _allowed(books), line


def _exact(found: Figures, subject: str, concept: str) -> Decimal:
    return next(
        line.exact for line in found.lines if (line.subject, line.concept) == (subject, concept)
    )


def _allowed(books: Inputs) -> Decimal:
    """A krone, where last year's report is its own nearest krone and liabilities have øre to
    give either way; else two on the result and what it is made of (the decision's step 4).
    """
    filed = books.filed.get(RETAINED)
    if filed is not None and filed.amount != nearest(books.items[f"opening;{MEMBER}"][EQUITY]):
        return Decimal(2)
    items, leaves = books.items[""], statements.leaves_of(books.choice)
    off = [items[key] - nearest(items[key]) for key in items.keys() & leaves.liabilities]
    can_give = min(sum(one > 0 for one in off), sum(one < 0 for one in off)) >= 3
    return Decimal(1) if can_give and items.keys() & leaves.income.keys() else Decimal(2)


accounts = [code for code, account in standards.accounts().items() if account.kind != "total"]


@given(
    st.lists(st.tuples(st.sampled_from(accounts), money), min_size=1, max_size=25),
    st.lists(st.tuples(st.sampled_from(accounts), money), max_size=25),
    choices,
)
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_any_ledger_gives_a_report_whose_postings_add_up(before, during, choice) -> None:
    assume(any(amount for _, amount in before))
    book = Book()
    for day, number, lines in (("2025-05-01", "1", before), ("2026-06-01", "2", during)):
        if lines:
            rest = -sum((amount for _, amount in lines), ZERO)
            book.voucher(day, number, [*lines, ("6480", rest)])
    year = AnnualYear("c1", "2026-01-01", "2026-12-31", choice.income_form, choice.balance_form,
                      choice.is_condensed, previous_origin="ledger")  # fmt: skip
    con = built(ledger(book), year)
    assert state(con) == ("ready", None)
    assert wrong_lineage(con) == []
    at = amounts(con)
    for subject in ("", "previous"):
        assert at[subject, ASSETS] == at[subject, PASSIVE]
    assert at.get(("opening", EQUITY), 0) == at["previous", EQUITY]
    moved = sum(w * at.get(("", part), 0) for part, w in forms.equity_movements())
    assert at.get(("opening", EQUITY), 0) + moved == at["", EQUITY]
