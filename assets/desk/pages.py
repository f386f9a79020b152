"""The authority's pages: search, a company, a report, how everything stands, statistics.

Belongs here: one function a page, from request to response. Does not: the questions they ask
(`search`, `company`, …), lineage (`pages_lineage`), or what pages look like (templates).
"""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from assets.desk import company as companies
from assets.desk import filing as filings
from assets.desk import overview as overviews
from assets.desk import reader, search, statistics
from assets.desk.asking import Asked
from assets.desk.database import Connection

DUTY_STATES = ["on_time", "late", "estimated", "missing", "waiting", "awaited", "not_due"]
_LONGEST_FORM = 4096
STATUSES = ["received", "waiting", "accepted", "rejected", "refused", "replaced"]


def find(request: Request) -> Response:
    """Search, and what was found."""
    asked = Asked(request)
    state = asked.query.get("state", "")
    sought = search.Sought(
        asked.query.get("q", "").strip()[:120],
        state if state in search.STATES else "",
        asked.number("points", 0),
        asked.number("page", 1),
    )
    with asked.desk.reading.connect() as con:
        found = None if sought.is_empty else search.search(con, sought)
        standing = overviews.overview(con) if sought.is_empty else None
    return asked.page(
        "search.html", sought=sought, found=found, standing=standing, states=search.STATES,
        address_of_page=asked.address_of_page,
    )  # fmt: skip


def company(request: Request) -> Response:
    """Everything known of one company."""
    asked = Asked(request)
    if asked.must_say_who:
        return asked.ask_who()
    cvr = request.path_params["cvr"]
    with asked.desk.reading.connect() as con:
        known = companies.known(con, cvr)
        if known is None:
            return missing(asked, "missing.company", cvr)
        asked.log([cvr], "company")
    assert asked.desk.reads is not None
    return asked.page(
        "company.html", known=known, company=known.company, charted=companies.CHARTED,
        reads=asked.desk.reads.of(cvr, at_most=25), read_count=asked.desk.reads.count(cvr),
    )  # fmt: skip


def filing(request: Request) -> Response:
    """One report received."""
    asked = Asked(request)
    return _of_filing(
        asked,
        "filing",
        lambda _con, one: asked.page("filing.html", one=one, filing=one.filing),
    )


def facts(request: Request) -> Response:
    """What an annual report says; of many pages, the one with the fact that is named."""
    asked = Asked(request)
    index = None if "page" in asked.query else asked.number("fact", -1)

    def shown(con: Connection, one: filings.Filing) -> Response:
        found = filings.facts(con, str(one.filing["filing_id"]), asked.number("page", 1), index)
        return asked.page("facts.html", one=one, found=found, address_of_page=asked.address_of_page)

    return _of_filing(asked, "facts", shown)


def _of_filing(
    asked: Asked, what: str, shown: Callable[[Connection, filings.Filing], Response]
) -> Response:
    if asked.must_say_who:
        return asked.ask_who()
    key = asked.request.path_params["key"]
    with asked.desk.reading.connect() as con:
        one = filings.filing(con, key)
        if one is None:
            return missing(asked, "missing.filing", key)
        if one.filing["cvr"] is not None:
            asked.log([str(one.filing["cvr"])], f"{what} {key}")
        return shown(con, one)


def overview(request: Request) -> Response:
    """How everything stands."""
    asked = Asked(request)
    with asked.desk.reading.connect() as con:
        found = overviews.overview(con)
    return asked.page(
        "overview.html",
        found=found,
        duties=overviews.crossed(found.duties, DUTY_STATES),
        received=overviews.crossed(found.received, STATUSES),
        duty_states=DUTY_STATES,
        statuses=STATUSES,
        listed_states=search.STATES,
    )


def published(request: Request) -> Response:
    """The published statistics; what is kept back is marked."""
    asked = Asked(request)
    with asked.desk.reading.connect() as con:
        found = statistics.table(
            con, asked.query.get("measure", ""), asked.number("year", 0) or None
        )
    return asked.page("statistics.html", found=found)


def ask_reader(request: Request) -> Response:
    """The form that asks who reads and why."""
    asked = Asked(request)
    return asked.page(
        "reader.html", next=ours(asked.query.get("next", "")), given={"name": "", "case": ""},
        is_wrong=False,
        fixed_name=asked.desk.reader_name,
    )  # fmt: skip


async def say_reader(request: Request) -> Response:
    """Keep who reads and why, and go on to the page asked for."""
    asked = Asked(request)
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPException(403, "The form was sent from another site.")
    if int(request.headers.get("content-length", _LONGEST_FORM + 1)) > _LONGEST_FORM:
        raise HTTPException(413, "The form is longer than a name and a number are.")
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    given = {name: form.get(name, [""])[0] for name in ("name", "case", "next")}
    said = reader.officer(asked.desk.reader_name or given["name"], given["case"])
    if said is None:
        return asked.page(
            "reader.html", 422, next=ours(given["next"]), given=given, is_wrong=True,
            fixed_name=asked.desk.reader_name,
        )  # fmt: skip
    response = asked.go(ours(given["next"]))
    response.set_cookie(reader.COOKIE, said.cookie, httponly=True, samesite="strict")
    return response


def ours(address: str) -> str:
    r"""An address on these pages; the first page for any other.

    >>> ours("/company/10150817?lang=en"), ours("//elsewhere.example/"), ours("/\\elsewhere")
    ('/company/10150817?lang=en', '/', '/')
    """
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or "\\" in address or not address.startswith("/"):
        return "/"
    return address if address.isprintable() else "/"


def missing(asked: Asked, key: str, sought: str) -> Response:
    """There is no such thing: what was looked for, and where to look."""
    return asked.page("missing.html", 404, key=key, sought=sought)
