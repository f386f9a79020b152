"""Real filings as xBRL-JSON and xBRL-CSV: every fact is there, with its value, and both agree."""

import csv
import io
import json
import tarfile
from pathlib import Path

import pytest

from xbrl.model import Instance
from xbrl.read import read, read_bytes
from xbrl.tables.oim_csv import FACTS, METADATA, write_csv
from xbrl.tables.oim_json import write_json

DANISH = ["bseddon-and-co-2014.xml", "exitplanner-report1.xml", "gepsio-offentliggorelse.xml"]


def uk(shared_data: Path) -> Instance:
    with tarfile.open(shared_data / "xbrl" / "corpus" / "filings.tar.xz") as archive:
        member = next(one for one in archive if one.name.endswith("00390616_20201231.html"))
        file = archive.extractfile(member)
        assert file is not None
        [instance] = read_bytes(file.read(), Path(member.name).name)
    return instance


@pytest.fixture(scope="module", params=[*DANISH, "uk"])
def instance(request: pytest.FixtureRequest, shared_data: Path) -> Instance:
    if request.param == "uk":
        return uk(shared_data)
    [instance] = read(shared_data / "xbrl" / "dk-filings" / request.param)
    return instance


def rows(files: dict[str, bytes]) -> dict[str, dict[str, object]]:
    """What the CSV files say, as xBRL-JSON would."""
    columns = json.loads(files[METADATA])["tableTemplates"]["facts"]["columns"]
    dimensions = columns["value"]["dimensions"]
    special = {"#nil": None, "#empty": ""}
    found = {}
    for row in csv.DictReader(io.StringIO(files[FACTS].decode(), newline="")):
        cells = {
            name: special.get(cell, cell.removeprefix("#") if cell.startswith("##") else cell)
            for name, cell in row.items()
            if cell != "#none"
        }
        one: dict[str, object] = {"value": cells["value"]}
        if "decimals" in cells:
            one["decimals"] = int(cells["decimals"] or "")
        one["dimensions"] = {
            key: cells[column[1:]] for key, column in dimensions.items() if column[1:] in cells
        }
        found[row["id"]] = one
    return found


def test_every_fact_is_in_both(instance: Instance) -> None:
    data, problems = write_json(instance)
    assert problems == []
    facts = json.loads(data)["facts"]
    reported = [one for one in facts.values() if "noteId" not in one["dimensions"]]
    assert len(reported) == len(instance.facts) > 50
    for fact, one in zip(instance.facts.rows(), reported, strict=True):
        assert one["dimensions"]["concept"].endswith(":" + fact.concept.rpartition("}")[2])
        assert ("unit" in one["dimensions"]) <= (fact.unit_id is not None)
        if fact.unit_id is None or fact.is_nil:
            assert one["value"] == (None if fact.is_nil else fact.value)
    files, _ = write_csv(instance)
    plain = {
        name: {key: value for key, value in one.items() if key != "links"}
        for name, one in facts.items()
        if "noteId" not in one["dimensions"]
    }
    assert {name: one for name, one in rows(files).items() if name in plain} == plain
