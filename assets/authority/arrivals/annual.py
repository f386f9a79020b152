"""The annual reports that arrived, handed to the intake: facts, rules, verdicts as of any filing.

A report is known to the intake by its place, `authority:<case number>`, and its hash, which is
`received_filing.filing_id`. An accepted one that the intake cannot read is set aside too.

Belongs here: the source, and the quarantine of what it gave. Does not: taking in (`assets.intake`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import duckdb
import pyarrow as pa

from assets.authority.arrivals import writing
from assets.authority.arrivals.service import Service
from assets.intake.found import Found, Unreachable
from warehouse.shape import schema
from warehouse.store import Store
from warehouse.tables import TABLES

UNREAD = "annual-report-unread"
PLACE = "authority:"
TYPE = "annual_report"
_REMEDY = (
    "Look at what `indberet xbrl check` says of the file; when it can be read, run `indberet "
    "authority run --again`."
)
_WAITING = f"""
    SELECT filing_key, filing_id, byte_count, cvr, accepted_at
    FROM received_filing
    WHERE report_type = '{TYPE}' AND status IN ('accepted', 'rejected', 'replaced')
        AND ($is_again OR filing_key NOT IN (
            SELECT substr(place, {len(PLACE) + 1}) FROM xbrl_source
            WHERE starts_with(place, '{PLACE}')
        ))
    ORDER BY event_from
"""
_UNREAD = f"""
    WITH said AS (
        SELECT filing_id, min_by(message, coalesce(line, 0)) AS message
        FROM xbrl_problem WHERE severity = 'error' GROUP BY 1
    )
    SELECT filing_key, report_type, '{UNREAD}' AS rule,
        'annual_report ' || filing_key || ' (' || byte_count || ' bytes) cannot be read: '
            || coalesce(rtrim(message, '.'), 'no reason was found') || '.' AS message,
        '{_REMEDY}' AS remedy, event_from AS event
    FROM received_filing
    SEMI JOIN (SELECT filing_id FROM xbrl_filing WHERE NOT is_read) USING (filing_id)
    LEFT JOIN said USING (filing_id)
    WHERE report_type = '{TYPE}' AND status IN ('accepted', 'replaced')
"""


@dataclass(frozen=True, slots=True)
class Arrived:
    """The source over a receiving service: the annual reports the intake does not know yet,
    in the order received, once they are decided. An accepted one is published by that; one
    rejected is read all the same, for the rules it breaks. Those refused at the door are no
    reports.
    """

    service: Service
    rows: list[tuple[str, str, int, str | None, datetime | None]]
    fetches: int = 1

    @property
    def total(self) -> int | None:
        """How many there are."""
        return len(self.rows)

    def places(self) -> Iterator[Found]:
        """Each report; a report's bytes never change, so its hash is its stamp."""
        for key, filing_id, size, cvr, accepted_at in self.rows:
            read = partial(self._read, key)
            yield Found(f"{PLACE}{key}", key, filing_id, size, read, cvr, accepted_at)

    def _read(self, key: str) -> bytes:
        for received in self.service.received(TYPE, [key]):
            return received.content
        raise Unreachable(
            f"The receiving service gives no bytes for annual report {key}. Restore its "
            "authority.sqlite from a copy, then run again."
        )


def waiting(store: Store, service: Service, *, is_again: bool = False) -> Arrived:
    """What the intake does not know yet; every report where it is to be tried again."""
    with store.connect() as con:
        return Arrived(service, con.execute(_WAITING, {"is_again": is_again}).fetchall())


def set_aside(store: Store) -> int:
    """Bring the quarantine of annual reports up to date; how many are in it."""
    table = TABLES[writing.QUARANTINE]
    names = ", ".join(table.names)
    with store.transaction() as transaction, store.connect() as con:
        rows = con.sql(
            f"SELECT {names} FROM (SELECT {names} FROM {table.name} WHERE rule <> '{UNREAD}' "
            f"UNION ALL SELECT {names} FROM ({_UNREAD})) ORDER BY filing_key"
        ).to_arrow_table()
        transaction.put(table.name, writing.SNAPSHOT, rows.cast(schema(table)))
        return _count(con, rows)


def _count(con: duckdb.DuckDBPyConnection, rows: pa.Table) -> int:
    con.register("set_aside", rows)
    query = "SELECT count(*) FROM set_aside WHERE rule = ?"
    ((count,),) = con.execute(query, [UNREAD]).fetchall()
    return int(count)
