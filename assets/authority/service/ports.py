"""The service's two ports: taking them, and how they speak: HTTP, and HTTP over TLS that knows
who is asking.

Belongs here: sockets, and the protocol under the application. Does not: which processes serve
(`server`, `processes`), what is answered.
"""

import os
import socket
import ssl
from asyncio import TimerHandle, Transport
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from assets.authority.service.app import Applications
from assets.authority.service.folder import SandboxFolder
from warehouse.errors import PermanentError

HOST = "127.0.0.1"
_PATIENCE = 20.0
"""Seconds a client may take to say what it asks, from the connection or its last answer on."""
_HEAD = 64 << 10
"""Bytes it may take for that."""


class _InTime(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """HTTP/1.1 whose clients say in time and in few words what they ask: a connection held open
    with nothing said, or with a head that drips or has no end, is closed.
    """

    _deadline: TimerHandle | None = None
    _said = 0

    def connection_made(self, transport: Transport) -> None:
        """The head is awaited from the first moment."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._hear_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Between two requests, the first byte begins the next head; where it ends, a cycle of
        its own begins, and the body is `gate`'s to hear in time.
        """
        before = self.cycle
        if self._deadline is None and (before is None or before.response_complete):
            self._await_head()
        super().data_received(data)
        self._said += len(data)
        if self.cycle is not before:
            self._hear_head()
        elif self._deadline is not None and self._said > _HEAD:
            self.transport.close()

    def _await_head(self) -> None:
        self._said = 0
        self._deadline = self.loop.call_later(_PATIENCE, self.transport.close)

    def _hear_head(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _KnowsClients(_InTime):
    """HTTP/1.1 that also tells the application which certificate the client showed."""

    app_state: dict[str, Any]

    def connection_made(self, transport: Transport) -> None:
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


def configs(
    folder: SandboxFolder, applications: Applications
) -> tuple[uvicorn.Config, uvicorn.Config]:
    """The open server and the one over TLS, which asks every client for a certificate."""
    common: dict[str, Any] = {
        "lifespan": "off", "ws": "none", "log_level": "error", "access_log": False,
        "timeout_graceful_shutdown": 5, "timeout_keep_alive": 60,
    }  # fmt: skip
    keys = folder.path / "keys"
    return uvicorn.Config(applications.public, http=_InTime, **common), uvicorn.Config(
        applications.rest,
        http=_KnowsClients,
        ssl_certfile=keys / "tls-server.pem",
        ssl_keyfile=keys / "tls-server.key",
        ssl_ca_certs=str(keys / "tls-ca.pem"),
        ssl_cert_reqs=ssl.CERT_REQUIRED,
        ssl_context_factory=_saying_why,
        **common,
    )


def bound(port: int) -> socket.socket:
    """A socket that listens on `port`; 0 takes a free one.

    Raises: PermanentError when it is taken.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise PermanentError(not_started(port, error)) from error


def not_started(port: int, error: OSError) -> str:
    """Why the service does not listen on `port`."""
    why = os.strerror(error.errno or 0)
    return (
        f"The receiving service did not start on {HOST}:{port}: {why}. If another program has "
        "the port, choose another with --port."
    )
