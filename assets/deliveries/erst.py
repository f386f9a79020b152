"""The channel to the Danish Business Authority: annual reports over its REST interface.

TLS with a client certificate; addresses, paths, names and code meanings are configuration,
since they are given to registered software houses. Nothing is known of how the authority treats
a report sent twice, so it is asked what it has under our transaction id before anything is sent.

A report that the authority accepted is looked up in its public index, fetched, and compared with
what was sent, fact by fact. Only then is there a receipt.

Belongs here: the interface as one `Channel`. Does not: answers (`erst_answers`), the index
(`erst_index`), the comparison (`erst_readback`), HTTP and TLS (`wire`, `tls`).

Source: the authority's guide to the REST client (2023, version 5.10) as far as it is public.
"""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import requests
from urllib3 import encode_multipart_formdata
from urllib3.fields import RequestField

from assets.deliveries import erst_answers, erst_readback
from assets.deliveries.certificates import Credentials, require_valid, utc_now
from assets.deliveries.channel import (
    Answer,
    CalendarEntry,
    FilingBytes,
    NotSentError,
    Outcome,
    Receipt,
    RefusedError,
    UnansweredError,
)
from assets.deliveries.erst_answers import Told
from assets.deliveries.erst_codes import Meaning
from assets.deliveries.erst_index import Publication, PublicationIndex, Transcript
from assets.deliveries.takes import TAKES
from assets.deliveries.tls import ContextAdapter
from assets.deliveries.wire import Sent, ask
from assets.workspace import RestInterface

_OUTCOMES = {
    Meaning.ACCEPTED: Outcome.ACCEPTED,
    Meaning.PENDING: Outcome.PENDING,
    Meaning.REJECTED: Outcome.REJECTED,
}
_UNPUBLISHED = "accepted; not on the public index yet"


@dataclass(frozen=True, slots=True)
class TlsLine:
    """How we speak to the authority: the context that shows our certificate, patience in
    seconds. `credentials` are those of the context.
    """

    credentials: Credentials
    context: ssl.SSLContext
    connect_timeout: float = 10
    answer_timeout: float = 180
    clock: Callable[[], datetime] = utc_now


@dataclass(frozen=True, slots=True)
class ErstChannel:
    """The business authority, live or sandbox; see `assets.deliveries.channel.Channel`."""

    id: str
    is_live: bool
    interface: RestInterface
    line: TlsLine
    index: PublicationIndex

    def submit(self, filing: FilingBytes, transaction_id: str) -> Answer:
        """Hand in the report, unless the authority has it under `transaction_id` already."""
        self._refuse_others(filing)
        with self._session() as session:
            with _nothing_sent():
                known = self._status(session, filing, transaction_id)
            if known is not None:
                return known
            sent, body, headers = self._submission(filing, transaction_id)
            response, status = ask(session, sent, body, headers, self._patience())
        told = erst_answers.read(self.interface, sent, response, status)
        if told.meaning in (Meaning.REFUSED, Meaning.ABSENT):
            raise _refused(sent, response, told)
        return _answer(sent, response, told)

    def lookup(self, filing: FilingBytes, transaction_id: str) -> Answer | None:
        """What the authority has under `transaction_id`; None when it says that it has nothing."""
        with self._session() as session:
            return self._status(session, filing, transaction_id)

    def receipt(self, filing: FilingBytes, transaction_id: str) -> Answer:
        """How far the report has come; once it is published as it was sent, its receipt."""
        with self._session() as session:
            sent, response, told = self._ask_status(session, filing, transaction_id)
        if told.meaning is Meaning.ABSENT:
            raise RefusedError(
                f"{sent.where}: the authority no longer knows the report it took "
                f"({told.code} {told.words}). Ask the authority with the evidence kept.",
                request=sent.request, response=response, may_have_arrived=True,
            )  # fmt: skip
        answer = _answer(sent, response, told)
        if answer.outcome is not Outcome.ACCEPTED:
            return answer
        return self._read_back(filing, told, Transcript([sent.request], [response]))

    def calendar(self, se_number: str, from_date: date, to_date: date) -> list[CalendarEntry]:
        """Nothing: the authority has no calendar service; the dates follow from the law."""
        del se_number, from_date, to_date
        return []

    def _read_back(self, filing: FilingBytes, told: Told, transcript: Transcript) -> Answer:
        """The receipt, once the index has the report and it says what was sent."""
        for found in self.index.publications(filing.se_number, transcript):
            if not _is_of(found, filing, told.case) or found.report is None:
                continue
            document = self.index.document(found.report, transcript)
            differences = _differences(filing, found, document, transcript)
            digest = sha256(document).hexdigest()
            transcript.responses.append(f"{found.report} sha256 {digest}".encode())
            if not differences:
                return self._receipt(found, document, told, transcript)
            if told.case:
                raise RefusedError(
                    f"The annual report of {filing.se_number} for {filing.period_start} to "
                    f"{filing.period_end}, case {found.case}, is published, but not as it was "
                    f"sent: {erst_readback.summary(differences)}. Both are kept as evidence; ask "
                    "the authority before anything is sent again.",
                    request=transcript.request, response=document, may_have_arrived=True,
                )  # fmt: skip
        return Answer(
            Outcome.PENDING, told.code, _UNPUBLISHED, transcript.request, transcript.response
        )

    def _receipt(
        self, found: Publication, document: bytes, told: Told, transcript: Transcript
    ) -> Answer:
        pdf = self.index.document(found.pdf, transcript) if found.pdf else None
        return Answer(
            Outcome.ACCEPTED,
            told.code,
            told.words,
            transcript.request,
            transcript.response,
            receipt=Receipt(found.case or told.case, pdf=pdf, document=document, suffix=".txt"),
        )

    def _status(
        self, session: requests.Session, filing: FilingBytes, transaction_id: str
    ) -> Answer | None:
        sent, response, told = self._ask_status(session, filing, transaction_id)
        return None if told.meaning is Meaning.ABSENT else _answer(sent, response, told)

    def _ask_status(
        self, session: requests.Session, filing: FilingBytes, transaction_id: str
    ) -> tuple[Sent, bytes, Told]:
        places = _places(filing, transaction_id)
        url = self._url(self.interface.status, places)
        sent = Sent(
            "Asking for the annual report's status", "GET", url, f"GET {url}".encode(),
            is_question=True, transaction_id=transaction_id,
        )  # fmt: skip
        headers = {"Accept": "application/json", **self._headers(places)}
        response, status = ask(session, sent, None, headers, self._patience())
        told = erst_answers.read(self.interface, sent, response, status)
        if told.meaning is Meaning.REFUSED:
            raise _refused(sent, response, told)
        return sent, response, told

    def _submission(
        self, filing: FilingBytes, transaction_id: str
    ) -> tuple[Sent, bytes, dict[str, str]]:
        """The request that hands it in. Same report and id, same bytes."""
        places = _places(filing, transaction_id)
        body, kind = filing.content, filing.media_type
        if self.interface.body == "multipart":
            body, kind = _multipart(self.interface, filing, places, transaction_id)
        url = self._url(self.interface.submit, places)
        sent = Sent(
            "Sending the annual report", "POST", url, f"POST {url}\n\n".encode() + body,
            transaction_id=transaction_id,
        )  # fmt: skip
        headers = {"Content-Type": kind, "Accept": "application/json", **self._headers(places)}
        return sent, body, headers

    def _url(self, path: str, places: Mapping[str, str]) -> str:
        return f"{self.interface.base.rstrip('/')}/{_filled(path, places).lstrip('/')}"

    def _headers(self, places: Mapping[str, str]) -> dict[str, str]:
        return {name: _filled(value, places) for name, value in self.interface.headers.items()}

    def _patience(self) -> tuple[float, float]:
        return self.line.connect_timeout, self.line.answer_timeout

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        """Connections that show our certificate, once it is known to be valid."""
        require_valid(self.line.credentials, self.line.clock())
        with requests.Session() as session:
            session.mount("https://", ContextAdapter(self.line.context))
            yield session

    def _refuse_others(self, filing: FilingBytes) -> None:
        (takes,) = TAKES["erst"]
        if filing.report_type != takes:
            raise NotSentError(
                f"The business authority takes no {filing.report_type}; it takes {takes}. Choose "
                "another channel for this report in the settings. Nothing was sent."
            )


