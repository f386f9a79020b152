"""Visma eAccounting (eEkonomi, now also Spiris): its SIE type 4 export, and customers and
suppliers by its interface.

A file of the type 4B also tells rows struck out of a voucher, as #BTRANS, which do not count;
one of type 4 holds the final rows alone. The product goes by several names, so #PROGRAM is not
asked for any. The file does not say whose invoice a voucher is; the interface does.

Belongs here: that these files are Visma's, and its addresses. Does not: reading the file
(`sie4`) or the interface (`parts.masters.visma_eaccounting`).

Source: SIE filformat utgåva 4B; Visma's support pages on SIE export; developer.vismaonline.com.
"""

from collections.abc import Mapping

from assets.sources.connector import Connection
from assets.sources.network import consented
from assets.sources.network.bucket import Rate
from assets.sources.network.client import Client, Service
from assets.sources.network.consent import Consent
from assets.sources.network.consented import Vendor
from assets.sources.parts.masters import visma_eaccounting
from assets.sources.parts.masters.beside import NO_BUYERS, Interface
from assets.sources.parts.masters.register import Register
from assets.sources.sie4 import Sie4

SCOPES = "ea:api offline_access ea:sales_readonly ea:purchase_readonly ea:accounting_readonly"
SERVICE = Service(
    "visma_eaccounting", "Visma eAccounting", Rate(600, 60),
    refused="The consent was withdrawn or has expired; connect again with `indberet connect`.",
    forbidden=f"See that the company has the interface in its subscription, and gave {SCOPES}.",
    unknown="Correct the connection's url in indberet.toml.",
    otherwise=f"See that the consent gave {SCOPES}.",
)  # fmt: skip
VENDOR = Vendor(
    SERVICE, "your app in the Visma Partner Programme", "https://eaccountingapi.vismaonline.com/v2",
    "https://identity.vismaonline.com/connect/token",
    "https://identity.vismaonline.com/connect/authorize", SCOPES, fields={"prompt": "login"},
)  # fmt: skip


class VismaEAccounting(Interface):
    """The connector."""

    title = "Visma eAccounting (its SIE 4 export)"
    files = Sie4()
    alone = NO_BUYERS
    credentials = consented.OPTIONS
    page_size = visma_eaccounting.PAGE_SIZE
    consent_option = "refresh_token"
    asked = ("client_id", "client_secret")
    follows: Mapping[str, str] = {"client_secret": "client_id"}
    options: Mapping[str, tuple[bool, str]] = {**Sie4.options, **VENDOR.options(needed=False)}

    def consent(self, connection: Connection) -> Consent | None:
        """What a person's consent in a browser needs; None where the file is read alone."""
        return VENDOR.consent(connection) if self.is_asked(connection) else None

    def address(self, connection: Connection) -> str:
        """Where the interface is; "" where the file is read alone."""
        return VENDOR.address(connection) if self.is_asked(connection) else ""

    def client(self, connection: Connection) -> Client:
        """A client with the connection's consent."""
        return VENDOR.client(connection)

    def register(
        self, client: Client, page_size: int, company_id: str, *, is_test: bool
    ) -> Register:
        """One reading of the interface."""
        del is_test  # it takes a few calls
        return visma_eaccounting.read(client, page_size, company_id)


CONNECTOR = VismaEAccounting()
