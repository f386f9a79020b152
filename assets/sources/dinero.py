"""Dinero, over its public interface with a Visma Connect consent.

Belongs here: the connector's options, credentials and its two verbs. Does not: the order of a
pull (`parts.dinero.pull`) or shapes (`parts.dinero.shapes`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources import option
from assets.sources.connector import Connection, Discovery, Item, Progress, silent
from assets.sources.network.bucket import Rate
from assets.sources.network.client import Client, Service
from assets.sources.network.consent import Consent
from assets.sources.network.consented import Vendor
from assets.sources.network.stream import Reading
from assets.sources.parts.dinero import shapes
from assets.sources.parts.dinero.pull import Pull
from assets.sources.row_batches import iso_date

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
VENDOR = Vendor(
    SERVICE, "your web application in Visma Connect, isv_…", "https://api.dinero.dk/v1",
    "https://connect.visma.com/connect/token", "https://connect.visma.com/connect/authorize",
    SCOPES, in_body=True,
)  # fmt: skip


class Dinero:
    """The connector."""

    title = "Dinero"
    concurrency = 8
    consent_option = "refresh_token"
    company_option = "organization"
    options: Mapping[str, tuple[bool, str]] = {
        **VENDOR.options(),
        "organization": (False, "Firma ID or name, when the consent covers several"),
    }

    def consent(self, connection: Connection) -> Consent:
        """What a person's consent in a browser needs; it gives the refresh token."""
        return VENDOR.consent(connection)

    def companies(self, connection: Connection) -> list[tuple[str, str]]:
        """The organizations the consent covers: Firma ID and name."""
        with VENDOR.client(connection) as client:
            found = Reading(client, shapes.ORGANIZATIONS).records()
            return [(str(one.id), one.name) for one in found]

    def address(self, connection: Connection) -> str:
        """Where the interface is."""
        return VENDOR.address(connection)

    def discover(self, connection: Connection) -> Discovery:
        """Test the connection and say what is there."""
        with VENDOR.client(connection) as client:
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
        with VENDOR.client(connection) as client:
            yield from _pull(client, connection, progress).run(cursor or {})


def _pull(client: Client, connection: Connection, progress: Progress) -> Pull:
    return Pull(client, connection, option.whole(connection, "page_size", 1000), progress)


CONNECTOR = Dinero()
