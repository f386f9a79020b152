"""A run about fiscal years leaves the returns of the same month as they are."""

from dataclasses import replace
from pathlib import Path

from assets.checks import period as checks
from assets.reports import obligations
from assets.reports import period as reports
from assets.workspace import Workspace
from pipelines import settings

SETTINGS = """
[demo]
today = 2026-02-01
[[company]]
id = "nordlys"
name = "Nordlys ApS"
cvr = "10150817"
vat_frequency = "quarter"
[company.annual_report]
class = "B"
first_day = 2025-01-01
"""
MONTH = "2025-12"


def draft(workspace: Workspace) -> reports.Built:
    """Check and build the month, as the job does."""
    with workspace.operations_database() as operations:
        obligations.record(workspace, operations, MONTH)
        checks.check(workspace, operations, MONTH)
        withheld = checks.withheld_in(workspace, MONTH)
        yearly = checks.withheld_in(workspace, MONTH, is_yearly=True)
        reports.build(workspace, operations, MONTH, withheld, yearly)
        reports.reconcile(workspace, operations, MONTH)
        return reports.withhold(workspace, MONTH)


def kept(workspace: Workspace) -> set[tuple[str, str]]:
    """The month's partitions of reports and findings, each with its folder."""
    store = workspace.store()
    return {
        (table, name.split("/")[1])
        for table in ("report", "reconciliation")
        for name in store.partitions(table)
    }


def test_a_yearly_run_leaves_the_months_returns(tmp_path: Path) -> None:
    path = tmp_path / "indberet.toml"
    path.write_text(SETTINGS)
    whole = settings.load(path)
    yearly = replace(whole, is_yearly_only=True)
    draft(yearly)
    only_yearly = {
        ("report", "report=annual_report"),
        ("reconciliation", "part=reconciliation-year"),
    }
    assert kept(whole) == only_yearly
    assert sum(draft(whole).states.values()) == 2
    before = kept(whole)
    assert before == only_yearly | {
        ("report", "report=vat_return"),
        ("reconciliation", "part=reconciliation"),
    }
    assert draft(yearly).states == {"withheld": 1}
    assert kept(whole) == before
    with whole.store().connect() as con:
        states = con.execute("SELECT report_type, state FROM report ORDER BY ALL").fetchall()
    assert states == [("annual_report", "withheld"), ("vat_return", "ready")]
