"""The channel to the Danish tax agency: VAT returns and EU sales lists.

A VAT return is delivered as a draft that the company approves behind a link;
its receipt is asked for until it comes. An EU sales list is delivered at once
and its receipt number comes with the answer; it has no lookup service, and
sending it again under the same id gives the same receipt number.

Belongs here: the four services as one `Channel`. Does not: the state of a
filing (`assets.deliveries.machine`), messages and transport (`skat_messages`,
`skat_exchange`).
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from lxml import etree

from assets.deliveries import skat_messages
from assets.deliveries.channel import (
    Answer,
    CalendarEntry,
    FilingBytes,
    NotSentError,
    Outcome,
    RefusedError,
    UnansweredError,
)
from assets.deliveries.skat_codes import CODES, explain
from assets.deliveries.skat_exchange import Exchanged, Line, exchange
from warehouse.errors import PermanentError

VAT_RETURN = "vat_return"
EU_SALES_LIST = "eu_sales_list"

_DRAFT = "getModtagMomsangivelseForeloebig"
_RECEIPT = "getMomsangivelseKvitteringHent"
_CALENDAR = "getVirksomhedKalenderHent"
_LIST = "getListeAngivelseFilOpret"

# What an answer to each service is called.
_ANSWERS = {
    _DRAFT: "ModtagMomsangivelseForeloebig_O",
    _RECEIPT: "MomsangivelseKvitteringHent_O",
    _CALENDAR: "VirksomhedKalenderHent_O",
    _LIST: "getListeAngivelseFilOpretResponse",
}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses of the services, given by the agency to each provider. An empty
    one is a service we have no access to.
    """

    draft: str
    receipt: str
    calendar: str
    sales_list: str = ""

    @classmethod
    def under(cls, url: str) -> "Endpoints":
        """The four services below one address, as the sandbox authority has them."""
        base = url.rstrip("/")
        return cls(
            draft=f"{base}/ModtagMomsangivelseForeloebigServicePort",
            receipt=f"{base}/MomsangivelseKvitteringHentServicePort",
            calendar=f"{base}/VirksomhedKalenderHentServicePort",
            sales_list=f"{base}/ListeAngivelseFilOpretServicePort",
        )


