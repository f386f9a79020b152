"""Who may report, who may read; what is told of it."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assets.authority.service import register_tables
from assets.authority.service.mandates import Mandates, organisation_of
from assets.authority.service.reads import Read, Reads
from assets.authority.service.register import AnnualDuty, Company, Frequency, Register

CVR, THEM = "12345674", "NTRDK-40000001"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = NOON.date()


@pytest.fixture
def mandates(tmp_path: Path) -> Mandates:
    return Mandates(tmp_path)


def test_the_company_itself_always_may_and_nobody_else(mandates: Mandates) -> None:
    assert mandates.may_report(CVR, organisation_of(CVR), "vat_return", DAY)
    assert mandates.may_read(CVR, organisation_of(CVR), "annual_report", DAY)
    assert not mandates.may_report(CVR, THEM, "vat_return", DAY)
    assert not mandates.may_report(CVR, "", "vat_return", DAY)
    assert not mandates.may_report(CVR, CVR, "vat_return", DAY)


def test_a_mandate_holds_for_its_right_and_its_reports(mandates: Mandates) -> None:
    mandates.grant(CVR, THEM, "report", "vat_return", NOON)
    assert mandates.may_report(CVR, THEM, "vat_return", DAY)
    assert not mandates.may_report(CVR, THEM, "eu_sales_list", DAY)
    assert not mandates.may_read(CVR, THEM, "vat_return", DAY)
    assert not mandates.may_report("87654321", THEM, "vat_return", DAY)
    mandates.grant(CVR, THEM, "read", "*", NOON)
    assert mandates.may_read(CVR, THEM, "annual_report", DAY)
    assert not mandates.may_report(CVR, THEM, "annual_report", DAY)


def test_a_mandate_for_a_time_runs_out_after_its_last_day(mandates: Mandates) -> None:
    mandates.grant(CVR, THEM, "report", "*", NOON, date(2026, 6, 30))
    assert mandates.may_report(CVR, THEM, "vat_return", date(2026, 6, 30))
    assert not mandates.may_report(CVR, THEM, "vat_return", date(2026, 7, 1))
    longer = mandates.grant(CVR, THEM, "report", "*", NOON + timedelta(hours=1))
    assert longer.valid_to is None
    assert mandates.may_report(CVR, THEM, "vat_return", date(2030, 1, 1))
    assert [one.holds(DAY) for one in mandates.of(CVR)] == [False, True]


def test_what_is_withdrawn_holds_no_more_and_stays_on_record(mandates: Mandates) -> None:
    key = (CVR, THEM, "report", "vat_return")
    mandates.grant(*key, NOON)
    assert mandates.grant(*key, NOON + timedelta(1)).granted_at == NOON
    assert mandates.withdraw(*key, NOON + timedelta(2))
    assert not mandates.withdraw(*key, NOON + timedelta(3))
    assert not mandates.may_report(CVR, THEM, "vat_return", DAY)
    mandates.grant(*key, NOON + timedelta(4))
    first, second = mandates.of(CVR)
    assert (first.withdrawn_at, second.withdrawn_at) == (NOON + timedelta(2), None)


def test_many_are_given_at_once_and_none_twice(mandates: Mandates) -> None:
    rights = [(CVR, THEM, "report", kind) for kind in ("vat_return", "eu_sales_list")]
    mandates.grant_all(rights, NOON)
    mandates.grant_all(rights, NOON + timedelta(1))
    assert [(one.report_type, one.granted_at) for one in mandates.of(CVR)] == [
        ("eu_sales_list", NOON), ("vat_return", NOON),
    ]  # fmt: skip


def test_the_register_is_read_as_the_warehouses_tables(tmp_path: Path) -> None:
    known = Company(
        CVR, "Ærø ApS", (Frequency("quarter"),), {date(2026, 3, 31): date(2026, 6, 15)},
        industry="620100", employees=3, annual=(AnnualDuty("12-31", "B"),),
    )  # fmt: skip
    Register(tmp_path).add(known)
    Mandates(tmp_path).grant(CVR, THEM, "read", "*", NOON, DAY)
    Reads(tmp_path).log(Read(NOON, THEM, CVR, "filing", "X26-1", "mandate"))
    (company,) = register_tables.snapshot(tmp_path, "registered_company").to_pylist()
    assert (company["name"], company["employees"], company["legal_form"]) == ("Ærø ApS", 3, None)
    duties = register_tables.snapshot(tmp_path, "registered_duty").to_pylist()
    assert [(one["report_type"], one["frequency"], one["company_class"]) for one in duties] == [
        ("annual_report", "year", "B"), ("vat_return", "quarter", None),
    ]  # fmt: skip
    (given,) = register_tables.snapshot(tmp_path, "mandate_given").to_pylist()
    assert (given["granted_at"], given["valid_to"], given["withdrawn_at"]) == (NOON, DAY, None)
    (read,) = register_tables.snapshot(tmp_path, "data_read").to_pylist()
    assert (read["sequence"], read["read_at"], read["subject"]) == (1, NOON, "X26-1")


def test_what_is_not_said_of_a_known_company_stays(tmp_path: Path) -> None:
    known = Register(tmp_path)
    known.add(Company(CVR, "A", (Frequency("quarter"),), industry="620100"))
    known.add(Company(CVR, "B", annual=(AnnualDuty("06-30"),)))
    found = known.of_cvr(CVR)
    assert found is not None
    assert (found.name, found.industry) == ("B", "620100")
    assert (found.frequencies, found.annual) == ((Frequency("quarter"),), (AnnualDuty("06-30"),))
    assert known.names([CVR, "87654321"]) == {CVR: "B"}


def test_a_register_made_before_long_first_years_were_kept_goes_on(tmp_path: Path) -> None:
    Register(tmp_path).add(Company(CVR, "A", annual=(AnnualDuty("12-31"),)))
    with closing(sqlite3.connect(tmp_path / "register.sqlite")) as con:
        con.execute("ALTER TABLE duty DROP COLUMN first_year_end")
    known = Register(tmp_path)
    first = AnnualDuty("12-31", first_year_end=date(2026, 12, 31))
    for annual in (AnnualDuty("12-31"), first):
        known.add(Company(CVR, "A", annual=(annual,)))
        found = known.of_cvr(CVR)
        assert found is not None
        assert found.annual == (annual,)
