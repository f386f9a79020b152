"""Templates into pages, with the headers that keep them to themselves.

Nothing on a page comes from elsewhere, no script runs, and nothing is stored on the way: the
content security policy allows our own style sheet and forms, and that is all.

Belongs here: the template environment, headers. Does not: what a page is about.
"""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files

import jinja2
from starlette.responses import Response

from assets.desk import behind, charts
from assets.desk.words import LANGUAGES, Words

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@cache
def environment() -> jinja2.Environment:
    """The templates: everything put into a page is escaped; a name that is missing is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("assets.desk"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        filing_href=behind.filing_href,
        figure_href=behind.figure_href,
        contribution_href=behind.contribution_href,
        check_href=behind.check_href,
        cell_href=behind.cell_href,
        use_href=behind.use_href,
        unit=behind.unit,
        municipality=municipality,
        chart=charts.bars,
        style=style_address(),
        languages=LANGUAGES,
    )
    made.tests["moment"] = lambda value: isinstance(value, datetime)
    made.tests["day"] = lambda value: isinstance(value, date)
    return made


@cache
def _municipalities() -> Mapping[str, str]:
    table = files("assets.authority.statistics").joinpath("municipality.csv")
    lines = table.read_text(encoding="utf-8").splitlines()
    return {row["municipality"]: row["name"] for row in csv.DictReader(lines)}


def municipality(code: object) -> str:
    """The name of a municipality by its code; empty where the code is none of today's.

    >>> municipality("751")
    'Aarhus'
    """
    return _municipalities().get(str(code), "")


@cache
def style() -> bytes:
    """The style sheet."""
    return files("assets.desk").joinpath("desk.css").read_bytes()


@cache
def style_address() -> str:
    """Its address, which changes with its content, so that it may be kept for good."""
    return f"/desk-{sha256(style()).hexdigest()[:12]}.css"


def html(name: str, words: Words, values: Mapping[str, object]) -> str:
    """A template as a page in one language."""
    return environment().get_template(name).render(t=words, lang=words.language, **values)


def page(name: str, words: Words, values: Mapping[str, object], status: int = 200) -> Response:
    """A page as a response."""
    text = html(name, words, values)
    headers = {**HEADERS, "Content-Language": words.language, "Vary": "Accept-Language, Cookie"}
    return Response(text, status, headers, "text/html; charset=utf-8")
