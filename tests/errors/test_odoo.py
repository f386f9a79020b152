"""Messages of the Odoo connector, exactly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets.sources.connector import silent
from assets.sources.odoo import CONNECTOR
from tests.conformance.cases_odoo import connection
from tests.errors.corpus import expected
from tests.simulators import odoo_books
from tests.simulators.base import Fault
from tests.simulators.odoo import Odoo
from warehouse.errors import PermanentError, SettingsError, SourceError, TransientError
from warehouse.secret import Secret

Change = Callable[[Odoo], object]


def _hide_lines(odoo: Odoo) -> None:
    for line in odoo.database.models["account.move.line"]:
        line["company_id"] = [3, "Skjult"]


def _error(name: str, message: str) -> Change:
    data = {"name": name, "message": message, "debug": "Traceback"}
    error = {"code": 200, "message": "Odoo Server Error", "data": data}
    path = "account.tax/search_read"
    return lambda odoo: odoo.faults.append(
        Fault("wrong_type", path=path, change=lambda _body: {"jsonrpc": "2.0", "error": error})
    )


def _finer(odoo: Odoo) -> None:
    odoo.database.models["account.move.line"][0]["balance"] = 100.005


def nothing(_odoo: Odoo) -> None:
    """Leave it as it is."""


CASES: list[tuple[str, str, type[Exception], Change, dict[str, Any]]] = [
    ("odoo-wrong-key", "18.0", PermanentError, nothing, {"key": Secret("wrong")}),
    ("odoo-wrong-key-json2", "19.0", PermanentError, Odoo.revoke, {}),
    ("odoo-no-database", "16.0", PermanentError, nothing, {"database": "nordly"}),
    ("odoo-no-database-json2", "19.0", PermanentError, nothing, {"database": "nordly"}),
    ("odoo-no-accounting", "17.0", PermanentError,
     lambda odoo: odoo.database.models.pop("account.account"), {}),
    ("odoo-no-accounting", "19.0", PermanentError,
     lambda odoo: odoo.database.models.pop("account.account"), {}),
    ("odoo-no-rights", "18.0", PermanentError,
     lambda odoo: odoo.database.denied.add("account.move.line"), {}),
    ("odoo-no-rights-json2", "19.0", PermanentError,
     lambda odoo: odoo.database.denied.add("account.move.line"), {}),
    ("odoo-field-hidden", "18.0", SourceError,
     lambda odoo: odoo.database.hidden.add(("account.move.line", "balance")), {}),
    ("odoo-error", "18.0", SourceError,
     _error("builtins.ZeroDivisionError", "division by zero"), {}),
    ("odoo-busy", "18.0", TransientError,
     _error("psycopg2.pool.PoolError", "The Connection Pool Is Full"), {}),
    ("odoo-too-old", "15.0", PermanentError, nothing, {}),
    ("odoo-no-json2", "18.0", SettingsError, nothing, {"protocol": "json2"}),
    ("odoo-bad-protocol", "18.0", SettingsError, nothing, {"protocol": "xmlrpc"}),
    ("odoo-several-companies", "18.0", PermanentError,
     lambda odoo: odoo_books.second_company(odoo.database), {}),
    ("odoo-no-company", "19.0", PermanentError, nothing, {"odoo_company": "Sydlys ApS"}),
    ("odoo-no-money", "19.0", SourceError, _finer, {}),
    ("odoo-lines-hidden", "19.0", SourceError, _hide_lines, {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "version", "kind", "change", "options"), CASES,
    ids=[f"{one[0]}-{one[1]}" for one in CASES],
)  # fmt: skip
def test_the_message(
    case: str, version: str, kind: type[Exception], change: Change, options: dict[str, Any]
) -> None:
    with Odoo(odoo_books.database(version)) as odoo:
        change(odoo)
        link = connection(odoo, Path(), **{"page_size": 200, "attempts": 1, **options})
        with pytest.raises(kind) as caught:
            list(CONNECTOR.pull(link, None, silent))
        assert str(caught.value) == expected("odoo", case, where=odoo.url)


def test_a_version_that_is_none() -> None:
    database = odoo_books.database("18.0")
    with Odoo(database) as odoo:
        odoo.faults.append(
            Fault("wrong_type", path="/version", change=lambda body: {
                **body, "result": {**body["result"], "server_version": "master"}})
        )  # fmt: skip
        with pytest.raises(PermanentError) as caught:
            list(CONNECTOR.pull(connection(odoo, Path()), None, silent))
        assert str(caught.value) == expected("odoo", "odoo-unknown-version", where=odoo.url)


def test_a_key_that_is_withdrawn_on_the_way() -> None:
    with Odoo(odoo_books.database("18.0")) as odoo:
        odoo.before(1, odoo.revoke, "fields_get")
        with pytest.raises(PermanentError) as caught:
            list(CONNECTOR.pull(connection(odoo, Path()), None, silent))
        assert str(caught.value) == expected("odoo", "odoo-key-withdrawn", where=odoo.url)


def always(path: str, change: Callable[[Any], Any]) -> Fault:
    return Fault("wrong_type", path=path, change=change, times=99)


def other_balance(groups: Any) -> Any:
    """The first account of January has a krone more, and one elsewhere a krone less."""
    groups[0]["balance:sum"] += 1.0
    return groups


@pytest.mark.parametrize(
    ("case", "version", "kind", "fault"),
    [
        ("odoo-totals-differ", "19.0", SourceError,
         always("/formatted_read_group", other_balance)),
        ("odoo-line-without-account", "19.0", SourceError,
         always("/formatted_read_group", lambda groups: [groups[0] | {"account_id": False}])),
        ("odoo-refers-to-unknown", "19.0", TransientError,
         always("/account.journal/search_read", lambda rows: [r for r in rows if r["id"] != 8])),
        ("odoo-neither", "18.0", SourceError,
         always("/res.company/search_read", lambda _body: {"jsonrpc": "2.0", "id": 0})),
        ("odoo-no-version", "18.0", PermanentError,
         always("/jsonrpc/version", lambda _body: {"jsonrpc": "2.0", "id": 0})),
    ],
)  # fmt: skip
def test_answers_that_cannot_be(
    case: str, version: str, kind: type[Exception], fault: Fault
) -> None:
    with Odoo(odoo_books.database(version)) as odoo:
        odoo.faults.append(fault)
        link = connection(odoo, Path(), page_size=200, attempts=1)
        with pytest.raises(kind) as caught:
            list(CONNECTOR.pull(link, None, silent))
        assert str(caught.value) == expected("odoo", case, where=odoo.url)


def test_books_that_never_hold_still() -> None:
    with Odoo(odoo_books.database("19.0")) as odoo:
        for number in range(1, 9):
            for path in ("account.move.line/search_read", "formatted_read_group"):
                odoo.before(number, lambda: odoo_books.insert_late(odoo.database), path)
        with pytest.raises(TransientError) as caught:
            list(CONNECTOR.pull(connection(odoo, Path(), page_size=200), None, silent))
        assert str(caught.value) == expected("odoo", "odoo-keeps-changing", where=odoo.url)
