"""Obligations as they are kept: the law's dates and the authority's never both."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from assets.deliveries.channel import CalendarEntry, RefusedError
from assets.deliveries.obligations import due as kept_due
from assets.deliveries.obligations import mark
from assets.deliveries.obligations import record as keep
from assets.reports import obligations
from assets.workspace import Company, Frequency, Workspace
from pipelines.periods import Asked, due_now
from tests.filings_for_tests import open_at
from warehouse.operations import Operations

D = date.fromisoformat
Y2026 = (D("2026-01-01"), D("2026-12-31"))


def company(frequency: str, name: str = "c1", se_number: str = "10000009") -> Company:
    frequencies = {"vat_return": (Frequency(frequency),)}
    return Company(name, name, se_number, se_number, "DK", "DKK", frequencies, {})


def workspace(root: Path, *companies: Company) -> Workspace:
    return Workspace(
        settings=root / "indberet.toml", storage=root, operations="", memory_limit="1GB",
        threads=1, companies=companies, connections=(), accounts=(), vat_codes=(),
        channel="sandbox", channels={}, live_allowed=False, sandbox_port=0, sandbox_approve=None,
    )  # fmt: skip


@dataclass
class Agency:
    """A calendar service: SE number → its dates; one it does not know is refused."""

    dates: dict[str, list[CalendarEntry]] = field(default_factory=dict)

    def calendar(self, se_number: str, _first: date, _last: date) -> list[CalendarEntry]:
        if se_number not in self.dates:
            raise RefusedError(
                "4801 no delegation", request=b"q", response=b"a", may_have_arrived=False
            )
        return self.dates[se_number]


@pytest.fixture
def operations(tmp_path: Path):
    with open_at(tmp_path) as opened:
        yield opened


@pytest.fixture
def agency(monkeypatch: pytest.MonkeyPatch) -> Agency:
    found = Agency()
    monkeypatch.setattr(obligations, "open_channel", lambda *_: found)
    return found


def ask(here: Workspace, operations: Operations):
    told, findings = obligations.by_authority(here, *Y2026)
    kept = obligations.bring_up_to_date(here, operations, *Y2026, told)
    return [*findings, *kept.findings]


def periods(operations: Operations, state: str = "open") -> list[tuple[str, str, str]]:
    return [
        (f"{row['period_start']} {row['period_end']}", str(row["due_date"]), row["origin"])
        for row in kept_due(operations, states=(state,))
    ]


def test_a_postponed_deadline_is_kept_and_said(operations, agency, tmp_path: Path) -> None:
    here = workspace(tmp_path, company("quarter"))
    agency.dates["10000009"] = [CalendarEntry("8", D("2026-06-15"), D("2026-06-15"))]
    findings = ask(here, operations)
    assert [f.rule for f in findings] == ["calendar.unusual_deadline"]
    assert periods(operations)[0] == ("2026-01-01 2026-03-31", "2026-06-15", "authority")
    obligations.record(here, operations, "2026-03")
    assert periods(operations)[0] == ("2026-01-01 2026-03-31", "2026-06-15", "authority")
    assert len(periods(operations)) == 4


def test_another_frequency_of_the_authority_takes_the_place_of_ours(
    operations, agency, tmp_path: Path
) -> None:
    here = workspace(tmp_path, company("month"))
    obligations.bring_up_to_date(here, operations, *Y2026)
    agency.dates["10000009"] = [CalendarEntry("8", D("2026-06-01"))]
    findings = ask(here, operations)
    assert {f.rule for f in findings} == {"calendar.frequency_differs"}
    assert periods(operations)[:2] == [
        ("2026-04-01 2026-04-30", "2026-05-26", "law"),
        ("2026-01-01 2026-03-31", "2026-06-01", "authority"),
    ]
    for month in ("2026-01", "2026-02", "2026-03"):
        obligations.record(here, operations, month)
    assert len(periods(operations)) == 10
    taken = [e for e in operations.events("c1") if e["event"] == "obligation.replaced"]
    assert len(taken) == 3


def test_a_differing_frequency_is_among_the_findings_of_every_later_check(
    operations, agency, tmp_path: Path
) -> None:
    here = workspace(tmp_path, company("month"))
    agency.dates["10000009"] = [CalendarEntry("8", D("2026-06-01"))]
    ask(here, operations)
    found = obligations.differences(here, operations, "2026-03")
    assert [f.where for f in found] == ["vat_return 2026-01-01 to 2026-03-31"]
    corrected = replace(here, companies=(company("quarter"),))
    assert obligations.differences(corrected, operations, "2026-03") == []
    assert obligations.differences(here, operations, "2026-04") == []


def test_what_is_already_filed_stays_when_the_authority_asks_for_something_else(
    operations, agency, tmp_path: Path
) -> None:
    here = workspace(tmp_path, company("month"))
    obligations.bring_up_to_date(here, operations, *Y2026)
    with operations.transaction() as transaction:
        january = {
            "company_id": "c1", "report_type": "vat_return",
            "period_start": D("2026-01-01"), "period_end": D("2026-01-31"),
        }  # fmt: skip
        mark(transaction, january, "filed")
    agency.dates["10000009"] = [CalendarEntry("8", D("2026-06-01"))]
    ask(here, operations)
    assert periods(operations, "filed") == [("2026-01-01 2026-01-31", "2026-02-25", "law")]
    assert ("2026-02-01 2026-02-28", "2026-03-25", "law") not in periods(operations)


def test_when_the_settings_change_what_they_no_longer_ask_for_goes(
    operations, tmp_path: Path
) -> None:
    other = company("month", "c2", "10000017")
    obligations.bring_up_to_date(workspace(tmp_path, company("month"), other), operations, *Y2026)
    chosen = replace(workspace(tmp_path, company("quarter"), other), selected=frozenset({"c1"}))
    obligations.bring_up_to_date(chosen, operations, *Y2026)
    rows = kept_due(operations)
    assert [len([r for r in rows if r["company_id"] == name]) for name in ("c1", "c2")] == [4, 12]


def test_a_company_the_authority_does_not_answer_for_does_not_stop_the_others(
    operations, agency, tmp_path: Path
) -> None:
    here = workspace(tmp_path, company("quarter"), company("quarter", "c2", "10000017"))
    agency.dates["10000017"] = [CalendarEntry("8", D("2026-06-15"))]
    findings = ask(here, operations)
    assert [(f.company_id, f.rule) for f in findings] == [
        ("c1", "calendar.not_told"),
        ("c2", "calendar.unusual_deadline"),
    ]
    assert len(periods(operations)) == 8


def test_keeping_the_same_again_changes_nothing(operations, tmp_path: Path) -> None:
    here = workspace(tmp_path, company("quarter"))
    assert obligations.bring_up_to_date(here, operations, *Y2026).changed == 4
    assert obligations.bring_up_to_date(here, operations, *Y2026).changed == 0
    assert keep(operations, obligations.by_law(here.companies, *Y2026)) == 0


def test_a_postponed_period_is_still_due_after_the_laws_own_deadline(
    operations, agency, tmp_path: Path
) -> None:
    frequencies = company("quarter").frequencies | {"eu_sales_list": (Frequency("month"),)}
    here = workspace(tmp_path, replace(company("quarter"), frequencies=frequencies))
    agency.dates["10000009"] = [CalendarEntry("8", D("2026-06-15"))]
    ask(here, operations)
    told = obligations.told_for(operations, *Y2026, {"c1"})
    after_the_first_of_june = D("2026-06-10")
    assert due_now(here.companies, after_the_first_of_june) == [Asked("2026-05")]
    months = [one.month for one in due_now(here.companies, after_the_first_of_june, told)]
    assert months == ["2026-03", "2026-05"]
    assert due_now(here.companies, D("2026-06-16"), told) == [Asked("2026-05")]
