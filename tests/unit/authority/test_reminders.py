"""Which reminders a day calls for, and what they say."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import duckdb
import pytest

from assets.authority.reminders import choosing, document, memo, outbox, wording, writing
from assets.authority.reminders.choosing import Reminder
from assets.workspace import AuthoritySettings
from warehouse.errors import PermanentError
from warehouse.shape import ddl
from warehouse.tables import TABLES

SENDER = AuthoritySettings(8780, "Prøvemyndigheden", "10150817")
START, END, DUE = date(2026, 7, 1), date(2026, 9, 30), date(2026, 12, 1)
TABLES_READ = ("duty_status", "registered_company", "received_filing", "reminder")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1, "memory_limit": "256MB"}) as made:
        for name in TABLES_READ:
            made.execute(ddl(TABLES[name]))
        yield made


def put(con, table, **row):
    columns = ", ".join(row)
    marks = ", ".join("?" * len(row))
    con.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(row.values()))


def company(con, cvr="10150817", **more):
    put(con, "registered_company", cvr=cvr, se_number=cvr, name="Nordlys ApS", **more)


def duty(con, cvr="10150817", state="awaited", report_type="vat_return", **more):
    put(
        con, "duty_status", cvr=cvr, report_type=report_type, period_start=START, period_end=END,
        due_date=DUE, state=state, as_of=DUE, **more,
    )  # fmt: skip


def kinds(con, day):
    return [(one.kind, one.number) for one in choosing.due(con, day, 14)]


def write_down(con, day):
    """Put what a day calls for into table `reminder`, as the outbox does."""
    for one in list(choosing.due(con, day, 14)):
        put(con, "reminder", **outbox.Written(one, day, "0" * 64).row)


def test_a_report_that_never_comes_is_reminded_of_three_times_and_then_estimated(con):
    company(con)
    duty(con)
    told = []
    for after in (-15, -14, -13, 0, 1, 2, 14, 15, 16, 39):
        day = DUE + timedelta(days=after)
        told += [(after, *one) for one in kinds(con, day)]
        write_down(con, day)
        assert kinds(con, day) == []
    assert told == [(-14, "upcoming", 1), (1, "overdue", 1), (15, "overdue", 2)]
    con.execute("UPDATE duty_status SET state = 'estimated'")
    assert kinds(con, DUE + timedelta(days=40)) == [("estimated", 1)]
    write_down(con, DUE + timedelta(days=40))
    assert kinds(con, DUE + timedelta(days=90)) == []


def test_a_day_missed_is_made_up_for_and_the_second_waits_for_the_first(con):
    company(con)
    duty(con, state="missing")
    assert kinds(con, DUE - timedelta(days=3)) == [("upcoming", 1)]
    write_down(con, DUE + timedelta(days=10))
    assert kinds(con, DUE + timedelta(days=20)) == []
    assert kinds(con, DUE + timedelta(days=24)) == [("overdue", 2)]


@pytest.mark.parametrize("state", ["not_due", "on_time", "late"])
def test_what_is_filed_or_not_due_is_not_reminded_of(con, state):
    company(con)
    duty(con, state=state)
    assert kinds(con, DUE) == []


def test_nor_is_a_company_that_has_ceased_or_is_not_yet_registered(con):
    company(con, registered_to=DUE - timedelta(days=1))
    duty(con)
    company(con, "21111171", registered_from=DUE + timedelta(days=1))
    duty(con, "21111171")
    assert kinds(con, DUE) == []


def received(con, **more):
    put(
        con, "received_filing", filing_key="RSU1", report_type="vat_return", cvr="10150817",
        period_start=START, period_end=END, sender="1", transaction_id="t",
        received_at=datetime(2026, 12, 1, 12, tzinfo=UTC), codes=[], event_from=1, event_to=2,
        **more,
    )  # fmt: skip


def test_a_report_accepted_since_the_duties_were_worked_out_is_seen(con):
    company(con)
    duty(con, state="missing")
    received(con, status="replaced")
    assert kinds(con, DUE + timedelta(days=1)) == [("overdue", 1)]  # a draft that a newer replaced
    con.execute("UPDATE received_filing SET accepted_at = '2026-12-01 12:00'")
    assert kinds(con, DUE + timedelta(days=1)) == []


def test_a_draft_waits_for_the_company_and_an_annual_report_for_the_authority(con):
    company(con)
    duty(con, state="waiting")
    duty(con, state="waiting", report_type="annual_report")
    (one,) = choosing.due(con, DUE, 14)
    assert (one.report_type, one.is_draft) == ("vat_return", True)
    assert "Vi har modtaget en kladde" in wording.letter(one).paragraphs[1]


def reminder(kind="upcoming", report_type="vat_return", number=1, **more):
    return Reminder(
        "10150817", "Nordlys ApS", report_type, START, END, kind, number, DUE, **more
    )  # fmt: skip


def test_the_letter_says_what_when_what_otherwise_and_where():
    assert wording.letter(reminder()).subject == (
        "Husk moms for 1. juli – 30. september 2026: frist 1. december 2026"
    )
    text = document.plain(reminder(), wording.letter(reminder()), "Prøvemyndigheden").decode()
    for part in (
        "Virksomhed: Nordlys ApS", "CVR-nr.: 10150817", "perioden 1. juli – 30. september 2026",
        "Fristen er tirsdag den 1. december 2026", "afgift på 800 kr.", "TastSelv Erhverv",
        "skal I indberette 0",
    ):  # fmt: skip
        assert part in text


def test_an_annual_report_costs_by_the_month_and_an_estimate_what_it_was_set_to():
    annual = " ".join(wording.letter(reminder("overdue", "annual_report", 2)).paragraphs)
    assert "500 kr. for første påbegyndte måned, i alt 2.000 kr. for to og højst 3.000" in annual
    estimated = reminder("estimated", estimate=Decimal("12345.00"), fee=Decimal(800))
    assert "foreløbigt til 12.345 kr." in " ".join(wording.letter(estimated).paragraphs)


def test_a_name_that_is_markup_stays_text():
    page = document.html(reminder(), wording.letter(reminder()), "<script>&").decode()
    assert "<script>" not in page
    assert "&lt;script&gt;&amp;" in page


def test_the_same_letter_has_the_same_bytes_and_another_another_number():
    day = date(2026, 11, 23)
    assert writing.message(reminder(), SENDER, day) == writing.message(reminder(), SENDER, day)
    many = [reminder(), reminder("overdue"), reminder("overdue", number=2)]
    assert all(one.message_id != two.message_id for one, two in pairwise(many))


def test_what_the_schema_refuses_is_refused_here():
    with pytest.raises(PermanentError) as raised:
        writing.message(reminder(), AuthoritySettings(1, "P", "1015081"), DUE)
    assert str(raised.value) == (
        "Tried to write a Digital Post message; expected a CVR number, eight digits, found "
        "'1015081'. Correct it in the register, or [authority] cvr in the settings."
    )
    with pytest.raises(PermanentError) as raised:
        memo._text("x" * 257, 256)
    assert str(raised.value).startswith(
        "Tried to write a Digital Post message; MeMo 1.1 takes 1 to 256 characters that XML can "
        "carry, found 257: 'xxx"
    )
