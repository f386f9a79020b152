"""Networks: order of documents, links and arcs changes nothing; prohibition as the text says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.taxonomy_writer import (
    ARCROLE,
    ROLE,
    arc,
    discovered,
    extended,
    item,
    linkbase,
    linkbase_ref,
    loc,
    schema,
)

CONCEPTS = "ABC"
SCHEMA = schema(*(item(one) for one in CONCEPTS))
LOCATORS = [loc(one) for one in CONCEPTS]

arcs = st.tuples(
    st.sampled_from(["A", "B"]),
    st.sampled_from(["B", "C"]),
    st.sampled_from(["1", "1.0", "2"]),
    st.sampled_from([None, "1", "01", "3"]),
    st.integers(0, 2),
    st.sampled_from(["optional", "prohibited"]),
)
# Linkbases of extended links of arcs: each arc in a link of its own, as XLink wants of doubles.
sets = st.lists(st.lists(arcs, max_size=4), min_size=1, max_size=3)


def written(one):
    source, target, weight, order, priority, use = one
    more = f'weight="{weight}" priority="{priority}" use="{use}"'
    more += "" if order is None else f' order="{order}"'
    calculation = arc("link:calculationArc", "summation-item", source, target, more)
    return extended("link:calculationLink", *LOCATORS, calculation)


def network(linkbases):
    documents = {f"l{number}.xml": linkbase(*map(written, one)) for number, one in linkbases}
    references = "".join(map(linkbase_ref, documents))
    documents |= {"c.xsd": SCHEMA, "e.xsd": schema(appinfo=references)}
    found = discovered(documents).network(ARCROLE + "summation-item", ROLE)
    return [(one.source[-1], one.target[-1], float(one.weight), float(one.order)) for one in found]


@settings(max_examples=40)
@given(sets, st.randoms())
def test_no_order_of_documents_or_arcs_changes_a_network(linkbases, random):
    numbered = list(enumerate(linkbases))
    expected = network(numbered)
    shuffled = [(number, random.sample(one, len(one))) for number, one in numbered]
    random.shuffle(shuffled)
    assert network(shuffled) == expected


@settings(max_examples=40)
@given(sets)
def test_the_highest_priority_wins_and_prohibits(linkbases):
    classes = {}
    for one in linkbases:
        for source, target, weight, order, priority, use in one:
            key = source, target, float(weight), float(order or 1)
            classes.setdefault(key, []).append((priority, use))
    expected = {
        key
        for key, found in classes.items()
        if not any(use == "prohibited" for rank, use in found if rank == max(found)[0])
    }
    found = network(list(enumerate(linkbases)))
    assert set(found) == expected
    assert len(found) == len(expected)
    assert found == sorted(found, key=lambda one: (one[0], one[3], one[1]))
