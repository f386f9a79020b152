"""Xero in the network conformance suite."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.conformance.network_case import AS_DINERO, NetworkCase
from tests.simulators import books
from tests.simulators.base import Simulator
from tests.simulators.xero import Xero, journal
from warehouse.secret import Secret

_BOOKS = [journal(one, one.number) for one in books.vouchers()]
VOUCHERS = len(_BOOKS)
POSTINGS = sum(len(one.lines) for one in _BOOKS)
DEBIT = sum((x.net for one in _BOOKS for x in one.lines if x.net > 0), Decimal(0))


def simulator() -> Simulator:
    """Books in pages of 30 journals."""
    return Xero(page_length=30)


def connect(simulator: Any, folder: Path) -> Connection:
    """A connection to a simulator, tokens below the folder."""
    options = {
        "client_id": simulator.client_id, "client_secret": Secret(simulator.client_secret),
        "refresh_token": Secret(simulator.consent()), "url": simulator.base,
        "token_url": simulator.token_url, "page_size": 20, "timeout": 1, "attempts": 2,
    }  # fmt: skip
    return Connection(
        "books", "nordlys", "xero", options, str(folder), private_folder=str(folder / "tokens")
    )


def wrong(page: Any) -> Any:
    """An amount that is none."""
    for line in page["Journals"][0]["JournalLines"] if page["Journals"] else ():
        line["NetAmount"] = True
    return page


def missing(page: Any) -> Any:
    """No net amounts."""
    for line in page["Journals"][0]["JournalLines"] if page["Journals"] else ():
        del line["NetAmount"]
    return page


CASES = [
    NetworkCase(
        "xero", simulator, connect, VOUCHERS, POSTINGS, DEBIT, "/Journals",
        wrong, missing, lambda page: {**page, "Journals": []},
        revoke=lambda xero: xero.revoke(), edit=lambda xero: xero.edit(3),
        insert_late=lambda xero: xero.insert_late(),
        expire=lambda xero: xero.expire(),
        proof="public OpenAPI description, by an independent mock; simulator",
        elsewhere=AS_DINERO,
    )
]  # fmt: skip
