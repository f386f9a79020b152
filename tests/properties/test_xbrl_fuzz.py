"""Damaged files: a reader gives problems, never an exception, and loses no fact in silence.

A few seconds as it stands; `INDBERET_FUZZ_EXAMPLES=20000` tries as many damages per file, new
ones each time.
"""

import os
import re
import tarfile
import time
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.xbrl_mutations import JUNK, KINDS, Step, damage, facts_in
from xbrl import instance
from xbrl.archive import pack
from xbrl.column_facts import ColumnFacts
from xbrl.model import Instance
from xbrl.problem import Severity
from xbrl.read import read_bytes
from xbrl.tables.facts import tables
from xbrl.tables.oim_csv import write_csv
from xbrl.tables.oim_json import write_json
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation.validate import validate

EXAMPLES = int(os.environ.get("INDBERET_FUZZ_EXAMPLES", "0"))
SECONDS = 5
"""Of processor time for one file of at most half a megabyte: a hang, not a slow machine."""

PLAIN = b"""<?xml version="1.0" encoding="UTF-8"?>
<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:t="http://e/t" xml:lang="da"
 xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<link:schemaRef xlink:type="simple" xlink:href="t.xsd"/>
<xbrli:context id="c"><xbrli:entity><xbrli:identifier scheme="http://s">1</xbrli:identifier>
<xbrli:segment><xbrldi:explicitMember dimension="t:D">t:M</xbrldi:explicitMember></xbrli:segment>
</xbrli:entity><xbrli:period><xbrli:startDate>2025-01-01</xbrli:startDate>
<xbrli:endDate>2025-12-31</xbrli:endDate></xbrli:period><xbrli:scenario>
<xbrldi:typedMember dimension="t:T"><t:v a="1">x<t:w/></t:v></xbrldi:typedMember><t:o/>
</xbrli:scenario></xbrli:context>
<xbrli:context id="i"><xbrli:entity><xbrli:identifier scheme="http://s">1</xbrli:identifier>
</xbrli:entity><xbrli:period><xbrli:instant>2025-12-31T00:00:00Z</xbrli:instant></xbrli:period>
</xbrli:context>
<xbrli:unit id="u"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:DKK</xbrli:measure>
</xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure>
</xbrli:unitDenominator></xbrli:divide></xbrli:unit>
<xbrli:unit id="p"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>
<t:Profit id="f" contextRef="c" unitRef="u" decimals="-3">1000</t:Profit>
<t:Name contextRef="i" xml:lang="en"> &amp;<![CDATA[<b>]]>&#169;</t:Name>
<t:Nothing contextRef="i" xsi:nil="true"/>
<t:Share contextRef="c" unitRef="p" precision="4"><xbrli:numerator>1</xbrli:numerator>
<xbrli:denominator>3</xbrli:denominator></t:Share>
<t:Tuple id="t"><t:Name contextRef="i">a</t:Name><t:Inner><t:Name contextRef="i">b</t:Name>
</t:Inner></t:Tuple>
<link:footnoteLink xlink:type="extended" xlink:role="http://www.xbrl.org/2003/role/link">
<link:loc xlink:type="locator" xlink:href="#f" xlink:label="l"/>
<link:footnoteArc xlink:type="arc" xlink:from="l" xlink:to="n"
 xlink:arcrole="http://www.xbrl.org/2003/arcrole/fact-footnote"/>
<link:footnote xlink:type="resource" xlink:label="n" xml:lang="da"
 xlink:role="http://www.xbrl.org/2003/role/footnote">Note</link:footnote>
</link:footnoteLink></xbrli:xbrl>"""

INLINE = b"""<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"
 xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" xmlns:t="http://e/t"
 xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:link="http://www.xbrl.org/2003/linkbase"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xml:lang="da"><head><title>x</title></head>
<body><div style="display:none"><ix:header><ix:hidden><ix:nonNumeric name="t:Id" contextRef="i"
 id="h">7</ix:nonNumeric></ix:hidden><ix:references><link:schemaRef xlink:type="simple"
 xlink:href="t.xsd"/></ix:references><ix:resources>
<ix:relationship fromRefs="p h" toRefs="n"/>
<xbrli:context id="i"><xbrli:entity><xbrli:identifier scheme="http://s">1</xbrli:identifier>
</xbrli:entity><xbrli:period><xbrli:instant>2025-12-31</xbrli:instant></xbrli:period>
</xbrli:context><xbrli:unit id="u"><xbrli:measure>iso4217:DKK</xbrli:measure></xbrli:unit>
</ix:resources></ix:header></div><p>Profit <ix:nonFraction id="p" name="t:Profit" contextRef="i"
 unitRef="u" decimals="-3" scale="3" sign="-" format="ixt:num-comma-decimal">1.234,5
</ix:nonFraction> <ix:nonNumeric name="t:Text" contextRef="i" escape="true" continuedAt="k"
 tupleRef="y" order="2">A <b>b</b> <ix:exclude>page 1</ix:exclude><ix:nonFraction name="t:N"
 contextRef="i" unitRef="u" decimals="0" xsi:nil="true"/></ix:nonNumeric></p>
<ix:fraction name="t:F" contextRef="i" unitRef="u"><ix:numerator format="ixt:num-dot-decimal">1
</ix:numerator>/<ix:denominator format="ixt:num-dot-decimal">3</ix:denominator></ix:fraction>
<ix:tuple name="t:Y" tupleID="y"><ix:nonNumeric name="t:Z" contextRef="i" order="1"
 format="ixt:date-day-month-year">31.12.2025</ix:nonNumeric></ix:tuple>
<p><ix:continuation id="k" continuedAt="m">and more</ix:continuation>
<ix:continuation id="m"><img src="a.png" alt=""/></ix:continuation>
<ix:footnote id="n" xml:lang="da">See <ix:nonNumeric name="t:O" contextRef="i">o
</ix:nonNumeric></ix:footnote></p></body></html>"""

