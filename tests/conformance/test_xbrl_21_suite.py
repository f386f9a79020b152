"""Every variation of the official XBRL 2.1 suite has the verdict it asks for.

Those that have not stand in `xbrl_21_failures.csv` with the reason. That list may only shrink: a
new failure fails this test, and so does a listed variation that passes.
"""

import csv
import tarfile
from pathlib import Path

import pytest

from tests.conformance import xbrl_21_suite

pytestmark = pytest.mark.timeout(600)

ARCHIVE = "xbrl/conformance/XBRL-CONF-2025-07-16.tar.xz"
KNOWN = Path(__file__).with_name("xbrl_21_failures.csv")
ALL = 606


@pytest.fixture(scope="module")
def outcomes(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("xbrl-21")
    with tarfile.open(shared_data / ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return list(xbrl_21_suite.run(next(folder.iterdir())))


def test_the_suite_is_whole(outcomes, tell):
    for category, (passed, total) in xbrl_21_suite.counts(outcomes).items():
        tell(f"XBRL 2.1 suite, {category}: {passed} of {total}")
    assert len(outcomes) == ALL
    assert len({one.variation.id for one in outcomes}) == ALL


def test_only_known_variations_fail_and_all_of_them_do(outcomes):
    with KNOWN.open(encoding="utf-8", newline="") as file:
        known = {row["variation"] for row in csv.DictReader(file)}
    failing = {one.variation.id: one.reason for one in outcomes if one.reason}
    assert {name: why for name, why in failing.items() if name not in known} == {}
    assert known - failing.keys() == set(), "these pass now: take them off the list"


def test_every_problem_says_what_and_where(outcomes):
    problems = {str(problem): problem for one in outcomes for problem in one.problems}
    assert len(problems) > 200
    for problem in problems.values():
        assert problem.code
        assert problem.file
        assert problem.message.endswith("."), problem
