"""`indberet xbrl export`: each form, two files of one name, and a file that cannot be read."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app

REPORT = """<xbrl xmlns="http://www.xbrl.org/2003/instance"
  xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink"
  xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:t="urn:t">
<link:schemaRef xlink:type="simple" xlink:href="t.xsd"/>
<context id="c"><entity><identifier scheme="urn:cvr">10150817</identifier></entity>
<period><instant>2026-12-31</instant></period></context>
<unit id="u"><measure>iso4217:DKK</measure></unit>
<t:Assets contextRef="c" unitRef="u" decimals="0">{amount}</t:Assets></xbrl>"""


def call(folder: Path, form: str) -> Result:
    arguments = ["xbrl", "export", str(folder / "in"), "--out", str(folder / "out")]
    return CliRunner().invoke(app, [*arguments, "--form", form])


@pytest.fixture
def filings(tmp_path: Path) -> Path:
    for year, amount in (("2025", 100), ("2026", 200)):
        place = tmp_path / "in" / year / "report.xml"
        place.parent.mkdir(parents=True)
        place.write_text(REPORT.format(amount=amount), encoding="utf-8")
    return tmp_path


def test_two_filings_of_one_name_are_both_written(filings: Path) -> None:
    done = call(filings, "xbrl-json")
    assert done.exit_code == 0, done.output
    made = sorted((filings / "out").iterdir())
    assert [path.name for path in made] == ["report-2.json", "report.json"]
    values = [json.loads(path.read_bytes())["facts"]["f0"]["value"] for path in made]
    assert values == ["200", "100"]


def test_csv_and_parquet_hold_the_fact(filings: Path) -> None:
    call(filings, "xbrl-csv")
    assert "100" in (filings / "out" / "report" / "facts.csv").read_text()
    call(filings, "parquet")
    facts = pq.read_table(filings / "out" / "report" / "xbrl_fact")
    assert facts["value"].to_pylist() == ["100"]


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(filings: Path) -> None:
    (filings / "in" / "2025" / "report.xml").write_text("<xbrl")
    done = call(filings, "xbrl-json")
    assert done.exit_code == 3
    assert "report.xml:1: error xml:" in done.output
    assert len(list((filings / "out").iterdir())) == 1
