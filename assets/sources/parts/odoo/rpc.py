"""Odoo's JSON-RPC: requests, envelopes, and the API key where a password would stand.

Belongs here: shapes on the wire. Does not: what an error means (`server`).
"""

import json
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
import requests

from warehouse.secret import Secret

T = TypeVar("T")
KEY_PLACE = "{key}"
"""What a request says in place of the key until it is sent."""


def request(service: str, method: str, args: Sequence[Any]) -> dict[str, Any]:
    """A JSON-RPC request. Its id is always the same, so that kept answers can be found again."""
    params = {"service": service, "method": method, "args": list(args)}
    return {"jsonrpc": "2.0", "method": "call", "params": params, "id": 0}


class RpcKey:
    """The API key where JSON-RPC wants the password: in the body, put there at the last moment."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def apply(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the key into the body."""
        body = request.body or b""
        content = body if isinstance(body, bytes) else str(body).encode()
        written = json.dumps(self._key.reveal()).encode()
        request.prepare_body(content.replace(json.dumps(KEY_PLACE).encode(), written, 1), None)
        return request

    def renew(self) -> bool:
        """Never: a person must make a new key."""
        return False

    def secrets(self) -> list[str]:
        """The key."""
        return [self._key.reveal()]


class RpcData(msgspec.Struct):
    """What a JSON-RPC error says of itself."""

    name: str = ""
    message: str = ""


class RpcError(msgspec.Struct):
    """A JSON-RPC error; Odoo answers it with HTTP 200."""

    message: str = ""
    data: RpcData = msgspec.field(default_factory=RpcData)


class RpcAnswer(msgspec.Struct, Generic[T]):
    """The envelope of every JSON-RPC answer: a result or an error."""

    result: T | msgspec.UnsetType = msgspec.UNSET
    error: RpcError | msgspec.UnsetType = msgspec.UNSET
    jsonrpc: Any = None
    id: Any = None


class RpcVersion(msgspec.Struct):
    """`common.version`."""

    server_version: str


class WebVersion(msgspec.Struct):
    """`/web/version`."""

    version: str
