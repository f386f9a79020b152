"""`indberet doctor connection`: what is wrong with one, from its settings to its totals.

Every check says what was found; one that fails says what to do. What cannot be known
because an earlier check failed is left out.

Belongs here: the checks, in the order in which a person would look. Does not: mending.
"""

import socket
import ssl
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assets.workspace import ConnectionReference, SecretReference, Workspace
from pipelines import output
from pipelines.commands.call import Call
from pipelines.suggest import unmapped
from warehouse.errors import ReportingError, SettingsError

_OTHERS_MAY_READ = stat.S_IRGRP | stat.S_IROTH
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: `state` is well, wrong or note."""

    connection: str
    check: str
    state: str
    found: str
    remedy: str = ""


def doctor(call: Call, what: str, names: list[str]) -> int:
    """Go through the connections named, or all of the selected companies."""
    if what != "connection":
        raise SettingsError(
            f"The doctor knows connections, not {what!r}: doctor connection [NAME]."
        )
    workspace = call.workspace()
    there = workspace.selected_connections()
    unknown = sorted(set(names) - {one.connection_id for one in there})
    if unknown:
        valid = ", ".join(one.connection_id for one in there) or "none yet"
        raise SettingsError(f"There is no connection {unknown[0]!r}. Connections: {valid}.")
    checked: list[Checked] = []
    for reference in there:
        if not names or reference.connection_id in names:
            with call.out.progress(f"look at {reference.connection_id}"):
                checked += examined(workspace, reference)
    call.out.table(
        "Connections",
        ["connection", "check", "state", "found", "what to do"],
        [asdict(one).values() for one in checked],
    )
    if not checked:
        call.out.say("There are no connections yet. Begin with `indberet connect SYSTEM`.")
    call.out.data([asdict(one) for one in checked])
    return output.WITHHELD if any(one.state == "wrong" for one in checked) else output.OK


def examined(workspace: Workspace, reference: ConnectionReference) -> list[Checked]:
    """Every check of one connection."""
    return [
        *_secrets(workspace, reference),
        *_reachable(workspace, reference),
        *_answers(workspace, reference),
        *_pulled(workspace, reference),
        *_totals(workspace, reference),
        *_mapped(workspace, reference),
    ]


def _secrets(workspace: Workspace, reference: ConnectionReference) -> Iterator[Checked]:
    name = reference.connection_id
    for key, value in reference.options.items():
        if not isinstance(value, SecretReference):
            continue
        try:
            secret = value.resolve()
        except SettingsError as error:
            yield Checked(name, f"secret {key}", "wrong", str(error), "Make it, then try again.")
            continue
        if not secret.reveal():
            place = value.env or value.file
            yield Checked(name, f"secret {key}", "wrong", f"{place} is empty.", "Put it there.")
        elif value.file is not None and value.file.stat().st_mode & _OTHERS_MAY_READ:
            yield Checked(
                name, f"secret {key}", "note", f"Others on this machine may read {value.file}.",
                f"chmod 600 {value.file}",
            )  # fmt: skip
        else:
            yield Checked(name, f"secret {key}", "well", "there")
    tokens = Path(workspace.storage / "private" / name / "tokens.json")
    if tokens.exists() and tokens.stat().st_mode & _OTHERS_MAY_READ:
        yield Checked(name, "tokens", "wrong", f"Others may read {tokens}.", f"chmod 600 {tokens}")


def _reachable(workspace: Workspace, reference: ConnectionReference) -> Iterator[Checked]:
    """Name, port and certificate of the server, where the connector says which it is."""
    from assets.sources import registry

    try:
        address = getattr(registry.load(reference.system), "address", None)
        url = address(workspace.connection(reference)) if address else reference.options.get("url")
    except ReportingError:
        return  # said by another check
    where = urlsplit(url) if isinstance(url, str) else None
    if where is None or not where.hostname:
        return
    port = where.port or (443 if where.scheme == "https" else 80)
    name, server = reference.connection_id, f"{where.hostname}:{port}"
    try:
        with socket.create_connection((where.hostname, port), timeout=10) as plain:
            if where.scheme != "https":
                yield Checked(name, "server", "well", f"{server} answers")
                return
            context = ssl.create_default_context()
            with context.wrap_socket(plain, server_hostname=where.hostname) as safe:
                until = _until(safe.getpeercert())
                yield Checked(name, "server", "well", f"{server} answers; certificate {until}")
    except socket.gaierror:
        yield Checked(
            name, "server", "wrong", f"No machine is called {where.hostname}.",
            "Correct the address in indberet.toml, or see that this machine can look up names.",
        )  # fmt: skip
    except ssl.SSLError as error:
        yield Checked(
            name, "server", "wrong", f"{server}'s certificate is not trusted ({error.reason}).",
            "See that the address is right and this machine's clock and root certificates are.",
        )  # fmt: skip
    except OSError as error:
        yield Checked(
            name, "server", "wrong", f"{server} cannot be reached ({error.strerror or error}).",
            "See that the server runs and no firewall stands between.",
        )  # fmt: skip


def _until(certificate: Any) -> str:
    told = certificate.get("notAfter") if certificate else None
    if not told:
        return "trusted"
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(told), UTC)
    return f"good until {until:%Y-%m-%d}"


def _answers(workspace: Workspace, reference: ConnectionReference) -> Iterator[Checked]:
    """What the system says of itself, and whether it is this company."""
    from assets.sources import registry

    name = reference.connection_id
    try:
        found = registry.load(reference.system).discover(workspace.connection(reference))
    except ReportingError as error:
        yield Checked(name, "test", "wrong", str(error), "Mend what it names, then try again.")
        return
    yield Checked(
        name, "test", "well",
        f"{found.company_name}: {found.accounts} accounts, {found.vat_codes} VAT codes. "
        + " ".join(found.notes),
    )  # fmt: skip
    company = workspace.company(reference.company_id)
    digits = (found.registration_number or "").replace(" ", "").removeprefix("DK")
    if digits.isdigit() and company.cvr and digits != company.cvr:
        yield Checked(
            name, "company", "wrong",
            f"The books are {found.company_name}'s ({digits}), the settings say {company.cvr}.",
            "Use the credentials of the right company, or correct the cvr in indberet.toml.",
        )  # fmt: skip
    if found.fiscal_years and max(last for _, last in found.fiscal_years) < workspace.today:
        yield Checked(
            name, "fiscal year", "wrong",
            f"No fiscal year holds today, {workspace.today}.",
            "Open this year in the bookkeeping system.",
        )  # fmt: skip


def _pulled(workspace: Workspace, reference: ConnectionReference) -> Iterator[Checked]:
    """How the last pull went, and what it found wrong."""
    from assets.sources import landing, position, pull_all

    name, landed = reference.connection_id, workspace.storage / "landed"
    problem = pull_all.failed(workspace).get(name)
    if problem is not None:
        kept = landed / name / "failed"
        seen = f" What the server answered is kept in {kept}." if kept.is_dir() else ""
        yield Checked(name, "last pull", "wrong", problem + seen, "Mend it, then `indberet pull`.")
    loads = landing.loads(landed, name)
    if not loads and problem is None:
        yield Checked(name, "last pull", "note", "Never pulled.", "Run `indberet pull`.")
    if loads:
        moved = max(loads[-1].folder.stat().st_mtime, _position_time(landed / name))
        when = datetime.fromtimestamp(moved, UTC)
        yield Checked(
            name, "loads", "well",
            f"{len(loads)} loads, {sum(load.record_count for load in loads)} records; anything new "
            f"last came {when:%Y-%m-%d %H:%M} UTC",
        )  # fmt: skip
    worst = [f for f in position.findings(landed, name) if f.severity in {"error", "warning"}]
    for finding in worst[:_SHOWN]:
        state = "wrong" if finding.severity == "error" else "note"
        yield Checked(name, finding.rule, state, finding.message, finding.remedy)
    if len(worst) > _SHOWN:
        rest = f"{len(worst) - _SHOWN} more findings"
        yield Checked(name, "findings", "note", rest, "`indberet check` names each.")


def _position_time(folder: Path) -> float:
    path = folder / "position.json"
    return path.stat().st_mtime if path.exists() else 0


def _totals(workspace: Workspace, reference: ConnectionReference) -> Iterator[Checked]:
    """Whether what was read adds up to what the system says of itself."""
    with workspace.store().connect(memory_limit=workspace.memory_limit, threads=2) as con:
        rows = con.execute(
            "SELECT kind, subject, declared, found FROM control_total "
            "WHERE company_id = ? AND connection_id = ? ORDER BY ALL",
            [reference.company_id, reference.connection_id],
        ).fetchall()
    wrong = [row for row in rows if row[2] != row[3]]
    name = reference.connection_id
    for kind, subject, declared, found in wrong[:_SHOWN]:
        yield Checked(
            name, "control total", "wrong", f"{kind} of {subject}: {declared}, read {found}.",
            "Run `indberet pull --full`; if it stays, see the system's page in the docs.",
        )  # fmt: skip
    if rows and not wrong:
        yield Checked(name, "control totals", "well", f"{len(rows)} of the system's own agree")


def _mapped(workspace: Workspace, reference: ConnectionReference) -> Iterator[Checked]:
    with workspace.store().connect(memory_limit=workspace.memory_limit, threads=2) as con:
        count = unmapped(con, [reference.company_id])
    if count:
        yield Checked(
            reference.connection_id, "mapping", "note",
            f"{count} accounts or VAT codes in use have no standard code.",
            "Run `indberet connect`, or add them to the company's mapping file.",
        )  # fmt: skip
