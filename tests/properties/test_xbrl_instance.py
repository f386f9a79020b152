"""An instance written from any content reads back to that content, every aspect of it."""

from datetime import date, timedelta
from xml.sax.saxutils import escape, quoteattr

from hypothesis import given, settings
from hypothesis import strategies as st

from xbrl.instance import read_instance
from xbrl.tables.facts import tables

TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
)
NAME = st.sampled_from(["A", "Bøg", "_c.d-1", "xbrl", "context"])
TOKEN = st.sampled_from(["12345678", "http://www.dcca.dk/cvr", "a:b/c?d=e"])
PREFIX = st.sampled_from(["f", "d", "g"])
URIS = {"f": "urn:f", "d": "urn:d?a&b", "g": "http://g/'"}
DAY = st.dates(date(1900, 1, 1), date(2100, 1, 1))
QNAME = st.tuples(PREFIX, NAME)
PERIOD = st.one_of(
    st.tuples(st.just("instant"), st.none(), DAY),
    st.tuples(st.just("duration"), DAY, DAY),
    st.just(("forever", None, None)),
)
DIMENSION = st.tuples(
    QNAME,
    st.one_of(QNAME, st.tuples(QNAME, TEXT, st.booleans())),
    st.sampled_from(["segment", "scenario"]),
)
CONTEXT = st.tuples(TOKEN, TOKEN, PERIOD, st.lists(DIMENSION, max_size=3, unique_by=lambda d: d[0]))
UNIT = st.tuples(st.lists(QNAME, min_size=1, max_size=2), st.lists(QNAME, max_size=2))
DECIMALS = st.one_of(st.none(), st.integers(-9, 9).map(str), st.just("INF"))
ITEM = st.fixed_dictionaries(
    {
        "name": QNAME,
        "context": st.integers(0, 2),
        "unit": st.one_of(st.none(), st.integers(0, 1)),
        "decimals": DECIMALS,
        "language": st.one_of(st.none(), st.sampled_from(["da", "en", ""])),
        "value": st.one_of(st.none(), TEXT),
        "cdata": st.booleans(),
    }
)
FACT = st.recursive(ITEM, lambda inner: st.tuples(QNAME, st.lists(inner, min_size=1, max_size=3)))
DOCUMENT = st.fixed_dictionaries(
    {
        "contexts": st.lists(CONTEXT, min_size=3, max_size=3),
        "units": st.lists(UNIT, min_size=2, max_size=2),
        "facts": st.lists(FACT, max_size=6),
        "language": st.sampled_from([None, "de"]),
        "encoding": st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
    }
)


def clark(name):
    return f"{{{URIS[name[0]]}}}{name[1]}"


def written(name):
    return ":".join(name)


def dimension_xml(dimension):
    name, value, _ = dimension
    if len(value) == 2:
        return (
            f'<xbrldi:explicitMember dimension="{written(name)}"> {written(value)}\n'
            "</xbrldi:explicitMember>"
        )
    element, text, is_nested = value
    inner = f"<{written(element)}>{escape(text)}</{written(element)}>"
    if is_nested:
        inner = f'<{written(element)} a="1">{inner}</{written(element)}>'
    return f'<xbrldi:typedMember dimension="{written(name)}">{inner}</xbrldi:typedMember>'


def context_xml(number, context):
    scheme, identifier, (kind, start, end), dimensions = context
    parts = {
        place: "".join(dimension_xml(d) for d in dimensions if d[2] == place)
        for place in ("segment", "scenario")
    }
    segment = parts["segment"] and f"<segment>{parts['segment']}</segment>"
    scenario = parts["scenario"] and f"<scenario>{parts['scenario']}</scenario>"
    period = {
        "instant": f"<instant>{end}</instant>",
        "duration": f"<startDate>{start}</startDate><endDate>{end}</endDate>",
        "forever": "<forever/>",
    }[kind]
    return (
        f'<context id="c{number}"><entity><identifier scheme="{scheme}">{identifier}</identifier>'
        f"{segment}</entity><period>{period}</period>{scenario}</context>"
    )


def unit_xml(number, unit):
    above, below = ("".join(f"<measure>{written(m)}</measure>" for m in side) for side in unit)
    if below:
        above = (
            f"<divide><unitNumerator>{above}</unitNumerator>"
            f"<unitDenominator>{below}</unitDenominator></divide>"
        )
    return f'<unit id="u{number}">{above}</unit>'


