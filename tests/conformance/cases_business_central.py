"""The generic conformance case of Business Central."""

import atexit
from datetime import date
from decimal import Decimal
from pathlib import Path

from assets.sources.connector import Connection
from tests.conformance.connector_case import Case
from tests.conformance.network_business_central import DEBIT, POSTINGS, VOUCHERS, connect
from tests.simulators.business_central import BusinessCentral

_running: dict[str, BusinessCentral] = {}


def _set_up(folder: Path) -> Connection:
    simulator = BusinessCentral()
    simulator.__enter__()
    atexit.register(simulator.stop)
    _running[str(folder)] = simulator
    return connect(simulator, folder)


def _change(folder: Path) -> None:
    """A description corrected, a journal posted, a document compressed away."""
    simulator = _running[str(folder)]
    simulator.edit("P3")
    simulator.add(date(2026, 11, 19), "NY-1", [("2450", Decimal(8)), ("6480", Decimal(-8))])
    simulator.compress("S5")


CASES = [
    Case(
        "business_central", _set_up, VOUCHERS, POSTINGS, DEBIT, _change,
        ruin=lambda folder: _running[str(folder)].revoke(),
        stall=lambda folder: _running[str(folder)].stop(),
    )
]  # fmt: skip
