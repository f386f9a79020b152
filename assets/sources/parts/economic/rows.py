"""e-conomic's booked entries into batches of landed rows.

Belongs here: which entry becomes what, batches. Does not: what a field means
(`records`) or which entries are read (`pull`).
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from assets.sources.connector import Item
from assets.sources.parts.economic import records, shapes
from assets.sources.row_batches import Collector

STREAMS = ("voucher", "posting", "source_document", "opening_balance")
"""What entries fill."""


class Landing:
    """Entries, in order of number within each voucher, into landed rows."""

    def __init__(
        self, base_currency: str, rest: Mapping[int, shapes.VatEntry],
        amount: Callable[[shapes.Entry], Decimal],
    ) -> None:  # fmt: skip
        self._base, self._rest, self._amount = base_currency, rest, amount
        self._vouchers = records.Vouchers(base_currency)
        self._collectors = {stream: Collector(stream) for stream in STREAMS}

    def take(self, entry: shapes.Entry, *, restates: bool) -> Iterator[Item]:
        """One entry; full batches come out."""
        amount = self._amount(entry)
        if restates:
            self._collectors["opening_balance"].add(*records.opening(entry, amount))
            return
        told = self._rest.get(entry.entry_number)
        code = records.vat_code(told.vat_account) if told else None
        self._collectors["posting"].add(*self._vouchers.posting(entry, amount, code))
        document = records.document(entry, self._base)
        if document is not None:
            self._collectors["source_document"].add(*document)
        for stream in ("posting", "source_document"):
            if self._collectors[stream].full():
                yield from self._collectors[stream].take()

    def rest(self) -> Iterator[Item]:
        """The vouchers, and what is left of the others."""
        for row in self._vouchers.rows():
            self._collectors["voucher"].add(*row)
        for collector in self._collectors.values():
            yield from collector.take()


def agree(told: shapes.VatEntry | None, entry: shapes.Entry) -> bool:
    """Whether both interfaces hold the entry, and the same of it."""
    return told is not None and (
        told.account.account_number == entry.account_number
        and told.amount_in_base_currency == entry.amount_in_base_currency
    )
