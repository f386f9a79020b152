"""Odoo in the network conformance suite, by JSON-RPC (16 and 18) and by JSON-2 (19)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.conformance.cases_odoo import COUNT, DEBIT, POSTINGS, connection
from tests.conformance.network_case import NetworkCase
from tests.simulators import odoo_books
from tests.simulators.base import Simulator
from tests.simulators.odoo import Odoo


def simulator(version: str) -> Callable[[], Simulator]:
    """Books in pages of twenty entries."""
    return lambda: Odoo(odoo_books.database(version))


def connect(odoo: Any, folder: Path) -> Connection:
    """A connection to a simulator."""
    return connection(odoo, folder)


def _records(page: Any) -> list[Any]:
    return page["result"] if isinstance(page, dict) else page


def wrong(page: Any) -> Any:
    """An amount as text."""
    _records(page)[0]["balance"] = "1.250,00"
    return page


def missing(page: Any) -> Any:
    """A line without its account."""
    del _records(page)[0]["account_id"]
    return page


def empty(page: Any) -> Any:
    """No records where there are some."""
    return {**page, "result": []} if isinstance(page, dict) else []


def case(name: str, version: str, path: str, elsewhere: Mapping[str, str]) -> NetworkCase:
    """The case of one version."""
    return NetworkCase(
        name, simulator(version), connect, COUNT, POSTINGS, DEBIT, path, wrong, missing, empty,
        revoke=lambda odoo: odoo.revoke(),
        edit=lambda odoo: odoo_books.edit(odoo.database, 50),
        insert_late=lambda odoo: odoo_books.insert_late(odoo.database),
        delete=lambda odoo: odoo_books.delete(odoo.database),
        proof="recorded answers of Odoo 18; simulator from Odoo's documentation and source",
        elsewhere=elsewhere,
    )  # fmt: skip


_AS_18 = dict.fromkeys(("client", "reading", "pages"), "on odoo-18, which is asked the same")
CASES = [
    case("odoo-16", "16.0", "/jsonrpc/account.move.line/search_read", _AS_18),
    case("odoo-18", "18.0", "/jsonrpc/account.move.line/search_read", {}),
    case("odoo-19", "19.0", "/json/2/account.move.line/search_read", {}),
]
