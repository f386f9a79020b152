"""A connector that reads an exported file, with the vendor's interface beside it.

    class Fortnox(Interface, Sie4):
        def register(self, client, page_size): ...

Without credentials the file is read alone, as by the connector below it. With them the
interface is read at every pull, and the file again whenever either changed.

Belongs here: that order, and what a person is told. Does not: what an interface answers.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from assets.sources import option
from assets.sources.connector import Connection, Connector, Cursor, Discovery, Item, Progress
from assets.sources.network.client import Client
from assets.sources.parts.masters import register
from assets.sources.parts.masters.register import Beside, Register

NO_BUYERS = (
    "the file does not say whose invoice a voucher is: an EU sales list needs the interface "
    "(client_id, client_secret, refresh_token)"
)


class Interface:
    """What such a connector adds to one of files (`files`)."""

    files: Connector
    """The connector of the exported file."""
    credentials: tuple[str, ...]
    """Options of which any one says that the interface is meant; then all are needed."""
    page_size: int
    alone: str
    """What a person misses without the interface."""
    concurrency = 8

    @abstractmethod
    def client(self, connection: Connection) -> Client:
        """A client of the vendor. Raises `SettingsError` for a credential that is missing."""

    @abstractmethod
    def register(
        self, client: Client, page_size: int, company_id: str, *, is_test: bool
    ) -> Register:
        """One reading of the interface; a test needs no more than what a note tells."""

    def is_asked(self, connection: Connection) -> bool:
        """Whether the connection means the interface."""
        return any(key in connection.options for key in self.credentials)

    def discover(self, connection: Connection) -> Discovery:
        """Test file and interface and say what is there."""
        about = self.files.discover(connection)
        if not self.is_asked(connection):
            return replace(about, notes=[*about.notes, self.alone])
        told = self._register(connection, is_test=True)
        told.ensure_same(about.registration_number)
        return replace(about, notes=[*about.notes, told.note()])

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Everything in the file, and of the interface when either changed."""
        before = cursor or {}
        if not self.is_asked(connection):
            items = self.files.pull(connection, cursor, progress)
            yield from register.without(items) if "interface" in before else items
            return
        told = self._register(connection, is_test=False)
        progress("customers and suppliers", len(told.parties))
        same = before.get("interface") == told.mark
        beside = Beside(told, connection.company_id)
        is_read = False
        for item in self.files.pull(connection, before.get("file") if same else None, progress):
            if not isinstance(item, Cursor):
                is_read = True
                yield beside.item(item)
                continue
            if is_read:
                yield from beside.rest()
            yield Cursor({"file": item.value, "interface": told.mark})

    def _register(self, connection: Connection, *, is_test: bool) -> Register:
        size = option.whole(connection, "page_size", self.page_size)
        with self.client(connection) as client:
            return self.register(client, size, connection.company_id, is_test=is_test)
