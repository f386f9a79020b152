"""Every kind of reminder, for any company, fits the official schema and reads back as written."""

from base64 import b64decode
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from assets.authority.reminders import memo, wording, writing
from assets.authority.reminders.choosing import ESTIMATED, OVERDUE, UPCOMING, Reminder
from assets.workspace import AuthoritySettings

SENDER = AuthoritySettings(8780, "Prøvemyndigheden", "10150817")
DAYS = st.dates(date(2010, 1, 1), date(2099, 12, 31))
KRONER = st.none() | st.decimals("-999999999", "999999999", places=2)
NAMES = st.text(max_size=400) | st.text(
    st.sampled_from("<>&\"'\x00\x07\x1b\r\n\t\ud800\ufffe\u2028\U0001f600æøåÆØÅ ]"), max_size=300
)
REMINDERS = st.builds(
    Reminder,
    cvr=st.from_regex(r"[0-9]{8}", fullmatch=True),
    name=NAMES,
    report_type=st.sampled_from(sorted(wording.report_types())),
    period_start=DAYS,
    period_end=DAYS,
    kind=st.sampled_from([UPCOMING, OVERDUE, ESTIMATED]),
    number=st.integers(1, 2),
    due_date=DAYS,
    is_draft=st.booleans(),
    estimate=KRONER,
    fee=st.sampled_from([None, Decimal(0), Decimal(800)]),
)


@pytest.fixture(scope="module")
def official(shared_data):
    return etree.XMLSchema(etree.parse(shared_data / "memo" / "MeMo_core.xsd"))


@settings(max_examples=200, deadline=None)
@given(reminder=REMINDERS, name=NAMES, day=DAYS)
def test_any_reminder_fits_the_official_schema(official, reminder, name, day):
    sender = AuthoritySettings(8780, memo.name(name) or "A", "10150817")
    content = writing.message(reminder, sender, day)
    document = etree.fromstring(content)
    official.assertValid(document)
    assert document.findtext(".//{*}messageUUID") == reminder.message_id
    assert document.findtext(".//{*}recipientID") == reminder.cvr
    page, text = (b64decode(one.text).decode() for one in document.iterfind(".//{*}content"))
    told = memo.name(reminder.name) or reminder.cvr
    assert document.findtext(".//{*}companyName") == told
    assert f"Virksomhed: {told}\n" in text
    assert etree.HTML(page.encode()).findtext(".//h1") == wording.letter(reminder).subject


def test_the_schema_would_refuse_what_we_refuse(official):
    day = date(2026, 12, 1)
    reminder = Reminder("10150817", "Demo", "vat_return", day, day, UPCOMING, 1, day)
    content = writing.message(reminder, SENDER, day)
    for old, new in (
        (reminder.message_id.encode(), reminder.message_id.replace("-4", "-5").encode()),
        (b"DIGITALPOST", b"LETTER"),
        (b"06:00:00Z", b"06:00:00+00:00"),
        (b"<memo:reply>false</memo:reply>", b""),
        (b'memoSchVersion="1.1.0"', b""),
        (b"<memo:label>Husk", b"<memo:label>" + b"x" * 257),
    ):
        changed = content.replace(old, new)
        assert changed != content
        is_valid = official.validate(etree.fromstring(changed))
        assert is_valid is (new == b"" and b"reply" in old)
