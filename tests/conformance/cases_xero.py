"""The generic conformance case of Xero."""

import atexit
from datetime import date
from decimal import Decimal
from pathlib import Path

from assets.sources.connector import Connection
from tests.conformance.connector_case import Case
from tests.conformance.network_xero import DEBIT, POSTINGS, VOUCHERS, connect
from tests.simulators.xero import Line, Xero

_running: dict[str, Xero] = {}


def _set_up(folder: Path) -> Connection:
    simulator = Xero(page_length=40)
    simulator.__enter__()
    atexit.register(simulator.stop)
    _running[str(folder)] = simulator
    return connect(simulator, folder)


def _change(folder: Path) -> None:
    """A transaction voided (one journal more), another entered; nothing is ever taken away."""
    simulator = _running[str(folder)]
    simulator.void(7)
    lines = (Line("2450", Decimal(8), Decimal(0), "", "ny"),
             Line("6480", Decimal(-8), Decimal(0), "", "ny"))  # fmt: skip
    simulator.add(date(2026, 11, 19), "ny", lines)


CASES = [
    Case(
        "xero", _set_up, VOUCHERS, POSTINGS, DEBIT, _change,
        ruin=lambda folder: _running[str(folder)].revoke(),
        stall=lambda folder: _running[str(folder)].stop(), deletes=False,
    )
]  # fmt: skip
