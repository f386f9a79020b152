"""Each way the delivery of an annual report can fail, and its exact message."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from assets.authority.service.annual_register import AnnualCompany
from assets.authority.service.server import running_sandbox
from assets.deliveries import erst, erst_index
from assets.deliveries.certificates import load_pem
from assets.deliveries.channel import FilingBytes, RefusedError, UnansweredError
from assets.deliveries.erst import ErstChannel, TlsLine
from assets.deliveries.erst_codes import SANDBOX_CODES
from assets.deliveries.erst_index import PublicationIndex
from assets.deliveries.tls import client_context
from assets.workspace import RestInterface
from tests.certificates import make_credentials
from tests.danish_report import CVR, Report, amount
from tests.errors.corpus import expected as expected_in
from tests.sandbox_keys import with_keys
from warehouse.errors import ReportingError

INDEX = "http://index.test/_search"
OURS = make_credentials("ours")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
PAGE = Report().page()
Reply = tuple[bytes, int]


def expected(case_id: str, **values: object) -> str:
    return expected_in("erst", case_id, **values)


def told(code: object, text: str = "tekst", **more: object) -> Reply:
    return json.dumps({"statuskode": code, "tekst": text, **more}).encode(), 200


ABSENT = told(88, "ukendt")
ACCEPTED = told(0, "modtaget", sagsNummer="X26-1")


class Replies:
    """What the authority and the index answer, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: list[Reply] = []
        for module in (erst, erst_index):
            monkeypatch.setattr(module, "ask", self._next)

    def are(self, *replies: Reply) -> None:
        self.left = list(replies)

    def _next(self, *_: object) -> Reply:
        return self.left.pop(0)


@pytest.fixture
def replies(monkeypatch: pytest.MonkeyPatch) -> Replies:
    return Replies(monkeypatch)


@pytest.fixture(scope="module")
def channel() -> ErstChannel:
    interface = RestInterface(
        "https://a.test/ri/api", "reports", "reports/{transaction_id}", INDEX, SANDBOX_CODES
    )
    line = TlsLine(OURS, client_context(OURS), clock=lambda: NOW)
    return ErstChannel(
        "erst", is_live=False, interface=interface, line=line, index=PublicationIndex(INDEX)
    )


def filing(kind: str = "annual_report") -> FilingBytes:
    days = date(2024, 1, 1), date(2024, 12, 31)
    return FilingBytes("f", "demo", CVR, kind, *days, PAGE, "application/xhtml+xml")


def failing(kind: type[ReportingError], call: Any, *arguments: Any) -> ReportingError:
    with pytest.raises(kind) as caught:
        call(*arguments)
    return caught.value


def publication(url: str = "http://index.test/1.xhtml", case: str = "X26-1") -> Reply:
    document = {"dokumentUrl": url, "dokumentMimeType": "application/xhtml+xml"}
    source = {
        "cvrNummer": int(CVR), "sagsNummer": case, "dokumenter": [document],
        "regnskab": {"regnskabsperiode": {"startDato": "2024-01-01", "slutDato": "2024-12-31"}},
    }  # fmt: skip
    return json.dumps({"hits": {"total": 1, "hits": [{"_source": source}]}}).encode(), 200


SUBMITTED: dict[str, tuple[type[ReportingError], Reply, bool]] = {
    "unknown-code": (RefusedError, told(777, "noget nyt"), True),
    "refused": (RefusedError, told(45, "Certifikatet er ikke registreret"), False),
    "failed": (UnansweredError, told(89, "Prøv igen"), True),
    "to-another": (UnansweredError, told(0, transaktionsId="t-0"), True),
    "down": (UnansweredError, (b"Service Unavailable", 503), True),
    "wrong-address": (RefusedError, (b"<html>", 404), False),
    "not-an-answer": (UnansweredError, (b"<html><body>Gateway", 200), True),
}


@pytest.mark.parametrize("case", SUBMITTED)
def test_a_submission_answered_otherwise(channel: ErstChannel, replies: Replies, case: str) -> None:
    kind, reply, may_have_arrived = SUBMITTED[case]
    replies.are(ABSENT, reply)
    error = failing(kind, channel.submit, filing(), "t-1")
    assert str(error) == expected(case)
    assert getattr(error, "may_have_arrived") is may_have_arrived  # noqa: B009  not on the base


def test_reasons_are_told_with_the_rejection(channel: ErstChannel, replies: Replies) -> None:
    reasons = [{"kode": "DBA.FR57", "tekst": "Aktiver mangler."}, "og mere"]
    replies.are(ABSENT, told(84, "Regler er brudt", fejl=reasons))
    answer = channel.submit(filing(), "t-1")
    assert answer.message == expected("rejected")


def test_an_authority_that_is_down_when_asked_first(channel: ErstChannel, replies: Replies) -> None:
    replies.are((b"", 503))
    error = failing(UnansweredError, channel.submit, filing(), "t-1")
    assert str(error) == expected("down-when-asked")


def test_a_report_of_another_kind(channel: ErstChannel) -> None:
    error = failing(ReportingError, channel.submit, filing("vat_return"), "t-1")
    assert str(error) == expected("unknown-report")


def test_an_expired_certificate_stops_before_anything_is_sent(channel: ErstChannel) -> None:
    late = replace(
        channel, line=replace(channel.line, clock=lambda: datetime(2027, 6, 1, tzinfo=UTC))
    )
    error = failing(ReportingError, late.submit, filing(), "t-1")
    assert str(error) == expected("certificate-expired")


def published_as(page: bytes) -> list[Reply]:
    return [ACCEPTED, publication(), (page, 200)]


READ_BACK: dict[str, tuple[type[ReportingError], list[Reply]]] = {
    "forgotten": (RefusedError, [ABSENT]),
    "published-otherwise": (
        RefusedError,
        published_as(
            Report().but(amount("fsa:Assets", 1, "end")).without("fsa:Equity", context="end").page()
        ),
    ),
    "published-unreadable": (RefusedError, published_as(b"<html/>")),
    "index-wrong-address": (RefusedError, [ACCEPTED, (b"", 404)]),
    "index-down": (UnansweredError, [ACCEPTED, (b"", 502)]),
    "index-not-a-result": (UnansweredError, [ACCEPTED, (b"{}", 200)]),
    "document-damaged": (UnansweredError, [ACCEPTED, publication(), (b"\x1f\x8bx", 200)]),
    "document-early": (UnansweredError, [ACCEPTED, publication(), (b"", 404)]),
}


@pytest.mark.parametrize("case", READ_BACK)
def test_a_report_that_cannot_be_read_back(
    channel: ErstChannel, replies: Replies, case: str
) -> None:
    kind, answers = READ_BACK[case]
    replies.are(*answers)
    error = failing(kind, channel.receipt, filing(), "t-1")
    assert str(error) == expected(case)


@pytest.fixture(scope="module")
def rest_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(with_keys(folder), today=lambda: date(2026, 5, 4)) as sandbox:
        sandbox.add_annual(AnnualCompany(CVR, "Nordlys ApS"))
        yield sandbox.rest_url, folder


def test_a_certificate_the_authority_does_not_believe(
    channel: ErstChannel, rest_address: tuple[str, Path]
) -> None:
    url, folder = rest_address
    context = client_context(OURS, load_pem(folder / "keys" / "tls-ca.pem"))
    spoken = replace(channel.interface, base=f"{url}/ri/api")
    there = replace(channel, interface=spoken, line=replace(channel.line, context=context))
    error = failing(RefusedError, there.submit, filing(), "t-1")
    assert str(error) == expected("certificate-refused", url=url)
