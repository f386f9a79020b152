"""Running the sandbox authority: in this process, or until stopped.

Belongs here: sockets and threads. Does not: what it answers (`app`).
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import uvicorn

from assets.deliveries.sandbox import app, register
from assets.deliveries.sandbox.folder import SandboxFolder
from assets.deliveries.sandbox.store import AuthorityStore
from assets.deliveries.sandbox.switches import Switches
from assets.deliveries.skat import SkatChannel
from warehouse.errors import PermanentError

HOST = "127.0.0.1"
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox authority that answers at `url` from `folder`."""

    url: str
    folder: SandboxFolder

    @property
    def store(self) -> AuthorityStore:
        """What it has received."""
        return AuthorityStore(self.folder.path / "authority.sqlite")

    def channel(self, *, answer_timeout: float = 30) -> SkatChannel:
        """A channel that delivers here."""
        return self.folder.channel(self.url, answer_timeout=answer_timeout)

    def fail(self, **switches: dict[str, Any]) -> None:
        """Turn on these switches and no others: `fail(drop={"times": 1})`."""
        Switches(self.folder.path / "switches.json").set(switches)

    def add(self, *companies: register.Company, approve: str | None = None) -> None:
        """Register companies; `approve`: link, auto or reject."""
        register.add(self.folder.path / "register.json", *companies, approve=approve)


@contextmanager
def running_sandbox(
    folder: Path, *, port: int = 0, today: Callable[[], date] | None = None
) -> Iterator[RunningSandbox]:
    """The sandbox authority in a thread of this process, on loopback; `port` 0
    takes a free one.

    Raises: PermanentError when it does not start, e.g. the port is taken.
    """
    where = SandboxFolder(folder)
    with _bound(port) as listening:
        server = uvicorn.Server(_config(where, today))
        thread = threading.Thread(
            target=server.run, args=([listening],), name="sandbox authority", daemon=True
        )
        thread.start()
        try:
            _await_start(server, thread)
            yield RunningSandbox(f"http://{HOST}:{listening.getsockname()[1]}", where)
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)


def serve(folder: Path, port: int, today: Callable[[], date] | None = None) -> None:
    """Run until interrupted.

    Raises: PermanentError when the port is taken.
    """
    with _bound(port) as listening:
        uvicorn.Server(_config(SandboxFolder(folder), today)).run([listening])


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise PermanentError(
            f"The sandbox authority did not start on {HOST}:{port}: {why}. If another program has "
            "the port, choose another with --port."
        ) from error


def _config(folder: SandboxFolder, today: Callable[[], date] | None) -> uvicorn.Config:
    return uvicorn.Config(
        app.build(folder, today), lifespan="off", ws="none", log_level="error", access_log=False,
        timeout_graceful_shutdown=5,
    )  # fmt: skip


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise PermanentError(
                f"The sandbox authority did not start within {_PATIENCE:.0f} seconds. Run `python "
                "-m assets.deliveries.sandbox` in a terminal to see why."
            )
        time.sleep(0.01)
