"""The words of the desk: each there in both languages, and used."""

import re
from pathlib import Path

import pytest

from assets.desk import words as module
from assets.desk.pages import ours
from assets.desk.words import Words, language_of, texts

FOLDER = Path(module.__file__).parent
SOURCES = [*FOLDER.glob("*.py"), *FOLDER.glob("templates/*.html")]
KEY = re.compile(r"""["'](?P<key>[a-z]+\.[a-z_0-9]+)["']""")
CALL = re.compile(r"""\b(?:t|words|self)\(\s*["']([a-z_.0-9]+)["']""")
KINDS = re.compile(r"""\.of\(\s*["']([a-z]+)["']""")
STATES = re.compile(r"""p\.state\(["']([a-z]+)["']""")
PUT_TOGETHER = ("language", "company", "check", "lineage")
"""Kinds whose key a page puts together: t("check." ~ side)."""


def everywhere() -> str:
    return "\n".join(path.read_text() for path in SOURCES)


def test_every_text_stands_once_in_both_languages() -> None:
    lines = (FOLDER / "words.csv").read_text().splitlines()
    assert {line.count(";") for line in lines} == {2}
    keys = [line.split(";")[0] for line in lines]
    assert len(keys) == len(set(keys))
    assert [key for key, text in texts()["da"].items() if not text] == []
    assert [key for key, text in texts()["en"].items() if not text] == []


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    def slots(language: str, key: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", texts()[language][key]))

    assert [key for key in texts()["da"] if slots("da", key) != slots("en", key)] == []


def test_every_text_a_page_asks_for_is_there() -> None:
    asked = set(CALL.findall(everywhere()))
    assert asked - texts()["da"].keys() - {f"{kind}." for kind in PUT_TOGETHER} == set()


def test_every_text_is_asked_for() -> None:
    text = everywhere()
    kinds = {*KINDS.findall(text), *STATES.findall(text), *PUT_TOGETHER, "rule", "measure"}
    asked = {*CALL.findall(text), *(match["key"] for match in KEY.finditer(text))}
    unused = {key for key in texts()["da"] if key not in asked and key.split(".")[0] not in kinds}
    assert unused == set()


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "language"),
    [
        ("en", "da", "da", "en"),
        (None, "en", "da", "en"),
        ("de", None, "en-US,en;q=0.9", "en"),
        (None, None, "de, fr;q=0.9", "da"),
        (None, None, "en;q=0, da;q=0.1", "da"),
        (None, None, "da;q=0.3,en;q=0.7", "en"),
        (None, None, "en;q=high,,;", "da"),
    ],
)
def test_language(asked: str | None, kept: str | None, accepted: str, language: str) -> None:
    assert language_of(asked, kept, accepted) == language


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "evil",
        "",
        "/a\r\nSet-Cookie: x",
    ],
)
def test_the_form_leads_nowhere_else(address: str) -> None:
    assert ours(address) == "/"


def test_numbers_are_written_as_in_the_language() -> None:
    assert Words("da").number(-1234567) == "−1.234.567"
    assert Words("en").number(1234.5) == "1,234.50"
    assert Words("en").number(None) == "–"
