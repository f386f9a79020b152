"""What companies owe today: in time, overdue, at what cost."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from assets.reports import duty, obligations, report
from assets.reports.standing import standings
from assets.workspace import AnnualSettings
from tests.filings_for_tests import open_at
from tests.unit.reports.test_obligations import company, workspace

D = date.fromisoformat


@pytest.fixture(autouse=True)
def _annual(monkeypatch: pytest.MonkeyPatch) -> None:
    load = report.load
    stand_in = {"annual_report": SimpleNamespace(duty=duty.ANNUAL)}
    monkeypatch.setattr(report, "ids", lambda: ["annual_report", "vat_return"])
    monkeypatch.setattr(report, "load", lambda name: stand_in.get(name) or load(name))


def test_what_is_owed_is_told_with_its_cost(tmp_path: Path) -> None:
    annual = AnnualSettings("B", first_day=D("2025-01-01"), members=2)
    owner = replace(company("quarter"), annual=annual)
    here = replace(workspace(tmp_path, owner), fixed_today=D("2026-08-03"))

    def told() -> list[tuple[str, str, str, str]]:
        return [
            (s.obligation.report_type, str(s.obligation.period_end), s.state, s.consequence)
            for s in standings(here, operations)
        ]

    fees = "4 000 kr. (2 × 2 000 kr.)"
    late = ("annual_report", "2025-12-31", "compulsory dissolution possible", fees)
    due = ("vat_return", "2026-06-30", "open", "")
    with open_at(tmp_path) as operations:
        assert told() == [late, due]  # an old return never written down may be filed elsewhere
        obligations.record(here, operations, "2026-03")
        assert told() == [("vat_return", "2026-03-31", "overdue", ""), late, due]


def test_annual_reports_stay_at_hand_for_longer_than_returns(tmp_path: Path) -> None:
    annual = AnnualSettings("B", first_day=D("2025-01-01"))
    owner = replace(company("quarter"), annual=annual)
    here = replace(workspace(tmp_path, owner), fixed_today=D("2026-11-23"))
    with open_at(tmp_path) as operations:
        obligations.keep_at_hand(here, operations)
        found = obligations.at_hand(here, operations)
        ends = {name: [] for name in ("annual_report", "vat_return")}
        for row in found:
            ends[row["report_type"]].append(str(row["period_end"]))
        assert obligations.keep_at_hand(here, operations).changed == 0
    assert ends == {
        "annual_report": ["2025-12-31", "2026-12-31"],
        "vat_return": ["2026-06-30", "2026-09-30", "2026-12-31", "2027-03-31"],
    }
