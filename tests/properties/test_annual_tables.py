"""Whatever the books hold: what is placed balances, and a wrong amount names its total alone."""

from collections import defaultdict
from functools import cache

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse import annual
from xbrl.read import read_bytes
from xbrl.rules import totals
from xbrl.rules.run import READ, judge
from xbrl.tables.facts import tables

ENTRY = (
    "http://archprod.service.eogs.dk/taxonomy/20241001/entryDanishGAAPBalanceSheetAccountFormIncome"
    "StatementByNatureIncludingManagementsReviewStatisticsAndTax20241001.xsd"
)
CODES = sorted(annual.accounts())
FORMS = {
    "income_nature": ("income_nature",),
    "income_function": ("income_function",),
    "balance_account": ("assets_account", "liabilities_account"),
    "balance_current": ("assets_current", "liabilities_current"),
}


@cache
def page(form: str) -> dict[str, annual.Line]:
    """The items and totals of a form, by concept."""
    return {
        line.concept: line
        for line in annual.lines()
        if line.statement in FORMS[form] and line.kind in {"item", "total"}
    }


@cache
def sums(form: str) -> dict[str, dict[str, int]]:
    """Each total of the page with its parts on the page, others replaced by their own."""
    under: dict[str, dict[str, int]] = defaultdict(dict)
    for part in totals.parts():
        if part.form == form:
            under[part.total][part.part] = part.weight

    def shown(total: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for part, weight in under[total].items():
            if part in page(form):
                found[part] = weight
            else:
                found |= {leaf: weight * sign for leaf, sign in shown(part).items()}
        return found

    return {concept: shown(concept) for concept, line in page(form).items() if line.kind == "total"}


def statement(form: str, items: dict[str, int]) -> dict[str, int]:
    """The amounts of all lines: the items as given, the totals as their sums."""

    def amount(concept: str) -> int:
        parts = sums(form).get(concept)
        if not parts:
            return items.get(concept, 0)
        return sum(weight * amount(part) for part, weight in parts.items())

    return {concept: amount(concept) for concept in page(form)}


@st.composite
def trial_balances(draw: st.DrawFn) -> dict[str, int]:
    """Account → balance in whole kroner, debit positive; they sum to zero."""
    amounts = st.integers(-9_999_999, 9_999_999)
    found = draw(st.dictionaries(st.sampled_from(CODES), amounts, min_size=1, max_size=60))
    last = draw(st.sampled_from(CODES))
    found[last] = found.get(last, 0) - sum(found.values())
    return found


def placed(balances: dict[str, int], form: str) -> dict[str, int]:
    """What the accounts come to on each item, as reported; both sides where they have two."""
    items: dict[str, int] = defaultdict(int)
    groups: dict[str, int] = defaultdict(int)
    for code, balance in balances.items():
        account = annual.accounts()[code]
        if (code < "5000") == form.startswith("income"):
            groups[account.netting] += balance
    for code, balance in balances.items():
        account = annual.accounts()[code]
        if (code < "5000") != form.startswith("income"):
            continue
        net = balance if account.netting == "account" else groups[account.netting]
        concept = _line(account, form, net)
        items[concept] += balance if page(form)[concept].balance == "debit" else -balance
    return items


def _line(account: annual.Account, form: str, net: int) -> str:
    if form.startswith("income"):
        return account.concept_nature if form == "income_nature" else account.concept_function
    if form == "balance_account":
        own, debit, credit = account.concept_nature, account.when_debit, account.when_credit
    else:
        own = account.balance_current_concept
        debit, credit = account.when_debit_current, account.when_credit_current
    return (account.netting and (debit if net > 0 else credit if net < 0 else "")) or own


@given(trial_balances())
@settings(max_examples=60)
def test_what_nets_to_zero_balances_in_every_form(balances):
    results = {
        form: statement(form, placed(balances, form))["fsa:ProfitLoss"]
        for form in ("income_nature", "income_function")
    }
    assert results["income_nature"] == results["income_function"]
    result = results["income_nature"]
    assert result == -sum(balance for code, balance in balances.items() if code < "5000")
    for form in ("balance_account", "balance_current"):
        items = placed(balances, form)
        items["fsa:RetainedEarnings"] = items.get("fsa:RetainedEarnings", 0) + result
        found = statement(form, items)
        assert found["fsa:Assets"] == found["fsa:LiabilitiesAndEquity"]


@cache
def report() -> dict[str, int]:
    """A report with every line of the by-nature and account forms, no two amounts alike."""
    found: dict[str, int] = {}
    for form in ("income_nature", "balance_account"):
        items = [concept for concept, line in page(form).items() if line.kind == "item"]
        found |= statement(form, {c: 1_000 * 3**i % 999_983 for i, c in enumerate(items, 1)})
    return found


def instance(amounts: dict[str, int]) -> bytes:
    """A report of those amounts, as plain XBRL."""
    lines = {line.concept: line for form in FORMS for line in page(form).values()}
    facts = "".join(
        f'<fsa:{concept[4:]} contextRef="{lines[concept].period}" unitRef="u" decimals="0">'
        f"{amount}</fsa:{concept[4:]}>"
        for concept, amount in amounts.items()
    )
    entity = '<xbrli:entity><xbrli:identifier scheme="s">1</xbrli:identifier></xbrli:entity>'
    return (
        '<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance"'
        ' xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:fsa="http://xbrl.dcca.dk/fsa"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:iso4217="http://www.xbrl.org/2003/iso4217">'
        f'<link:schemaRef xlink:type="simple" xlink:href="{ENTRY}"/>'
        f'<xbrli:context id="instant">{entity}<xbrli:period><xbrli:instant>2025-12-31'
        "</xbrli:instant></xbrli:period></xbrli:context>"
        f'<xbrli:context id="duration">{entity}<xbrli:period><xbrli:startDate>2025-01-01'
        "</xbrli:startDate><xbrli:endDate>2025-12-31</xbrli:endDate></xbrli:period></xbrli:context>"
        '<xbrli:unit id="u"><xbrli:measure>iso4217:DKK</xbrli:measure></xbrli:unit>'
        f"{facts}</xbrli:xbrl>"
    ).encode()


def judged(reports: dict[str, dict[str, int]]) -> dict[str, set[str]]:
    """The totals that our rules name in each report."""
    parts = defaultdict(list)
    for name, amounts in reports.items():
        content = instance(amounts)
        (read,) = read_bytes(content, "report.xml")
        assert not read.problems
        for table, rows in tables(read, name, len(content)).items():
            parts[table].append(rows)
    named: dict[str, set[str]] = {name: set() for name in reports}
    with duckdb.connect() as con:
        for table in READ:
            con.register(table, pa.concat_tables(parts[table]).unify_dictionaries())
        for row in judge(con, "dk_sums").to_pylist():
            assert row["severity"] == "warning"
            named[row["filing_id"]].add(row["message"].split(" is ")[0])
    return named


def test_a_report_that_adds_up_is_not_named():
    assert judged({"right": report()}) == {"right": set()}


def test_every_wrong_amount_names_its_total_and_no_other():
    """A wrong item names the total it is part of; a wrong total itself, and what it is part of."""
    own = {**sums("income_nature"), **sums("balance_account")}
    found = judged({c: report() | {c: report()[c] + 4_000_000} for c in report()})
    for concept, named in found.items():
        above = {total for total, parts in own.items() if concept in parts}
        itself = {concept} & set(own)
        assert (itself or above) <= named <= (itself | above), concept
    assert len(found) == len(report()) > 100


@given(st.data())
@settings(max_examples=15)
def test_subtotals_may_be_left_out(data):
    kept = dict(report())
    optional = sorted(set(sums("income_nature")) | set(sums("balance_account")))
    for concept in data.draw(st.sets(st.sampled_from(optional))):
        del kept[concept]
    assert judged({"short": kept}) == {"short": set()}
