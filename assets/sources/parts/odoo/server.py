"""One Odoo server: which version it is, and how its models are asked.

Odoo 16 to 18 speak JSON-RPC (`/jsonrpc`, the API key stands where a password would);
Odoo 19 adds JSON-2 (`/json/2/<model>/<method>`, the key as a bearer token), which takes
its place. The version is asked for first and the protocol chosen by it.

Belongs here: requests, and what a refusal means. Does not: which records (`pull`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import msgspec
import requests

from assets.sources import option
from assets.sources.connector import Connection
from assets.sources.network.auth import Headers
from assets.sources.network.client import Answer, Client, Service
from assets.sources.network.contract import Contract
from assets.sources.network.stream import Reading, Stream
from assets.sources.parts.odoo.rpc import (
    KEY_PLACE,
    RpcAnswer,
    RpcError,
    RpcVersion,
    WebVersion,
    request,
)
from warehouse.errors import PermanentError, SettingsError, SourceError, TransientError

T = TypeVar("T")
R = TypeVar("R", bound=msgspec.Struct)
Domain = list[Any]
"""A search domain as Odoo's ORM documents it: triples, with '|' and '&' before them."""

OLDEST, NEWEST = 16, 19
_UNKNOWN = (
    "See that the connection's url and database are right and that the app Invoicing or "
    "Accounting is installed in it."
)
_NEW_KEY = (
    "Make a new API key in Odoo (Preferences, Account Security) for the user of this connection; "
    "since Odoo 19 a key lasts three months at most."
)
_RIGHTS = "Give its user the group Accounting / Read-only (Auditor) or Accountant in Odoo."

SERVICE = Service(
    system="odoo", title="Odoo", rate=None, refused=_NEW_KEY, forbidden=_RIGHTS, unknown=_UNKNOWN
)


class AbsentError(PermanentError):
    """The database has no such model, or not for this user."""


