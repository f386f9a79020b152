"""The conformance cases of Odoo: the demo's books in a simulator, by either protocol."""

import atexit
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from assets.sources.connector import Connection
from tests.conformance.connector_case import Case
from tests.simulators import books, odoo_books
from tests.simulators.odoo import KEY, LOGIN, Odoo
from warehouse.secret import Secret

BOOKS = books.vouchers()
COUNT = len(BOOKS)
POSTINGS = sum(len(one.lines) for one in BOOKS)
DEBIT = sum((x.amount for one in BOOKS for x in one.lines if x.amount > 0), Decimal(0))
NEW = "2026-11-20 10:00:00.654321"

_running: dict[Path, Odoo] = {}


def connection(odoo: Odoo, folder: Path, **options: object) -> Connection:
    """A connection to a simulator."""
    told = {
        "url": odoo.url, "database": odoo.database.name, "login": LOGIN, "key": Secret(KEY),
        "page_size": 20, "timeout": 1, "attempts": 2, **options,
    }  # fmt: skip
    return Connection("books", "nordlys", "odoo", told, str(folder))


def started(version: str) -> Callable[[Path], Connection]:
    """Sets up a simulator of a version for a folder."""

    def set_up(folder: Path) -> Connection:
        odoo = Odoo(odoo_books.database(version)).__enter__()
        atexit.register(odoo.stop)
        _running[folder] = odoo
        return connection(odoo, folder)

    return set_up


def _change(folder: Path) -> None:
    """One entry rewritten, one posted, one general entry deleted."""
    database = _running[folder].database
    odoo_books.raise_amount(database, 50, NEW)
    number = max(r["id"] for r in database.models["account.move"]) + 10
    database.copy_of(70, number, NEW)
    odoo_books.delete(database)


def _stall(folder: Path) -> None:
    _running[folder].stop()


def _ruin(folder: Path) -> None:
    _running[folder].revoke()


CASES = [
    Case(f"odoo-{name}", started(version), COUNT, POSTINGS, DEBIT, _change, _ruin, _stall)
    for name, version in (("jsonrpc", "18.0"), ("json2", "19.0"))
]
