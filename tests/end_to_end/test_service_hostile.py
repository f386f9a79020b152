"""The receiving service under those who mean it ill, and on a bad day of its machine."""

import asyncio
import gzip
import json
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from starlette.types import Message

from assets.authority.service import app, ports, reading, tls_keys
from assets.authority.service.annual_form import Form
from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.database import Writer
from assets.authority.service.folder import SandboxFolder, issue
from assets.authority.service.mandates import Mandates
from assets.authority.service.register import Register
from assets.authority.service.registering import REST_SENDER, SOAP_SENDER
from assets.authority.service.server import RunningSandbox, running_sandbox
from assets.authority.service.store_rows import decide
from assets.authority.service.switches import Switches
from assets.deliveries import skat_messages
from assets.deliveries.certificates import Credentials, load_pem, pin, utc_now
from assets.deliveries.wsse import sign, verify
from assets.filings import vat_return
from tests.end_to_end.service_senders import (
    START,
    TODAY,
    VAT,
    Client,
    annual,
    message,
    registered,
    sales_list,
    vat,
)
from tests.sandbox_keys import with_keys

pytestmark = pytest.mark.timeout(120)
DRAFT = "ModtagMomsangivelseForeloebigServicePort"
LIST = "ListeAngivelseFilOpretServicePort"
NUMBER = "20000000"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    folder = SandboxFolder(with_keys(tmp_path_factory.mktemp("hostile")))
    registered(folder, 2)
    with running_sandbox(folder.path, today=lambda: TODAY) as running:
        running.add(approve="link")
        yield running


@pytest.fixture(scope="module")
def stranger(service: RunningSandbox) -> Credentials:
    """Somebody with a good certificate and no mandate."""
    made = issue("stranger", "NTRDK-40000001", None)
    service.folder.trust("stranger", made.certificate)
    return made


def post(service: RunningSandbox, port: str, body: bytes, **headers: str) -> requests.Response:
    return requests.post(f"{service.url}/{port}", body, headers=headers, timeout=30)


def told(service: RunningSandbox, answer: requests.Response) -> skat_messages.Reply:
    trust = pin(*load_pem(service.folder.authority_certificate))
    return skat_messages.read(verify(answer.content, trust, utc_now()).payload)


def newest(service: RunningSandbox) -> reading.Event:
    return reading.events(service.folder.path, 0, 10**6)[-1]


def test_what_is_refused_is_kept_with_whose_it_is(
    service: RunningSandbox, stranger: Credentials
) -> None:
    good = vat(NUMBER, "r-1", 100)
    wrong = vat_return.read(good.content)
    wrong.amounts[vat_return.TOTAL] += 1
    wrong_total = replace(good, content=vat_return.write(wrong))
    cases = [
        (VAT, message(wrong_total, service.folder.client()), NUMBER, "507"),
        (VAT, message(good, stranger), NUMBER, "4801"),
        (VAT, message(vat("29999999", "r-2", 1), stranger), None, "4801"),
        ("eu_sales_list", message(sales_list(NUMBER, "r-3", 1), stranger), NUMBER, "4801"),
    ]
    for kind, body, cvr, code in cases:
        post(service, DRAFT if kind == VAT else LIST, body)
        event = newest(service)
        (found,) = reading.received(service.folder.path, kind, [event.filing_key])
        assert (event.status, event.codes, found.cvr) == ("refused", (code,), cvr)
        assert found.se_number == (cvr or "29999999")
        assert (found.period_start, found.period_end) == (START, date(2026, 3, 31))
        assert found.transaction_id.startswith("r-")
    forged = message(good, stranger).replace(b"20000000", b"20000001")
    assert post(service, DRAFT, forged).status_code == 500
    (found,) = reading.received(service.folder.path, VAT, [newest(service).filing_key])
    assert (found.cvr, found.se_number, found.sender) == (None, None, "")


def test_another_senders_transaction_tells_a_stranger_nothing(
    service: RunningSandbox, stranger: Credentials
) -> None:
    for port, one in ((DRAFT, vat(NUMBER, "x-1", 100)), (LIST, sales_list(NUMBER, "x-2", 100))):
        own = post(service, port, message(one, service.folder.client()))
        assert told(service, own).errors == ()
        for same in (one, (vat if port == DRAFT else sales_list)(NUMBER, one.transaction_id, 7)):
            answer = told(service, post(service, port, message(same, stranger)))
            assert [code for code, _ in answer.errors] == ["4801"]
            assert (answer.reference or "", answer.receipt) == ("", None)
        again = post(service, port, message(one, service.folder.client()))
        assert told(service, again).reference == told(service, own).reference


