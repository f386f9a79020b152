"""Pull every selected connection; one that fails or is slow does not hold up the others.

Each system has its own crew of threads, as many as its connector's `concurrency` (1 for
those that read files), so that waiting for one vendor never delays another. Why the
last pull of a connection failed is kept beside its loads, so that the checks can
withhold a company whose books may be stale.

Belongs here: going through connections. Does not: landing one of them
(`landing`), or any system.
"""

import json
import threading
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assets.sources import landing, registry
from assets.sources.connector import Progress
from assets.workspace import ConnectionReference, SecretReference, Workspace
from quality.finding import Finding, Severity
from warehouse.errors import PermanentError, ReportingError, SettingsError
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
    told = _one_at_a_time(progress)
    by_system: dict[str, list[ConnectionReference]] = defaultdict(list)
    for reference in workspace.selected_connections():
        by_system[reference.system].append(reference)
    futures: dict[str, Future[Pulled]] = {}
    crews = {
        system: ThreadPoolExecutor(min(_concurrency(system), len(references)))
        for system, references in sorted(by_system.items())
    }
    try:
        for system, references in by_system.items():
            for one in references:
                futures[one.connection_id] = crews[system].submit(
                    _pull, workspace, landed, one, told, full=full
                )
        return [futures[one.connection_id].result() for one in workspace.selected_connections()]
    finally:  # after Ctrl-C: those under way end their request, the rest never begin
        for crew in crews.values():
            crew.shutdown(wait=False, cancel_futures=True)


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
    workspace: Workspace,
    landed: Path,
    reference: ConnectionReference,
    progress: Progress,
    *,
    full: bool,
) -> Pulled:
    failure = landed / reference.connection_id / _FAILURE
    result: landing.LandResult | None = None
    problem: ReportingError | None = None
    try:
        connector = registry.load(reference.system)
        connection = workspace.connection(reference)
        result = landing.land(connector, connection, landed, progress, full=full)
        failure.unlink(missing_ok=True)
        (landed / reference.connection_id / "pulled").touch()  # when it last went well
    except ReportingError as error:
        problem = error
    except Exception as error:  # noqa: BLE001 - a fault of ours in one must not stop the others
        problem = PermanentError(
            f"Reading connection {reference.connection_id} ({reference.system}) failed in a way "
            f"nobody foresaw: {type(error).__name__}: {_masked(reference, str(error))}. Nothing of "
            "it was landed; report it with the connector's name."
        )
        problem.__cause__ = error
    if problem is not None:
        write_atomically(failure, json.dumps({"message": str(problem)}).encode())
    return Pulled(reference.connection_id, reference.company_id, reference.system, result, problem)


def _masked(reference: ConnectionReference, text: str) -> str:
    """A library's words without the connection's secrets, which they may repeat."""
    for value in reference.options.values():
        if isinstance(value, SecretReference):
            with suppress(SettingsError):
                text = text.replace(value.resolve().reveal() or "\0", "***")
    return text


def _concurrency(system: str) -> int:
    """How many connections to a system are read at once."""
    try:
        return int(getattr(registry.load(system), "concurrency", 1))
    except ReportingError:
        return 1  # no such connector: `_pull` says so


def _one_at_a_time(progress: Progress) -> Progress:
    lock = threading.Lock()

    def report(what: str, count: int) -> None:
        with lock:
            progress(what, count)

    return report


def _stale(reference: ConnectionReference, message: str) -> Finding:
    """An error for the ledger; what only stands beside it keeps no return back."""
    is_ledger = registry.holds_ledger(reference.system, reference.options)
    what = "the books" if is_ledger else "what stands beside the books"
    return Finding(
        rule="source.stale",
        severity=Severity.ERROR if is_ledger else Severity.WARNING,
        company_id=reference.company_id,
        where=f"connection {reference.connection_id}",
        message=f"The last pull of connection {reference.connection_id} failed, so {what} "
        f"may be behind: {message}",
        remedy="Mend what it names, then run `indberet pull`.",
    )
