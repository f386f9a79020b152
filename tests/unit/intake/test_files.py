import zipfile
from pathlib import Path

import pytest

from assets.intake.files import Files
from assets.intake.found import Unreachable
from warehouse.errors import PermanentError


def names(*given: str | Path) -> list[str]:
    return [Path(place.place).name for place in Files(given).places()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.xml", "a/c.XHTML", "a/notes.txt", "a/.hidden.xml", "schema.xsd"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_a_folder_gives_what_is_named_as_filings_in_order(folder: Path) -> None:
    assert names(folder) == ["c.XHTML", "b.xml"]
    assert names(str(folder / "*.xml"), folder / "b.xml") == ["b.xml"]  # once


def test_a_file_named_by_a_person_is_taken_whatever_its_name(folder: Path) -> None:
    assert names(folder / "a" / "notes.txt") == ["notes.txt"]


def test_a_list_names_files(folder: Path) -> None:
    (folder / "list").write_text(f"{folder / 'b.xml'}\n\n{folder / 'a'}\n")
    assert names(f"@{folder / 'list'}") == ["b.xml", "c.XHTML"]


def test_a_path_that_is_not_there_says_what_works() -> None:
    with pytest.raises(PermanentError) as caught:
        Files(["nowhere.xml"])
    assert str(caught.value) == (
        "There is no file or folder nowhere.xml. Correct the path; folders, patterns such as "
        "'filings/*.xml', zip files and @list (a file with one path on each line) work too."
    )


def test_an_archive_gives_its_members_and_a_report_package_is_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "year.zip", "w") as archive:
        for member in ("x/2.xml", "1.xml", "readme.txt"):
            archive.writestr(member, member)
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr("p/META-INF/reportPackage.json", "{}")
        archive.writestr("p/reports/r.xhtml", "")
    found = list(Files([tmp_path]).places())
    assert [place.place.removeprefix(f"{tmp_path}/") for place in found] == [
        "package.zip", "year.zip!1.xml", "year.zip!x/2.xml",
    ]  # fmt: skip
    assert found[0].read() == (tmp_path / "package.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "year.zip"):
        places = Files([tmp_path / "year.zip"]).places()
        assert next(places).read() == b"1.xml"
    assert Files([tmp_path]).total == 3


def test_a_place_is_the_same_until_it_changes(folder: Path) -> None:
    before = next(Files([folder / "b.xml"]).places()).digest
    assert next(Files([folder / "b.xml"]).places()).digest == before
    (folder / "b.xml").write_text("longer")
    assert next(Files([folder / "b.xml"]).places()).digest != before


def test_a_file_that_goes_before_it_is_read_is_named(folder: Path) -> None:
    places = Files([folder / "b.xml"]).places()
    place = next(places)
    (folder / "b.xml").unlink()
    with pytest.raises(Unreachable) as caught:
        place.read()
    assert str(caught.value) == (
        f"{folder / 'b.xml'} could not be read: No such file or directory. Mend it and run the "
        "command again; what is taken in already is not read twice."
    )
