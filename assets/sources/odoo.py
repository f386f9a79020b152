"""Odoo 16 to 19, over JSON-RPC or JSON-2.

Belongs here: the connector's options and its two verbs. Does not: the order of a pull
(`parts.odoo.pull`), requests (`parts.odoo.server`) or what a field means (`parts.odoo.records`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from assets.sources import option
from assets.sources.connector import Connection, Discovery, Item, Progress, silent
from assets.sources.network import connecting
from assets.sources.parts.odoo import records
from assets.sources.parts.odoo.masters import Masters
from assets.sources.parts.odoo.pull import Choice, Pull
from assets.sources.parts.odoo.rpc import RpcKey
from assets.sources.parts.odoo.server import NEWEST, SERVICE, Server, connect


class Odoo:
    """The connector."""

    title = "Odoo"
    concurrency = 4
    asked = ("login",)
    company_option = "odoo_company"
    options: Mapping[str, tuple[bool, str]] = {
        "url": (True, "address of the server, as https://company.odoo.com"),
        "database": (True, "name of the database"),
        "login": (False, "the user's log-in, needed up to Odoo 18 (JSON-RPC)"),
        "key": (True, "secret: an API key of that user"),
        "odoo_company": (False, "name or CVR number, when the user sees several companies"),
        "protocol": (False, "jsonrpc or json2; chosen by the server's version unless told"),
        **connecting.OPTIONS,
    }

    def companies(self, connection: Connection) -> list[tuple[str, str]]:
        """The companies the user sees: name, and what else tells them apart."""
        with _server(connection) as server:
            return _masters(server, connection).companies()

    def discover(self, connection: Connection) -> Discovery:
        """Test the connection and say what is there."""
        with _server(connection) as server:
            masters = _masters(server, connection)
            masters.load()
            pull = Pull(server, masters, _choice(connection), silent)
            posted, drafts = (
                server.count("account.move", pull.moves(state), f"the number of {state} vouchers")
                for state in ("posted", "draft")
            )
            name, cvr = records.company(masters.company, masters.countries)[1:3]
            newer = [f"newer than {NEWEST}, the newest tried"] if server.major > NEWEST else []
            return Discovery(
                company_name=name,
                registration_number=cvr,
                fiscal_years=masters.years,
                accounts=len(masters.accounts),
                vat_codes=len(masters.taxes.codes),
                notes=[
                    f"Odoo {server.version}, asked by {server.protocol}", *newer,
                    f"{posted} posted vouchers", f"{drafts} drafts, which are not read",
                ],
            )  # fmt: skip

    def pull(
        self, connection: Connection, cursor: Mapping[str, Any] | None, progress: Progress
    ) -> Iterator[Item]:
        """Yield everything since `cursor` (everything when it is None)."""
        with _server(connection) as server:
            masters = _masters(server, connection)
            masters.load()
            yield from Pull(server, masters, _choice(connection), progress).run(cursor or {})


@contextmanager
def _server(connection: Connection) -> Iterator[Server]:
    key = RpcKey(option.secret(connection, "key"))
    url = option.text(connection, "url")
    with connecting.client(SERVICE, connection, url, key) as client:
        yield connect(client, connection)


def _masters(server: Server, connection: Connection) -> Masters:
    wanted = connection.options.get("odoo_company")
    return Masters(server, connection.connection_id, str(wanted) if wanted else None)


def _choice(connection: Connection) -> Choice:
    return Choice(
        connection.connection_id,
        connection.company_id,
        option.whole(connection, "page_size", 200),
        connection.window,
    )


CONNECTOR = Odoo()
