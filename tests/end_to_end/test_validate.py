"""`indberet xbrl validate`, from bytes and installed packages to what is told."""

import io
import json
import os
import signal
import zipfile
from pathlib import Path

import pytest

from assets.intake import judging
from assets.intake.files import Files
from assets.intake.judging import Asked, Task, judge, judge_each, work
from tests.danish_breaks import broken
from tests.danish_report import Report
from tests.end_to_end.test_intake import command
from xbrl.instance import read_instance
from xbrl.problem import Problem
from xbrl.tables.facts import tables
from xbrl.tables.typed import typed
from xbrl.taxonomy.library import TaxonomyLibrary

NAMESPACES = (
    'xmlns="http://www.xbrl.org/2003/instance" xmlns:xbrli="http://www.xbrl.org/2003/instance" '
    'xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:iso="http://www.xbrl.org/2003/iso4217" '
    'xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:xbrldt="http://xbrl.org/2005/xbrldt" '
    'xmlns:b="http://b" xmlns:e="http://e"'
)
ITEM = 'substitutionGroup="xbrli:item" xbrli:periodType="instant"'
INSTANCE = (
    '<xs:import namespace="http://www.xbrl.org/2003/instance" '
    'schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>'
)
BASE = f"""<xs:schema {NAMESPACES} targetNamespace="http://b" elementFormDefault="qualified">
{INSTANCE}
<xs:element name="Assets" id="b_Assets" type="xbrli:monetaryItemType" {ITEM}/>
<xs:element name="Equity" id="b_Equity" type="xbrli:monetaryItemType" {ITEM}/>
<xs:element name="Audited" id="b_Audited" type="xbrli:booleanItemType" default="true" {ITEM}/>
<xs:element name="Pair" id="b_Pair" substitutionGroup="xbrli:tuple"><xs:complexType><xs:sequence>
  <xs:element ref="b:Assets"/><xs:element ref="b:Equity"/></xs:sequence></xs:complexType>
</xs:element>
<xs:element name="Place"><xs:complexType><xs:sequence>
  <xs:element name="street" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="PlaceDimension" id="b_PlaceDimension" type="xbrli:stringItemType"
  abstract="true" substitutionGroup="xbrldt:dimensionItem" xbrli:periodType="instant"
  xbrldt:typedDomainRef="#b_Place"/>
</xs:schema>""".replace('name="Place">', 'name="Place" id="b_Place">')
MORE = f"""<xs:schema {NAMESPACES} targetNamespace="http://e">{INSTANCE}
<xs:import namespace="http://b" schemaLocation="http://b/base.xsd"/>
<xs:element name="Own" id="e_Own" type="xbrli:monetaryItemType" {ITEM}/></xs:schema>"""
CATALOG = (
    '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
    '<rewriteURI uriStartString="http://{0}/" rewritePrefix="../{1}/"/></catalog>'
)


