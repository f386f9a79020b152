"""The channel delivers to the sandbox authority over HTTP."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import requests

from assets.authority.service.register import Company, Frequency
from assets.authority.service.server import RunningSandbox, running_sandbox
from assets.deliveries import skat_messages
from assets.deliveries.channel import (
    CalendarEntry,
    FilingBytes,
    Outcome,
    RefusedError,
    UnansweredError,
)
from assets.deliveries.skat import Endpoints
from assets.deliveries.skat_exchange import exchange
from assets.deliveries.wsse import SHA256
from assets.filings import eu_sales_list, vat_return
from assets.filings.vat_return import FIELDS, TOTAL, VatReturn
from tests.certificates import make_credentials
from warehouse.errors import PermanentError

TODAY = date(2026, 5, 4)
START, END = date(2026, 1, 1), date(2026, 3, 31)


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory) -> Iterator[RunningSandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(folder, today=lambda: TODAY) as sandbox:
        yield sandbox


_NUMBERS = iter(range(10_000_000, 99_999_999))


@pytest.fixture
def sandbox(shared_sandbox) -> Iterator[RunningSandbox]:
    shared_sandbox.fail()
    shared_sandbox.add(approve="link")
    yield shared_sandbox
    shared_sandbox.fail()


@pytest.fixture
def company(sandbox) -> Company:
    number = str(next(_NUMBERS))
    found = Company(number, f"Demo {number} ApS", (Frequency("quarter"),))
    sandbox.add(found)
    return found


def vat_filing(company: Company, output: int = 1000, start=START, end=END, **wrong) -> FilingBytes:
    figures = dict.fromkeys(FIELDS, 0)
    figures |= {"MomsAngivelseSalgsMomsBeloeb": output, TOTAL: output} | wrong
    content = vat_return.write(VatReturn(company.se_number, start, end, figures))
    return FilingBytes("f", "demo", company.se_number, "vat_return", start, end, content)


def list_filing(company: Company, goods: int = 100, number="136695976", end=END) -> FilingBytes:
    buyers = (eu_sales_list.Buyer("1", "DE", number, goods, 0, 0),)
    content = eu_sales_list.write(eu_sales_list.SalesList(company.se_number, end, buyers))
    return FilingBytes("l", "demo", company.se_number, "eu_sales_list", START, end, content)


def person_decides(link: str, decision: str) -> str:
    page = requests.get(link, timeout=10)
    assert page.status_code == 200
    decided = requests.post(link, data={"decision": decision}, timeout=10)
    assert decided.status_code == 200
    return page.text


def test_a_return_is_drafted_approved_and_receipted(sandbox, company):
    channel, filing = sandbox.channel(), vat_filing(company)
    assert channel.lookup(filing, "t-1") is None
    answer = channel.submit(filing, "t-1")
    assert (answer.outcome, answer.code) == (Outcome.AWAITING_APPROVAL, "5001")
    waiting = channel.receipt(filing, answer.reference)
    assert (waiting.outcome, waiting.code) == (Outcome.AWAITING_APPROVAL, "4810")
    page = person_decides(answer.deep_link, "approved")
    assert "<td>Salgsmoms</td><td class=n>1.000</td>" in page
    receipted = channel.receipt(filing, answer.reference)
    assert receipted.outcome is Outcome.ACCEPTED
    assert receipted.receipt.reference == answer.reference
    assert receipted.receipt.pdf.startswith(b"%PDF-")
    assert receipted.receipt.payment_line.startswith("+71<")
    assert receipted.receipt.amount_to_pay == 1000
    assert receipted.receipt.payment_date == date(2026, 6, 1)
    assert channel.lookup(filing, "t-1").receipt.pdf == receipted.receipt.pdf


def test_a_rejected_draft_never_counts(sandbox, company):
    channel, filing = sandbox.channel(), vat_filing(company)
    answer = channel.submit(filing, "t-1")
    person_decides(answer.deep_link, "rejected")
    told = channel.receipt(filing, answer.reference)
    assert (told.outcome, told.code) == (Outcome.REJECTED, "4811")


def test_a_decision_once_made_stands(sandbox, company):
    answer = sandbox.channel().submit(vat_filing(company), "t-1")
    person_decides(answer.deep_link, "approved")
    person_decides(answer.deep_link, "rejected")
    assert sandbox.store.draft(answer.reference).state == "approved"


@pytest.mark.parametrize(("approve", "code"), [("auto", ""), ("reject", "4811")])
def test_the_demo_can_decide_without_a_person(sandbox, company, approve, code):
    sandbox.add(approve=approve)
    channel, filing = sandbox.channel(), vat_filing(company)
    answer = channel.submit(filing, "t-1")
    assert channel.receipt(filing, answer.reference).code == code


def test_a_refund_is_receipted_as_negative(sandbox, company):
    sandbox.add(approve="auto")
    channel, filing = sandbox.channel(), vat_filing(company, -304)
    answer = channel.submit(filing, "t-1")
    assert channel.receipt(filing, answer.reference).receipt.amount_to_pay == -304


def test_a_second_return_for_an_approved_period_is_a_correction(sandbox, company):
    sandbox.add(approve="auto")
    channel = sandbox.channel()
    channel.submit(vat_filing(company), "t-1")
    assert channel.submit(vat_filing(company, 900), "t-2").code == "5002"


def test_a_newer_draft_replaces_one_that_waits(sandbox, company):
    channel = sandbox.channel()
    first = channel.submit(vat_filing(company), "t-1")
    second = channel.submit(vat_filing(company, 900), "t-2")
    assert channel.lookup(vat_filing(company), first.reference) is None
    assert channel.receipt(vat_filing(company, 900), second.reference).code == "4810"


def test_the_same_return_sent_twice_is_one_return(sandbox, company):
    channel, filing = sandbox.channel(), vat_filing(company)
    first, second = channel.submit(filing, "t-1"), channel.submit(filing, "t-1")
    assert (first.reference, first.code) == (second.reference, second.code)
    assert len(sandbox.store.drafts(company.se_number)) == 1


def test_one_transaction_id_cannot_carry_two_returns(sandbox, company):
    channel = sandbox.channel()
    channel.submit(vat_filing(company), "t-1")
    with pytest.raises(RefusedError, match="TransaktionIdentifikator er brugt"):
        channel.submit(vat_filing(company, 900), "t-1")


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("4802", {"start": date(2026, 1, 1), "end": date(2026, 1, 31)}),
        ("4803", {"start": date(2026, 4, 1), "end": date(2026, 6, 30)}),
        ("4804", {"start": date(2022, 10, 1), "end": date(2022, 12, 31)}),
        ("507", {TOTAL: 999}),
    ],
)
def test_the_published_rules_are_answered_by_their_codes(sandbox, company, code, change):
    answer = sandbox.channel().submit(vat_filing(company, **change), "t-1")
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, code)
    assert answer.message
    assert sandbox.store.drafts(company.se_number) == []


def test_a_company_that_has_not_delegated_is_refused(sandbox, company):
    sandbox.add(company, is_delegated=False)
    answer = sandbox.channel().submit(vat_filing(company), "t-1")
    assert (answer.code, answer.message) == ("4801", "RSU er ikke delegeret")
    with pytest.raises(RefusedError, match="4801 RSU er ikke delegeret"):
        sandbox.channel().calendar(company.se_number, START, END)


def test_a_change_of_frequency_mid_year_is_followed(sandbox, company):
    changed = replace(
        company,
        frequencies=(
            Frequency("quarter", valid_to=date(2026, 3, 31)),
            Frequency("month", valid_from=date(2026, 4, 1)),
        ),
    )
    sandbox.add(changed)
    entries = sandbox.channel().calendar(company.se_number, date(2026, 5, 1), date(2026, 7, 1))
    assert [(entry.frequency_code, entry.due_date) for entry in entries] == [
        ("8", date(2026, 6, 1)),
        ("7", date(2026, 5, 26)),
        ("7", date(2026, 6, 25)),
    ]
    april = vat_filing(company, start=date(2026, 4, 1), end=date(2026, 4, 30))
    assert sandbox.channel().submit(april, "t-1").code == "5001"


def test_the_calendar_carries_a_postponement(sandbox, company):
    sandbox.add(replace(company, due_dates={END: date(2026, 6, 15)}))
    entries = sandbox.channel().calendar(company.se_number, START, date(2026, 8, 1))
    assert entries[1] == CalendarEntry(
        "8", date(2026, 6, 15), date(2026, 6, 15), date(2000, 1, 1), None
    )


def test_search_dates_the_wrong_way_round_are_named(sandbox, company):
    with pytest.raises(RefusedError, match="4817"):
        sandbox.channel().calendar(company.se_number, END, START)


def test_a_sales_list_is_filed_and_its_receipt_number_kept(sandbox, company):
    channel, filing = sandbox.channel(), list_filing(company)
    answer = channel.submit(filing, "t-1")
    assert answer.outcome is Outcome.ACCEPTED
    assert answer.receipt.reference.isdigit()
    assert len(answer.receipt.reference) <= 26
    assert channel.lookup(filing, "t-1") is None
    assert channel.submit(filing, "t-1").receipt == answer.receipt
    assert [one.state for one in sandbox.store.lists(company.se_number)] == ["current"]


def test_a_sales_list_sent_again_replaces_the_one_before(sandbox, company):
    channel = sandbox.channel()
    channel.submit(list_filing(company), "t-1")
    channel.submit(list_filing(company, 200), "t-2")
    stored = sandbox.store.lists(company.se_number)
    assert [one.state for one in stored] == ["replaced", "current"]
    assert stored[1].content == list_filing(company, 200).content


def test_a_buyer_number_that_cannot_exist_rejects_the_list(sandbox, company):
    answer = sandbox.channel().submit(list_filing(company, number="136695977"), "t-1")
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, "9001")
    assert answer.message == "Købers momsnummer er ikke gyldigt DE136695977"


def test_what_was_lost_on_the_way_back_is_found_by_lookup(sandbox, company):
    channel, filing = sandbox.channel(), vat_filing(company)
    sandbox.fail(drop={"times": 1})
    with pytest.raises(UnansweredError) as caught:
        channel.submit(filing, "t-1")
    assert caught.value.may_have_arrived
    assert b"TransaktionIdentifikator>t-1<" in caught.value.request
    assert channel.lookup(filing, "t-1").code == "4810"


def test_what_was_lost_on_the_way_there_is_told_apart_by_lookup(sandbox, company):
    channel, filing = sandbox.channel(), vat_filing(company)
    sandbox.fail(refuse={"times": 1})
    with pytest.raises(UnansweredError):
        channel.submit(filing, "t-1")
    assert channel.lookup(filing, "t-1") is None


@pytest.mark.parametrize("switch", ["down", "garbage", "stale"])
def test_an_answer_that_is_none_may_be_asked_for_again(sandbox, company, switch):
    channel, filing = sandbox.channel(), vat_filing(company)
    sandbox.fail(**{switch: {"times": 1}})
    with pytest.raises(UnansweredError) as caught:
        channel.submit(filing, "t-1")
    assert caught.value.may_have_arrived
    assert channel.submit(filing, "t-1").code == "5001"


def test_a_slow_authority_is_not_waited_for_beyond_the_limit(sandbox, company):
    filing = vat_filing(company)
    sandbox.fail(delay={"times": 1, "seconds": 1.5})
    with pytest.raises(UnansweredError, match="no answer came in time"):
        sandbox.channel(answer_timeout=0.5).submit(filing, "t-1")
    assert sandbox.channel().lookup(filing, "t-1").code == "4810"


def test_an_answer_somebody_else_signed_is_not_believed(sandbox, company):
    sandbox.fail(wrong_signature={"times": 1})
    with pytest.raises(RefusedError) as caught:
        sandbox.channel().submit(vat_filing(company), "t-1")
    assert caught.value.may_have_arrived
    assert "not one that is trusted" in str(caught.value)
    assert caught.value.response.startswith(b"<?xml")


def test_a_request_processed_twice_is_one_return(sandbox, company):
    sandbox.fail(twice={"times": 1})
    assert sandbox.channel().submit(vat_filing(company), "t-1").code == "5001"
    assert len(sandbox.store.drafts(company.se_number)) == 1


def test_a_receipt_not_made_yet_is_waited_for(sandbox, company):
    sandbox.add(approve="auto")
    channel, filing = sandbox.channel(), vat_filing(company)
    answer = channel.submit(filing, "t-1")
    sandbox.fail(no_receipt={"times": 1})
    held = channel.receipt(filing, answer.reference)
    assert (held.outcome, held.code) == (Outcome.PENDING, "4812")
    assert channel.receipt(filing, answer.reference).outcome is Outcome.ACCEPTED


def test_a_switch_for_one_service_leaves_the_others_alone(sandbox, company):
    sandbox.fail(down={"service": "MomsangivelseKvitteringHent"})
    channel, filing = sandbox.channel(), vat_filing(company)
    assert channel.submit(filing, "t-1").code == "5001"
    with pytest.raises(UnansweredError, match="HTTP 503"):
        channel.receipt(filing, "t-1")


def test_a_certificate_the_authority_does_not_know_is_refused(sandbox, company):
    channel = sandbox.channel()
    stranger = make_credentials("stranger")
    channel = replace(channel, line=replace(channel.line, credentials=stranger))
    with pytest.raises(RefusedError, match="does not accept our signature") as caught:
        channel.submit(vat_filing(company), "t-1")
    assert not caught.value.may_have_arrived
    assert sandbox.store.drafts(company.se_number) == []


def test_a_newer_algorithm_is_accepted_too(sandbox, company):
    channel = sandbox.channel()
    channel = replace(channel, line=replace(channel.line, algorithms=SHA256))
    assert channel.submit(vat_filing(company), "t-1").code == "5001"


def test_what_no_calendar_has_is_a_fault_and_not_a_crash(sandbox, company):
    filing = vat_filing(company)
    line, url = sandbox.channel().line, sandbox.channel().endpoints.draft
    message = skat_messages.vat_draft(filing.content, "t-1", line.clock())
    (start,) = message.iter("{*}AngivelsePeriodeFraDato")
    start.text = "-0001-01-01"
    with pytest.raises(RefusedError, match="outside any calendar"):
        exchange(line, url, "getModtagMomsangivelseForeloebig", message)


def test_a_return_without_a_transaction_id_is_refused(sandbox, company):
    filing = vat_filing(company)
    line, url = sandbox.channel().line, sandbox.channel().endpoints.draft
    message = skat_messages.vat_draft(filing.content, "t-1", line.clock())
    message[0].clear()
    with pytest.raises(RefusedError, match="TransaktionIdentifikator mangler"):
        exchange(line, url, "getModtagMomsangivelseForeloebig", message)


def test_every_message_is_kept_with_its_answer(sandbox, company):
    answer = sandbox.channel().submit(vat_filing(company), "t-1")
    kept = sandbox.store.messages()[-1]
    assert kept == ("ModtagMomsangivelseForeloebig", answer.request, answer.response)


def test_many_at_once_are_each_received_once(sandbox, company):
    channel, filing = sandbox.channel(), vat_filing(company)
    codes: list[str] = []

    def submit() -> None:
        codes.append(channel.submit(filing, "t-1").code)

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["5001"] * 8
    assert len(sandbox.store.drafts(company.se_number)) == 1


def test_a_restarted_authority_remembers(tmp_path):
    company = Company("12345674", "Demo ApS", (Frequency("quarter"),))
    with running_sandbox(tmp_path, today=lambda: TODAY) as sandbox:
        sandbox.add(company, approve="auto")
        answer = sandbox.channel().submit(vat_filing(company), "t-1")
    with running_sandbox(tmp_path, today=lambda: TODAY) as sandbox:
        receipted = sandbox.channel().receipt(vat_filing(company), answer.reference)
        assert receipted.receipt.amount_to_pay == 1000


def test_nobody_there_means_nothing_was_sent(sandbox, company):
    channel = replace(sandbox.channel(), endpoints=Endpoints.under("http://127.0.0.1:9"))
    with pytest.raises(UnansweredError, match="nothing was sent") as caught:
        channel.submit(vat_filing(company), "t-1")
    assert not caught.value.may_have_arrived


def test_a_service_we_have_no_access_to_is_named(sandbox, company):
    channel = sandbox.channel()
    channel = replace(channel, endpoints=replace(channel.endpoints, sales_list=""))
    with pytest.raises(PermanentError, match="upload the file by hand"):
        channel.submit(list_filing(company), "t-1")


def test_an_unknown_switch_lists_those_there_are(sandbox):
    answer = requests.put(f"{sandbox.url}/admin/switches", json={"explode": {}}, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("no switch 'explode'; there are refuse, down")
