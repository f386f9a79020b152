"""The documents of one connection taken together: whose they are, and what they become.

Direction by the company's own numbers, the same document twice, numbers that are missing,
parties by their newest document.

Belongs here: what counts, and findings. Does not: files (`einvoice`), rows (`rows`),
or one document's arithmetic (`rules`, `voucher`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assets.sources.connector import Item
from assets.sources.parts.einvoice import rules
from assets.sources.parts.einvoice.document import OIOUBL, ZERO, Invoice, Party, Refused
from assets.sources.parts.einvoice.rows import Documents, document_id_of, kind_of
from assets.sources.parts.einvoice.series import Series
from assets.sources.parts.einvoice.vat import PURCHASE, SALE, Settings
from assets.sources.parts.einvoice.voucher import Line, book
from assets.sources.row_batches import Notes
from quality.finding import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
_FIX = "Ask for a correct document, put it in the file's place, then run `indberet pull`."
_SET = (
    "Set what it names in the [[connection]], or ask for a correct document and put it in the "
    "file's place; then run `indberet pull`."
)
_TOO_MUCH = Decimal(10) ** 12  # beyond any invoice, and safe to add up and convert
_PROFORMA = frozenset({"325"})
# UNCL 1001 codes of credit notes, which never stand in an Invoice.
_CREDIT_TYPES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458"})


@dataclass(frozen=True, slots=True)
class Ours:
    """The company's CVR number and all its numbers (SE, GLN …); `booking` says how invoices
    are booked, None where they only stand behind other books.
    """

    number: str
    numbers: frozenset[str]
    booking: Settings | None


@dataclass(slots=True)
class _Seen:
    name: str
    issue_date: date
    payable: Decimal


@dataclass(slots=True)
class Batch:
    """Takes documents one at a time, in the order of their files' names."""

    company_id: str
    where: str
    settings: Ours
    notes: Notes = field(init=False)
    own_name: str | None = None
    accepted: list[str] = field(default_factory=list)
    _own_date: date = date.min
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _parties: dict[str, tuple[date, Party]] = field(default_factory=dict)
    _landed: Documents = field(default_factory=Documents)
    _numbers: Series = field(default_factory=Series)

    def __post_init__(self) -> None:
        self.notes = Notes(self.company_id, self.where)

    def take(self, document: Invoice | Refused) -> Iterator[Item]:
        """One document; yields full batches of rows, and findings."""
        if isinstance(document, Refused):
            self._refuse(document)
        else:
            self._invoice(document)
        yield from self._landed.take()
        yield from self.notes.take()

    def finish(self) -> Iterator[Item]:
        """Parties, control totals, missing numbers, and all that is left."""
        for _, (_, party) in sorted(self._parties.items()):
            self._landed.party(party)
        self._landed.control_totals(self.where, is_ledger=self.settings.booking is not None)
        self._gaps()
        yield from self._landed.take(everything=True)
        yield from self.notes.close()

    def _weigh(self, severity: Severity) -> Severity:
        """An error withholds only where the invoices are the books."""
        is_error = severity is _ERROR
        return _WARNING if is_error and self.settings.booking is None else severity

    def _refuse(self, refused: Refused) -> None:
        severity = self._weigh(_ERROR) if refused.is_invoice else _NOTE
        if refused.is_invoice:
            self._landed.left_out("unread_document")
        self.notes.add(
            refused.rule, severity, f"{refused.name}:{refused.line}", refused.message,
            _FIX if refused.is_invoice else "Nothing, unless it should be an invoice.",
        )  # fmt: skip

    def _invoice(self, invoice: Invoice) -> None:
        if invoice.profile == OIOUBL and invoice.type_code in _PROFORMA:
            self._say(
                invoice, "einvoice.proforma", _NOTE, "is a pro forma invoice and is left out",
                "Nothing; the invoice itself counts when it comes.",
            )  # fmt: skip
            return
        direction = self._direction(invoice)
        if direction is None:
            self._landed.left_out("document_of_others")
            return
        own, other = invoice.supplier, invoice.customer
        if direction == PURCHASE:
            own, other = other, own
        if not invoice.is_credit_note and invoice.type_code in _CREDIT_TYPES:
            self._landed.left_out(kind_of(invoice, direction))
            self._say(
                invoice, "einvoice.sign", _ERROR,
                f"is an Invoice of type {invoice.type_code}, a credit note: whether its amounts "
                "add or subtract cannot be told; it is left out", _FIX,
            )  # fmt: skip
            return
        if max(map(abs, _sums(invoice))) >= _TOO_MUCH:
            self._landed.left_out(kind_of(invoice, direction))
            told = f"has an amount of {_TOO_MUCH:,f} or more; it is left out"
            self._say(invoice, "einvoice.amount", _ERROR, told, _FIX)
            return
        document_id = document_id_of(invoice, direction, other)
        if self._is_again(invoice, document_id):
            return
        self._check(invoice)
        self._remember(invoice, own, other)
        if direction == SALE:
            self._numbers.add(invoice.number, invoice.name)
        self._document(invoice, direction, document_id, other)

    def _direction(self, invoice: Invoice) -> str | None:
        is_sale, is_purchase = (
            not self.settings.numbers.isdisjoint(_numbers_of(party))
            for party in (invoice.supplier, invoice.customer)
        )
        if is_sale != is_purchase:
            return SALE if is_sale else PURCHASE
        both = "both parties are" if is_sale else "neither party is"
        names = [party.name or "(no name)" for party in (invoice.supplier, invoice.customer)]
        own = ", ".join(sorted(self.settings.numbers))
        self._say(
            invoice, "einvoice.not_ours", _ERROR,
            f"({names[0]} to {names[1]}) is refused: {both} this company ({own})",
            "Move the file to the company it belongs to, or add the number it uses for this one "
            "to `numbers` of the connection.",
        )  # fmt: skip
        return None

    def _is_again(self, invoice: Invoice, document_id: str) -> bool:
        seen = self._seen.get(document_id)
        if seen is None:
            self._seen[document_id] = _Seen(invoice.name, invoice.issue_date, invoice.payable)
            return False
        is_same = (seen.issue_date, seen.payable) == (invoice.issue_date, invoice.payable)
        told = "same date and amount" if is_same else (
            f"there dated {seen.issue_date} over {seen.payable}, here {invoice.issue_date} over "
            f"{invoice.payable}"
        )  # fmt: skip
        self._say(
            invoice, "einvoice.duplicate", _WARNING if is_same else _ERROR,
            f"is already in {seen.name} ({told}); it counts once, as there",
            "Remove the one that does not count.",
        )  # fmt: skip
        return True

    def _check(self, invoice: Invoice) -> None:
        for kind, line, wrong in (*invoice.odd, *invoice.lines.broken):
            if kind == "amount":
                self._say(invoice, "einvoice.amount", _ERROR, f"has {wrong}", _FIX, line=line)
        for found in rules.broken(invoice):
            pair = None
            if found.expected is not None:
                pair = (str(found.expected), str(found.found))
            self._say(
                invoice, f"einvoice.{found.rule_id}",
                rules.severities()[found.rule_id],
                f"breaks {found.rule_id}: {found.message}", _FIX, line=found.line, pair=pair,
            )  # fmt: skip
        due = (invoice.payable, invoice.computed_payable)
        if due[0] != due[1]:
            self._say(
                invoice, "einvoice.payable", _ERROR,
                f"has an amount due of {due[0]}, but bases, VAT and rounding less what was paid "
                f"come to {due[1]}", _FIX, pair=(str(due[1]), str(due[0])),
            )  # fmt: skip
        if invoice.is_credit_note and (invoice.totals.inclusive or ZERO) < 0:
            self._say(
                invoice, "einvoice.sign", _WARNING,
                f"has a negative total of {invoice.totals.inclusive}, so it adds to what is owed",
                _FIX,
            )  # fmt: skip

    def _remember(self, invoice: Invoice, own: Party, other: Party) -> None:
        """The newest document tells how parties are called."""
        known = self._parties.get(other.party_id)
        if known is None or known[0] <= invoice.issue_date:
            self._parties[other.party_id] = (invoice.issue_date, other)
        if own.name and self._own_date <= invoice.issue_date:
            self.own_name, self._own_date = own.name, invoice.issue_date

    def _document(self, invoice: Invoice, direction: str, document_id: str, other: Party) -> None:
        lines: list[Line] = []
        if self.settings.booking is not None:
            booked = book(invoice, direction, self.settings.booking)
            for rule, note in booked.notes:
                self._say(invoice, rule, _WARNING, note, "Check that it is meant so.")
            if booked.refusal is not None:
                remedy = _SET if booked.rule == "einvoice.vat_unclear" else _FIX
                self._say(
                    invoice, booked.rule or "", _ERROR, f"is left out: {booked.refusal}", remedy
                )
                self._landed.left_out(kind_of(invoice, direction))
                return
            lines = booked.lines
        self._landed.document(invoice, direction, document_id, other)
        self.accepted.append(invoice.name)
        if lines:
            self._landed.voucher(invoice, direction, document_id, other, lines)

    def _gaps(self) -> None:
        for told, between, name in self._numbers.missing():
            self.notes.add(
                "einvoice.number_gap", _WARNING, f"{name}:1",
                f"Of the company's own documents {told} missing between {between}.",
                "Put the missing documents in the folder, or keep a note of why the numbers were "
                "never used.",
            )  # fmt: skip

    def _say(
        self,
        invoice: Invoice,
        rule: str,
        severity: Severity,
        message: str,
        remedy: str,
        *,
        line: int | None = None,
        pair: tuple[str, str] | None = None,
    ) -> None:
        what = "Credit note" if invoice.is_credit_note else "Invoice"
        self.notes.add(
            rule, self._weigh(severity), f"{invoice.name}:{line or invoice.line}",
            f"{what} {invoice.number} {message}.", remedy, pair=pair,
        )  # fmt: skip


def _sums(invoice: Invoice) -> list[Decimal]:
    totals = invoice.totals
    told = [totals.inclusive, totals.prepaid, totals.rounding, invoice.tax_base_currency]
    parts = [amount for s in invoice.subtotals for amount in (s.base, s.tax, s.tax_base_currency)]
    return [invoice.payable, *(amount for amount in (*told, *parts) if amount is not None)]


def _numbers_of(party: Party) -> set[str]:
    others = {"".join(i.value.split()).upper() for i in party.identifiers}
    return others | set(party.danish_numbers)
