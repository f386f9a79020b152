"""Tryton, over its REST interface.

Belongs here: the connector's options and its two verbs. Does not: the order of a
pull (`parts.tryton.pull`), HTTP (`parts.tryton.server`) or what a field means
(`parts.tryton.records`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources.connector import Connection, Discovery, Item, Progress, silent
from assets.sources.network import client as network
from assets.sources.network.auth import bearer
from assets.sources.network.connecting import OPTIONS, client
from assets.sources.option import secret, text, whole
from assets.sources.parts.tryton import records
from assets.sources.parts.tryton.company import Choice, Company, companies
from assets.sources.parts.tryton.pull import Pull
from assets.sources.parts.tryton.server import SERVICE, Client
from warehouse.errors import SettingsError

_VAT_CODE = r"[SK]\d{1,3}\b"


class Tryton:
    """The connector."""

    title = "Tryton"
    concurrency = 4
    company_option = "tryton_company"
    options: Mapping[str, tuple[bool, str]] = {
        "url": (True, "address of the server, as https://tryton.example.dk"),
        "database": (True, "name of the database"),
        "key": (True, "secret: a validated user application key for REST API"),
        "tryton_company": (False, "name or CVR number, when the key sees several companies"),
        **OPTIONS,
        "page_size": (False, "vouchers per request, 200 unless told"),
        "vat_code_pattern": (False, "how a tax's text begins when it states its standard VAT code"),
    }

    def companies(self, connection: Connection) -> list[tuple[str, str]]:
        """The companies the key sees: name and number."""
        with _client(connection) as http:
            return companies(_tryton(connection, http))

    def discover(self, connection: Connection) -> Discovery:
        """Test the connection and say what is there."""
        with _client(connection) as http:
            tryton = _tryton(connection, http)
            company = Company(tryton, _choice(connection), silent)
            row = records.company(company.record)
            years = [
                (year["start_date"], year["end_date"])
                for year in company.every("account.fiscalyear", records.YEAR_FIELDS, company.own())
            ]
            posted, drafts = (tryton.count("account.move", company.moves(s)) for s in _STATES)
            return Discovery(
                company_name=row[1],
                registration_number=row[2],
                fiscal_years=sorted(years),
                accounts=tryton.count("account.account", [company.own(), ["type", "!=", None]]),
                vat_codes=tryton.count("account.tax", company.own()),
                notes=[f"{posted} posted vouchers", f"{drafts} drafts, which are not read"],
            )

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Yield everything since `cursor` (everything when it is None)."""
        with _client(connection) as http:
            company = Company(_tryton(connection, http), _choice(connection), progress)
            yield from Pull(company, progress).run(cursor or {})


_STATES = ("posted", "draft")


def _client(connection: Connection) -> network.Client:
    url, database = text(connection, "url"), text(connection, "database")
    return client(
        SERVICE, connection, f"{url.rstrip('/')}/{database}", bearer(secret(connection, "key"))
    )


def _tryton(connection: Connection, http: network.Client) -> Client:
    return Client(http, text(connection, "database"))


def _choice(connection: Connection) -> Choice:
    written = text(connection, "vat_code_pattern", _VAT_CODE)
    try:
        pattern = re.compile(written)
    except re.error as error:
        raise SettingsError(
            f"Connection {connection.connection_id}: vat_code_pattern is no regular expression: "
            f"{written!r} ({error}). Correct it in indberet.toml."
        ) from error
    return Choice(
        connection.connection_id,
        connection.company_id,
        connection.options.get("tryton_company"),
        whole(connection, "page_size", 200),
        pattern,
        connection.window,
    )


CONNECTOR = Tryton()
