"""Running the service: in this process, or until stopped.

Belongs here: sockets and threads. Does not: what it answers (`app`).
"""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import uvicorn

from assets.authority.service import (
    annual_client,
    annual_register,
    app,
    ports,
    processes,
    register,
    registering,
)
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.folder import SandboxFolder
from assets.authority.service.judges import Judging
from assets.authority.service.store import AuthorityStore
from assets.authority.service.switches import Switches
from assets.deliveries.erst import ErstChannel
from assets.deliveries.skat import SkatChannel
from warehouse.errors import PermanentError

_PATIENCE = 20.0
_FEW_EACH = 4


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox authority that answers at `url` from `folder`."""

    url: str
    folder: SandboxFolder

    @property
    def rest_url(self) -> str:
        """Where the REST interface for annual reports answers."""
        return self.folder.annual_address.read_text(encoding="ascii")

    @property
    def reports(self) -> AnnualStore:
        """The annual reports it has received."""
        return AnnualStore(self.folder.path / "authority.sqlite")

    @property
    def store(self) -> AuthorityStore:
        """What it has received."""
        return AuthorityStore(self.folder.path / "authority.sqlite")

    def channel(self, *, answer_timeout: float = 30) -> SkatChannel:
        """A channel that delivers here."""
        return self.folder.channel(self.url, answer_timeout=answer_timeout)

    def annual_channel(self, *, answer_timeout: float = 180) -> ErstChannel:
        """A channel that files annual reports here."""
        return annual_client.annual_channel(self.folder, self.url, answer_timeout=answer_timeout)

    def fail(self, **switches: dict[str, Any]) -> None:
        """Turn on these switches and no others: `fail(drop={"times": 1})`."""
        Switches(self.folder.path / "switches.json").set(switches)

    def add_annual(
        self, *companies: annual_register.AnnualCompany, is_redoing_allowed: bool | None = None
    ) -> None:
        """Register companies that file annual reports; whether published ones may be redone."""
        registering.add_annual(self.folder.path, *companies)
        register.Register(self.folder.path).add(is_redoing_allowed=is_redoing_allowed)

    def add(
        self, *companies: register.Company, approve: str | None = None, is_delegated: bool = True
    ) -> None:
        """Register companies; `approve`: link, auto or reject; `is_delegated`: the sandbox's
        client gets a mandate.
        """
        registering.add(self.folder.path, *companies, is_delegated=is_delegated)
        register.Register(self.folder.path).add(approve=approve)


@contextmanager
def running_sandbox(
    folder: Path,
    *,
    port: int = 0,
    today: Callable[[], date] | None = None,
    library: Path | None = None,
) -> Iterator[RunningSandbox]:
    """The sandbox authority in threads of this process, on loopback; `port` 0 takes a free one.

    Raises: PermanentError when it does not start, e.g. the port is taken.
    """
    where = SandboxFolder(folder)
    with ports.bound(port) as listening, ports.bound(0) as over_tls:
        applications = app.build(where, today, library=library, is_sandbox=True)
        _note(where, over_tls)
        with _answering(where, applications, listening, over_tls):
            yield RunningSandbox(f"http://{ports.HOST}:{listening.getsockname()[1]}", where)


@dataclass(frozen=True, slots=True)
class How:
    """How a service runs. `today` replaces the day rules are judged by, `library` holds the
    taxonomies; `processes` answer, `workers` judge. A sandbox is open to everybody.
    """

    today: Callable[[], date] | None = None
    library: Path | None = None
    processes: int = 1
    workers: int = 1
    is_sandbox: bool = False


def serve(folder: Path, port: int, how: How, arguments: Sequence[str] = ()) -> None:
    """Run until interrupted; the REST interface on the port after `port`, or a free one.

    `arguments`: how further processes are started, where there are to be several.

    Raises: PermanentError when the port is taken.
    """
    where = SandboxFolder(folder)
    if how.processes > 1:
        _serve_in_many(where, port, how, arguments)
        return
    judging = Judging(workers=how.workers, few=_FEW_EACH * how.workers)
    is_over = processes.until_told()
    with ports.bound(port) as listening, _bound_if_free(port + 1) as over_tls:
        applications = _build(where, how, judging)
        _note(where, over_tls)
        with _answering(where, applications, listening, over_tls):
            is_over.wait()


def serve_on(folder: Path, how: How, numbers: Sequence[int]) -> None:
    """Be one of several processes: two sockets, and a pipe that closes when it is over."""
    where = SandboxFolder(folder)
    listening, over_tls = (socket.socket(fileno=number) for number in numbers[:2])
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    judging = Judging(workers=None, few=_FEW_EACH * how.workers)
    applications = _build(where, how, judging)
    with _answering(where, applications, listening, over_tls):
        processes.when_closed(numbers[2]).wait()


def _serve_in_many(where: SandboxFolder, port: int, how: How, arguments: Sequence[str]) -> None:
    """Start the processes that answer, judge what they receive, and mind them."""
    is_over = processes.until_told()
    open_sockets = processes.sockets(port, how.processes)
    with _bound_if_free(port + 1) as probe:
        over_tls = probe.getsockname()
    tls_sockets = processes.sockets(over_tls[1], how.processes)
    judging = Judging(workers=how.workers, few=_FEW_EACH * how.workers)
    applications = _build(where, how, judging)
    _note(where, tls_sockets[0])
    pairs = list(zip(open_sockets, tls_sockets, strict=True))
    answering = processes.Answering(arguments, pairs)
    with applications.at_work():
        answering.mind(is_over)


def _build(where: SandboxFolder, how: How, judging: Judging) -> app.Applications:
    return app.build(
        where, how.today, library=how.library, judging=judging, is_sandbox=how.is_sandbox
    )


def _note(where: SandboxFolder, over_tls: socket.socket) -> None:
    """Write down for clients where annual reports are taken."""
    address = f"https://{ports.HOST}:{over_tls.getsockname()[1]}"
    where.annual_address.write_text(address, encoding="ascii")


@contextmanager
def _answering(
    where: SandboxFolder,
    applications: app.Applications,
    listening: socket.socket,
    over_tls: socket.socket,
) -> Iterator[None]:
    """Answer on both ports; at the end nobody is kept waiting for a decision."""
    open_server, rest = ports.configs(where, applications)
    with applications.at_work(), _in_thread(rest, over_tls), _in_thread(open_server, listening):
        try:
            yield
        finally:
            applications.is_over.set()


@contextmanager
def _in_thread(config: uvicorn.Config, listening: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, args=([listening],), name="sandbox authority", daemon=True
    )
    thread.start()
    try:
        _await_start(server, thread)
        yield
    finally:
        server.should_exit = True
        thread.join(_PATIENCE)


def _bound_if_free(port: int) -> socket.socket:
    """That port, or any free one when another program has it."""
    try:
        return socket.create_server((ports.HOST, port))
    except OSError:
        return socket.create_server((ports.HOST, 0))


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise PermanentError(
                f"The sandbox authority did not start within {_PATIENCE:.0f} seconds. Run `python "
                "-m assets.authority.service` in a terminal to see why."
            )
        time.sleep(0.01)
