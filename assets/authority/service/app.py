"""The sandbox authority's HTTP surface.

    POST /<service>ServicePort   the four SOAP services
    GET  /                       what was received
    GET  /godkend/<reference>    a draft's figures; POST decides; …/kvittering.pdf its receipt
    GET  /admin/switches         how it fails; PUT replaces

Annual reports come in over TLS (`annual_api`) and are published here (`annual_index`).

Belongs here: bytes in, bytes out, signatures, schemas, failing on command.
Does not: the rules.
"""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from assets.authority.service import (
    annual_api,
    annual_index,
    annual_pages,
    answers,
    pages,
    tls_keys,
)
from assets.authority.service.annual_index import PublicIndex
from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.answers import FaultError
from assets.authority.service.failing import served
from assets.authority.service.folder import SandboxFolder, issue
from assets.authority.service.mandates import Mandates
from assets.authority.service.register import Register
from assets.authority.service.rules import RECEIPT, SERVICES, Authority
from assets.authority.service.store import AuthorityStore
from assets.authority.service.switches import Switches
from assets.deliveries.certificates import Credentials, utc_now
from assets.deliveries.skat_schemas import UnreadableError, violations
from assets.deliveries.wsse import SignatureRefusedError, sign, verify
from warehouse.errors import PermanentError

_XML = "text/xml; charset=utf-8"
_LARGEST_REQUEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Desk:
    """One running authority with its switches."""

    authority: Authority
    switches: Switches
    signer: Credentials

    def handle(self, service: str, request: bytes, url: str) -> Response:
        """One SOAP request: fail as told, store, check, decide, answer."""

        def work() -> Response:
            status, answer = self._work(service, request, url)
            return Response(answer, status, media_type=_XML)

        return served(self.switches, service, work)

    def _work(self, service: str, request: bytes, url: str) -> tuple[int, bytes]:
        """Store the request, then the answer, then give it."""
        store = self.authority.store
        message_id = store.keep(service, request, self.authority.clock())
        try:
            status, answer = 200, self._answer(service, request, url)
        except FaultError as error:
            status, answer = 500, answers.fault(error.code, error.text)
        except PermanentError as error:  # valid by the schema, and still beyond reading
            status, answer = 500, answers.fault("env:Client", str(error))
        store.answered(message_id, answer)
        return status, answer

    def _answer(self, service: str, request: bytes, url: str) -> bytes:
        """The signed answer.

        Raises: FaultError.
        """
        now = self.authority.clock()
        try:
            verified = verify(request, self.authority.folder.trusted(), now)
        except (SignatureRefusedError, UnreadableError) as error:
            raise FaultError(
                "wsse:FailedAuthentication", f"FailedAuthentication: {error}"
            ) from error
        payload, sender = verified.payload, tls_keys.organisation(verified.certificate)
        wrong = violations(payload)
        if wrong:
            text = f"BEA-382505: OSB Validate action failed validation: {wrong[0]}"
            raise FaultError("env:Server", text)
        is_held = service == RECEIPT and self.switches.take("no_receipt", service) is not None
        answer = self.authority.answer(
            service, payload, url, sender=sender, is_receipt_held=is_held
        )
        signer, created = self.signer, now
        if self.switches.take("wrong_signature", service) is not None:
            signer = issue("a stranger", None, None)
        if self.switches.take("stale", service) is not None:
            created = now - timedelta(minutes=10)
        return sign(answer, signer, created=created)


@dataclass(frozen=True, slots=True)
class Applications:
    """What answers on the open port, and what answers over TLS to known certificates; `judging`
    is the thread that judges reports, to be shut down after both.
    """

    public: Starlette
    rest: Starlette
    judging: ThreadPoolExecutor


def build(
    folder: SandboxFolder,
    today: Callable[[], date] | None = None,
    clock: Callable[[], datetime] = utc_now,
    library: Path | None = None,
) -> Applications:
    """The applications over one folder; `today` replaces the day rules are judged by, `library`
    holds the taxonomies annual reports are judged by.
    """
    folder.prepare()
    store = AuthorityStore(folder.path / "authority.sqlite")
    switches = Switches(folder.path / "switches.json")
    day = today or (lambda: clock().date())
    register, mandates = Register(folder.path), Mandates(folder.path)
    authority = Authority(folder, store, day, clock, threading.Lock(), register, mandates)
    annual = AnnualAuthority(
        register,
        mandates,
        AnnualStore(folder.path / "authority.sqlite"),
        day,
        lambda: datetime.combine(day(), clock().timetz()),
        library,
    )
    index = PublicIndex(annual.store, switches, register)
    desk = _Desk(authority, switches, folder.authority())
    routes = [*_soap_routes(desk), *_people_routes(authority, index), _admin_route(desk)]
    judging = ThreadPoolExecutor(1, thread_name_prefix="annual reports")
    return Applications(
        public=Starlette(routes=[*routes, *annual_index.routes(index)]),
        rest=annual_api.build(annual_api.Desk(folder, annual, store, switches, judging)),
        judging=judging,
    )


def _soap_routes(desk: _Desk) -> list[Route]:
    async def soap(request: Request) -> Response:
        service = request.url.path.removeprefix("/").removesuffix("ServicePort")
        body = await request.body()
        if len(body) > _LARGEST_REQUEST:
            return Response("too large", 413, media_type="text/plain")
        url = str(request.base_url).rstrip("/")
        return await run_in_threadpool(desk.handle, service, body, url)

    return [Route(f"/{service}ServicePort", soap, methods=["POST"]) for service in SERVICES]


def _people_routes(authority: Authority, index: PublicIndex) -> list[Route]:
    def overview(request: Request) -> Response:
        del request
        store = authority.store
        drafts, lists, reports = store.drafts(), store.lists(), index.store.all()
        filers = {one.se_number for one in drafts} | {one.se_number for one in lists}
        named = authority.register.names(filers | {one.cvr for one in reports})
        annual = annual_pages.listed(reports, named)
        return HTMLResponse(pages.overview(drafts, lists, named, annual))

    def receipt(request: Request) -> Response:
        draft = authority.store.draft(request.path_params["reference"])
        if draft is None or draft.pdf is None:
            return HTMLResponse(pages.missing(), 404)
        return Response(draft.pdf, media_type="application/pdf")

    async def approval(request: Request) -> Response:
        reference = request.path_params["reference"]
        if request.method == "POST":
            form = parse_qs((await request.body()).decode("ascii", "replace"))
            decision = form.get("decision", [""])[0]
            if decision not in {"approved", "rejected"}:
                return HTMLResponse("decision must be approved or rejected", 400)
            await run_in_threadpool(authority.decide, reference, decision)
            return RedirectResponse(request.url.path, 303)
        draft = await run_in_threadpool(authority.store.draft, reference)
        if draft is None:
            return HTMLResponse(pages.missing(), 404)
        named = await run_in_threadpool(authority.register.names, [draft.se_number])
        return HTMLResponse(pages.approval(draft, named.get(draft.se_number, "")))

    return [
        Route("/", overview),
        Route("/godkend/{reference}", approval, methods=["GET", "POST"]),
        Route("/godkend/{reference}/kvittering.pdf", receipt),
    ]


def _admin_route(desk: _Desk) -> Route:
    async def switches(request: Request) -> Response:
        if request.method == "PUT":
            try:
                desk.switches.set(json.loads(await request.body()))
            except ValueError as error:
                return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(desk.switches.read())

    return Route("/admin/switches", switches, methods=["GET", "PUT"])
