"""One reader of options, for files and networks alike."""

from typing import Any

import pytest

from assets.sources import option
from assets.sources.connector import Connection
from warehouse.errors import SettingsError


def connection(**options: Any) -> Connection:
    return Connection("books", "nordlys", "any", options)


def test_a_text_is_given_or_else_the_default() -> None:
    assert option.text(connection(path="x"), "path") == "x"
    assert option.text(connection(), "path", "") == ""
    assert option.text(connection(path=""), "path", "") == ""
    assert option.text(connection(), "tag", "vat") == "vat"


@pytest.mark.parametrize(
    ("options", "default"),
    [({}, None), ({"path": ""}, None), ({"path": ""}, "x"), ({"path": 7}, "")],
)
def test_what_is_no_text_is_refused_in_one_way(options: dict[str, Any], default: Any) -> None:
    with pytest.raises(SettingsError) as caught:
        option.text(connection(**options), "path", default)
    found = options.get("path", default)
    assert str(caught.value) == (
        f"Connection books: path must be text, found {found!r}. Write it in quotes in "
        "indberet.toml."
    )
