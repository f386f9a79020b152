"""The sandbox's REST interface for annual reports, over TLS with a client certificate.

    POST /ri/api/regnskaber                     hand in a report (`annual_form`)
    GET  /ri/api/regnskaber/<transaktionsId>    what became of it

Answers are JSON: `statuskode` (`annual_codes`), `tekst`, `fejl`, `sagsNummer`. The real
interface's paths and names are given to registered software houses; these are the sandbox's.

Belongs here: bytes in, bytes out, who is asking. Does not: the decision (`annual_intake`).
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assets.authority.service import annual_codes as codes
from assets.authority.service import annual_form, tls_keys
from assets.authority.service.annual_form import LARGEST_BODY, RefusedFormError
from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_store import AnnualReport
from assets.authority.service.failing import served
from assets.authority.service.folder import SandboxFolder
from assets.authority.service.store import AuthorityStore
from assets.authority.service.switches import Switches

BASE = "/ri/api"
SUBMIT = "annual_submit"
STATUS = "annual_status"
_UNKNOWN = 777
_TAKEN = (codes.ACCEPTED, codes.PENDING)


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk at work. One report is judged at a time: judging keeps its plans per thread."""

    folder: SandboxFolder
    authority: AnnualAuthority
    messages: AuthorityStore
    switches: Switches
    judging: ThreadPoolExecutor

    def submit(self, certificate: bytes, headers: dict[str, str], body: bytes) -> Response:
        """One submission: stored, decided, answered."""

        def work() -> Response:
            return self.judging.submit(self._submit, certificate, headers, body).result()

        return self._kept(SUBMIT, body, work)

    def status(self, certificate: bytes, transaction_id: str) -> Response:
        """What became of one transaction."""
        asked = transaction_id.encode()
        return self._kept(STATUS, asked, lambda: self._status(certificate, transaction_id))

    def _kept(self, service: str, request: bytes, work: Callable[[], Response]) -> Response:
        def kept() -> Response:
            message_id = self.messages.keep(service, request, self.authority.clock())
            answer = work()
            if self.switches.take("unknown_code", service) is not None:
                answer = _answer("", _UNKNOWN)
            self.messages.answered(message_id, bytes(answer.body))
            return answer

        return served(self.switches, service, kept)

    def _submit(self, certificate: bytes, headers: dict[str, str], body: bytes) -> Response:
        sender = self._sender(certificate)
        if sender is None:
            return _answer("", codes.STRANGER)
        try:
            form = annual_form.read(headers, body)
        except RefusedFormError as error:
            return _answer("", error.code, reasons=[("form", error.text)])
        report = self.authority.receive(sender, form)
        if report is None:
            return _answer(form.transaction_id, codes.REUSED)
        return self._told(SUBMIT, report)

    def _status(self, certificate: bytes, transaction_id: str) -> Response:
        sender = self._sender(certificate)
        if sender is None:
            return _answer(transaction_id, codes.STRANGER)
        report = self.authority.store.of_transaction(sender, transaction_id)
        if report is None:
            return _answer(transaction_id, codes.ABSENT)
        return self._told(STATUS, report)

    def _told(self, service: str, report: AnnualReport) -> Response:
        code = report.code
        is_held = self.switches.take("no_receipt", service) is not None
        if code == codes.ACCEPTED and is_held:
            code = codes.PENDING
        return _answer(report.transaction_id, code, report.reasons, report)

    def _sender(self, certificate: bytes) -> str | None:
        """The organisation of a certificate that may file; None for a stranger's."""
        known = tls_keys.senders(self.folder.path)
        return known.get(hashlib.sha256(certificate).digest())


def build(desk: Desk) -> Starlette:
    """The REST application; the server behind it puts the client's certificate in the state."""

    async def submit(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                break
        headers = {key.lower(): value for key, value in request.headers.items()}
        return await run_in_threadpool(desk.submit, _certificate(request), headers, bytes(body))

    async def status(request: Request) -> Response:
        transaction_id = request.path_params["transaction_id"]
        return await run_in_threadpool(desk.status, _certificate(request), transaction_id)

    return Starlette(
        routes=[
            Route(f"{BASE}/regnskaber", submit, methods=["POST"]),
            Route(f"{BASE}/regnskaber/{{transaction_id}}", status),
        ]
    )


def _certificate(request: Request) -> bytes:
    found = request.scope["state"].get("client_certificate")
    return found if isinstance(found, bytes) else b""


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
