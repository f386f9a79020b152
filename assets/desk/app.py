"""The desk as a web application: addresses, headers, and pages for what goes wrong.

Belongs here: which address is which page. Does not: the pages, or running a server
(`pipelines.commands.desk`).
"""

import logging
from collections.abc import Sequence

import duckdb
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assets.desk import pages, pages_business, pages_lineage, rendering
from assets.desk.asking import Asked, Desk
from warehouse.errors import ReportingError

LOCAL = ("127.0.0.1", "localhost", "[::1]")
_LOG = logging.getLogger(__name__)
_FOR_GOOD = {**rendering.HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}


def app(desk: Desk, hosts: Sequence[str] = LOCAL) -> Starlette:
    """The pages of `desk`, answered under the names in `hosts` only (DNS rebinding)."""
    made = Starlette(
        routes=[*_SHARED, *(_BUSINESS if desk.reads is None else _AUTHORITY)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        exception_handlers={
            HTTPException: _refused,
            ReportingError: _failed,
            duckdb.Error: _failed,
            OSError: _failed,
            Exception: _failed,
        },
    )
    made.state.desk = desk
    return made


def _style(_: Request) -> Response:
    return Response(rendering.style(), 200, _FOR_GOOD, "text/css; charset=utf-8")


def _refused(request: Request, error: Exception) -> Response:
    """No such address, or no such method."""
    assert isinstance(error, HTTPException)
    asked = Asked(request)
    if error.status_code == 404:
        return pages.missing(asked, "missing.page", request.url.path)
    return asked.page("failed.html", error.status_code, why=error.detail)


def _failed(request: Request, error: Exception) -> Response:
    """Something is wrong on our side: said plainly; what it was stands in the log."""
    _LOG.exception("The page %s could not be made", request.url.path, exc_info=error)
    why = str(error) if isinstance(error, ReportingError) else type(error).__name__
    return Asked(request).page("failed.html", 503, why=why)


_SHARED: tuple[BaseRoute, ...] = (
    Route(rendering.style_address(), _style),
    Route("/lineage", pages_lineage.index),
    Route("/lineage/table/{table}", pages_lineage.table),
    Route("/lineage/table/{table}/{column}", pages_lineage.column),
)
_AUTHORITY: tuple[BaseRoute, ...] = (
    Route("/", pages.find),
    Route("/company/{cvr}", pages.company),
    Route("/filing/{key}", pages.filing),
    Route("/filing/{key}/facts", pages.facts),
    Route("/overview", pages.overview),
    Route("/statistics", pages.published),
    Route("/reader", pages.ask_reader, methods=["GET"]),
    Route("/reader", pages.say_reader, methods=["POST"]),
    Route("/lineage/figure/{cvr}/{year:int}/{concept}", pages_lineage.figure),
    Route("/lineage/check", pages_lineage.check),
    Route("/lineage/statistic", pages_lineage.statistic),
)
_BUSINESS: tuple[BaseRoute, ...] = (
    Route("/", pages_business.companies),
    Route("/company/{company_id}", pages_business.company),
    Route("/lineage/line", pages_business.line),
)
