"""e-conomic: returns, versions, vouchers that grow, years that open, what REST tells beside."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.sources.connector import Complete, Connection, Found, silent
from assets.sources.economic import CONNECTOR
from tests.conformance import golden_returns
from tests.conformance.items import cursor_of, rows
from tests.conformance.network_economic import POSTINGS, VOUCHERS, connect
from tests.errors.corpus import expected
from tests.simulators.base import Fault
from tests.simulators.economic import CODES, Economic
from warehouse.errors import PermanentError, SettingsError, SourceError, TransientError
from warehouse.secret import Secret

OWN = {own: standard for standard, own in CODES.items()}


@pytest.fixture
def economic() -> Iterator[Economic]:
    with Economic(page_length=100) as running:
        yield running


def pull(connection: Connection, cursor: Any = None) -> list[Any]:
    return list(CONNECTOR.pull(connection, cursor, silent))


@pytest.mark.parametrize("coded", [True, False], ids=["VAT lines coded", "VAT lines without code"])
def test_the_whole_line_gives_the_golden_returns(tmp_path: Path, coded: bool) -> None:
    with Economic(page_length=100, coded_vat_lines=coded) as economic:
        assert golden_returns.check(connect(economic, tmp_path), tmp_path, OWN) == []


def test_the_listing_that_ends_after_ten_thousand_is_never_used(
    economic: Economic, tmp_path: Path
) -> None:
    for number in range(10_001):
        economic.entries.append(replace(economic.entries[0], number=1000 + 2 * number, party=""))
        economic.entries.append(
            replace(economic.entries[0], number=1001 + 2 * number, party="",
                    amount=-economic.entries[0].amount)
        )  # fmt: skip
    economic.page_length = 1000
    items = pull(connect(economic, tmp_path, page_size=1000, timeout=30))
    assert len(rows(items, "posting")) == POSTINGS + 20_002
    assert economic.count("/paged") == 0


def test_late_entries_bring_the_whole_voucher_again(economic: Economic, tmp_path: Path) -> None:
    connection = connect(economic, tmp_path)
    cursor = cursor_of(pull(connection))
    old = economic.entries[10]
    before = len([e for e in economic.entries if e.voucher == old.voucher])
    economic.book(old.day, [("2450", "8.00"), ("6480", "-8.00")], voucher=old.voucher, code="I25")
    items = pull(connection, cursor)
    found = rows(items, "posting")
    assert [row["line_no"] for row in found] == list(range(1, before + 3))
    assert {row["source_id"] for row in found} == {f"{old.voucher}/{old.day}"}
    assert not [i for i in items if isinstance(i, Complete) and i.stream == "voucher"]
    assert cursor_of(items)["count"] == POSTINGS + 2


def test_the_same_number_on_another_day_is_a_voucher_of_its_own(
    economic: Economic, tmp_path: Path
) -> None:
    economic.book(date(2026, 11, 20), [("2450", "8.00"), ("6480", "-8.00")], voucher=1)
    found = [r for r in rows(pull(connect(economic, tmp_path)), "voucher")
             if r["voucher_number"] == "1"]  # fmt: skip
    assert {row["source_id"] for row in found} == {"1/2026-01-01", "1/2026-11-20"}


@pytest.mark.parametrize("counted", [True, False])
def test_a_year_that_opens_restates_and_does_not_double(
    economic: Economic, tmp_path: Path, counted: bool
) -> None:
    """Whichever way the vendor's totals count the opening entries."""
    economic.totals_with_openings = counted
    economic.open_year(2027)
    economic.book(date(2027, 1, 4), [("2450", "8.00"), ("6480", "-8.00")])
    items = pull(connect(economic, tmp_path))
    assert len(rows(items, "posting")) == POSTINGS + 2
    opened = {r["account_code"]: r["amount"] for r in rows(items, "opening_balance")}
    ours = sum((r["amount"] for r in rows(items, "posting") if r["account_code"] == "6480"
                and r["source_id"] < "~" and not r["source_id"].endswith("2027-01-04")),
               Decimal(0))  # fmt: skip
    assert opened["6480"] == ours
    assert sum(opened.values()) == 0
    assert all(r["declared"] == r["found"] for r in rows(items, "control_total"))


def test_opening_entries_of_the_first_year_are_postings(economic: Economic, tmp_path: Path) -> None:
    economic.book(date(2026, 1, 1), [("6480", "100.00"), ("6510", "-100.00")], kind=7)
    items = pull(connect(economic, tmp_path))
    assert len(rows(items, "posting")) == POSTINGS + 2
    assert rows(items, "opening_balance") == []


