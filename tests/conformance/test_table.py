"""The README's conformance table is the one the suites give."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from tests.conformance import table
from tests.conformance.network_xero import CASES


def test_the_readme_has_the_table_that_the_suites_give() -> None:
    """Collected in a process of its own, as `make docs` does."""
    command = [sys.executable, "-m", "tests.conformance.table", "--check"]
    done = subprocess.run(command, cwd=table.ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def asked(**told: Any) -> table.Asked:
    given = {"case": CASES[0], "heading": "edit", "lacks": "", **told}
    return table.Asked(given["case"], given["heading"], given["lacks"])


@pytest.mark.parametrize(
    ("lacks", "mark"),
    [([], "–"), ([""], "✓"), (["never"], "–"), (["", "never"], "part"),
     (["", "proved on fortnox, which has the same code"], "(✓)")],
)  # fmt: skip
def test_a_mark_is_given_only_where_all_tests_run(lacks: list[str], mark: str) -> None:
    assert table._mark(lacks) == mark


def test_a_connector_without_a_case_stops_the_table() -> None:
    with pytest.raises(LookupError, match="No conformance case: beancount, billy"):
        table.render([asked()])


def test_a_case_belongs_to_the_connector_its_name_begins_with() -> None:
    assert asked().system == "xero"
    with pytest.raises(LookupError, match="'xerox' begins with no connector's id"):
        asked(case=replace(CASES[0], name="xerox")).system  # noqa: B018


def test_who_does_not_say_what_it_is_proved_against_stops_the_table() -> None:
    with pytest.raises(LookupError, match="A case of xero does not say"):
        table._proof("xero", [asked(case=replace(CASES[0], proof=""))])
