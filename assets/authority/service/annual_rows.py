"""Annual reports as they are written: stored when they come in, settled when they are judged.

A report is stored with code 1 (received, not decided) before anything in it is looked at; its
decision is a later transaction. What is published of the same days is looked up in that one, so
of two reports for a year, whoever judges them, the second meets the first.

Belongs here: changing rows. Does not: reading them (`annual_store`), judging.
"""

import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import date, datetime

from assets.authority.service import annual_codes as codes
from assets.authority.service import events

SCHEMA = """
CREATE TABLE IF NOT EXISTS annual_report (
  number INTEGER PRIMARY KEY, case_number TEXT NOT NULL UNIQUE, sender TEXT NOT NULL,
  transaction_id TEXT NOT NULL, cvr TEXT NOT NULL, period_start TEXT, period_end TEXT,
  code INTEGER NOT NULL, reasons TEXT NOT NULL, is_late INTEGER NOT NULL,
  is_redone INTEGER NOT NULL, received_at TEXT NOT NULL, decided_at TEXT, replaced_by TEXT,
  content BLOB NOT NULL, UNIQUE (sender, transaction_id));
CREATE INDEX IF NOT EXISTS annual_report_of_company ON annual_report (cvr);
CREATE INDEX IF NOT EXISTS annual_report_undecided ON annual_report (number) WHERE code = 1;
CREATE INDEX IF NOT EXISTS annual_report_published ON annual_report (number) WHERE code = 0;
"""
COLUMNS = (
    "case_number, sender, transaction_id, cvr, period_start, period_end, {content}, code, "
    "reasons, is_late, is_redone, received_at, decided_at"
)


@dataclass(frozen=True, slots=True)
class AnnualReport:
    """One report as received, accepted (`code` 0), not decided (1) or rejected for `reasons`
    (code, text), which of an accepted one are warnings.

    `case_number`: the authority's `sagsNummer`. `is_redone`: in place of a published one.
    `content` is empty in lists. The period is not known before the report is judged.
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
    decided_at: datetime | None = None

    @property
    def is_published(self) -> bool:
        """Whether everyone may see it."""
        return self.code == codes.ACCEPTED

    @property
    def is_decided(self) -> bool:
        """Whether it was judged."""
        return self.code != codes.PENDING


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging one report found. `code`: accepted, unless something published says no.
    `rules`: the codes of all rules it meets badly, of which `reasons` tell the first.
    """

    code: int
    reasons: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    period_start: date | None
    period_end: date | None
    is_late: bool


def add(con: sqlite3.Connection, new: AnnualReport) -> AnnualReport:
    """Store a report that nobody has looked into; it gets its case number."""
    (last,) = con.execute("SELECT max(number) FROM annual_report").fetchone()
    number = (last or 0) + 1
    case_number = f"X{new.received_at.year % 100:02d}-SB-{number:06d}"
    con.execute(
        "INSERT INTO annual_report VALUES (?, ?, ?, ?, ?, NULL, NULL, ?, '[]', 0, 0, ?, NULL, "
        "NULL, ?)",
        (number, case_number, new.sender, new.transaction_id, new.cvr, codes.PENDING,
         new.received_at.isoformat(), new.content),
    )  # fmt: skip
    events.append(con, new.received_at, events.ANNUAL_REPORT, case_number, "received")
    return replace(new, case_number=case_number)


def of_transaction(
    con: sqlite3.Connection, sender: str, transaction_id: str
) -> AnnualReport | None:
    """What a sender filed under that id."""
    columns = COLUMNS.format(content="content")
    row = con.execute(
        f"SELECT {columns} FROM annual_report WHERE sender = ? AND transaction_id = ?",
        (sender, transaction_id),
    ).fetchone()
    return as_report(row) if row else None


def settle(
    con: sqlite3.Connection, report: AnnualReport, judged: Judged, at: datetime, *, may_redo: bool
) -> None:
    """Store what was decided, once: a report that is decided stays so.

    Source: årsregnskabsloven § 138 stk. 5 (a published report is redone only with permission).
    """
    code, reasons, rules = judged.code, judged.reasons, judged.rules
    published = _published(con, report.cvr, judged) if code == codes.ACCEPTED else []
    if published and not may_redo:
        code, reasons, rules = codes.DUPLICATE, (("sagsNummer", published[-1]),), ()
    changed = con.execute(
        "UPDATE annual_report SET period_start = ?, period_end = ?, code = ?, reasons = ?, "
        "is_late = ?, is_redone = ?, decided_at = ? WHERE case_number = ? AND code = ?",
        (_text(judged.period_start), _text(judged.period_end), code, json.dumps(reasons),
         judged.is_late, code == codes.ACCEPTED and bool(published), at.isoformat(),
         report.case_number, codes.PENDING),
    )  # fmt: skip
    if changed.rowcount != 1:
        return
    if code == codes.ACCEPTED:
        _tell(con, at, report.case_number, "accepted", rules)
        _replace(con, at, published, report.case_number)
    else:
        _tell(con, at, report.case_number, "rejected", (code, *rules))


def as_report(row: tuple[object, ...]) -> AnnualReport:
    """A row of the table as a value."""
    case_number, sender, transaction_id, cvr, start, end, content, code, reasons, *rest = row
    is_late, is_redone, received_at, decided_at = rest
    assert isinstance(content, bytes)
    return AnnualReport(
        str(case_number), str(sender), str(transaction_id), str(cvr), _day(start), _day(end),
        content, int(str(code)), tuple((one[0], one[1]) for one in json.loads(str(reasons))),
        bool(is_late), bool(is_redone), datetime.fromisoformat(str(received_at)),
        datetime.fromisoformat(str(decided_at)) if decided_at else None,
    )  # fmt: skip


def _published(con: sqlite3.Connection, cvr: str, judged: Judged) -> list[str]:
    """Case numbers of what is published of that company for days of the period, oldest first."""
    rows = con.execute(
        "SELECT case_number FROM annual_report WHERE cvr = ? AND code = 0 "
        "AND period_start <= ? AND ? <= period_end ORDER BY number",
        (cvr, _text(judged.period_end), _text(judged.period_start)),
    )
    return [str(number) for (number,) in rows]


def _replace(con: sqlite3.Connection, at: datetime, published: list[str], by: str) -> None:
    """What was published and is redone now no longer counts; it stays published."""
    for number in published:
        changed = con.execute(
            "UPDATE annual_report SET replaced_by = ? WHERE case_number = ? "
            "AND replaced_by IS NULL",
            (by, number),
        )
        if changed.rowcount == 1:
            _tell(con, at, number, "replaced", ())


def _tell(
    con: sqlite3.Connection, at: datetime, key: str, status: str, told: tuple[object, ...]
) -> None:
    events.append(con, at, events.ANNUAL_REPORT, key, status, told)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
