"""Tripletex's interface as its public repository and the swagger description show it.

Described (Tripletex/tripletex-api2 and clients made from the description): a session token by
PUT with consumer's and employee's token in the address, then the password of HTTP Basic with
user 0; lists with from, count and `fields`, their `fullResultSize` "not exact"; 429 with
X-Rate-Limit-Reset until the period ends.

    python -m tests.simulators.tripletex --port 8017

Belongs here: the vendor's behaviour. Does not: whom it knows (`parties`).
"""

import base64
from typing import Any

from tests.simulators.base import Answer, Asked
from tests.simulators.parties import Keeping, Party, Register
from tests.simulators.program import port, serve


class Tripletex(Keeping):
    """One company with an employee's token."""

    def __init__(self, port: int = 0, register: Register | None = None) -> None:
        super().__init__(port, register)
        self.consumer_token, self.employee_token = "consumer+token/1=", "employee+token/1="
        self._sessions: list[str] = []
        self._good: set[str] = set()
        self.is_revoked = False

    def secrets(self) -> list[str]:
        return [self.consumer_token, self.employee_token, *self._sessions]

    def expire(self) -> None:
        """The sessions come to their end."""
        self._good.clear()

    def revoke(self) -> None:
        """An administrator takes the employee token away."""
        self.is_revoked = True
        self.expire()

    def answer(self, asked: Asked) -> Answer:
        path = asked.path.removeprefix("/v2/")
        if path == "token/session/:create":
            return self._create(asked)
        told = asked.headers.get("authorization", "").removeprefix("Basic ")
        user, _, session = base64.b64decode(told).decode().partition(":")
        if user not in ("0", "") or session not in self._good:
            return _no(401, "Unauthorized")
        if path == "token/session/%3EwhoAmI":
            company = {"name": self.register.company,
                       "organizationNumber": self.register.registration_number}  # fmt: skip
            return Answer({"value": {"company": company}})
        lists = {"customer": self.register.customers, "supplier": self.register.suppliers}
        if path not in lists:
            return _no(404, "Object not found")
        rows = sorted(lists[path], key=lambda one: (one.id, one.number))
        start, count = int(asked.query.get("from", 0)), int(asked.query.get("count", 1000))
        shown = [_shown(one, path) for one in rows][start : start + count]
        return Answer({"fullResultSize": len(rows), "from": start, "count": len(shown),
                       "versionDigest": "'If-None-Match' header not specified",
                       "values": shown})  # fmt: skip

    def _create(self, asked: Asked) -> Answer:
        if asked.method != "PUT" or "expirationDate" not in asked.query:
            return _no(422, "Validation failed.")
        given = (asked.query.get("consumerToken"), asked.query.get("employeeToken"))
        if self.is_revoked or given != (self.consumer_token, self.employee_token):
            return _no(403, "Invalid employee token.")
        token = f"session-token-{len(self._sessions):04}"
        self._sessions.append(token)
        self._good.add(token)
        return Answer({"value": {"id": len(self._sessions), "token": token,
                                 "expirationDate": asked.query["expirationDate"]}})  # fmt: skip


def _shown(one: Party, kind: str) -> dict[str, Any]:
    country = {"country": {"isoAlpha2Code": one.country}}
    return {
        "id": one.id, "name": one.name, f"{kind}Number": int(one.number),
        "organizationNumber": one.organisation or one.vat, "postalAddress": country,
        "physicalAddress": None,
    }  # fmt: skip


def _no(status: int, message: str) -> Answer:
    told = {"status": status, "code": 3000, "message": message, "requestId": "r-1"}
    return Answer(told, status)


def main() -> None:
    """Serve until stopped."""
    serve(Tripletex(port()), lambda simulator: {
        "url": f"{simulator.url}/v2", "consumer_token": simulator.consumer_token,
        "employee_token": simulator.employee_token,
    })  # fmt: skip


if __name__ == "__main__":
    main()
