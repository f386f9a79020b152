"""What the service has published: an index shaped like the public one, and its documents.

    POST or GET /offentliggoerelser/_search     the search (`search`)
    GET /dokumenter/<sagsnummer>.xhtml, .pdf    the documents; gzip, as there
    GET /regnskaber/<sagsnummer>                the report as it was filed, for people to look at; a
                                                sandbox's alone

Belongs here: rows of the index, and serving. Does not: the search's language.

Source: the publication service of the Danish Business Authority (`…/offentliggoerelser/_search`).
"""

import gzip
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assets.authority.service import annual_document
from assets.authority.service.annual_form import XHTML
from assets.authority.service.annual_rows import AnnualReport
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.failing import served
from assets.authority.service.register import Register
from assets.authority.service.search import QueryError, search
from assets.authority.service.switches import Switches

INDEX = "annual_index"
DOCUMENT = "annual_document"
STRICT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class PublicIndex:
    """The index over one store; `register` names the companies."""

    store: AnnualStore
    switches: Switches
    register: Register

    def found(self, body: bytes, base: str) -> Response:
        """The answer to one search, compressed."""
        return served(self.switches, INDEX, lambda: self._found(body, base))

    def _found(self, body: bytes, base: str) -> Response:
        hidden = self.switches.take("unpublished", INDEX) is not None
        reports = [] if hidden else self.store.published()
        try:
            answer = search([_row(one, base) for one in reports], json.loads(body or b"{}"))
        except (
            QueryError,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            RecursionError,
        ) as error:
            told = {"error": {"type": "parsing_exception", "reason": str(error)}, "status": 400}
            return JSONResponse(told, 400)
        return _compressed(json.dumps(answer).encode(), "application/json; charset=UTF-8")

    def document(self, case_number: str, suffix: str) -> Response:
        """A published document, compressed."""
        return served(self.switches, DOCUMENT, lambda: self._document(case_number, suffix))

    def _document(self, case_number: str, suffix: str) -> Response:
        report = self.store.of_case(case_number)
        if report is None or not report.is_published or suffix not in {"xhtml", "pdf"}:
            return Response("Not Found", 404, media_type="text/plain")
        if suffix == "pdf":
            content = annual_document.pdf(
                report, self.register.names([report.cvr]).get(report.cvr, "")
            )
            return _compressed(content, "application/pdf")
        is_tampered = self.switches.take("tampered", DOCUMENT) is not None
        page = annual_document.published(report.content, is_tampered=is_tampered)
        return _compressed(page, XHTML)

    def as_filed(self, case_number: str) -> Response:
        """The report as it was filed, where it can do nothing but be looked at."""
        report = self.store.of_case(case_number)
        if report is None:
            return Response("Not Found", 404, media_type="text/plain", headers=STRICT)
        return Response(report.content, headers=STRICT | {"Content-Type": XHTML})


def routes(index: PublicIndex) -> list[Route]:
    """The index's routes on the open port: what is published, and nothing else."""

    async def found(request: Request) -> Response:
        body = await request.body()
        base = str(request.base_url).rstrip("/")
        return await run_in_threadpool(index.found, body, base)

    def document(request: Request) -> Response:
        case_number, _, suffix = request.path_params["name"].rpartition(".")
        return index.document(case_number, suffix)

    return [
        Route("/offentliggoerelser/_search", found, methods=["GET", "POST"]),
        Route("/dokumenter/{name}", document),
    ]


def as_filed_route(index: PublicIndex) -> Route:
    """Every report for everybody, rejected ones too: for a sandbox alone."""

    def as_filed(request: Request) -> Response:
        return index.as_filed(request.path_params["case_number"])

    return Route("/regnskaber/{case_number}", as_filed)


def _row(report: AnnualReport, base: str) -> dict[str, Any]:
    """One publication as the public index writes it."""
    published = _moment(report.received_at)
    start, end = report.period_start, report.period_end
    return {
        "_id": f"urn:ofk:oid:{report.case_number}",
        "_source": {
            "cvrNummer": int(report.cvr),
            "regNummer": None,
            "sagsNummer": report.case_number,
            "omgoerelse": report.is_redone,
            "offentliggoerelsestype": "regnskab",
            "offentliggoerelsesTidspunkt": published,
            "indlaesningsTidspunkt": published,
            "indlaesningsId": None,
            "sidstOpdateret": published,
            "regnskab": {
                "regnskabsperiode": {
                    "startDato": start.isoformat() if start else None,
                    "slutDato": end.isoformat() if end else None,
                }
            },
            "dokumenter": [
                _listed(report, base, "xhtml", XHTML),
                _listed(report, base, "pdf", "application/pdf"),
            ],
        },
    }


def _listed(report: AnnualReport, base: str, suffix: str, kind: str) -> dict[str, str]:
    return {
        "dokumentUrl": f"{base}/dokumenter/{report.case_number}.{suffix}",
        "dokumentMimeType": kind,
        "dokumentType": "AARSRAPPORT",
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _compressed(content: bytes, kind: str) -> Response:
    """Every answer is compressed, asked for or not, as the real one's documents are."""
    headers = {"Content-Type": kind, "Content-Encoding": "gzip"}
    return Response(gzip.compress(content, mtime=0), headers=headers)
