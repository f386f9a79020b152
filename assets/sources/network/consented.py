"""A vendor whose users give consent in a browser: its addresses, and what a connection adds.

Belongs here: the options such connections share, the grant, the client. Does not: the
conversation with the browser (`consent`), or tokens (`oauth`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assets.sources import option
from assets.sources.connector import Connection
from assets.sources.network import connecting
from assets.sources.network.client import Client, Service
from assets.sources.network.consent import Consent
from assets.sources.network.oauth import Grant, OAuth

OPTIONS = ("client_id", "client_secret", "refresh_token")
"""What a connection needs to reach such a vendor."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """`app`: the app a person registers, in words. `in_body`: see `Grant`. `fields` go with the
    address of the consent page.
    """

    service: Service
    app: str
    url: str
    token_url: str
    authorize_url: str
    scopes: str
    in_body: bool = False
    fields: Mapping[str, str] | None = None

    def options(self, *, needed: bool = True) -> dict[str, tuple[bool, str]]:
        """The options of a connection to it."""
        return {
            "client_id": (needed, f"client id of {self.app}"),
            "client_secret": (needed, "secret: the client secret that goes with it"),
            "refresh_token": (needed, "secret: what the consent gave"),
            "url": (False, f"address of the interface, {self.url} unless told"),
            "token_url": (False, f"where tokens come from, {self.token_url} unless told"),
            **connecting.OPTIONS,
        }

    def consent(self, connection: Connection) -> Consent:
        """What a person's consent in a browser needs; it gives the refresh token."""
        return Consent(self._grant(connection), self.authorize_url, self.scopes, fields=self.fields)

    def address(self, connection: Connection) -> str:
        """Where the interface is."""
        return option.text(connection, "url", self.url)

    def client(self, connection: Connection) -> Client:
        """A client with the connection's consent. Raises `SettingsError` for a missing option."""
        first = option.secret(connection, "refresh_token")
        auth = OAuth(self._grant(connection), first, connecting.tokens_folder(connection))
        return connecting.client(self.service, connection, self.address(connection), auth)

    def _grant(self, connection: Connection) -> Grant:
        return Grant(
            self.service.title,
            option.text(connection, "token_url", self.token_url),
            option.text(connection, "client_id"),
            option.secret(connection, "client_secret"),
            in_body=self.in_body,
        )