def test_a_transaction_id_is_its_very_characters(service: RunningSandbox) -> None:
    ids = ["o-1", "O-1", "ø-1", "o-1' OR '1'='1", "../../o-1", "o" * 100, "o" * 101]
    bodies = [message(vat(NUMBER, one, 5), service.folder.client()) for one in ids]
    *answers, too_long = [post(service, DRAFT, body) for body in bodies]
    assert len({told(service, one).reference for one in answers}) == len(answers)
    assert (too_long.status_code, "BEA-382505" in too_long.text) == (500, True)
    page = requests.get(f"{service.url}/godkend/..%2f..%2fkeys%2fauthority.key", timeout=9)
    assert page.status_code == 404


def test_days_outside_any_calendar_are_no_period(service: RunningSandbox) -> None:
    for start, end in (("9999-10-01", "9999-12-31"), ("0001-01-01", "0001-03-31")):
        one = vat(NUMBER, f"d-{start}", 5)
        content = one.content.replace(b"2026-01-01", start.encode())
        content = content.replace(b"2026-03-31", end.encode())
        body = message(replace(one, content=content), service.folder.client())
        answer = told(service, post(service, DRAFT, body))
        assert [code for code, _ in answer.errors] == ["4802"]
    always = date(1, 1, 1), date(9999, 12, 31)
    asked = skat_messages.vat_calendar(NUMBER, always, "c-1", utc_now())
    begun = time.monotonic()
    answer = post(
        service, "VirksomhedKalenderHentServicePort",
        sign(asked, service.folder.client(), created=utc_now()),
    )  # fmt: skip
    assert [code for code, _ in told(service, answer).errors] == ["4817"]
    assert time.monotonic() - begun < 2


def test_a_mandate_withdrawn_after_the_draft_no_longer_shows_it(service: RunningSandbox) -> None:
    signer, number, one = service.folder.client(), "20000001", vat("20000001", "m-1", 5)
    draft = told(service, post(service, DRAFT, message(one, signer))).reference
    assert draft

    def notices() -> list[str]:
        asked = skat_messages.vat_receipt(draft, number, "m-2", utc_now())
        body = sign(asked, signer, created=utc_now())
        answer = told(service, post(service, "MomsangivelseKvitteringHentServicePort", body))
        return [code for code, _ in answer.notices]

    assert notices() == ["4810"]
    mandates = Mandates(service.folder.path)
    assert mandates.withdraw(number, SOAP_SENDER, "report", VAT, utc_now())
    assert notices() == ["4813"]


