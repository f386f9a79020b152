"""The commands that run an authority's receiving service.

Belongs here: what it is started with, and how it is doing. Does not: the process
(`service_process`), the words a person types (`cli_authority`).
"""

import os
from pathlib import Path

from pipelines import output
from pipelines.commands.call import Call
from pipelines.commands.service_process import ServiceProcess
from warehouse.errors import SettingsError


def start(call: Call, processes: int = 0, workers: int = 0, clock: Path | None = None) -> int:
    """Start the service; 0 processes or workers: one for each core. `clock`: a file that says
    which day it is, for a demo in which days pass.
    """
    from assets.authority.service.folder import SandboxFolder

    service, cores = _service(call), os.cpu_count() or 1
    workspace = call.workspace()
    SandboxFolder(service.folder).prepare()
    arguments = ["--processes", str(processes or cores), "--workers", str(workers or cores)]
    arguments += ["--taxonomies", str(workspace.taxonomies)]
    if clock or workspace.fixed_today:
        arguments += ["--today", str(clock or workspace.fixed_today)]
    service.start(arguments)
    return _tell(call, service)


def stop(call: Call) -> int:
    """Stop the service; what it has received stays, and what is undecided is decided later."""
    service = _service(call)
    service.stop()
    return _tell(call, service)


def status(call: Call) -> int:
    """Whether the service runs, and how much it has received and not decided."""
    return _tell(call, _service(call))


def _service(call: Call) -> ServiceProcess:
    """The service of the settings.

    Raises: SettingsError where the workspace is no authority's.
    """
    workspace = call.workspace()
    if workspace.authority is None:
        raise SettingsError(
            f"{workspace.settings} has no section [authority], so there is no receiving service "
            "to run. Add it with port, name and cvr; to rehearse a company's filings use "
            "`indberet sandbox`."
        )
    folder = workspace.folder("authority")
    return ServiceProcess(folder, workspace.authority.port, "the receiving service", "authority")


def _tell(call: Call, service: ServiceProcess) -> int:
    facts: dict[str, object] = {
        "address": service.address,
        "annual_reports": service.annual_address or "none",
        "running": service.is_up(),
    } | _received(service)
    call.out.say(", ".join(f"{key}: {value}" for key, value in facts.items()))
    call.out.data(facts)
    return output.OK


def _received(service: ServiceProcess) -> dict[str, object]:
    """Events so far, and annual reports that nobody has judged."""
    from assets.authority.service.reading import standing

    if not (service.folder / "authority.sqlite").exists():
        return {"events": 0, "undecided": 0}
    now = standing(service.folder)
    return {"events": now.events, "undecided": now.undecided}
