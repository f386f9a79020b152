"""Packages say what they are; without a word from them we look."""

import io
import zipfile

import pytest

from tests.unit.xbrl.taxonomy.packages import BASE, CATALOG, package
from xbrl.archive import open_zip
from xbrl.taxonomy.package import FolderAddress, Package, read_package
from xbrl.taxonomy.package_resolver import PackageResolver


def read(data: bytes, *addresses: FolderAddress) -> Package:
    return read_package(open_zip("small.zip", data), "id", addresses)


def test_metadata_names_the_package_and_its_entry_points() -> None:
    found = read(package())
    assert (found.identifier, found.name, found.version) == ("http://example.com/tax", "Small", "1")
    [one] = found.entry_points
    assert one.documents == (f"{BASE}entry.xsd",)
    assert one.name == "Little"
    assert dict(one.names)["da"] == "Lille"
    assert found.problems == []


def test_addresses_are_served_from_the_zip_also_above_what_the_catalog_maps() -> None:
    resolver = PackageResolver([read(package())])
    assert b"linkbaseRef" in (resolver.open(f"{BASE}entry.xsd") or b"")
    assert b"c_Assets" in (resolver.open("http://example.com/tax/core.xsd#c_Assets") or b"x")[:2000]
    assert resolver.open("http://example.com/tax/2023/entry.xsd") is None
    assert resolver.open(f"{BASE}../../../etc/passwd") is None


def test_the_first_package_that_holds_a_document_serves_it() -> None:
    first, second = read(package(core=None)), read(package())
    found = PackageResolver([first, second]).locate("http://example.com/tax/core.xsd")
    assert found is not None
    assert found[0] is second


def test_without_metadata_entry_points_are_found_and_addresses_come_from_the_table() -> None:
    data = package(catalog=None, package=None)
    [one] = read(data, FolderAddress(r"\d{4}", "http://example.com/tax/{folder}/")).entry_points
    assert one.documents == (f"{BASE}entry.xsd",)
    [unmapped] = read(data).entry_points
    assert unmapped.documents == ("http://package.invalid/small/2024/entry.xsd",)
    assert (
        PackageResolver([read(data)]).open("http://package.invalid/small/2024/entry.xsd")
        is not None
    )


def test_without_names_to_go_by_an_entry_point_is_what_nothing_refers_to() -> None:
    texts = {"a/top.xsd": b'<x schemaLocation="part.xsd"/>', "a/part.xsd": b"<x/>"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, text in texts.items():
            packed.writestr(name, text)
    assert [one.name for one in read(buffer.getvalue()).entry_points] == ["top"]


@pytest.mark.parametrize(
    ("catalog", "message"),
    [
        ("<catalog", "is no XML catalog: A well-formed XML document was expected"),
        (
            CATALOG.replace("../2024/", "http://elsewhere.com/"),
            f"leads {BASE} out of the package, to http://elsewhere.com/.",
        ),
        (CATALOG.replace("../2024/", "../../../"), f"leads {BASE} out of the package"),
        (CATALOG.replace('rewritePrefix="../2024/"', ""), "a row without uriStartString and"),
        (
            CATALOG.replace("</catalog>", CATALOG.splitlines()[1] + "</catalog>"),
            f"rewrites {BASE} twice; the first row is used.",
        ),
    ],
)
def test_a_bad_catalog_is_told(catalog: str, message: str) -> None:
    assert any(message in problem.message for problem in read(package(catalog=catalog)).problems)


def test_a_file_that_is_no_zip_is_told() -> None:
    found = read(b"PK\x03\x04 cut short")
    assert not found.entry_points
    [problem] = found.problems
    assert problem.message == "small.zip is no readable zip file: File is not a zip file."


def test_members_that_lead_out_or_come_twice_are_left_out() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name in ("../evil.xsd", "/root.xsd", "C:/x.xsd", "a/ok.xsd"):
            packed.writestr(name, "<x/>")
    archive = open_zip("z.zip", buffer.getvalue())
    assert list(archive.members) == ["a/ok.xsd"]
    assert [one.code for one in archive.problems] == ["archive:unsafe-path"] * 3


def test_a_member_that_unpacks_to_too_much_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xbrl.archive.MAX_MEMBER_BYTES", 100)
    archive = open_zip("z.zip", package())
    assert not archive.members
    assert "unpacks to" in archive.problems[0].message


def test_a_damaged_member_is_told_when_it_is_read() -> None:
    data = bytearray(package())
    start = data.find(b"small/2024/entry.xsd") + len("small/2024/entry.xsd")
    data[start + 20 : start + 40] = bytes(20)
    archive = open_zip("small.zip", bytes(data))
    assert archive.read("small/2024/entry.xsd") is None
    assert [one.code for one in archive.problems] == ["archive:damaged-member"]
