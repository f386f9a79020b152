"""The desk over HTTP: paths, parameters and bodies, on the port that asks for a certificate.

    POST   /api/proeve/<art>                                     dry run; the report is the body
    GET    /api/virksomheder/<cvr>/forudfyldning                 what is known (art, fra, til)
    GET    /api/virksomheder/<cvr>/indberetninger                what was filed (art, status, side)
    GET    /api/virksomheder/<cvr>/indberetninger/<noegle>       one report, and who read it
    GET    …/indberetninger/<noegle>/indhold, /kvittering        its bytes; its receipt
    GET    /api/virksomheder/<cvr>/opslag                        who read what (side, antal)
    GET, POST, DELETE  /api/virksomheder/<cvr>/fuldmagter        mandates given; give; withdraw

`art` is a kind of report, as vat_return; `side` and `antal` page.

Belongs here: reading requests. Does not: who may (`desk`).
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assets.authority.service import desk_codes as codes
from assets.authority.service import request_parts
from assets.authority.service.annual_form import LARGEST
from assets.authority.service.desk import MOST, Desk, Page
from assets.authority.service.desk_codes import DeskError
from assets.authority.service.desk_filings import WORDS
from assets.authority.service.mandates import ALL, ENTITLEMENTS, REPORT_TYPES

BASE = "/api"
_GRANTEE = re.compile(r"[0-9A-Za-z:+._-]{1,64}")
_LARGEST_GRANT = 4096

Work = Callable[[str, Request, bytes], Response]


def routes(desk: Desk) -> list[Route]:
    """The desk's routes."""
    company = f"{BASE}/virksomheder/{{cvr}}"
    filing = f"{company}/indberetninger/{{key}}"
    return [
        _route(desk, f"{BASE}/proeve/{{kind}}", "desk_check", _check(desk), "POST"),
        _route(desk, f"{company}/forudfyldning", "desk_prefill", _prefill(desk)),
        _route(desk, f"{company}/indberetninger", "desk_status", _listed(desk)),
        _route(desk, filing, "desk_status", _of_filing(desk.one)),
        _route(desk, f"{filing}/indhold", "desk_filing", _of_filing(desk.content)),
        _route(desk, f"{filing}/kvittering", "desk_filing", _of_filing(desk.receipt)),
        _route(desk, f"{company}/opslag", "desk_reads", _seen(desk)),
        _route(
            desk, f"{company}/fuldmagter", "desk_mandates", _mandates(desk), "GET", "POST", "DELETE"
        ),
    ]


def _route(desk: Desk, path: str, call: str, work: Work, *methods: str) -> Route:
    async def handle(request: Request) -> Response:
        body = await request_parts.body(request, LARGEST)
        return await run_in_threadpool(handled, request, body)

    def handled(request: Request, body: bytes) -> Response:
        shown = request_parts.certificate(request)
        asker = desk.senders().get(hashlib.sha256(shown).digest(), "")

        def worked() -> Response:
            if len(body) > LARGEST:
                raise DeskError(codes.TOO_LARGE, f"over {LARGEST} byte")
            return work(asker, request, body)

        return desk.asked(call, asker, _asked(call, request, body), worked)

    return Route(path, handle, methods=list(methods or ("GET",)))


def _asked(call: str, request: Request, body: bytes) -> bytes:
    """What is kept of a call: its line, and of a report tried out its hash alone."""
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    line = f"{request.method} {target}\r\n".encode()
    if call == "desk_check":
        return line + b"sha256 " + hashlib.sha256(body).hexdigest().encode()
    return line + body[:_LARGEST_GRANT]


def _check(desk: Desk) -> Work:
    def work(asker: str, request: Request, body: bytes) -> Response:
        kind = _kind(request.path_params["kind"])
        if kind == "eu_sales_list":
            start = _day(request.query_params, "fra")
            return desk.check(asker, kind, body, start=start.isoformat())
        if kind == "annual_report":
            return desk.check(asker, kind, body, cvr=_cvr(request.query_params.get("cvr", "")))
        return desk.check(asker, kind, body)

    return work


