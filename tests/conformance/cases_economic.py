"""The generic conformance case of e-conomic."""

from datetime import date

from tests.conformance.network_economic import DEBIT, POSTINGS, VOUCHERS, connect
from tests.conformance.simulated_case import case
from tests.simulators.economic import Economic


def _change(economic: Economic) -> None:
    """Late entries join an old voucher, another is booked, one is taken out of the books."""
    old = economic.entries[10]
    economic.book(old.day, [("2450", "8.00"), ("6480", "-8.00")], voucher=old.voucher)
    economic.book(date(2026, 11, 19), [("2450", "9.00"), ("6480", "-9.00")])
    economic.remove(next(e.voucher for e in economic.entries if e.kind == 5 and e.number > 40))


CASES = [
    case(
        "economic", lambda: Economic(page_length=100), connect, (VOUCHERS, POSTINGS, DEBIT), _change
    )
]
