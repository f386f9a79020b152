"""What the authority decides: the four services and the approval.

Belongs here: which service does what, receipts, the calendar, the approval. Does not: what
becomes of a return (`vat_intake`) or a list (`list_intake`); signatures, schemas and HTTP
(`app`); rows (`store`); XML (`answers`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from assets.authority.service import (
    answers,
    events,
    list_intake,
    receipts,
    store_rows,
    vat_intake,
)
from assets.authority.service.answers import FaultError, Head
from assets.authority.service.folder import SandboxFolder
from assets.authority.service.mandates import Mandates
from assets.authority.service.periods import is_searched
from assets.authority.service.reads import FILING, OWN, PAGE, STATUS, Read, Reads
from assets.authority.service.register import Register
from assets.authority.service.store import AuthorityStore
from assets.authority.service.store_rows import Draft, Message
from assets.authority.service.taking import Taken, delegating, text
from assets.danish_day import on_day
from assets.deliveries.skat_schemas import day
from assets.filings import vat_return

DRAFT = "ModtagMomsangivelseForeloebig"
RECEIPT = "MomsangivelseKvitteringHent"
CALENDAR = "VirksomhedKalenderHent"
LIST = "ListeAngivelseFilOpret"
SERVICES = (DRAFT, RECEIPT, CALENDAR, LIST)
FILES = {DRAFT: events.VAT_RETURN, LIST: events.SALES_LIST}
"""What a message of a service files, where it files anything."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority at work on one folder. `today` is the day rules are judged
    by; `clock` the moment answers are made.
    """

    folder: SandboxFolder
    store: AuthorityStore
    today: Callable[[], date]
    clock: Callable[[], datetime]
    register: Register
    mandates: Mandates
    reads: Reads

    def moment(self) -> datetime:
        """Now, on the day that rules are judged by."""
        return on_day(self.today(), self.clock())

    def answer(
        self, message: Message, payload: etree._Element, url: str, *, is_receipt_held: bool
    ) -> Taken:
        """What comes of one schema-valid request, its message stored.

        Raises: FaultError when the request is not the service's, nothing being stored.
        """
        service = message.service
        head = Head(text(payload, "k", "TransaktionIdentifikator"), service, self.clock())
        expected = f"get{LIST}" if service == LIST else f"{service}_I"
        if etree.QName(payload).localname != expected:
            raise FaultError("env:Client", f"{service} takes {expected}")
        if not head.transaction_id:
            raise FaultError("env:Client", "TransaktionIdentifikator mangler")
        if service == DRAFT:
            return vat_intake.take(self, message, head, payload, url)
        if service == LIST:
            return list_intake.take(self, message, head, payload)
        if service == RECEIPT:
            told = self._receipt(head, message.sender, payload, is_held=is_receipt_held)
        else:
            told = self._calendar(head, message.sender, payload)
        return Taken(message, None, told)

    def decide(self, reference: str, state: str) -> bool:
        """A person approves or rejects; false when it was not waiting."""
        draft = self.store.draft(reference)
        if draft is None:
            return False
        at = self.moment()
        return self.store.write(lambda con: store_rows.decide(con, draft, state, at))

    def opened(self, draft: Draft) -> None:
        """Write down that somebody the company gave the link to looked at its draft."""
        if draft.cvr:
            who = Read(self.clock(), "link", draft.cvr, PAGE, draft.reference, OWN)
            self.reads.log(who)

    def pdf(self, draft: Draft) -> bytes:
        """The receipt of an approved return, made when it is asked for and kept from then on."""
        if draft.pdf is not None:
            return draft.pdf
        company = self.register.company(draft.se_number)
        made = receipts.pdf(
            company.name if company else draft.se_number,
            draft.se_number,
            (draft.period_start, draft.period_end),
            vat_return.read(draft.content).amounts,
            (receipts.payment_line(draft.number), draft.due_date),
            draft.decided_at or self.moment(),
        )
        self.store.write(lambda con: store_rows.keep_pdf(con, draft.reference, made))
        kept = self.store.draft(draft.reference)
        return kept.pdf if kept and kept.pdf else made

    def _receipt(
        self, head: Head, sender: str, payload: etree._Element, *, is_held: bool
    ) -> etree._Element:
        asked = text(payload, "n", "TransaktionIdentifier")
        se_number = text(payload, "v", "VirksomhedSENummerIdentifikator")
        may = delegating(self, se_number, sender, events.VAT_RETURN) is not None
        mine = self.store.drafts(se_number) if may else []
        found = [one for one in mine if asked in (one.reference, one.transaction_id)]
        state = found[0].state if found else "replaced"
        if state != "approved" or is_held:
            code = {"waiting": 4810, "rejected": 4811, "approved": 4812}.get(state, 4813)
            if found and found[0].cvr:
                self.reads.seen(head.now, sender, found[0].cvr, STATUS, found[0].reference)
            return answers.receipt(head, notices=[code])
        draft = found[0]
        if draft.cvr:
            self.reads.seen(head.now, sender, draft.cvr, FILING, draft.reference)
        total = vat_return.read(draft.content).amounts[vat_return.TOTAL]
        return answers.receipt(
            head, pdf=self.pdf(draft), number=draft.number, amount=total, due=draft.due_date
        )

    def _calendar(self, head: Head, sender: str, payload: etree._Element) -> etree._Element:
        se_number = text(payload, "v", "VirksomhedSENummerIdentifikator")
        first = text(payload, "n", "SoegeDatoFraDate")
        last = text(payload, "n", "SoegeDatoTilDate")
        company = delegating(self, se_number, sender, events.VAT_RETURN)
        errors = []
        if company is None:
            errors.append(4801)
        if text(payload, "n", "AngivelseTypeNavn") != "Moms":
            errors.append(4816)
        if not (first and last) or not is_searched(day(first), day(last)):
            errors.append(4817)
        if errors or company is None:
            return answers.calendar(head, se_number, errors=errors)
        self.reads.seen(head.now, sender, company.cvr, STATUS, f"{CALENDAR} {first}/{last}")
        return answers.calendar(head, se_number, dates=company.calendar(day(first), day(last)))
