"""Microsoft Dynamics 365 Business Central, over its API v2.0.

Belongs here: the connector's options, credentials and its two verbs. Does not: the order
of a pull (`parts.business_central.pull`) or the SAF-T export (`parts.business_central.saft`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources import option
from assets.sources.connector import Connection, Discovery, Item, Progress, Rows, silent
from assets.sources.network import connecting
from assets.sources.network.bucket import Rate
from assets.sources.network.client import Client, Service
from assets.sources.network.oauth import Grant, OAuth
from assets.sources.network.stream import Reading
from assets.sources.parts.business_central import saft, shapes
from assets.sources.parts.business_central.pull import Pull
from warehouse.errors import PermanentError, SettingsError

URL = "https://api.businesscentral.dynamics.com"
TOKEN_URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"  # noqa: S105 - an address
SCOPE = "https://api.businesscentral.dynamics.com/.default"
PAGE_SIZE = 5000
SERVICE = Service(
    "business_central", "Business Central", Rate(6000, 300, burst=100),
    refused=(
        "Put the app's client id and a secret that has not run out in the connection; the app must "
        "be registered under Microsoft Entra Applications in Business Central."
    ),
    forbidden=(
        "In Business Central, give the app under Microsoft Entra Applications a permission set "
        "that may read the general ledger, as D365 READ."
    ),
    unknown="Correct the connection's environment, bc_company or vat_page in indberet.toml.",
)  # fmt: skip
NO_VAT = (
    "The interface tells no VAT of an entry. Set saft (its Danish SAF-T export) or vat_page (a "
    "page of VAT entries); without either the books are read and every return is withheld."
)


class BusinessCentral:
    """The connector."""

    title = "Microsoft Dynamics 365 Business Central"
    concurrency = 4
    company_option = "bc_company"
    asked = ("environment", "saft", "vat_page")
    options: Mapping[str, tuple[bool, str]] = {
        "entra_tenant": (True, "id or domain of the organisation in Microsoft Entra"),
        "client_id": (True, "application id of the app registered there"),
        "client_secret": (True, "secret: a client secret of the app"),
        "environment": (False, "name of the environment, Production unless told"),
        "bc_company": (False, "name of the company, when the environment holds several"),
        "saft": (False, "its SAF-T export: file, folder or pattern, as exports/*.xml"),
        "vat_page": (False, "page of VAT entries: publisher/group/version/entity set"),
        "url": (False, f"address of the interface, {URL} unless told"),
        "token_url": (False, "where tokens come from, Microsoft Entra unless told"),
        **connecting.OPTIONS,
    }

    def companies(self, connection: Connection) -> list[tuple[str, str]]:
        """The companies of the environment: name, and the name they are shown by."""
        with _client(connection) as client:
            return [(one.name, one.displayName or "") for one in _companies(client)]

    def address(self, connection: Connection) -> str:
        """Where the interface is."""
        return option.text(connection, "url", URL)

    def discover(self, connection: Connection) -> Discovery:
        """Test the connection and say what is there, first of all whether VAT can be told."""
        with _client(connection) as client:
            company = _company(client, connection)
            pull = _pull(client, connection, company, silent)
            rows = {
                item.stream: item.table.to_pylist()
                for item in pull.masters()
                if isinstance(item, Rows)
            }
            about = rows["company"][0]
            years = [r for r in rows.get("fiscal_period", []) if r["kind"] == "year"]
            has_vat = "saft" in connection.options or "vat_page" in connection.options
            return Discovery(
                company_name=about["name"],
                registration_number=about["cvr"],
                fiscal_years=[(r["start_date"], r["end_date"]) for r in years],
                accounts=len(rows.get("account", [])),
                notes=[f"{pull.count()} entries", *([] if has_vat else [NO_VAT])],
            )

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Yield everything since `cursor` (everything when it is None)."""
        with _client(connection) as client:
            company = _company(client, connection)
            pull = _pull(client, connection, company, progress)
            items = pull.run(cursor or {})
            if "saft" in connection.options:
                items = saft.run(pull, connection, cursor or {}, progress)
            yield from items


def _client(connection: Connection) -> Client:
    tenant = option.text(connection, "entra_tenant")
    grant = Grant(
        "Microsoft Entra",
        option.text(connection, "token_url", TOKEN_URL.format(tenant=tenant)),
        option.text(connection, "client_id"),
        option.secret(connection, "client_secret"),
        kind="client_credentials", fields={"scope": SCOPE}, in_body=True,
    )  # fmt: skip
    url = option.text(connection, "url", URL).rstrip("/")
    environment = option.text(connection, "environment", "Production")
    auth = OAuth(grant, None, connecting.tokens_folder(connection))
    return connecting.client(SERVICE, connection, f"{url}/v2.0/{tenant}/{environment}", auth)


def _pull(
    client: Client, connection: Connection, company: shapes.Company, progress: Progress
) -> Pull:
    size = option.whole(connection, "page_size", PAGE_SIZE)
    return Pull(client, connection, company, _vat_page(connection), size, progress)


def _vat_page(connection: Connection) -> str:
    """The path of the VAT page below the base address, with {company} in it; "" without one."""
    if "vat_page" not in connection.options:
        return ""
    if "saft" in connection.options:
        raise SettingsError(
            f"Connection {connection.connection_id} has both saft and vat_page. Keep the one that "
            "shall supply VAT."
        )
    told = option.text(connection, "vat_page")
    if not re.fullmatch(r"\w+/\w+/[\w.]+/\w+", told):
        raise SettingsError(
            f"Connection {connection.connection_id}: vat_page must be publisher/group/version/"
            f"entity set, as indberet/vat/v1.0/vatEntries, not {told!r}. Correct it in "
            "indberet.toml."
        )
    place, _, entity = told.rpartition("/")
    return f"api/{place}/companies({{company}})/{entity}"


def _companies(client: Client) -> list[shapes.Company]:
    """The companies of the environment."""
    stream = shapes.stream("companies", "api/v2.0/companies", shapes.Companies)
    return list(Reading(client, stream).records())


def _company(client: Client, connection: Connection) -> shapes.Company:
    """The company meant. Raises `PermanentError` when that cannot be told."""
    seen = _companies(client)
    wanted = connection.options.get("bc_company")
    found = [one for one in seen if wanted in (None, one.name, one.displayName)]
    if len(found) == 1:
        company: shapes.Company = found[0]
        return company
    names = ", ".join(one.name for one in seen) or "none"
    if not found:
        raise PermanentError(
            f"The app of connection {connection.connection_id} does not see the company "
            f"{wanted or 'at all'}; it sees: {names}. Correct the connection's bc_company, or give "
            "the app access to it in Business Central."
        )
    raise PermanentError(
        f"The app of connection {connection.connection_id} sees several companies: {names}. Say "
        "which with the connection's bc_company."
    )


CONNECTOR = BusinessCentral()
