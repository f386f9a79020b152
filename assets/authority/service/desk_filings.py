"""What was filed for a company and where it stands, in one model for all kinds of report.

The statuses are those of the table `received_filing`: received (not decided), waiting (for the
company), accepted, rejected, replaced by a later one, or refused at the door, which is not filed
and shown to the company the message named, whoever sent it.

Belongs here: reading the stores as one list. Does not: who may see it (`desk`).
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assets.authority.service import annual_codes as codes
from assets.authority.service import annual_document, answers, events
from assets.authority.service.annual_form import XHTML
from assets.authority.service.annual_rows import AnnualReport
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.events import ANNUAL_REPORT, SALES_LIST, VAT_RETURN
from assets.authority.service.register import Company
from assets.authority.service.rules import Authority
from assets.authority.service.store_rows import Draft, StoredList

WORDS = {
    "received": ("modtaget, ikke afgjort", "received, not decided"),
    "waiting": ("venter på virksomhedens godkendelse", "waits for the company's approval"),
    "accepted": ("godkendt", "accepted"),
    "rejected": ("afvist", "rejected"),
    "replaced": ("erstattet af en senere", "replaced by a later one"),
    "refused": ("afvist ved modtagelsen", "refused at the door"),
}
_OF_DRAFT = {"waiting": "waiting", "approved": "accepted", "rejected": "rejected"}
_SOAP_TEXTS = {str(code): text for code, text in answers.TEXTS.items()}
_TEXTS = {
    VAT_RETURN: _SOAP_TEXTS,
    SALES_LIST: _SOAP_TEXTS,
    ANNUAL_REPORT: {str(code): text for code, text in codes.TEXTS.items()},
}
MEDIA_TYPES = {VAT_RETURN: "application/xml", SALES_LIST: "text/csv", ANNUAL_REPORT: XHTML}


@dataclass(frozen=True, slots=True)
class Filed:
    """One report of a company. `codes`: (code, words) against it, or warnings."""

    filing_key: str
    report_type: str
    period_start: date | None
    period_end: date | None
    status: str
    received_at: datetime
    decided_at: datetime | None
    sender: str
    transaction_id: str
    codes: tuple[tuple[str, str], ...] = ()
    is_correction: bool = False

    @property
    def has_receipt(self) -> bool:
        """Whether there is a receipt to read: it was accepted, and counts or did count."""
        return self.status == "accepted" or (self.status == "replaced" and bool(self.decided_at))


@dataclass(frozen=True, slots=True)
class Filings:
    """The reports of one authority, looked up by company."""

    authority: Authority
    annual: AnnualStore

    def of(self, company: Company) -> list[Filed]:
        """Every report filed for the company or refused, newest first."""
        refused = self.annual.reader.rows(_REFUSED, (company.cvr,))
        return _newest([*self.filed(company), *map(_refused, refused)])

    def filed(self, company: Company) -> list[Filed]:
        """Every report filed for the company, newest first."""
        store = self.authority.store
        found = [
            *_drafts(store.drafts(company.se_number)),
            *map(_listed, store.lists(company.se_number)),
            *self._reports(company.cvr),
        ]
        return _newest(found)

    def one(self, company: Company, filing_key: str) -> Filed | None:
        """The company's report of that key."""
        return next((one for one in self.of(company) if one.filing_key == filing_key), None)

    def content(self, filed: Filed, company: Company) -> bytes:
        """The report's own bytes, as they are kept; of one refused, the message."""
        store = self.authority.store
        if filed.status == "refused":
            return store.message(events.message_number(filed.filing_key))
        if filed.report_type == VAT_RETURN:
            draft = store.draft(filed.filing_key)
            return draft.content if draft else b""
        if filed.report_type == SALES_LIST:
            mine = store.lists(company.se_number)
            return next(one.content for one in mine if one.receipt_number == filed.filing_key)
        report = self.annual.of_case(filed.filing_key)
        return report.content if report else b""

    def receipt(self, filed: Filed, company: Company) -> tuple[str, bytes] | None:
        """Media type and bytes of the receipt; None where there is none."""
        if not filed.has_receipt:
            return None
        if filed.report_type == VAT_RETURN:
            draft = self.authority.store.draft(filed.filing_key)
            return ("application/pdf", self.authority.pdf(draft)) if draft else None
        if filed.report_type == ANNUAL_REPORT:
            report = self.annual.of_case(filed.filing_key)
            return (
                ("application/pdf", annual_document.pdf(report, company.name)) if report else None
            )
        words = (
            f"Kvittering {filed.filing_key}\r\nEU-salg uden moms, SE-nr. {company.se_number}\r\n"
            f"Periode {filed.period_start} - {filed.period_end}\r\n"
            f"Modtaget {filed.received_at.isoformat(timespec='seconds')}\r\n"
        )
        return "text/plain; charset=utf-8", words.encode()

    def _reports(self, cvr: str) -> list[Filed]:
        rows = self.annual.reader.rows(
            "SELECT case_number FROM annual_report WHERE cvr = ? AND replaced_by IS NOT NULL",
            (cvr,),
        )
        replaced = {str(number) for (number,) in rows}
        return [_report(one, replaced) for one in self.annual.of_company(cvr)]


