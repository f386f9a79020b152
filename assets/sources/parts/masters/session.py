"""Tripletex's session tokens: made of a consumer's and an employee's token, good until a day.

Both tokens go in the address, as Tripletex describes it; so neither the address nor anything
that holds it may come into a message or a log (`transport` leaves queries out of logs).

Source: Tripletex/tripletex-api2, examples/bash/authentication.

Belongs here: getting and using a session. Does not: what is asked in it (`tripletex`).
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import requests

from assets.sources.network.address import checked
from assets.sources.network.auth import Basic
from assets.sources.network.transport import Http, Received, Unanswered
from warehouse.errors import PermanentError, TransientError
from warehouse.secret import Secret

_LARGEST = 1 << 20
_TITLE = "Tripletex"


def _today() -> date:
    return datetime.now(UTC).date()


class Session:
    """Basic authentication with a session token. `client`: the accountant's client company,
    "0" for the employee's own.
    """

    def __init__(
        self,
        base: str,
        consumer: Secret,
        employee: Secret,
        client: str = "0",
        today: Callable[[], date] = _today,
    ) -> None:
        self._base, self._client, self._today = base.rstrip("/"), client, today
        self._consumer, self._employee = consumer, employee
        self._basic: Basic | None = None

    def apply(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the session on a request, a new one the first time."""
        self._basic = self._basic or self._made()
        return self._basic.apply(request)

    def renew(self) -> bool:
        """Get another session after the server refused this one."""
        self._basic = self._made()
        return True

    def secrets(self) -> list[str]:
        """Both tokens, and the session."""
        known = [self._consumer.reveal(), self._employee.reveal()]
        return [*known, *(self._basic.secrets() if self._basic else [])]

    def _made(self) -> Basic:
        """Raises `PermanentError` when the tokens are refused, `TransientError` when there was no
        answer.
        """
        received = self._received()
        if received.status == requests.codes.ok:
            return Basic(self._client, _token(received.content))
        if received.status >= requests.codes.internal_server_error or received.status == 429:
            raise TransientError(
                f"{_TITLE} gave no session: {self._base} failed (HTTP {received.status}). Try "
                "again later."
            )
        raise PermanentError(
            f"{_TITLE} gave no session (HTTP {received.status}): the consumer token or the "
            "employee token is not valid, or was withdrawn. Make a new employee token in "
            "Tripletex (API access), and put both where the connection refers to them."
        )

    def _received(self) -> Received:
        http = Http()
        try:
            return http.send(self._request(), 60, _LARGEST)
        except Unanswered:
            # without what it came from, which holds the address
            raise TransientError(
                f"{_TITLE} gave no session: {self._base} did not answer. Try again later."
            ) from None
        finally:
            http.close()

    def _request(self) -> requests.PreparedRequest:
        until = self._today() + timedelta(days=1)
        return requests.Request(
            "PUT",
            f"{checked(_TITLE, self._base)}/token/session/:create"
            f"?consumerToken={quote(self._consumer.reveal(), safe='')}"
            f"&employeeToken={quote(self._employee.reveal(), safe='')}&expirationDate={until}",
        ).prepare()


def _token(content: bytes) -> Secret:
    try:
        token = json.loads(content)["value"]["token"]
        if isinstance(token, str) and token and token.isascii() and token.isprintable():
            return Secret(token)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise PermanentError(
        f"{_TITLE} gave no session: what it answered holds no token. Correct the connection's url."
    )
