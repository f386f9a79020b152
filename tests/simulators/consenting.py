"""A token endpoint whose refresh tokens serve once, for simulators of vendors with consent.

Described alike by Fortnox (fortnox.se/developer/authorization) and Visma
(developer.vismaonline.com/docs/authentication): client id and secret by HTTP Basic, a new
refresh token with every access token, the old one void.

Belongs here: tokens. Does not: what they are good for.
"""

import base64
from urllib.parse import parse_qsl

from tests.simulators.base import Answer, Asked


class Consenting:
    """Tokens of one consent. The one a person's consent gave stays good for fresh workspaces
    of the tests, unless `once`.
    """

    def __init__(self, name: str, *, once: bool = False) -> None:
        self.name, self._once, self.is_revoked = name, once, False
        self.client_id, self.client_secret = f"{name}-client", f"{name}-client-secret"
        self.refresh_token = f"{name}-refresh-000"
        self.issued = [self.refresh_token]
        self._good, self._access = {self.refresh_token}, set[str]()

    @property
    def secrets(self) -> list[str]:
        """Everything that must appear nowhere but in requests."""
        return [self.client_secret, *self.issued]

    def expire(self) -> None:
        """An hour passes for the access tokens."""
        self._access.clear()

    def revoke(self) -> None:
        """The person withdraws the consent."""
        self.is_revoked = True
        self.expire()

    def lets_in(self, asked: Asked) -> bool:
        """Whether a request carries a token that is good."""
        told = asked.headers.get("authorization", "")
        return told.startswith("Bearer ") and told.removeprefix("Bearer ") in self._access

    def answer(self, asked: Asked) -> Answer:
        """The token endpoint."""
        form = dict(parse_qsl(asked.body.decode()))
        who = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {who}":
            return Answer({"error": "invalid_client"}, 401)
        if form.get("grant_type") != "refresh_token":
            return Answer({"error": "unsupported_grant_type"}, 400)
        old = form.get("refresh_token", "")
        if self.is_revoked or old not in self._good:
            return Answer({"error": "invalid_grant"}, 400)
        if self._once or old != self.refresh_token:
            self._good.remove(old)
        number = len(self.issued)
        access, refresh = f"{self.name}-access-{number:03}", f"{self.name}-refresh-{number:03}"
        self.issued += [access, refresh]
        self._access.add(access)
        self._good.add(refresh)
        return Answer({"access_token": access, "refresh_token": refresh, "scope": "all",
                       "expires_in": 3600, "token_type": "bearer"})  # fmt: skip