@dataclass(frozen=True, slots=True)
class SkatChannel:
    """The tax agency, live or sandbox; see `assets.deliveries.channel.Channel`."""

    id: str
    is_live: bool
    endpoints: Endpoints
    line: Line
    new_id: Callable[[], str] = lambda: str(uuid.uuid4())

    def submit(self, filing: FilingBytes, transaction_id: str) -> Answer:
        """Deliver `filing`; a VAT return becomes a draft, an EU list is filed."""
        now = self.line.clock()
        if filing.report_type == VAT_RETURN:
            with _nothing_sent():
                message = skat_messages.vat_draft(filing.content, transaction_id, now)
            return self._answer(self._ask(self.endpoints.draft, _DRAFT, message))
        if filing.report_type == EU_SALES_LIST:
            with _nothing_sent():
                message = skat_messages.sales_list(
                    filing.content, filing.period_start, transaction_id, now
                )
            return self._answer(self._ask(self.endpoints.sales_list, _LIST, message))
        raise NotSentError(
            f"The tax agency takes no {filing.report_type}; it takes {VAT_RETURN} and "
            f"{EU_SALES_LIST}. Choose another channel for this report in the settings."
        )

    def lookup(self, filing: FilingBytes, transaction_id: str) -> Answer | None:
        """What became of a VAT return sent under `transaction_id`; None when the
        agency has no such draft. An EU list cannot be looked up: None, and
        sending it again under the same id is the question.
        """
        if filing.report_type != VAT_RETURN:
            return None
        answer = self.receipt(filing, transaction_id)
        return None if answer.code == "4813" else answer

    def receipt(self, filing: FilingBytes, transaction_id: str) -> Answer:
        """The receipt of a VAT return, or how far its draft has come."""
        if filing.report_type != VAT_RETURN:
            raise PermanentError(
                f"The tax agency has no receipt service for {filing.report_type}; its receipt "
                "number came with the answer to the delivery."
            )
        message = skat_messages.vat_receipt(
            transaction_id, filing.se_number, self.new_id(), self.line.clock()
        )
        answer = self._answer(self._ask(self.endpoints.receipt, _RECEIPT, message))
        if answer.receipt is None:
            return answer
        return replace(answer, receipt=replace(answer.receipt, reference=transaction_id))

    def calendar(self, se_number: str, from_date: date, to_date: date) -> list[CalendarEntry]:
        """The agency's own due dates for VAT."""
        period = (from_date, to_date)
        message = skat_messages.vat_calendar(
            se_number, period, self.new_id(), self.line.clock()
        )  # fmt: skip
        exchanged = self._ask(self.endpoints.calendar, _CALENDAR, message)
        reply = skat_messages.read(exchanged.payload)
        if reply.errors:
            code, text = reply.errors[0]
            raise RefusedError(
                f"Asking {_CALENDAR} for SE number {se_number}: the agency answers {code} {text}. "
                f"{explain(code)}".rstrip(),
                request=exchanged.request, response=exchanged.response, may_have_arrived=False,
            )  # fmt: skip
        return list(reply.calendar)

    def _ask(self, url: str, operation: str, message: etree._Element) -> Exchanged:
        if not url:
            raise NotSentError(
                f"Asking {operation}: channel {self.id} has no address for it; nothing was sent. "
                "Ask the agency for access and add the address to the settings, or upload the "
                "file by hand in TastSelv Erhverv."
            )
        exchanged = exchange(self.line, url, operation, message)
        name = etree.QName(exchanged.payload).localname
        asked, told = map(skat_messages.transaction_id, (message, exchanged.payload))
        wrong = ""
        if name != _ANSWERS[operation]:
            wrong = f"{name}, not {_ANSWERS[operation]}"
        elif told not in (asked, None):
            wrong = f"to transaction {told}, not to {asked}"
        if wrong:
            raise UnansweredError(
                f"Asking {operation} at {url}: the answer is {wrong}. The filing may have arrived. "
                "It will be looked up before anything is sent again.",
                request=exchanged.request, response=exchanged.response, may_have_arrived=True,
            )  # fmt: skip
        return exchanged

    def _answer(self, exchanged: Exchanged) -> Answer:
        """An answer's meaning for the filing: a receipt decides, then the first code
        we know, then any error, then a draft's link.
        """
        reply = skat_messages.read(exchanged.payload)
        outcome, (code, text) = _outcome(reply)
        if outcome is None:
            raise UnansweredError(
                "The agency's answer is valid and says nothing of the filing: no code, no receipt, "
                "no link. It will be looked up before anything is sent again.",
                request=exchanged.request, response=exchanged.response, may_have_arrived=True,
            )  # fmt: skip
        return Answer(
            outcome=outcome,
            code=code,
            message=text,
            request=exchanged.request,
            response=exchanged.response,
            deep_link=reply.deep_link,
            receipt=reply.receipt,
            reference=reply.reference,
        )


@contextmanager
def _nothing_sent() -> Iterator[None]:
    """What fails while the message is made failed before anything was sent."""
    try:
        yield
    except PermanentError as error:
        raise NotSentError(f"{error} Nothing was sent.") from error


def _outcome(reply: skat_messages.Reply) -> tuple[Outcome | None, tuple[str, str]]:
    """The outcome and the code that decided it. An error not published rejects;
    a notice not published decides nothing. 4813 (no such draft) rejects here and
    is told apart by whoever asks for a lookup.
    """
    nothing = ("", "")
    for code, text in reply.errors:
        known = CODES.get(int(code))
        return (known and known.outcome) or Outcome.REJECTED, (code, text)
    if reply.receipt is not None:
        return Outcome.ACCEPTED, next(iter(reply.notices), nothing)
    for code, text in reply.notices:
        if known := CODES.get(int(code)):
            return known.outcome or Outcome.REJECTED, (code, text)
    if reply.deep_link:
        return Outcome.AWAITING_APPROVAL, next(iter(reply.notices), nothing)
    return None, nothing
