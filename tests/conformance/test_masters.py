"""Customers and suppliers by interface beside an exported file: whose word counts, and when."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assets.sources import registry
from assets.sources.connector import Complete, Connection, Cursor, Rows, silent
from assets.sources.network.bucket import Bucket
from tests.conformance import network_fortnox, network_tripletex, network_visma_eaccounting
from tests.conformance import nordic_registers as nordic
from tests.simulators.base import Fault
from tests.simulators.fortnox import Fortnox
from tests.simulators.tripletex import Tripletex
from tests.simulators.visma_eaccounting import VismaEAccounting
from warehouse.errors import SourceError

MODULES: dict[str, Any] = {
    "fortnox": network_fortnox, "visma_eaccounting": network_visma_eaccounting,
    "tripletex": network_tripletex,
}  # fmt: skip
Rowset = dict[str, list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _no_waiting_for_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.sources.network.client.bucket_of", lambda *_: Bucket(None))


def pull(connection: Connection, cursor: Any = None) -> tuple[Rowset, list[Any], Any]:
    """Rows by stream, the other items, and the cursor."""
    rows: Rowset = {}
    others = []
    for item in registry.load(connection.system).pull(connection, cursor, silent):
        if isinstance(item, Rows):
            rows.setdefault(item.stream, []).extend(item.table.to_pylist())
        else:
            others.append(item)
    last = others.pop()
    assert isinstance(last, Cursor)
    return rows, others, last.value


def parties(rows: Rowset) -> dict[str, tuple[Any, ...]]:
    names = ("name", "country", "vat_number", "registration_number")
    return {row["source_id"]: tuple(row[name] for name in names) for row in rows["party"]}


def bought(rows: Rowset) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = {}
    for row in rows["posting"]:
        found.setdefault(row["source_id"], set()).add(row["party_id"])
    return found


BUYERS = {
    "2026-01-01/A/1": {"customer/10"}, "2026-01-01/A/2": {"customer/11"}, "2026-01-01/A/3": {None},
}  # fmt: skip


def test_fortnox_names_the_buyers_and_asks_for_them_alone(tmp_path: Path) -> None:
    with Fortnox(register=nordic.register()) as fortnox:
        rows, _, _ = pull(network_fortnox.connect(fortnox, tmp_path))
        assert fortnox.count("/3/customers/") == 2
    assert bought(rows) == BUYERS
    assert [row["document_id"] for row in rows["voucher"]] == ["101", "102", None]
    told = parties(rows)
    assert len(told) == 7
    assert told["customer/10"] == ("Kunde GmbH", "DE", "DE811569869", None)
    assert told["customer/12"] == ("Cliënt B.V.", None, None, None)  # no invoice, so not asked for
    assert told["supplier/20"] == ("Leverantör AB", None, None, "556000-0168")


def test_visma_names_the_buyers(tmp_path: Path) -> None:
    with VismaEAccounting(register=nordic.register()) as visma:
        rows, _, _ = pull(network_visma_eaccounting.connect(visma, tmp_path))
    assert bought(rows) == BUYERS
    assert parties(rows)["customer/12"] == ("Cliënt B.V.", "NL", "NL820646660B01", None)


def test_tripletex_fills_what_the_file_lacks_and_leaves_what_it_tells(tmp_path: Path) -> None:
    register = nordic.norwegian()
    register.customers[0] = replace(register.customers[0], name="Another name", country="SE")
    with Tripletex(register=register) as tripletex:
        alone, _, _ = pull(nordic.saft(tmp_path))
        rows, _, _ = pull(network_tripletex.connect(tripletex, tmp_path))
    assert parties(alone).items() <= parties(rows).items()
    assert parties(rows)["customer/12"] == ("Cliënt B.V.", "NL", "NL820646660B01", None)
    assert parties(rows)["customer/11"] == ("Dansk Kunde ApS", "DK", None, "10150817")
    assert bought(rows) == bought(alone)


def test_a_persons_own_file_goes_before_the_interface(tmp_path: Path) -> None:
    (tmp_path / "parties.csv").write_text("party_id,country,vat_number\n10,AT,ATU12345678\n")
    with Fortnox(register=nordic.register()) as fortnox:
        rows, _, _ = pull(network_fortnox.connect(fortnox, tmp_path, parties="parties.csv"))
    assert parties(rows)["customer/10"] == ("Kunde GmbH", "AT", "ATU12345678", None)


def test_the_file_is_read_again_when_the_register_changes_and_else_not(tmp_path: Path) -> None:
    with Fortnox(register=nordic.register()) as fortnox:
        connection = network_fortnox.connect(fortnox, tmp_path)
        _, _, cursor = pull(connection)
        assert pull(connection, cursor) == ({}, [], cursor)
        fortnox.register.rename()
        rows, others, later = pull(connection, cursor)
        assert parties(rows)["customer/10"][0] == "Kunde neu GmbH"
        assert Complete("party") in others
        assert later != cursor


def test_without_credentials_the_file_stands_alone(tmp_path: Path) -> None:
    with Fortnox(register=nordic.register()) as fortnox:
        _, _, cursor = pull(network_fortnox.connect(fortnox, tmp_path))
        seen = fortnox.count()
        rows, others, _ = pull(nordic.sie("fortnox", tmp_path), cursor)
        assert fortnox.count() == seen
    assert "party" not in rows
    assert Complete("party") in others  # what the interface told is gone


def test_the_newest_refresh_token_is_used_where_each_serves_once(tmp_path: Path) -> None:
    with Fortnox(register=nordic.register(), once=True) as fortnox:
        connection = network_fortnox.connect(fortnox, tmp_path)
        _, _, cursor = pull(connection)
        fortnox.consent.expire()
        assert pull(connection, cursor) == ({}, [], cursor)
    tokens = tmp_path / "tokens" / "tokens.json"
    assert fortnox.consent.issued[-1] in tokens.read_text()
    assert tokens.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("system", ["fortnox", "visma_eaccounting", "tripletex"])
def test_connect_tells_what_is_there_and_what_is_missed(tmp_path: Path, system: str) -> None:
    module = MODULES[system]
    connector: Any = registry.load(system)
    with module.CASES[0].simulator() as vendor:
        with_it = module.connect(vendor, tmp_path)
        assert connector.address(with_it) == with_it.options["url"]
        (note,) = [n for n in connector.discover(with_it).notes if "by the interface" in n]
    assert note.startswith("5 customers, 2 suppliers and ")
    alone = replace(with_it, options={"path": with_it.options["path"]})
    assert connector.alone in connector.discover(alone).notes
    assert connector.address(alone) == ""
    if system != "tripletex":
        assert connector.consent(alone) is None
        assert connector.consent(with_it).redirect == "http://localhost:8768/callback"


MOVES: dict[str, Any] = {
    "renamed": lambda register: register.rename(),
    "added": lambda register: register.insert(),
    "gone": lambda register: register.remove(),
}


@pytest.mark.parametrize("system", ["fortnox", "visma_eaccounting", "tripletex"])
@pytest.mark.parametrize("move", MOVES)
def test_what_moves_between_two_pages_is_neither_lost_nor_doubled(
    tmp_path: Path, system: str, move: str
) -> None:
    """The second pull may be the one that knows; nobody else is ever missed."""
    module = MODULES[system]
    with module.CASES[0].simulator() as vendor:
        connection = module.connect(vendor, tmp_path)
        vendor.before(2, lambda: MOVES[move](vendor.register), module.CASES[0].path)
        rows, _, cursor = pull(connection)
        ids = [row["source_id"] for row in rows["party"]]
        assert len(ids) == len(set(ids))
        others = {f"customer/{number}" for number in (11, 12, 13, 14)}
        assert others <= set(ids)
        assert vendor.count(module.CASES[0].path) >= 3
        again, _, _ = pull(connection, cursor)
        fresh, _, _ = pull(connection)
        assert parties(again if "party" in again else rows) == parties(fresh)


def test_an_empty_list_of_tripletex_that_is_said_not_to_be_fails(tmp_path: Path) -> None:
    with Tripletex(register=nordic.norwegian()) as tripletex:
        connection = network_tripletex.connect(tripletex, tmp_path)
        empty = network_tripletex.CASES[0].empty
        tripletex.faults.append(Fault("wrong_type", path="/v2/supplier", times=9, change=empty))
        with pytest.raises(SourceError, match="counts 2 suppliers but showed 0"):
            pull(connection)


def test_a_wait_that_tripletex_asks_for_by_its_own_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("assets.sources.network.bucket.Bucket.pause", lambda _, s: waited.append(s))
    with Tripletex(register=nordic.norwegian()) as tripletex:
        headers = {"X-Rate-Limit-Reset": "3"}
        tripletex.faults.append(
            Fault("status", path="/v2/customer", times=2, status=429, headers=headers)
        )
        pull(network_tripletex.connect(tripletex, tmp_path))
    assert waited == [3, 3]
