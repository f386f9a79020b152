"""Annual reports: the channel and the sandbox's REST interface over TLS, and what is published."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from assets.authority.service import annual_document, annual_form, tls_keys
from assets.authority.service.annual_register import AnnualCompany
from assets.authority.service.server import RunningSandbox, running_sandbox
from assets.deliveries.certificates import Credentials, load_pem
from assets.deliveries.channel import (
    FilingBytes,
    NotSentError,
    Outcome,
    RefusedError,
    UnansweredError,
)
from assets.deliveries.erst import ErstChannel
from assets.deliveries.tls import client_context
from assets.intake.index import Index, Query
from assets.intake.take_in import Options, take_in
from tests.certificates import make_credentials
from tests.danish_report import CVR, Report, amount, text
from tests.sandbox_keys import with_keys
from warehouse.store import Store

TODAY = date(2025, 6, 30)
START, END = date(2024, 1, 1), date(2024, 12, 31)
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(with_keys(folder), today=lambda: TODAY) as sandbox:
        yield sandbox


_NUMBERS = iter(range(30_000_000, 40_000_000))


@pytest.fixture
def sandbox(running: RunningSandbox) -> Iterator[RunningSandbox]:
    running.fail()
    running.add_annual(is_redoing_allowed=False)
    yield running
    running.fail()


@pytest.fixture
def cvr(sandbox: RunningSandbox) -> str:
    number = str(next(_NUMBERS))
    sandbox.add_annual(AnnualCompany(number, f"Nordlys {number} ApS"))
    return number


def report(cvr: str) -> Report:
    named = text("gsd:IdentificationNumberCvrOfReportingEntity", cvr)
    return Report().with_entity(identifier=cvr).but(named)


def filing(cvr: str, page: bytes | None = None, kind: str = "annual_report") -> FilingBytes:
    content = report(cvr).page() if page is None else page
    return FilingBytes("f", "demo", cvr, kind, START, END, content, annual_form.XHTML)


def known_by(
    channel: ErstChannel, sandbox: RunningSandbox, credentials: Credentials
) -> ErstChannel:
    """The channel with another certificate."""
    trusted = load_pem(sandbox.folder.path / "keys" / "tls-ca.pem")
    context = client_context(credentials, trusted)
    return replace(channel, line=replace(channel.line, credentials=credentials, context=context))


def test_a_report_is_accepted_published_and_read_back(sandbox: RunningSandbox, cvr: str) -> None:
    channel, sent = sandbox.annual_channel(), filing(cvr)
    assert channel.lookup(sent, f"{cvr}-1") is None
    answer = channel.submit(sent, f"{cvr}-1")
    assert (answer.outcome, answer.code, answer.receipt) == (Outcome.ACCEPTED, "0", None)
    assert sent.content in answer.request
    found = channel.lookup(sent, f"{cvr}-1")
    assert found is not None
    assert found.outcome is Outcome.ACCEPTED
    done = channel.receipt(sent, f"{cvr}-1")
    (held,) = sandbox.reports.published(cvr)
    assert done.outcome is Outcome.ACCEPTED
    assert done.receipt is not None
    assert done.receipt.reference == held.case_number
    whole = sandbox.reports.of_case(held.case_number)
    assert whole is not None
    assert whole.content == sent.content
    assert done.receipt.pdf is not None
    assert done.receipt.pdf.startswith(b"%PDF-")
    assert done.receipt.document is not None
    assert b"offentliggoerelsesTidspunkt" in done.response
    assert b"/offentliggoerelser/_search" in done.request
    assert channel.calendar(cvr, START, END) == []


def test_what_the_law_keeps_from_publication_is_not_published_and_not_missed(
    sandbox: RunningSandbox, cvr: str
) -> None:
    channel, sent = sandbox.annual_channel(), filing(cvr)
    channel.submit(sent, f"{cvr}-1")
    done = channel.receipt(sent, f"{cvr}-1")
    assert done.receipt is not None
    assert done.receipt.document is not None
    assert b"BookkeepingSystem" in sent.content
    assert b"BookkeepingSystem" not in done.receipt.document


def test_a_report_without_such_words_is_published_byte_for_byte(cvr: str) -> None:
    page = report(cvr).page().replace(b"DigitalStandardBookkeepingSystem", b"Nothing")
    assert annual_document.published(page) is page


def test_the_same_report_under_the_same_id_is_one_report(sandbox: RunningSandbox, cvr: str) -> None:
    channel, sent = sandbox.annual_channel(), filing(cvr)
    codes = [channel.submit(sent, f"{cvr}-1").code for _ in range(2)]
    with channel._session() as session:
        one, body, headers = channel._submission(sent, f"{cvr}-1")
        again = session.post(one.url, body, headers=headers)
    assert [*codes, str(again.json()["statuskode"])] == ["0", "0", "0"]
    assert len(sandbox.reports.published(cvr)) == 1


def test_one_id_cannot_carry_two_reports(sandbox: RunningSandbox, cvr: str) -> None:
    channel = sandbox.annual_channel()
    channel.submit(filing(cvr), f"{cvr}-1")
    other = filing(cvr, report(cvr).but(amount("fsa:TaxExpense", 1200)).page())
    with channel._session() as session:
        one, body, headers = channel._submission(other, f"{cvr}-1")
        told = session.post(one.url, body, headers=headers).json()
    assert told["statuskode"] == 86


def test_the_report_itself_may_be_the_body(sandbox: RunningSandbox, cvr: str) -> None:
    channel = sandbox.annual_channel()
    headers = {"transaktionsId": "{transaction_id}", "cvrNummer": "{cvr}"}
    raw = replace(channel.interface, body="raw", fields={}, headers=headers)
    answer = replace(channel, interface=raw).submit(filing(cvr), f"{cvr}-1")
    assert answer.code == "0"


def broken(cvr: str, change: Callable[[Report], Report]) -> FilingBytes:
    return filing(cvr, change(report(cvr)).page())


REFUSED: dict[str, tuple[str, str, Callable[[str], FilingBytes]]] = {
    "not a page": ("80", "ikke en XHTML-side", lambda c: filing(c, b"<xbrl/>")),
    "no facts": ("80", "read:not-inline", lambda c: filing(c, b"<html/>")),
    "not well-formed": ("80", "xml:", lambda c: filing(c, report(c).page()[:-20])),
    "of another": ("75", "rapporten er for", lambda c: filing(c, report(CVR).page())),
    "Swedish": (
        "79", "xml:lang sv", lambda c: broken(c, lambda r: replace(r, root='xml:lang="sv"')),
    ),
    "invalid": (
        "83", "'nowhere' found",
        lambda c: broken(c, lambda r: r.also(text("fsa:Assets", "x", "nowhere"))),
    ),
    "a rule": (
        "84", "DBA.FR", lambda c: broken(c, lambda r: r.but(amount("fsa:Assets", 99999, "end"))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_wrong_is_refused_with_its_code_and_reasons(
    sandbox: RunningSandbox, cvr: str, why: str
) -> None:
    code, words, make = REFUSED[why]
    answer = sandbox.annual_channel().submit(make(cvr), f"{cvr}-1")
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, code), answer.message
    assert words in answer.message
    assert sandbox.reports.published(cvr) == []
    again = sandbox.annual_channel().lookup(make(cvr), f"{cvr}-1")
    assert again is not None
    assert (again.outcome, again.code) == (Outcome.REJECTED, code)


def test_a_company_nobody_registered_is_refused(sandbox: RunningSandbox) -> None:
    answer = sandbox.annual_channel().submit(filing("39999999"), "t-9")
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, "87")


def test_a_year_that_has_not_ended_is_refused(tmp_path: Path) -> None:
    with running_sandbox(with_keys(tmp_path), today=lambda: END) as early:
        early.add_annual(AnnualCompany(CVR, "Nordlys ApS"))
        assert early.annual_channel().submit(filing(CVR), "t-1").code == "85"


def test_what_is_published_is_redone_only_with_permission(
    sandbox: RunningSandbox, cvr: str
) -> None:
    channel = sandbox.annual_channel()
    channel.submit(filing(cvr), f"{cvr}-1")
    other = filing(cvr, report(cvr).but(amount("fsa:TaxExpense", 1200)).page())
    refused = channel.submit(other, f"{cvr}-2")
    assert (refused.outcome, refused.code) == (Outcome.REJECTED, "76")
    (first,) = sandbox.reports.published(cvr)
    assert first.case_number in refused.message
    sandbox.add_annual(is_redoing_allowed=True)
    assert channel.submit(other, f"{cvr}-3").code == "0"
    done = channel.receipt(other, f"{cvr}-3")
    assert done.receipt is not None
    assert done.receipt.reference != first.case_number
    assert [one.is_redone for one in sandbox.reports.published(cvr)] == [False, True]


def test_a_late_report_is_accepted_and_marked(
    sandbox: RunningSandbox, tmp_path: Path, cvr: str
) -> None:
    sandbox.annual_channel().submit(filing(cvr), f"{cvr}-1")
    assert [one.is_late for one in sandbox.reports.published(cvr)] == [False]
    with running_sandbox(with_keys(tmp_path), today=lambda: date(2025, 7, 1)) as late:
        late.add_annual(AnnualCompany(CVR, "Nordlys ApS"))
        assert late.annual_channel().submit(filing(CVR), f"{cvr}-1").code == "0"
        assert [one.is_late for one in late.reports.published(CVR)] == [True]
        assert "for sent" in requests.get(late.url, timeout=10).text


def test_who_may_file_for_a_company_is_the_registers_word(
    sandbox: RunningSandbox, cvr: str
) -> None:
    sandbox.add_annual(AnnualCompany(cvr, "Nordlys ApS", ("NTRDK-87654321",)))
    answer = sandbox.annual_channel().submit(filing(cvr), f"{cvr}-1")
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, "75")
    folder = sandbox.folder.path
    theirs = tls_keys.issue_sender(folder, "their accountant", "NTRDK-87654321")
    channel = known_by(sandbox.annual_channel(), sandbox, theirs)
    with pytest.raises(RefusedError, match="45 Certifikatet er ikke registreret") as caught:
        channel.submit(filing(cvr), f"{cvr}-2")
    assert not caught.value.may_have_arrived
    tls_keys.accept_sender(folder, "accountant", theirs.certificate)
    assert channel.submit(filing(cvr), f"{cvr}-2").code == "0"


@pytest.mark.parametrize("is_large", [False, True])
def test_a_certificate_of_another_issuer_is_refused_before_anything_is_sent(
    sandbox: RunningSandbox, cvr: str, is_large: bool
) -> None:
    stranger = make_credentials("stranger", end=datetime(2100, 1, 1, tzinfo=UTC))
    channel = known_by(sandbox.annual_channel(), sandbox, stranger)
    page = report(cvr).page() + b" " * (4_000_000 if is_large else 0)
    with pytest.raises(RefusedError, match="does not accept our certificate") as caught:
        channel.submit(filing(cvr, page), f"{cvr}-1")
    assert not caught.value.may_have_arrived
    assert sandbox.reports.published(cvr) == []


def test_a_server_of_another_issuer_is_not_believed(sandbox: RunningSandbox, cvr: str) -> None:
    channel = sandbox.annual_channel()
    stranger = make_credentials("stranger", is_ca=True)
    context = client_context(channel.line.credentials, [stranger.certificate])
    channel = replace(channel, line=replace(channel.line, context=context))
    with pytest.raises(RefusedError, match="TLS certificate is not accepted; nothing was sent"):
        channel.submit(filing(cvr), f"{cvr}-1")


def test_a_report_over_the_limit_is_refused(
    sandbox: RunningSandbox, cvr: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annual_form, "LARGEST", 1000)
    with pytest.raises(RefusedError, match="81 Filen er for stor"):
        sandbox.annual_channel().submit(filing(cvr), f"{cvr}-1")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fields": {"cvrNummer": "{cvr}"}}, "transaktionsId mangler"),
        ({"fields": {"transaktionsId": "{transaction_id}"}}, "cvrNummer mangler"),
        ({"part": "rapport"}, "regnskab er ikke angivet"),
    ],
)
def test_a_request_of_another_form_is_refused(
    sandbox: RunningSandbox, cvr: str, changes: dict[str, Any], words: str
) -> None:
    channel = sandbox.annual_channel()
    channel = replace(channel, interface=replace(channel.interface, **changes))
    with pytest.raises(RefusedError, match=words) as caught:
        channel.submit(filing(cvr), f"{cvr}-1")
    assert not caught.value.may_have_arrived


def test_another_media_type_is_refused(sandbox: RunningSandbox, cvr: str) -> None:
    with pytest.raises(RefusedError, match="regnskab er application/xml"):
        sandbox.annual_channel().submit(
            replace(filing(cvr), media_type="application/xml"), f"{cvr}-1"
        )


def test_a_report_not_decided_yet_is_waited_for(sandbox: RunningSandbox, cvr: str) -> None:
    channel, sent = sandbox.annual_channel(), filing(cvr)
    channel.submit(sent, f"{cvr}-1")
    sandbox.fail(no_receipt={"times": 1, "service": "annual_status"})
    assert channel.receipt(sent, f"{cvr}-1").outcome is Outcome.PENDING
    assert channel.receipt(sent, f"{cvr}-1").outcome is Outcome.ACCEPTED


def test_a_report_not_published_yet_is_waited_for(sandbox: RunningSandbox, cvr: str) -> None:
    channel, sent = sandbox.annual_channel(), filing(cvr)
    channel.submit(sent, f"{cvr}-1")
    sandbox.fail(unpublished={"times": 1})
    held = channel.receipt(sent, f"{cvr}-1")
    assert (held.outcome, held.message) == (
        Outcome.PENDING, "accepted; not on the public index yet",
    )  # fmt: skip
    assert channel.receipt(sent, f"{cvr}-1").receipt is not None


def test_a_report_published_otherwise_is_named_fact_by_fact(
    sandbox: RunningSandbox, cvr: str
) -> None:
    channel, sent = sandbox.annual_channel(), filing(cvr)
    channel.submit(sent, f"{cvr}-1")
    sandbox.fail(tampered={"times": 1})
    with pytest.raises(RefusedError) as caught:
        channel.receipt(sent, f"{cvr}-1")
    (held,) = sandbox.reports.published(cvr)
    assert str(caught.value) == (
        f"The annual report of {cvr} for 2024-01-01 to 2024-12-31, case {held.case_number}, is "
        "published, but not as it was sent: fsa:ProfitLoss 2024-01-01/2024-12-31 was sent as 5000 "
        "and published as 987654321. Both are kept as evidence; ask the authority before anything "
        "is sent again."
    )
    assert b"987654321" in caught.value.response


def test_without_a_case_number_the_period_tells_which_publication_is_ours(
    sandbox: RunningSandbox, cvr: str
) -> None:
    channel, sent = sandbox.annual_channel(), filing(cvr)
    blind = replace(channel, interface=replace(channel.interface, answer={"case": "nothing"}))
    blind.submit(sent, f"{cvr}-1")
    done = blind.receipt(sent, f"{cvr}-1")
    assert done.receipt is not None
    assert done.receipt.reference == sandbox.reports.published(cvr)[0].case_number
    sandbox.fail(tampered={"times": 1})
    assert blind.receipt(sent, f"{cvr}-1").outcome is Outcome.PENDING


def test_a_code_nobody_knows_decides_nothing(sandbox: RunningSandbox, cvr: str) -> None:
    channel, sent = sandbox.annual_channel(), filing(cvr)
    sandbox.fail(unknown_code={"times": 1, "service": "annual_submit"})
    with pytest.raises(RefusedError, match="answers status code 777") as caught:
        channel.submit(sent, f"{cvr}-1")
    assert caught.value.may_have_arrived
    found = channel.lookup(sent, f"{cvr}-1")
    assert found is not None
    assert found.outcome is Outcome.ACCEPTED


def test_what_was_lost_on_the_way_back_is_found(sandbox: RunningSandbox, cvr: str) -> None:
    channel, sent = sandbox.annual_channel(), filing(cvr)
    sandbox.fail(drop={"times": 1, "service": "annual_submit"})
    with pytest.raises(UnansweredError, match="dropped before the answer came") as caught:
        channel.submit(sent, f"{cvr}-1")
    assert caught.value.may_have_arrived
    assert sent.content in caught.value.request
    assert channel.submit(sent, f"{cvr}-1").code == "0"
    assert len(sandbox.reports.published(cvr)) == 1


def test_an_authority_that_is_down_is_found_out_before_anything_is_sent(
    sandbox: RunningSandbox, cvr: str
) -> None:
    sandbox.fail(down={})
    with pytest.raises(UnansweredError, match="HTTP 503 without an answer") as caught:
        sandbox.annual_channel().submit(filing(cvr), f"{cvr}-1")
    assert not caught.value.may_have_arrived


def test_other_reports_are_not_taken(sandbox: RunningSandbox, cvr: str) -> None:
    with pytest.raises(NotSentError, match="takes no vat_return; it takes annual_report"):
        sandbox.annual_channel().submit(filing(cvr, kind="vat_return"), f"{cvr}-1")


def test_every_message_is_kept_with_its_answer(sandbox: RunningSandbox, cvr: str) -> None:
    answer = sandbox.annual_channel().submit(filing(cvr), f"{cvr}-1")
    service, request, response = sandbox.store.messages()[-1]
    assert (service, response) == ("annual_submit", answer.response)
    assert answer.request.endswith(request)


def test_our_own_intake_reads_the_index(sandbox: RunningSandbox, cvr: str, tmp_path: Path) -> None:
    channel = sandbox.annual_channel()
    channel.submit(filing(cvr), f"{cvr}-1")
    index = Index(f"{sandbox.url}/offentliggoerelser/_search", Query((int(cvr),)), page_size=1)
    (found,) = index.places()
    assert index.total == 1
    assert found.entity_identifier == cvr
    assert b"fsa:ProfitLoss" in found.read()
    store = Store(tmp_path)
    taken = take_in(store, [index], Options(workers=1), lambda *_: None)
    assert (taken.new, taken.unreachable) == (1, []), taken
    with store.connect() as con:
        (row,) = con.execute(
            "SELECT entity_identifier FROM xbrl_filing WHERE kind = 'inline'"
        ).fetchall()
    assert row == (cvr,)
    everything = Index(f"{sandbox.url}/offentliggoerelser/_search", page_size=2)
    assert cvr in {one.entity_identifier for one in everything.places()}


def test_the_report_as_filed_can_do_nothing_but_be_looked_at(
    sandbox: RunningSandbox, cvr: str
) -> None:
    sent = filing(cvr)
    sandbox.annual_channel().submit(sent, f"{cvr}-1")
    (held,) = sandbox.reports.published(cvr)
    link = f"/regnskaber/{held.case_number}"
    assert f'href="{link}"' in requests.get(sandbox.url, timeout=10).text
    page = requests.get(sandbox.url + link, timeout=10)
    assert page.content == sent.content
    assert page.headers["Content-Type"] == "application/xhtml+xml"
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert "sandbox" in policy
    assert requests.get(f"{sandbox.url}/regnskaber/none", timeout=10).status_code == 404


def test_a_restarted_authority_remembers_and_keeps_its_keys(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, today=lambda: TODAY) as sandbox:
        sandbox.add_annual(AnnualCompany(CVR, "Nordlys ApS"))
        sandbox.annual_channel().submit(filing(CVR), "t-1")
    with running_sandbox(tmp_path, today=lambda: TODAY) as sandbox:
        assert sandbox.annual_channel().receipt(filing(CVR), "t-1").receipt is not None
