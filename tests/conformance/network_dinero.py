"""Dinero in the network conformance suite."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.conformance.network_case import NetworkCase
from tests.simulators import books
from tests.simulators.dinero import Dinero
from warehouse.secret import Secret

_BOOKS = books.vouchers()
VOUCHERS = len(_BOOKS)
POSTINGS = sum(len(one.lines) for one in _BOOKS)
DEBIT = sum((x.amount for one in _BOOKS for x in one.lines if x.amount > 0), Decimal(0))


def connect(simulator: Any, folder: Path, **options: Any) -> Connection:
    """A connection to a simulator, tokens below the folder."""
    own = {
        "client_id": simulator.client_id, "client_secret": Secret(simulator.client_secret),
        "refresh_token": Secret(simulator.refresh_token), "url": f"{simulator.url}/v1",
        "token_url": simulator.token_url, "page_size": 15, "timeout": 1, "attempts": 2,
    }  # fmt: skip
    return Connection(
        "books", "nordlys", "dinero", own | options, str(folder),
        private_folder=str(folder / "tokens"),
    )  # fmt: skip


def wrong(page: Any) -> Any:
    """An amount as truth; of nothing, an object."""
    if not page:
        return {"Amount": True}
    page[0]["Amount"] = True
    return page


def missing(page: Any) -> Any:
    """No amount."""
    if not page:
        return [{"EntryGuid": "x"}]
    del page[0]["Amount"]
    return page


def insert_late(dinero: Dinero) -> tuple[int, int]:
    """A voucher dated before most others."""
    dinero.book(date(2026, 1, 5), [("2450", "8.00"), ("6480", "-8.00")])
    return 1, 2


def edit(dinero: Dinero) -> tuple[int, int]:
    """Two amounts of the first voucher."""
    one, other = dinero.entries[:2]
    dinero.amend(one.id, amount=one.amount + 1)
    dinero.amend(other.id, amount=other.amount - 1)
    return 0, 0


CASES = [
    NetworkCase(
        "dinero", Dinero, connect, VOUCHERS, POSTINGS, DEBIT, "/entries", wrong, missing,
        lambda _page: [], revoke=lambda dinero: dinero.revoke(), edit=edit,
        insert_late=insert_late,
        delete=lambda dinero: (1, dinero.remove("PurchaseVoucher", 1)),
        expire=lambda dinero: dinero.expire(),
        proof="simulator from the vendor's guides and public clients",
    )
]  # fmt: skip
