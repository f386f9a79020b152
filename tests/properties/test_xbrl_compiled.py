"""A taxonomy written to Parquet and read back is the same; written twice, the same bytes."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from xbrl.names import clark
from xbrl.problem import Problem, Severity
from xbrl.taxonomy import compiled, lookup
from xbrl.taxonomy.model import (
    Concept,
    Facets,
    Label,
    ReferencePart,
    Relationship,
    RoleType,
    Taxonomy,
)

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)
LOCAL = st.from_regex(r"[A-Za-zæøå_][A-Za-z0-9_.#/-]{0,6}", fullmatch=True)
NAME = st.builds(clark, st.sampled_from(["", "http://a", "urn:b}c"]), LOCAL)
MAYBE = st.none() | TEXT
URI = st.sampled_from(["http://r/1", "http://r/2", "urn:r:3"])
LINE = st.integers(0, 1 << 30)


def texts(size: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(TEXT, max_size=size).map(tuple)


CONCEPT = st.builds(
    Concept, NAME, MAYBE, TEXT, MAYBE, MAYBE, MAYBE, MAYBE, st.booleans(), MAYBE, MAYBE,
    st.booleans(), st.booleans(), MAYBE, TEXT, LINE,
)  # fmt: skip
RELATIONSHIP = st.builds(
    Relationship, URI, URI, TEXT, TEXT, NAME, NAME, TEXT, MAYBE, MAYBE, MAYBE, st.booleans(),
    st.booleans(), MAYBE, TEXT, LINE,
)  # fmt: skip
FACETS = st.builds(
    Facets, NAME, MAYBE, texts(), texts(), st.dictionaries(TEXT, TEXT, max_size=2), texts(), MAYBE,
    st.booleans(),
)  # fmt: skip
ROLE = st.builds(RoleType, URI, TEXT, MAYBE, MAYBE, texts(), MAYBE, TEXT, LINE)
LABEL = st.builds(Label, NAME, URI, URI, st.sampled_from(["da", "en", "en-GB", ""]), TEXT)
PART = st.builds(ReferencePart, NAME, URI, st.integers(0, 9), NAME, TEXT)
PROBLEM = st.builds(
    Problem, TEXT, st.sampled_from(Severity), TEXT, TEXT, st.none() | LINE, MAYBE, TEXT
)


@st.composite
def taxonomies(draw: st.DrawFn) -> Taxonomy:
    taxonomy = Taxonomy(draw(texts()), prefixes=draw(st.dictionaries(TEXT, TEXT, max_size=3)))
    taxonomy.concepts = {one.name: one for one in draw(st.lists(CONCEPT, max_size=5))}
    taxonomy.types = {one.name: one for one in draw(st.lists(FACETS, max_size=3))}
    taxonomy.problems = draw(st.lists(PROBLEM, max_size=2))
    for roles in (taxonomy.role_types, taxonomy.arcrole_types):
        for role in draw(st.lists(ROLE, max_size=3)):
            roles.setdefault(role.uri, []).append(role)
    for one in draw(st.lists(RELATIONSHIP, max_size=6)):
        taxonomy.relationships.setdefault(one.arcrole, {}).setdefault(one.role, []).append(one)
    for label in draw(st.lists(LABEL, max_size=6)):
        taxonomy.labels.setdefault(label.concept, []).append(label)
    for part in draw(st.lists(PART, max_size=4)):
        taxonomy.references.setdefault(part.concept, []).append(part)
    return taxonomy


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@settings(max_examples=40)
@given(taxonomies())
def test_compiled_and_loaded_it_is_the_same(taxonomy: Taxonomy) -> None:
    key = compiled.Key("package", "entry point", "name")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "one"
        compiled.write(taxonomy, key, folder)
        first = files(folder)
        loaded = compiled.load(folder)
        assert loaded == taxonomy
        assert list(loaded.concepts) == list(taxonomy.concepts)
        assert lookup.concepts(folder, list(taxonomy.concepts)) == taxonomy.concepts
        compiled.write(loaded, key, folder)
        assert files(folder) == first