def test_bombs_and_packed_bodies_are_no_messages(service: RunningSandbox) -> None:
    good = message(vat(NUMBER, "b-1", 5), service.folder.client())
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    bodies = [
        (bomb + b"<x>&b;</x>", {}),
        (b"<x>" * 100_000, {}),
        (good[: len(good) // 2], {}),
        (gzip.compress(good), {"Content-Encoding": "gzip"}),
        (good.replace(b"<soap:Body", b"<soap:Body/><soap:Body"), {}),
    ]
    for body, headers in bodies:
        answer = post(service, DRAFT, body, **headers)
        assert (answer.status_code, b"wsse:FailedAuthentication" in answer.content) == (500, True)
    deep = requests.post(f"{service.url}/offentliggoerelser/_search", b"[" * 200_000, timeout=9)
    assert deep.status_code == 400
    chunked = requests.post(f"{service.url}/{DRAFT}", iter([good[:99], good[99:]]), timeout=9)
    assert told(service, chunked).errors == ()


def test_one_may_not_ask_what_became_of_anothers_report(service: RunningSandbox) -> None:
    client = Client(service.folder, service.url)
    assert client.send(annual(NUMBER, "a-1")) == "a-1"
    assert client.status(annual(NUMBER, "a-1"))["statuskode"] == 0
    keys, pem = service.folder.path / "keys", serialization.Encoding.PEM
    other = tls_keys.issue_sender(service.folder.path, "other", "NTRDK-40000002")
    tls_keys.accept_sender(service.folder.path, "other", other.certificate)
    (keys / "other.pem").write_bytes(
        other.certificate.public_bytes(pem)
        + other.key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (service.folder.path / "senders" / "broken.pem").write_text("no certificate")
    for number in ("a-1", "A-1", "a-1%27%20OR%201=1"):
        answer = requests.get(
            f"{service.rest_url}/ri/api/regnskaber/{number}", timeout=9,
            cert=str(keys / "other.pem"), verify=str(keys / "tls-ca.pem"),
        )  # fmt: skip
        assert (answer.json()["statuskode"], "sagsNummer" in answer.json()) == (88, False)
    client.close()


def test_who_says_nothing_or_has_no_end_is_hung_up_on(
    service: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_PATIENCE", 0.3)
    address = ("127.0.0.1", int(service.url.rpartition(":")[2]))
    with ExitStack() as stack:
        silent, dripping, endless, open_one = [
            stack.enter_context(socket.create_connection(address, timeout=5)) for _ in range(4)
        ]
        dripping.sendall(b"POST / HTTP/1.1\r\nX: ")
        endless.sendall(b"POST / HTTP/1.1\r\nX: " + b"x" * 200_000)
        open_one.sendall(b"GET /admin/switches HTTP/1.1\r\nHost: x\r\n\r\n")
        for one in (silent, dripping, endless):
            with suppress(ConnectionResetError):
                assert one.recv(99) == b""
        open_one.sendall(b"GET /admin/switches HTTP/1.1\r\nHost: x\r\n\r\n")  # kept alive
        found = b""
        while found.count(b"HTTP/1.1 200") < 2:
            found += open_one.recv(999) or pytest.fail(found.decode())


def test_of_two_processes_that_decide_a_draft_one_does(service: RunningSandbox) -> None:
    reference = told(
        service, post(service, DRAFT, message(vat(NUMBER, "w-1", 5), service.folder.client()))
    ).reference
    draft = service.store.draft(reference or "")
    assert draft is not None
    path, now = service.folder.path / "authority.sqlite", utc_now()
    with Writer(path) as one, Writer(path) as other:
        states = ("approved", "rejected") * 5
        done = [
            writer.submit(partial(decide, draft=draft, state=state, at=now))
            for writer, state in zip((one, other) * 5, states, strict=True)
        ]
        assert [future.result() for future in done].count(True) == 1
    events = reading.events(service.folder.path, 0, 10**6)
    mine = [one.status for one in events if one.filing_key == reference]
    assert len(mine) == 2
    assert mine[1] in {"accepted", "rejected"}


def ask(applications: app.Applications, path: str, body: bytes = b"") -> tuple[int, bytes]:
    """What the open port answers, without a socket."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST" if body else "GET", "path": path, "query_string": b"",
        "headers": [(b"host", b"x")], "scheme": "http", "server": ("x", 80), "root_path": "",
    }  # fmt: skip
    asyncio.run(applications.public(scope, receive, send))
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent)


def test_an_authority_shows_nobody_what_only_a_sandbox_may_and_never_loses_on_a_full_disk(
    tmp_path: Path,
) -> None:
    folder = SandboxFolder(with_keys(tmp_path))
    registered(folder, 1)
    Switches(tmp_path / "switches.json").set({"down": {}})
    applications = app.build(folder, lambda: TODAY)
    body = message(sales_list(NUMBER, "f-1", 5), folder.client())
    good, bad = (annual(NUMBER, one) for one in ("g", "b"))
    with applications.at_work():
        store = AnnualStore(tmp_path / "authority.sqlite", applications.writer)
        desk = AnnualAuthority(
            Register(tmp_path), Mandates(tmp_path), store, lambda: TODAY, utc_now, None
        )
        for one, content in ((good, good.content), (bad, b"<html/>")):
            desk.receive(REST_SENDER, Form(one.transaction_id, NUMBER, content))
        accepted, rejected = store.all()
        assert (accepted.is_published, rejected.is_published) == (True, False)
        closed = ("/", "/admin/switches", f"/regnskaber/{accepted.case_number}")
        assert {ask(applications, one)[0] for one in closed} == {404}
        status, packed = ask(applications, "/offentliggoerelser/_search")
        assert (status, json.loads(gzip.decompress(packed))["hits"]["total"]) == (200, 1)
        documents = [f"/dokumenter/{one.case_number}.xhtml" for one in (accepted, rejected)]
        assert [ask(applications, one)[0] for one in documents] == [200, 404]

        def fill(con: sqlite3.Connection) -> None:
            con.execute("PRAGMA max_page_count=1")

        before = len(reading.events(tmp_path, 0, 999))
        applications.writer.write(fill)
        answers = [ask(applications, f"/{LIST}", body) for _ in range(2)]
        assert {status for status, _ in answers} == {503}
        assert b"<faultcode>env:Server</faultcode>" in answers[0][1]
        assert len(reading.events(tmp_path, 0, 999)) == before
        applications.writer.write(lambda con: con.execute("PRAGMA max_page_count=100000"))
        with closing(sqlite3.connect(tmp_path / "authority.sqlite")) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM event").fetchone()  # a reader holds nobody up
            assert ask(applications, f"/{LIST}", body)[0] == 200
    assert len(reading.events(tmp_path, 0, 999)) == before + 1
