"""Folders as addresses, and what fragments point at."""

import pytest
from lxml import etree

from xbrl.taxonomy.pointer import Pointers
from xbrl.taxonomy.resolver import FolderResolver, file_url, is_absolute


def test_the_longest_prefix_wins_and_nothing_outside_the_folder_is_opened(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x y.xsd").write_text(folder)
    (tmp_path / "secret.xsd").write_text("secret")
    resolver = FolderResolver(
        {"http://example.com/": tmp_path / "a", "http://example.com/b/": tmp_path / "b"}
    )
    assert resolver.open("http://example.com/x%20y.xsd") == b"a"
    assert resolver.open("http://example.com/b/x%20y.xsd") == b"b"
    assert resolver.open("http://example.com/../secret.xsd") is None
    assert resolver.open("http://example.com/%2E%2E/secret.xsd") is None
    assert resolver.open("http://elsewhere.com/x%20y.xsd") is None
    assert resolver.open("http://example.com/%00") is None
    assert resolver.open("http://example.com/" + "x" * 5000) is None
    assert is_absolute(file_url(tmp_path / "secret.xsd"))


@pytest.mark.parametrize(
    ("fragment", "found"),
    [
        ("", "a"),
        ("one", "b"),
        ("element(/1/2)", "d"),
        ("element(one/1)", "c"),
        ("element(gone) element(/1/1)", "b"),
        ("element(/2)", None),
        ("element(/1/9)", None),
        ("element(/1/x)", None),
        ("gone", None),
    ],
)
def test_shorthand_pointers_and_child_sequences(fragment, found):
    root = etree.fromstring('<a><b id="one"><c/></b><d/></a>')
    element = Pointers().find("http://example.com/a.xml", root, fragment)
    assert (None if element is None else element.tag) == found
