"""Real taxonomy packages: what is discovered, as counts that Arelle 2.47.3 gives as well.

Concepts are counted outside the namespaces of the standard, whose documents each processor
brings along in its own way; references are those with parts (one of the Danish ones has none).
"""

import pytest

from xbrl import names
from xbrl.archive import open_archive
from xbrl.problem import Severity
from xbrl.taxonomy.discovery import discover
from xbrl.taxonomy.package import read_package
from xbrl.taxonomy.package_resolver import PackageResolver
from xbrl.validation.taxonomy import validate

DANISH = "http://archprod.service.eogs.dk/taxonomy/20241001/"
IFRS = "https://xbrl.ifrs.org/taxonomy/2024-03-27/"
STANDARD = ("{http://www.xbrl.org/", "{http://xbrl.org/", "{https://xbrl.org/")
FORMULA = "http://xbrl.org/arcrole/2008/"

CASES = {
    "Danish GAAP 2024, by nature": (
        "DKGAAP-XBRL20241001.zip",
        (
            f"{DANISH}entryDanishGAAPBalanceSheetAccountByCurrentAndLongTermForm"
            "IncomeStatementByNatureIncludingManagementsReviewStatisticsAndTax20241001.xsd"
        ),
        {"documents": 168, "concepts": 4081, "labels": 26070, "references": 2390},
        {
            names.PARENT_CHILD: (23, 2801),
            names.ALL: (42, 97),
            names.HYPERCUBE_DIMENSION: (97, 265),
            names.DIMENSION_DOMAIN: (37, 51),
            names.DOMAIN_MEMBER: (68, 2564),
            names.DIMENSION_DEFAULT: (1, 27),
            f"{FORMULA}assertion-set": (2, 48),
            f"{FORMULA}variable-set": (3, 136),
            f"{FORMULA}variable-filter": (3, 224),
            f"{FORMULA}variable-set-precondition": (3, 22),
            f"{FORMULA}boolean-filter": (1, 255),
        },
    ),
    "IFRS 2024, full": (
        "IFRS-2024.zip",
        f"{IFRS}full_ifrs_entry_point_2024-03-27.xsd",
        {"documents": 307, "concepts": 5328, "labels": 11351, "references": 6085},
        {
            names.PARENT_CHILD: (67, 6498),
            names.SUMMATION_ITEM_11: (46, 1312),
            names.ALL: (150, 150),
            names.HYPERCUBE_DIMENSION: (150, 293),
            names.DIMENSION_DOMAIN: (158, 301),
            names.DOMAIN_MEMBER: (158, 3207),
            names.DIMENSION_DEFAULT: (1, 138),
        },
    ),
}


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES.keys())
def case(request, shared_data):
    package, entry_point, counts, networks = request.param
    archive = open_archive(shared_data / "taxonomies" / package)
    resolver = PackageResolver([read_package(archive, package)])
    return discover([entry_point], resolver), counts, networks


def test_counts_are_those_of_the_reference_processor(case):
    taxonomy, counts, networks = case
    concepts = [one for one in taxonomy.concepts if not one.startswith(STANDARD)]
    references = (
        {(part.concept, part.number) for part in parts} for parts in taxonomy.references.values()
    )
    assert {
        "documents": len(taxonomy.documents),
        "concepts": len(concepts),
        "labels": sum(map(len, taxonomy.labels.values())),
        "references": sum(map(len, references)),
    } == counts
    for arcrole, expected in networks.items():
        found = taxonomy.relationships[arcrole]
        assert (len(found), sum(map(len, found.values()))) == expected, arcrole
    assert taxonomy.problems == []


def test_published_taxonomies_are_valid(case):
    taxonomy, _, _ = case
    errors = [str(one) for one in validate(taxonomy) if one.severity is Severity.ERROR]
    assert errors == []


@pytest.mark.full("the newest is discovered by the tests of its filings")
def test_every_danish_package_has_all_its_documents(shared_data):
    found = {}
    for path in sorted((shared_data / "taxonomies").glob("DK*.zip")):
        package = read_package(open_archive(path), path.name)
        taxonomy = discover(package.entry_points[0].documents, PackageResolver([package]))
        assert taxonomy.problems == [], path.name
        concepts = sum(not one.startswith(STANDARD) for one in taxonomy.concepts)
        relationships = sum(
            len(rows) for roles in taxonomy.relationships.values() for rows in roles.values()
        )
        found[path.stem] = (len(taxonomy.documents), concepts, relationships)
    assert found == {
        "DK-IFRS-20171220": (65, 4300, 294),
        "DKGAAP-XBRL20130401": (98, 1730, 4877),
        "DKGAAP-XBRL20151001": (132, 1976, 5852),
        "DKGAAP-XBRL20161001": (135, 2013, 5188),
        "DKGAAP-XBRL20171001": (134, 2011, 5668),
        "DKGAAP-XBRL20241001": (168, 4081, 6564),
    }
