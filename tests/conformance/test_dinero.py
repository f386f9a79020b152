"""Dinero: returns, changes, years that open, tokens that rotate, limits, what goes wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.sources.connector import Connection, Found, silent
from assets.sources.dinero import CONNECTOR, SERVICE
from assets.sources.network.bucket import Rate
from tests.conformance import golden_returns
from tests.conformance.items import cursor_of, rows
from tests.conformance.network_dinero import POSTINGS, connect
from tests.errors.corpus import expected
from tests.simulators.base import Asked, Fault
from tests.simulators.dinero import CODES, Dinero
from warehouse.errors import PermanentError, SourceError


@pytest.fixture
def dinero() -> Iterator[Dinero]:
    with Dinero() as running:
        yield running


def pull(connection: Connection, cursor: Any = None) -> list[Any]:
    return list(CONNECTOR.pull(connection, cursor, silent))


def test_the_whole_line_gives_the_golden_returns(dinero: Dinero, tmp_path: Path) -> None:
    codes = {own: standard for standard, own in CODES.items()}
    assert golden_returns.check(connect(dinero, tmp_path), tmp_path, codes) == []


def test_only_a_year_with_changes_is_read_again(dinero: Dinero, tmp_path: Path) -> None:
    connection = connect(dinero, tmp_path)
    cursor = cursor_of(pull(connection))
    assert rows(pull(connection, cursor), "posting") == []
    dinero.book(date(2026, 3, 2), [("2450", "8.00"), ("6480", "-8.00")])
    assert len(rows(pull(connection, cursor), "posting")) == POSTINGS + 2


def test_what_changes_do_not_tell_the_saldobalance_does(dinero: Dinero, tmp_path: Path) -> None:
    connection = connect(dinero, tmp_path)
    cursor = cursor_of(pull(connection))
    gone = dinero.remove("PurchaseVoucher", 1)
    assert len(rows(pull(connection, cursor), "posting")) == POSTINGS - gone


def test_a_connection_of_months_ago_asks_for_changes_a_month_at_a_time(
    dinero: Dinero, tmp_path: Path
) -> None:
    connection = connect(dinero, tmp_path)
    cursor = cursor_of(pull(connection)) | {"since": "2026-01-01T00:00:00Z"}
    pull(connection, cursor)
    assert dinero.count("/entries/changes") >= 10


def test_a_year_that_opens_restates_and_does_not_double(dinero: Dinero, tmp_path: Path) -> None:
    dinero.open_year(2027)
    dinero.book(date(2027, 1, 4), [("2450", "8.00"), ("6480", "-8.00")])
    items = pull(connect(dinero, tmp_path))
    assert len(rows(items, "posting")) == POSTINGS + 2
    opened = rows(items, "opening_balance")
    assert opened
    assert sum((row["amount"] for row in opened), Decimal(0)) == 0
    assert all(r["declared"] == r["found"] for r in rows(items, "control_total"))


def test_a_person_consents_at_visma_connect(dinero: Dinero, tmp_path: Path) -> None:
    wanted = CONNECTOR.consent(connect(dinero, tmp_path))
    assert wanted.scope == "dineropublicapi:read offline_access"
    assert wanted.authorize_url.startswith("https://connect.visma.com/")
    assert CONNECTOR.consent_option in CONNECTOR.options


def test_tokens_rotate_and_the_newest_is_used(dinero: Dinero, tmp_path: Path) -> None:
    dinero.first_refresh = ""
    connection = connect(dinero, tmp_path)
    for _ in range(3):
        pull(connection)
        dinero.expire()
    assert len(rows(pull(connection), "posting")) == POSTINGS


def test_the_documented_limit_is_kept_and_a_429_is_waited_for(
    dinero: Dinero, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SERVICE.rate == Rate(100, 60)
    waited: list[float] = []
    monkeypatch.setattr("assets.sources.network.bucket.Bucket.pause", lambda _, s: waited.append(s))
    dinero.faults.append(
        Fault("status", path="/contacts", status=429, headers={"Retry-After": "1"})
    )
    pull(connect(dinero, tmp_path))
    assert waited == [1]


def test_an_amount_finer_than_oere_is_told(dinero: Dinero, tmp_path: Path) -> None:
    one = dinero.entries[0]
    dinero.amend(one.id, amount=one.amount + Decimal("0.001"))
    told = [i.finding.message for i in pull(connect(dinero, tmp_path)) if isinstance(i, Found)]
    amount = one.amount + Decimal("0.001")
    assert told == [expected("dinero", "dinero-amount", guid=one.id, amount=amount)]


def failure(kind: type[Exception], connection: Connection) -> str:
    with pytest.raises(kind) as caught:
        pull(connection)
    return str(caught.value)


class WithoutOpening(Fault):
    """Answers no entry where none of opening is asked for."""

    def hits(self, asked: Asked) -> bool:
        return asked.query.get("includePrimo") == "false" and super().hits(asked)


def test_entries_that_come_late_are_not_taken_for_opening(dinero: Dinero, tmp_path: Path) -> None:
    """The two readings of a year are not of one moment; an empty first one made all of it
    opening entries, and a return of nothing.
    """
    connection = connect(dinero, tmp_path)
    whole = rows(pull(connection), "posting")
    hidden = WithoutOpening("wrong_type", path="/entries", change=lambda _page: [])
    dinero.faults.append(hidden)
    assert rows(pull(connection), "posting") == whole
    dinero.faults.append(replace(hidden, times=99))
    one = dinero.entries[0]
    assert failure(SourceError, connection) == expected(
        "dinero", "dinero-stray", where=f"{dinero.url}/v1", guid=one.id, day=one.day
    )


def test_every_failure_says_what_to_do(dinero: Dinero, tmp_path: Path) -> None:
    connection, where = connect(dinero, tmp_path), f"{dinero.url}/v1"
    other = connect(dinero, tmp_path, organization="999")
    assert failure(PermanentError, other) == expected("dinero", "dinero-which")
    dinero.faults.append(Fault("status", path="accountingyears", status=403))
    assert failure(PermanentError, connection) == expected(
        "dinero", "dinero-forbidden", where=where
    )
    count = len({e.account for e in dinero.entries if e.day.year == 2026})
    zero = sum(not row["Amount"] for row in dinero._saldo("2026"))
    dinero.faults.append(Fault("wrong_type", path="/entries", times=99, change=lambda _: []))
    assert failure(SourceError, connection) == expected(
        "dinero", "dinero-empty", where=where, count=count - zero
    )
    dinero.revoke()
    fresh = replace(connection, private_folder=str(tmp_path / "other"))
    assert failure(PermanentError, fresh) == expected("dinero", "dinero-withdrawn")
