"""Fixtures every test may use."""

import os
from pathlib import Path

import pytest

from warehouse import duck

# Two test processes share two cores, where a second thread of DuckDB's only waits. The demos and
# other commands in processes of their own have it.
duck.DEFAULT_THREADS = 1

ROOT = Path(__file__).resolve().parent.parent
IS_FULL = os.environ.get("INDBERET_CONFORMANCE") == "full"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real schemas and sample files, which the project does not hold."""
    folder = Path(os.environ.get("INDBERET_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real schemas and samples are not here: {folder} (set INDBERET_SHARED_DATA)")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what `make conformance` adds to it, unless all is asked for."""
    for item in items:
        if not IS_FULL and (mark := item.get_closest_marker("full")):
            item.add_marker(pytest.mark.skip(reason=f"run by `make conformance`: {mark.args[0]}"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files, for review")
