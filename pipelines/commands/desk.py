"""`indberet desk`: the read-only pages over this workspace's tables.

Belongs here: putting the desk together and serving it. Does not: any page (`assets.desk`).
"""

import socket
from typing import TYPE_CHECKING

from assets.workspace import Workspace
from pipelines import output
from pipelines.commands.call import Call
from warehouse.errors import SettingsError

if TYPE_CHECKING:
    from assets.desk.asking import Desk

_HERE = "127.0.0.1"


def desk(call: Call, port: int, who: str, hosts: list[str]) -> int:
    """Serve the pages on this machine until interrupted."""
    import uvicorn

    from assets.desk.app import LOCAL, app

    workspace = call.workspace()
    needs_free(port)
    call.out.say(f"The desk on http://{_HERE}:{port} (stop with Ctrl-C)")
    made = app(desk_of(workspace, who), [*LOCAL, *hosts])
    uvicorn.run(made, host=_HERE, port=port, log_level="warning", server_header=False)
    made.state.desk.reading.close()
    return output.OK


def desk_of(workspace: Workspace, who: str = "") -> "Desk":
    """What the pages are served from: an authority's tables and read log, or one's own tables."""
    from assets.authority.service.reads import Reads
    from assets.desk.asking import Desk
    from assets.desk.database import Reading

    reading = Reading(workspace.store())
    if workspace.authority is None:
        return Desk(reading, workspace.now, "Indberet", companies=workspace.companies)
    folder = workspace.authority_folder
    folder.mkdir(parents=True, exist_ok=True)
    return Desk(reading, workspace.now, workspace.authority.name, Reads(folder), who.strip())


def needs_free(port: int) -> None:
    """That the desk can listen on the port. Raises `SettingsError` when it cannot."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HERE, port))
        except OSError as error:
            raise SettingsError(
                f"The desk cannot listen on port {port} of {_HERE} ({error.strerror}). End what "
                "listens there, or choose another port with --port."
            ) from error
