"""e-conomic in the network conformance suite."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.conformance.network_case import AS_DINERO, NetworkCase
from tests.simulators import books
from tests.simulators.base import Simulator
from tests.simulators.economic import Economic
from warehouse.secret import Secret

_BOOKS = books.vouchers()
VOUCHERS = len(_BOOKS)
POSTINGS = sum(len(one.lines) for one in _BOOKS)
DEBIT = sum((x.amount for one in _BOOKS for x in one.lines if x.amount > 0), Decimal(0))


def simulator() -> Simulator:
    """Books in cursor pages of 100 entries."""
    return Economic(page_length=100)


def connect(simulator: Any, folder: Path, **options: Any) -> Connection:
    """A connection to a simulator."""
    own = {
        "app_secret": Secret(simulator.app_secret), "agreement_grant": Secret(simulator.grant),
        "url": simulator.url, "openapi_url": simulator.url, "page_size": 150, "timeout": 1,
        "attempts": 2,
    }  # fmt: skip
    return Connection("books", "nordlys", "economic", own | options, str(folder))


def wrong(page: Any) -> Any:
    """An amount as truth."""
    page["collection"][0]["amountInBaseCurrency"] = True
    return page


def missing(page: Any) -> Any:
    """No amount."""
    del page["collection"][0]["amountInBaseCurrency"]
    return page


def empty(page: Any) -> Any:
    """No entries, whatever is counted."""
    rest = {k: v for k, v in page["pagination"].items() if k != "nextPage"}
    return {"collection": [], "pagination": rest}


def insert_late(economic: Economic) -> tuple[int, int]:
    """A voucher dated before most others."""
    economic.book(date(2026, 1, 5), [("2450", "8.00"), ("6480", "-8.00")])
    return 1, 2


def delete(economic: Economic) -> tuple[int, int]:
    """One voucher of the first page, as no interface of theirs can."""
    return 1, economic.remove(4)


def edit(economic: Economic) -> tuple[int, int]:
    """Two amounts of one voucher, as no interface of theirs can."""
    one, other = [e for e in economic.entries if e.voucher == 3 and not e.code][:2]
    economic.amend(one.number, amount=one.amount + 1)
    economic.amend(other.number, amount=other.amount - 1)
    return 0, 0


CASES = [
    NetworkCase(
        "economic", simulator, connect, VOUCHERS, POSTINGS, DEBIT, "/entries",
        wrong, missing, empty, revoke=lambda economic: economic.revoke(), edit=edit,
        insert_late=insert_late, delete=delete,
        proof="simulator from the vendor's documentation and public clients",
        elsewhere=AS_DINERO,
    )
]  # fmt: skip
