"""The command that publishes statistics as open data.

Belongs here: what a person sees. Does not: the files (`assets.authority.statistics.open_data`).
"""

from pathlib import Path

from assets.authority.statistics import open_data, writing
from pipelines import output
from pipelines.commands.call import Call

_FOLDER = "open-data"


def publish(call: Call, to: Path | None) -> int:
    """Write the statistics that are worked out as a folder of open data."""
    workspace = call.authority()
    folder = to or workspace.storage / "authority" / _FOLDER
    with call.out.progress("Open data"):
        done = open_data.publish(workspace.store(), folder, writing.limits(workspace.authority))
    rows = [(name, size) for name, size in sorted(done.files.items())]
    call.out.table(f"Published in {done.folder}", ("file", ">bytes"), rows)
    call.out.say(
        f"{done.rows:,} cells, of which {done.kept_back:,} are kept back. Nothing is sent: the "
        "folder is to be put where people can reach it.",
        is_markup=False,
    )
    call.out.data(
        {
            "folder": str(done.folder),
            "cells": done.rows,
            "kept_back": done.kept_back,
            "files": dict(done.files),
        }
    )
    return output.OK
