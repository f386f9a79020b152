"""What the commands show of each connection: what was read, what is wrong with it.

Belongs here: the rows of the table Sources. Does not: pulling (`assets.sources`).
"""

from collections import Counter
from typing import Any

from assets.workspace import Workspace


def rows(workspace: Workspace) -> list[dict[str, Any]]:
    """The selected connections; `problem` is why the last pull failed."""
    from assets.sources import landing, position, pull_all

    failed = pull_all.failed(workspace)
    folder = workspace.storage / "landed"
    shown = []
    for c in workspace.selected_connections():
        loads = landing.loads(folder, c.connection_id)
        found = Counter(str(f.severity) for f in position.findings(folder, c.connection_id))
        shown.append(
            {
                "company": c.company_id,
                "connection": c.connection_id,
                "system": c.system,
                "loads": len(loads),
                "records": sum(load.record_count for load in loads),
                "errors": found["error"],
                "warnings": found["warning"],
                "notes": found["note"],
                "problem": failed.get(c.connection_id, ""),
            }
        )
    return shown


def told(found: list[dict[str, Any]]) -> str:
    """What to add below the table: where to read what the sources are told off for."""
    count = sum(row["errors"] + row["warnings"] + row["notes"] for row in found)
    if not count:
        return ""
    what = "1 thing was" if count == 1 else f"{count} things were"
    return f"{what} found in the sources; `indberet check` names each."
