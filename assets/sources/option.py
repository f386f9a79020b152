"""One option of a connection, of the type it must have.

Belongs here: reading an option and saying what is wrong with it. Does not: any connector's
options, or asking a person for them (`pipelines`).
"""

from assets.sources.connector import Connection
from warehouse.errors import SettingsError
from warehouse.secret import Secret


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
    """A text option; an empty one only where "" is the default. Raises `SettingsError` when it
    is missing without a default, or no text.
    """
    value = connection.options.get(name, default)
    if not isinstance(value, str) or not (value or default == ""):
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
