"""Real plain instances: every aspect as a slow, independent reader finds it.

The reader here goes straight through lxml's tree by XPath, one fact at a time, and
shares no code with `xbrl`.
"""

import re
import tarfile
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from lxml import etree

from xbrl import instance
from xbrl.column_facts import ColumnFacts
from xbrl.read import read, read_bytes
from xbrl.tables.facts import tables

DANISH = [
    "bseddon-and-co-2014.xml",
    "bseddon-and-co-2016.xml",
    "exitplanner-report1.xml",
    "exitplanner-report3.xml",
    "exitplanner-report6.xml",
    "gepsio-offentliggorelse.xml",
]
FERC = ["ferc_empire.xbrl", "ferc_pacificorp.xbrl"]
NS = {
    "x": "http://www.xbrl.org/2003/instance",
    "di": "http://xbrl.org/2006/xbrldi",
    "l": "http://www.xbrl.org/2003/linkbase",
    "k": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
OWN = (
    "[namespace-uri() != 'http://www.xbrl.org/2003/instance']"
    "[namespace-uri() != 'http://www.xbrl.org/2003/linkbase']"
)


@pytest.fixture(scope="module")
def ferc(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(shared_data / "xbrl" / "corpus" / "filings.tar.xz") as archive:
        members = [m for m in archive.getmembers() if Path(m.name).name in FERC]
        for member in members:
            member.name = Path(member.name).name
            archive.extract(member, folder, filter="data")
    return folder


def clark(element, text):
    prefix, _, local = text.strip().rpartition(":")
    return f"{{{element.nsmap[prefix or None]}}}{local}"


def day(text, *, is_end):
    """A date of these files: all are written without a time, or at midnight."""
    written = text.strip()
    if "T" in written:
        assert written.endswith("T00:00:00"), written
        return date.fromisoformat(written[:10]) - timedelta(days=1 if is_end else 0)
    return date.fromisoformat(written)


def slow_context(context):
    def text(path):
        return context.findtext(path, namespaces=NS)

    identifier = context.find("x:entity/x:identifier", NS)
    start, end, instant = (text(f"x:period/x:{n}") for n in ("startDate", "endDate", "instant"))
    dimensions = []
    for member in context.iterfind(".//di:explicitMember", NS):
        name = clark(member, member.get("dimension"))
        dimensions.append((name, clark(member, member.text), None))
    for member in context.iterfind(".//di:typedMember", NS):
        name = clark(member, member.get("dimension"))
        xml = etree.tostring(member[0], method="c14n", exclusive=True).decode()
        dimensions.append((name, xml, "".join(member[0].itertext())))
    return {
        "entity_scheme": identifier.get("scheme"),
        "entity_identifier": identifier.text.strip(),
        "period_type": "instant" if instant else "duration",
        "period_start": start and day(start, is_end=False),
        "period_end": day(end or instant, is_end=True),
        "dimensions": ";".join(f"{name}={value}" for name, value, _ in sorted(dimensions)),
    }, dimensions


def slow_unit(unit):
    measures = {"http://www.xbrl.org/2003/iso4217": "iso4217", NS["x"]: "xbrli"}

    def name(measure):
        namespace, _, local = clark(measure, measure.text)[1:].rpartition("}")
        known = measures.get(namespace)
        return f"{known}:{local}" if known else f"{{{namespace}}}{local}"

    above = unit.xpath("x:measure | x:divide/x:unitNumerator/x:measure", namespaces=NS)
    below = unit.xpath("x:divide/x:unitDenominator/x:measure", namespaces=NS)
    text = "*".join(sorted(map(name, above)))
    return f"{text}/{'*'.join(sorted(map(name, below)))}" if below else text


def exact(value):
    try:
        return Decimal(value.strip())
    except InvalidOperation:
        return None


def slow_rows(root):
    contexts = {c.get("id"): slow_context(c)[0] for c in root.iterfind("x:context", NS)}
    units = {u.get("id"): slow_unit(u) for u in root.iterfind("x:unit", NS)}
    for index, fact in enumerate(root.xpath(f"*{OWN}", namespaces=NS)):
        is_nil = fact.get(f"{{{NS['xsi']}}}nil") in {"true", "1"}
        value = None if is_nil else "".join(fact.itertext())
        unit = fact.get("unitRef")
        languages = fact.xpath("ancestor-or-self::*/@xml:lang")
        name = etree.QName(fact)
        yield {
            "fact_index": index,
            "namespace": name.namespace,
            "concept": name.localname,
            **contexts[fact.get("contextRef")],
            "unit": units.get(unit),
            "value": value,
            "numeric_value": exact(value) if unit and value else None,
            "decimals": fact.get("decimals"),
            "precision": fact.get("precision"),
            "is_nil": is_nil,
            "language": languages[-1] if languages else None,
            "context_id": fact.get("contextRef"),
            "unit_id": unit,
            "element_id": fact.get("id"),
        }


def check(path: Path) -> None:
    (instance,) = read(path)
    made = tables(instance, "f" * 64, path.stat().st_size)
    root = etree.parse(path, etree.XMLParser(huge_tree=True, remove_comments=True)).getroot()

    assert instance.problems == []
    expected = list(slow_rows(root))
    read_rows = made["xbrl_fact"].select(list(expected[0])).to_pylist()
    assert len(read_rows) == root.xpath(f"count(*{OWN})")
    for found, wanted in zip(read_rows, expected, strict=True):
        assert found == wanted
    check_dimensions(made, root)
    check_footnotes(instance, root)


def check_dimensions(made, root):
    wanted = [
        (context.get("id"), name, typed)
        for context in root.iterfind("x:context", NS)
        for name, _, typed in sorted(slow_context(context)[1])
    ]
    rows = made["xbrl_dimension"].to_pylist()
    assert [
        (r["context_id"], f"{{{r['namespace']}}}{r['dimension']}", r["typed_value"]) for r in rows
    ] == wanted


def check_footnotes(instance, root):
    """Every arc of these files goes from one locator to one footnote."""
    pairs = set()
    for link in root.iterfind("l:footnoteLink", NS):
        label = f"{{{NS['k']}}}label"
        places = {loc.get(label): loc for loc in link.iterfind("l:loc", NS)}
        notes = {note.get(label): note for note in link.iterfind("l:footnote", NS)}
        for arc in link.iterfind("l:footnoteArc", NS):
            place = places[arc.get(f"{{{NS['k']}}}from")]
            note = notes[arc.get(f"{{{NS['k']}}}to")]
            fact = place.get(f"{{{NS['k']}}}href")[1:]
            pairs.add((fact, "".join(note.itertext())))
    ids = instance.facts.element_id
    read_pairs = {
        (ids[n.fact], "".join(etree.fromstring(f"<a>{n.text}</a>").itertext()))
        for n in instance.footnotes
    }
    assert read_pairs == pairs


@pytest.mark.parametrize("name", DANISH)
def test_danish_filings(shared_data: Path, name: str):
    check(shared_data / "xbrl" / "dk-filings" / name)


@pytest.mark.parametrize("name", FERC)
def test_ferc_filings(ferc: Path, name: str):
    check(ferc / name)


def test_lines_are_where_facts_and_contexts_stand(ferc: Path):
    path = ferc / "ferc_pacificorp.xbrl"
    line_of_id = {
        found[1]: number
        for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1)
        for found in re.finditer(r'<(?!link:)[\w:]+ [^>]*?\bid="([^"]*)"', line)
    }

    (instance,) = read(path)

    facts = instance.facts
    assert facts.line == [line_of_id[id_] for id_ in facts.element_id]
    contexts = instance.contexts.values()
    assert [c.line for c in contexts] == [line_of_id[c.id] for c in contexts]


def _same_tables(name: str, data: bytes) -> bool:
    """Whether the facts were cut out; the tables are the same either way."""
    (for_tables,) = read_bytes(data, name, for_tables=True)
    (tree,) = read_bytes(data, name)
    assert tables(for_tables, "i", len(data)) == tables(tree, "i", len(data)), name
    return isinstance(for_tables.facts, ColumnFacts)


@pytest.mark.parametrize("name", FERC)
def test_facts_cut_out_of_large_filings_are_those_of_the_tree(ferc: Path, name: str):
    assert _same_tables(name, (ferc / name).read_bytes())


def test_facts_cut_out_of_danish_filings_are_those_of_the_tree(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(instance, "LARGE", 0)
    folder = shared_data / "xbrl" / "dk-filings"
    assert sum(_same_tables(name, (folder / name).read_bytes()) for name in DANISH)


@pytest.mark.full("the filings above, and damaged ones in the property tests")
def test_facts_cut_out_of_the_suites_are_those_of_the_tree(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(instance, "LARGE", 0)
    cut = 0
    for archive in sorted((shared_data / "xbrl" / "conformance").glob("*.tar.xz")):
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.isfile() and member.name.endswith((".xml", ".xbrl")):
                    opened = tar.extractfile(member)
                    assert opened is not None
                    data = opened.read()
                    cut += b"contextRef" in data and _same_tables(member.name, data)
    assert cut > 500


def test_a_damaged_filing_is_a_problem_or_the_same_number_of_facts(shared_data: Path):
    """Cut anywhere, a filing is never read as a shorter one."""
    data = (shared_data / "xbrl" / "dk-filings" / DANISH[4]).read_bytes()
    end = data.rindex(b">") + 1

    for length in range(0, end, 97):
        (instance,) = read_bytes(data[:length], "f.xml")
        assert instance.problems, length
        assert len(instance.facts) == 0
