"""The authority's demo: what each odd company did comes out where a case officer looks."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.nation.companies import HABITS, companies
from warehouse.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
COUNT = 24
ODD = dict(zip(HABITS, (one.cvr for one in companies(COUNT)), strict=False))


def run(folder: Path) -> dict[str, Any]:
    """The demo, as it is typed; its facts. 3: done, and something is told of."""
    command = [sys.executable, "-m", "pipelines", "demo-authority", "--companies", str(COUNT)]
    done = subprocess.run(
        [*command, "--folder", str(folder), "--json"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, run(folder)


def rows(folder: Path, query: str, *values: str) -> list[tuple[Any, ...]]:
    with Store(folder / "var" / "warehouse").connect() as con:
        return con.execute(query, values).fetchall()


def test_it_ends_in_verdicts_statistics_reminders_and_a_plot(
    demo: tuple[Path, dict[str, Any]],
) -> None:
    folder, told = demo
    assert told["verdicts"]["invalid"] == sum(
        one.habit == "annual_breaks_rule" for one in companies(COUNT)
    ) * 2  # in each of two years  # fmt: skip
    assert told["cells"] > told["kept_back"] > 0
    assert set(told["reminders"]) == {"estimated", "overdue"}
    outbox = folder / "var" / "authority" / "outbox"
    assert len(list(outbox.rglob("*.xml"))) == sum(told["reminders"].values())
    assert Path(told["plot"]).read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("habit", "report", "state"),
    [
        ("vat_late", "vat_return", "late"),
        ("vat_missing", "vat_return", "estimated"),
        ("annual_late", "annual_report", "late"),
        ("annual_missing", "annual_report", "missing"),
    ],
)
def test_what_came_late_or_not_at_all_is_told(
    demo: tuple[Path, dict[str, Any]], habit: str, report: str, state: str
) -> None:
    query = "SELECT DISTINCT state FROM duty_status WHERE cvr = ? AND report_type = ?"
    assert (state,) in rows(demo[0], query, ODD[habit], report)


@pytest.mark.parametrize(
    ("habit", "rule"),
    [
        ("vat_understated", "vat-turnover-vs-revenue"),
        ("comparatives_changed", "closing-vs-opening"),
        ("employees_understated", "employees-vs-payroll"),
        ("list_differs", "eu-list-vs-return"),
    ],
)
def test_what_does_not_agree_is_found_where_it_was_made(
    demo: tuple[Path, dict[str, Any]], habit: str, rule: str
) -> None:
    query = "SELECT DISTINCT outcome FROM cross_check WHERE cvr = ? AND rule = ?"
    made = next(one for one in companies(COUNT) if one.habit == habit)
    is_shown = rule != "vat-turnover-vs-revenue" or made.income_form == "function"
    wanted = "differs" if is_shown else "not_comparable"
    assert (wanted,) in rows(demo[0], query, ODD[habit], rule)
    ordinary = next(one.cvr for one in companies(COUNT) if one.habit is None)
    assert ("differs",) not in rows(demo[0], query, ordinary, rule)


def test_what_was_refused_is_in_the_tables_with_its_code(
    demo: tuple[Path, dict[str, Any]],
) -> None:
    query = "SELECT DISTINCT unnest(codes) FROM received_filing WHERE cvr = ? ORDER BY 1"
    assert ("507",) in rows(demo[0], query, ODD["vat_wrong_total"])
    assert ("4801",) in rows(demo[0], query, ODD["no_mandate"])
    assert ("84",) in rows(demo[0], query, ODD["annual_breaks_rule"])


def test_a_rejected_report_is_judged_and_never_counts(demo: tuple[Path, dict[str, Any]]) -> None:
    for habit in ("annual_breaks_rule", "no_mandate"):
        about = "WHERE entity_identifier = ?"
        assert rows(demo[0], f"SELECT 1 FROM xbrl_filing {about}", ODD[habit])
        assert not rows(demo[0], f"SELECT 1 FROM company_figure {about}", ODD[habit])


def test_a_second_run_sends_nothing_and_finds_the_same(
    demo: tuple[Path, dict[str, Any]],
) -> None:
    folder, told = demo
    count = "SELECT count(*), max(event_to) FROM received_filing"
    before = rows(folder, count)
    assert run(folder) == told
    assert rows(folder, count) == before
