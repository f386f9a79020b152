"""Zips of reports: which members make up which report, and what is wrong with the package."""

import io
import json
import zipfile

import pytest

from xbrl.archive import pack
from xbrl.read import read_bytes

PLAIN = b'<xbrl xmlns="http://www.xbrl.org/2003/instance"/>'
INLINE = b"""<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL">
<head><title>t</title></head><body><ix:header><ix:references/><ix:resources/></ix:header></body></html>"""
PART = INLINE.replace(b"<ix:header><ix:references/><ix:resources/></ix:header>", b"<p>more</p>")


def described(suffix: str = "", **more: object) -> bytes:
    kind = f"https://xbrl.org/report-package/2023{suffix}"
    return json.dumps({"documentInfo": {"documentType": kind} | more}).encode()


def read(name: str, **members: bytes) -> tuple[list[tuple[str, ...]], list[str]]:
    """The files of each instance, and the codes of the package's problems."""
    instances = read_bytes(pack({k.replace("__", "/"): v for k, v in members.items()}), name)
    codes = [p.code for one in instances for p in one.problems if p.code.startswith("rpe")]
    return [one.files for one in instances], codes


def test_inline_files_of_one_folder_are_one_document_set() -> None:
    members = {
        "p/META-INF/reportPackage.json": described("/xbri"),
        "p/reports/annual/a.xhtml": INLINE,
        "p/reports/annual/b.xhtml": PART,
        "p/reports/annual/logo.png": b"",
    }
    files, codes = read("r.xbri", **members)
    assert files == [("r.xbri/p/reports/annual/a.xhtml", "r.xbri/p/reports/annual/b.xhtml")]
    assert codes == []


def test_files_in_reports_itself_are_a_report_each_and_hide_the_folders() -> None:
    members = {
        "p/META-INF/reportPackage.json": described(),
        "p/reports/a.xbrl": PLAIN,
        "p/reports/b.xhtml": INLINE,
        "p/reports/more/c.xbrl": PLAIN,
    }
    assert read("r.zip", **members) == (
        [("r.zip/p/reports/a.xbrl",), ("r.zip/p/reports/b.xhtml",)],
        [],
    )


def test_in_any_other_zip_each_file_is_a_report() -> None:
    assert read("batch.zip", **{"2024/1.xml": PLAIN, "2024/2.xml": PLAIN, "x.txt": b""}) == (
        [("batch.zip/2024/1.xml",), ("batch.zip/2024/2.xml",)],
        [],
    )


@pytest.mark.parametrize(
    ("name", "description", "reports", "code"),
    [
        ("r.xbri", described(), {"a.xhtml": INLINE}, "documentTypeFileExtensionMismatch"),
        ("r.xbri", b"{", {"a.xhtml": INLINE}, "invalidJSON"),
        ("r.xbri", b'{"a": 1, "a": 2}', {"a.xhtml": INLINE}, "invalidJSON"),
        ("r.zip", b"[]", {"a.xhtml": INLINE}, "invalidJSONStructure"),
        ("r.zip", described("/later"), {"a.xhtml": INLINE}, "unsupportedReportPackageVersion"),
        ("r.box", described(), {"a.xhtml": INLINE}, "unsupportedFileExtension"),
        ("r.xbr", described("/xbr"), {"a.xhtml": INLINE}, "incorrectReportType"),
        ("r.xbr", described("/xbr"), {"a.xbrl": PLAIN, "b.xbrl": PLAIN}, "multipleReports"),
        ("r.zip", described(), {"x/a.xbrl": PLAIN, "x/b.xbrl": PLAIN},
         "multipleReportsInSubdirectory"),
        ("r.xbri", described("/xbri"), {"a.png": b""}, "missingReport"),
    ],
)  # fmt: skip
def test_a_wrong_package_is_told(
    name: str, description: bytes, reports: dict[str, bytes], code: str
) -> None:
    members = {f"p/reports/{path}": data for path, data in reports.items()}
    _, codes = read(name, **{"p/META-INF/reportPackage.json": description} | members)
    assert codes == [f"rpe:{code}"]


def test_a_zip_without_reports_and_a_damaged_one_are_told_never_empty() -> None:
    [empty] = read_bytes(pack({"a.txt": b""}), "a.zip")
    assert empty.problems[0].message.startswith("a.zip holds no report: no .xhtml")
    [damaged] = read_bytes(pack({"a.xml": PLAIN})[:40], "b.zip")
    assert damaged.problems[0].code == "archive:invalid-archive"
    [json_] = read_bytes(pack({"p/reports/a.json": b"{}"}), "c.zip")
    assert json_.problems[0].code == "read:json-report"


@pytest.mark.parametrize(
    ("method", "told"),
    [
        (zipfile.ZIP_LZMA, "cannot be unpacked: Corrupt input data."),
        (zipfile.ZIP_BZIP2, "cannot be unpacked: Invalid data stream."),
    ],
)
def test_a_member_damaged_in_any_compression_is_told(method: int, told: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as packed:
        packed.writestr("a.xml", PLAIN)
    data = bytearray(file.getvalue())
    data[len("a.xml") + 40 : len("a.xml") + 60] = b"\xff" * 20
    [damaged] = read_bytes(bytes(data), "r.zip")
    assert damaged.problems[0].message == f"r.zip/a.xml {told}"


def test_a_member_that_stands_before_the_file_is_told() -> None:
    data = pack({"a.xml": PLAIN})
    at = data.rindex(b"PK\x05\x06") + 16
    place = int.from_bytes(data[at : at + 4], "little") + 44
    [damaged] = read_bytes(data[:at] + place.to_bytes(4, "little") + data[at + 4 :], "r.zip")
    assert damaged.problems[0].message == "r.zip/a.xml stands before the archive's beginning."
