"""Every message a file source can give, produced and compared to the letter."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets.sources import landing
from assets.sources.connector import RawFile, silent
from assets.sources.saft import CONNECTOR
from tests.errors.corpus import expected
from tests.saft_writer import Book, sale
from tests.unit.sources.pulling import connection, pull
from warehouse.errors import ReportingError, SettingsError, SourceError, TransientError

DK = '<AuditFile xmlns="urn:StandardAuditFile-Taxation-Financial:DK">'
SIE = "#FLAGGA 0\n#SIETYP 4\n"
GOOD = Book([sale("1", "2026-01-01", "100")]).write()
COLUMNS = {"voucher_number": "Bilag", "date": "Dato", "account": "Konto", "amount": "Beløb"}

# id → system, file name, content, further options
FILES: dict[str, tuple[str, str, bytes, dict[str, Any]]] = {
    "file-empty": ("saft", "books.xml", b"", {}),
    "saft-truncated": ("saft", "books.xml", GOOD[: len(GOOD) // 2], {}),
    "saft-not-xml": ("saft", "books.xml", b"Konto;Bel\xf8b", {}),
    "saft-not-well-formed": ("saft", "books.xml", GOOD.replace(b"</Header>", b"</Head>"), {}),
    "saft-undeclared-entity": ("saft", "books.xml", f"{DK}&x;</AuditFile>".encode(), {}),
    "saft-encoding": ("saft", "books.xml", GOOD.replace("Å".encode(), b"\xc5"), {}),
    "saft-doctype": (
        "saft", "books.xml",
        b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>', {},
    ),
    "saft-huge-value": ("saft", "books.xml", f"{DK}\n<Header>".encode() + b"x" * (9 << 20), {}),
    "saft-unknown-namespace": ("saft", "books.xml", b'<Invoice xmlns="urn:example"/>', {}),
    "saft-unknown-version": ("saft", "books.xml", GOOD.replace(b">2.1<", b">9.9<"), {}),
    "saft-header-incomplete": (
        "saft", "books.xml",
        GOOD.replace(b"<RegistrationNumber>10150817</RegistrationNumber>", b"", 1), {},
    ),
    "sie-not-sie": ("sie4", "books.se", b"<!DOCTYPE HTML>\n", {}),
    "sie-is-sie5": ("sie4", "books.se", b'<?xml version="1.0"?>\n', {}),
    "sie-cut-off": (
        "sie4", "books.se", f"{SIE}#VER A 1 20260101\n{{\n#TRANS 1910 {{}} 1\n".encode(), {},
    ),
    "sie-long-line": ("sie4", "books.se", b"#FLAGGA 0\n" + b"x" * (2 << 20), {}),
    "sie5-unknown-root": ("sie5", "books.sie", b"<Invoice/>", {}),
    "delimited-mapping-missing": ("delimited", "books.csv", b"x", {}),
    "delimited-mapping-unknown-key": (
        "delimited", "books.csv", b"x", {"mapping": {"postings": {"columns": {"konto": "Konto"}}}},
    ),
    "delimited-mapping-lacks": (
        "delimited", "books.csv", b"x",
        {"mapping": {"postings": {"columns": {"voucher_number": 1, "date": 2}}}},
    ),
    "delimited-heading": ("delimited", "books.csv", "Bilag;Dato;Beløb\n".encode(),
                          {"mapping": {"postings": {"columns": COLUMNS}}}),
    "delimited-encoding": ("delimited", "books.csv", "Bilag;Dato;Konto;Beløb\n".encode("cp1252"),
                           {"mapping": {"postings": {"columns": COLUMNS}}}),
    "delimited-quotes": ("delimited", "books.csv", 'Bilag;Dato;Konto;Beløb\n"1"x;2\n'.encode(),
                         {"mapping": {"postings": {"columns": COLUMNS, "delimiter": ","}}}),
    "delimited-long-line": (
        "delimited", "books.csv", "Bilag;Dato;Konto;Beløb\n".encode() + b"1" * (2 << 20),
        {"mapping": {"postings": {"columns": COLUMNS}}},
    ),
    "delimited-not-excel": ("delimited", "books.xlsx", b"x",
                            {"mapping": {"postings": {"columns": COLUMNS}}}),
}  # fmt: skip


def raised(work: Callable[[], object]) -> ReportingError:
    with pytest.raises(ReportingError) as caught:
        work()
    return caught.value


def compare(case: str, error: ReportingError, **values: object) -> None:
    """Compare to the letter; line and the parser's own words are taken from the message."""
    line = re.search(r":(\d+): ", str(error))
    detail = re.search(r"\(([^()]*(?:\([^()]*\))?[^()]*)\)", str(error))
    told = {"line": line and line[1], "detail": detail and detail[1], **values}
    assert str(error) == expected("sources", case, **told)


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_gives_its_exact_message(tmp_path: Path, case: str) -> None:
    system, name, content, options = FILES[case]
    if case == "delimited-quotes":
        content = content.replace(b";", b",")
    path = tmp_path / name
    path.write_bytes(content)
    error = raised(lambda: pull(system, tmp_path, path=name, **options))
    assert isinstance(
        error, SettingsError if "mapping" in str(error)[:40] else SourceError | SettingsError
    )
    compare(case, error, path=path)


def test_a_missing_file_and_a_missing_path(tmp_path: Path) -> None:
    error = raised(lambda: pull("saft", tmp_path, path="nope.xml"))
    compare("file-missing", error, path=tmp_path / "nope.xml")
    compare("path-missing", raised(lambda: pull("saft", tmp_path)))
    for told in ("x" * 5000, "a\0b"):  # no name a file could have
        error = raised(lambda told=told: pull("saft", tmp_path, path=told))
        compare("file-missing", error, path=tmp_path / told)


def test_files_of_two_companies(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(GOOD)
    (tmp_path / "b.xml").write_bytes(Book([], company="99999999").write())
    error = raised(lambda: pull("saft", tmp_path, path="*.xml"))
    compare("two-companies", error, path=tmp_path / "a.xml", other=tmp_path / "b.xml")


def test_a_file_that_is_still_being_written(tmp_path: Path) -> None:
    path = tmp_path / "books.xml"
    path.write_bytes(GOOD)

    def read() -> None:
        for item in CONNECTOR.pull(connection("saft", tmp_path, path=path.name), None, silent):
            if isinstance(item, RawFile):
                path.write_bytes(GOOD + b"\n")

    error = raised(read)
    assert isinstance(error, TransientError)
    compare("file-changing", error, path=path)


def test_a_voucher_number_used_twice(tmp_path: Path) -> None:
    vouchers = [sale("1", "2026-01-01", "100"), sale("1", "2026-01-02", "100")]
    (tmp_path / "books.xml").write_bytes(Book(vouchers).write())
    told = connection("saft", tmp_path, path="books.xml")
    (finding,) = landing.land(CONNECTOR, told, tmp_path / "landed", silent).findings
    line = finding.where.rpartition(":")[2]
    first = re.search(r"first at books.xml:(\d+);", finding.message)
    assert first is not None
    assert int(first[1]) < int(line)
    wanted = expected("sources", "duplicate-voucher", line=line, first=first[1])
    assert finding.message == wanted
