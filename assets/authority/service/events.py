"""The append-only list of what happened to every report received: what all downstream follows.

A row is written in the same transaction as the change it tells of, and never changed. Its
numbers are 1, 2, 3, … without a gap, over all the service's processes.

    vat_return      waiting (its draft came in) → accepted or rejected by the company;
                    replaced by a newer draft, or by an accepted correction
    eu_sales_list   accepted → replaced by a newer list of the period
    annual_report   received (stored, not decided) → accepted or rejected by the rules;
                    replaced when it is redone
    any             refused: answered with an error at the door; its key is message-<n>

Belongs here: the table and writing to it. Does not: reading it from outside (`reading`).
"""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

VAT_RETURN = "vat_return"
SALES_LIST = "eu_sales_list"
ANNUAL_REPORT = "annual_report"
STATUSES = ("received", "waiting", "accepted", "rejected", "refused", "replaced")

SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
  sequence INTEGER PRIMARY KEY, at TEXT NOT NULL, report_type TEXT NOT NULL,
  filing_key TEXT NOT NULL, status TEXT NOT NULL, codes TEXT NOT NULL);
"""


def append(
    con: sqlite3.Connection,
    at: datetime,
    report_type: str,
    filing_key: str,
    status: str,
    codes: Iterable[object] = (),
) -> None:
    """Tell of one change, in the transaction that makes it.

    Numbers follow one another: rows are never deleted, and what is rolled back takes its
    number with it.
    """
    told = json.dumps(list(dict.fromkeys(str(code) for code in codes)))
    con.execute(
        "INSERT INTO event (at, report_type, filing_key, status, codes) VALUES (?, ?, ?, ?, ?)",
        (at.isoformat(), report_type, filing_key, status, told),
    )


def message_key(message_id: int) -> str:
    """The key of what was refused at the door.

    >>> message_key(7)
    'message-7'
    """
    return f"message-{message_id}"


def message_number(key: str) -> int:
    """The number of the message of that key.

    >>> message_number("message-7")
    7
    """
    return int(key.removeprefix("message-"))
