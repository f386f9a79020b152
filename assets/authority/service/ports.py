"""The service's two ports: taking them, and how they speak: HTTP, and HTTP over TLS that knows
who is asking.

Belongs here: sockets, and the protocol under the application. Does not: which processes serve
(`server`, `processes`), what is answered.
"""

import os
import socket
import ssl
from asyncio import Transport
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from assets.authority.service.app import Applications
from assets.authority.service.folder import SandboxFolder
from warehouse.errors import PermanentError

HOST = "127.0.0.1"


class _KnowsClients(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """HTTP/1.1 that tells the application which certificate the client showed."""

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
