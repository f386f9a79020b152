"""Our facts are Arelle's facts, every aspect, on every instance that Arelle can read.

A sample by default; all of them with `INDBERET_CONFORMANCE=full` (`make conformance`).
A difference that is ours to keep stands in `xbrl_arelle_differences.csv` with the paragraph of the
specification that decides it; that list may only shrink.
"""

import csv
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import IS_FULL
from tests.peers import compare, environment
from xbrl.read import read

pytestmark = pytest.mark.timeout(3600)

KNOWN = Path(__file__).with_name("xbrl_arelle_differences.csv")
SUFFIXES = {".xml", ".xbrl", ".xhtml", ".html", ".htm"}
# Archive below the shared folder; how many instances the sample takes; whether Arelle finds the
# taxonomy beside the instance (else it reads without).
SETS = {
    "xbrl-2.1": ("xbrl/conformance/XBRL-CONF-2025-07-16.tar.xz", 30, True),
    "dimensions": ("xbrl/conformance/XBRL-XDT-CONF-2025-09-09.tar.xz", 30, True),
    "corpus": ("xbrl/corpus/filings.tar.xz", 6, False),
    "dk-inline": ("erst/dba-conformance-2024.tar.xz", 4, False),
    "dk-multi": ("erst/dba-conformance-multi-2024.tar.xz", 4, False),
}


def _is_instance(path: Path) -> bool:
    """By what it begins with: a test case or linkbase is no instance."""
    if path.suffix not in SUFFIXES or not path.is_file():
        return False
    if path.suffix in {".xhtml", ".html", ".htm"}:
        return True
    head = path.read_bytes()[:4000]
    return (
        b"http://www.xbrl.org/2003/instance" in head
        and b"xbrl" in head
        and (b"<xbrl" in head or b":xbrl" in head)
    )


def _spread(paths: list[Path], wanted: int) -> list[Path]:
    """Evenly chosen, so that every part of a suite is sampled."""
    if IS_FULL or wanted >= len(paths):
        return paths
    return [paths[i * len(paths) // wanted] for i in range(wanted)]


def _known() -> dict[str, str]:
    with KNOWN.open(encoding="utf-8") as file:
        return {row["instance"]: row["reason"] for row in csv.DictReader(file)}


def _instances(name: str, shared_data: Path, folder: Path) -> list[Path]:
    archive, sample, _ = SETS[name]
    with tarfile.open(shared_data / archive) as tar:
        tar.extractall(folder, filter="data")
    return _spread(sorted(filter(_is_instance, folder.rglob("*"))), sample)


def _check(
    label: str, paths: list[Path], folder: Path, tell: Callable[[str], None], *, dts: bool
) -> None:
    """Each instance equal, or known with its reason; nothing known that is equal by now."""
    theirs = compare.arelle(paths, dts=dts)
    known, told, counted = _known(), [], Counter[str]()
    for path in paths:
        answer = theirs[str(path.resolve())]
        name = path.relative_to(folder).as_posix()
        if "failure" in answer:
            counted["not read by Arelle"] += 1
            continue
        instance = next(i for i in read(path) if i.target is None)
        found = compare.differences(instance, answer, dts=dts)
        if bool(found) != (name in known):
            told.append("\n  ".join([name, *(found[:6] or ["equal now: strike it from the list"])]))
        counted["different, known" if found else "equal"] += 1
        counted["facts"] += len(answer["facts"])
    counts = ", ".join(f"{count:,} {what}" for what, count in counted.items())
    tell(f"Arelle's facts and ours, {label}: {counts}")
    assert not told, f"{len(told)} instances:\n" + "\n".join(told[:20])
    assert counted["equal"]


@pytest.fixture(autouse=True)
def _arelle_is_here() -> None:
    if not environment.is_installed("arelle"):
        pytest.skip("Arelle is not installed: run `make install`")


@pytest.mark.parametrize("name", SETS)
def test_our_facts_are_arelles(
    name: str,
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
    tell: Callable[[str], None],
) -> None:
    folder = tmp_path_factory.mktemp(name)
    paths = _instances(name, shared_data, folder)
    _check(name, paths, folder, tell, dts=SETS[name][2])


def test_our_facts_are_arelles_on_danish_plain_filings(
    shared_data: Path, tell: Callable[[str], None]
) -> None:
    folder = shared_data / "xbrl" / "dk-filings"
    _check("dk-plain", sorted(folder.glob("*.xml")), folder, tell, dts=False)


def test_every_known_difference_is_explained_in_the_docs() -> None:
    page = (KNOWN.parents[2] / "docs" / "xbrl-conformance.md").read_text(encoding="utf-8")
    assert [name for name, reason in _known().items() if reason not in page] == []
