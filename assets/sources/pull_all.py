"""Pull every selected connection; one that fails does not stop the others.

Why the last pull of a connection failed is kept beside its loads, so that the
checks can withhold a company whose books may be stale.

Belongs here: going through connections. Does not: landing one of them
(`landing`), or any system.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from assets.sources import landing, registry
from assets.sources.connector import Progress
from assets.workspace import ConnectionReference, Workspace
from quality.finding import Finding, Severity
from warehouse.errors import PermanentError, ReportingError
from warehouse.store import write_atomically

_FAILURE = "failure.json"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of one connection: what it brought, or why it failed."""

    connection_id: str
    company_id: str
    system: str
    result: landing.LandResult | None
    error: ReportingError | None


def pull(workspace: Workspace, progress: Progress, *, full: bool = False) -> list[Pulled]:
    """Pull the selected connections. Errors are values here, one company's at a time."""
    landed = workspace.folder("landed")
    return [
        _pull(landed, reference, progress, full=full)
        for reference in workspace.selected_connections()
    ]


def raise_if_none_succeeded(pulled: list[Pulled]) -> None:
    """Raise the first error when no connection could be read at all.

    A transient error comes before a permanent one, since a retry may then help some.
    """
    errors = [p.error for p in pulled if p.error is not None]
    if errors and len(errors) == len(pulled):
        raise min(errors, key=lambda error: isinstance(error, PermanentError))


def stale(workspace: Workspace) -> list[Finding]:
    """One finding for every connection whose last pull failed."""
    messages = failed(workspace)
    return [
        _stale(reference, messages[reference.connection_id])
        for reference in workspace.connections
        if reference.connection_id in messages
    ]


def failed(workspace: Workspace) -> dict[str, str]:
    """Why the last pull failed, for every connection whose did."""
    paths = {
        reference.connection_id: workspace.storage / "landed" / reference.connection_id / _FAILURE
        for reference in workspace.connections
    }
    return {
        name: json.loads(path.read_text())["message"]
        for name, path in paths.items()
        if path.exists()
    }


def _pull(
    landed: Path, reference: ConnectionReference, progress: Progress, *, full: bool
) -> Pulled:
    failure = landed / reference.connection_id / _FAILURE
    result, problem = None, None
    try:
        connector = registry.load(reference.system)
        result = landing.land(connector, reference.resolve(), landed, progress, full=full)
        failure.unlink(missing_ok=True)
    except ReportingError as error:
        problem = error
        write_atomically(failure, json.dumps({"message": str(error)}).encode())
    return Pulled(reference.connection_id, reference.company_id, reference.system, result, problem)


def _stale(reference: ConnectionReference, message: str) -> Finding:
    return Finding(
        rule="source.stale",
        severity=Severity.ERROR,
        company_id=reference.company_id,
        where=f"connection {reference.connection_id}",
        message=f"The last pull of connection {reference.connection_id} failed, so the books "
        f"may be behind: {message}",
        remedy="Mend what it names, then run `indberet pull`.",
    )
