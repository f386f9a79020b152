"""The generic conformance case of Dinero."""

import atexit
from datetime import date
from pathlib import Path

from assets.sources.connector import Connection
from tests.conformance.connector_case import Case
from tests.conformance.network_dinero import DEBIT, POSTINGS, VOUCHERS, connect, edit
from tests.simulators.dinero import Dinero

_running: dict[str, Dinero] = {}


def _set_up(folder: Path) -> Connection:
    dinero = Dinero()
    dinero.__enter__()
    atexit.register(dinero.stop)
    _running[str(folder)] = dinero
    return connect(dinero, folder)


def _change(folder: Path) -> None:
    """A voucher changed, another booked, one taken out of the books."""
    dinero = _running[str(folder)]
    edit(dinero)
    dinero.book(date(2026, 11, 19), [("2450", "9.00"), ("6480", "-9.00")])
    dinero.remove("PurchaseVoucher", next(e.number for e in dinero.entries[30:]
                                          if e.kind == "PurchaseVoucher"))  # fmt: skip


CASES = [
    Case(
        "dinero", _set_up, VOUCHERS, POSTINGS, DEBIT, _change,
        ruin=lambda folder: _running[str(folder)].revoke(),
        stall=lambda folder: _running[str(folder)].stop(),
    )
]  # fmt: skip
