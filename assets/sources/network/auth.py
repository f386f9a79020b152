"""Who we are, told to a server at the last moment, so that nothing else ever holds it.

Belongs here: credentials that do not change. Does not: tokens that expire (`oauth`).
"""

import base64
from collections.abc import Mapping
from typing import Protocol

import requests

from warehouse.secret import Secret


class Auth(Protocol):
    """Credentials of one connection."""

    def apply(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the credentials on a request about to be sent."""
        ...

    def renew(self) -> bool:
        """Get new credentials after the server refused these; False where there are none."""
        ...

    def secrets(self) -> list[str]:
        """Every value that must be masked wherever a server repeats it."""
        ...


class Headers:
    """Secrets in headers, as `Authorization` with a prefix or a vendor's own."""

    def __init__(self, headers: Mapping[str, Secret], prefix: str = "") -> None:
        self._headers, self._prefix = headers, prefix

    def apply(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the headers."""
        for name, secret in self._headers.items():
            request.headers[name] = f"{self._prefix}{secret.reveal()}"
        return request

    def renew(self) -> bool:
        """Never: a person must make new ones."""
        return False

    def secrets(self) -> list[str]:
        """The values."""
        return [secret.reveal() for secret in self._headers.values()]


def bearer(token: Secret) -> Headers:
    """A token in the header `Authorization: Bearer …`."""
    return Headers({"Authorization": token}, "Bearer ")


class Basic:
    """A user and a password, or whatever a vendor puts in their places."""

    def __init__(self, user: str, password: Secret) -> None:
        self._user, self._password = user, password

    def apply(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add `Authorization: Basic …`."""
        request.headers["Authorization"] = f"Basic {self._encoded()}"
        return request

    def renew(self) -> bool:
        """Never: a person must change the password."""
        return False

    def secrets(self) -> list[str]:
        """The password, plain and as it is sent."""
        return [self._password.reveal(), self._encoded()]

    def _encoded(self) -> str:
        return base64.b64encode(f"{self._user}:{self._password.reveal()}".encode()).decode()
