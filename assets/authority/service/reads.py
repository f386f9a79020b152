"""The read log: every time somebody reads what is known of a company.

Who, when, what, with what right; the company can ask for its own (`Reads.of`, the desk's
`opslag`). A read is logged before its answer is given: what could not be logged is not read.

Belongs here: writing down and looking up. Does not: who may read (`mandates`).

Source: GDPR art. 15 and 30; databeskyttelsesloven § 22.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assets.authority.service import register_database
from assets.authority.service.database import Writer, transaction
from assets.authority.service.mandates import organisation_of

STATUS, PREFILL, FILING, PAGE, TABLE = "status", "prefill", "filing", "page", "table"
KINDS = (STATUS, PREFILL, FILING, PAGE, TABLE)
OWN, MANDATE = "own", "mandate"


def purpose(reader: str, cvr: str) -> str:
    """By what right an organisation that may read does: as the company itself, or by mandate.

    >>> purpose("NTRDK-12345674", "12345674"), purpose("NTRDK-40000001", "12345674")
    ('own', 'mandate')
    """
    return OWN if reader == organisation_of(cvr) else MANDATE


@dataclass(frozen=True, slots=True)
class Read:
    """One read. `what`: one of `KINDS`; `subject`: which filing, period or page; `purpose`: own,
    mandate, or case <number> for a case officer.
    """

    read_at: datetime
    reader: str
    cvr: str
    what: str
    subject: str
    purpose: str
    sequence: int = 0


class Reads:
    """The read log of one authority's register. `writer`: who writes for many askers at once."""

    def __init__(self, folder: Path, writer: Writer | None = None) -> None:
        self._path = register_database.prepared(folder)
        self._writer = writer

    def log(self, *reads: Read) -> None:
        """Write reads down, all of them or none."""
        rows = [
            (_moment(one.read_at), one.reader, one.cvr, one.what, one.subject, one.purpose)
            for one in reads
        ]
        if self._writer is not None:
            self._writer.write(lambda con: con.executemany(_PUT, rows))
            return
        with transaction(self._path) as con:
            con.executemany(_PUT, rows)

    def seen(self, at: datetime, reader: str, cvr: str, what: str, subject: str) -> None:
        """Write down that the organisation `reader`, which may, read something of a company."""
        self.log(Read(at, reader, cvr, what, subject, purpose(reader, cvr)))

    def of(self, cvr: str, *, at_most: int = 100, skip: int = 0) -> list[Read]:
        """Who read what is known of a company, newest first."""
        with transaction(self._path) as con:
            return _reads(con.execute(_OF, (cvr, at_most, skip)))

    def count(self, cvr: str) -> int:
        """How often somebody read what is known of a company."""
        with transaction(self._path) as con:
            return int(con.execute(_COUNT, (cvr,)).fetchone()[0])

    def of_filing(self, cvr: str, filing_key: str) -> list[Read]:
        """Who read one report of the company, oldest first."""
        with transaction(self._path) as con:
            return _reads(con.execute(_OF_FILING, (cvr, filing_key)))


_PUT = (
    "INSERT INTO read_log (read_at, reader, cvr, what, subject, purpose) VALUES (?, ?, ?, ?, ?, ?)"
)
_SELECT = "SELECT read_at, reader, cvr, what, subject, purpose, sequence FROM read_log "
_OF = _SELECT + "WHERE cvr = ? ORDER BY sequence DESC LIMIT ? OFFSET ?"
_COUNT = "SELECT count(*) FROM read_log WHERE cvr = ?"
_OF_FILING = _SELECT + "WHERE cvr = ? AND what = 'filing' AND subject = ? ORDER BY sequence"


def _reads(rows: Iterable[tuple[str, str, str, str, str, str, int]]) -> list[Read]:
    return [Read(datetime.fromisoformat(at), *rest) for at, *rest in rows]  # type: ignore[arg-type]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
