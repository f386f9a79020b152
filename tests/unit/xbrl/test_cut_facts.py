"""Facts cut out of the bytes are those a tree gives; what is not plain to see is not cut."""

import pytest

from xbrl import instance, parse
from xbrl.column_facts import ColumnFacts
from xbrl.cut_facts import IrregularError, cut_facts
from xbrl.instance import read_instance
from xbrl.tables.facts import tables

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- <f:A contextRef="c">in a comment</f:A> -->
<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:f="urn:f" xmlns:x="urn:x"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xml:lang="da"
  xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink">
  <context id="c"><entity><identifier scheme="s">1</identifier></entity>
    <period><instant>2025-12-31</instant></period></context>
"""
TAIL = """
  <unit id="u"><measure>f:pure</measure></unit>
  <link:footnoteLink xlink:type="extended" xlink:role="r">
    <link:loc xlink:type="locator" xlink:href="#%s" xlink:label="l"/>
    <link:footnoteArc xlink:type="arc" xlink:from="l" xlink:to="n" xlink:arcrole="urn:a"/>
    <link:footnote xlink:type="resource" xlink:label="n" xml:lang="da">Note</link:footnote>
  </link:footnoteLink>
</xbrl>
"""
LAST = '<f:Z contextRef="c">last</f:Z>'
FACT = '<f:A id="a" contextRef="c" unitRef="u" decimals="0">1</f:A>'


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "LARGE", 0)


def document(*facts: str, before: str = "", locator: str = "a", head: str = HEAD) -> bytes:
    return (head + before + "".join(f"\n  {fact}" for fact in facts) + TAIL % locator).encode()


def rows(data: bytes, *, for_tables: bool) -> dict[str, list[dict[str, object]]]:
    read = read_instance("i.xbrl", data, for_tables=for_tables)
    return {name: table.to_pylist() for name, table in tables(read, "i", len(data)).items()}


def is_cut(data: bytes) -> bool:
    return isinstance(read_instance("i.xbrl", data, for_tables=True).facts, ColumnFacts)


@pytest.mark.parametrize(
    "fact",
    [
        FACT.replace('"a"', '"b"'),
        '<f:B-1._ contextRef="c"></f:B-1._>',
        '<f:B contextRef="c"/>',
        '<f:B contextRef="c" />',
        '<f:B  contextRef="c"   precision="INF" unitRef="u">1e3</f:B>',
        '<f:B xsi:nil="true" contextRef="c"/>',
        '<f:B xsi:nil=" 1 " contextRef="c">left out</f:B>',
        '<f:B xsi:nil="false" contextRef="c">x</f:B>',
        '<f:B contextRef="c" xml:lang="en">x</f:B>',
        '<f:B contextRef="c" xml:lang="">x</f:B>',
        '<f:B contextRef="c">Mu&#xE6;l &amp; s&#248;n &lt;b&gt;</f:B>',
        '<f:B contextRef="c">a > b "quoted" contextRef=\'c\' =</f:B>',
        '<f:B contextRef="c"> line\r\nline\n\tline </f:B>',
        '<f:B contextRef="c">Bælte æøå €</f:B>',
        '<f:B contextRef="nowhere">x</f:B>',
        '<f:B contextRef="c">x</f:B>\n<!-- <f:A contextRef="c"> -->\n<f:C contextRef="c">x</f:C>',
    ],
)
def test_what_is_cut_is_what_a_tree_gives(fact: str) -> None:
    data = document(FACT, fact, LAST)
    assert is_cut(data)
    assert rows(data, for_tables=True) == rows(data, for_tables=False)


@pytest.mark.parametrize(
    "fact",
    [
        "<f:B contextRef='c'>x</f:B>",
        '<f:B contextRef = "c">x</f:B>',
        '<f:B\ncontextRef="c">x</f:B>',
        '<f:B contextRef="c\t">x</f:B>',
        '<f:B contextRef="c" id="a&amp;b">x</f:B>',
        '<f:B contextRef="c">x</f:B >',
        '<f:B contextRef="c"><![CDATA[x]]></f:B>',
        '<f:B contextRef="c">x<!-- y --></f:B>',
        '<f:B contextRef="c">x<?y z?></f:B>',
        '<f:B contextRef="c"><f:C contextRef="c">x</f:C></f:B>',
        '<f:T><f:B contextRef="c">x</f:B></f:T>',
        "<f:T/>",
        '<f:B contextRef="c" xmlns:g="urn:g">x</f:B>',
        '<f:B contextRef="c" xmlns:id="urn:g">x</f:B>',
        '<f:B contextRef="c" x:y="z">x</f:B>',
        '<f:B contextRef="c" other="z">x</f:B>',
        '<B contextRef="c">of the namespace of XBRL</B>',
        '<f:Bøg contextRef="c">x</f:Bøg>',
        '<f:B contextRef="c" id="a">the id of another</f:B>',
        'text <f:B contextRef="c">x</f:B> contextRef="c"',
        '<run xmlns="urn:indberet:cut"/>',
    ],
)
def test_what_is_not_plain_to_see_is_left_to_the_tree(fact: str) -> None:
    data = document(FACT, fact, LAST)
    assert not is_cut(data)
    assert rows(data, for_tables=True) == rows(data, for_tables=False)


@pytest.mark.parametrize(
    "fact",
    [
        '<f:B contextRef="c">x</f:C>',
        '<f:B contextRef="c">x',
        '<f:B contextRef="c">&nothing;</f:B>',
        '<f:B contextRef="c">&#0;</f:B>',
        '<f:B contextRef="c">]]></f:B>',
        '<f:B contextRef="c">\x01</f:B>',
        '<f:B contextRef="c">\uffff</f:B>',
        '<f:B contextRef="c" contextRef="c">x</f:B>',
        '<f:B contextRef="c" id="<">x</f:B>',
        '<f:B contextRef="c"id="b">x</f:B>',
        '<g:B contextRef="c">x</g:B>',
        '<f:B contextRef="c" g:nil="true">x</f:B>',
        '<1:B contextRef="c">x</1:B>',
        '<?unfinished <f:B contextRef="c">x</f:B>',
    ],
)
def test_what_is_not_well_formed_is_a_problem_all_the_same(fact: str) -> None:
    data = document(FACT, fact, LAST)
    read = read_instance("i.xbrl", data, for_tables=True)
    assert read.problems == read_instance("i.xbrl", data).problems
    assert read.problems
    assert rows(data, for_tables=True) == rows(data, for_tables=False)


def test_a_file_too_large_to_be_read_is_not_cut_either(monkeypatch: pytest.MonkeyPatch) -> None:
    data = document(FACT)
    for module in (instance, parse):
        monkeypatch.setattr(module, "LARGEST", len(data) - 1)
    read = read_instance("i.xbrl", data, for_tables=True)
    assert [problem.code for problem in read.problems] == ["xml:size"]
    assert len(read.facts) == 0


def test_bytes_that_are_no_utf_8_are_left_to_the_tree() -> None:
    data = document(FACT).replace(b">1<", b">\xe6<")
    with pytest.raises(IrregularError):
        cut_facts(data)
    assert rows(data, for_tables=True) == rows(data, for_tables=False)
    latin = data.replace(b"UTF-8", b"ISO-8859-1")
    assert rows(latin, for_tables=True) == rows(latin, for_tables=False)
    assert rows(latin, for_tables=True)["xbrl_fact"][0]["value"] == "æ"


def test_pointers_that_count_elements_are_followed_in_the_tree() -> None:
    data = document(FACT, '<f:Z contextRef="c">last</f:Z>', locator="element(/1/3)")
    assert not is_cut(data)
    assert rows(data, for_tables=True)["xbrl_footnote"][0]["fact_index"] == 1


def test_lines_are_those_of_the_document() -> None:
    data = document(*(f'<f:A contextRef="c">{"x" * (n % 3)}\n</f:A>' for n in range(20)))
    read = read_instance("i.xbrl", data, for_tables=True)
    tree = read_instance("i.xbrl", data)
    assert read.facts.line == tree.facts.line == list(range(9, 49, 2))
    assert [one.line for one in read.problems] == [one.line for one in tree.problems] == [51]


def test_runs_of_facts_between_other_elements_keep_their_order() -> None:
    unit = '<unit id="v"><measure>f:pure</measure></unit>'
    data = document(FACT, unit, *(f'<f:N{n} contextRef="c">{n}</f:N{n}>' for n in range(5)), unit)
    assert cut_facts(data).runs == 2
    assert rows(data, for_tables=True) == rows(data, for_tables=False)


def test_facts_read_for_tables_give_lists_and_no_elements() -> None:
    facts = read_instance("i.xbrl", document(FACT), for_tables=True).facts
    assert (facts.concept, facts.decimals, facts.parent) == (["{urn:f}A"], ["0"], [-1])
    assert facts.written == [None]
    with pytest.raises(IrregularError, match="facts read for tables have no elements"):
        _ = facts.element
    assert not hasattr(facts, "another")
