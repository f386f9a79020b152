"""The generic conformance case of Xero."""

from datetime import date
from decimal import Decimal

from tests.conformance.network_xero import DEBIT, POSTINGS, VOUCHERS, connect
from tests.conformance.simulated_case import case
from tests.simulators.xero import Line, Xero


def _change(simulator: Xero) -> None:
    """A transaction voided (one journal more), another entered; nothing is ever taken away."""
    simulator.void(7)
    lines = (Line("2450", Decimal(8), Decimal(0), "", "ny"),
             Line("6480", Decimal(-8), Decimal(0), "", "ny"))  # fmt: skip
    simulator.add(date(2026, 11, 19), "ny", lines)


CASES = [
    case(
        "xero",
        lambda: Xero(page_length=40),
        connect,
        (VOUCHERS, POSTINGS, DEBIT),
        _change,
        deletes=False,
    )
]
