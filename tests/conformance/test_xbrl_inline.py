"""Real inline reports: every fact element is a fact, and nothing in a good report is wrong."""

import tarfile

import pytest
from lxml import etree

from xbrl.inline.document import read_inline
from xbrl.inline.validity import validate

FACTS = "*[local-name() = 'nonFraction' or local-name() = 'nonNumeric' or "
FACTS += "local-name() = 'fraction' or local-name() = 'tuple']"
ELEMENTS = etree.XPath(f"//{FACTS}[starts-with(namespace-uri(), 'http://www.xbrl.org/20')]")
NAMED = etree.XPath("//@contextRef[not(../ancestor::*[local-name() = 'resources'])]")
ARCHIVES = {
    "xbrl/corpus/filings.tar.xz": ("uk/", "sec/"),
    "erst/dba-conformance-2024.tar.xz": ("valid-ixbrl-001.xhtml",),
}


@pytest.fixture(scope="module")
def reports(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("inline")
    for archive, wanted in ARCHIVES.items():
        with tarfile.open(shared_data / archive) as tar:
            members = [
                member
                for member in tar.getmembers()
                if member.isfile() and any(part in member.name for part in wanted)
            ]
            tar.extractall(folder, members, filter="data")
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.*htm*"))}


def test_every_fact_element_is_a_fact_with_its_context(reports):
    assert len(reports) == 14
    for name, data in reports.items():
        root = etree.fromstring(data)
        (instance,) = read_inline([(name, data)])
        assert len(instance.facts) == len(ELEMENTS(root)), name
        assert sorted(filter(None, instance.facts.context_id)) == sorted(NAMED(root)), name
        assert instance.facts.line == [element.sourceline for element in ELEMENTS(root)], name


def test_good_reports_have_no_problem(reports):
    for name, data in reports.items():
        instances = read_inline([(name, data)])
        found = [str(problem) for one in instances for problem in one.problems]
        assert found + [str(problem) for problem in validate(instances)] == [], name


def test_values_are_of_their_kind(reports):
    for name, data in reports.items():
        (instance,) = read_inline([(name, data)])
        for row in instance.facts.rows():
            if row.unit_id is not None and not row.is_nil:
                assert row.value.removeprefix("-").replace(".", "", 1).isdecimal(), (name, row.line)
            assert row.is_nil == (row.value is None), (name, row.line)


def test_a_report_cut_anywhere_is_a_problem_and_never_a_smaller_report(reports):
    data = reports["valid-ixbrl-001.xhtml"]
    for part in range(1, 10):
        cut = data[: len(data) * part // 10]
        (instance,) = read_inline([("cut.xhtml", cut)])
        assert (len(instance.facts), instance.roots) == (0, ())
        assert [problem.code for problem in instance.problems] == ["xml:well-formed"]
