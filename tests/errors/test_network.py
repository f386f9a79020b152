from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assets.sources import option
from assets.sources.connector import Connection
from assets.sources.network.agreement import until_agreed
from assets.sources.network.auth import bearer
from assets.sources.network.client import Client, Service
from assets.sources.network.oauth import Grant, OAuth
from assets.sources.network.stream import Reading, Stream
from tests.errors.corpus import expected
from tests.simulators.base import Fault
from tests.simulators.ledgerly import Ledgerly
from warehouse.errors import PermanentError, SettingsError, SourceError, TransientError
from warehouse.secret import Secret


class Entry(msgspec.Struct):
    id: int
    amount: Decimal


class Entries(msgspec.Struct):
    items: list[Entry]
    cursor: int | str | None = None


ENTRIES = Stream(
    name="entries", path="entries", envelope=Entries, records=lambda page: page.items,
    key=lambda entry: entry.id, size="pagesize", page_size=10,
    follow=lambda page, _asked: None if page.cursor is None else {"cursor": page.cursor},
)  # fmt: skip
SERVICE = Service(
    "ledgerly", "Ledgerly", None, refused="Make a new token.",
    forbidden="Give the user the role Books.", largest=1 << 20, patience=5,
)  # fmt: skip


@pytest.fixture
def vendor() -> Iterator[Ledgerly]:
    with Ledgerly() as running:
        yield running


def client(vendor: Ledgerly, service: Service = SERVICE) -> Client:
    return Client(service, vendor.url, bearer(Secret(vendor.token)), timeout=0.2, attempts=1)


def failure(kind: type[Exception], work: Callable[[], Any]) -> str:
    with pytest.raises(kind) as caught:
        work()
    assert isinstance(caught.value, kind)
    return str(caught.value)


def read(vendor: Ledgerly, stream: Any = ENTRIES) -> list[Entry]:
    with client(vendor) as http:
        return list(Reading(http, stream).records())


def retyped(body: Any) -> Any:
    return {**body, "items": [{**body["items"][0], "id": "1"}]}


def lacking(body: Any) -> Any:
    return {**body, "items": [{"id": 1}]}


@pytest.mark.parametrize(
    ("case", "fault", "kind"),
    [
        ("network-refused", Fault("status", at=1, status=401), PermanentError),
        ("network-forbidden", Fault("status", at=1, status=403), PermanentError),
        ("network-unknown", Fault("status", at=1, status=404), PermanentError),
        ("network-refused-otherwise", Fault("status", at=1, status=422), PermanentError),
        ("network-sent-elsewhere",
         Fault("redirect", at=1, headers={"Location": "https://login.example.dk/x"}),
         PermanentError),
        ("network-unreachable", Fault("drop", at=1), TransientError),
        ("network-unreachable", Fault("truncate", at=1), TransientError),
        ("network-timeout", Fault("hang", at=1, seconds=0.4), TransientError),
        ("network-timeout", Fault("trickle", at=1, seconds=0.05), TransientError),
        ("network-failed", Fault("status", at=1, status=503), TransientError),
        ("network-wait-too-long",
         Fault("status", at=1, status=429, headers={"Retry-After": "3600"}), TransientError),
        ("network-huge", Fault("huge", at=1, size=2 << 20), SourceError),
        ("network-not-json", Fault("html", at=1), SourceError),
        ("network-retyped", Fault("wrong_type", at=1, change=retyped), SourceError),
        ("network-missing", Fault("wrong_type", at=1, change=lacking), SourceError),
    ],
    ids=lambda value: getattr(value, "kind", None),
)  # fmt: skip
def test_a_server_that_answers_wrong(
    vendor: Ledgerly, case: str, fault: Fault, kind: type[Exception]
) -> None:
    vendor.faults.append(replace(fault))
    message = failure(kind, lambda: read(vendor))
    assert message == expected("network", case, where=vendor.url)


@pytest.mark.parametrize(
    ("case", "following"),
    [
        ("network-next-page-elsewhere", "https://elsewhere.example.dk/entries"),
        ("network-same-page", {"pagesize": 10}),
    ],
)
def test_paging_that_leads_astray(vendor: Ledgerly, case: str, following: Any) -> None:
    stream = replace(ENTRIES, follow=lambda _page, _asked: following)
    message = failure(SourceError, lambda: read(vendor, stream))
    assert message == expected("network", case, where=vendor.url)