_REFUSED = (
    "SELECT message_id, report_type, period_start, period_end, refused_at, sender, "
    "transaction_id, codes FROM refusal JOIN message USING (message_id) WHERE cvr = ?"
)


def _newest(found: list[Filed]) -> list[Filed]:
    return sorted(found, key=lambda one: (one.received_at, one.filing_key), reverse=True)


def _refused(row: tuple[Any, ...]) -> Filed:
    """What was refused at the door, by the codes that it was answered with."""
    number, report_type, start, end, at, sender, transaction_id, told = row
    days = [date.fromisoformat(one) if one else None for one in (start, end)]
    moment, texts = datetime.fromisoformat(at), _TEXTS[report_type]
    return Filed(
        events.message_key(number), report_type, days[0], days[1], "refused", moment, moment,
        sender, transaction_id, tuple((code, texts.get(code, "")) for code in json.loads(told)),
    )  # fmt: skip


def _drafts(drafts: list[Draft]) -> list[Filed]:
    """VAT returns, of one company in the order received: an approved one that a later approved
    one corrects is replaced.
    """
    standing = {(one.period_start, one.period_end): one.reference
                for one in drafts if one.state == "approved"}  # fmt: skip
    found = []
    for one in drafts:
        status = _OF_DRAFT.get(one.state, "replaced")
        last = standing.get((one.period_start, one.period_end), one.reference)
        if status == "accepted" and one.reference != last:
            status = "replaced"
        found.append(
            Filed(
                one.reference, VAT_RETURN, one.period_start, one.period_end, status,
                one.received_at, one.decided_at, one.sender, one.transaction_id,
                ((str(one.notice), answers.TEXTS[one.notice]),), one.notice == 5002,
            )
        )  # fmt: skip
    return found


def _listed(one: StoredList) -> Filed:
    status = "accepted" if one.state == "current" else "replaced"
    return Filed(
        one.receipt_number, SALES_LIST, one.period_start, one.period_end, status,
        one.received_at, one.received_at, one.sender, one.transaction_id,
    )  # fmt: skip


def _report(one: AnnualReport, replaced: set[str]) -> Filed:
    if one.case_number in replaced:
        status = "replaced"
    elif one.code == codes.PENDING:
        status = "received"
    else:
        status = "accepted" if one.is_published else "rejected"
    told = (
        () if one.is_published or not one.is_decided else ((str(one.code), codes.TEXTS[one.code]),)
    )
    return Filed(
        one.case_number, ANNUAL_REPORT, one.period_start, one.period_end, status,
        one.received_at, one.decided_at, one.sender, one.transaction_id,
        (*told, *one.reasons), one.is_redone,
    )  # fmt: skip
