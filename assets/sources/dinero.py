"""Dinero, over its public interface with a Visma Connect consent.

Belongs here: the connector's options, credentials and its two verbs. Does not: the order of a
pull (`parts.dinero.pull`) or shapes (`parts.dinero.shapes`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources.connector import Connection, Discovery, Item, Progress, silent
from assets.sources.network import connecting
from assets.sources.network.bucket import Rate
from assets.sources.network.client import Client, Service
from assets.sources.network.consent import Consent
from assets.sources.network.oauth import Grant, OAuth
from assets.sources.network.stream import Reading
from assets.sources.parts.dinero import shapes
from assets.sources.parts.dinero.pull import Pull
from assets.sources.row_batches import iso_date

URL = "https://api.dinero.dk/v1"
TOKEN_URL = "https://connect.visma.com/connect/token"  # noqa: S105 - an address
AUTHORIZE_URL = "https://connect.visma.com/connect/authorize"
SCOPES = "dineropublicapi:read offline_access"
SERVICE = Service(
    "dinero", "Dinero", Rate(100, 60),
    refused="The consent was withdrawn or has expired; connect again with `indberet connect`.",
    forbidden=(
        "See that the business has a Dinero subscription with access to the interface (Pro or "
        f"above) and that the consent gave {SCOPES}."
    ),
    unknown="Correct the connection's organization or url in indberet.toml.",
)  # fmt: skip


class Dinero:
    """The connector."""

    title = "Dinero"
    concurrency = 8
    consent_option = "refresh_token"
    company_option = "organization"
    options: Mapping[str, tuple[bool, str]] = {
        "client_id": (True, "client id of your web application in Visma Connect, isv_…"),
        "client_secret": (True, "secret: the application's client secret"),
        "refresh_token": (True, "secret: what the consent gave"),
        "organization": (False, "Firma ID or name, when the consent covers several"),
        "url": (False, f"address of the interface, {URL} unless told"),
        "token_url": (False, f"where tokens come from, {TOKEN_URL} unless told"),
        **connecting.OPTIONS,
    }

    def consent(self, connection: Connection) -> Consent:
        """What a person's consent in a browser needs; it gives the refresh token."""
        return Consent(_grant(connection), AUTHORIZE_URL, SCOPES)

    def companies(self, connection: Connection) -> list[tuple[str, str]]:
        """The organizations the consent covers: Firma ID and name."""
        with _client(connection) as client:
            found = Reading(client, shapes.ORGANIZATIONS).records()
            return [(str(one.id), one.name) for one in found]

    def address(self, connection: Connection) -> str:
        """Where the interface is."""
        return connecting.text(connection, "url", URL)

    def discover(self, connection: Connection) -> Discovery:
        """Test the connection and say what is there."""
        with _client(connection) as client:
            pull = _pull(client, connection, silent)
            years = [(iso_date(y.from_date), iso_date(y.to_date)) for y in pull.years()]
            return Discovery(
                company_name=pull.organization.name,
                registration_number=pull.organization.vat_number,
                fiscal_years=[(start, end) for start, end in years if start and end],
                accounts=len(pull.accounts()),
                vat_codes=len(pull.every(shapes.vat_types(pull.organization.id))),
                notes=[f"Firma ID {pull.organization.id}"],
            )

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Yield everything since `cursor` (everything when it is None)."""
        with _client(connection) as client:
            yield from _pull(client, connection, progress).run(cursor or {})


def _grant(connection: Connection) -> Grant:
    return Grant(
        "Dinero",
        connecting.text(connection, "token_url", TOKEN_URL),
        connecting.text(connection, "client_id"),
        connecting.secret(connection, "client_secret"),
        in_body=True,
    )


def _client(connection: Connection) -> Client:
    first = connecting.secret(connection, "refresh_token")
    auth = OAuth(_grant(connection), first, connecting.tokens_folder(connection))
    return connecting.client(SERVICE, connection, connecting.text(connection, "url", URL), auth)


def _pull(client: Client, connection: Connection, progress: Progress) -> Pull:
    return Pull(client, connection, connecting.whole(connection, "page_size", 1000), progress)


CONNECTOR = Dinero()
