"""Fortnox: its SIE type 4 export, and customers and suppliers by its interface.

The export is the sound way in bulk: Fortnox's API lists vouchers without their rows, so that
each voucher costs a call of the 25 allowed in five seconds, and its rows carry no VAT code
either. What a Fortnox file has of its own:

- rows struck out of a voucher (API: `Removed`) are #BTRANS and do not count; rows added to it
  are #RTRANS, each told once more as #TRANS, and count once;
- letters are CP437;
- #DIM 1 is the cost centre, #DIM 6 the project.

It does not say whose invoice a voucher is; the interface does.

Belongs here: that these files are Fortnox's, and its addresses. Does not: reading the file
(`sie4`) or the interface (`parts.masters.fortnox`).

Source: SIE filformat utgåva 4B; softwerkab/fortnox-csharp-api-sdk (voucher rows);
fortnox.se/developer (tokens, limits).
"""

from collections.abc import Mapping

from assets.sources.connector import Connection
from assets.sources.network import consented
from assets.sources.network.bucket import Rate
from assets.sources.network.client import Client, Service
from assets.sources.network.consent import Consent
from assets.sources.network.consented import Vendor
from assets.sources.parts.masters import fortnox
from assets.sources.parts.masters.beside import NO_BUYERS, Interface
from assets.sources.parts.masters.register import Register
from assets.sources.sie4 import Sie4

SCOPES = "companyinformation customer supplier invoice bookkeeping"
SERVICE = Service(
    "fortnox", "Fortnox", Rate(25, 5),
    refused="The consent was withdrawn or has expired; connect again with `indberet connect`.",
    forbidden=f"See that the company's licences and the consent cover {SCOPES}.",
    unknown="Correct the connection's url in indberet.toml.",
    otherwise=f"See that the consent gave {SCOPES}.",
)  # fmt: skip
VENDOR = Vendor(
    SERVICE, "your integration at Fortnox", "https://api.fortnox.se/3",
    "https://apps.fortnox.se/oauth-v1/token", "https://apps.fortnox.se/oauth-v1/auth",
    SCOPES, fields={"access_type": "offline"},
)  # fmt: skip


class Files(Sie4):
    """Fortnox's files."""

    title = "Fortnox (its SIE 4 export)"
    program = "Fortnox"


class Fortnox(Interface):
    """The connector."""

    title = Files.title
    files = Files()
    alone = NO_BUYERS
    credentials = consented.OPTIONS
    page_size = fortnox.PAGE_SIZE
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
        """One reading of the interface; of a test, no customer alone."""
        return fortnox.read(client, page_size, company_id, alone=not is_test)


CONNECTOR = Fortnox()
