"""One tenant of one vendor: asking within its limits, and again where that may help.

Every answer is kept as evidence before anyone reads it, with our own secrets masked
wherever a server repeats them.

Belongs here: what an HTTP answer means for a pull. Does not: paging (`stream`), what
a record means (the connector).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, NoReturn, Self
from urllib.parse import urlsplit

import requests
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from assets.sources.connector import Raw
from assets.sources.network import evidence
from assets.sources.network.address import checked
from assets.sources.network.auth import Auth
from assets.sources.network.bucket import Rate, bucket_of
from assets.sources.network.transport import Http, Received, Unanswered
from warehouse.errors import PermanentError, SourceError, TransientError

_TRY_LATER = (408, 425, 429, 500, 502, 503, 504)
_MASK = b"***"


@dataclass(frozen=True, slots=True)
class Service:
    """A vendor's interface, as every connection to it meets it.

    `refused`: what a person does about HTTP 401; `forbidden`: about 403 (None: as 401);
    `unknown`: about 404; `otherwise`: about any other refusal. `largest`: bytes of one answer.
    `patience`: seconds a server may ask us to wait in all for one request. `reset_header`: the
    vendor's own header, in small letters, for the seconds to wait after HTTP 429.
    """

    system: str
    title: str
    rate: Rate | None
    refused: str
    forbidden: str | None = None
    unknown: str = "Correct the connection's address in indberet.toml."
    otherwise: str = "See that these credentials may read the books."
    largest: int = 256 << 20
    patience: float = 300
    reset_header: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One good answer: `what` was asked, `where` in words for messages."""

    what: str
    where: str
    status: int
    headers: Mapping[str, str]
    content: bytes


