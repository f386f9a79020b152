"""The library: add, find by what a filing says, compile once, read in milliseconds."""

import zipfile
from pathlib import Path

import pytest

from tests.unit.xbrl.taxonomy.packages import BASE, package
from xbrl.taxonomy import compiled, lookup
from xbrl.taxonomy.library import TaxonomyLibrary

ASSETS = "{http://example.com/core}Assets"


@pytest.fixture
def library(tmp_path: Path) -> TaxonomyLibrary:
    return TaxonomyLibrary(tmp_path / "library")


def zipped(folder: Path, name: str, **changes: str | None) -> Path:
    path = folder / name
    path.write_bytes(package(**changes))
    return path


def test_a_package_is_added_once_found_and_compiled(
    library: TaxonomyLibrary, tmp_path: Path
) -> None:
    path = zipped(tmp_path, "small.zip")
    assert library.add(path).is_new
    assert not library.add(path).is_new
    assert [one.file for one in library.installed()] == ["small.zip"]
    found = library.find(f"{BASE}entry.xsd#x")
    assert found is not None
    assert library.named("LITTLE") == [found]
    folder = library.compile(found)
    taxonomy = compiled.load(folder)
    assert taxonomy.concepts[ASSETS].balance == "debit"
    assert lookup.concepts(folder, [ASSETS, "{x}Nothing"]) == {ASSETS: taxonomy.concepts[ASSETS]}
    assert lookup.labels(folder, [ASSETS], "da") == {ASSETS: "Aktiver"}
    assert lookup.labels(folder, [ASSETS], "en") == {ASSETS: "Assets"}


def test_a_folder_is_the_same_package_as_its_zip(library: TaxonomyLibrary, tmp_path: Path) -> None:
    path = zipped(tmp_path, "small.zip")
    zipfile.ZipFile(path).extractall(tmp_path / "unpacked")
    assert library.add(path).is_new
    assert not library.add(tmp_path / "unpacked").is_new


def test_any_document_a_package_holds_is_a_way_in(library: TaxonomyLibrary, tmp_path: Path) -> None:
    core = zipped(tmp_path, "small.zip")
    library.add(core)
    found = library.find(f"{BASE}label.xml")
    assert found is not None
    assert found.entry_point.documents == (f"{BASE}label.xml",)
    assert library.find(f"{BASE}nothing.xsd") is None
    assert library.find("http://example.com/other.xsd") is None


def test_what_lacked_a_document_is_compiled_anew_once_it_is_there(
    library: TaxonomyLibrary, tmp_path: Path
) -> None:
    library.add(zipped(tmp_path, "first.zip", core=None))
    found = library.find(f"{BASE}entry.xsd")
    assert found is not None
    lacking = compiled.load(library.compile(found))
    assert ASSETS not in lacking.concepts
    assert any("core.xsd" in problem.message for problem in lacking.problems)
    assert library.is_compiled(found)
    library.add(zipped(tmp_path, "second.zip", package=None, entry=None))
    assert not library.is_compiled(found)
    assert ASSETS in compiled.load(library.compile(found)).concepts


def test_a_kill_leaves_nothing_half_done(
    library: TaxonomyLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(zipped(tmp_path, "small.zip"))
    [package_] = library.installed()
    with monkeypatch.context() as broken:
        broken.setattr(compiled, "_synced", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            library.compile_all(package_)
    [found] = library.entry_points(package_)
    assert not library.is_compiled(found)
    told: list[tuple[str, int, int]] = []
    library.compile_all(package_, lambda *step: told.append(step))
    assert library.is_compiled(found)
    assert told == [("Little", 0, 1), ("", 1, 1)]
    assert [one.name for one in found.folder.parent.iterdir()] == [found.folder.name]


def test_a_file_without_schemas_is_not_installed(library: TaxonomyLibrary, tmp_path: Path) -> None:
    path = tmp_path / "empty.zip"
    path.write_bytes(package(package=None, entry=None, core=None))
    added = library.add(path)
    assert added.package is None
    assert [one.code for one in added.problems] == ["tpe:metadataFileNotFound", "tpe:noEntryPoint"]
    assert library.installed() == []
