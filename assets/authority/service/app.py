"""The receiving service's HTTP surface.

    POST /<service>ServicePort   the four SOAP services
    GET  /godkend/<reference>    a draft's figures; POST decides; …/kvittering.pdf its receipt
    GET  /                       what was received; a sandbox's alone
    GET  /admin/switches         how it fails; PUT replaces; a sandbox's alone

Annual reports come in over TLS (`annual_api`) and are published here (`annual_index`); over TLS
too is asked what is asked beside filing (`desk_api`).

Belongs here: routes, and who works with whom. Does not: SOAP (`soap_desk`), the rules.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
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
    desk_api,
    pages,
    tls_keys,
)
from assets.authority.service.annual_index import PublicIndex
from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.database import Writer
from assets.authority.service.desk import Desk
from assets.authority.service.desk_check import Checker
from assets.authority.service.desk_filings import Filings
from assets.authority.service.desk_judge import DryRuns
from assets.authority.service.desk_prefill import Prefill
from assets.authority.service.folder import SandboxFolder
from assets.authority.service.gate import NOT_STORED, Gate, Room
from assets.authority.service.judges import Judges, Judging
from assets.authority.service.known_files import Known
from assets.authority.service.mandates import Mandates
from assets.authority.service.reads import Reads
from assets.authority.service.register import Register
from assets.authority.service.rules import SERVICES, Authority
from assets.authority.service.soap_desk import SoapDesk
from assets.authority.service.switches import Switches
from assets.danish_day import danish_day
from assets.deliveries.certificates import utc_now

_LARGEST_REQUEST = 16 * 1024 * 1024
_IN_PROCESS = Judging()


@dataclass(frozen=True, slots=True)
class Applications:
    """What answers on the open port, and what answers over TLS to known certificates.
    `is_over`: set before the end, so that nobody is kept waiting for a decision.
    """

    public: Gate
    rest: Gate
    is_over: threading.Event
    judges: Judges
    dry_runs: DryRuns
    writer: Writer
    reads_writer: Writer

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Judging what is received; afterwards everything is written that was taken."""
        with self.writer, self.reads_writer, self.judges, self.dry_runs:
            yield


def build(
    folder: SandboxFolder,
    today: Callable[[], date] | None = None,
    clock: Callable[[], datetime] = utc_now,
    library: Path | None = None,
    judging: Judging = _IN_PROCESS,
    *,
    is_sandbox: bool = False,
) -> Applications:
    """The applications over one folder; `today` replaces the day rules are judged by, `library`
    holds the taxonomies annual reports are judged by, `judging` says by whom. A sandbox shows
    everybody what it received, and fails on command.
    """
    folder.prepare()
    path = folder.path / "authority.sqlite"
    writer = Writer(path)
    store = AnnualStore(path, writer)
    switches = Switches(folder.path / "switches.json", is_obeyed=is_sandbox)
    day = today or (lambda: danish_day(clock()))
    register, mandates = Register(folder.path), Mandates(folder.path)
    reads_writer = Writer(register.path)
    reads = Reads(folder.path, reads_writer)
    authority = Authority(folder, store, day, clock, register, mandates, reads)
    annual = AnnualAuthority(register, mandates, store, day, authority.moment, library)
    index = PublicIndex(store, switches, register)
    trusted = Known(folder.path / "trusted", folder.trusted)
    desk = SoapDesk(authority, switches, folder.authority(), trusted)
    routes = [*_soap_routes(desk), *_approval_routes(authority, is_sandbox=is_sandbox)]
    routes += annual_index.routes(index)
    if is_sandbox:
        routes += [_overview_route(authority, index), _admin_route(desk)]
        routes.append(annual_index.as_filed_route(index))
    senders = Known(folder.path / "senders", lambda: tls_keys.senders(folder.path))
    judges = Judges(annual, judging)
    is_over = threading.Event()
    rest = annual_api.Desk(annual, switches, senders, judges.wake, judging, is_over, reads)
    dry_runs = DryRuns(has_workers=judging.workers != 0, time_limit=judging.time_limit)
    more = desk_api.routes(_desk(authority, annual, dry_runs, senders))
    room = Room()
    return Applications(
        public=Gate(Starlette(routes=routes, exception_handlers=NOT_STORED), room),
        rest=Gate(annual_api.build(rest, more), room),
        is_over=is_over,
        judges=judges,
        dry_runs=dry_runs,
        writer=writer,
        reads_writer=reads_writer,
    )


def _desk(
    authority: Authority,
    annual: AnnualAuthority,
    dry_runs: DryRuns,
    senders: Callable[[], Mapping[bytes, str]],
) -> Desk:
    """What may be asked beside filing, over the same stores."""
    filings = Filings(authority, annual.store)
    checker = Checker(authority, annual, dry_runs.judge)
    return Desk(authority, filings, checker, Prefill(filings), senders)


def _soap_routes(desk: SoapDesk) -> list[Route]:
    async def soap(request: Request) -> Response:
        service = request.url.path.removeprefix("/").removesuffix("ServicePort")
        body = await request.body()
        if len(body) > _LARGEST_REQUEST:
            return Response("too large", 413, media_type="text/plain")
        url = str(request.base_url).rstrip("/")
        return await run_in_threadpool(desk.handle, service, body, url)

    return [Route(f"/{service}ServicePort", soap, methods=["POST"]) for service in SERVICES]


def _overview_route(authority: Authority, index: PublicIndex) -> Route:
    def overview(request: Request) -> Response:
        del request
        store = authority.store
        drafts, lists, reports = store.drafts(), store.lists(), index.store.all()
        filers = {one.se_number for one in drafts} | {one.se_number for one in lists}
        named = authority.register.names(filers | {one.cvr for one in reports})
        annual = annual_pages.listed(reports, named)
        return HTMLResponse(pages.overview(drafts, lists, named, annual))

    return Route("/", overview)


def _approval_routes(authority: Authority, *, is_sandbox: bool) -> list[Route]:
    def receipt(request: Request) -> Response:
        draft = authority.store.draft(request.path_params["reference"])
        if draft is None or draft.state != "approved":
            return HTMLResponse(pages.missing(is_sandbox=is_sandbox), 404)
        return Response(authority.pdf(draft), media_type="application/pdf")

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
            return HTMLResponse(pages.missing(is_sandbox=is_sandbox), 404)
        await run_in_threadpool(authority.opened, draft)
        named = await run_in_threadpool(authority.register.names, [draft.se_number])
        name = named.get(draft.se_number, "")
        return HTMLResponse(pages.approval(draft, name, is_sandbox=is_sandbox))

    return [
        Route("/godkend/{reference}", approval, methods=["GET", "POST"]),
        Route("/godkend/{reference}/kvittering.pdf", receipt),
    ]


def _admin_route(desk: SoapDesk) -> Route:
    async def switches(request: Request) -> Response:
        if request.method == "PUT":
            try:
                desk.switches.set(json.loads(await request.body()))
            except ValueError as error:
                return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(desk.switches.read())

    return Route("/admin/switches", switches, methods=["GET", "PUT"])
