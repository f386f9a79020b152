"""Each way a delivery to the tax agency can fail, and its exact message."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from lxml import etree

from assets.authority.service import answers
from assets.authority.service.register import Company, Frequency
from assets.authority.service.server import RunningSandbox, running_sandbox
from assets.deliveries import certificates, skat_exchange
from assets.deliveries.channel import FilingBytes, RefusedError, UnansweredError
from assets.deliveries.skat import Endpoints
from assets.deliveries.skat_schemas import VAT
from assets.deliveries.wsse import sign
from assets.filings import eu_sales_list, vat_return
from assets.filings.vat_return import FIELDS, TOTAL, VatReturn
from tests.certificates import make_credentials
from tests.errors.corpus import expected as expected_in
from warehouse.errors import PermanentError, ReportingError, SettingsError
from warehouse.secret import Secret

START, END = date(2026, 1, 1), date(2026, 3, 31)


def expected(case_id: str, **values: object) -> str:
    return expected_in("skat", case_id, **values)


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[RunningSandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(folder, today=lambda: date(2026, 5, 4)) as sandbox:
        sandbox.add(Company("12345674", "Demo ApS", (Frequency("quarter"),)))
        yield sandbox


@pytest.fixture
def sandbox(running) -> Iterator[RunningSandbox]:
    running.fail()
    yield running
    running.fail()


def filing(output: int = 0, report_type: str = "vat_return") -> FilingBytes:
    figures = dict.fromkeys(FIELDS, 0)
    figures |= {"MomsAngivelseSalgsMomsBeloeb": output, TOTAL: output}
    content = vat_return.write(VatReturn("12345674", START, END, figures))
    return FilingBytes("f", "demo", "12345674", report_type, START, END, content)


def failing(kind: type[ReportingError], call, *arguments) -> ReportingError:
    with pytest.raises(kind) as caught:
        call(*arguments)
    return caught.value


@contextmanager
def server(status: int, body: bytes, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that answers these bytes to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as found:
        if tls:
            found.socket = tls.wrap_socket(found.socket, server_side=True)
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{found.server_port}"
        finally:
            found.shutdown()
            thread.join()


def draft_url(url: str) -> str:
    return Endpoints.under(url).draft


def answered(sandbox: RunningSandbox, status: int, body: bytes) -> tuple[ReportingError, str]:
    """What our channel says to these bytes."""
    with server(status, body) as url:
        channel = replace(sandbox.channel(), endpoints=Endpoints.under(url))
        return failing(ReportingError, channel.submit, filing(), "t-1"), draft_url(url)


def reply(sandbox: RunningSandbox, payload: etree._Element) -> bytes:
    return sign(payload, sandbox.folder.authority(), created=datetime.now(UTC))


def head(transaction_id: str = "t-1") -> answers.Head:
    return answers.Head(transaction_id, "S", datetime.now(UTC))


def test_a_certificate_file_that_is_not_there(tmp_path):
    path = tmp_path / "missing.p12"
    error = failing(SettingsError, certificates.load_pkcs12, path, Secret("x"))
    assert str(error) == expected("certificate-missing", path=path)


def test_a_password_that_does_not_open_the_certificate(sandbox):
    path = sandbox.folder.client_pkcs12
    error = failing(SettingsError, certificates.load_pkcs12, path, Secret("hunter2"))
    assert str(error) == expected("certificate-password", path=path)
    assert "hunter2" not in repr(error)


def test_a_certificate_without_its_key(tmp_path):
    us = make_credentials("us")
    path = tmp_path / "no-key.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(None, None, us.certificate, None, NoEncryption())
    )
    error = failing(SettingsError, certificates.load_pkcs12, path, Secret(""))
    assert str(error) == expected("certificate-without-key", path=path)


def test_an_expired_certificate_stops_before_anything_is_sent(sandbox):
    ended = make_credentials("ended", end=datetime(2026, 3, 1, tzinfo=UTC))
    channel = sandbox.channel()
    channel = replace(channel, line=replace(channel.line, credentials=ended))
    before = len(sandbox.store.messages())
    error = failing(certificates.ExpiredError, channel.submit, filing(), "t-1")
    assert str(error) == expected("certificate-expired", path="ended.p12")
    assert len(sandbox.store.messages()) == before


def test_a_certificate_of_tomorrow():
    early = make_credentials("early", start=datetime(2026, 5, 1, tzinfo=UTC))
    now = datetime(2026, 4, 30, tzinfo=UTC)
    error = failing(certificates.ExpiredError, certificates.require_valid, early, now)
    assert str(error) == expected("certificate-early", path="early.p12")


def test_a_certificate_that_ends_soon_is_said():
    soon = make_credentials("soon", end=datetime(2026, 5, 1, 12, tzinfo=UTC))
    (finding,) = certificates.watch(soon, datetime(2026, 4, 11, tzinfo=UTC))
    assert finding.message == expected("certificate-soon")
    assert finding.severity == "warning"
    (later,) = certificates.watch(soon, datetime(2026, 4, 26, tzinfo=UTC))
    assert later.severity == "error"
    assert certificates.watch(soon, datetime(2026, 2, 1, tzinfo=UTC)) == []


def test_an_authority_certificate_that_is_not_there(tmp_path):
    path = tmp_path / "authority.pem"
    error = failing(SettingsError, certificates.load_pem, path)
    reason = f"[Errno 2] No such file or directory: '{path}'"
    assert str(error) == expected("authority-certificate-missing", path=path, reason=reason)


def test_no_connection(sandbox):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    channel = replace(sandbox.channel(), endpoints=Endpoints.under(url))
    error = failing(UnansweredError, channel.submit, filing(), "t-1")
    assert str(error) == expected("no-connection", url=draft_url(url))


def test_no_answer_in_time(sandbox):
    sandbox.fail(delay={"times": 1, "seconds": 1})
    error = failing(UnansweredError, sandbox.channel(answer_timeout=0.3).submit, filing(), "t-1")
    assert str(error) == expected("timeout", url=draft_url(sandbox.url))


@pytest.mark.parametrize(
    ("switch", "case"), [("drop", "dropped"), ("refuse", "dropped"), ("down", "down")]
)
def test_the_line_breaks(sandbox, switch, case):
    sandbox.fail(**{switch: {"times": 1}})
    error = failing(UnansweredError, sandbox.channel().submit, filing(), "t-1")
    assert str(error) == expected(case, url=draft_url(sandbox.url))


def test_a_wrong_address(sandbox):
    url = f"{sandbox.url}/elsewhere"
    channel = replace(sandbox.channel(), endpoints=Endpoints.under(url))
    error = failing(RefusedError, channel.submit, filing(), "t-1")
    assert str(error) == expected("wrong-address", url=draft_url(url))


def test_a_server_whose_tls_certificate_nobody_knows(sandbox):
    keys = sandbox.folder.path / "keys"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys / "authority.pem", keys / "authority.key")
    with server(200, b"", context) as url:
        channel = replace(sandbox.channel(), endpoints=Endpoints.under(url))
        error = failing(RefusedError, channel.submit, filing(), "t-1")
    assert str(error) == expected("tls", url=draft_url(url))
    assert not error.may_have_arrived


def test_a_date_that_no_calendar_has(sandbox):
    message = answers.receipt(head(), pdf=b"%PDF", number=1, due=END)
    (due,) = message.iter("{*}AngivelseFristKalenderBetalingDato")
    due.text = "-0001-01-01"
    with server(200, reply(sandbox, message)) as url:
        channel = replace(sandbox.channel(), endpoints=Endpoints.under(url), new_id=lambda: "t-1")
        error = failing(PermanentError, channel.receipt, filing(), "t-1")
    assert str(error) == expected("answer-beyond-reading")


def test_a_certificate_the_agency_does_not_know(sandbox):
    channel = sandbox.channel()
    stranger = replace(channel.line, credentials=make_credentials("stranger"))
    error = failing(RefusedError, replace(channel, line=stranger).submit, filing(), "t-1")
    assert str(error) == expected("failed-authentication", url=draft_url(sandbox.url))


def test_the_agencys_schema_refuses(sandbox, monkeypatch):
    monkeypatch.setattr(skat_exchange, "violations", lambda _: [])
    message = etree.Element(f"{{{VAT}}}ModtagMomsangivelseForeloebig_I")
    url, operation = draft_url(sandbox.url), "getModtagMomsangivelseForeloebig"
    line = sandbox.channel().line
    error = failing(RefusedError, skat_exchange.exchange, line, url, operation, message)
    assert str(error) == expected("schema-refused", url=url)


def test_our_own_schema_check_comes_first(sandbox):
    before = len(sandbox.store.messages())
    error = failing(PermanentError, sandbox.channel().calendar, "1234", START, END)
    assert str(error) == expected("message-invalid")
    assert len(sandbox.store.messages()) == before


def test_one_transaction_for_two_returns(sandbox):
    channel = sandbox.channel()
    channel.submit(filing(), "t-reused")
    error = failing(RefusedError, channel.submit, filing(5), "t-reused")
    assert str(error) == expected("transaction-reused", url=draft_url(sandbox.url))


def test_the_agency_fails(sandbox):
    body = answers.fault("env:Server", "BEA-380000: Internal Server Error")
    error, url = answered(sandbox, 500, body)
    assert isinstance(error, UnansweredError)
    assert str(error) == expected("authority-failed", url=url)


def test_garbage(sandbox):
    error, url = answered(sandbox, 200, b"<html>")
    detail = re.search(r"not well-formed XML: (.*?\(<string>, line 1\))", str(error))[1]
    assert isinstance(error, UnansweredError)
    assert str(error) == expected("garbage", url=url, detail=detail)


def test_an_old_answer(sandbox):
    sandbox.fail(stale={"times": 1})
    error = failing(UnansweredError, sandbox.channel().submit, filing(), "t-1")
    made, read = re.findall(r"\d{4}-\S+Z", str(error))
    url = draft_url(sandbox.url)
    assert str(error) == expected("stale", url=url, made=made, read=read)


def test_an_answer_by_a_stranger(sandbox):
    sandbox.fail(wrong_signature={"times": 1})
    error = failing(RefusedError, sandbox.channel().submit, filing(), "t-1")
    assert str(error) == expected("answer-untrusted", url=draft_url(sandbox.url))


def test_an_answer_changed_on_its_way(sandbox):
    body = reply(sandbox, answers.draft(head(), errors=[4801]))
    error, url = answered(sandbox, 200, body.replace(b">4801<", b">5001<"))
    assert isinstance(error, RefusedError)
    assert str(error) == expected("answer-changed", url=url)


def test_an_answer_to_another_transaction(sandbox):
    error, url = answered(sandbox, 200, reply(sandbox, answers.draft(head("t-0"), notices=[5001])))
    assert isinstance(error, UnansweredError)
    assert str(error) == expected("answer-to-another", url=url)


def test_an_answer_that_says_nothing(sandbox):
    error, _ = answered(sandbox, 200, reply(sandbox, answers.draft(head())))
    assert isinstance(error, UnansweredError)
    assert str(error) == expected("answer-empty")


def test_a_company_that_has_not_delegated(sandbox):
    error = failing(RefusedError, sandbox.channel().calendar, "87654321", START, END)
    assert str(error) == expected("not-delegated")


def test_a_channel_without_the_list_service(sandbox):
    channel = sandbox.channel()
    channel = replace(channel, endpoints=replace(channel.endpoints, sales_list=""))
    buyers = (eu_sales_list.Buyer("1", "DE", "136695976", 1, 0, 0),)
    content = eu_sales_list.write(eu_sales_list.SalesList("12345674", END, buyers))
    given = replace(filing(report_type="eu_sales_list"), content=content)
    error = failing(PermanentError, channel.submit, given, "t-1")
    assert str(error) == expected("no-list-service")


def test_a_report_the_agency_does_not_take(sandbox):
    given = filing(report_type="annual_report")
    error = failing(PermanentError, sandbox.channel().submit, given, "t-1")
    assert str(error) == expected("unknown-report")


def test_a_company_without_a_number():
    error = failing(PermanentError, vat_return.se_number_of, {"company_id": "demo"})
    assert str(error) == expected("filing-without-number")


def test_a_list_without_sales():
    company = {"company_id": "demo", "se_number": "12345674"}
    error = failing(PermanentError, eu_sales_list.render, {"period_end": END}, [], company)
    assert str(error) == expected("list-without-sales")


def test_a_port_that_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PermanentError) as caught, running_sandbox(tmp_path, port=port):
            pass
    assert str(caught.value) == expected("sandbox-port-taken", port=port)
