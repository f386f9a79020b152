"""Odoo 16 to 19 on this machine: `/jsonrpc`, `/json/2` and `/web/version` over one database.

JSON-RPC answers HTTP 200 whatever happens and puts an error into the body; JSON-2, from 19
on, answers an error with its HTTP status and an object of name and message.

Written from Odoo's "External API" and "External JSON-2 API" pages and from recorded answers
(`odoo_recorded`). The books are those of `books` (`odoo_books`) unless told.

`python -m tests.simulators.odoo --port N [--version V] [--recordings FOLDER]` serves until
stopped and prints how to connect.
"""

import argparse
import json
import re
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.simulators.base import Answer, Asked, Fault, Simulator
from tests.simulators.odoo_orm import Database, OdooError

KEY = "6578616d706c65206a736f6e20617069206b6579"
LOGIN, UID = "indberet@nordlys.example", 2
_JSON = {"Content-Type": "application/json; charset=utf-8"}


class Odoo(Simulator):
    """One server with one database."""

    def __init__(self, database: Database, *, jsonrpc: bool = True, port: int = 0) -> None:
        super().__init__(port)
        self.database, self.key, self._jsonrpc = database, KEY, jsonrpc

    def secrets(self) -> list[str]:
        """The API key that was given out, in force or not."""
        return [KEY]

    def revoke(self) -> None:
        """A person deletes the key."""
        self.key = "another"

    def take(self, asked: Asked) -> tuple[Answer, Fault | None]:
        """Note the request; one of JSON-RPC with the model and method that are in its body."""
        if asked.path == "/jsonrpc":
            params = asked.json()["params"]
            what = params["args"][3:5] if params["service"] == "object" else [params["method"]]
            asked = replace(asked, path="/".join(["/jsonrpc", *what]))
        return super().take(asked)

    def answer(self, asked: Asked) -> Answer:
        """As the server does."""
        version = self.database.version
        if asked.path.startswith("/jsonrpc/") and self._jsonrpc:
            return self._rpc(asked)
        if self.database.major >= 19:
            if asked.path == "/web/version":
                info = [self.database.major, 0, 0, "final", 0, ""]
                return Answer({"version_info": info, "version": version}, headers=_JSON)
            if found := re.fullmatch(r"/json/2/([\w.]+)/(\w+)", asked.path):
                return self._json2(asked, found[1], found[2])
        return Answer(b"<!doctype html><title>404 Not Found</title>", 404)

    def _rpc(self, asked: Asked) -> Answer:
        body = asked.json()
        told: dict[str, Any] = {"jsonrpc": "2.0", "id": body.get("id")}
        params = body["params"]
        try:
            told["result"] = self._service(params["service"], params["method"], params["args"])
        except OdooError as error:
            data = {
                "name": error.name, "debug": f"Traceback (most recent call last):\n{error}\n",
                "message": error.message, "arguments": [error.message], "context": {},
            }  # fmt: skip
            told["error"] = {"code": 200, "message": "Odoo Server Error", "data": data}
        return Answer(told, headers=_JSON)

    def _service(self, service: str, method: str, args: list[Any]) -> Any:
        if (service, method) == ("common", "version"):
            version = self.database.version
            info = [self.database.major, 0, 0, "final", 0, ""]
            return {
                "server_version": version, "server_version_info": info,
                "server_serie": version, "protocol_version": 1,
            }  # fmt: skip
        if args[0] != self.database.name:
            raise OdooError(
                "psycopg2.OperationalError",
                'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL:'
                f'  database "{args[0]}" does not exist\n', 404,
            )  # fmt: skip
        if (service, method) == ("common", "authenticate"):
            return UID if args[1] == LOGIN and args[2] == self.key else False
        _database, uid, key, model, name, placed, *rest = args
        if uid != UID or key != self.key:
            raise OdooError("odoo.exceptions.AccessDenied", "Access Denied", 403)
        positions = ["allfields", "attributes"] if name == "fields_get" else ["domain"]
        named = dict(zip(positions, placed, strict=False)) | (rest[0] if rest else {})
        return self.database.call(model, name, named)

    def _authenticate(self, asked: Asked) -> None:
        if asked.headers.get("x-odoo-database", self.database.name) != self.database.name:
            raise OdooError("werkzeug.exceptions.NotFound", "404 Not Found", 404)
        if asked.headers.get("authorization", "").lower() != f"bearer {self.key}".lower():
            raise OdooError("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)

    def _json2(self, asked: Asked, model: str, method: str) -> Answer:
        try:
            self._authenticate(asked)
            return Answer(self.database.call(model, method, asked.json()), headers=_JSON)
        except OdooError as error:
            told = {
                "name": error.name, "message": error.message, "arguments": [error.message],
                "context": {}, "debug": "Traceback (most recent call last):\n",
            }  # fmt: skip
            return Answer(told, error.status, _JSON)


def main() -> None:
    """Serve until stopped."""
    from tests.simulators import odoo_books, odoo_recorded  # noqa: PLC0415 - they import this one

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--version", default="19.0")
    parser.add_argument("--recordings", type=Path)
    told = parser.parse_args()
    recorded, version = told.recordings, told.version
    database = odoo_recorded.database(recorded) if recorded else odoo_books.database(version)
    with Odoo(database, port=told.port) as odoo:
        credentials = {
            "url": odoo.url, "database": odoo.database.name, "login": LOGIN, "key": KEY,
        }  # fmt: skip
        sys.stdout.write(json.dumps(credentials) + "\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
