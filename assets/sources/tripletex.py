"""Tripletex: its Norwegian SAF-T Financial export, and customers and suppliers by its interface.

The export holds what the API would have to be asked for page by page: accounts, customers and
suppliers with their VAT numbers, VAT codes with the Norwegian standard codes, and every voucher
with its tax. VAT codes keep the prefix `NO:` on their standard code: none is a Danish one. The
interface adds countries and organisation numbers the file lacks.

Belongs here: that these files are Tripletex's, and its address. Does not: reading the file
(`saft`) or the interface (`parts.masters.tripletex`).

Source: Norwegian schema 1.30; Tripletex, "Regnskapseksport i SAF-T-format";
Tripletex/tripletex-api2.
"""

from collections.abc import Mapping

from assets.sources import option
from assets.sources.connector import Connection
from assets.sources.network import connecting
from assets.sources.network.client import Client, Service
from assets.sources.parts.masters import tripletex
from assets.sources.parts.masters.beside import Interface
from assets.sources.parts.masters.register import Register
from assets.sources.parts.masters.session import Session
from assets.sources.saft import Saft

URL = "https://tripletex.no/v2"
_TOKENS = (
    "Make a new employee token in Tripletex (API access) with the rights to customers and "
    "suppliers, and put it where the connection refers to it."
)
SERVICE = Service(
    "tripletex", "Tripletex", None, refused=_TOKENS,
    unknown="Correct the connection's url or client_company in indberet.toml.",
    reset_header="x-rate-limit-reset",
)  # fmt: skip


class Files(Saft):
    """Tripletex's files."""

    title = "Tripletex (its SAF-T export)"
    country = "NO"


class Tripletex(Interface):
    """The connector."""

    title = Files.title
    files = Files()
    alone = (
        "countries and VAT numbers of customers are those of the file; with consumer_token and "
        "employee_token the interface fills what it lacks"
    )
    credentials = ("consumer_token", "employee_token")
    page_size = tripletex.PAGE_SIZE
    asked = ("consumer_token", "employee_token")
    follows: Mapping[str, str] = {"employee_token": "consumer_token"}
    options: Mapping[str, tuple[bool, str]] = {
        **Saft.options,
        "consumer_token": (False, "secret: the consumer token Tripletex gave you"),
        "employee_token": (False, "secret: an employee token of the company, for that consumer"),
        "client_company": (False, "id of an accountant's client; the employee's own unless told"),
        "url": (False, f"address of the interface, {URL} unless told"),
        **connecting.OPTIONS,
    }

    def address(self, connection: Connection) -> str:
        """Where the interface is; "" where the file is read alone."""
        return option.text(connection, "url", URL) if self.is_asked(connection) else ""

    def client(self, connection: Connection) -> Client:
        """A client with a session of its own."""
        session = Session(
            self.address(connection),
            option.secret(connection, "consumer_token"),
            option.secret(connection, "employee_token"),
            option.text(connection, "client_company", "0"),
        )
        return connecting.client(SERVICE, connection, self.address(connection), session)

    def register(
        self, client: Client, page_size: int, company_id: str, *, is_test: bool
    ) -> Register:
        """One reading of the interface."""
        del is_test  # it takes a few calls
        return tripletex.read(client, page_size, company_id)


CONNECTOR = Tripletex()
