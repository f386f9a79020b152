"""Working in the running Tryton as a bookkeeper would: its JSON-RPC, as administrator.

Belongs here: the few changes tests make to the books. Does not: reading them.
"""

import base64
import itertools
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

from tests.tryton_server.server import Running


class Bookkeeper:
    """A session of the administrator."""

    def __init__(self, server: Running) -> None:
        self._url = f"{server.url}/{server.database}/rpc/"
        self._ids = itertools.count()
        password = Path(server.password_file).read_text()
        user, session = self._call("common.db.login", "admin", {"password": password}, "en")[:2]
        token = base64.b64encode(f"admin:{user}:{session}".encode()).decode()
        self._headers = {"Authorization": f"Session {token}"}
        self._context: dict[str, Any] = self._call("model.res.user.get_preferences", True, {})

    _headers: dict[str, str] = {}  # noqa: RUF012  none before the log-in

    def call(self, model: str, method: str, *arguments: Any) -> Any:
        """One call of a model's method."""
        return self._call(f"model.{model}.{method}", *arguments, self._context)

    def _call(self, method: str, *params: Any) -> Any:
        body = json.dumps(
            {"id": next(self._ids), "method": method, "params": params}, default=_plain
        )
        headers = self._headers | {"Content-Type": "application/json"}
        answer = requests.post(self._url, data=body, headers=headers, timeout=60)
        answer.raise_for_status()
        content = answer.json()
        value = content.get("result", content) if isinstance(content, dict) else content
        if isinstance(content, dict) and content.get("error"):
            raise RuntimeError(f"{method}: {content['error']}")
        return value

    def account(self, code: str) -> int:
        """The id of an account."""
        (number,) = self.call("account.account", "search", [["code", "=", code]], 0, None, None)
        return int(number)

    def draft(self, day: date, debit: str, credit: str, amount: str) -> int:
        """A voucher not yet posted; its id."""
        (company,) = self.call("company.company", "search", [], 0, None, None)
        days = [["start_date", "<=", day], ["end_date", ">=", day]]
        (period,) = self.call("account.period", "search", days, 0, None, None)
        (journal,) = self.call("account.journal", "search", [["type", "=", "cash"]], 0, None, None)
        lines = [
            {"account": self.account(debit), "debit": Decimal(amount), "credit": Decimal(0)},
            {"account": self.account(credit), "debit": Decimal(0), "credit": Decimal(amount)},
        ]
        values = {
            "company": company, "journal": journal, "period": period, "date": day,
            "description": "Prøve", "lines": [["create", lines]],
        }  # fmt: skip
        (number,) = self.call("account.move", "create", [values])
        return int(number)

    def post(self, *moves: int) -> None:
        """Post vouchers."""
        self.call("account.move", "post", list(moves))


def _plain(value: Any) -> dict[str, Any]:
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    raise TypeError(value)
