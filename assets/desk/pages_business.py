"""The pages over a business's own workspace: its companies, one of them, one figure's postings.

Belongs here: one function a page. Does not: an authority's pages (`pages`).
"""

from datetime import date
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from assets.desk import business
from assets.desk.asking import Asked
from assets.desk.drawing import Box, Drawing, Line, draw
from assets.desk.pages import missing
from assets.desk.words import Words
from assets.reports import explain
from warehouse.errors import PermanentError

_SHOWN = 400
_DRAWN = 12


def companies(request: Request) -> Response:
    """The companies of the settings, and how each stands."""
    asked = Asked(request)
    with asked.desk.reading.connect() as con:
        standing = business.standing(con)
    return asked.page("own.html", companies=asked.desk.companies, standing=standing)


def company(request: Request) -> Response:
    """One company: what is due, what was filed, what the books say."""
    asked = Asked(request)
    wanted = request.path_params["company_id"]
    known = next((one for one in asked.desk.companies if one.company_id == wanted), None)
    if known is None:
        return missing(asked, "missing.company", wanted)
    with asked.desk.reading.connect() as con:
        found = business.own(con, wanted)
    reports = [
        (key, list(lines))
        for key, lines in groupby(
            found.lines, lambda one: (one["report_type"], one["period_start"], one["period_end"])
        )
    ]
    return asked.page("own_company.html", company=known, found=found, reports=reports)


def line(request: Request) -> Response:
    """One figure of a report, and the postings or fields it is the sum of."""
    asked = Asked(request)
    names = ("company", "type", "end", "field", "subject")
    company_id, kind, end, field, subject = (asked.query.get(name, "") for name in names)
    try:
        day = date.fromisoformat(end)
        with asked.desk.reading.connect() as con:
            found = explain.explain(con, company_id, kind, day, field, subject, _SHOWN)
    except (PermanentError, ValueError):
        return missing(asked, "missing.figure", f"{field} {end} ({company_id})")
    return asked.page("own_line.html", one=found, drawing=_drawing(found, asked.words))


def _drawing(one: explain.Explanation, words: Words) -> Drawing:
    """Vouchers, or the fields of a total → the figure."""
    parts = [
        Line(f"p{at}", f"{part.label}: {words.number(part.amount)}")
        for at, part in enumerate(one.fields[:_DRAWN])
    ] or [
        Line(f"p{at}", f"{part.voucher_number or part.voucher_id}: {words.number(part.amount)}")
        for at, part in enumerate(one.postings[:_DRAWN])
    ]
    count = len(one.fields) or one.count
    focus = Box("figure", one.label, "", (Line("amount", words.number(one.amount)),), "focus",
                words.period(one.period_start, one.period_end))  # fmt: skip
    if not parts:
        return draw([("", [focus])], [])
    box = Box(
        "parts", words("own.fields" if one.fields else "own.postings"), "", tuple(parts),
        subtitle=words("lineage.of", shown=len(parts), count=words.number(count)),
    )  # fmt: skip
    return draw(
        [(words("lineage.from"), [box]), (words("lineage.figure"), [focus])],
        [(part.key, "amount") for part in parts],
    )