def test_books_that_never_hold_still() -> None:
    counts = iter([25, 26, 26, 27, 27, 28])
    items = until_agreed(lambda: iter(()), lambda: next(counts), int, (), "Ledgerly", "entries")
    message = failure(TransientError, lambda: list(items))
    assert message == expected("network", "network-not-quiet")


def test_a_server_that_shows_less_than_it_counts() -> None:
    items = until_agreed(lambda: iter(()), lambda: 25, int, (), "Ledgerly", "entries")
    message = failure(SourceError, lambda: list(items))
    assert message == expected("network", "network-fewer-than-counted")


@pytest.mark.parametrize(
    ("case", "status", "kind"),
    [
        ("network-no-token", 0, PermanentError),
        ("network-token-down", 503, TransientError),
    ],
)
def test_tokens_that_are_not_given(
    vendor: Ledgerly, tmp_path: Path, case: str, status: int, kind: type[Exception]
) -> None:
    if status:
        vendor.faults.append(Fault("status", at=1, status=status))
    grant = Grant("Ledgerly", f"{vendor.url}/token", "us", Secret("client-secret"))
    auth = OAuth(grant, Secret("a-withdrawn-token"), tmp_path)
    message = failure(kind, auth.renew)
    assert message == expected("network", case, where=vendor.url)
    assert "a-withdrawn-token" not in message


@pytest.mark.parametrize(
    "told",
    [
        {"access_token": "t", "expires_in": "soon"},
        {"access_token": "t", "expires_in": None},
        {"access_token": "t", "expires_in": 1e999},
        {"access_token": 7},
        {"access_token": "t\r\nHost: elsewhere"},
        {"access_token": ""},
        {"access_token": "t", "refresh_token": ["r"]},
        ["t"],
        None,
    ],
    ids=str,
)
def test_a_token_response_that_is_none(vendor: Ledgerly, tmp_path: Path, told: Any) -> None:
    vendor.faults.append(Fault("wrong_type", at=1, change=lambda _body: told))
    grant = Grant("Ledgerly", f"{vendor.url}/token", "us", Secret("client-secret"))
    auth = OAuth(grant, Secret("refresh-token-0"), tmp_path)
    message = failure(PermanentError, auth.renew)
    assert message == expected("network", "network-token-odd", where=vendor.url)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"access_token": "t"}', '{"a": 1}'])
def test_a_file_of_tokens_that_cannot_be_read(tmp_path: Path, content: str) -> None:
    (tmp_path / "tokens.json").write_text(content)
    grant = Grant("Ledgerly", "http://127.0.0.1:1/token", "us", Secret("client-secret"))
    message = failure(PermanentError, OAuth(grant, Secret("first"), tmp_path).renew)
    file = tmp_path / "tokens.json"
    assert message == expected("network", "network-token-file", file=file)


@pytest.mark.parametrize("url", ["nonsense", "ftp://a", "https://[", "https://a:b/", "https:///x"])
def test_no_address_to_get_tokens_from(url: str) -> None:
    grant = Grant("Ledgerly", url, "us", Secret("client-secret"))
    message = failure(SettingsError, OAuth(grant, Secret("first"), None).renew)
    assert message == expected("network", "network-token-address", url=url)


def test_tokens_are_not_asked_for_unencrypted() -> None:
    grant = Grant("Ledgerly", "http://tokens.example/token", "us", Secret("client-secret"))
    message = failure(SettingsError, OAuth(grant, Secret("first"), None).renew)
    assert message == expected("network", "network-token-plain")


def test_options_that_are_missing() -> None:
    connection = Connection("main", "nordlys", "ledgerly", {"token": "abc", "url": 7})
    message = failure(SettingsError, lambda: option.secret(connection, "token"))
    assert message == expected("network", "network-secret-missing")
    message = failure(SettingsError, lambda: option.text(connection, "url"))
    assert message == expected("network", "network-text-missing")


@pytest.mark.parametrize("held", ["", "two\nlines", "blåbær", "a\0b"])
def test_a_secret_that_no_header_takes(held: str) -> None:
    connection = Connection("main", "nordlys", "ledgerly", {"token": Secret(held)})
    message = failure(SettingsError, lambda: option.secret(connection, "token"))
    assert message == expected("network", "network-secret-odd")
