"""The annual reports the sandbox has received, in the authority's SQLite file.

Belongs here: rows. Does not: rules.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from assets.authority.service.database import transaction

_SCHEMA = """
CREATE TABLE IF NOT EXISTS annual_report (
  number INTEGER PRIMARY KEY, case_number TEXT NOT NULL UNIQUE, sender TEXT NOT NULL,
  transaction_id TEXT NOT NULL, cvr TEXT NOT NULL, period_start TEXT, period_end TEXT,
  content BLOB NOT NULL, code INTEGER NOT NULL, reasons TEXT NOT NULL, is_late INTEGER NOT NULL,
  is_redone INTEGER NOT NULL, received_at TEXT NOT NULL, UNIQUE (sender, transaction_id));
CREATE INDEX IF NOT EXISTS annual_report_of_company ON annual_report (cvr);
"""
_COLUMNS = (
    "number, case_number, sender, transaction_id, cvr, period_start, period_end, {content}, code, "
    "reasons, is_late, is_redone, received_at"
)


@dataclass(frozen=True, slots=True)
class AnnualReport:
    """One report as received, accepted (`code` 0) or rejected for `reasons` (code, text), which
    of an accepted one are warnings.

    `case_number`: the authority's `sagsNummer`. `is_redone`: in place of a published one.
    `content` is empty in lists.
    """

    case_number: str
    sender: str
    transaction_id: str
    cvr: str
    period_start: date | None
    period_end: date | None
    content: bytes
    code: int
    reasons: tuple[tuple[str, str], ...]
    is_late: bool
    is_redone: bool
    received_at: datetime

    @property
    def is_published(self) -> bool:
        """Whether everyone may see it."""
        return self.code == 0


class AnnualStore:
    """A connection per call, so any thread may ask."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with transaction(self._path) as con:
            con.executescript("PRAGMA journal_mode=WAL;" + _SCHEMA)

    def next_case_number(self, year: int) -> str:
        """The number the next report gets."""
        with transaction(self._path) as con:
            (count,) = con.execute("SELECT count(*) FROM annual_report").fetchone()
            return f"X{year % 100:02d}-SB-{count + 1:06d}"

    def add(self, one: AnnualReport) -> None:
        """Store a report with what was decided."""
        with transaction(self._path) as con:
            con.execute(
                "INSERT INTO annual_report VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (one.case_number, one.sender, one.transaction_id, one.cvr, _text(one.period_start),
                 _text(one.period_end), one.content, one.code, json.dumps(one.reasons),
                 one.is_late, one.is_redone, one.received_at.isoformat()),
            )  # fmt: skip

    def of_transaction(self, sender: str, transaction_id: str) -> AnnualReport | None:
        """What a sender filed under that id."""
        return self._one("sender = ? AND transaction_id = ?", sender, transaction_id)

    def of_case(self, case_number: str) -> AnnualReport | None:
        """The report of that case number."""
        return self._one("case_number = ?", case_number)

    def all(self) -> list[AnnualReport]:
        """Every report, in the order received."""
        return self._reports("1 = 1")

    def published(self, cvr: str | None = None) -> list[AnnualReport]:
        """The accepted ones, of one company or all, in the order received."""
        return self._reports("code = 0 AND (?1 IS NULL OR cvr = ?1)", cvr)

    def _one(self, where: str, *values: str) -> AnnualReport | None:
        found = self._reports(where, *values, content="content")
        return found[0] if found else None

    def _reports(self, where: str, *values: str | None, content: str = "x''") -> list[AnnualReport]:
        columns = _COLUMNS.format(content=content)
        with transaction(self._path) as con:
            rows = con.execute(
                f"SELECT {columns} FROM annual_report WHERE {where} ORDER BY number", values
            )
            return [_report(row) for row in rows]


def _report(row: tuple[object, ...]) -> AnnualReport:
    _, case_number, sender, transaction_id, cvr, start, end, content, code, reasons, *rest = row
    is_late, is_redone, received_at = rest
    assert isinstance(content, bytes)
    return AnnualReport(
        str(case_number), str(sender), str(transaction_id), str(cvr), _day(start), _day(end),
        content, int(str(code)), tuple((one[0], one[1]) for one in json.loads(str(reasons))),
        bool(is_late), bool(is_redone), datetime.fromisoformat(str(received_at)),
    )  # fmt: skip


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
