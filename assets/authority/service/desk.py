"""The desk: what a company, and those it lets, may ask of the authority beside filing.

Whoever asks shows a certificate. The company itself may ask everything; others what they hold a
mandate to read. Every call is logged with its answer, and every read of a company's data is in
the read log before the answer is given.

Belongs here: who may do what, and doing it. Does not: HTTP (`desk_api`), what is found
(`desk_filings`, `desk_prefill`, `desk_check`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from assets.authority.service import desk_codes as codes
from assets.authority.service import reads, store_rows
from assets.authority.service.desk_check import Checker, Told
from assets.authority.service.desk_codes import DeskError, answer
from assets.authority.service.desk_filings import MEDIA_TYPES, WORDS, Filed, Filings
from assets.authority.service.desk_prefill import Prefill
from assets.authority.service.mandates import REPORT_TYPES, Mandate, organisation_of
from assets.authority.service.reads import Read
from assets.authority.service.register import Company
from assets.authority.service.rules import Authority
from assets.authority.service.store_rows import Message
from quality.finding import Severity

MOST = 200
"""Rows of one page, at most."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list: `number` from 1, of `size` rows."""

    number: int
    size: int

    @property
    def skip(self) -> int:
        """Rows before it."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk over one authority. `senders`: a certificate's SHA-256 → its organisation."""

    authority: Authority
    filings: Filings
    checker: Checker
    prefill: Prefill
    senders: Callable[[], Mapping[bytes, str]]

    def asked(
        self, call: str, asker: str, request: bytes, work: Callable[[], Response]
    ) -> Response:
        """What one call is answered, kept with the call; a refusal too."""
        try:
            told = work() if asker else answer(codes.STRANGER)
        except DeskError as error:
            told = answer(error.code, error.detail)
        kept = Message(call, request, self.authority.clock(), asker)
        body = bytes(told.body) if told.media_type == "application/json" else b""
        self.authority.store.write(lambda con: store_rows.add_answered(con, kept, body))
        return told

    def check(self, asker: str, report_type: str, content: bytes, **about: str) -> Response:
        """A dry run. Nothing is filed."""
        if report_type == "vat_return":
            found = self.checker.of_return(asker, content)
        elif report_type == "eu_sales_list":
            found = self.checker.of_list(asker, content, date.fromisoformat(about["start"]))
        else:
            found = self.checker.of_report(asker, about["cvr"], content)
        is_fit = not any(one.severity is Severity.ERROR for one in found)
        return answer(codes.OK, kanIndberettes=is_fit, fund=[_finding(one) for one in found])

    def known(self, asker: str, cvr: str, report_type: str, start: date, end: date) -> Response:
        """The pre-fill."""
        company = self._readable(asker, cvr, report_type)
        self._log(asker, company, reads.PREFILL, f"{report_type} {start}/{end}")
        found = [
            {"navn": one.name, "vaerdi": one.value, "kilde": one.source, "periode": one.period}
            for one in self.prefill.known(company, report_type, start, end)
        ]
        return answer(
            codes.OK, cvrNummer=cvr, art=report_type, fra=str(start), til=str(end),
            oplysninger=found,
        )  # fmt: skip

    def listed(
        self, asker: str, cvr: str, page: Page, report_type: str = "", status: str = ""
    ) -> Response:
        """What was filed for the company, newest first, of the kinds the asker may read."""
        company = self._company(cvr)
        may = [one for one in REPORT_TYPES if self._may_read(asker, company, one)]
        wanted = [one for one in may if report_type in ("", one)]
        if not wanted:
            raise DeskError(codes.NO_MANDATE, f"{asker} → {cvr} {report_type}".strip())
        found = [
            one
            for one in self.filings.of(company)
            if one.report_type in wanted and status in ("", one.status)
        ]
        shown = found[page.skip : page.skip + page.size]
        self._log(asker, company, reads.STATUS, "")
        return answer(
            codes.OK, ialt=len(found), side=page.number, antal=page.size,
            indberetninger=[_status(one) for one in shown],
        )  # fmt: skip

    def one(self, asker: str, cvr: str, filing_key: str) -> Response:
        """One report: where it stands; the company itself is told who read it."""
        company, filed = self._filed(asker, cvr, filing_key)
        self._log(asker, company, reads.STATUS, filing_key)
        facts: dict[str, Any] = {"indberetning": _status(filed)}
        if asker == organisation_of(cvr):
            seen = self.authority.reads.of_filing(cvr, filing_key)
            facts["opslag"] = [_read(one) for one in seen]
        return answer(codes.OK, **facts)

    def content(self, asker: str, cvr: str, filing_key: str) -> Response:
        """The report's own bytes."""
        company, filed = self._filed(asker, cvr, filing_key)
        self._log(asker, company, reads.FILING, filing_key)
        content = self.filings.content(filed, company)
        is_message = filed.status == "refused"
        kind = "application/octet-stream" if is_message else MEDIA_TYPES[filed.report_type]
        return Response(content, media_type=kind)

    def receipt(self, asker: str, cvr: str, filing_key: str) -> Response:
        """The receipt of an accepted report."""
        company, filed = self._filed(asker, cvr, filing_key)
        found = self.filings.receipt(filed, company)
        if found is None:
            raise DeskError(codes.NO_RECEIPT, f"{filing_key}: {filed.status}")
        self._log(asker, company, reads.FILING, filing_key)
        return Response(found[1], media_type=found[0])

    def seen(self, asker: str, cvr: str, page: Page) -> Response:
        """Who read what is known of the company; for itself alone."""
        self._own(asker, cvr)
        found = self.authority.reads.of(cvr, at_most=page.size, skip=page.skip)
        return answer(
            codes.OK, ialt=self.authority.reads.count(cvr), side=page.number, antal=page.size,
            opslag=[_read(one) for one in found],
        )  # fmt: skip

    def mandates(self, asker: str, cvr: str) -> Response:
        """The mandates the company gave; for itself alone."""
        self._own(asker, cvr)
        given = [_mandate(one) for one in self.authority.mandates.of(cvr)]
        return answer(codes.OK, fuldmagter=given)

    def grant(
        self, asker: str, cvr: str, grantee: str, right: str, kind: str, until: date | None
    ) -> Response:
        """The company gives a mandate."""
        self._own(asker, cvr)
        now = self.authority.clock()
        made = self.authority.mandates.grant(cvr, grantee, right, kind, now, until)
        return answer(codes.OK, fuldmagt=_mandate(made))

    def withdraw(self, asker: str, cvr: str, grantee: str, right: str, kind: str) -> Response:
        """The company takes a mandate back."""
        self._own(asker, cvr)
        now = self.authority.clock()
        if not self.authority.mandates.withdraw(cvr, grantee, right, kind, now):
            raise DeskError(codes.NO_SUCH_MANDATE, f"{grantee} {right} {kind}")
        return answer(codes.OK)

    def _company(self, cvr: str) -> Company:
        company = self.authority.register.of_cvr(cvr)
        if company is None:
            raise DeskError(codes.UNREGISTERED, cvr)
        return company

    def _own(self, asker: str, cvr: str) -> None:
        self._company(cvr)
        if asker != organisation_of(cvr):
            raise DeskError(codes.OWN_ONLY, f"{asker} → {cvr}")

    def _may_read(self, asker: str, company: Company, report_type: str) -> bool:
        mandates, day = self.authority.mandates, self.authority.today()
        return mandates.may_read(company.cvr, asker, report_type, day)

    def _readable(self, asker: str, cvr: str, report_type: str) -> Company:
        """The company, where its reports of that kind may be read."""
        company = self._company(cvr)
        if not self._may_read(asker, company, report_type):
            raise DeskError(codes.NO_MANDATE, f"{asker} → {cvr} {report_type}")
        return company

    def _filed(self, asker: str, cvr: str, filing_key: str) -> tuple[Company, Filed]:
        """One report of the company, which the asker may read.

        A report of a kind the asker may not read is refused as one, there or not.
        """
        company = self._company(cvr)
        may = [one for one in REPORT_TYPES if self._may_read(asker, company, one)]
        filed = self.filings.one(company, filing_key)
        if not may or (filed is not None and filed.report_type not in may):
            raise DeskError(codes.NO_MANDATE, f"{asker} → {cvr} {filing_key}")
        if filed is None:
            raise DeskError(codes.ABSENT, filing_key)
        return company, filed

    def _log(self, asker: str, company: Company, what: str, subject: str) -> None:
        self.authority.reads.seen(self.authority.clock(), asker, company.cvr, what, subject)


