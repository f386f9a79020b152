"""Tryton, over its REST interface.

Belongs here: the connector's options and its two verbs. Does not: the order of a
pull (`tryton_pull`), HTTP (`tryton_http`) or what a field means (`tryton_records`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from assets.sources import tryton_records as records
from assets.sources.connector import Connection, Discovery, Item, Progress, silent
from assets.sources.tryton_http import Client
from assets.sources.tryton_pull import Choice, Pull
from warehouse.errors import SettingsError
from warehouse.secret import Secret

_VAT_CODE = r"[SK]\d{1,3}\b"


class Tryton:
    """The connector."""

    title = "Tryton"
    options: Mapping[str, tuple[bool, str]] = {
        "url": (True, "address of the server, as https://tryton.example.dk"),
        "database": (True, "name of the database"),
        "key": (True, "secret: a validated user application key for REST API"),
        "tryton_company": (False, "name or CVR number, when the key sees several companies"),
        "page_size": (False, "vouchers per request, 200 unless told"),
        "timeout": (False, "seconds to wait for one answer, 60 unless told"),
        "attempts": (False, "tries of one request before the pull fails, 3 unless told"),
        "vat_code_pattern": (False, "how a tax's text begins when it states its standard VAT code"),
    }

    def discover(self, connection: Connection) -> Discovery:
        """Test the connection and say what is there."""
        with _client(connection) as client:
            pull = Pull(client, _choice(connection), silent)
            row = records.company(pull.company)
            years = [
                (year["start_date"], year["end_date"])
                for year in pull.every("account.fiscalyear", records.YEAR_FIELDS, pull.own())
            ]
            posted, drafts = (client.count("account.move", pull.moves(s)) for s in _STATES)
            return Discovery(
                company_name=row[1],
                registration_number=row[2],
                fiscal_years=sorted(years),
                accounts=client.count("account.account", [pull.own(), ["type", "!=", None]]),
                vat_codes=client.count("account.tax", pull.own()),
                notes=[f"{posted} posted vouchers", f"{drafts} drafts, which are not read"],
            )

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Yield everything since `cursor` (everything when it is None)."""
        with _client(connection) as client:
            yield from Pull(client, _choice(connection), progress).run(cursor or {})


_STATES = ("posted", "draft")


def _client(connection: Connection) -> Client:
    options = connection.options
    key = options["key"]
    if not isinstance(key, Secret):
        raise SettingsError(
            f"Connection {connection.connection_id}: key must refer to a secret. Write "
            'key = { env = "NAME" } or key = { file = "path" } in indberet.toml.'
        )
    return Client(
        str(options["url"]),
        str(options["database"]),
        key,
        timeout=_positive(connection, "timeout", 60),
        attempts=_positive(connection, "attempts", 3),
    )


def _choice(connection: Connection) -> Choice:
    options = connection.options
    text = str(options.get("vat_code_pattern", _VAT_CODE))
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise SettingsError(
            f"Connection {connection.connection_id}: vat_code_pattern is no regular expression: "
            f"{text!r} ({error}). Correct it in indberet.toml."
        ) from error
    return Choice(
        connection.connection_id,
        connection.company_id,
        options.get("tryton_company"),
        _positive(connection, "page_size", 200),
        pattern,
    )


def _positive(connection: Connection, name: str, default: int) -> int:
    value = connection.options.get(name, default)
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or value < 1:
        raise SettingsError(
            f"Connection {connection.connection_id}: {name} must be a whole number above 0, "
            f"not {value!r}. Correct it in indberet.toml."
        )
    return value


CONNECTOR = Tryton()
