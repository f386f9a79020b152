"""e-conomic, over its REST interface and its interface of booked entries.

Belongs here: the connector's options and its two verbs. Does not: the order of a pull,
shapes or what a field means (`parts.economic`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from assets.sources import option
from assets.sources.connector import Connection, Discovery, Item, Progress, silent
from assets.sources.network import connecting
from assets.sources.network.auth import Headers
from assets.sources.network.client import Service
from assets.sources.parts.economic import records, shapes
from assets.sources.parts.economic.pull import VERSIONS, Pull

URL = "https://restapi.e-conomic.com"
OPENAPI_URL = "https://apis.e-conomic.com"
SERVICE = Service(
    "economic", "e-conomic", None,
    refused=(
        "The grant was withdrawn, or a token is wrong: open the app's installation address again "
        "and put the new grant token where the connection's agreement_grant points."
    ),
    forbidden=(
        "The app's role does not reach it: bookkeeping and customers together need an app with "
        "the role SuperUser."
    ),
    unknown="Correct the connection's url or openapi_url in indberet.toml.",
)  # fmt: skip


class Economic:
    """The connector."""

    title = "e-conomic"
    concurrency = 8
    options: Mapping[str, tuple[bool, str]] = {
        "app_secret": (True, "secret: the app's AppSecretToken (demo: the word demo)"),
        "agreement_grant": (True, "secret: the AgreementGrantToken (demo: the word demo)"),
        "api_version": (False, f"pins the booked entries interface, as {VERSIONS[0]}"),
        "url": (False, f"address of the REST interface, {URL} unless told"),
        "openapi_url": (False, f"address of the newer interfaces, {OPENAPI_URL} unless told"),
        **connecting.OPTIONS,
    }

    def address(self, connection: Connection) -> str:
        """Where the interface is."""
        return option.text(connection, "url", URL)

    def discover(self, connection: Connection) -> Discovery:
        """Test the connection and say what is there."""
        with _pull(connection, silent) as pull:
            version = pull.probe()
            years = [records.fiscal_period("year", year, "accounting years") for year in pull.years]
            accounts = [
                a for a in pull.every(shapes.ACCOUNTS) if a.account_type in records.LEDGER_TYPES
            ]
            _id, name, cvr, *_rest = records.company(pull.agreement)
            return Discovery(
                company_name=name,
                registration_number=cvr,
                fiscal_years=[(row[2], row[3]) for row in years],
                accounts=len(accounts),
                vat_codes=len(pull.every(shapes.VAT_ACCOUNTS)),
                notes=[
                    f"agreement {pull.agreement.agreement_number}",
                    f"{pull.count()} booked entries, read in version {version} of the interface",
                ],
            )

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Yield everything since `cursor` (everything when it is None)."""
        with _pull(connection, progress) as pull:
            yield from pull.run(cursor or {})


@contextmanager
def _pull(connection: Connection, progress: Progress) -> Iterator[Pull]:
    auth = Headers({
        "X-AppSecretToken": option.secret(connection, "app_secret"),
        "X-AgreementGrantToken": option.secret(connection, "agreement_grant"),
    })  # fmt: skip
    addresses = (
        option.text(connection, "url", URL),
        option.text(connection, "openapi_url", OPENAPI_URL),
    )
    pinned = option.text(connection, "api_version") if _is_pinned(connection) else None
    size = option.whole(connection, "page_size", 1000)
    rest, booked = (connecting.client(SERVICE, connection, url, auth) for url in addresses)
    with rest, booked:
        yield Pull(rest, booked, connection, size, pinned, progress)


def _is_pinned(connection: Connection) -> bool:
    return "api_version" in connection.options


CONNECTOR = Economic()
