"""The generic conformance case of Business Central."""

from datetime import date
from decimal import Decimal

from tests.conformance.network_business_central import DEBIT, POSTINGS, VOUCHERS, connect
from tests.conformance.simulated_case import case
from tests.simulators.business_central import BusinessCentral


def _change(simulator: BusinessCentral) -> None:
    """A description corrected, a journal posted, a document compressed away."""
    simulator.edit("P3")
    simulator.add(date(2026, 11, 19), "NY-1", [("2450", Decimal(8)), ("6480", Decimal(-8))])
    simulator.compress("S5")


CASES = [case("business_central", BusinessCentral, connect, (VOUCHERS, POSTINGS, DEBIT), _change)]
