"""A vendor of nobody's, as small as one can be: entries by cursor, OAuth or a fixed token.

For tests of the network core itself, where a real vendor's particulars would be in the way.
"""

import secrets
from typing import Any
from urllib.parse import parse_qs

from tests.simulators.base import Answer, Asked, Number, Simulator


class Ledgerly(Simulator):
    """`amounts`: the digits of each entry's amount; `rotates`: a refresh token serves once."""

    def __init__(self, amounts: list[str] | None = None, *, rotates: bool = True) -> None:
        super().__init__()
        self.amounts = amounts if amounts is not None else [f"{n}.25" for n in range(25)]
        self.rotates = rotates
        self.extra: dict[str, Any] = {}
        self.token = "fixed-token-1"
        self.refresh = "refresh-token-0"
        self.codes: dict[str, str] = {}

    def secrets(self) -> list[str]:
        """The token and the refresh token in force."""
        return [self.token, self.refresh]

    def answer(self, asked: Asked) -> Answer:
        """Entries, or a token."""
        if asked.path == "/token":
            return self._tokens({k: v[0] for k, v in parse_qs(asked.body.decode()).items()})
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Answer({"message": "who are you"}, 401)
        if asked.path != "/entries":
            return Answer({"message": "nothing here"}, 404)
        first, size = int(asked.query.get("cursor", 0)), int(asked.query["pagesize"])
        chosen = list(enumerate(self.amounts, start=1))[first : first + size]
        items = [{"id": n, "amount": Number(text), **self.extra} for n, text in chosen]
        following = first + size if first + size < len(self.amounts) else None
        return Answer({"items": items, "cursor": following})

    def _tokens(self, form: dict[str, str]) -> Answer:
        is_known = form.get("refresh_token") == self.refresh or form.get("code") in self.codes
        if not is_known:
            return Answer({"error": "invalid_grant", "seen": form.get("refresh_token")}, 400)
        self.token = secrets.token_urlsafe(20)
        answer = {"access_token": self.token, "token_type": "Bearer", "expires_in": 1800}
        if self.rotates or "code" in form:
            self.refresh = secrets.token_urlsafe(20)
            answer["refresh_token"] = self.refresh
        return Answer(answer)
