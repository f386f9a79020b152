"""The generic conformance case of Dinero."""

from datetime import date

from tests.conformance.network_dinero import DEBIT, POSTINGS, VOUCHERS, connect, edit
from tests.conformance.simulated_case import case
from tests.simulators.dinero import Dinero


def _change(dinero: Dinero) -> None:
    """A voucher changed, another booked, one taken out of the books."""
    edit(dinero)
    dinero.book(date(2026, 11, 19), [("2450", "9.00"), ("6480", "-9.00")])
    dinero.remove("PurchaseVoucher", next(e.number for e in dinero.entries[30:]
                                          if e.kind == "PurchaseVoucher"))  # fmt: skip


CASES = [case("dinero", Dinero, connect, (VOUCHERS, POSTINGS, DEBIT), _change)]
