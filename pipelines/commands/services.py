"""The commands that serve: the Dagster UI and the sandbox authority.

Belongs here: starting and stopping processes. Does not: what they serve.
"""

import os
import socket
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from assets.workspace import Company, Workspace, unknown
from pipelines import output
from pipelines.commands.call import Call
from pipelines.commands.service_process import ServiceProcess
from warehouse.errors import SettingsError

if TYPE_CHECKING:
    from assets.authority.service.register import Register

_ROOT = Path(__file__).resolve().parents[2]
_LONG_AGO = date(2000, 1, 1)


def ui(call: Call, port: int) -> NoReturn:
    """Become the Dagster UI over this workspace's runs, until interrupted."""
    from pipelines.workspace import HOME, environment

    workspace = call.workspace()
    command = Path(sys.executable).with_name("dagster")
    call.out.say(f"Dagster UI on http://127.0.0.1:{port} (stop with Ctrl-C)")
    sys.stdout.flush()
    arguments = [str(command), "dev", "-m", "pipelines.definitions", "-d", str(HOME)]
    arguments += ["--host", "127.0.0.1", "--port", str(port)]
    os.chdir(HOME)
    os.execve(arguments[0], arguments, os.environ | environment(workspace))  # noqa: S606


def sandbox(call: Call, action: str, switches: list[str]) -> int:
    """Start, stop or look at the sandbox authority, or tell it to fail."""
    actions = {"start": _start, "stop": _stop, "status": _status}
    workspace = call.workspace()
    if action == "switch":
        facts = _switch(workspace, switches)
    elif action in actions:
        facts = actions[action](workspace)
    else:
        raise SettingsError(unknown("action", action, [*actions, "switch"]))
    call.out.say(", ".join(f"{key}: {value}" for key, value in facts.items()))
    call.out.data(facts)
    return output.OK


def _start(workspace: Workspace) -> dict[str, object]:
    """Start it, its register holding the companies of the settings."""
    from assets.authority.service.folder import SandboxFolder

    folder = workspace.folder("sandbox")
    SandboxFolder(folder).prepare()
    _register(workspace, folder)
    arguments = ["--sandbox", "--taxonomies", str(workspace.taxonomies)]
    if workspace.fixed_today is not None:
        arguments += ["--today", workspace.fixed_today.isoformat()]
    _process(workspace).start(arguments)
    return _status(workspace)


def _stop(workspace: Workspace) -> dict[str, object]:
    _process(workspace).stop()
    return _status(workspace)


def _process(workspace: Workspace) -> ServiceProcess:
    folder = workspace.storage / "sandbox"
    return ServiceProcess(folder, workspace.sandbox_port, "the sandbox authority", "sandbox")


def _status(workspace: Workspace) -> dict[str, object]:
    from assets.authority.service.switches import Switches

    process = _process(workspace)
    return {
        "address": process.address,
        "annual_reports": process.annual_address or "none",
        "running": process.is_up(),
        "switches": Switches(workspace.storage / "sandbox" / "switches.json").read() or "none",
    }


def _switch(workspace: Workspace, given: list[str]) -> dict[str, object]:
    """`drop`, `drop=2` (times) or `delay=1:30` (times:seconds); none: all off."""
    from assets.authority.service.switches import SWITCHES, Switches

    wanted: dict[str, dict[str, object]] = {}
    for one in given:
        name, _, value = one.partition("=")
        if name not in SWITCHES:
            raise SettingsError(unknown("switch", name, list(SWITCHES)))
        times, _, seconds = value.partition(":")
        try:
            wanted[name] = ({"times": int(times)} if times else {}) | (
                {"seconds": float(seconds)} if seconds else {}
            )
        except ValueError:
            raise SettingsError(
                f'"{one}" is no switch: write {name}, {name}=2 (times) or {name}=1:30 '
                "(times:seconds)."
            ) from None
    Switches(workspace.folder("sandbox") / "switches.json").set(wanted)
    return _status(workspace)


def _register(workspace: Workspace, folder: Path) -> None:
    """Tell the authority of the settings' companies; what it knows already stays."""
    from assets.authority.service import annual_register, register, registering

    known = register.Register(folder)
    companies = [
        register.Company(
            company.se_number,
            company.name,
            tuple(
                register.Frequency(row.frequency, row.start or _LONG_AGO, row.end)
                for row in company.frequencies["vat_return"]
            ),
            cvr=company.cvr,
        )
        for company in workspace.companies
        if "vat_return" in company.frequencies and not _files(known, company, register.VAT)
    ]
    registering.add(folder, *companies)
    known.add(approve=workspace.sandbox_approve or known.approve)
    annual = [
        annual_register.AnnualCompany(company.cvr, company.name)
        for company in workspace.companies
        if company.annual is not None and not _files(known, company, register.ANNUAL)
    ]
    registering.add_annual(folder, *annual)


def _files(known: "Register", company: Company, report_type: str) -> bool:
    """Whether the register has that company as one that files such reports."""
    found = known.company(company.se_number) or known.of_cvr(company.cvr)
    if found is None:
        return False
    return bool(found.frequencies if report_type == "vat_return" else found.annual)


def free_port(wanted: int) -> int:
    """`wanted` when nothing listens there, else one that is free."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
