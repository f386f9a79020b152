"""Who reads, and why: a case officer and a case number, asked for before any company is shown.

The two are kept in a cookie of the session, which scripts and other sites cannot read. They
are what the officer says: a desk that others can reach stands behind the authority's own
log-in, which alone can prove it.

Belongs here: the cookie, and what is written to the read log. Does not: asking (the pages).

Source: databeskyttelsesforordningen (GDPR) art. 5(1)(b) and 30: a read has a purpose.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qs, urlencode

from assets.authority.service.reads import PAGE, Read

COOKIE = "desk_reader"
_LONGEST = 80


class ReadLog(Protocol):
    """Where reads are written down and looked up: `assets.authority.service.reads.Reads`."""

    def log(self, *reads: Read) -> None:
        """Write reads down, all of them or none."""

    def of(self, cvr: str, *, at_most: int = 100, skip: int = 0) -> list[Read]:
        """Who read what is known of a company, newest first."""

    def count(self, cvr: str) -> int:
        """How often somebody did."""


@dataclass(frozen=True, slots=True)
class Officer:
    """A case officer and the case they read for."""

    name: str
    case: str

    @property
    def cookie(self) -> str:
        """The officer as a cookie's value.

        >>> Officer("Åse Holm", "2026-114").cookie
        'name=%C3%85se+Holm&case=2026-114'
        """
        return urlencode({"name": self.name, "case": self.case})

    def read(self, at: datetime, cvrs: Iterable[str], subject: str) -> list[Read]:
        """What is written down: a page about these companies was read. `subject`: which."""
        return [Read(at, self.name, cvr, PAGE, subject, f"case {self.case}") for cvr in cvrs]


def officer(name: object, case: object) -> Officer | None:
    """An officer, where both are said and are no longer than a name and a number are."""
    said = [" ".join(str(one or "").split()) for one in (name, case)]
    if not all(0 < len(one) <= _LONGEST and one.isprintable() for one in said):
        return None
    return Officer(*said)


def from_cookie(value: str | None) -> Officer | None:
    """The officer a cookie holds; None for none, or one that is not ours.

    >>> from_cookie(Officer("Åse Holm", "2026-114").cookie)
    Officer(name='Åse Holm', case='2026-114')
    >>> from_cookie("name=x") is None
    True
    """
    held = parse_qs(value or "")
    return officer(held.get("name", [""])[0], held.get("case", [""])[0])
