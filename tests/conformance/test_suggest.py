"""Suggested accounts: on a recorded localisation 9 of 10 are right, and no sure one is wrong."""

import csv
import time
from collections.abc import Callable

import pytest

from assets.ledger import suggest_chart
from assets.ledger.suggest import SURE, OwnAccount, suggest_accounts
from tests.conformance.suggest_charts import (
    Measured,
    chart,
    measure,
    odoo_accounts,
    recorded,
    truth,
)
from tests.tryton_server import books
from warehouse import standards


def test_accounts_of_the_recorded_danish_localisation(shared_data):
    """All 312. Eleven have no standard account; 301 do."""
    accounts, right = odoo_accounts(shared_data), truth("odoo18")
    assert {a.account_code for a in accounts} == right.keys()
    found = suggest_accounts(accounts)
    got = measure(found, right)
    assert got.wrong == ()
    assert got.right >= 0.9 * got.accounts
    assert got == Measured(312, 301, 301, 307, 242, ())
    divided = {code for code, codes in right.items() if len(codes) != 1}
    assert not [s for s in found if s.own_code in divided and s.confidence >= SURE]


def test_accounts_the_recorded_vouchers_use(shared_data):
    folder = shared_data / "recordings" / "odoo18"
    used = {line["account_id"][1].split(" ")[0] for line in recorded(folder, "account.move.line*")}
    right = {code: codes for code, codes in truth("odoo18").items() if code in used}
    accounts = odoo_accounts(shared_data)
    found = suggest_accounts((a for a in accounts if a.account_code in used), accounts)
    assert measure(found, right) == Measured(11, 11, 11, 11, 11, ())


def test_by_its_names_alone_the_localisation_is_nearly_as_right(shared_data):
    """Numbers that are nobody's: what the words do without the public chart's numbers."""
    accounts = odoo_accounts(shared_data)
    renumbered = [OwnAccount(f"x{a.account_code}", a.name, a.kind) for a in accounts]
    right = {f"x{code}": codes for code, codes in truth("odoo18").items()}
    assert measure(suggest_accounts(renumbered), right) == Measured(312, 301, 287, 306, 170, ())


@pytest.mark.parametrize(
    ("name", "expected", "without_kinds"),
    [
        # (accounts, with a right answer, right, offered, sure)
        ("tryton", (18, 18, 17, 18, 11), (18, 18, 17, 18, 4)),
        ("economic", (166, 158, 146, 153, 52), (166, 158, 139, 159, 8)),
        ("dk_std", (81, 74, 71, 73, 33), (81, 74, 64, 75, 6)),
        ("odoo17_balance", (85, 72, 61, 67, 22), (85, 72, 54, 72, 3)),
        ("ledgersmb", (45, 39, 33, 37, 9), (45, 39, 30, 39, 4)),
        ("billy", (22, 22, 16, 20, 10), (22, 22, 16, 20, 1)),
        ("rentemester", (48, 44, 38, 43, 16), (48, 44, 38, 44, 6)),
        ("bas", (36, 31, 30, 33, 12), (36, 31, 27, 34, 1)),
    ],
)
def test_charts_of_other_systems(name, expected, without_kinds):
    accounts, right = chart(name), truth(name)
    assert measure(suggest_accounts(accounts), right) == Measured(*expected, ())
    bare = [OwnAccount(a.account_code, a.name) for a in accounts]
    assert measure(suggest_accounts(bare), right) == Measured(*without_kinds, ())


def test_the_recorded_tryton_company_is_the_chart_measured(shared_data):
    folder = shared_data / "recordings" / "tryton82"
    names = {a["code"]: a["name"] for a in recorded(folder, "account.account.0*.json")}
    assert {a.account_code: a.name for a in chart("tryton")} == names


def test_the_demos_chart_is_the_public_one():
    accounts = [OwnAccount(code, name) for code, (name, _) in books.ACCOUNTS.items()]
    found = {s.own_code: (s.standard_code, s.confidence) for s in suggest_accounts(accounts)}
    assert found == {code: (code, 1.0) for code in books.ACCOUNTS}


def test_the_2023_chart_stands_as_published_and_becomes_todays(shared_data):
    path = shared_data / "standardkontoplan" / "standard_accounts_2023_4digit.csv"
    with path.open(encoding="utf-8", newline="") as file:
        published = dict(list(csv.reader(file, delimiter=";"))[1:])
    before = suggest_chart.editions()[1].accounts
    posted = suggest_chart.posted()
    for code, old in before.items():
        assert published[code] == old.name_da
        assert set(old.became) <= posted.keys()
    totals = {code for code, a in standards.accounts().items() if a.kind == "total"}
    summed = published.keys() - before.keys()
    assert summed - totals == {"6280", "6590"}, "sums of 2023 that are gone"
    same = {c for c, old in before.items() if c in posted and posted[c].name_da == old.name_da}
    assert all(before[code].became == (code,) and before[code].is_one for code in same)
    assert len(same) == 165
    found = {
        s.own_code: s for s in suggest_accounts(OwnAccount(c, n) for c, n in published.items())
    }
    assert {(found[c].standard_code, found[c].confidence) for c in same} == {(c, 1.0) for c in same}


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_a_hundred_companies_take_seconds():
    """30,000 accounts of charts that are named alike: 120 companies of 247. A thousand of 300,
    with three million postings, took 6 s from the ledger to the suggestions.
    """
    accounts = [*chart("economic"), *chart("dk_std")]
    taken = _seconds(lambda: [suggest_accounts(accounts) for _ in range(120)])
    assert taken < 10
