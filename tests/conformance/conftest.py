"""Fixtures of the conformance tests: a real Tryton server, the authority's taxonomy, Arelle; counts
told at the end.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assets.filings.annual.arelle_process import ArelleProcess, is_installed
from assets.intake import taxonomies
from assets.sources.connector import Connection
from tests.tryton_server import server
from tests.tryton_server.rpc import Bookkeeper
from warehouse.secret import Secret
from xbrl.taxonomy.library import TaxonomyLibrary

_TOLD = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def tell(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """A line for the end of the run: what `make conformance` is asked for."""
    return pytestconfig.stash.setdefault(_TOLD, []).append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(_TOLD, []):
        terminalreporter.write_line(line)


@dataclass
class TrytonBooks:
    """The running server with its books, and a bookkeeper in it."""

    running: server.Running
    keeper: Bookkeeper

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def database(self) -> str:
        return self.running.database

    @property
    def key(self) -> Secret:
        return Secret(Path(self.running.key_file).read_text())

    def connection(self, **options: object) -> Connection:
        """A connection to the server; `options` beside or instead of its own."""
        own = {"url": self.url, "database": self.database, "key": self.key, "attempts": 1}
        return Connection("tryton", "nordlys", "tryton", own | options)


@pytest.fixture(scope="session", autouse=True)
def no_server_outlives_the_tests() -> Iterator[None]:
    yield
    server.stop_all()


@pytest.fixture(scope="session")
def serve_tryton(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], TrytonBooks]:
    """Start a server over a fresh copy of the books."""
    if not server.is_installed():
        pytest.skip("the Tryton server is not installed here: run `make tryton`")

    def start() -> TrytonBooks:
        running = server.start(tmp_path_factory.mktemp("tryton"))
        return TrytonBooks(running, Bookkeeper(running))

    return start


@pytest.fixture(scope="session")
def tryton_books(serve_tryton: Callable[[], TrytonBooks]) -> TrytonBooks:
    """One server for all tests; what a test changes, the next one sees."""
    return serve_tryton()


@pytest.fixture(scope="session")
def library(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> TaxonomyLibrary:
    """A library with the authority's taxonomy, each entry point compiled once for all tests."""
    found = taxonomies.library(tmp_path_factory.mktemp("library"))
    found.add(shared_data / "taxonomies" / "DKGAAP-XBRL20241001.zip")
    return found


@pytest.fixture(scope="module")
def arelle() -> Iterator[ArelleProcess]:
    """A warm Arelle; ended with the module, for it holds the taxonomies it read."""
    if not is_installed():
        pytest.skip("Arelle is not installed: run `make install`")
    with ArelleProcess() as process:
        yield process
