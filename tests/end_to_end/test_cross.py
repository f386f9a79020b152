"""The cross-report checks through the warehouse: from six companies' reports to findings."""

from pathlib import Path

import pytest

from assets.authority.cross import run
from tests import authority_sample
from tests.authority_sample import BAGERI, KRAMMER, NORDLYS, TOMRER
from warehouse.store import Store

TURNOVER = "vat-turnover-vs-revenue"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = Store(tmp_path_factory.mktemp("warehouse"))
    authority_sample.write(made)
    return made


@pytest.fixture(scope="module")
def payroll(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("given") / "payroll.csv"
    path.write_text(f"cvr;year;employees\n{NORDLYS.cvr};2025;9\n{BAGERI.cvr};2025;12\nx;2025;1\n")
    return path


def test_reports_become_findings_and_scores_and_a_rerun_the_same_bytes(
    store: Store, payroll: Path
) -> None:
    done = run.bring_up_to_date(store, payroll)
    assert sum(done.outcomes.values()) == store.row_count("cross_check")
    assert [finding.where for finding in done.findings] == ["payroll.csv:4"]
    before = {table: store.content_sha256(table) for table in run.WRITTEN}
    assert run.bring_up_to_date(store, payroll) == done
    assert {table: store.content_sha256(table) for table in run.WRITTEN} == before
    with store.connect() as con:
        found = con.execute(
            "SELECT cvr, year(period_end), rule, difference, filings FROM cross_check_finding "
            "WHERE cvr IN (?, ?) ORDER BY ALL",
            [NORDLYS.cvr, BAGERI.cvr],
        ).fetchall()
        filings = ", ".join(
            [authority_sample.case(BAGERI, 2025)]
            + [authority_sample.reference(BAGERI, quarter) for quarter in range(1, 5)]
        )
        # The sample tells four fifths of the bakery's sales: 9,400,000 × 0.80 = 7,520,000.
        assert (BAGERI.cvr, 2025, TURNOVER, -1_880_000, filings) in found
        assert [row[:4] for row in found if row[0] == NORDLYS.cvr] == [
            (NORDLYS.cvr, 2025, "employees-vs-payroll", 4 - 9)
        ]
        score = con.execute(
            "SELECT points, explanation FROM company_score WHERE cvr = ? AND year = 2025",
            [BAGERI.cvr],
        ).fetchall()
        assert score == [(11, f"vat return late 1 × 1 + {TURNOVER} 1 × 10 = 11")]
        doubled = con.execute(
            "SELECT cvr, rule, period_end, subject, count(*) FROM cross_check GROUP BY ALL "
            "HAVING count(*) > 1"
        ).fetchall()
        assert doubled == []
        # Who files no annual report is asked of VAT only.
        asked = con.execute(
            "SELECT DISTINCT rule FROM cross_check WHERE cvr IN (?, ?)", [TOMRER.cvr, KRAMMER.cvr]
        ).fetchall()
        assert asked == [("outlier-net-vat",)]
