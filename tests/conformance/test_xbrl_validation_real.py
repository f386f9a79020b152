"""Real Danish annual reports are valid by XBRL 2.1, Dimensions and the unit registry.

Arelle finds nothing in them either (2.47.3, with calculations and units). Each report then gets a
fault of its own, which must be found where it is.
"""

import zipfile
from pathlib import Path

import pytest

from xbrl.instance import read_instance
from xbrl.model import Instance
from xbrl.taxonomy.discovery import discover
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.resolver import FolderResolver
from xbrl.validation.entry_points import entry_points
from xbrl.validation.validate import validate

_ADDRESS = "http://archprod.service.eogs.dk/taxonomy/"
REPORTS = {
    "bseddon-and-co-2014.xml": "DKGAAP-XBRL20130401.zip",
    "gepsio-offentliggorelse.xml": "DKGAAP-XBRL20171001.zip",
}


@pytest.fixture(scope="module", params=sorted(REPORTS))
def report(request, shared_data: Path, tmp_path_factory) -> tuple[str, bytes, Taxonomy]:
    folder = tmp_path_factory.mktemp("taxonomy")
    with zipfile.ZipFile(shared_data / "taxonomies" / REPORTS[request.param]) as archive:
        archive.extractall(folder)
    (top,) = folder.iterdir()
    data = (shared_data / "xbrl" / "dk-filings" / request.param).read_bytes()
    resolver = FolderResolver({_ADDRESS: top})
    instance = read_instance(request.param, data)
    return request.param, data, discover(entry_points(instance, resolver), resolver)


def test_nothing_is_wrong_with_it(report):
    name, data, taxonomy = report
    instance = read_instance(name, data)
    assert taxonomy.problems == []
    assert instance.problems == []
    assert validate(instance, taxonomy, units=True) == []


def _first_number(instance: Instance) -> int:
    return next(
        index
        for index, (unit, nil) in enumerate(
            zip(instance.facts.unit_id, instance.facts.is_nil, strict=True)
        )
        if unit and not nil
    )


def test_a_fault_is_found_where_it_is(report):
    name, data, taxonomy = report
    instance = read_instance(name, data)
    index = _first_number(instance)
    instance.facts.element[index].text = "12 kroner"
    instance.facts.value[index] = "12 kroner"
    (problem,) = validate(instance, taxonomy)
    assert (problem.code, problem.facts) == ("xmlSchema:valueError", (index,))
    assert problem.line == instance.facts.line[index]
    assert "value “12 kroner” must be" in problem.message