def _finding(one: Told) -> dict[str, str]:
    return {
        "alvor": one.severity, "regel": one.rule, "sti": one.path, "tekst": one.danish,
        "text": one.english,
    }  # fmt: skip


def _status(one: Filed) -> dict[str, object]:
    danish, english = WORDS[one.status]
    return {
        "noegle": one.filing_key,
        "art": one.report_type,
        "fra": one.period_start.isoformat() if one.period_start else None,
        "til": one.period_end.isoformat() if one.period_end else None,
        "status": one.status,
        "tekst": danish,
        "text": english,
        "modtaget": one.received_at.isoformat(),
        "afgjort": one.decided_at.isoformat() if one.decided_at else None,
        "afsender": one.sender,
        "transaktionsId": one.transaction_id,
        "koder": [{"kode": code, "tekst": words} for code, words in one.codes],
        "efterangivelse": one.is_correction,
        "kvittering": one.has_receipt,
    }


def _read(one: Read) -> dict[str, str]:
    return {
        "tidspunkt": one.read_at.isoformat(), "hvem": one.reader, "hvad": one.what,
        "emne": one.subject, "formaal": one.purpose,
    }  # fmt: skip


def _mandate(one: Mandate) -> dict[str, str | None]:
    return {
        "til": one.grantee,
        "ret": one.entitlement,
        "art": one.report_type,
        "givet": one.granted_at.isoformat(),
        "udloeber": one.valid_to.isoformat() if one.valid_to else None,
        "tilbagekaldt": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
    }
