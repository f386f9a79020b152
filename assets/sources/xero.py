"""Xero, over its accounting API.

Belongs here: the connector's options, credentials and its two verbs. Does not: the order
of a pull, shapes or what a field means (`parts.xero`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from msgspec import Struct

from assets.sources import option
from assets.sources.connector import Connection, Discovery, Item, Progress, silent
from assets.sources.network.bucket import Rate
from assets.sources.network.client import Client, Service
from assets.sources.network.consent import Consent
from assets.sources.network.consented import Vendor
from assets.sources.network.stream import Reading, Stream
from assets.sources.parts.xero import records, shapes, streams
from assets.sources.parts.xero.pull import Pull
from warehouse.errors import PermanentError

SCOPES = (
    "offline_access accounting.journals.read accounting.settings.read accounting.contacts.read "
    "accounting.transactions.read accounting.reports.read"
)
SERVICE = Service(
    "xero", "Xero", Rate(60, 60),
    refused="The consent was withdrawn or has expired; connect again with `indberet connect`.",
    forbidden=(
        "Connect again with `indberet connect` as a user who may see the whole organisation, and "
        f"give all the rights asked for: {SCOPES}."
    ),
    unknown="Correct the connection's tenant or url in indberet.toml.",
)  # fmt: skip
VENDOR = Vendor(
    SERVICE, "your app at developer.xero.com", "https://api.xero.com/api.xro/2.0",
    "https://identity.xero.com/connect/token",
    "https://login.xero.com/identity/connect/authorize", SCOPES,
)  # fmt: skip


class Tenant(Struct):
    """One organisation the consent covers."""

    UNREAD: ClassVar[str] = "id authEventId tenantType createdDateUtc updatedDateUtc"

    tenantId: str  # noqa: N815 - Xero's name
    tenantName: str | None = None  # noqa: N815


TENANTS = Stream(
    "connections", "", list[Tenant], records=lambda page: page, key=lambda one: one.tenantId
)


class Xero:
    """The connector."""

    title = "Xero"
    concurrency = 8
    consent_option = "refresh_token"
    company_option = "tenant"
    options: Mapping[str, tuple[bool, str]] = {
        **VENDOR.options(),
        "tenant": (False, "id or name of the organisation, when the consent covers several"),
    }

    def consent(self, connection: Connection) -> Consent:
        """What a person's consent in a browser needs; it gives the refresh token."""
        return VENDOR.consent(connection)

    def companies(self, connection: Connection) -> list[tuple[str, str]]:
        """The organisations the consent covers: id and name."""
        with VENDOR.client(connection) as client:
            return [(one.tenantId, one.tenantName or "") for one in _tenants(client)]

    def address(self, connection: Connection) -> str:
        """Where the interface is."""
        return VENDOR.address(connection)

    def discover(self, connection: Connection) -> Discovery:
        """Test the connection and say what is there."""
        with VENDOR.client(connection) as client:
            pull = _pull(client, connection, silent)
            who = pull.organisation()
            journals = pull.first_journals()
            days = [shapes.day(one.JournalDate) for one in journals]
            years = records.years(who, min(days), max(days)) if days else []
            rates = [one for one in pull.every(streams.TAX_RATES) if one.TaxType != records.NO_VAT]
            _id, name, cvr, *_rest = records.company(who)
            return Discovery(
                company_name=name,
                registration_number=cvr,
                fiscal_years=[(row[2], row[3]) for row in years],
                accounts=len(pull.every(streams.ACCOUNTS)),
                vat_codes=len(rates),
                notes=["Fiscal years are those of the first journals; Xero keeps no list of them."],
            )

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Yield everything since `cursor` (everything when it is None)."""
        with VENDOR.client(connection) as client:
            pull = _pull(client, connection, progress)
            yield from pull.run(cursor or {})


def _pull(client: Client, connection: Connection, progress: Progress) -> Pull:
    tenant = _tenant(client, connection)
    client.limit(tenant)
    headers = {"Accept": "application/json", "Xero-tenant-id": tenant}
    size = option.whole(connection, "page_size", streams.PAGE_SIZE)
    return Pull(client, connection, headers, size, progress)


def _tenants(client: Client) -> list[Tenant]:
    """The organisations the consent covers."""
    address = f"{client.base.partition('/api.xro/')[0]}/connections"
    stream = Stream(
        TENANTS.name, address, TENANTS.envelope, records=TENANTS.records, key=TENANTS.key
    )
    reading = Reading(client, stream, headers={"Accept": "application/json"})
    return list(reading.records())


def _tenant(client: Client, connection: Connection) -> str:
    """The id of the organisation meant. Raises `PermanentError` when that cannot be told."""
    seen = _tenants(client)
    wanted = connection.options.get("tenant")
    found = [t for t in seen if wanted in (None, t.tenantId, t.tenantName)]
    if len(found) == 1:
        return found[0].tenantId
    names = ", ".join(f"{t.tenantName} ({t.tenantId})" for t in seen) or "none"
    if not found:
        raise PermanentError(
            f"The consent of connection {connection.connection_id} does not cover the "
            f"organisation {wanted or 'at all'}; it covers: {names}. Correct the connection's "
            "tenant, or connect again with `indberet connect` and choose it."
        )
    raise PermanentError(
        f"The consent of connection {connection.connection_id} covers several organisations: "
        f"{names}. Say which with the connection's tenant."
    )


CONNECTOR = Xero()
