"""Billy, over its API v2.

Belongs here: the connector's options, credentials and its two verbs. Does not: the order
of a pull, shapes or what a field means (`parts.billy`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources import option
from assets.sources.connector import Connection, Discovery, Item, Progress, silent
from assets.sources.network import connecting
from assets.sources.network.auth import Headers
from assets.sources.network.bucket import Rate
from assets.sources.network.client import Client, Service
from assets.sources.parts.billy import records
from assets.sources.parts.billy.pull import Pull
from assets.sources.parts.billy.shapes import PAGE_SIZE
from warehouse.errors import SettingsError

URL = "https://api.billysbilling.com/v2"
SERVICE = Service(
    "billy", "Billy", Rate(300, 60),
    refused=(
        "Make a new token in Billy under Settings, Access tokens, and put it where the "
        "connection's token points."
    ),
    forbidden=(
        "Make the token as the company's owner in Billy, who may see all of its books (Settings, "
        "Access tokens)."
    ),
    unknown="Correct the connection's url in indberet.toml.",
)  # fmt: skip


class Billy:
    """The connector."""

    title = "Billy"
    concurrency = 4
    options: Mapping[str, tuple[bool, str]] = {
        "token": (True, "secret: an access token of the company"),
        "url": (False, f"address of the interface, {URL} unless told"),
        **connecting.OPTIONS,
    }

    def address(self, connection: Connection) -> str:
        """Where the interface is."""
        return option.text(connection, "url", URL)

    def discover(self, connection: Connection) -> Discovery:
        """Test the connection and say what is there."""
        with _client(connection) as client:
            pull = _pull(client, connection, silent)
            books = pull.books()
            _id, name, cvr, *_rest = records.company(books.organization)
            return Discovery(
                name, cvr, pull.years(books.organization), len(books.accounts), len(books.rates),
                ["Billy tells of no changes: the two newest years are read in full at each pull."],
            )  # fmt: skip

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Yield every open year in full, and older ones that look changed."""
        with _client(connection) as client:
            pull = _pull(client, connection, progress)
            yield from pull.run(cursor or {})


def _client(connection: Connection) -> Client:
    auth = Headers({"X-Access-Token": option.secret(connection, "token")})
    return connecting.client(SERVICE, connection, option.text(connection, "url", URL), auth)


def _pull(client: Client, connection: Connection, progress: Progress) -> Pull:
    size = option.whole(connection, "page_size", PAGE_SIZE)
    if size > PAGE_SIZE:
        raise SettingsError(
            f"Connection {connection.connection_id}: page_size is {size}, and Billy gives at most "
            f"{PAGE_SIZE} records a page. Correct it in indberet.toml."
        )
    return Pull(client, connection, size, progress)


CONNECTOR = Billy()
