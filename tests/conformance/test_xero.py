"""Xero: the contract with its public OpenAPI description, and what its books must give."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assets.sources.connector import Complete, Connection, Found, silent
from assets.sources.landing import land
from assets.sources.network import stream
from assets.sources.network.auth import bearer
from assets.sources.network.client import Client
from assets.sources.network.contract import Contract
from assets.sources.network.stream import Reading
from assets.sources.parts.xero import streams
from assets.sources.xero import CONNECTOR, SCOPES, SERVICE, VENDOR
from tests.conformance import golden_returns
from tests.conformance.items import cursor_of, rows
from tests.conformance.network_xero import connect
from tests.simulators.base import Asked, Fault
from tests.simulators.openapi_mock import Description, Mock
from tests.simulators.xero import TENANT, TYPES, Line, Xero
from warehouse.secret import Secret

PREFIX = "/api.xro/2.0"
ELSEWHERE = ("xero-tenant-id",)  # told on the developer pages, not in the description
KINDS = {str: "string", int: "integer", Decimal: "number"}
# Answered beside what the description declares, as its own examples show.
HEAD = {"Id", "Status", "ProviderName", "DateTimeUTC", "Warnings"}
ENVELOPES = {"Organisation": "Organisations", "Reports/TrialBalance": "ReportWithRows"}
EXAMPLES_ONLY = {"TaxNumbeType", "DateString", "DueDateString", "HasErrors", "Warnings",
                 "StatusAttributeString", "DueDate", "ID", "BatchPayment"}  # fmt: skip


@pytest.fixture(scope="module")
def description(shared_data: Path) -> Description:
    return Description(shared_data / "apis" / "xero_accounting.yaml", PREFIX)


@pytest.mark.parametrize("one", streams.STREAMS, ids=lambda one: one.path)
def test_every_first_request_is_allowed_and_its_example_is_read(
    description: Description, one: stream.Stream[Any, Any]
) -> None:
    """Over HTTP, to a server that knows the description only."""
    start = {"Journals": {"offset": 0}, "Reports/TrialBalance": {"date": "2026-12-31"}}
    headers = {"Accept": "application/json", "Xero-tenant-id": TENANT}
    if one.path in {"Invoices", "CreditNotes", "BankTransactions"}:
        headers["If-Modified-Since"] = "2026-01-01T07:00:00Z"
    with Mock(description, ELSEWHERE) as mock:
        auth = bearer(Secret("any-token"))
        with Client(SERVICE, mock.url + PREFIX, auth, attempts=1) as client:
            reading = Reading(client, one, headers=headers)
            page = next(reading.pages(start.get(one.path)))
            records = page.records
    assert mock.refused == []
    assert records
    unknown = [found.finding.message for found in reading.findings("c")]
    assert unknown == []


@pytest.mark.parametrize("one", streams.STREAMS, ids=lambda one: one.path)
def test_every_column_we_know_is_declared_with_the_type_we_expect(
    description: Description, one: stream.Stream[Any, Any]
) -> None:
    schema = description.schema(ENVELOPES.get(one.path, one.path))
    problems: list[str] = []
    _compare(description, msgspec.inspect.type_info(one.envelope), schema, one.path, problems)
    assert problems == []


def _compare(
    description: Description, type_: Any, schema: Any, place: str, problems: list[str]
) -> None:
    schema = description.resolve(schema) if "$ref" in schema else schema
    match type_:
        case msgspec.inspect.UnionType(types=types):
            (inner,) = [t for t in types if not isinstance(t, msgspec.inspect.NoneType)]
            _compare(description, inner, schema, place, problems)
        case msgspec.inspect.ListType(item_type=item):
            if schema.get("type") != "array":
                problems.append(f"{place} is no list")
            _compare(description, item, schema.get("items", {}), f"{place}[]", problems)
        case msgspec.inspect.StructType(cls=cls, fields=fields):
            properties = schema.get("properties", {})
            spare = set(getattr(cls, "UNREAD", "").split()) - {*properties, *HEAD, *EXAMPLES_ONLY}
            problems += [f"{place}.{name} is not described" for name in sorted(spare)]
            for field in fields:
                if field.encode_name not in properties:
                    if field.required or field.encode_name not in EXAMPLES_ONLY:
                        problems.append(f"{place}.{field.encode_name} is not described")
                    continue
                told = properties[field.encode_name]
                _compare(description, field.type, told, f"{place}.{field.encode_name}", problems)
        case msgspec.inspect.StrType():
            _same("string", schema, place, problems)
        case msgspec.inspect.IntType():
            _same("integer", schema, place, problems)
        case msgspec.inspect.DecimalType():
            _same("number", schema, place, problems)
        case _:
            problems.append(f"{place}: {type_} has no counterpart")


def _same(wanted: str, schema: Any, place: str, problems: list[str]) -> None:
    if schema.get("type") != wanted:
        problems.append(f"{place} is {schema.get('type')} in the description, {wanted} here")


def test_every_request_of_two_pulls_is_allowed_and_every_answer_is_of_its_schema(
    description: Description, tmp_path: Path
) -> None:
    """The connector's requests and the simulator's answers, both judged by the description."""
    answered: list[tuple[Asked, Any]] = []
    simulator = Xero(page_length=50)
    inner = simulator.answer

    def answer(asked: Asked) -> Any:
        answer = inner(asked)
        answered.append((asked, answer))
        return answer

    simulator.answer = answer  # type: ignore[method-assign]
    with simulator:
        connection = connect(simulator, tmp_path)
        first = list(CONNECTOR.pull(connection, None, silent))
        list(CONNECTOR.pull(connection, cursor_of(first), silent))
    judged = [(a, b) for a, b in answered if a.path.startswith(PREFIX)]
    assert len(judged) > 20
    for asked, answer_ in judged:
        assert description.refusals(asked, ELSEWHERE) == []
        assert answer_.status == 200
        assert description.wrong(asked.path, answer_.body) == []
    assert any("if-modified-since" in asked.headers for asked, _ in judged)


def test_the_scopes_we_ask_for_suffice_and_none_is_for_nothing(description: Description) -> None:
    asked_for = set(SCOPES.split()) - {"offline_access"}
    needed = [description.scopes(f"{PREFIX}/{one.path}") for one in streams.STREAMS]
    used = {scope for ways in needed for way in ways for scope in way if scope in asked_for}
    assert all(any(set(way) & asked_for for way in ways) for ways in needed)
    assert used == asked_for


def test_a_description_refuses_what_it_does_not_know(description: Description) -> None:
    token = {"authorization": "Bearer t"}
    asked = Asked(1, "GET", f"{PREFIX}/Journals", {"offset": "x", "sort": "a"}, token, b"")
    assert description.refusals(asked) == [
        f"{PREFIX}/Journals: offset=x is no {{'type': 'integer'}}",
        f"{PREFIX}/Journals has no parameter sort",
    ]
    asked = Asked(1, "GET", f"{PREFIX}/Ledger", {}, token, b"")
    assert description.refusals(asked) == [f"GET {PREFIX}/Ledger is not described"]
    wrong = {"Journals": [{"JournalNumber": "1"}]}
    assert description.wrong(f"{PREFIX}/Journals", wrong) == [
        "$.Journals[0].JournalNumber: '1' is not of type 'integer'"
    ]


def test_the_returns_of_the_demo_books_are_the_golden_ones(tmp_path: Path) -> None:
    codes = {own: code for code, own in TYPES.items()}
    with Xero(page_length=40) as simulator:
        assert golden_returns.check(connect(simulator, tmp_path), tmp_path, codes) == []


def test_a_rate_of_two_components_gives_no_tax_line_and_a_rate_of_one_does(tmp_path: Path) -> None:
    with Xero() as simulator:
        items = list(CONNECTOR.pull(connect(simulator, tmp_path), None, silent))
    parts: dict[str, set[str]] = {}
    for row in rows(items, "tax_line"):
        parts.setdefault(row["vat_code"], set()).add(row["part"])
    assert parts["TAX003"] == {"base"}
    assert parts["OUTPUT"] == {"base", "tax"}
    assert "NONE" not in parts


def test_a_second_pull_asks_little_and_lands_nothing(tmp_path: Path) -> None:
    with Xero() as simulator:
        connection = connect(simulator, tmp_path)
        land(CONNECTOR, connection, tmp_path / "landed", silent)
        before = simulator.count("Journals")
        again = land(CONNECTOR, connection, tmp_path / "landed", silent)
        assert (again.load_id, again.records, again.deleted) == (None, 0, 0)
        assert simulator.count("Journals") - before == 2  # the overlap's page, and an empty one


def test_an_edited_transaction_comes_as_its_reversal_and_a_new_journal(tmp_path: Path) -> None:
    with Xero() as simulator:
        connection = connect(simulator, tmp_path)
        first = list(CONNECTOR.pull(connection, None, silent))
        simulator.edit(5)
        second = list(CONNECTOR.pull(connection, cursor_of(first), silent))
    read = {int(row["voucher_number"]) for row in rows(first, "voucher")}
    anew = {int(row["voucher_number"]) for row in rows(second, "voucher")}
    assert anew - read == {max(read) + 1, max(read) + 2}
    assert not [item for item in second if item == Complete("voucher")]
    assert all(row["declared"] == row["found"] for row in rows(second, "control_total"))


def test_totals_that_do_not_agree_lead_to_reading_everything_again(tmp_path: Path) -> None:
    with Xero() as simulator:
        connection = connect(simulator, tmp_path)
        cursor = cursor_of(list(CONNECTOR.pull(connection, None, silent)))
        account = next(iter(cursor["journals"]["sums"]))
        cursor["journals"]["sums"][account]["2026-12-31"] = "0.01"
        items = list(CONNECTOR.pull(connection, cursor, silent))
    assert len({row["source_id"] for row in rows(items, "voucher")}) == len(simulator.journals)
    assert all(row["declared"] == row["found"] for row in rows(items, "control_total"))


def test_the_result_of_earlier_years_is_compared_as_retained_earnings(tmp_path: Path) -> None:
    with Xero() as simulator:
        lines = (Line("1010", Decimal(-70), Decimal(0), "", "før"),
                 Line("6480", Decimal(70), Decimal(0), "", "før"))  # fmt: skip
        simulator.add(date(2025, 6, 1), "Sidste år", lines)
        items = list(CONNECTOR.pull(connect(simulator, tmp_path), None, silent))
    totals = {row["subject"]: row for row in rows(items, "control_total")}
    assert all(row["declared"] == row["found"] for row in totals.values())
    assert totals["account 6935"]["found"] == Decimal("-211045.00")
    years = [(str(row["start_date"]), row["state"]) for row in rows(items, "fiscal_period")]
    assert years == [("2025-01-01", "open"), ("2026-01-01", "open")]


def test_lock_dates_close_and_lock_years(tmp_path: Path) -> None:
    for locks, state in (((None, None), "open"), (("2026-12-31", None), "closed"),
                         (("2026-12-31", "2026-12-31"), "locked")):  # fmt: skip
        with Xero() as simulator:
            simulator.lock_dates = locks
            items = list(CONNECTOR.pull(connect(simulator, tmp_path / state), None, silent))
        assert [row["state"] for row in rows(items, "fiscal_period")] == [state]


def test_a_number_that_xero_does_not_show_is_said(tmp_path: Path) -> None:
    with Xero() as simulator:
        lines = (Line("2450", Decimal(1), Decimal(0), "", "x"),
                 Line("6480", Decimal(-1), Decimal(0), "", "x"))  # fmt: skip
        number = simulator.add(simulator.journals[-1].day, "x", lines)
        simulator.add(simulator.journals[-1].day, "y", lines)
        simulator.journals = [one for one in simulator.journals if one.number != number]
        items = list(CONNECTOR.pull(connect(simulator, tmp_path), None, silent))
    (found,) = [item.finding for item in items if isinstance(item, Found)]
    assert (found.rule, found.severity) == ("xero.number_gap", "note")
    assert found.message == f"Xero shows no journal with number {number}."


def test_a_line_whose_vat_contradicts_itself_is_told_at_each_pull(tmp_path: Path) -> None:
    def change(page: Any) -> Any:
        page["Journals"][0]["JournalLines"][0]["GrossAmount"] = 1
        return page

    with Xero() as simulator:
        connection = connect(simulator, tmp_path)
        for _number in range(120):  # beyond the numbers that are read again
            simulator.insert_late()
        simulator.faults.append(Fault("wrong_type", path="/Journals", change=change))
        first = list(CONNECTOR.pull(connection, None, silent))
        second = list(CONNECTOR.pull(connection, cursor_of(first), silent))
    told = [[i.finding for i in items if isinstance(i, Found)] for items in (first, second)]
    assert [f.rule for f in told[0]] == ["xero.tax_amount"]
    assert told[0] == told[1]


def test_refresh_tokens_serve_once_and_the_new_one_is_kept(tmp_path: Path) -> None:
    with Xero() as simulator:
        connection = connect(simulator, tmp_path)
        list(CONNECTOR.pull(connection, None, silent))
        simulator.expire()
        simulator.forget()
        list(CONNECTOR.pull(connection, None, silent))
        asked = [one.body for one in simulator.seen if one.path == "/connect/token"]
    assert [b"refresh-token-000001" in asked[0], b"refresh-token-000002" in asked[1]] == [True] * 2


def test_the_consent_page_is_xeros_own(tmp_path: Path, description: Description) -> None:
    flows = description.document["components"]["securitySchemes"]["OAuth2"]["flows"]
    with Xero() as simulator:
        consent = CONNECTOR.consent(connect(simulator, tmp_path))
    assert consent.authorize_url == flows["authorizationCode"]["authorizationUrl"]
    assert flows["authorizationCode"]["tokenUrl"] == VENDOR.token_url
    assert set(SCOPES.split()) - {"offline_access"} <= set(flows["authorizationCode"]["scopes"])


def test_a_tenant_is_found_by_its_name(tmp_path: Path) -> None:
    with Xero() as simulator:
        connection = connect(simulator, tmp_path)
        named = Connection("xero", "nordlys", "xero",
                           {**connection.options, "tenant": "Nordlys Handel ApS"},
                           private_folder=connection.private_folder)  # fmt: skip
        assert CONNECTOR.discover(named).company_name == "Nordlys Handel ApS"


def test_contracts_hold_for_every_stream() -> None:
    """No stream's envelope is one that msgspec cannot build."""
    for one in streams.STREAMS:
        Contract(one.envelope)
