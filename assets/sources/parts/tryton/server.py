"""Reading a Tryton server over its REST interface: pages, exact values.

Pages follow the record id, never an offset: rows that change while we read
cannot push others past us. Requests, retries and kept answers are the network core's.

Belongs here: Tryton's addresses and JSON. Does not: what a record means (`records`).
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from assets.sources.network import client as network
from assets.sources.parts.tryton import shapes
from warehouse.errors import PermanentError, SourceError

Record = Mapping[str, Any]
Domain = list[Any]

SERVICE = network.Service(
    "tryton",
    "Tryton",
    rate=None,
    refused="Make a key for application REST API under the user's preferences, let the "
    "administrator validate it, and put it where the connection's key points.",
    unknown="Correct the connection's url and database; the server needs the modules account and "
    "account_invoice.",
    forbidden="Give the user of this key the group Accounting in Tryton (Administration, Users).",
    otherwise="See that the user of this key may read the books: the group Accounting in Tryton.",
)
_NOTHING_THERE = (416,)  # Tryton's way to say: nothing from there on


class Client:
    """One Tryton database, seen with one key.

    Every method raises `PermanentError` (refused, unknown, not readable) or,
    after some tries, `TransientError`.
    """

    def __init__(self, http: network.Client, database: str) -> None:
        self._http, self.database = http, database
        self.where = http.base

    def pages(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        *,
        size: int,
        context: Mapping[str, Any] | None = None,
    ) -> Iterator[list[Record]]:
        """Every record of `model` in `domain`, in order of id, `size` at a time."""
        last = 0
        while True:
            records = self._page(model, [domain, ["id", ">", last]], fields, size, context)
            if records:
                yield records
            if len(records) < size:
                return
            last = records[-1]["id"]

    def ids(
        self, model: str, domain: Domain, context: Mapping[str, Any] | None = None
    ) -> list[int]:
        """The ids of every record of `model` in `domain`, ascending."""
        path = f"{model}/search"
        body = {"domain": domain, "order": [["id", "ASC"]]}
        found: list[int] = self._posted(path, body, list, context)
        odd = next((value for value in found if type(value) is not int), None)
        if odd is not None:
            raise SourceError(
                f"What {self.where} answered for {path} is no list of ids: {odd!r} is among them. "
                "Nothing was landed; report it with the connector's name."
            )
        return found

    def count(self, model: str, domain: Domain) -> int:
        """How many records of `model` the server counts in `domain`."""
        return int(self._posted(f"{model}/search_count", {"domain": domain}, int))

    def _posted(
        self,
        path: str,
        body: Mapping[str, Any],
        expected: type,
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        plain = json.loads(json.dumps(body, default=_plain))
        answer = self._http.post(_path(path), plain, what=path, headers=_told(context))
        return self._decoded(answer.content, path, expected)

    def _page(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        size: int,
        context: Mapping[str, Any] | None,
    ) -> list[Record]:
        query = {"d": encoded(domain), "o": encoded([["id", "ASC"]]), "f": list(fields)}
        headers = {"Range": f"records=0-{size}", **_told(context)}
        answer = self._http.get(
            _path(model), query, what=model, headers=headers, empty=_NOTHING_THERE
        )
        is_empty = answer.status in _NOTHING_THERE
        records: list[Record] = [] if is_empty else self._decoded(answer.content, model, list)
        for field in fields:
            if records and field.split(".")[0] not in records[0]:
                raise PermanentError(
                    f"Tryton at {self.where} does not show the field {field} of {model} to the "
                    "user of this key. Give that user the right to read it (Administration, "
                    "Users), then pull again."
                )
        shapes.ensure(model, tuple(fields), records, self.where)
        return records

    def _decoded(self, content: bytes, path: str, expected: type) -> Any:
        try:
            value = json.loads(content, object_hook=_typed, parse_float=Decimal)
        except (ValueError, ArithmeticError, TypeError) as error:
            raise SourceError(
                f"What {self.where} answered for {path} is not Tryton's JSON; it begins with "
                f"{content[:60]!r}. See that the url leads to Tryton and not to a proxy or a "
                "log-in page."
            ) from error
        if not isinstance(value, expected):
            raise SourceError(
                f"What {self.where} answered for {path} is JSON but no {expected.__name__}; it "
                f"begins with {content[:60]!r}. See that the url leads to Tryton's REST interface."
            )
        return value


def _path(model: str) -> str:
    return f"rest/model/{model}"


def _told(context: Mapping[str, Any] | None) -> dict[str, str]:
    return {"X-Tryton-Context": encoded(context)} if context else {}


def encoded(value: Any) -> str:
    """A value as Tryton takes it in an address or a header: base64url of JSON.

    >>> encoded([])
    'W10='
    """
    return base64.urlsafe_b64encode(json.dumps(value, default=_plain).encode()).decode()


def _plain(value: Any) -> dict[str, Any]:
    if isinstance(value, datetime):
        names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime"} | {name: getattr(value, name) for name in names}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    raise TypeError(value)


def _typed(value: dict[str, Any]) -> Any:
    """Tryton's typed values; times are UTC, decimals exact."""
    match value.get("__class__"):
        case "Decimal":
            return Decimal(value["decimal"])
        case "date":
            return date(value["year"], value["month"], value["day"])
        case "datetime":
            parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
            return datetime(**{part: value[part] for part in parts}, tzinfo=UTC)
    return value
