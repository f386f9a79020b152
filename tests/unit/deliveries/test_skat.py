"""What the channel makes of answers, without a network."""

from datetime import UTC, date, datetime

import pytest
from lxml import etree

from assets.authority.service import answers
from assets.authority.service.register import Frequency
from assets.deliveries import skat, skat_messages
from assets.deliveries.certificates import pin
from assets.deliveries.channel import CalendarEntry, FilingBytes, NotSentError, Outcome, Receipt
from assets.deliveries.skat_codes import CODES, explain
from assets.deliveries.skat_exchange import Line
from assets.deliveries.skat_messages import Reply
from assets.deliveries.skat_schemas import violations
from assets.filings import eu_sales_list
from tests.certificates import make_credentials

NOW = datetime(2026, 4, 10, 8, tzinfo=UTC)
START, END = date(2026, 1, 1), date(2026, 3, 31)
HEAD = answers.Head("t-1", "Service", NOW)
LIST = eu_sales_list.write(
    eu_sales_list.SalesList(
        "12345674", END, (eu_sales_list.Buyer("1", "DE", "136695976", 100, 0, 0),)
    )
)


def read(message: etree._Element) -> Reply:
    return skat_messages.read(etree.fromstring(etree.tostring(message)))


def test_the_list_message_keeps_the_traps_of_the_service():
    buyers = (
        eu_sales_list.Buyer("1", "DE", "136695976", 12000, 0, -500),
        eu_sales_list.Buyer("2", "EL", "094259216", 0, 300, 0),
    )
    content = eu_sales_list.write(eu_sales_list.SalesList("12345674", END, buyers))
    message = skat_messages.sales_list(content, START, "t-1", NOW)
    assert violations(message) == []
    text = etree.tostring(message).decode()
    assert message.tag == "{http://service}getListeAngivelseFilOpret"
    assert text.count('scheme="iso3166-alpha2"') == 2
    assert "http://rep.oio.dk/xkom.dk/xml/schemas/2006/09/01/" in text
    assert "http://rep.oio.dk/xkom.dk/xml/schemas/2007/04/15/" in text
    assert text.count("StartDate>2026-01-01<") == text.count("EndDate>2026-03-31<") == 2
    assert text.count("ListeAngivelseSalgBeloeb>") == 2  # one element, opened and closed
    assert "ListeAngivelseServiceBeloeb>-500<" in text


def test_a_receipt_is_read_whole():
    message = answers.receipt(HEAD, pdf=b"%PDF", number=1, amount=-304, due=END)
    assert read(message).receipt == Receipt(
        "", b"%PDF", "+71<0000000000000018+99999999<", -304, END
    )


def test_the_agencys_real_calendar_is_read(shared_data):
    path = shared_data / "skat/momsangivelse-examples/VirksomhedKalenderHent_O_real.xml"
    (payload,) = etree.parse(path).getroot().iter("{*}VirksomhedKalenderHent_O")
    assert violations(payload) == []
    start = date(2014, 1, 2)
    assert skat_messages.read(payload).calendar == tuple(
        CalendarEntry("8", day, day, start) for day in
        (date(2021, 6, 1), date(2021, 9, 1), date(2021, 12, 1))
    )  # fmt: skip


def test_the_agencys_real_refusal_is_read(shared_data):
    path = shared_data / "skat/momsangivelse-examples/full-sample-response.xml"
    (payload,) = etree.parse(path).getroot().iter("{*}VirksomhedKalenderHent_O")
    assert skat_messages.read(payload).errors == (("4801", "RSU er ikke delegeret"),)


def test_an_empty_calendar_is_no_due_dates():
    message = answers.calendar(HEAD, "12345674", dates=[(Frequency("month"), [])])
    assert read(message).calendar == ()


@pytest.mark.parametrize(
    ("reply", "outcome", "code"),
    [
        (Reply((("5001", ""),), (), deep_link="x"), Outcome.AWAITING_APPROVAL, "5001"),
        (Reply((("5002", ""),), ()), Outcome.AWAITING_APPROVAL, "5002"),
        (Reply((("10", ""),), ()), Outcome.ACCEPTED, "10"),
        (Reply((("20", ""),), ()), Outcome.REJECTED, "20"),
        (Reply((), (("507", ""),)), Outcome.REJECTED, "507"),
        (Reply((), (("4801", ""),)), Outcome.REJECTED, "4801"),
        (Reply((), (("4810", ""),)), Outcome.AWAITING_APPROVAL, "4810"),
        (Reply((("4810", ""),), ()), Outcome.AWAITING_APPROVAL, "4810"),
        (Reply((("4811", ""),), ()), Outcome.REJECTED, "4811"),
        (Reply((("4812", ""),), ()), Outcome.PENDING, "4812"),
        (Reply((("4813", ""),), ()), Outcome.REJECTED, "4813"),
        (Reply((), (("77777", ""),)), Outcome.REJECTED, "77777"),
        (Reply((("77777", ""),), (), deep_link="x"), Outcome.AWAITING_APPROVAL, "77777"),
        (Reply((("77777", ""), ("5001", "")), ()), Outcome.AWAITING_APPROVAL, "5001"),
        (Reply((("5001", ""),), (("507", ""),)), Outcome.REJECTED, "507"),
        (Reply((), (), receipt=Receipt("r")), Outcome.ACCEPTED, ""),
        (Reply((), (("4801", ""),), receipt=Receipt("r")), Outcome.REJECTED, "4801"),
        (Reply((("77777", ""),), ()), None, ""),
        (Reply((), ()), None, ""),
    ],
)
def test_every_answer_means_one_thing(reply, outcome, code):
    found, (told, _) = skat._outcome(reply)
    assert (found, told) == (outcome, code)


def test_every_published_code_is_explained():
    assert {507, *range(4801, 4805), *range(4810, 4814), 4816, 4817, 5001, 5002} <= set(CODES)
    for number in CODES:
        assert explain(number).endswith(".")
    assert explain("77777") == explain("") == ""


SENT_NOWHERE = {
    "bytes that are no return": ("vat_return", b"<other/>", "https://agency.test"),
    "bytes that are no XML": ("vat_return", b"Moms: 100", "https://agency.test"),
    "bytes that are no list": ("eu_sales_list", b"0,1", "https://agency.test"),
    "a report it does not take": ("intrastat", b"", "https://agency.test"),
    "no address for the list": ("eu_sales_list", LIST, ""),
    "a certificate that has ended": ("eu_sales_list", LIST, "https://agency.test"),
}


@pytest.mark.parametrize("why", SENT_NOWHERE)
def test_what_stops_before_sending_says_that_nothing_was_sent(why):
    report_type, content, url = SENT_NOWHERE[why]
    credentials = make_credentials("ended", end=datetime(2026, 3, 1, tzinfo=UTC))
    channel = skat.SkatChannel(
        "skat", is_live=False, endpoints=skat.Endpoints(url, url, url, url),
        line=Line(credentials, pin(credentials.certificate), clock=lambda: NOW),
    )  # fmt: skip
    filing = FilingBytes("f", "c1", "12345674", report_type, START, END, content)
    with pytest.raises(NotSentError) as caught:
        channel.submit(filing, "t-1")
    assert caught.value.may_have_arrived is False
