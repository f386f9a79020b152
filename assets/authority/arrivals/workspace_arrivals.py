"""The arrivals of one workspace: its service's folder, its register, its day.

Belongs here: from the workspace to the arrivals' functions, and the account of what came of
them. Does not: the functions.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from assets.authority.arrivals import again, duties, registers, run, writing
from assets.authority.arrivals.duties import Followed
from assets.authority.arrivals.run import Statement
from assets.authority.arrivals.service import Service, ServiceFolder
from assets.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Account:
    """Whether the tables hold what the service tells of, up to the last event brought in.

    `counts`: by report type, as the service and as the tables count. `breaks`: what is wrong
    with the runs' own stretches of events, in words. `left`: whether events wait to be brought
    in. `quarantined`: key, rule and message of what is set aside.
    """

    cursor: int
    counts: dict[str, tuple[int, int]]
    breaks: list[str]
    is_behind: bool
    quarantined: list[tuple[str, str, str]]

    @property
    def reconciles(self) -> bool:
        """Whether each type of report counts the same on both sides."""
        return all(told == found for told, found in self.counts.values())


def service(workspace: Workspace) -> ServiceFolder:
    """The receiving service of the workspace; the sandbox where it is no authority's."""
    return ServiceFolder(workspace.authority_folder)


def take_in(workspace: Workspace, up_to: date | None = None) -> list[Statement]:
    """Bring in what waits (`run.take_in`), as much as the workspace says; first what was set
    aside before, where it is to be tried again. `up_to`: the last day of receipt.
    """
    store, given = workspace.store(), service(workspace)
    made: list[Statement] = []
    if workspace.is_again:
        mended = again.again(store, given, workspace.progress)
        made += [mended] if mended else []
    return made + run.take_in(
        store, given, workspace.progress, at_most=workspace.at_most, up_to=up_to
    )


def snapshot(workspace: Workspace) -> dict[str, int]:
    """The register as it stands, as tables."""
    return registers.bring_up_to_date(workspace.store(), workspace.authority_folder)


def follow(workspace: Workspace) -> Followed:
    """Work out what was due against what arrived, as of the workspace's day."""
    from assets.authority.service import register_tables  # noqa: PLC0415  (imported late)

    settings = workspace.authority
    return duties.bring_up_to_date(
        workspace.store(),
        register_tables.postponements(workspace.authority_folder),
        workspace.today,
        since=None if settings is None else settings.since,
        memory_limit=workspace.memory_limit,
        threads=workspace.threads,
    )


def account(workspace: Workspace) -> Account:
    """Count both sides anew, apart from what the runs said of themselves."""
    given = service(workspace)
    with workspace.store().connect(threads=workspace.threads) as con:
        _, cursor = run.cursor_of(con)
        told = given.counts(cursor)
        found = dict(con.execute(_COUNTS).fetchall())
        quarantined = con.execute(
            f"SELECT filing_key, rule, message FROM {writing.QUARANTINE} ORDER BY 1"
        ).fetchall()
        return Account(
            cursor,
            {one: (told.get(one, 0), found.get(one, 0)) for one in sorted(told | found)},
            _breaks(con, given, cursor),
            bool(given.events(cursor, 1)),
            quarantined,
        )


_COUNTS = f"""
    SELECT report_type, count(DISTINCT filing_key)
    FROM (
        SELECT report_type, filing_key FROM {writing.FILING}
        UNION ALL SELECT report_type, filing_key FROM {writing.QUARANTINE}
    )
    GROUP BY 1
"""
_CHAIN = f"""
    SELECT run, event_after, lag(event_to, 1, 0) OVER (ORDER BY run) AS expected
    FROM {writing.RUN}
    QUALIFY event_after <> expected
    ORDER BY run
"""


def _breaks(con: duckdb.DuckDBPyConnection, given: Service, cursor: int) -> list[str]:
    """Where one run does not go on from the one before, or speaks of events there are not."""
    found = [
        f"Run {number} goes on from event {after}; the run before ended at {expected}."
        for number, after, expected in con.execute(_CHAIN).fetchall()
    ]
    if cursor and not given.events(cursor - 1, 1):
        found.append(f"The runs speak of events to {cursor}; the service has none so late.")
    return found
