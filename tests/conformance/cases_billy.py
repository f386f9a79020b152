"""The generic conformance case of Billy."""

from datetime import date
from decimal import Decimal

from tests.conformance.network_billy import DEBIT, POSTINGS, VOUCHERS, connect
from tests.conformance.simulated_case import case
from tests.simulators.billy import Billy


def _change(simulator: Billy) -> None:
    """A text corrected, a transaction entered, one voided."""
    simulator.edit(5)
    simulator.add(date(2026, 11, 19), "ny", [("2450", Decimal(8)), ("6480", Decimal(-8))])
    simulator.void(7)


CASES = [case("billy", Billy, connect, (VOUCHERS, POSTINGS, DEBIT), _change)]
