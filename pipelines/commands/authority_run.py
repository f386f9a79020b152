"""`indberet authority run`: the whole of an authority's side once, and what came of it.

Belongs here: what a person sees of a run. Does not: the run's parts (`assets.authority`).
"""

from collections import Counter
from dataclasses import replace
from typing import Any

from assets.authority.arrivals import run as arrivals
from assets.authority.arrivals import workspace_arrivals
from assets.authority.arrivals.workspace_arrivals import Account
from assets.workspace import Workspace
from pipelines import output
from pipelines.commands.call import Call
from pipelines.output import Total
from warehouse.store import Store

_SHOWN = 20
_COUNTED = ("events", "received", "updated", "quarantined")


def run(call: Call, at_most: int | None = None, is_again: bool = False) -> int:  # noqa: FBT001, FBT002  (options)
    """Run the job `authority` in this process; exit code 3 when something is set aside or a
    check failed.

    Raises: SettingsError where the workspace is no authority's.
    """
    from assets.authority.asset import DAYS
    from pipelines.run import run as run_job

    workspace = replace(call.authority(), at_most=at_most, is_again=is_again)
    before, _ = arrivals.cursor(workspace.store())
    with call.out.progress("Authority") as progress:
        ran = run_job(workspace, "authority", progress, partition=DAYS.get_last_partition_key())
    account = workspace_arrivals.account(workspace)
    made = _runs(workspace.store(), before)
    _show(call, workspace, made, account)
    if ran.failed_checks:
        call.out.say(f"Checks that failed: {', '.join(sorted(ran.failed_checks))}.")
    call.out.data(
        {
            "run_id": ran.run_id,
            "cursor": account.cursor,
            "more_waits": account.is_behind,
            "runs": made,
            "counts": {
                kind: {"service": told, "tables": found}
                for kind, (told, found) in account.counts.items()
            },
            "reconciles": account.reconciles,
            "quarantined": account.quarantined,
            "duties": _duties(workspace.store()),
            "failed_checks": sorted(ran.failed_checks),
        }
    )
    is_clean = account.reconciles and not account.quarantined and not ran.failed_checks
    return output.OK if is_clean else output.WITHHELD


def _runs(store: Store, after: int) -> list[dict[str, Any]]:
    """The statements of the runs after number `after`."""
    with store.connect(threads=1) as con:
        rows = con.execute("FROM intake_run WHERE run > ? ORDER BY run", [after])
        names = [column[0] for column in rows.description or []]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _duties(store: Store) -> dict[str, dict[str, int]]:
    """How many duties stand how, by type of report."""
    query = "SELECT report_type, state, count(*) FROM duty_status GROUP BY ALL ORDER BY ALL"
    found: dict[str, Counter[str]] = {}
    with store.connect(threads=1) as con:
        for report_type, state, count in con.execute(query).fetchall():
            found.setdefault(report_type, Counter())[state] = count
    return {kind: dict(states) for kind, states in found.items()}


def _show(call: Call, workspace: Workspace, made: list[dict[str, Any]], account: Account) -> None:
    columns = ("run", "events", *(f">{name}" for name in _COUNTED))
    rows: list[tuple[object, ...]] = [
        (one["run"], _stretch(one), *(one[name] for name in _COUNTED)) for one in made
    ]
    if rows:
        sums = (sum(one[name] for one in made) for name in _COUNTED)
        rows.append(Total(("", "in all", *sums)))
        call.out.table("Brought in", columns, rows)
    else:
        call.out.say(f"Nothing new after event {account.cursor:,}.")
    call.out.table(
        f"Counted at event {account.cursor:,}",
        ("report", ">by the service", ">in the tables", "same"),
        [(kind, *both, both[0] == both[1]) for kind, both in account.counts.items()],
    )
    states = [
        (kind, state, count)
        for kind, by_state in _duties(workspace.store()).items()
        for state, count in by_state.items()
    ]
    call.out.table(f"Duties as of {workspace.today}", ("report", "state", ">duties"), states)
    for key, rule, message in account.quarantined[:_SHOWN]:
        call.out.say(f"Set aside: {key} ({rule}): {message}", is_markup=False)
    if len(account.quarantined) > _SHOWN:
        call.out.say(f"… and {len(account.quarantined) - _SHOWN:,} more; --json has them all.")
    if account.is_behind:
        call.out.say("More events wait; run again.")


def _stretch(one: dict[str, Any]) -> str:
    if not one["events"]:
        return "what was set aside, again"
    return f"{one['event_after'] + 1:,} to {one['event_to']:,}"
