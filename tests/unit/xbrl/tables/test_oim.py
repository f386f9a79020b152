"""xBRL-JSON and xBRL-CSV: what the model holds, and what it cannot say."""

import csv
import json

import pytest

from xbrl.instance import read_instance
from xbrl.model import Instance
from xbrl.tables.oim_csv import write_csv
from xbrl.tables.oim_json import write_json

HEAD = """<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:link="http://www.xbrl.org/2003/linkbase"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
 xmlns:iso="http://www.xbrl.org/2003/iso4217" xmlns:a="http://example.com/a" xml:lang="da-DK">
<link:schemaRef xlink:type="simple" xlink:href="a.xsd"/>
<context id="i"><entity><identifier scheme="http://cvr.dk">10150817</identifier></entity>
 <period><instant>2024-12-31</instant></period><scenario>
 <xbrldi:explicitMember dimension="a:Dim">a:One</xbrldi:explicitMember>
 <xbrldi:typedMember dimension="a:Number"><a:no>7</a:no></xbrldi:typedMember></scenario></context>
<context id="d"><entity><identifier scheme="http://cvr.dk">10150817</identifier>EXTRA</entity>
 <period><startDate>2024-01-01</startDate><endDate>2024-12-31</endDate></period></context>
<unit id="dkk"><measure>iso:DKK</measure></unit><unit id="one"><measure>pure</measure></unit>
<unit id="each"><divide><unitNumerator><measure>iso:DKK</measure></unitNumerator>
 <unitDenominator><measure>shares</measure><measure>a:x</measure></unitDenominator></divide></unit>
"""
FACTS = """<a:Assets id="assets" contextRef="i" unitRef="dkk" decimals="-3">0012000.50</a:Assets>
<a:Ratio contextRef="d" unitRef="one" decimals="INF">0.50</a:Ratio>
<a:PerShare contextRef="d" unitRef="each" precision="3">12.345</a:PerShare>
<a:Name contextRef="d">#Nordlys, ApS</a:Name>
<a:Empty contextRef="d"></a:Empty>
<a:None contextRef="d" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>
<link:footnoteLink xlink:type="extended" xlink:role="http://www.xbrl.org/2003/role/link">
<link:loc xlink:type="locator" xlink:href="#assets" xlink:label="f"/>
<link:footnote xlink:type="resource" xlink:label="n" xml:lang="da"
 xlink:role="http://www.xbrl.org/2003/role/footnote">Se note</link:footnote>
<link:footnoteArc xlink:type="arc" xlink:from="f" xlink:to="n"
 xlink:arcrole="http://www.xbrl.org/2003/arcrole/fact-footnote"/></link:footnoteLink>"""


def instance(facts: str = FACTS, extra: str = "") -> Instance:
    return read_instance("a.xbrl", (HEAD.replace("EXTRA", extra) + facts + "</xbrl>").encode())


def test_json_says_every_dimension() -> None:
    data, problems = write_json(instance())
    assert problems == []
    found = json.loads(data)
    assert found["documentInfo"]["taxonomy"] == ["a.xsd"]
    prefixes = found["documentInfo"]["namespaces"]
    assert prefixes["iso4217"] == "http://www.xbrl.org/2003/iso4217"
    assert prefixes["scheme"] == "http://cvr.dk"
    assets = found["facts"]["assets"]
    assert assets["value"] == "12000.5"
    assert assets["decimals"] == -3
    assert assets["dimensions"] == {
        "concept": "a:Assets", "entity": "scheme:10150817", "period": "2025-01-01T00:00:00",
        "a:Dim": "a:One", "a:Number": "7", "unit": "iso4217:DKK",
    }  # fmt: skip
    assert assets["links"] == {"footnote": {"_": ["note1"]}}
    assert found["facts"]["note1"] == {
        "value": "Se note",
        "dimensions": {"concept": "xbrl:note", "noteId": "note1", "language": "da"},
    }
    ratio, share, name, empty, none = (found["facts"][f"f{i}"] for i in range(1, 6))
    assert "unit" not in ratio["dimensions"]
    assert "decimals" not in ratio
    assert ratio["dimensions"]["period"] == "2024-01-01T00:00:00/2025-01-01T00:00:00"
    assert share["dimensions"]["unit"] == "iso4217:DKK/(a:x*xbrli:shares)"
    assert share["decimals"] == 1
    assert name["dimensions"]["language"] == "da-dk"
    assert (empty["value"], none["value"]) == ("", None)


def test_csv_says_the_same_in_cells() -> None:
    files, problems = write_csv(instance())
    assert problems == []
    metadata = json.loads(files["report.json"])
    rows = list(csv.DictReader(files["facts.csv"].decode().splitlines()))
    by_id = {row["id"]: row for row in rows}
    assert [by_id[f"f{i}"]["value"] for i in (3, 4, 5)] == ["##Nordlys, ApS", "#empty", "#nil"]
    value = metadata["tableTemplates"]["facts"]["columns"]["value"]
    assert by_id["assets"][value["dimensions"]["a:Dim"].removeprefix("$")] == "a:One"
    assert by_id["f1"]["unit"] == by_id["f1"]["decimals"] == "#none"
    note = "facts.note1.value"
    assert metadata["links"] == {"footnote": {"_": {"facts.assets.value": [note]}}}
    assert by_id["note1"]["noteId"] == note


@pytest.mark.parametrize(
    ("facts", "extra", "code", "message"),
    [
        ("<a:T><a:B contextRef='d'>x</a:B></a:T>", "", "unsupportedTuple", "a}T is a tuple"),
        (
            ("<a:F contextRef='d' unitRef='one'><numerator>1</numerator>"
            "<denominator>3</denominator></a:F>"),
            "", "unsupportedFraction", "a}F is a fraction",
        ),
        (
            "<a:B contextRef='d'>x</a:B>", "<segment><a:s/></segment>",
            "nonDimensionalSegmentScenarioContent", 'The context "d" holds more than dimensions',
        ),
        ("<a:B contextRef='no'>x</a:B>", "", "missingContext", 'The context "no" is not there'),
        (
            "<a:B contextRef='d' unitRef='one' precision='0'>5</a:B>", "",
            "unsupportedPrecision", "precision 0 and value 5",
        ),
        (
            "<a:B contextRef='d' unitRef='one' decimals='99999999990'>5</a:B>", "",
            "unsupportedAccuracy", "a}B has decimals '99999999990': a whole number of at most",
        ),
        (
            "<a:B contextRef='d' unitRef='one' precision='two'>5</a:B>", "",
            "unsupportedAccuracy", "a}B has precision 'two': a whole number of at most nine",
        ),
        (
            "<a:B contextRef='d'>x</a:B>",
            ("<segment><xbrldi:typedMember dimension='a:T'><a:n/><a:n/></xbrldi:typedMember>"
            "</segment>"),
            "unsupportedComplexTypedDimension", "a}T that is more than one text",
        ),
    ],
)  # fmt: skip
def test_what_the_model_cannot_say_is_a_problem(
    facts: str, extra: str, code: str, message: str
) -> None:
    _, problems = write_json(instance(facts, extra))
    assert problems[0].code == f"xbrlxe:{code}"
    assert message in problems[0].message


def test_a_number_without_end_is_written_as_it_stands() -> None:
    data, problems = write_json(
        instance("<a:B contextRef='d' unitRef='one' decimals='0'>1E999999999</a:B>")
    )
    assert json.loads(data)["facts"]["f0"]["value"] == "1E999999999"
    assert problems == []
