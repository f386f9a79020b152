from typing import Any

import pytest

from assets.sources.connector import Connection, silent
from assets.sources.parts.tryton import shapes
from assets.sources.parts.tryton.server import Client
from assets.sources.tryton import CONNECTOR, _client
from tests.errors.corpus import expected
from tests.tryton_server.relay import Fault, Relay
from warehouse.errors import PermanentError, SettingsError, SourceError, TransientError
from warehouse.secret import Secret

NOBODY = "http://127.0.0.1:9"
COMPANY = (
    b'{"id": %d, "currency": {"code": "DKK"}, "party": {"name": "%s", "identifiers": [],'
    b' "addresses": []}}'
)
ONE = b"[" + COMPANY % (1, b"Nordlys Handel ApS") + b"]"
TWO = b"[" + COMPANY % (1, b"Nordlys Handel ApS") + b"," + COMPANY % (2, b"Sydlys ApS") + b"]"


def connection(**options: Any) -> Connection:
    own = {"url": NOBODY, "database": "books", "key": Secret("k"), "timeout": 1, "attempts": 1}
    return Connection("main", "nordlys", "tryton", own | options)


def failure(kind: type[Exception], **options: Any) -> str:
    with pytest.raises(kind) as caught:
        list(CONNECTOR.pull(connection(**options), None, silent))
    assert type(caught.value) is kind
    return str(caught.value)


def answered(fault: Fault, kind: type[Exception], **options: Any) -> tuple[str, str]:
    """The message when every request meets `fault`, and where the server stood."""
    with Relay(NOBODY, lambda _number, _path: fault) as relay:
        return failure(kind, url=relay.url, **options), f"{relay.url}/books"


@pytest.mark.parametrize(
    ("case", "fault", "kind"),
    [
        ("tryton-key-refused", "401", PermanentError),
        ("tryton-no-database", "404", PermanentError),
        ("tryton-unreachable", "drop", TransientError),
        ("tryton-timeout", "hang", TransientError),
        ("tryton-server-error", "503", TransientError),
        ("tryton-refused-otherwise", "400", PermanentError),
        ("tryton-not-json", b"<html>Log in first</html>", SourceError),
        ("tryton-not-a-list", b'{"ok": true}', SourceError),
        ("tryton-field-hidden", b'[{"id": 1}]', PermanentError),
    ],
)
def test_a_server_that_answers_wrong(case: str, fault: Fault, kind: type[Exception]) -> None:
    message, where = answered(fault, kind)
    assert message == expected("tryton", case, where=where)


def test_a_server_that_is_not_there() -> None:
    message = failure(TransientError)
    assert message == expected("tryton", "tryton-unreachable", where=f"{NOBODY}/books")


def test_ids_that_are_none() -> None:
    with (
        Relay(NOBODY, lambda _number, _path: b'[1, "2026-02-30"]') as relay,
        _client(connection(url=relay.url)) as http,
        pytest.raises(SourceError) as caught,
    ):
        Client(http, "books").ids("party.party", [])
    where = f"{relay.url}/books"
    assert str(caught.value) == expected("tryton", "tryton-not-ids", where=where)


def test_a_company_the_key_does_not_see() -> None:
    message, _where = answered(ONE, PermanentError, tryton_company="Sydlys ApS")
    assert message == expected("tryton", "tryton-no-company")


def test_several_companies_and_no_choice() -> None:
    message, _where = answered(TWO, PermanentError)
    assert message == expected("tryton", "tryton-several-companies")


@pytest.mark.parametrize(
    ("case", "options"),
    [
        ("tryton-plain-http", {"url": "http://tryton.example.dk"}),
        ("tryton-no-url", {"url": "tryton.example.dk"}),
        ("tryton-key-in-clear", {"key": "029268fd"}),
        ("tryton-bad-number", {"page_size": 0}),
        ("tryton-bad-pattern", {"vat_code_pattern": "[SK"}),
    ],
)
def test_a_connection_that_is_set_up_wrong(case: str, options: dict[str, Any]) -> None:
    assert failure(SettingsError, **options) == expected("tryton", case)


def test_one_answer_shows_a_tax_line_twice_with_other_values() -> None:
    rows = [{"id": 7, "amount": 1}, {"id": 7, "amount": 2}]
    with pytest.raises(SourceError) as caught:
        shapes.once(rows, "tax line", "http://tryton/books")
    assert str(caught.value) == expected("tryton", "tryton-twice", where="http://tryton/books")
