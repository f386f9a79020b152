"""From a connection in the settings to a client of its server.

Belongs here: the options every network connector shares. Does not: a vendor's own.
"""

from pathlib import Path

from assets.sources.connector import Connection
from assets.sources.network.auth import Auth
from assets.sources.network.client import Client, Service
from warehouse.errors import SettingsError
from warehouse.secret import Secret

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
        timeout=min(whole(connection, "timeout", 60), _LONGEST),
        attempts=whole(connection, "attempts", 3),
        kept=connection.kept,
        keep=connection.keep,
    )  # fmt: skip


def secret(connection: Connection, name: str) -> Secret:
    """A secret option. Raises `SettingsError` when it is missing or written out."""
    value = connection.options.get(name)
    if not isinstance(value, Secret):
        raise SettingsError(
            f"Connection {connection.connection_id}: {name} must refer to a secret. Write "
            f'{name} = {{ env = "NAME" }} or {name} = {{ file = "path" }} in indberet.toml.'
        )
    told = value.reveal()
    if not (told and told.isascii() and told.isprintable()):
        # sent, it would be refused by the HTTP library in a message that repeats it
        raise SettingsError(
            f"Connection {connection.connection_id}: {name} refers to a secret that is empty, or "
            "holds a line break or another character no such secret has. Put the secret there and "
            "nothing else."
        )
    return value


def text(connection: Connection, name: str, default: str | None = None) -> str:
    """A text option. Raises `SettingsError` when it is missing without a default."""
    value = connection.options.get(name, default)
    if not isinstance(value, str) or not value:
        raise SettingsError(
            f"Connection {connection.connection_id}: {name} must be text, found {value!r}. Write "
            f"it in quotes in indberet.toml."
        )
    return value


def whole(connection: Connection, name: str, default: int) -> int:
    """A whole number above 0. Raises `SettingsError` for anything else."""
    value = connection.options.get(name, default)
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SettingsError(
            f"Connection {connection.connection_id}: {name} must be a whole number above 0, "
            f"not {value!r}. Correct it in indberet.toml."
        )
    return value


def tokens_folder(connection: Connection) -> Path | None:
    """Where this connection's tokens are kept, readable by this user only."""
    return Path(connection.private_folder) if connection.private_folder else None