def packed(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two packages: the base taxonomy, and one that builds upon it."""
    folder = tmp_path_factory.mktemp("library")
    made = TaxonomyLibrary(folder / "taxonomies")
    for host, name, text in (("b", "base.xsd", BASE), ("m", "more.xsd", MORE)):
        package = folder / f"{host}.zip"
        members = {f"{host}/META-INF/catalog.xml": CATALOG.format(host, host)}
        package.write_bytes(packed(members | {f"{host}/{host}/{name}": text}))
        made.add(package)
    return made.folder


def instance(body: str, *schemas: str, segment: str = "", unit: str = "iso:DKK") -> bytes:
    references = "".join(
        f'<link:schemaRef xlink:type="simple" xlink:href="{href}"/>' for href in schemas
    )
    return (
        f"<xbrli:xbrl {NAMESPACES}>{references}"
        f'<context id="c"><entity><identifier scheme="http://s">1</identifier>{segment}</entity>'
        f"<period><instant>2024-12-31</instant></period></context>"
        f'<unit id="u"><measure>{unit}</measure></unit>{body}</xbrli:xbrl>'
    ).encode()


def fact(name: str, value: str, decimals: str = "0") -> str:
    return f'<{name} contextRef="c" unitRef="u" decimals="{decimals}">{value}</{name}>'


def judged(
    content: bytes, library: Path | None, place: str = "f.xml", **asked: str
) -> list[Problem]:
    return judge(Task(place, place, content, Asked(library, **asked)))


def codes(problems: list[Problem]) -> list[str]:
    return [one.code for one in problems]


def test_one_and_several_installed_entry_points(library: Path) -> None:
    good = fact("b:Assets", "1")
    assert judged(instance(good, "http://b/base.xsd"), library) == []
    both = instance(good + fact("e:Own", "x"), "http://b/base.xsd", "http://m/more.xsd")
    (problem,) = judged(both, library)
    assert problem.code == "xmlSchema:valueError"
    assert problem.message.startswith("Fact e:Own in context c")


def test_what_compiled_tables_do_not_tell_is_judged_by_the_documents(library: Path) -> None:
    right = f"<b:Pair>{fact('b:Assets', '1')}{fact('b:Equity', '1')}</b:Pair>"
    wrong = f"<b:Pair>{fact('b:Equity', '1')}</b:Pair>"
    assert judged(instance(right, "http://b/base.xsd"), library) == []
    found = judged(instance(wrong, "http://b/base.xsd"), library)
    assert codes(found) == ["xmlSchema:elementUnexpected"]

    place = (
        '<segment><xbrldi:typedMember dimension="b:PlaceDimension"><b:Place><b:{0}>1</b:{0}>'
        "</b:Place></xbrldi:typedMember></segment>"
    )
    for child, expected in (("street", False), ("town", True)):
        content = instance(fact("b:Assets", "1"), "http://b/base.xsd", segment=place.format(child))
        found = judged(content, library)
        assert ("xbrldie:IllegalTypedDimensionContentError" in codes(found)) is expected, found


def test_an_empty_element_has_the_value_its_declaration_gives_it(library: Path) -> None:
    content = instance('<b:Audited contextRef="c"/>', "http://b/base.xsd")
    assert judged(content, library) == []
    made = TaxonomyLibrary(library)
    found = made.find("http://b/base.xsd")
    assert found is not None
    facts = tables(read_instance("f.xml", content), "0", len(content))["xbrl_fact"]
    (row,) = typed(facts, made.compile(found), "en").to_pylist()
    assert (row["default_value"], row["boolean_value"]) == ("true", True)


def test_a_schema_beside_the_filing_or_in_its_package(library: Path, tmp_path: Path) -> None:
    good, bad = fact("e:Own", "1"), fact("e:Own", "x")
    (tmp_path / "own.xsd").write_text(MORE)
    for body, expected in ((good, []), (bad, ["xmlSchema:valueError"])):
        content = instance(body, "own.xsd")
        place = tmp_path / "f.xml"
        place.write_bytes(content)
        assert codes(judged(content, library, str(place))) == expected

        members = {"f.xml": content.decode(), "own.xsd": MORE}
        (tmp_path / "many.zip").write_bytes(packed(members))
        place = tmp_path / "many.zip!f.xml"
        found = judge(Task(str(place), str(place), content, Asked(library)))
        assert codes(found) == expected

        report = packed(
            {
                "p/META-INF/catalog.xml": CATALOG.format("company", "own"),
                "p/own/own.xsd": MORE,
                "p/reports/f.xbrl": instance(body, "http://company/own.xsd").decode(),
            }
        )
        place = tmp_path / "p.zip"
        place.write_bytes(report)
        found = judge(Task(str(place), str(place), report, Asked(library)))
        assert codes(found) == expected


def test_the_filings_own_schema_is_judged_with_it(library: Path, tmp_path: Path) -> None:
    wrong = MORE.replace('xbrli:periodType="instant"', "")
    (tmp_path / "own.xsd").write_text(wrong)
    place = tmp_path / "f.xml"
    place.write_bytes(instance(fact("b:Assets", "1"), "own.xsd"))
    found = judge(Task(str(place), str(place), place.read_bytes(), Asked(library)))
    assert {one.file for one in found if "periodType" in one.message} == {
        (tmp_path / "own.xsd").as_uri()
    }


def test_a_missing_taxonomy_is_named_with_what_to_do(library: Path, tmp_path: Path) -> None:
    (problem,) = judged(instance(fact("b:Assets", "x"), "http://none/a.xsd"), library)
    assert (problem.code, problem.severity) == ("taxonomy:not-installed", "note")
    assert problem.message == (
        "Its taxonomy (http://none/a.xsd) is not installed: concepts, types, dimensions and sums "
        "were not judged."
    )
    assert problem.remedy == (
        "Install the package that holds it: `indberet taxonomy add PACKAGE.zip`."
    )
    (problem,) = judged(instance(fact("b:Assets", "x"), "own.xsd"), library)
    assert problem.message.startswith("Its own taxonomy (own.xsd) did not come with it:")
    assert problem.remedy == "Put it beside the filing, or send both as one report package."
    (problem,) = judged(instance(""), None)
    assert problem.message.startswith("It names no taxonomy:")

    (tmp_path / "own.xsd").write_text(MORE.replace("http://b/base", "http://gone/base"))
    (tmp_path / "f.xml").touch()
    (problem,) = judged(instance(fact("e:Own", "x"), "own.xsd"), library, str(tmp_path / "f.xml"))
    assert "(http://gone/base.xsd)" in problem.message


def test_units_and_the_rules_of_inline_documents(library: Path) -> None:
    content = instance(fact("b:Assets", "1"), "http://b/base.xsd", unit="iso:XXQ")
    found = judged(content, library)
    assert ("utre:error-NumericFactUtrInvalid", "warning") in [
        (one.code, str(one.severity)) for one in found
    ]
    page = (
        b'<html xmlns="http://www.w3.org/1999/xhtml" '
        b'xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><head><title/></head><body>'
        b"<ix:exclude>x</ix:exclude></body></html>"
    )
    assert any("missingHeader" in one.code for one in judged(page, library, "f.xhtml"))


def test_the_command(library: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_bytes(instance(fact("b:Assets", "1"), "http://b/base.xsd"))
    bad.write_bytes(instance(fact("b:Assets", "x"), "http://b/base.xsd"))
    asked = ("--library", library, "--json")
    code, told, _ = command("xbrl", "validate", good, "--calculations", "1.1", *asked)
    assert (code, told["problems"]) == (0, [])
    code, told, _ = command("xbrl", "validate", good, bad, "--rules", "none", *asked)
    assert code == 1
    assert json.dumps(told["filings"]) == json.dumps(
        [
            {"filing": str(good), "errors": 0, "warnings": 0, "notes": 0},
            {"filing": str(bad), "errors": 1, "warnings": 0, "notes": 0},
        ]
    )
    code, _, errors = command("xbrl", "validate", good, "--calculations", "3", "--library", library)
    assert code == 1
    assert "--calculations 3 is not known. Choose one of 2.1, 1.1, 1.1-truncated, none." in errors


def kills_its_process(tasks: list[Task]) -> bytes:
    """Judging, but a filing of this kind ends the process."""
    if any(b"KILL" in one.content for one in tasks):
        os.kill(os.getpid(), signal.SIGKILL)
    return work(tasks)


def test_many_judged_together_are_told_what_each_is_told_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "work", kills_its_process)
    wrong = [(f"{rule}.xhtml", one.page()) for rule, one in list(broken(Report()).items())[::5]]
    right = Report().page()
    pages = dict(wrong) | {"right.xhtml": right, "again.xhtml": right, "cut.xml": b"<a"}
    filings = {str(tmp_path / name): content for name, content in pages.items()}
    kills = str(tmp_path / "kills.xhtml")
    for name, content in (filings | {kills: right + b"<!-- KILL -->"}).items():
        Path(name).write_bytes(content)
    found = dict(judge_each(Files([tmp_path]), Asked(), 2, 60))
    (problem,) = found.pop(kills)
    assert problem.message == f"{kills} ended its process twice (signal SIGKILL)."
    alone = {name: judged(content, None, name) for name, content in filings.items()}
    assert found == alone
    assert len({tuple(codes(one)) for one in alone.values()}) > len(wrong) / 2
