"""What the sandbox authority decides: the four services and the approval.

Belongs here: the published rules and codes. Does not: signatures, schemas and
HTTP (`app`), rows (`store`), XML (`answers`).
"""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from assets.authority.service import answers, receipts, register
from assets.authority.service.answers import FaultError, Head
from assets.authority.service.folder import SandboxFolder
from assets.authority.service.store import AuthorityStore, Draft, StoredList
from assets.deliveries.skat_schemas import PREFIXES, day, whole
from assets.filings import eu_sales_list, vat_return

DRAFT = "ModtagMomsangivelseForeloebig"
RECEIPT = "MomsangivelseKvitteringHent"
CALENDAR = "VirksomhedKalenderHent"
LIST = "ListeAngivelseFilOpret"
SERVICES = (DRAFT, RECEIPT, CALENDAR, LIST)

_NAMESPACE = uuid.UUID("5f0c9c5e-5a0e-4a53-9a8a-0d4a37e0a7b1")


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority at work on one folder. `today` is the day rules are judged
    by; `clock` the moment answers are made.
    """

    folder: SandboxFolder
    store: AuthorityStore
    today: Callable[[], date]
    clock: Callable[[], datetime]
    lock: threading.Lock

    def register(self) -> register.Register:
        """The register as it is now."""
        return register.load(self.folder.path / "register.json")

    def answer(
        self, service: str, payload: etree._Element, url: str, *, is_receipt_held: bool
    ) -> etree._Element:
        """The answer to one schema-valid request; one request at a time.

        Raises: FaultError when the request is not the service's.
        """
        head = Head(_text(payload, "k", "TransaktionIdentifikator"), service, self.clock())
        expected = f"get{LIST}" if service == LIST else f"{service}_I"
        if etree.QName(payload).localname != expected:
            raise FaultError("env:Client", f"{service} takes {expected}")
        if not head.transaction_id:
            raise FaultError("env:Client", "TransaktionIdentifikator mangler")
        with self.lock:
            if service == DRAFT:
                return self._draft(head, payload, url)
            if service == RECEIPT:
                return self._receipt(head, payload, is_held=is_receipt_held)
            if service == CALENDAR:
                return self._calendar(head, payload)
            return self._list(head, payload)

    def decide(self, reference: str, state: str) -> bool:
        """A person approves or rejects; false when it was not waiting."""
        draft = self.store.draft(reference)
        if draft is None:
            return False
        now = self.clock()
        pdf = self._pdf(draft, now) if state == "approved" else None
        return self.store.decide(reference, state, now, pdf)

    def _draft(self, head: Head, payload: etree._Element, url: str) -> etree._Element:
        (element,) = payload.iter(f"{{{PREFIXES['ws']}}}Angivelse")
        content = vat_return.write(vat_return.read(etree.tostring(element)))
        filed = vat_return.read(content)
        mine = self.store.drafts(filed.se_number)
        same = [one for one in mine if one.transaction_id == head.transaction_id]
        if same:
            if same[0].content != content:
                raise FaultError(
                    "env:Client", "TransaktionIdentifikator er brugt til en anden angivelse"
                )
            draft = same[0]
        else:
            problem = self._problem(filed.se_number, filed.period_start, filed.period_end)
            if problem is None and filed.amounts[vat_return.TOTAL] != vat_return.total(
                filed.amounts
            ):
                problem = 507
            if problem is not None:
                return answers.draft(head, errors=[problem])
            draft = self._receive(head, filed, content, mine)
        link = f"{url}/godkend/{draft.reference}"
        return answers.draft(
            head, notices=[draft.notice], reference=draft.reference, link=link
        )  # fmt: skip

    def _receive(
        self, head: Head, filed: vat_return.VatReturn, content: bytes, mine: list[Draft]
    ) -> Draft:
        """Store a new draft: 5002 when a return for the period is approved already."""
        period = (filed.period_start, filed.period_end)
        is_correction = any(
            one.state == "approved" and (one.period_start, one.period_end) == period for one in mine
        )
        known = self.register()
        draft = Draft(
            reference=str(uuid.uuid5(_NAMESPACE, f"{filed.se_number} {head.transaction_id}")),
            se_number=filed.se_number,
            transaction_id=head.transaction_id,
            period_start=filed.period_start,
            period_end=filed.period_end,
            content=content,
            notice=5002 if is_correction else 5001,
            state="waiting",
            number=self.store.next_numbers()[0],
            due_date=known.companies[filed.se_number].due_date(*period) or date.max,
        )
        self.store.add_draft(draft)
        if known.approve == "auto":
            self.decide(draft.reference, "approved")
        elif known.approve == "reject":
            self.decide(draft.reference, "rejected")
        return draft

    def _problem(self, se_number: str, start: date, end: date) -> int | None:
        """The code against filing this period now, or None."""
        company = self.register().companies.get(se_number)
        if company is None or not company.is_delegated:
            return 4801
        due = company.due_date(start, end)
        today = self.today()
        if due is None:
            return 4802
        if end >= today:
            return 4803
        if (due.year + 3, due.month, due.day) < (today.year, today.month, today.day):
            return 4804
        return None

    def _receipt(self, head: Head, payload: etree._Element, *, is_held: bool) -> etree._Element:
        asked = _text(payload, "n", "TransaktionIdentifier")
        se_number = _text(payload, "v", "VirksomhedSENummerIdentifikator")
        found = [
            one
            for one in self.store.drafts(se_number)
            if asked in (one.reference, one.transaction_id)
        ]
        state = found[0].state if found else "replaced"
        if state != "approved" or is_held:
            code = {"waiting": 4810, "rejected": 4811, "approved": 4812}.get(state, 4813)
            return answers.receipt(head, notices=[code])
        draft = found[0]
        total = vat_return.read(draft.content).amounts[vat_return.TOTAL]
        return answers.receipt(
            head, pdf=draft.pdf or b"", number=draft.number, amount=total, due=draft.due_date
        )

    def _calendar(self, head: Head, payload: etree._Element) -> etree._Element:
        se_number = _text(payload, "v", "VirksomhedSENummerIdentifikator")
        first = _text(payload, "n", "SoegeDatoFraDate")
        last = _text(payload, "n", "SoegeDatoTilDate")
        company = self.register().companies.get(se_number)
        errors = []
        if company is None or not company.is_delegated:
            errors.append(4801)
        if _text(payload, "n", "AngivelseTypeNavn") != "Moms":
            errors.append(4816)
        if not (first and last) or day(first) > day(last):
            errors.append(4817)
        if errors or company is None:
            return answers.calendar(head, se_number, errors=errors)
        return answers.calendar(head, se_number, dates=company.calendar(day(first), day(last)))

    def _list(self, head: Head, payload: etree._Element) -> etree._Element:
        listed, start = _read_list(payload)
        content = eu_sales_list.write(listed)
        mine = self.store.lists(listed.se_number)
        same = [one for one in mine if one.transaction_id == head.transaction_id]
        if same:
            if same[0].content != content:
                raise FaultError(
                    "env:Client", "TransaktionIdentifikator er brugt til en anden liste"
                )
            return answers.sales_list(head, number=same[0].receipt_number)
        errors = self._list_problems(listed, start, payload)
        if errors:
            return answers.sales_list(head, errors=errors)
        number = f"{listed.period_end:%Y%m%d}{listed.se_number}{self.store.next_numbers()[1]:06d}"
        self.store.add_list(
            StoredList(
                number, listed.se_number, head.transaction_id, start, listed.period_end, content,
                "current",
            )
        )  # fmt: skip
        return answers.sales_list(head, number=number)

    def _list_problems(
        self, listed: eu_sales_list.SalesList, start: date, payload: etree._Element
    ) -> dict[int, str]:
        """Codes against a list, each with the first thing it is about."""
        problems: dict[int, str] = {}
        company = self.register().companies.get(listed.se_number)
        if company is None or not company.is_delegated:
            problems[4801] = ""
        if not register.is_list_period(start, listed.period_end):
            problems[4802] = f"{start} - {listed.period_end}"
        elif listed.period_end >= self.today():
            problems[4803] = ""
        if _text(payload, "a", "ValutaKode") != "DKK":
            problems[9004] = ""
        seen: set[str] = set()
        for buyer in listed.buyers:
            name = f"{buyer.country}{buyer.vat_number}"
            if eu_sales_list.buyer_problem(buyer.country, buyer.vat_number):
                problems.setdefault(9001, name)
            if name in seen:
                problems.setdefault(9002, name)
            if not (buyer.goods or buyer.triangular or buyer.services):
                problems.setdefault(9003, name)
            seen.add(name)
        return problems

    def _pdf(self, draft: Draft, approved_at: datetime) -> bytes:
        company = self.register().companies.get(draft.se_number)
        return receipts.pdf(
            company.name if company else draft.se_number,
            draft.se_number,
            (draft.period_start, draft.period_end),
            vat_return.read(draft.content).amounts,
            (receipts.payment_line(draft.number), draft.due_date),
            approved_at,
        )


def _read_list(payload: etree._Element) -> tuple[eu_sales_list.SalesList, date]:
    """The list and its first day. One list, one filer, one period.

    Raises: FaultError otherwise.
    """
    lines = list(payload.iter(f"{{{PREFIXES['lws']}}}ListeAngivelseLinie"))
    sender = _text(payload, "v", "VirksomhedSENummerIdentifikator")
    about = {
        (
            _text(line, "t", "AngiverSEnummerIdentifikator"),
            _text(line, "f", "StartDate"),
            _text(line, "u", "EndDate"),
        )
        for line in lines
    }
    if len(about) != 1 or next(iter(about))[0] != sender:
        raise FaultError("env:Client", "Alle linier skal have samme SE-nummer og periode")
    ((_, start, end),) = about
    if not (start and end):
        raise FaultError("env:Client", "Perioden skal have StartDate og EndDate")
    buyers = tuple(_read_buyer(number, line) for number, line in enumerate(lines, start=1))
    return eu_sales_list.SalesList(sender, day(end), buyers), day(start)


def _read_buyer(number: int, line: etree._Element) -> eu_sales_list.Buyer:
    return eu_sales_list.Buyer(
        _text(line, "l", "ListeAngivelseInternReferenceIdentifikator") or str(number),
        _text(line, "c", "CountryIdentificationCode"),
        _text(line, "l", "ListeAngivelseKoeberMomsnummerIdentifikator"),
        whole(_text(line, "l", eu_sales_list.GOODS) or "0"),
        whole(_text(line, "l", eu_sales_list.TRIANGULAR) or "0"),
        whole(_text(line, "i", eu_sales_list.SERVICES) or "0"),
    )


def _text(element: etree._Element, prefix: str, name: str) -> str:
    """The text of the first such element; empty when there is none."""
    found = next(element.iter(f"{{{PREFIXES[prefix]}}}{name}"), None)
    return "" if found is None else (found.text or "").strip()
