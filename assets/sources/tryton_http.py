"""Reading a Tryton server over its REST interface: requests, retries, exact values.

Pages follow the record id, never an offset: rows that change while we read
cannot push others past us.

Belongs here: HTTP and JSON. Does not: what a record means (`tryton_records`).
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, NoReturn, Self
from urllib.parse import urlsplit

import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from warehouse.errors import PermanentError, SettingsError, SourceError, TransientError
from warehouse.secret import Secret

Record = Mapping[str, Any]
Domain = list[Any]
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TRY_LATER = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its records, its bytes as received, and a name for them."""

    records: list[Record]
    content: bytes
    name: str


class _Bearer(requests.auth.AuthBase):
    """Puts the key on a request at the last moment, so that no local variable holds it."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        return request


class Client:
    """One Tryton database, seen with one key.

    Every method raises `PermanentError` (refused, unknown, not readable) or,
    after `attempts` tries, `TransientError`.
    """

    def __init__(
        self, url: str, database: str, key: Secret, *, timeout: float = 60, attempts: int = 3
    ) -> None:
        where = urlsplit(url)
        if where.scheme not in ("http", "https") or not where.hostname:
            raise SettingsError(
                f"The Tryton connection's url is no web address: {url}. "
                "Write it as https://tryton.example.dk."
            )
        if where.scheme == "http" and where.hostname not in _LOOPBACK:
            raise SettingsError(
                f"The Tryton connection's url is {url}: the key would cross the network "
                "unencrypted. Use https:// (plain http:// is for this machine only)."
            )
        self.where = f"{url.rstrip('/')}/{database}"
        self.database = database
        self._timeout = timeout
        self._session = requests.Session()
        self._session.auth = _Bearer(key)
        self._pages = 0
        self._retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=stop_after_attempt(attempts),
            wait=wait_exponential(multiplier=0.2, max=3),
            reraise=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def pages(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        *,
        size: int,
        context: Mapping[str, Any] | None = None,
    ) -> Iterator[Page]:
        """Every record of `model` in `domain`, in order of id, `size` at a time."""
        last = 0
        while True:
            page = self._page(model, [domain, ["id", ">", last]], fields, size, last, context)
            if page.records:
                yield page
            if len(page.records) < size:
                return
            last = page.records[-1]["id"]

    def ids(
        self, model: str, domain: Domain, context: Mapping[str, Any] | None = None
    ) -> list[int]:
        """The ids of every record of `model` in `domain`, ascending."""
        body = {"domain": domain, "order": [["id", "ASC"]]}
        content = self._call("POST", f"{model}/search", context, json=body)
        return [int(value) for value in self._decoded(content, f"{model}/search", list)]

    def count(self, model: str, domain: Domain) -> int:
        """How many records of `model` the server counts in `domain`."""
        path = f"{model}/search_count"
        return int(
            self._decoded(self._call("POST", path, None, json={"domain": domain}), path, int)
        )

    def _page(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        size: int,
        after: int,
        context: Mapping[str, Any] | None,
    ) -> Page:
        query = {"d": encoded(domain), "o": encoded([["id", "ASC"]]), "f": list(fields)}
        headers = {"Range": f"records=0-{size}"}
        content = self._call("GET", model, context, params=query, headers=headers)
        records = self._decoded(content, model, list)
        for field in fields:
            if records and field.split(".")[0] not in records[0]:
                raise PermanentError(
                    f"Tryton at {self.where} does not show the field {field} of {model} to the "
                    "user of this key. Give that user the right to read it (Administration, "
                    "Users), then pull again."
                )
        self._pages += 1
        return Page(records, content, f"{self._pages:05d}-{model}-after-{after}.json")

    def _call(
        self, method: str, path: str, context: Mapping[str, Any] | None, **arguments: Any
    ) -> bytes:
        headers = arguments.pop("headers", {})
        if context:
            headers["X-Tryton-Context"] = encoded(context)
        for attempt in self._retrying:
            with attempt:
                return self._once(method, path, headers, arguments)
        raise AssertionError("tenacity re-raises")

    def _once(
        self, method: str, path: str, headers: Mapping[str, str], arguments: Mapping[str, Any]
    ) -> bytes:
        url = f"{self.where}/rest/model/{path}"
        try:
            answer = self._session.request(
                method, url, headers=headers, timeout=self._timeout, **arguments
            )
        except requests.Timeout as error:
            raise TransientError(
                f"Tryton at {self.where} did not answer within {self._timeout:g} s when asked "
                f"for {path}. Nothing was landed; pull again later, or raise the connection's "
                "timeout or lower its page_size."
            ) from error
        except requests.RequestException as error:
            raise TransientError(
                f"Tryton at {self.where} could not be reached, or hung up, when asked for {path}. "
                "Nothing was landed; see that the server runs and the url is right, then pull "
                "again."
            ) from error
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            return b"[]"  # Tryton's way to say: nothing from there on
        if answer.status_code != requests.codes.ok:
            self._refused(answer, path)
        return answer.content

    def _refused(self, answer: requests.Response, path: str) -> NoReturn:
        status = answer.status_code
        if status in (401, 403):
            raise PermanentError(
                f"Tryton at {self.where} refused the key (HTTP {status}) when asked for {path}. "
                "Make a key for application REST API under the user's preferences, let the "
                "administrator validate it, and put it where the connection's key points."
            )
        if status == requests.codes.not_found:
            raise PermanentError(
                f"Tryton at {self.where} knows nothing of {path} (HTTP 404). Correct the "
                "connection's url and database; the server needs the modules account and "
                "account_invoice."
            )
        if status in _TRY_LATER or status >= requests.codes.internal_server_error:
            raise TransientError(
                f"Tryton at {self.where} failed (HTTP {status}) when asked for {path}. Nothing "
                "was landed; pull again later, and look in Tryton's log if it stays."
            )
        raise PermanentError(
            f"Tryton at {self.where} answered HTTP {status} when asked for {path}: "
            f"{answer.text[:300]!r}. See that the user of this key may read the books."
        )

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
