"""What was set aside, tried again: after a repair of the service's files, or by a better reader.

Every event of those reports is met again, from the first on, so that what is taken out of
quarantine stands as if it had never been there.

Belongs here: which reports, and their events. Does not: reading annual reports (`annual`), of
which only those whose bytes changed are met again here, or writing (`run`).
"""

import hashlib

import duckdb

from assets.authority.arrivals import annual, contents, run, writing
from assets.authority.arrivals.folding import Standing, fold
from assets.authority.arrivals.run import Progress, Statement
from assets.authority.arrivals.service import Service
from warehouse.store import Store

_RULES = (contents.MISSING, contents.UNREADABLE, contents.MISMATCH)


def again(store: Store, service: Service, progress: Progress) -> Statement | None:
    """Try what is in quarantine; None where nothing came out of it, and nothing is written.

    The statement's events are none: the cursor stays. `updated` counts what came out,
    `quarantined` what stays.

    Raises as `run.take_in`.
    """
    with run.alone(store), store.connect() as con:
        number, cursor = run.cursor_of(con)
        rows = con.execute(
            f"SELECT filing_key, event FROM {writing.QUARANTINE} WHERE rule IN ? ORDER BY 1",
            [list(_RULES)],
        ).fetchall()
        wanted = dict(rows) | _changed(con, service)
        if not wanted:
            return None
        progress(f"{len(wanted):,} set aside before", 0)
        standings = _standings(service, wanted, cursor)
        return run.mend(con, store, service, (number + 1, cursor, cursor), standings)


def _changed(con: duckdb.DuckDBPyConnection, service: Service) -> dict[str, int]:
    """The annual reports in quarantine whose bytes are others than they were: key, first event."""
    rows = con.execute(
        f"SELECT filing_key, filing_id, event FROM {writing.QUARANTINE} JOIN {writing.FILING} "
        "USING (filing_key) WHERE rule = ? ORDER BY 1",
        [annual.UNREAD],
    ).fetchall()
    known = {key: (filing_id, event) for key, filing_id, event in rows}
    return {
        one.filing_key: known[one.filing_key][1]
        for one in service.received(annual.TYPE, list(known))
        if hashlib.sha256(one.content).hexdigest() != known[one.filing_key][0]
    }


def _standings(service: Service, wanted: dict[str, int], cursor: int) -> list[Standing]:
    """Where the wanted reports stand at the cursor, from their events met again."""
    after, kept = min(wanted.values()) - 1, []
    while after < cursor:
        page = service.events(after, min(run.BATCH, cursor - after))
        if not page:
            break
        kept += [event for event in page if event.filing_key in wanted]
        after = page[-1].sequence
    return list(fold(kept).values())
