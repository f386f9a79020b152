"""What was set aside, tried again: after a repair of the service's files, or by a better reader.

Every event of those reports is met again, from the first on, so that what is taken out of
quarantine stands as if it had never been there.

Belongs here: which reports, and their events. Does not: annual reports that the intake cannot
read (`annual`), or writing (`run`).
"""

from assets.authority.arrivals import contents, run, writing
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
        wanted = dict(rows)
        if not wanted:
            return None
        progress(f"{len(wanted):,} set aside before", 0)
        standings = _standings(service, wanted, cursor)
        return run.mend(con, store, service, (number + 1, cursor, cursor), standings)


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
