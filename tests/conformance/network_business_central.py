"""Business Central in the network conformance suite, with a page of VAT entries."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.conformance.network_case import AS_DINERO, NetworkCase
from tests.simulators import books
from tests.simulators.base import Simulator
from tests.simulators.business_central import TENANT, VAT_PAGE, BusinessCentral, book
from warehouse.secret import Secret

_ENTRIES, _VAT = book(books.vouchers())
VOUCHERS = len({(one.day, one.document) for one in _ENTRIES})
POSTINGS = len(_ENTRIES)
DEBIT = sum((one.amount for one in _ENTRIES if one.amount > 0), Decimal(0))


def simulator() -> Simulator:
    """The demo company's books."""
    return BusinessCentral()


def connect(simulator: Any, folder: Path, **more: Any) -> Connection:
    """A connection to a simulator, tokens below the folder, 100 entries a page."""
    options = {
        "entra_tenant": TENANT, "client_id": simulator.client_id,
        "client_secret": Secret(simulator.client_secret), "url": simulator.url,
        "token_url": simulator.token_url, "page_size": 100, "timeout": 1, "attempts": 2,
        "vat_page": VAT_PAGE, **more,
    }  # fmt: skip
    options = {name: value for name, value in options.items() if value is not None}
    return Connection(
        "books", "nordlys", "business_central", options, str(folder),
        private_folder=str(folder / "tokens"),
    )  # fmt: skip


def wrong(page: Any) -> Any:
    """An amount that is none."""
    if page["value"]:
        page["value"][0]["debitAmount"] = True
    return page


def missing(page: Any) -> Any:
    """No debit amount."""
    if page["value"]:
        del page["value"][0]["debitAmount"]
    return page


CASES = [
    NetworkCase(
        "business_central", simulator, connect, VOUCHERS, POSTINGS, DEBIT,
        "/generalLedgerEntries", wrong, missing, lambda page: {**page, "value": []},
        revoke=lambda bc: bc.revoke(), edit=lambda bc: bc.edit("P1"),
        insert_late=lambda bc: bc.insert_late(), delete=lambda bc: bc.compress("S2"),
        expire=lambda bc: bc.expire(),
        proof="simulator from Microsoft's pages and published source",
        elsewhere=AS_DINERO,
    )
]  # fmt: skip
