"""Every standard account has its place in the annual report, in every form of statement."""

from collections import Counter, defaultdict

import duckdb
import pytest

from assets.reports.annual import tables
from warehouse import annual, standards
from warehouse.annual import Account, Line
from xbrl.rules import totals

STATEMENTS = {
    "income_nature": ("income_nature",),
    "income_function": ("income_function",),
    "balance_account": ("assets_account", "liabilities_account"),
    "balance_current": ("assets_current", "liabilities_current"),
}
ROOTS = {"income": ("fsa:ProfitLoss",), "balance": ("fsa:Assets", "fsa:LiabilitiesAndEquity")}


def lines_of(form: str) -> dict[str, Line]:
    return {line.concept: line for line in annual.lines() if line.statement in STATEMENTS[form]}


def concepts_of(account: Account, form: str) -> set[str]:
    """The lines the account may fill in a form of statement."""
    is_income = account.account_code < "5000"
    if form.startswith("income"):
        own = account.concept_nature if form == "income_nature" else account.concept_function
        return {own} if is_income else set()
    if is_income:
        return set()
    if form == "balance_account":
        return {account.concept_nature, account.when_debit, account.when_credit} - {""}
    sides = {account.when_debit_current, account.when_credit_current}
    return {account.balance_current_concept, *sides} - {""}


def ways(form: str, root: str) -> dict[str, list[int]]:
    """Each item under `root` in a form, with its weight on every way there."""
    under = defaultdict(list)
    for part in totals.parts():
        if part.form == form:
            under[part.total].append((part.part, part.weight))
    found: dict[str, list[int]] = defaultdict(list)

    def walk(total: str, weight: int) -> None:
        found[total].append(weight)
        for part, sign in under[total]:
            walk(part, weight * sign)

    walk(root, 1)
    return found


def test_every_account_that_is_no_total_is_placed():
    official = {code for code, one in standards.accounts().items() if one.kind != "total"}
    assert set(annual.accounts()) == official
    assert len(official) == 485


@pytest.mark.parametrize("form", STATEMENTS)
def test_every_account_fills_lines_of_the_form(form):
    known = lines_of(form)
    for account in annual.accounts().values():
        found = concepts_of(account, form)
        belongs = (account.account_code < "5000") == form.startswith("income")
        assert bool(found) == belongs, account
        assert {known[concept].kind for concept in found} <= {"item"}, account


@pytest.mark.parametrize("form", STATEMENTS)
def test_every_line_reaches_one_grand_total_once(form):
    roots = ROOTS[form.split("_")[0]]
    found = {root: ways(form, root) for root in roots}
    for concept in lines_of(form):
        weights = [weight for root in roots for weight in found[root].get(concept, ())]
        assert not concept or len(weights) == 1, (concept, weights)


@pytest.mark.parametrize("form", STATEMENTS)
def test_weights_are_the_sides_of_the_concepts(form):
    known = lines_of(form)
    for root in ROOTS[form.split("_")[0]]:
        for concept, weights in ways(form, root).items():
            if concept in known:
                same = known[concept].balance == known[root].balance
                assert weights == [1 if same else -1], concept


def test_accounts_with_two_sides_agree_within_their_group():
    groups = defaultdict(set)
    for account in annual.accounts().values():
        sides = (account.when_debit, account.when_credit)
        assert bool(account.netting) == any(sides), account
        if account.netting not in {"", "account"}:
            assert all(sides), account
            groups[account.netting].add(sides)
    assert {len(sides) for sides in groups.values()} == {1}
    assert groups["vat"] == {("fsa:VatAndDutiesReceivables", "fsa:VatAndDutiesPayables")}


def test_equity_accounts_name_their_component():
    for account in annual.accounts().values():
        is_equity = standards.accounts()[account.account_code].kind == "equity"
        assert bool(account.equity_component) == bool(account.equity_movement) == is_equity
        if is_equity:
            assert account.equity_component == f"{account.concept_nature}Member"


def test_every_row_names_its_source():
    assert all(line.source.startswith("ÅRL ") for line in annual.lines())
    assert all(account.source.startswith("ÅRL ") for account in annual.accounts().values())
    assert all(part.source for part in totals.parts())


def test_no_line_and_no_part_is_there_twice():
    lines = Counter((line.statement, line.line_no) for line in annual.lines())
    parts = Counter((part.form, part.total, part.part) for part in totals.parts())
    assert lines.most_common(1)[0][1] == parts.most_common(1)[0][1] == 1


def test_the_tables_are_registered_whole():
    with duckdb.connect() as con:
        tables.register(con)
        tables.register(con)  # a second time must not double them
        counts = con.execute(
            "SELECT (SELECT count(*) FROM annual_line), (SELECT count(*) FROM annual_account),"
            " (SELECT count(*) FROM annual_total)"
        ).fetchone()
    assert counts == (len(annual.lines()), 485, len(totals.parts()))
