"""What is known of a period before anything is filed, by hand-made rows."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from assets.authority.service import desk_filings
from assets.authority.service.desk_filings import Filings
from assets.authority.service.desk_prefill import Prefill
from assets.authority.service.register import AnnualDuty, Company, Frequency
from assets.authority.service.store_rows import Draft, StoredList
from assets.filings import eu_sales_list, vat_return

CVR = "12345674"
Q1 = date(2026, 1, 1), date(2026, 3, 31)
Q4 = date(2025, 10, 1), date(2025, 12, 31)
JANUARY, LATER = (Q1[0], date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 3, 31))
AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
GOODS = "MomsAngivelseEUSalgBeloebVarerBeloeb"
COMPANY = Company(
    CVR, "Demo ApS", (Frequency("quarter"),), {Q1[1]: date(2026, 6, 15)},
    annual=(AnnualDuty("12-31", "D"),),
)  # fmt: skip


def draft(period: tuple[date, date], state: str, number: int, total: int = 10) -> Draft:
    content = vat_return.write(vat_return.VatReturn(CVR, *period, {vat_return.TOTAL: total}))
    return Draft(f"d{number}", CVR, f"t{number}", *period, content, 5001, state, number, Q1[1],
                 AT if state == "approved" else None, None, "s", CVR, AT)  # fmt: skip


def listed(period: tuple[date, date], goods: int, state: str = "current") -> StoredList:
    buyer = eu_sales_list.Buyer("1", "DE", "136695976", goods, 1000, 5)
    content = eu_sales_list.write(eu_sales_list.SalesList(CVR, period[1], (buyer,)))
    return StoredList(f"L{goods}", CVR, f"t{goods}", *period, content, state, "s", CVR, AT)


def filings(drafts: list[Draft], lists: list[StoredList]) -> Filings:
    store = SimpleNamespace(drafts=lambda _: drafts, lists=lambda _: lists)
    reader = SimpleNamespace(rows=lambda *_: [])
    annual = SimpleNamespace(reader=reader, of_company=lambda _: [], published=lambda _: [])
    return Filings(cast("Any", SimpleNamespace(store=store)), cast("Any", annual))


def known(
    drafts: list[Draft], lists: list[StoredList], kind: str = "vat_return",
    period: tuple[date, date] = Q1,
) -> dict[str, tuple[str, str]]:  # fmt: skip
    found = Prefill(filings(drafts, lists)).known(COMPANY, kind, *period)
    return {one.name: (one.value, one.source) for one in found}


def test_a_postponed_due_date_comes_from_the_register() -> None:
    found = known([], [])
    assert found["frist"] == ("2026-06-15", "register")
    assert known([], [], period=Q4)["frist"] == ("2026-03-02", "momsloven § 57")
    assert "frist" not in known([], [], period=JANUARY)


def test_the_last_approved_return_is_what_the_next_is_compared_with() -> None:
    early = date(2025, 7, 1), date(2025, 9, 30)
    drafts = [
        draft(early, "approved", 1, 5), draft(Q4, "approved", 2, 6), draft(Q4, "approved", 3, 7),
        draft(Q4, "rejected", 4, 8), draft(Q1, "waiting", 5, 9),
    ]  # fmt: skip
    found = known(drafts, [])
    assert found[f"forrige.{vat_return.TOTAL}"] == ("7", "d3")
    assert found["indberettet"] == ("waiting", "d5")


@pytest.mark.parametrize(
    ("lists", "goods"),
    [
        ([listed(Q1, 100)], "100"),
        ([listed(Q1, 100), listed(Q4, 7)], "100"),
        ([listed(Q1, 90, "replaced"), listed(Q1, 100)], "100"),
        ([listed(JANUARY, 40)], None),
        ([listed(JANUARY, 40), listed(LATER, 60)], None),
        ([], None),
    ],
)
def test_rubrik_b_is_the_lists_sum_where_they_cover_the_period(
    lists: list[StoredList], goods: str | None
) -> None:
    found = known([], lists)
    assert found.get(GOODS, (None, ""))[0] == goods


def test_class_d_is_due_after_four_months() -> None:
    found = known([], [], "annual_report", (date(2025, 1, 1), date(2025, 12, 31)))
    assert found["frist"] == ("2026-04-30", "årsregnskabsloven § 138 stk. 1")
    assert found["regnskabsklasse"] == ("D", "register")


def test_a_corrected_return_is_replaced_and_keeps_its_receipt() -> None:
    drafts = [draft(Q4, "approved", 1), draft(Q4, "approved", 2), draft(Q1, "waiting", 3)]
    found = {
        one.filing_key: one for one in filings(drafts, [listed(Q1, 1, "replaced")]).of(COMPANY)
    }
    assert [found[key].status for key in ("d1", "d2", "d3", "L1")] == [
        "replaced", "accepted", "waiting", "replaced",
    ]  # fmt: skip
    assert [found[key].has_receipt for key in ("d1", "d2", "d3", "L1")] == [True, True, False, True]
    assert set(desk_filings.WORDS) >= {one.status for one in found.values()}
