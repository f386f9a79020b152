"""What can be checked of a connection without asking its server: secrets, loads, totals, mappings.

Belongs here: those checks, and the shape of one. Does not: the server (`doctor_answers`).
"""

import json
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from assets.sources import landing, position, pull_all, registry
from assets.sources.landing import Load
from assets.workspace import ConnectionReference, SecretReference, Workspace
from pipelines.suggest import unmapped
from warehouse.errors import SettingsError

_OTHERS_MAY_READ = stat.S_IRGRP | stat.S_IROTH
_SHOWN = 5
_OLD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: `state` is well, note or wrong."""

    connection: str
    check: str
    state: str
    found: str
    remedy: str = ""


def said(message: str) -> tuple[str, str]:
    """A message as what was found and what to do: its last sentence, by the house's rule."""
    first, mark, last = message.rpartition(". ")
    return (f"{first}.", last) if mark else (message, "")


def secrets(workspace: Workspace, reference: ConnectionReference) -> Iterator[Checked]:
    """Whether every secret is there, and only ours to read."""
    name = reference.connection_id
    for key, value in reference.options.items():
        if not isinstance(value, SecretReference):
            continue
        try:
            secret = value.resolve()
        except SettingsError as error:
            yield Checked(name, f"secret {key}", "wrong", *said(str(error)))
            continue
        if not secret.reveal():
            place = value.env or value.file
            yield Checked(
                name, f"secret {key}", "wrong", f"{place} is empty.",
                "Put the secret there, on one line.",
            )  # fmt: skip
        elif value.file is not None and value.file.stat().st_mode & _OTHERS_MAY_READ:
            yield Checked(
                name, f"secret {key}", "note", f"Others on this machine may read {value.file}.",
                f"chmod 600 {value.file}",
            )  # fmt: skip
        else:
            place = value.file if value.env is None else f"the variable {value.env}"
            yield Checked(name, f"secret {key}", "well", f"Kept in {place}.")
    yield from tokens(name, workspace.storage / "private" / name / "tokens.json")


def tokens(name: str, path: Path) -> Iterator[Checked]:
    """The file of tokens got so far, where there is one."""
    if not path.exists():
        return
    if path.stat().st_mode & _OTHERS_MAY_READ:
        yield Checked(name, "tokens", "wrong", f"Others may read {path}.", f"chmod 600 {path}")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        is_whole = isinstance(content, dict) and "access_token" in content
    except (OSError, ValueError):
        is_whole = False
    if not is_whole:
        yield Checked(
            name, "tokens", "wrong", f"{path} holds no tokens that can be read.",
            "Remove it; new tokens come with the next pull, or with a new consent.",
        )  # fmt: skip


def pulled(workspace: Workspace, reference: ConnectionReference) -> Iterator[Checked]:
    """How the last pull went, and what it found wrong."""
    name, landed = reference.connection_id, workspace.storage / "landed"
    problem = pull_all.failed(workspace).get(name)
    if problem is not None:
        kept = landed / name / "failed"
        seen = f" What the server answered is kept in {kept}." if kept.is_dir() else ""
        yield Checked(
            name, "last pull", "wrong", problem + seen, "Mend what it names, then `indberet pull`."
        )
    loads = landing.loads(landed, name)
    if not loads and problem is None:
        yield Checked(name, "last pull", "note", "Never pulled.", "Run `indberet pull`.")
    if loads:
        yield _loaded(name, landed / name, loads)
    worst = [f for f in position.findings(landed, name) if f.severity in {"error", "warning"}]
    for finding in worst[:_SHOWN]:
        state = "wrong" if finding.severity == "error" else "note"
        yield Checked(name, finding.rule, state, finding.message, finding.remedy)
    if len(worst) > _SHOWN:
        rest = f"{len(worst) - _SHOWN} more findings"
        yield Checked(name, "findings", "note", rest, "`indberet check` names each.")


def _loaded(name: str, folder: Path, loads: Sequence[Load]) -> Checked:
    """What has been read, and when it was last asked for."""
    seen = [folder / "pulled", folder / "position.json", loads[-1].folder]
    when = datetime.fromtimestamp(
        max(path.stat().st_mtime for path in seen if path.exists()), UTC
    )  # fmt: skip
    records = sum(load.record_count for load in loads)
    what = "1 load" if len(loads) == 1 else f"{len(loads)} loads"
    told = f"{what}, {records} records; last pulled {when:%Y-%m-%d %H:%M} UTC."
    if datetime.now(UTC) - when < _OLD:
        return Checked(name, "loads", "well", told)
    days = (datetime.now(UTC) - when).days
    return Checked(
        name, "loads", "note", f"{told} That is {days} days ago.",
        "Run `indberet pull`, or switch the schedules on (docs/how-to/operate.md).",
    )  # fmt: skip


def totals(con: duckdb.DuckDBPyConnection, reference: ConnectionReference) -> Iterator[Checked]:
    """Whether what was read adds up to what the system says of itself."""
    rows = con.execute(
        "SELECT kind, subject, declared, found FROM control_total "
        "WHERE company_id = ? AND connection_id = ? ORDER BY ALL",
        [reference.company_id, reference.connection_id],
    ).fetchall()
    wrong = [row for row in rows if row[2] != row[3]]
    name = reference.connection_id
    for kind, subject, declared, read in wrong[:_SHOWN]:
        yield Checked(
            name, "control total", "wrong", f"{kind} of {subject}: {declared:f}, read {read:f}.",
            "Run `indberet pull --full`; if it stays, see the system's page in the docs.",
        )  # fmt: skip
    if len(wrong) > _SHOWN:
        rest = f"{len(wrong) - _SHOWN} more of {len(rows)} control totals disagree."
        yield Checked(name, "control totals", "wrong", rest)
    if rows and not wrong:
        told = f"{len(rows)} of the system's own totals agree with what was read."
        yield Checked(name, "control totals", "well", told)


def mapped(con: duckdb.DuckDBPyConnection, reference: ConnectionReference) -> Iterator[Checked]:
    """What is in use without a standard code, as of the last pull."""
    if not registry.holds_ledger(reference.system, reference.options):
        return
    count = unmapped(con, [reference.company_id])
    if count:
        what = "1 account or VAT code" if count == 1 else f"{count} accounts or VAT codes"
        yield Checked(
            reference.connection_id, "mapping", "note", f"{what} in use without a standard code.",
            "Run `indberet connect`, or add them to the company's mapping file.",
        )  # fmt: skip
