"""The authority's REST interface for annual reports, over TLS with a client certificate.

    POST /ri/api/regnskaber                     hand in a report (`annual_form`)
    GET  /ri/api/regnskaber/<transaktionsId>    what became of it

Answers are JSON: `statuskode` (`annual_codes`), `tekst`, `fejl`, `sagsNummer`. The real
interface's paths and names are given to registered software houses; these are our own. While
few reports wait, a sender is told the decision at once; otherwise that the report is received.

Belongs here: bytes in, bytes out, who is asking. Does not: the decision (`annual_intake`).
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assets.authority.service import annual_codes as codes
from assets.authority.service import annual_form, events, reads, request_parts, store_rows
from assets.authority.service.annual_form import LARGEST_BODY, RefusedFormError
from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_rows import AnnualReport
from assets.authority.service.failing import served
from assets.authority.service.gate import NOT_STORED
from assets.authority.service.judges import Judging
from assets.authority.service.reads import Reads
from assets.authority.service.store_rows import Message
from assets.authority.service.switches import Switches

BASE = "/ri/api"
SUBMIT = "annual_submit"
STATUS = "annual_status"
_UNKNOWN = 777
_TAKEN = (codes.ACCEPTED, codes.PENDING)


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk at work. `senders`: a certificate's SHA-256 → its organisation, as it is now.
    `wake` tells the judges of a new report; `judging` says how long a sender waits for them.
    """

    authority: AnnualAuthority
    switches: Switches
    senders: Callable[[], Mapping[bytes, str]]
    wake: Callable[[], None]
    judging: Judging
    is_over: threading.Event
    reads: Reads

    def submit(self, certificate: bytes, headers: dict[str, str], body: bytes) -> Response:
        """One submission: stored, decided if that is soon, answered."""

        def work() -> Response:
            message = self._message(SUBMIT, certificate, body)
            message_id, answer = self._submit(message, headers)
            return self._kept(message, message_id, answer)

        return served(self.switches, SUBMIT, work)

    def status(self, certificate: bytes, transaction_id: str) -> Response:
        """What became of one transaction."""

        def work() -> Response:
            message = self._message(STATUS, certificate, transaction_id.encode())
            message = replace(message, transaction_id=transaction_id)
            return self._kept(message, None, self._status(message.sender, transaction_id))

        return served(self.switches, STATUS, work)

    def _message(self, service: str, certificate: bytes, request: bytes) -> Message:
        """The request, its sender empty where the certificate is a stranger's."""
        sender = self.senders().get(hashlib.sha256(certificate).digest(), "")
        return Message(service, request, self.authority.clock(), sender)

    def _kept(self, message: Message, message_id: int | None, answer: Response) -> Response:
        """The answer, once it is stored, with its message where that is not."""
        if self.switches.take("unknown_code", message.service) is not None:
            answer = _answer("", _UNKNOWN)
        told = bytes(answer.body)
        self.authority.store.write(
            lambda con: store_rows.answered(
                con,
                store_rows.add_message(con, message) if message_id is None else message_id,
                told,
            )
        )
        return answer

    def _submit(self, message: Message, headers: dict[str, str]) -> tuple[int, Response]:
        if not message.sender:
            return self._refused(message, codes.STRANGER), _answer("", codes.STRANGER)
        try:
            form = annual_form.read(headers, message.request)
        except RefusedFormError as error:
            answer = _answer("", error.code, reasons=[("form", error.text)])
            return self._refused(message, error.code), answer
        stored = self.authority.take(message, form)
        if stored.report is None:
            return stored.message_id, _answer(form.transaction_id, codes.REUSED)
        self.wake()
        return stored.message_id, self._told(SUBMIT, self._decided(stored.report))

    def _refused(self, message: Message, code: int) -> int:
        at, kind = self.authority.clock(), events.ANNUAL_REPORT
        return self.authority.store.write(
            lambda con: store_rows.refuse(con, message, kind, at, code)
        )

    def _decided(self, report: AnnualReport) -> AnnualReport:
        """The report as it is decided, if that is soon; else as it is."""
        store, few = self.authority.store, self.judging.few
        if report.is_decided or len(store.undecided(few + 1)) > few:
            return report
        deadline, pause = time.monotonic() + self.judging.patience, 0.002
        while not report.is_decided and time.monotonic() < deadline:
            if self.is_over.wait(pause):
                break
            pause = min(2 * pause, 0.05)
            report = store.decision(report)
        return report

    def _status(self, sender: str, transaction_id: str) -> Response:
        if not sender:
            return _answer(transaction_id, codes.STRANGER)
        report = self.authority.store.of_transaction(sender, transaction_id)
        if report is None:
            return _answer(transaction_id, codes.ABSENT)
        now = self.authority.clock()
        self.reads.seen(now, sender, report.cvr, reads.STATUS, report.case_number)
        return self._told(STATUS, self._decided(report))

    def _told(self, service: str, report: AnnualReport) -> Response:
        code = report.code
        is_held = self.switches.take("no_receipt", service) is not None
        if code == codes.ACCEPTED and is_held:
            code = codes.PENDING
        return _answer(report.transaction_id, code, report.reasons, report)


def build(desk: Desk, more: Sequence[Route] = ()) -> Starlette:
    """The REST application, with `more` routes; the server behind it puts the client's
    certificate in the state.
    """

    async def submit(request: Request) -> Response:
        body = await request_parts.body(request, LARGEST_BODY)
        headers = {key.lower(): value for key, value in request.headers.items()}
        return await run_in_threadpool(
            desk.submit, request_parts.certificate(request), headers, body
        )

    async def status(request: Request) -> Response:
        transaction_id = request.path_params["transaction_id"]
        return await run_in_threadpool(
            desk.status, request_parts.certificate(request), transaction_id
        )

    return Starlette(
        routes=[
            Route(f"{BASE}/regnskaber", submit, methods=["POST"]),
            Route(f"{BASE}/regnskaber/{{transaction_id}}", status),
            *more,
        ],
        exception_handlers=NOT_STORED,
    )


def _answer(
    transaction_id: str,
    code: int,
    reasons: Sequence[tuple[str, str]] = (),
    report: AnnualReport | None = None,
) -> Response:
    text = codes.TEXTS.get(code, "")
    told: dict[str, object] = {"transaktionsId": transaction_id, "statuskode": code, "tekst": text}
    if reasons:
        told["advarsler" if code in _TAKEN else "fejl"] = [
            {"kode": kind, "tekst": words} for kind, words in reasons
        ]
    if report is not None and report.is_published:
        told["sagsNummer"] = report.case_number
        told["forSent"] = report.is_late
        told["omgoerelse"] = report.is_redone
    content = json.dumps(told, ensure_ascii=False).encode()
    return Response(content, codes.HTTP.get(code, 422), media_type="application/json")