def fact_xml(fact):
    if isinstance(fact, tuple):
        name, inner = fact
        return f"<{written(name)}>{''.join(map(fact_xml, inner))}</{written(name)}>"
    attributes = {"contextRef": f"c{fact['context']}", "xml:lang": fact["language"]}
    if fact["unit"] is not None:
        attributes |= {"unitRef": f"u{fact['unit']}", "decimals": fact["decimals"]}
    if fact["value"] is None:
        attributes["xsi:nil"] = "true"
    text = "".join(f" {k}={quoteattr(v)}" for k, v in attributes.items() if v is not None)
    value = fact["value"] or ""
    body = f"<![CDATA[{value}]]>" if fact["cdata"] and "]]>" not in value else escape(value)
    body = "" if fact["value"] is None else f"<!-- c -->{body}"
    return f"<{written(fact['name'])}{text}>{body}</{written(fact['name'])}>"


def document_xml(document):
    declared = document["encoding"].removesuffix("-sig")
    language = document["language"]
    namespaces = "".join(f" xmlns:{p}={quoteattr(u)}" for p, u in URIS.items())
    parts = [
        *(context_xml(*pair) for pair in enumerate(document["contexts"])),
        *(unit_xml(*pair) for pair in enumerate(document["units"])),
        *map(fact_xml, document["facts"]),
    ]
    return (
        f'<?xml version="1.0" encoding="{declared}"?>'
        '<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"{namespaces}'
        f"{f' xml:lang={quoteattr(language)}' if language else ''}>{''.join(parts)}</xbrl>"
    ).encode(document["encoding"])


def expected_facts(facts, language, parent=-1, start=0):
    """Rows (kind, concept, context, unit, value, decimals, nil, language, parent), in order."""
    rows = []
    for fact in facts:
        index = start + len(rows)
        if isinstance(fact, tuple):
            rows.append(("tuple", clark(fact[0]), None, None, None, None, False, language, parent))
            rows += expected_facts(fact[1], language, index, index + 1)
            continue
        own = language if fact["language"] is None else fact["language"] or None
        has_unit = fact["unit"] is not None
        rows.append(
            (
                "item",
                clark(fact["name"]),
                f"c{fact['context']}",
                f"u{fact['unit']}" if has_unit else None,
                fact["value"],
                fact["decimals"] if has_unit else None,
                fact["value"] is None,
                own,
                parent,
            )
        )
    return rows


@settings(max_examples=60)
@given(DOCUMENT)
def test_what_is_written_is_read(document):
    instance = read_instance("f.xml", document_xml(document))

    facts = instance.facts
    assert instance.problems == []
    assert [
        (
            f.kind,
            f.concept,
            f.context_id,
            f.unit_id,
            f.value,
            f.decimals,
            f.is_nil,
            f.language,
            f.parent,
        )
        for f in facts.rows()
    ] == expected_facts(document["facts"], document["language"])
    for context, wanted in zip(instance.contexts.values(), document["contexts"], strict=True):
        check_context(context, wanted)
    for unit, (above, below) in zip(instance.units.values(), document["units"], strict=True):
        assert unit.numerator == tuple(sorted(map(clark, above)))
        assert unit.denominator == tuple(sorted(map(clark, below)))


def check_context(context, wanted):
    scheme, identifier, (kind, start, end), dimensions = wanted
    assert (context.scheme, context.identifier) == (scheme, identifier)
    assert context.period.kind == kind
    assert (context.period.start_at and context.period.start_at.date()) == start
    assert (context.period.end_at and context.period.end_at.date()) == (
        end and end + timedelta(days=1)
    )
    read = [(d.dimension, d.member, d.container) for d in context.dimensions]
    assert read == sorted(
        (clark(name), clark(value) if len(value) == 2 else None, place)
        for name, value, place in dimensions
    )


@settings(max_examples=60)
@given(DOCUMENT)
def test_tables_hold_what_was_read(document):
    instance = read_instance("f.xml", document_xml(document))

    made = tables(instance, "f" * 64, 1)

    made["xbrl_fact"].validate(full=True)
    rows = made["xbrl_fact"].to_pylist()
    assert [
        (
            f"{{{r['namespace']}}}{r['concept']}",
            r["context_id"],
            r["unit_id"],
            r["value"],
            r["decimals"],
            r["is_nil"],
            r["language"],
        )
        for r in rows
    ] == [
        (f.concept, f.context_id, f.unit_id, f.value, f.decimals, f.is_nil, f.language)
        for f in instance.facts.rows()
    ]
    for row in rows:
        if row["kind"] == "item":
            context = instance.contexts[row["context_id"]]
            assert row["entity_identifier"] == context.identifier
            assert row["period_end_at"] == context.period.end_at
            assert row["dimensions"].count("=") >= len(context.dimensions)
    typed = [
        value[1]
        for _, _, _, dimensions in document["contexts"]
        for _, value, _ in sorted(dimensions, key=lambda d: clark(d[0]))
        if len(value) == 3
    ]
    read = [r["typed_value"] for r in made["xbrl_dimension"].to_pylist() if r["member"] is None]
    assert read == typed