@dataclass
class Server:
    """One database of one Odoo server, asked as one user about one company."""

    client: Client
    database: str
    login: str
    protocol: str
    major: int
    version: str
    uid: int = 0
    company: int | None = None

    @property
    def where(self) -> str:
        """The server, for messages."""
        return f"Odoo at {self.client.base}"

    def call(
        self,
        model: str,
        method: str,
        named: Mapping[str, Any],
        type_: type[T],
        what: str,
        domain: Domain | None = None,
    ) -> T:
        """What a method of a model answers.

        Raises `AbsentError` when there is no such model, and what `Client` raises.
        """
        path, headers = self._path(model, method), self._headers()
        body = self.body(model, method, domain, named)
        if self.protocol == "json2":
            answer = self.client.post(path, body, what=what, headers=headers, empty=(404,))
            if answer.status == requests.codes.not_found:
                raise self._absent(model)
            return Contract(type_).decode(answer)
        answer = self.client.post(path, body, what=what)
        envelope: Any = RpcAnswer[type_]  # type: ignore[valid-type]
        result: T = self._result(Contract(envelope).decode(answer), what)
        return result

    def reading(
        self, model: str, record: type[R], fields: Sequence[str], domain: Domain, name: str,
        size: int,
    ) -> Reading[Any, R]:  # fmt: skip
        """Reading a model's records in order of id, each page from the last id of the one before.

        An offset would lose rows whenever a record is added or taken away between two pages.
        """

        def body(asked: Mapping[str, Any]) -> Any:
            named = {"fields": list(fields), "limit": size, "order": "id asc"}
            return self.body(
                model, "search_read", [*domain, ["id", ">", asked.get("after", 0)]], named
            )

        return self._reading(model, "search_read", list[record], body, name, size,  # type: ignore[valid-type]
                             lambda one: int(one.id))  # fmt: skip

    def ids(self, model: str, domain: Domain, name: str, size: int) -> Reading[Any, int]:
        """The ids of a model's records, ascending."""

        def body(asked: Mapping[str, Any]) -> Any:
            named = {"limit": size, "order": "id asc"}
            return self.body(model, "search", [*domain, ["id", ">", asked.get("after", 0)]], named)

        return self._reading(model, "search", list[int], body, name, size, int)

    def count(self, model: str, domain: Domain, what: str) -> int:
        """How many records there are."""
        return self.call(model, "search_count", {}, int, what, domain)

    def fields(self, model: str, record: type[msgspec.Struct]) -> list[str]:
        """The fields of `record` that this server's model has and this user may see.

        Raises `SourceError` when one without a default is not among them.
        """
        wanted = msgspec.structs.fields(record)
        named = {"allfields": [one.encode_name for one in wanted], "attributes": ["type"]}
        what = f"the fields of {model}"
        there = self.call(model, "fields_get", named, dict[str, Any], what)
        missing = [f.encode_name for f in wanted if f.required and f.encode_name not in there]
        if missing:
            raise SourceError(
                f"{self.where} (version {self.version}) shows this user no field "
                f"{', '.join(missing)} of {model}, without which its records cannot be read. "
                f"Nothing was landed. {_RIGHTS}"
            )
        return [one.encode_name for one in wanted if one.encode_name in there]

    def body(
        self, model: str, method: str, domain: Domain | None, named: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What is posted to ask it. The API key is not in it yet."""
        told = {**named, "context": self._context()}
        if self.protocol == "json2":
            return {"domain": domain, **told} if domain is not None else told
        placed = [] if domain is None else [domain]
        args = [self.database, self.uid, KEY_PLACE, model, method, placed, told]
        return request("object", "execute_kw", args)

    def _context(self) -> dict[str, Any]:
        """Inactive records too; codes and rights as the one company has them."""
        chosen = {} if self.company is None else {"allowed_company_ids": [self.company]}
        return {"active_test": False, **chosen}

    def _reading(
        self,
        model: str,
        method: str,
        type_: Any,
        body: Callable[[Mapping[str, Any]], Any],
        name: str,
        size: int,
        key: Callable[[Any], int],
    ) -> Reading[Any, Any]:
        is_rpc = self.protocol != "json2"

        def records(page: Any) -> list[Any]:
            found: list[Any] = self._result(page, name) if is_rpc else page
            return found

        def follow(page: Any, _asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
            found = records(page)
            return {"after": key(found[-1])} if len(found) >= size else None

        stream = Stream(
            name=name, path=self._path(model, method),
            envelope=RpcAnswer[type_] if is_rpc else type_,
            records=records, key=key, follow=follow, page_size=size, body=body,
        )  # fmt: skip
        return Reading(self.client, stream, page_size=size, headers=self._headers())

    def _path(self, model: str, method: str) -> str:
        return f"json/2/{model}/{method}" if self.protocol == "json2" else "jsonrpc"

    def _headers(self) -> dict[str, str] | None:
        return {"X-Odoo-Database": self.database} if self.protocol == "json2" else None

    def _result(self, envelope: Any, what: str) -> Any:
        if isinstance(envelope.error, RpcError):
            self._refuse(envelope.error, what)
        if envelope.result is msgspec.UNSET:
            raise SourceError(
                f"{self.where} answered neither a result nor an error when asked for {what}. "
                "Nothing was landed; see that the connection's url leads to Odoo itself."
            )
        return envelope.result

    def _refuse(self, error: RpcError, what: str) -> NoReturn:
        """What a JSON-RPC error means. Raises `PermanentError` or `TransientError`."""
        kind, said = error.data.name.rpartition(".")[2], error.data.message or error.message
        if kind in ("AccessDenied", "SessionExpiredException"):
            raise PermanentError(
                f"{self.where} refused the credentials when asked for {what}. {_NEW_KEY}"
            )
        if kind == "AccessError":
            raise PermanentError(
                f"{self.where} does not let this user see {what}: {_first_line(said)!r}. {_RIGHTS}"
            )
        if "psycopg2" in error.data.name and re.search(r"database .* does not exist", said):
            raise PermanentError(
                f"{self.where} has no database {self.database}. Correct the connection's database "
                "in indberet.toml."
            )
        if "psycopg2" in error.data.name:
            raise TransientError(
                f"{self.where} could not reach its database when asked for {what}: "
                f"{_first_line(said)!r}. Nothing was landed; pull again later."
            )
        if missing := re.fullmatch(r"Object (\S+) doesn't exist|'?([a-z_]+(?:\.[a-z_]+)+)'?", said):
            raise self._absent(missing[1] or missing[2])
        raise SourceError(
            f"{self.where} failed when asked for {what}: {error.data.name or error.message} "
            f"({_first_line(said)!r}). Nothing was landed; see Odoo's log, then pull again."
        )

    def _absent(self, model: str) -> AbsentError:
        return AbsentError(
            f"{self.where}, database {self.database}, has no model {model}. {_UNKNOWN}"
        )


def connect(client: Client, connection: Connection) -> Server:
    """A server whose version and protocol are known, and to which we are logged in.

    Raises `PermanentError` (too old, unknown, refused) or `SettingsError`.
    """
    login = option.text(connection, "login", "-")
    database = option.text(connection, "database")
    version = _version(client)
    found = re.match(r"(?:saas[~-])?(\d+)\.(\d+)", version)
    if found is None or int(found[1]) < OLDEST:
        raise PermanentError(
            f"Odoo at {client.base} says it is version {version!r}; versions {OLDEST} to {NEWEST} "
            "can be read. Upgrade Odoo, or export SAF-T from it and connect that file."
        )
    major = int(found[1])
    server = Server(client, database, login, _protocol(connection, major), major, version)
    if server.protocol == "json2":
        client.auth = Headers({"Authorization": option.secret(connection, "key")}, "bearer ")
    else:
        server.uid = _log_in(server, connection)
    return server


def _version(client: Client) -> str:
    what = "its version"
    answer: Answer = client.post(
        "jsonrpc", request("common", "version", []), what=what, empty=(404,)
    )
    if answer.status == requests.codes.not_found:  # JSON-RPC is switched off, or gone
        return Contract(WebVersion).decode(client.get("web/version", what=what)).version
    told = Contract(RpcAnswer[RpcVersion]).decode(answer)
    if not isinstance(told.result, RpcVersion):
        raise PermanentError(
            f"Odoo at {client.base} does not say its version. See that the connection's url is "
            "right."
        )
    return told.result.server_version


def _protocol(connection: Connection, major: int) -> str:
    pinned = option.text(connection, "protocol", "auto")
    if pinned not in ("auto", "jsonrpc", "json2"):
        raise SettingsError(
            f"Connection {connection.connection_id}: protocol must be auto, jsonrpc or json2, not "
            f"{pinned!r}. Correct it in indberet.toml."
        )
    if pinned == "json2" and major < NEWEST:
        raise SettingsError(
            f"Connection {connection.connection_id}: protocol is json2, which Odoo has from "
            f"version 19; this one is {major}. Take the line out of indberet.toml."
        )
    if pinned != "auto":
        return pinned
    return "json2" if major >= NEWEST else "jsonrpc"


def _log_in(server: Server, connection: Connection) -> int:
    login = option.text(connection, "login")
    body = request("common", "authenticate", [server.database, login, KEY_PLACE, {}])
    answer = server.client.post("jsonrpc", body, what="log-in")
    uid = server._result(Contract(RpcAnswer[int | bool]).decode(answer), "log-in")  # noqa: SLF001
    if uid is False or not isinstance(uid, int):
        raise PermanentError(
            f"{server.where}, database {server.database}, does not know the login {login} with "
            f"this key. {_NEW_KEY}"
        )
    return uid


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0][:200]
