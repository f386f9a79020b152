"""From a connection in the settings to a client of its server.

Belongs here: the options every network connector shares. Does not: a vendor's own.
"""

from pathlib import Path

from assets.sources import option
from assets.sources.connector import Connection
from assets.sources.network.auth import Auth
from assets.sources.network.client import Client, Service

OPTIONS: dict[str, tuple[bool, str]] = {
    "page_size": (False, "records per request; each connector has its own default"),
    "timeout": (False, "seconds to wait for one answer, 60 unless told"),
    "attempts": (False, "tries of one request before the pull fails, 3 unless told"),
}

_LONGEST = 86_400  # seconds of one answer; the clock of the HTTP library has an end


def client(service: Service, connection: Connection, base: str, auth: Auth) -> Client:
    """A client as the connection's options want it, over kept answers where it has such."""
    return Client(
        service, base, auth,
        timeout=min(option.whole(connection, "timeout", 60), _LONGEST),
        attempts=option.whole(connection, "attempts", 3),
        kept=connection.kept,
        keep=connection.keep,
    )  # fmt: skip


def tokens_folder(connection: Connection) -> Path | None:
    """Where this connection's tokens are kept, readable by this user only."""
    return Path(connection.private_folder) if connection.private_folder else None
