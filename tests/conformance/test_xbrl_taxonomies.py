"""The Danish taxonomy for real: installed, compiled, looked up, and a filing typed by it."""

import datetime as dt
import json
import tarfile
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.intake import taxonomies
from pipelines.cli import app
from xbrl.names import XSD
from xbrl.read import read
from xbrl.tables.facts import tables
from xbrl.tables.typed import typed
from xbrl.taxonomy import compiled
from xbrl.taxonomy.discovery import discover
from xbrl.taxonomy.library import Found, TaxonomyLibrary

BASE = "http://archprod.service.eogs.dk/taxonomy/"
ASSETS = "{http://xbrl.dcca.dk/fsa}Assets"


@pytest.fixture(scope="module")
def library(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> TaxonomyLibrary:
    library = taxonomies.library(tmp_path_factory.mktemp("library"))
    for path in sorted((shared_data / "taxonomies").glob("*.zip")):
        assert library.add(path).is_new, path
    return library


@pytest.fixture(scope="module")
def filing(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    with tarfile.open(shared_data / "erst" / "dba-conformance-2024.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return min(folder.rglob("valid*.xhtml"))


@pytest.fixture(scope="module")
def found(library: TaxonomyLibrary, filing: Path) -> Found:
    [instance] = read(filing)
    [address] = {one.href for one in instance.references if one.kind == "schemaRef"}
    way = library.find(address)
    assert way is not None
    return way


@pytest.fixture(scope="module")
def folder(library: TaxonomyLibrary, found: Found) -> Path:
    return library.compile(found)


def test_every_package_has_its_ways_in(library: TaxonomyLibrary) -> None:
    ways = {one.file: len(one.entry_points) for one in library.installed()}
    assert ways == {
        "DK-IFRS-20171220.zip": 22, "DKGAAP-XBRL20130401.zip": 7, "DKGAAP-XBRL20151001.zip": 9,
        "DKGAAP-XBRL20161001.zip": 6, "DKGAAP-XBRL20171001.zip": 5,
        "DKGAAP-XBRL20241001.zip": 23, "IFRS-2024.zip": 13,
    }  # fmt: skip


def test_every_way_in_can_be_opened(library: TaxonomyLibrary) -> None:
    for package in library.installed():
        resolver = library.resolver(package)
        for way in package.entry_points:
            assert all(resolver.open(url) for url in way.documents), way


def test_compiled_it_is_what_was_discovered(
    library: TaxonomyLibrary, found: Found, folder: Path
) -> None:
    taxonomy = discover(found.entry_point.documents, library.resolver(found.package))
    loaded = compiled.load(folder)
    assert taxonomy.problems == []
    taxonomy.documents, taxonomy.schemas, taxonomy.links = {}, [], []
    assert loaded == taxonomy
    assert loaded.concepts[ASSETS].balance == "debit"
    languages = Counter(one.language for labels in loaded.labels.values() for one in labels)
    assert len(languages) == 10
    assert (compiled.summary(folder) or {})["missing"] == []


def test_a_filing_is_typed_and_labelled(filing: Path, folder: Path) -> None:
    [instance] = read(filing)
    facts = tables(instance, "filing", 1)["xbrl_fact"]
    rows = typed(facts, folder, "da", instance.prefixes).to_pylist()
    assert len(rows) == len(instance.facts)
    assert all(row["label"] and row["item_type"] for row in rows)
    by_concept = dict(zip(facts["concept"].to_pylist(), rows, strict=True))
    assert by_concept["Assets"]["label"] == "Aktiver"
    assert by_concept["ReportingPeriodStartDate"]["date_value"] == dt.date(2023, 1, 1)
    kinds = Counter(row["primitive"] for row in rows)
    assert kinds[f"{{{XSD}}}date"] == sum(row["date_value"] is not None for row in rows)
    assert kinds[f"{{{XSD}}}boolean"] == sum(row["boolean_value"] is not None for row in rows)


def test_a_concept_is_shown_with_its_labels_and_places(
    library: TaxonomyLibrary, found: Found, folder: Path
) -> None:
    del folder
    arguments = ["taxonomy", "show", found.entry_point.documents[0], "--concept", "fsa:Assets"]
    arguments += ["--library", str(library.folder), "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert facts["declaration"]["period_type"] == "instant"
    labels = {(one["language"], one["text"]) for one in facts["labels"]}
    assert {("da", "Aktiver"), ("en", "Assets"), ("de", "Aktiva")} <= labels
    assert {"parent-child", "domain-member"} & {one["network"] for one in facts["places"]}
