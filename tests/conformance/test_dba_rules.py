"""The authority's published test cases: the expected codes, and all of Arelle's, on every file.

`dba_rules_arelle.csv` holds what Arelle 2.47.3 with its validate/DBA plugin and the taxonomy of
2024-10-01 says of each file, under each of its six disclosure systems: file, regime, codes.
"""

import csv
import re
import tarfile
from collections import defaultdict
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from xbrl.read import read
from xbrl.rules.few import judge_few
from xbrl.rules.run import READ, Kept, judge, problems
from xbrl.tables.facts import tables

ARCHIVES = {
    "dba_2024": ("dba-conformance-2024.tar.xz", "arl-2024"),
    "dba_multi_2024": ("dba-conformance-multi-2024.tar.xz", "arl-2024-multi-target"),
}
ARELLE = Path(__file__).with_name("dba_rules_arelle.csv")


@pytest.fixture(scope="module")
def cases(shared_data, tmp_path_factory) -> dict[str, tuple[Path, set[str], str]]:
    """Each case's file with the codes expected of it and the regime it is judged by."""
    found = {}
    for suite, (archive, regime) in ARCHIVES.items():
        folder = tmp_path_factory.mktemp(suite)
        with tarfile.open(shared_data / "erst" / archive) as packed:
            packed.extractall(folder, filter="data")
        for case in sorted(folder.rglob("*-testcase.xml")):
            text = case.read_text(encoding="utf-8")
            for variation in re.findall(r"<variation.*?</variation>", text, re.DOTALL):
                name = re.search(r"<instance[^>]*>(.*?)</instance>", variation)[1]
                path = case.with_name(name)
                expected = set(re.findall(r"<error>(.*?)</error>", variation))
                found[f"{suite}/{case.parent.name}/{name}"] = (path, expected, regime)
    return found


@pytest.fixture(scope="module")
def filings(cases) -> duckdb.DuckDBPyConnection:
    """All files' tables in one database, the file's key as filing id."""
    parts = defaultdict(list)
    for key, (path, _, _) in cases.items():
        for instance in read(path):
            for name, table in tables(instance, key, 1).items():
                parts[name].append(table)
    con = duckdb.connect(config={"memory_limit": "512MB", "threads": 2})
    for name in READ:
        con.register("part", pa.concat_tables(parts[name]).unify_dictionaries())
        con.execute(f"CREATE TABLE {name} AS FROM part")
        con.unregister("part")
    return con


def codes_by_file(found: pa.Table) -> dict[str, set[str]]:
    codes = defaultdict(set)
    for filing_id, code, severity in zip(
        found["filing_id"].to_pylist(),
        found["code"].to_pylist(),
        found["severity"].to_pylist(),
        strict=True,
    ):
        codes[filing_id].add(f"{code}:{severity}")
    return codes


@pytest.mark.parametrize("suite", ARCHIVES)
def test_every_case_gives_the_expected_codes(suite, cases, filings):
    regime = ARCHIVES[suite][1]
    found = codes_by_file(judge(filings, regime=regime))
    wrong = {
        key: (expected, found[key])
        for key, (_, expected, case_regime) in cases.items()
        if case_regime == regime and {code.split(":")[0] for code in found[key]} != expected
    }
    assert {suite: sum(key.startswith(f"{suite}/") for key in cases)} == {
        suite: {"dba_2024": 70, "dba_multi_2024": 4}[suite]
    }
    assert wrong == {}


def arelle_said() -> dict[str, dict[str, set[str]]]:
    said: dict[str, dict[str, set[str]]] = defaultdict(dict)
    with ARELLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said[row["regime"]][row["file"]] = set(row["codes"].split())
    return said


@pytest.mark.parametrize("regime", sorted(arelle_said()))
def test_arelle_says_the_same_of_every_file(regime, cases, filings):
    found = codes_by_file(judge(filings, regime=regime))
    said = arelle_said()[regime]
    assert set(said) == set(cases)
    assert {key: found[key] for key in cases} == said


def test_entry_points_choose_the_rules(cases, filings):
    found = codes_by_file(judge(filings))
    by_year = codes_by_file(judge(filings, regime="arl-2024"))
    assert found == by_year


def test_one_filing_is_judged_as_among_many(cases, filings):
    key = "dba_2024/fr/fr57-negative-facts.xhtml"
    path, _, regime = cases[key]
    (instance,) = read(path)
    alone = judge_few(tables(instance, key, 1), regime=regime)[key]
    together = judge(filings, regime=regime)
    among = together.filter(pa.compute.equal(together["filing_id"].cast(pa.string()), key))
    assert alone == problems(among)
    assert len(alone) == 6


def test_a_batch_is_judged_as_if_none_had_gone_before(cases, filings):
    kept, found = Kept(), []
    for half in (list(cases)[::2], list(cases)[1::2], list(cases)[::2]):
        rows = {name: filings.table(name).to_arrow_table() for name in READ}
        part = {
            n: t.filter(pa.compute.is_in(t["filing_id"], pa.array(half))) for n, t in rows.items()
        }
        found.append(codes_by_file(kept.judge(part)))
    assert found[0] == found[2]
    assert found[0] | found[1] == codes_by_file(judge(filings))


def test_judging_leaves_the_connection_as_it_was(filings):
    before = filings.execute("SHOW ALL TABLES").fetchall()
    judge(filings)
    assert filings.execute("SHOW ALL TABLES").fetchall() == before
