"""Billy's transactions and their postings as landed rows.

Belongs here: which transactions stand, and what is odd about one. Does not: which are
read (`pull`), what a field means (`records`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from assets.sources.connector import Item
from assets.sources.parts.billy import records, shapes
from assets.sources.row_batches import Collector, Notes
from quality.finding import Severity
from warehouse.errors import SourceError

STREAMS = ("voucher", "posting")
DOCUMENTS = frozenset(("invoice", "bill", "daybookTransaction"))
"""What a transaction may come of."""


class Vouchers:
    """Transactions of one organization; `where` is the server, for messages."""

    def __init__(self, where: str, notes: Notes, books: records.Books) -> None:
        self._where, self._notes, self._books = where, notes, books

    def rows(
        self,
        postings: Mapping[str, shapes.Posting],
        transactions: Mapping[str, shapes.Transaction],
    ) -> Iterator[Item]:
        """Rows of the transactions that stand; raises `SourceError` for what is no voucher."""
        rows = {stream: Collector(stream) for stream in STREAMS}
        of: dict[str, list[shapes.Posting]] = defaultdict(list)
        for one in postings.values():
            of[one.transactionId].append(one)
        voided = 0
        for id_, own in of.items():
            transaction = transactions.get(id_)
            if transaction is None:
                raise SourceError(
                    f"Billy at {self._where} shows posting {own[0].id} without its "
                    f"transaction {id_}. Nothing was landed; report it with the connector's name."
                )
            live = [one for one in own if not one.isVoided]
            if transaction.isVoided or transaction.isVoid or not live:
                voided += 1
                continue
            self._voucher(rows, transaction, live)
            if rows["posting"].full():
                for collector in rows.values():
                    yield from collector.take()
        for collector in rows.values():
            yield from collector.take()
        if voided:
            self._notes.add(
                "billy.voided", Severity.NOTE, "postings",
                f"{voided} transactions in Billy are voided or take back one that is; they are not "
                "read.",
                "Nothing; they cancel each other.",
            )  # fmt: skip

    def _voucher(
        self,
        rows: Mapping[str, Collector],
        transaction: shapes.Transaction,
        own: list[shapes.Posting],
    ) -> None:
        own.sort(key=lambda one: one.id)
        rows["voucher"].add(*records.voucher(transaction, own[0]))
        codes, unmatched = records.codes(own, transaction.originatorReference, self._books)
        for number, one in enumerate(own, start=1):
            try:
                rows["posting"].add(*records.posting(number, one, codes.get(one.id), self._books))
            except ValueError as error:
                raise SourceError(
                    f"Posting {one.id} of Billy at {self._where} is on side {one.side!r}, "
                    "expected debit or credit. Nothing was landed; report it with the connector's "
                    "name."
                ) from error
            if one.currencyId != self._books.organization.baseCurrencyId:
                self._say_foreign(transaction, one)
        reference = transaction.originatorReference or ""
        if reference.partition(":")[0] in DOCUMENTS and reference not in self._books.lines:
            self._notes.add(
                "billy.document_missing", Severity.ERROR,
                f"transaction {transaction.transactionNo}",
                f"Transaction {transaction.transactionNo} comes of {reference}, which Billy does "
                "not show, so its VAT codes cannot be told.",
                "See that the token may read invoices, bills and daybooks, then pull again.",
                voucher_id=transaction.id,
            )  # fmt: skip
        for account in unmatched:
            self._notes.add(
                "billy.vat_unmatched", Severity.ERROR, f"transaction {transaction.transactionNo}",
                f"Transaction {transaction.transactionNo}: the postings on {account} are not the "
                f"lines of {transaction.originatorReference}, so their VAT codes cannot be told.",
                "Give each VAT code an account of its own on the document, or export SAF-T.",
                voucher_id=transaction.id,
            )  # fmt: skip

    def _say_foreign(self, transaction: shapes.Transaction, one: shapes.Posting) -> None:
        self._notes.add(
            "billy.currency", Severity.ERROR, f"transaction {transaction.transactionNo}",
            f"Posting {one.id} of transaction {transaction.transactionNo} is in {one.currencyId}; "
            f"Billy does not say whether its amount of {one.amount} is in "
            f"{self._books.organization.baseCurrencyId}.",
            "Report it with the connector's name; until then export SAF-T from Billy.",
            voucher_id=transaction.id,
        )  # fmt: skip
