"""XML from strangers: nothing is fetched, nothing grows, nothing is read as empty."""

from pathlib import Path

import pytest

from assets.sources import safe_xml
from warehouse.errors import SourceError


def write(folder: Path, content: bytes) -> Path:
    path = folder / "file.xml"
    path.write_bytes(content)
    return path


def texts(path: Path, **limits: int) -> list[str | None]:
    found = []
    for element in safe_xml.elements(path, ["b"], safe_xml.Limits(**limits)):
        found.append(element.text)
        safe_xml.release(element)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_every_declared_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><a><b>Ærø</b></a>'
    assert texts(write(tmp_path, text.encode(encoding))) == ["Ærø"]


@pytest.mark.parametrize("chunk", [1, 7, 4096])
def test_chunks_change_nothing(tmp_path: Path, chunk: int) -> None:
    path = write(tmp_path, "<a><b>1</b>\n<!-- x --><b>x<!-- y -->y</b><c/><b>å</b></a>".encode())
    assert texts(path, chunk=chunk) == ["1", "xy", "å"]


def test_a_type_declaration_is_refused_even_far_into_the_prolog(tmp_path: Path) -> None:
    content = b"<!-- " + b"x" * 9000 + b" -->\n<!DOCTYPE a SYSTEM 'http://example.com/x'><a/>"
    with pytest.raises(SourceError, match=r"file.xml:2: the file declares a document type"):
        texts(write(tmp_path, content))


def test_an_undeclared_entity_is_an_error_and_not_an_empty_text(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not well-formed"):
        texts(write(tmp_path, b"<a><b>x&secret;y</b></a>"))


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="depth"):
        texts(write(tmp_path, b"<a>" * 100_000))


@pytest.mark.parametrize("opening", [b"<a><b>", b"<a><b x='", b"<a><![CDATA["])
def test_a_value_without_end_is_refused_before_it_fills_memory(
    tmp_path: Path, opening: bytes
) -> None:
    path = write(tmp_path, opening + b"x" * 10_000)
    with pytest.raises(SourceError, match=r"file.xml:1: one value is longer than 5000 bytes"):
        texts(path, chunk=512, text=5000)


def test_a_long_line_of_many_elements_is_no_fault(tmp_path: Path) -> None:
    path = write(tmp_path, b"<a>" + b"<b>1</b>" * 5000 + b"</a>")
    assert len(texts(path, chunk=512, text=1000)) == 5000


def test_a_released_file_leaves_nothing_in_memory(tmp_path: Path) -> None:
    path = write(tmp_path, b"<a>" + b"<b>1</b>\n" * 5000 + b"</a>")
    most = 0
    for element in safe_xml.elements(path, ["b"], safe_xml.Limits(chunk=90)):
        most = max(most, len(element.getparent()))
        safe_xml.release(element)
    assert most < 25
