"""Documents, parties, vouchers and sums of e-invoices as rows to land.

Belongs here: which column holds what. Does not: whether a document counts
(`batch`), or its postings' amounts (`voucher`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from assets.sources.connector import Rows
from assets.sources.parts.einvoice.document import ZERO, Invoice, Party
from assets.sources.parts.einvoice.vat import SALE
from assets.sources.parts.einvoice.voucher import Line
from assets.sources.row_batches import Collector, exchange_rate

_STREAMS = ("source_document", "voucher", "posting", "party", "control_total")


def kind_of(invoice: Invoice, direction: str) -> str:
    """The kind of document, as `source_document.kind` has it."""
    side = "sales" if direction == SALE else "purchase"
    return f"{side}_credit_note" if invoice.is_credit_note else f"{side}_invoice"


def document_id_of(invoice: Invoice, direction: str, other: Party) -> str:
    """Its id: our own numbers are unique, a supplier's only beside the supplier."""
    kind = kind_of(invoice, direction)
    if direction == SALE:
        return f"{kind}/{invoice.number}"
    return f"{kind}/{other.party_id.partition('/')[2]}/{invoice.number}"


@dataclass(slots=True)
class Documents:
    """Rows until there are enough for a batch; counts and sums of all of them."""

    _rows: dict[str, Collector] = field(
        default_factory=lambda: {stream: Collector(stream) for stream in _STREAMS}
    )
    _counts: dict[str, list[int]] = field(default_factory=dict)
    _stated: dict[tuple[str, str], list[Decimal]] = field(default_factory=dict)

    def take(self, *, everything: bool = False) -> Iterator[Rows]:
        """Full batches, or all that is left."""
        for collector in self._rows.values():
            if everything or collector.full():
                yield from collector.take()

    def left_out(self, kind: str) -> None:
        """Count a document that is there and not landed."""
        self._counts.setdefault(kind, [0, 0])[0] += 1

    def party(self, party: Party) -> None:
        """One customer or supplier."""
        self._rows["party"].add(
            party.party_id, party.party_id, party.name or party.party_id, party.region or None,
            party.vat_number, party.registration_number,
        )  # fmt: skip

    def document(self, invoice: Invoice, direction: str, document_id: str, other: Party) -> None:
        """One invoice or credit note; credit notes are negative."""
        kind, total = kind_of(invoice, direction), invoice.totals.inclusive
        total = invoice.base + invoice.vat if total is None else total
        self._rows["source_document"].add(
            document_id, document_id, kind, invoice.number, other.party_id, invoice.issue_date,
            invoice.due_date, invoice.currency, invoice.sign * total,
        )  # fmt: skip
        counts = self._counts.setdefault(kind, [0, 0])
        counts[0] += 1
        counts[1] += 1
        is_debit = (direction == SALE) == (invoice.sign * invoice.payable >= 0)
        key = ("debit" if is_debit else "credit", invoice.currency)
        sums = self._stated.setdefault(key, [ZERO, ZERO])
        sums[0] += abs(invoice.payable)
        sums[1] += abs(invoice.computed_payable)

    def voucher(
        self, invoice: Invoice, direction: str, document_id: str, other: Party, lines: list[Line]
    ) -> None:
        """The voucher of a document; suppliers' numbers are series of their own."""
        what = "Credit note" if invoice.is_credit_note else "Invoice"
        party_id = other.party_id
        journal = "sales" if direction == SALE else f"purchases {party_id.partition('/')[2]}"
        self._rows["voucher"].add(
            document_id, journal, invoice.number, invoice.issue_date,
            invoice.tax_point_date or invoice.issue_date, None,
            f"{what} {invoice.number}, {other.name or party_id}", document_id,
            f"{invoice.name}:{invoice.line}",
        )  # fmt: skip
        for number, line in enumerate(lines, start=1):
            is_foreign = line.foreign is not None
            self._rows["posting"].add(
                document_id, str(number), number, line.account_code, line.amount,
                invoice.currency if is_foreign else None, line.foreign,
                exchange_rate(line.amount, line.foreign) if is_foreign else None,
                party_id, line.vat_code, None, None,
            )  # fmt: skip

    def control_totals(self, where: str, *, is_ledger: bool) -> None:
        """What the files hold beside what became of it; it must agree where they are the books."""
        rows = self._rows["control_total"]
        for kind, (there, landed) in sorted(self._counts.items()):
            rows.add(
                f"documents/{kind}", "vouchers" if is_ledger else "documents",
                f"{kind.replace('_', ' ')}s in {where}", Decimal(there), Decimal(landed), where,
            )  # fmt: skip
        for (side, currency), (stated, found) in sorted(self._stated.items()):
            rows.add(
                f"payable/{side}/{currency}", side if is_ledger else f"documents_{side}",
                f"amounts due in {currency}", stated, found, where,
            )  # fmt: skip