@contextmanager
def _nothing_sent() -> Iterator[None]:
    """What fails while the authority is only asked failed before anything was sent."""
    try:
        yield
    except (UnansweredError, RefusedError) as error:
        error.may_have_arrived = False
        raise


def _answer(sent: Sent, response: bytes, told: Told) -> Answer:
    return Answer(_OUTCOMES[told.meaning], told.code, told.words, sent.request, response)


def _refused(sent: Sent, response: bytes, told: Told) -> RefusedError:
    return RefusedError(
        f"{sent.where}: the authority did not take the message ({told.code} {told.words}). Read "
        "the answer kept and correct what it names: the certificate, the company, the channel's "
        "settings.",
        request=sent.request, response=response, may_have_arrived=False,
    )  # fmt: skip


def _is_of(found: Publication, filing: FilingBytes, case: str) -> bool:
    """Whether a publication is of our case; where no case number was told, of our period."""
    if case:
        return found.case == case
    return (found.period_start, found.period_end) == (filing.period_start, filing.period_end)


def _differences(
    filing: FilingBytes, found: Publication, document: bytes, transcript: Transcript
) -> list[str]:
    try:
        return erst_readback.differences(filing.content, document)
    except erst_readback.UnreadableError as error:
        raise RefusedError(
            f"The published annual report at {found.report} cannot be read ({error}), so it is not "
            "known whether it is what was sent. It is kept as evidence; look at it.",
            request=transcript.request, response=document, may_have_arrived=True,
        ) from error  # fmt: skip


def _places(filing: FilingBytes, transaction_id: str) -> dict[str, str]:
    return {"{transaction_id}": transaction_id, "{cvr}": filing.se_number}


def _filled(template: str, places: Mapping[str, str]) -> str:
    for place, value in places.items():
        template = template.replace(place, value)
    return template


def _multipart(
    interface: RestInterface, filing: FilingBytes, places: Mapping[str, str], transaction_id: str
) -> tuple[bytes, str]:
    """The report as one part beside the fields. Source: RFC 7578."""
    parts = []
    for name, value in interface.fields.items():
        part = RequestField(name, _filled(value, places))
        part.make_multipart()
        parts.append(part)
    report = RequestField(interface.part, filing.content, filename="aarsrapport.xhtml")
    report.make_multipart(content_type=filing.media_type)
    boundary = sha256(transaction_id.encode() + filing.content).hexdigest()
    return encode_multipart_formdata([*parts, report], boundary)
