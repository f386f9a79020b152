"""Our own annual report, broken once for each filing rule: we and Arelle speak with one code.

In `make conformance` Arelle is asked of each; else of every fifth, since it takes a second.
The breaks are those of `tests.errors.test_dba_rules`, made in a page our renderer wrote. Where
that page breaks a rule only in another way than the small report there, the break stands here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import pytest

from assets.filings.annual.arelle_process import ArelleProcess, Question
from assets.filings.annual.instance import plain
from tests import danish_breaks
from tests.annual_page import Page, audited, rendered
from tests.conftest import IS_FULL
from tests.danish_report import amount, text
from tests.errors.test_dba_rules import REGIMES, judged
from xbrl.read import read_bytes
from xbrl.rules.catalogue import rule_set
from xbrl.tables.facts import tables
from xbrl.taxonomy.library import TaxonomyLibrary

pytestmark = pytest.mark.timeout(900)
ELSEWHERE = "http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"
"""A schema every processor has, and no taxonomy of the authority's."""
HUGE = 9_999_999
"""Kroner; more than all the sample owns."""
NOT_MADE = {
    "TH14": "the kinds of report it forbids are not values of the taxonomy of 2024-10-01, by which "
    "they are invalid before any rule is asked",
    "FR82": "a page beside an ESEF report, which we do not write",
}


def listed(name: str) -> list[str]:
    """The concepts of one of the rule set's lists."""
    return [row.concept for row in rule_set("dba").lists if row.list == name]


def _address(page: Page) -> str:
    return re.findall(r'href="([^"]+)"', page.references)[0]


def in_our_way(valid: Page) -> dict[str, Page]:
    """Breaks that the whole page needs another way."""
    class_d = valid.but(text("fsa:ClassOfReportingEntity", "Regnskabsklasse D"))
    rendered_otherwise = danish_breaks.broken(valid)["FR118"].without("fsa:GrossProfitLoss")
    too_much = {
        "FR63": "CurrentAssets",
        "FR74a": "Provisions",
        "FR74b": "LiabilitiesOtherThanProvisions",
        "FR77a": "LongtermLiabilitiesOtherThanProvisions",
        "FR77b": "ShorttermLiabilitiesOtherThanProvisions",
    }
    return {
        "TH01": replace(valid, references=valid.references.replace(_address(valid), ELSEWHERE)),
        "TH10": replace(
            valid,
            references=valid.references + valid.references.replace(_address(valid), ELSEWHERE),
        ),
        "TR15": valid.with_entity(
            scheme="http://standards.iso.org/iso/17442", identifier="5299000J2N45DDNE4Y28"
        ).also(text("gsd:LegalEntityIdentifierOfReportingEntity", "529900T8BM49AURSDO55")),
        "TR16": replace(valid, root=""),
        "TR19": valid.also(text("gsd:NameOfReportingEntity", "Sydlys ApS")),
        "FR20": valid.without(*listed("management endorsement")),
        "FR33": class_d.without(
            *listed("statement of changes in equity"), *listed("disclosure of equity")
        ).also(amount("fsa:Equity", 1_484_200, "end")),
        "FR34": valid.without(*listed("balance sheet beside equity")),
        "FR35.noDimension": valid.without(*listed("accounting policies")),
        "FR56": valid.without(*listed("distribution of results"), context="before"),
        "FR118": rendered_otherwise.also(amount("fsa:GrossProfitLoss", 5, "other", ' scale="3"')),
    } | {
        code: valid.but(amount(f"fsa:{concept}", HUGE, "end")) for code, concept in too_much.items()
    }


AS_IT_FALLS = {"TM30": {"DBA.FR91"}, "TM31": {"DBA.FR91"}}
"""What Arelle says or not: of two dates it compares one, whichever comes first to hand."""


@dataclass(frozen=True)
class PlainPage:
    """The page as the plain instance we write for years before 2025."""

    of: Page

    def page(self) -> bytes:
        return plain(self.of.page(), date(2024, 12, 31))


VALID = rendered(audited())
BROKEN = {
    code: page
    for code, page in (danish_breaks.broken(VALID) | in_our_way(VALID)).items()
    if code not in NOT_MADE
} | {"FR83": PlainPage(VALID)}


@pytest.fixture(scope="module")
def ours() -> dict[str, set[str]]:
    """The codes of ours by rule, each judged under the regime that has it."""
    found: dict[str, set[str]] = {}
    for regime in {"arl-2024", *REGIMES.values()}:
        made: dict[str, dict[str, pa.Table]] = {
            code: _tables(page, code)
            for code, page in BROKEN.items()
            if REGIMES.get(code, "arl-2024") == regime
        }
        made["valid"] = _tables(VALID, "valid")
        said = judged(made, regime)
        found |= {code: {problem.code for problem in said[code]} for code in made}
    return found


def _name(code: str) -> str:
    return f"{code}.{'xml' if code == 'FR83' else 'xhtml'}"


def _tables(page: Page | PlainPage, key: str) -> dict[str, pa.Table]:
    (instance,) = read_bytes(page.page(), _name(key))
    return tables(instance, key, 1)


@pytest.fixture(scope="module")
def ask(
    arelle: ArelleProcess, library: TaxonomyLibrary
) -> Callable[[str, Page | PlainPage], set[str]]:
    """The codes of Arelle's Danish rules for a page, under the regime that has the rule."""
    addresses = tuple(re.findall(r'href="([^"]+)"', VALID.references))
    found = library.find_all(addresses)
    assert found is not None
    package = library.path(found.package)

    def codes(code: str, page: Page | PlainPage) -> set[str]:
        system = f"{REGIMES.get(code, 'arl-2024')}-preview"
        said = arelle.judge(Question(_name(code), page.page(), package, addresses, system))
        return {one.code for one in said if one.code.startswith("DBA.")}

    return codes


def test_the_report_breaks_no_rule(ours, ask):
    assert ours["valid"] == set()
    assert ask("valid", VALID) == set()


@pytest.mark.parametrize("code", BROKEN)
def test_a_report_broken_once_breaks_its_rule(code, ours):
    assert f"DBA.{code}" in ours[code]


@pytest.mark.parametrize("code", list(BROKEN) if IS_FULL else sorted(BROKEN)[::5])
def test_a_report_broken_once_is_told_by_both_with_one_code(code, ours, ask):
    said = ask(code, BROKEN[code])
    assert f"DBA.{code}" in said
    assert said ^ ours[code] <= AS_IT_FALLS.get(code, set())


def test_every_rule_is_broken_or_the_reason_is_given():
    assert {f"DBA.{code}" for code in (*BROKEN, *NOT_MADE)} == {
        r.code for r in rule_set("dba").rules
    }
