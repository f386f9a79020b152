"""The official Dimensions 1.0 suite: every variation, against the list of those known to fail.

The list may only shrink: a variation that fails and is not on it fails the test, and so does one
that is on it and passes.
"""

import csv
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.xbrl_dimensions_suite import Outcome, by_category, run

ARCHIVE = "xbrl/conformance/XBRL-XDT-CONF-2025-09-09.tar.xz"
KNOWN = Path(__file__).with_name("xbrl_dimensions_failures.csv")
VARIATIONS = {"000-Schema-invalid": 8, "100-xbrldte": 96, "200-xbrldie": 240, "300-factlist": 3}


@pytest.fixture(scope="module")
def outcomes(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    folder = tmp_path_factory.mktemp("dimensions")
    with tarfile.open(shared_data / ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    (suite,) = (index.parent for index in folder.rglob("xdt.xml"))
    return list(run(suite))


def test_every_variation_is_run(outcomes: list[Outcome], tell: Callable[[str], None]):
    for category, (passed, total) in by_category(outcomes).items():
        tell(f"Dimensions suite, {category}: {passed} of {total}")
    assert {name: total for name, (_, total) in by_category(outcomes).items()} == VARIATIONS
    ids = [outcome.variation.id for outcome in outcomes]
    assert len(ids) == len(set(ids))


def test_failures_are_those_known(outcomes: list[Outcome]):
    with KNOWN.open(encoding="utf-8") as file:
        known = {row["variation"] for row in csv.DictReader(file)}
    failed = {one.variation.id: one.reason for one in outcomes if one.reason}
    unexpected = {id_: reason for id_, reason in failed.items() if id_ not in known}
    assert not unexpected
    assert not known - failed.keys(), f"these pass now: take them off {KNOWN.name}"