WRITTEN_ALIKE = re.sub(
    b"(?s)<t:Profit.*</t:Tuple>",
    b"""<t:Profit id="f" contextRef="c" unitRef="u" decimals="-3">1000</t:Profit>
  <t:Name contextRef="i" xml:lang="en">a &amp; &#198;</t:Name> <t:Empty contextRef="i"/>
  <t:Nothing id="n" contextRef="i" xsi:nil="true" />
  <t:Name id="z" contextRef="i">\xc3\xa6 "b"\r\n</t:Name><!-- x -->
  <t:Loss id="l" contextRef="c" unitRef="u" decimals="0">1</t:Loss>""",
    PLAIN,
)
"""An instance whose facts can be cut out of its bytes."""

_step = st.builds(
    Step,
    st.sampled_from(sorted(KINDS)),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(JUNK),
)
_damage = st.lists(_step, min_size=1, max_size=4)


def _tried(examples: int) -> settings:
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(
        max_examples=EXAMPLES or examples, derandomize=not EXAMPLES, suppress_health_check=checks
    )


def _survives(name: str, data: bytes) -> None:
    before = time.process_time()
    instances = read_bytes(data, name)
    assert time.process_time() - before < SECONDS
    found = sum(kind != "tuple" for one in instances for kind in one.facts.kind)
    problems = [problem for one in instances for problem in one.problems]
    is_told = any(problem.severity is Severity.ERROR for problem in problems)
    expected = facts_in(data)
    if expected is None:
        assert is_told or found, "what is not well-formed was read as empty"
    elif found < expected:
        assert is_told, f"{expected} facts stand in the file, {found} were read"
    for one in instances:
        _is_usable(one, len(data))


def _is_usable(read: Instance, size: int) -> None:
    """Whoever comes after the reader gets along with what it made."""
    assert tables(read, "id", size)["xbrl_fact"].num_rows == len(read.facts)
    assert all(isinstance(str(one), str) for one in validate(read, Taxonomy(())))
    assert write_json(read)[0]
    assert write_csv(read)[0]


@_tried(120)
@given(_damage)
def test_a_damaged_instance(steps: list[Step]):
    _survives("i.xbrl", damage(PLAIN, steps))


@_tried(300)
@given(_damage)
def test_facts_are_cut_out_of_a_damaged_instance_only_as_its_tree_has_them(steps: list[Step]):
    data = damage(WRITTEN_ALIKE, steps)
    with mock.patch.object(instance, "LARGE", 0):
        (cut,) = read_bytes(data, "i.xbrl", for_tables=True)
    (tree,) = read_bytes(data, "i.xbrl")
    assert cut.problems == tree.problems
    assert tables(cut, "id", len(data)) == tables(tree, "id", len(data))


@_tried(120)
@given(_damage)
def test_a_damaged_inline_document(steps: list[Step]):
    _survives("i.xhtml", damage(INLINE, steps))


@_tried(120)
@given(_damage, _damage)
def test_a_damaged_report_package(in_report: list[Step], in_zip: list[Step]):
    members = {"p/reports/a.xbrl": damage(PLAIN, in_report), "p/reports/b.xhtml": INLINE}
    description = b'{"documentInfo":{"documentType":"https://xbrl.org/report-package/2023"}}'
    whole = pack({"p/META-INF/reportPackage.json": description, **members})
    data = b"PK\x03\x04" + damage(whole, in_zip)[4:]
    instances = read_bytes(data, "r.zip")
    assert sum(map(len, (one.facts for one in instances))) or any(
        one.problems for one in instances
    ), "a zip was read as empty"
    for one in instances:
        _is_usable(one, len(data))


def test_undamaged_facts_are_cut_out():
    with mock.patch.object(instance, "LARGE", 0):
        (read,) = read_bytes(WRITTEN_ALIKE, "i.xbrl", for_tables=True)
    assert isinstance(read.facts, ColumnFacts)


def test_undamaged_they_are_read_in_full():
    for name, data, count in (
        ("i.xbrl", PLAIN, 6),
        ("i.xbrl", WRITTEN_ALIKE, 6),
        ("i.xhtml", INLINE, 7),
    ):
        instances = read_bytes(data, name)
        assert sum(kind != "tuple" for one in instances for kind in one.facts.kind) == count
        assert facts_in(data) == count
        assert [str(problem) for one in instances for problem in one.problems] == []


class Filings(list[tuple[str, bytes]]):
    """Names and bytes; shown by their names, where hypothesis shows what failed."""

    def __repr__(self) -> str:
        return repr([name for name, _ in self])


@pytest.fixture(scope="module")
def real_files(shared_data: Path) -> Filings:
    """Small filings, plain and inline."""
    folder = shared_data / "xbrl"
    plain = sorted((folder / "dk-filings").iterdir(), key=lambda path: path.stat().st_size)[:3]
    files = [(path.name, path.read_bytes()) for path in plain]
    with tarfile.open(folder / "corpus/filings.tar.xz") as archive:
        pages = [one for one in archive if "/uk/" in one.name and one.isfile()]
        page = min(pages, key=lambda member: member.size)
        opened = archive.extractfile(page)
        assert opened is not None
        return Filings([*files, (Path(page.name).name, opened.read())])


@_tried(30)
@given(_damage, st.integers(0, 3))
def test_a_damaged_filing(real_files: Filings, steps: list[Step], which: int):
    name, data = real_files[which]
    _survives(name, damage(data, steps))
