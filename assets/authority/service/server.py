"""Running the sandbox authority: in this process, or until stopped.

Belongs here: sockets and threads. Does not: what it answers (`app`).
"""

import os
import socket
import ssl
import threading
import time
from asyncio import Transport
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from assets.authority.service import annual_client, annual_register, app, register, registering
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.folder import SandboxFolder
from assets.authority.service.store import AuthorityStore
from assets.authority.service.switches import Switches
from assets.deliveries.erst import ErstChannel
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
    with _bound(port) as listening:
        applications = app.build(where, today, library=library)
        open_server, rest = _configs(where, applications)
        with (
            applications.at_work(),
            _serving_rest(where, rest, 0),
            _in_thread(open_server, listening),
        ):
            yield RunningSandbox(f"http://{HOST}:{listening.getsockname()[1]}", where)


def serve(
    folder: Path,
    port: int,
    today: Callable[[], date] | None = None,
    library: Path | None = None,
) -> None:
    """Run until interrupted; the REST interface on the port after `port`, or a free one.

    Raises: PermanentError when the port is taken.
    """
    where = SandboxFolder(folder)
    with _bound(port) as listening:
        applications = app.build(where, today, library=library)
        open_server, rest = _configs(where, applications)
        with applications.at_work(), _serving_rest(where, rest, port + 1):
            uvicorn.Server(open_server).run([listening])


@contextmanager
def _serving_rest(folder: SandboxFolder, config: uvicorn.Config, port: int) -> Iterator[None]:
    """The REST interface in a thread, its address written down for clients."""
    with _bound_if_free(port) as listening, _in_thread(config, listening):
        address = f"https://{HOST}:{listening.getsockname()[1]}"
        folder.annual_address.write_text(address, encoding="ascii")
        yield


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
        return socket.create_server((HOST, port))
    except OSError:
        return socket.create_server((HOST, 0))


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise PermanentError(
            f"The sandbox authority did not start on {HOST}:{port}: {why}. If another program has "
            "the port, choose another with --port."
        ) from error


class _KnowsClients(H11Protocol):
    """HTTP/1.1 that tells the application which certificate the client showed."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Note the certificate of the connection."""
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(binary_form=True) if tls else None
        self.app_state = {**self.app_state, "client_certificate": certificate}


class _SaysWhy(ssl.SSLObject):
    """A handshake that fails tells the client why before the connection ends.

    asyncio (Python 3.11) drops the connection with the alert unsent. It sends what waits when a
    handshake needs more from the client; so that is what it is told, and the client hangs up.
    """

    def do_handshake(self) -> None:
        """Shake hands, or say why not."""
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            raise ssl.SSLWantReadError from error


def _saying_why(_: uvicorn.Config, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = make()
    context.sslobject_class = _SaysWhy
    return context


def _configs(
    folder: SandboxFolder, applications: app.Applications
) -> tuple[uvicorn.Config, uvicorn.Config]:
    """The open server and the one over TLS, which asks every client for a certificate."""
    common: dict[str, Any] = {
        "lifespan": "off", "ws": "none", "log_level": "error", "access_log": False,
        "timeout_graceful_shutdown": 5,
    }  # fmt: skip
    keys = folder.path / "keys"
    return uvicorn.Config(applications.public, **common), uvicorn.Config(
        applications.rest,
        http=_KnowsClients,
        ssl_certfile=keys / "tls-server.pem",
        ssl_keyfile=keys / "tls-server.key",
        ssl_ca_certs=str(keys / "tls-ca.pem"),
        ssl_cert_reqs=ssl.CERT_REQUIRED,
        ssl_context_factory=_saying_why,
        **common,
    )


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise PermanentError(
                f"The sandbox authority did not start within {_PATIENCE:.0f} seconds. Run `python "
                "-m assets.authority.service` in a terminal to see why."
            )
        time.sleep(0.01)
