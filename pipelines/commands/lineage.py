"""`indberet lineage export`: the lineage of all tables, and the runs that wrote them, as a file.

Belongs here: asking Dagster which run wrote what, and the file. Does not: the events
(`assets.desk.openlineage`).
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assets.workspace import Workspace
from pipelines import output
from pipelines.commands.call import Call

if TYPE_CHECKING:
    from assets.desk.openlineage import Ran

_NAME = "lineage.ndjson"


def export(call: Call, to: Path, namespace: str) -> int:
    """Write START and COMPLETE of every table that has rows."""
    from importlib.metadata import version

    from assets.desk.openlineage import events
    from warehouse.store import write_atomically

    workspace = call.workspace()
    path = to / _NAME if to.is_dir() else to
    lines = [
        json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        for event in events(
            workspace.store(), last_runs(workspace), ("Dagster", version("dagster")), namespace
        )
    ]
    write_atomically(path, "".join(f"{line}\n" for line in lines).encode())
    call.out.say(f"{len(lines)} events of {len(lines) // 2} tables in {path}", is_markup=False)
    call.out.data({"path": str(path), "events": len(lines), "tables": len(lines) // 2})
    return output.OK


def last_runs(workspace: Workspace) -> dict[str, "Ran"]:
    """By table, the run that last wrote it, as Dagster recorded it; none before any run."""
    import os

    from assets.desk.openlineage import Ran
    from pipelines.workspace import environment
    from warehouse.tables import TABLES

    if not (workspace.storage / "dagster").is_dir():
        return {}
    os.environ.update(environment(workspace))
    import dagster as dg

    found: dict[str, Ran] = {}
    with dg.DagsterInstance.get() as instance:
        for name in TABLES:
            event = instance.get_latest_materialization_event(dg.AssetKey(name))
            if event is None:
                continue
            stats = instance.get_run_stats(event.run_id)
            written = event.timestamp
            found[name] = Ran(
                event.run_id, _at(stats.start_time or written), _at(stats.end_time or written)
            )
    return found


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
