"""One request to the desk: its language, its reader, and the pages' common values.

Belongs here: what every page shares. Does not: any page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from assets.desk import rendering
from assets.desk.database import Reading
from assets.desk.reader import COOKIE, Officer, ReadLog, from_cookie, officer
from assets.desk.words import LANGUAGES, Words, language_of
from assets.workspace import Company

LANGUAGE_COOKIE = "desk_language"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages are served from.

    `reads`: the log of reads; None where the tables are a business's own and nobody else's.
    `reader_name`: the officer's name, where it was given when the desk was started.
    `companies`: a business's own.
    """

    reading: Reading
    now: Callable[[], datetime]
    name: str
    reads: ReadLog | None = None
    reader_name: str = ""
    companies: Sequence[Company] = ()


class Asked:
    """One request."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.desk: Desk = request.app.state.desk
        self.query = request.query_params
        self.words = Words(
            language_of(
                self.query.get("lang"),
                request.cookies.get(LANGUAGE_COOKIE),
                request.headers.get("accept-language"),
            )
        )

    @property
    def officer(self) -> Officer | None:
        """Who reads, where they have said so."""
        held = from_cookie(self.request.cookies.get(COOKIE))
        if held is not None and self.desk.reader_name:
            return officer(self.desk.reader_name, held.case)
        return held

    @property
    def must_say_who(self) -> bool:
        """Whether a company may not be shown before the reader has said who they are."""
        return self.desk.reads is not None and self.officer is None

    def ask_who(self) -> Response:
        """To the form that asks, and back here afterwards."""
        address = self.request.url
        here = address.path + (f"?{address.query}" if address.query else "")
        return self.go(f"/reader?{urlencode({'next': here})}")

    def log(self, cvrs: Iterable[str], subject: str) -> None:
        """Write down that the page is read; nothing is shown if it cannot be written."""
        if self.desk.reads is not None:
            assert self.officer is not None
            self.desk.reads.log(*self.officer.read(self.desk.now(), cvrs, subject))

    def go(self, address: str) -> Response:
        """To another page of ours."""
        return RedirectResponse(address, 303, dict(rendering.HEADERS))

    def number(self, name: str, default: int) -> int:
        """A whole number of the query; the default where it is none."""
        given = self.query.get(name, "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else default

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page, with what all pages show."""
        common: dict[str, object] = {
            "desk_name": self.desk.name,
            "path": self.request.url.path,
            "officer": self.officer,
            "is_authority": self.desk.reads is not None,
            "written_at": self.desk.reading.written_at(),
            "language_links": [
                (language, f"?{urlencode([*self._others('lang'), ('lang', language)])}")
                for language in LANGUAGES
            ],
        }
        response = rendering.page(template, self.words, {**common, **values}, status)
        if self.query.get("lang") in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, self.words.language, httponly=True, samesite="strict"
            )
        return response

    def address_of_page(self, number: int) -> str:
        """This page's address with another page number."""
        return f"?{urlencode([*self._others('page'), ('page', str(number))])}"

    def _others(self, name: str) -> list[tuple[str, str]]:
        return [(key, value) for key, value in self.query.multi_items() if key != name]