class _LaterError(TransientError):
    """The server asked us to wait."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass
class Client:
    """One tenant, asked with one set of credentials.

    Every request raises `PermanentError` (refused, unknown, not readable) or, once
    retries are spent, `TransientError`. `kept`: answers to use in place of the server;
    `keep` takes each answer before it is handed over.
    """

    service: Service
    base: str
    auth: Auth
    timeout: float = 60
    attempts: int = 3
    kept: evidence.Kept | None = None
    keep: Callable[[Raw], None] | None = None
    _count: int = 0

    def __post_init__(self) -> None:
        self.base = checked(self.service.title, self.base)
        self._http = Http()
        self._bucket = bucket_of(self.service.system, self.base, self.service.rate)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def limit(self, tenant: str) -> None:
        """Count this client's requests to a tenant of that name, where one address serves many."""
        self._bucket = bucket_of(self.service.system, f"{self.base} {tenant}", self.service.rate)

    def get(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        what: str,
        headers: Mapping[str, str] | None = None,
        empty: tuple[int, ...] = (),
    ) -> Answer:
        """Ask for `path`, below the base address or a whole address of the same server.

        `empty`: statuses by which this server says that there is nothing (its content then
        is b"").
        """
        return self._ask("GET", path, what, params=params, headers=headers, empty=empty)

    def post(
        self,
        path: str,
        body: Any,
        *,
        what: str,
        headers: Mapping[str, str] | None = None,
        empty: tuple[int, ...] = (),
    ) -> Answer:
        """Ask with a JSON body."""
        content = json.dumps(body, ensure_ascii=False).encode()
        told = {"Content-Type": "application/json", **(headers or {})}
        return self._ask("POST", path, what, data=content, headers=told, empty=empty)

    def _ask(self, method: str, path: str, what: str, **arguments: Any) -> Answer:
        empty = arguments.pop("empty")
        request = requests.Request(method, self._address(path), **arguments).prepare()
        asked = evidence.Asked(evidence.key(method, str(request.url), request.body), what)
        received = self._received(request, asked)
        if received.status in empty:
            received = Received(received.status, received.headers, b"")
        elif not requests.codes.ok <= received.status < requests.codes.multiple_choices:
            self._refuse(received, what)
        self._count += 1
        if self.keep is not None:
            self.keep(evidence.raw(self._count, asked, received))
        return Answer(what, self.base, received.status, received.headers, received.content)

    def _address(self, path: str) -> str:
        url = path if "://" in path else f"{self.base}/{path.lstrip('/')}"
        try:
            server = urlsplit(url)[:2]
        except ValueError:  # brackets that hold no IPv6 address
            server = ("", url[:60])
        if server != urlsplit(self.base)[:2]:
            raise SourceError(
                f"{self.service.title} at {self.base} gave a next page on another server "
                f"({server[1]}); the credentials stay here. Nothing was landed; see "
                "that the connection's address is right."
            )
        return url

    def _received(self, request: requests.PreparedRequest, asked: evidence.Asked) -> Received:
        if self.kept is not None:
            try:
                return self.kept.answer(asked.key)
            except Unanswered as error:
                raise PermanentError(
                    f"The answers kept hold none for {asked.what} ({asked.key[1]}): the "
                    "connection's options (address, page_size, …) or the connector were others "
                    "when they were kept. Pull from the server instead."
                ) from error
        retrying = Retrying(
            retry=retry_if_exception(_is_worth_retrying),
            stop=stop_after_attempt(self.attempts),
            wait=wait_exponential_jitter(multiplier=0.2, max=3),
            reraise=True,
        )
        waited = 0.0
        renewed = False
        while True:
            try:
                received = retrying(self._once, request, asked.what)
            except _LaterError as later:
                waited += max(later.seconds, 1)  # a server that always says 0 has an end too
                if waited > self.service.patience:
                    raise
                self._bucket.pause(later.seconds)
                continue
            if received.status == requests.codes.unauthorized and not renewed:
                renewed = self.auth.renew()
                if renewed:
                    continue
            return received

    def _once(self, request: requests.PreparedRequest, what: str) -> Received:
        self._bucket.take()
        try:
            received = self._http.send(
                self.auth.apply(request.copy()), self.timeout, self.service.largest
            )
        except Unanswered as error:
            self._unanswered(error, what)
        if received.status in _TRY_LATER:
            self._later(received, what)
        return self._masked(received)

    def _masked(self, received: Received) -> Received:
        content = received.content
        for secret in self.auth.secrets():
            if len(secret) > 5 and secret.encode() in content:
                content = content.replace(secret.encode(), _MASK)
        return Received(received.status, received.headers, content)

    def _unanswered(self, error: Unanswered, what: str) -> NoReturn:
        who = f"{self.service.title} at {self.base}"
        if error.is_huge:
            raise SourceError(
                f"{who} answered with more than {self.service.largest >> 20} MiB when asked for "
                f"{what}, and was cut off. Nothing was landed; lower the connection's page_size."
            ) from error
        if error.is_late:
            raise TransientError(
                f"{who} did not answer within {self.timeout:g} s when asked for {what}. Nothing "
                "was landed; pull again later, or raise the connection's timeout or lower its "
                "page_size."
            ) from error
        raise TransientError(
            f"{who} could not be reached, or hung up, when asked for {what}. Nothing was landed; "
            "see that the server runs and the address is right, then pull again."
        ) from error

    def _later(self, received: Received, what: str) -> NoReturn:
        status, who = received.status, f"{self.service.title} at {self.base}"
        names = ("retry-after", self.service.reset_header if status == 429 else "")
        told = (_seconds(received.headers.get(name, "")) for name in names)
        seconds = next((one for one in told if one is not None), None)
        if seconds is not None:
            raise _LaterError(
                f"{who} asked us to wait {seconds:g} s (HTTP {status}) when asked for {what}, "
                f"longer than the {self.service.patience:g} s we wait in all. Nothing was landed; "
                "pull again later.",
                seconds,
            )
        raise TransientError(
            f"{who} failed (HTTP {status}) when asked for {what}. Nothing was landed; pull again "
            "later."
        )

    def _refuse(self, received: Received, what: str) -> NoReturn:
        status, service = received.status, self.service
        who = f"{service.title} at {self.base}"
        if status == requests.codes.unauthorized:
            raise PermanentError(
                f"{who} refused the credentials (HTTP 401) when asked for {what}. {service.refused}"
            )
        if status == requests.codes.forbidden:
            raise PermanentError(
                f"{who} does not let these credentials see {what} (HTTP 403). "
                f"{service.forbidden or service.refused}"
            )
        if status == requests.codes.not_found:
            raise PermanentError(f"{who} knows nothing of {what} (HTTP 404). {service.unknown}")
        if status == requests.codes.gone:
            raise PermanentError(
                f"{who} has taken away what held {what} (HTTP 410): this version of its interface "
                f"is no more. Install a newer Indberet, or see whether one reads {service.title}."
            )
        text = received.content[:300].decode("utf-8", "replace")
        if requests.codes.multiple_choices <= status < requests.codes.bad_request:
            target = urlsplit(received.headers.get("location", "")).netloc or "another page"
            raise PermanentError(
                f"{who} sent us on to {target} (HTTP {status}) when asked for {what}; credentials "
                "are not carried along. Correct the connection's address in indberet.toml."
            )
        raise PermanentError(
            f"{who} answered HTTP {status} when asked for {what}: {text!r}. {service.otherwise}"
        )


def _is_worth_retrying(error: BaseException) -> bool:
    return isinstance(error, TransientError) and not isinstance(error, _LaterError)


def _seconds(told: str) -> float | None:
    """Seconds the server asks us to wait: a number or a date (RFC 9110 § 10.2.3)."""
    told = told.strip()
    if told.isdigit():
        return float(told)
    try:
        when = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
