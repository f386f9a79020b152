"""Billy in the network conformance suite."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.conformance.network_case import AS_DINERO, NetworkCase
from tests.simulators import books
from tests.simulators.base import Simulator
from tests.simulators.billy import TOKEN, Billy, book
from warehouse.secret import Secret

_TRANSACTIONS, _POSTINGS = book(books.vouchers())
VOUCHERS = len(_TRANSACTIONS)
POSTINGS = len(_POSTINGS)
DEBIT = sum((one.amount for one in _POSTINGS if one.amount > 0), Decimal(0))


def simulator() -> Simulator:
    """The demo company's books."""
    return Billy()


def connect(simulator: Any, folder: Path, **more: Any) -> Connection:
    """A connection to a simulator, 100 postings a page."""
    options = {
        "token": Secret(TOKEN), "url": f"{simulator.url}/v2", "page_size": 100, "timeout": 1,
        "attempts": 2, **more,
    }  # fmt: skip
    return Connection("books", "nordlys", "billy", options, str(folder))


def wrong(page: Any) -> Any:
    """An amount that is none."""
    for one in page["postings"][:1]:
        one["amount"] = True
    return page


def missing(page: Any) -> Any:
    """No amount."""
    for one in page["postings"][:1]:
        del one["amount"]
    return page


CASES = [
    NetworkCase(
        "billy", simulator, connect, VOUCHERS, POSTINGS, DEBIT, "/postings",
        wrong, missing, lambda page: {**page, "postings": []},
        revoke=lambda billy: billy.revoke(), edit=lambda billy: billy.edit(3),
        insert_late=lambda billy: billy.insert_late(), delete=lambda billy: billy.delete(4),
        proof="simulator from the vendor's description and public clients",
        elsewhere=AS_DINERO,
    )
]  # fmt: skip
