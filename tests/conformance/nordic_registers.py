"""Exported files beside a register of parties, for Fortnox, Visma eAccounting and Tripletex.

Belongs here: small files of the shared writers, connections to a simulator, and the damage the
network suite does to pages of customers. Does not: cases (`network_<system>.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.conformance.cases_files import _day, _net, _saft, _sie4
from tests.conformance.network_case import AS_DINERO, NetworkCase
from tests.simulators.parties import Invoice, Register

CORE = AS_DINERO | {"pages": "by test_masters.py, without landing"}
AS_FORTNOX = "on fortnox, which has the same code"
NUMBERS = ("1", "2", "3")
BOOKS = {number: _net(number) for number in NUMBERS}
DEBIT = sum((Decimal(net) * 5 / 4 for net in BOOKS.values()), Decimal(0))


def register() -> Register:
    """Voucher 1 is invoice 101 to a German, 2 is 102 to a Dane; 103 is not booked yet."""
    invoices = [
        Invoice(101, "10", _day("1"), 1), Invoice(102, "11", _day("2"), 2),
        Invoice(103, "12", _day("3"), 0),
    ]  # fmt: skip
    return Register(invoices=invoices)


def sie(system: str, folder: Path, **options: Any) -> Connection:
    """A connection to a SIE file of three vouchers."""
    _sie4(folder, BOOKS)
    return _connection(system, folder, path="books.se", vat_accounts={"3001": "U25"}, **options)


def saft(folder: Path, **options: Any) -> Connection:
    """A connection to a Norwegian SAF-T file of three vouchers."""
    _saft(folder, BOOKS, "NO", "1.30")
    return _connection("tripletex", folder, path="books.xml", **options)


def case(
    name: str,
    simulator: Callable[[], Any],
    connect: Callable[[Any, Path], Connection],
    records: str,
    number: str,
    path: str,
    proof: str,
    *,
    expire: Callable[[Any], object],
    revoke: Callable[[Any], object],
    elsewhere: Mapping[str, str],
) -> NetworkCase:
    """The books are the file's; what changes at the vendor are its customers, whose `number`
    stands in each of a page's `records`.
    """

    def wrong(page: Any) -> Any:
        page[records][0][number] = True
        return page

    def missing(page: Any) -> Any:
        del page[records][0][number]
        return page

    def empty(page: Any) -> Any:
        return {**page, records: []} if records in page else page

    return NetworkCase(
        name, simulator, connect, 3, 9, DEBIT, path, wrong, missing, empty, revoke=revoke,
        edit=lambda vendor: vendor.register.rename(),
        insert_late=lambda vendor: vendor.register.insert(),
        delete=lambda vendor: vendor.register.remove(), expire=expire, proof=proof,
        elsewhere=elsewhere,
    )  # fmt: skip


def _connection(system: str, folder: Path, **options: Any) -> Connection:
    own = {"page_size": 2, "timeout": 1, "attempts": 2, **options}
    return Connection(
        "books", "nordlys", system, own, str(folder), private_folder=str(folder / "tokens")
    )


def norwegian() -> Register:
    """As the SAF-T file's company."""
    return replace(register(), registration_number="10150817")
