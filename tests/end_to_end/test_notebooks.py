"""The notebooks of docs/ run over a small warehouse, and compute what is in it."""

import json
import runpy
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests import analyst_warehouse
from tests.conftest import ROOT
from warehouse.store import Store

FOLDER = ROOT / "docs" / "notebooks"
TOLD = {
    "balance_sheet_ratios": {"by_industry": "by_industry", "negative": "negative"},
    "late_filers": {"by_period": "by_period", "by_group": "by_group", "first": "first"},
    "rule_failures": {
        "rules": "rules", "shares": "shares.reset_index()", "months": "months.reset_index()",
        "worst": "worst",
    },
}  # fmt: skip
PLOTS = {"balance_sheet_ratios": 2, "late_filers": 3, "rule_failures": 2}
ASSETS, EQUITY = "Assets", "Equity"
LATE = {"late", "missing", "estimated"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Rows of the warehouse, and of each notebook the tables it ends with and its plots."""
    folder = tmp_path_factory.mktemp("analysis")
    store = Store(folder)
    rows = analyst_warehouse.write(store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
        patch.setenv("INDBERET_WAREHOUSE", "")  # set by the run, and put back after it
        executed = runpy.run_path(str(FOLDER / "run.py"))["executed"]
        read = executed(store.publish(), more={name: _telling(t) for name, t in TOLD.items()})
    return {"rows": rows} | {
        name: {"tables": json.loads(_text(book.cells[-1])), "book": book}
        for name, book in read.items()
    }


def _telling(tables: dict[str, str]) -> str:
    """A cell that prints the tables, exactly as they are."""
    how = "orient='records', double_precision=15, date_format='iso'"
    parts = ", ".join(
        f"'{name}': json.loads(({source}).to_json({how}))" for name, source in tables.items()
    )
    return f"import json\nprint(json.dumps({{{parts}}}))"


def _text(cell: Any) -> str:
    return "".join(output["text"] for output in cell["outputs"])


@pytest.mark.parametrize("name", TOLD)
def test_every_plot_is_drawn(made: dict[str, Any], name: str) -> None:
    outputs = [one for cell in made[name]["book"].cells for one in cell.get("outputs", [])]
    assert sum("image/png" in one.get("data", {}) for one in outputs) == PLOTS[name]
    assert not [one for one in outputs if one.get("name") == "stderr"]


def test_ratios_are_those_of_the_companies(made: dict[str, Any]) -> None:
    figures: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    for row in made["rows"]["company_figure"]:
        figures[row["entity_identifier"], row["fiscal_year"]][row["concept"]] = row["amount"]
    industry = {r["cvr"]: r["industry"][:2] for r in made["rows"]["registered_company"]}
    ratios: dict[tuple[str, int], list[float]] = defaultdict(list)
    for (cvr, year), amounts in figures.items():
        ratios[industry[cvr], year].append(float(amounts[EQUITY] / amounts[ASSETS]))
    tables = made["balance_sheet_ratios"]["tables"]
    found = {(row["division"], row["fiscal_year"]): row for row in tables["by_industry"]}
    assert {key: row["companies"] for key, row in found.items()} == {
        key: len(own) for key, own in ratios.items()
    }
    assert {key: row["equity_ratio"] for key, row in found.items()} == pytest.approx(
        {key: median(own) for key, own in ratios.items()}
    )
    assert {row["division"]: row["negative_equity"] for row in tables["negative"]} == {
        division: sum(ratio < 0 for ratio in ratios[division, 2025])
        for division in analyst_warehouse.DIVISIONS
    }


def test_late_filers_are_those_who_were_late(made: dict[str, Any]) -> None:
    duties = made["rows"]["duty_status"]
    tables = made["late_filers"]["tables"]
    late = Counter(duty["period_end"].year for duty in duties if duty["state"] in LATE)
    due = Counter(duty["period_end"].year for duty in duties)
    shares = [row["share"] for row in tables["by_period"]]
    assert shares == pytest.approx([late[year] / due[year] for year in analyst_warehouse.YEARS])
    assert sum(row["not_on_time"] for row in tables["by_group"]) == sum(late.values())
    assert sum(row["due"] for row in tables["by_group"]) == len(duties)
    longest = max(duty["days_late"] or 0 for duty in duties)
    assert tables["first"][0]["longest_days"] == longest


def test_rules_are_broken_where_they_were(made: dict[str, Any]) -> None:
    tables = made["rule_failures"]["tables"]
    broken = Counter(row["code"] for row in made["rows"]["xbrl_problem"])
    assert {row["rule"]: row["reports"] for row in tables["rules"]} == broken
    rule, only = analyst_warehouse.ONLY
    (row,) = [row for row in tables["shares"] if row["rule"] == rule]
    assert {division: row[division] for division in analyst_warehouse.DIVISIONS} == {
        division: float(division == only) for division in analyst_warehouse.DIVISIONS
    }
    assert (tables["worst"][0]["rule"], tables["worst"][0]["division"]) == (rule, only)
    received = Counter(f"{r['received_at']:%Y-%m}" for r in made["rows"]["received_filing"])
    assert set(tables["months"][0]) == {"rule", *received}


def test_they_are_kept_without_results() -> None:
    paths = sorted(FOLDER.glob("*.ipynb"))
    assert {path.stem for path in paths} == set(TOLD)
    for path in paths:
        for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
            assert not cell.get("outputs"), f"{path.name}: clear the results before committing"
            assert cell.get("execution_count") is None
