"""The annual report's page in every form: valid XBRL, no rule broken, ours and Arelle's."""

import re
from datetime import date
from itertools import product

import pytest

from assets.filings.annual.arelle_process import Question
from assets.filings.annual.instance import plain
from assets.filings.annual.own_rules import judge_all
from assets.filings.annual_report import render
from tests.annual_sample import CLASSES, FORMS, sample
from tests.conftest import IS_FULL

pytestmark = pytest.mark.timeout(900)
PAGES = {
    "-".join([language, *forms, company_class]): render(*sample(language, *forms, company_class))
    # Forms first: Arelle keeps one taxonomy warm at a time.
    for forms, language, company_class in product(FORMS, ("da", "en"), CLASSES)
}


LANGUAGES = ("da", "en")
ASKED = ["-".join([language, *forms, CLASSES[(n + m) % 3]])
         for n, forms in enumerate(FORMS) for m, language in enumerate(LANGUAGES)]  # fmt: skip
"""Every form in both languages, the classes in turn: Arelle takes seconds for each. Unless all
is asked for, one language a form.
"""
if not IS_FULL:
    ASKED = ASKED[::3]


def test_our_rules_totals_and_validity_find_nothing(library):
    judged = judge_all({name: (f"{name}.xhtml", page) for name, page in PAGES.items()}, library)
    assert all(one.taxonomy is not None for one in judged.values())
    assert {name: one.problems for name, one in judged.items() if one.problems} == {}


@pytest.mark.parametrize("name", ASKED)
def test_arelle_finds_nothing(name, library, arelle):
    assert [
        one for one in asked(arelle, library, f"{name}.xhtml", PAGES[name]) if is_said(one)
    ] == []


def test_a_plain_instance_breaks_one_rule_to_be_inline(library, arelle):
    instance = plain(PAGES["da-nature-account-B"], date(2024, 12, 31))
    said = asked(arelle, library, "report.xbrl", instance)
    assert {one.code for one in said if is_said(one)} == {"DBA.FR83"}


def asked(arelle, library, name, content):
    addresses = tuple(re.findall(r'xlink:href="([^"]+)"', content.decode()))
    found = library.find_all(addresses)
    package = library.path(found.package)
    return arelle.judge(Question(name, content, package, addresses, "arl-2024-preview"))


def is_said(message):
    return message.level.lower() not in {"info", "debug"}