def _prefill(desk: Desk) -> Work:
    def work(asker: str, request: Request, body: bytes) -> Response:
        del body
        given = request.query_params
        start, end = _day(given, "fra"), _day(given, "til")
        if end < start:
            raise DeskError(codes.MALFORMED, f"fra {start} er efter til {end}")
        cvr, kind = _cvr(request.path_params["cvr"]), _kind(given.get("art", ""))
        return desk.known(asker, cvr, kind, start, end)

    return work


def _listed(desk: Desk) -> Work:
    def work(asker: str, request: Request, body: bytes) -> Response:
        del body
        given = request.query_params
        kind = given.get("art", "")
        status = given.get("status", "")
        if status and status not in WORDS:
            raise DeskError(codes.MALFORMED, f"status er {status}, ikke {', '.join(WORDS)}")
        return desk.listed(
            asker, _cvr(request.path_params["cvr"]), _page(given), kind and _kind(kind), status
        )

    return work


def _of_filing(work: Callable[[str, str, str], Response]) -> Work:
    def handled(asker: str, request: Request, body: bytes) -> Response:
        del body
        return work(asker, _cvr(request.path_params["cvr"]), request.path_params["key"])

    return handled


def _seen(desk: Desk) -> Work:
    def work(asker: str, request: Request, body: bytes) -> Response:
        del body
        return desk.seen(asker, _cvr(request.path_params["cvr"]), _page(request.query_params))

    return work


def _mandates(desk: Desk) -> Work:
    def work(asker: str, request: Request, body: bytes) -> Response:
        cvr = _cvr(request.path_params["cvr"])
        if request.method == "GET":
            return desk.mandates(asker, cvr)
        given = _object(body)
        grantee = str(given.get("til", ""))
        if not _GRANTEE.fullmatch(grantee):
            raise DeskError(codes.MALFORMED, "til skal være en organisation, som NTRDK-12345678")
        right, kind = str(given.get("ret", "")), str(given.get("art", ""))
        if right not in ENTITLEMENTS or kind not in (*REPORT_TYPES, ALL):
            raise DeskError(
                codes.MALFORMED,
                f"ret skal være {' eller '.join(ENTITLEMENTS)}, og art en af "
                f"{', '.join((*REPORT_TYPES, ALL))}",
            )
        if request.method == "DELETE":
            return desk.withdraw(asker, cvr, grantee, right, kind)
        until = _day(given, "udloeber") if given.get("udloeber") else None
        return desk.grant(asker, cvr, grantee, right, kind, until)

    return work


def _object(body: bytes) -> dict[str, str]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise DeskError(codes.MALFORMED, "kroppen skal være et JSON-objekt")
    return given


def _kind(text: str) -> str:
    if text not in REPORT_TYPES:
        raise DeskError(codes.MALFORMED, f"art er {text or 'ikke angivet'}, ikke en af "
                        f"{', '.join(REPORT_TYPES)}")  # fmt: skip
    return text


def _cvr(text: str) -> str:
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        raise DeskError(codes.MALFORMED, "cvr skal være otte cifre")
    return text


def _day(given: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(str(given.get(name, "")))
    except ValueError:
        raise DeskError(codes.MALFORMED, f"{name} skal være en dag, som 2026-03-31") from None


def _page(given: Mapping[str, str]) -> Page:
    number, size = given.get("side", "1"), given.get("antal", "50")
    for name, text, most in (("side", number, 10**6), ("antal", size, MOST)):
        if not (text.isascii() and text.isdigit() and len(text) <= 7 and 1 <= int(text) <= most):
            raise DeskError(codes.MALFORMED, f"{name} skal være et tal fra 1 til {most}")
    return Page(int(number), int(size))
