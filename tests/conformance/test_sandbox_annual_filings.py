"""The sandbox judges the authority's own test filings: each broken one by the rule it breaks."""

import re
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.authority.service import annual_codes as codes
from assets.authority.service import registering
from assets.authority.service.annual_form import Form
from assets.authority.service.annual_intake import AnnualAuthority
from assets.authority.service.annual_register import AnnualCompany
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.mandates import Mandates
from assets.authority.service.register import Register

_CVR = re.compile(rb'scheme="http://www.dcca.dk/cvr">\s*(\d{8})')
_EARLIER = {
    "fr81": codes.LANGUAGE,
    "tm12": codes.WRONG_COMPANY,
    "tr02": codes.WRONG_COMPANY,
    "tr03": codes.WRONG_COMPANY,
    "tr09": codes.WRONG_COMPANY,
}
"""What is refused for another reason before the filing rules are asked."""


def filings(shared_data: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(shared_data / "erst" / "dba-conformance-2024.tar.xz") as archive:
        for member in archive:
            if member.name.endswith(".xhtml") and (file := archive.extractfile(member)):
                yield Path(member.name).stem, file.read()


@pytest.mark.slow
def test_every_test_filing_is_judged_by_the_rule_it_breaks(
    shared_data: Path, tmp_path: Path
) -> None:
    now = datetime(2026, 5, 20, tzinfo=UTC)
    register, mandates = Register(tmp_path), Mandates(tmp_path)
    register.add(is_redoing_allowed=True)
    store = AnnualStore(tmp_path / "authority.sqlite")
    authority = AnnualAuthority(register, mandates, store, now.date, lambda: now, library=None)
    wrong, accepted = [], 0
    for name, content in filings(shared_data):
        found = _CVR.search(content)
        cvr = found[1].decode() if found else "10000009"
        registering.add_annual(tmp_path, AnnualCompany(cvr, "Prøve ApS", ("authority",)))
        report = authority.receive("authority", Form(name, cvr, content))
        assert report is not None
        accepted += report.is_published
        rule = name.partition("-")[0]
        named = any(rule.upper() in code.upper() for code, _ in report.reasons)
        if "valid" in name and "invalid" not in name:
            is_right = report.is_published
        elif rule in _EARLIER:
            is_right = report.code == _EARLIER[rule]
        else:  # an error refuses, a soft rule warns
            is_right = named and report.code in (codes.ACCEPTED, codes.BREAKS_RULES)
        if not is_right:
            wrong.append((name, report.code, report.reasons[:3]))
    assert wrong == []
    assert accepted == 13