def test_periods_tell_closed_from_barred(economic: Economic, tmp_path: Path) -> None:
    states = {r["source_id"]: r["state"]
              for r in rows(pull(connect(economic, tmp_path)), "fiscal_period")}  # fmt: skip
    assert states["period 2026-01-01"] == "closed"
    assert (states["period 2026-03-01"], states["year 2026-01-01"]) == ("open", "open")
    economic.closed.add("2026")
    states = {r["source_id"]: r["state"]
              for r in rows(pull(connect(economic, tmp_path)), "fiscal_period")}  # fmt: skip
    assert set(states.values()) == {"locked"}


def test_the_newest_version_known_is_used_and_remembered(
    economic: Economic, tmp_path: Path
) -> None:
    economic.versions = {"3.2.1", "4.0.0", "7.0.0"}
    connection = connect(economic, tmp_path)
    cursor = cursor_of(pull(connection))
    assert cursor["version"] == "4.0.0"
    assert economic.count("v7.0.0") == 0
    economic.versions.add("6.0.0")
    assert cursor_of(pull(connection, cursor))["version"] == "4.0.0"
    economic.versions -= {"4.0.0"}
    assert cursor_of(pull(connection, cursor))["version"] == "6.0.0"


def test_a_window_is_read_alone(economic: Economic, tmp_path: Path) -> None:
    window = (date(2026, 1, 1), date(2026, 1, 31))
    items = pull(replace(connect(economic, tmp_path), window=window))
    days = {row["posting_date"] for row in rows(items, "voucher")}
    assert (min(days), max(days).month) == (date(2026, 1, 1), 1)
    assert cursor_of(items) == {}


def test_an_amount_finer_than_oere_is_told(economic: Economic, tmp_path: Path) -> None:
    one = next(e for e in economic.entries if e.account == "2450")
    economic.amend(one.number, amount=one.amount + Decimal("0.001"))
    found = [i.finding.message for i in pull(connect(economic, tmp_path)) if isinstance(i, Found)]
    assert expected("economic", "economic-amount", number=one.number,
                    amount=one.amount + Decimal("0.001")) in found  # fmt: skip


def test_the_demo_tokens_read(economic: Economic, tmp_path: Path) -> None:
    demo = {"app_secret": Secret("demo"), "agreement_grant": Secret("demo")}
    told = CONNECTOR.discover(connect(economic, tmp_path, **demo))
    assert (told.company_name, told.registration_number) == ("Nordlys Handel ApS", "13585628")
    assert len(rows(pull(connect(economic, tmp_path, **demo)), "voucher")) == VOUCHERS


def failure(kind: type[Exception], connection: Connection) -> str:
    with pytest.raises(kind) as caught:
        pull(connection)
    return str(caught.value)


def test_every_failure_says_what_to_do(economic: Economic, tmp_path: Path) -> None:
    connection, where = connect(economic, tmp_path), economic.url
    economic.versions = {"7.0.0"}
    assert failure(PermanentError, connection) == expected(
        "economic", "economic-no-version", where=where
    )
    pinned = connect(economic, tmp_path, api_version="4.0.0")
    assert failure(PermanentError, pinned) == expected(
        "economic", "economic-pinned-gone", where=where
    )
    economic.versions = {"6.0.0"}
    economic.roles = {"Bookkeeping"}
    assert failure(PermanentError, connection) == expected("economic", "economic-role", where=where)
    economic.roles = {"SuperUser"}
    economic.hidden_from_rest.add(economic.entries[5].number)
    assert failure(SourceError, connection) == expected("economic", "economic-count", where=where)
    economic.revoke()
    assert failure(PermanentError, connection) == expected(
        "economic", "economic-refused", where=where
    )
    written = connect(economic, tmp_path, agreement_grant="token")
    assert failure(SettingsError, written) == expected("economic", "economic-secret")


def test_the_simulator_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "tests.simulators.economic"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert '"openapi_url"' in running.stdout.readline()
        running.kill()


def without_first(page: Any) -> Any:
    """A customer fewer than the page says there are."""
    return {**page, "collection": page["collection"][1:]}


def test_customers_that_are_fewer_than_counted(economic: Economic, tmp_path: Path) -> None:
    """Pages are numbered, so a customer deleted meanwhile takes another's place on the next."""
    connection = connect(economic, tmp_path)
    whole = rows(pull(connection), "party")
    economic.faults.append(Fault("wrong_type", path="/customers", change=without_first))
    assert rows(pull(connection), "party") == whole
    economic.faults.append(Fault("wrong_type", path="/customers", change=without_first, times=99))
    message = failure(TransientError, connection)
    assert message == expected("economic", "economic-masters-fewer", where=economic.url)
