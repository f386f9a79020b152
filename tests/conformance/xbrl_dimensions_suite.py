"""The official Dimensions 1.0 suite: its variations, and how our processor does on each.

Belongs here: reading the suite and comparing verdicts. Does not: deciding which
failures are known (`test_xbrl_dimensions_suite`). No variation is known by name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from xbrl.instance import read_instance
from xbrl.model import Instance
from xbrl.problem import Problem, Severity
from xbrl.qnames import resolve
from xbrl.taxonomy import dimensions
from xbrl.taxonomy.discovery import discover
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.resolver import FolderResolver, file_url
from xbrl.validation.dimensions import validate_taxonomy
from xbrl.validation.taxonomy import validate as validate_taxonomy_21
from xbrl.validation.validate import validate

CONFORMANCE = "{http://xbrl.org/2005/conformance}"
PREFIXES = {
    "http://xbrl.org/2005/xbrldt/errors": "xbrldte",
    "http://xbrl.org/2005/xbrldi/errors": "xbrldie",
    "http://www.xbrl.org/2005/genericXmlSchemaError": "xmlSchema",
}
"""The suite's namespaces of error codes, and the prefix our codes have for them."""

FactRow = tuple[str, str, tuple[tuple[str, bool], ...]]
"""Concept, child sequence from the root, and dimensions with whether each is by default."""


class Variation(NamedTuple):
    """One variation: what to read first, and the errors or facts expected."""

    id: str
    category: str
    name: str
    first: tuple[Path, ...]
    errors: tuple[str, ...]
    facts: Path | None


class Outcome(NamedTuple):
    """One variation's result; `reason` is empty when it passed."""

    variation: Variation
    reason: str


def variations(suite: Path) -> Iterator[Variation]:
    """Every variation of the suite's index, in its order."""
    index = etree.parse(suite / "xdt.xml").getroot()
    for testcase in index.iter("testcase"):
        uri = testcase.attrib["uri"]
        case = suite / uri
        for element in etree.parse(case).getroot().iter(f"{CONFORMANCE}variation"):
            yield _variation(element, uri, case.parent)


def _variation(element: etree._Element, uri: str, folder: Path) -> Variation:
    result = element.find(f"{CONFORMANCE}result")
    data = element.find(f"{CONFORMANCE}data")
    first = [one for one in data.iterchildren("*") if one.get("readMeFirst") == "true"]
    name = element.get("name", "")
    listed = result.findtext(f"{CONFORMANCE}file")
    return Variation(
        f"{folder.name}#{element.get('id')} {name}",
        uri.partition("/")[0],
        name,
        tuple(folder / one.text.strip() for one in first),
        tuple(_code(one) for one in result.iter(f"{CONFORMANCE}error")),
        folder / "out" / listed.strip() if listed else None,
    )


def _code(element: etree._Element) -> str:
    name = resolve(element.text, element.nsmap) or ""
    namespace, _, local = name[1:].partition("}")
    prefix = PREFIXES[namespace]
    return prefix if prefix == "xmlSchema" else f"{prefix}:{local}"


def run(suite: Path) -> Iterator[Outcome]:
    """The outcome of every variation."""
    resolver = FolderResolver({"file:///": Path("/")})
    for variation in variations(suite):
        yield Outcome(variation, judge(variation, resolver))


def by_category(outcomes: Iterable[Outcome]) -> dict[str, tuple[int, int]]:
    """Variations passed, and variations, by category."""
    passed: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for outcome in outcomes:
        every[outcome.variation.category] += 1
        passed[outcome.variation.category] += not outcome.reason
    return {name: (passed[name], every[name]) for name in sorted(every)}


def judge(variation: Variation, resolver: FolderResolver) -> str:
    """Why a variation fails; empty when it does not."""
    taxonomy = discover([file_url(path) for path in variation.first], resolver)
    found = [*taxonomy.problems, *validate_taxonomy_21(taxonomy), *validate_taxonomy(taxonomy)]
    instances = [
        read_instance(path.name, path.read_bytes())
        for path in variation.first
        if _holds_instance(path)
    ]
    for instance in instances:
        found += [*instance.problems, *validate(instance, taxonomy)]
    reason = _compare(variation.errors, found)
    if not reason and variation.facts is not None:
        return _compare_facts(variation.facts, instances[0], taxonomy)
    return reason


def _holds_instance(path: Path) -> bool:
    return etree.parse(path).getroot().tag == "{http://www.xbrl.org/2003/instance}xbrl"


def _compare(expected: tuple[str, ...], problems: Iterable[Problem]) -> str:
    """No error of any kind where none is expected; else exactly the dimensional codes expected.

    A schema error has whichever code, and may bring dimensional ones.
    """
    found = {problem.code for problem in problems if problem.severity == Severity.ERROR}
    said = f"expected {sorted(set(expected)) or 'no error'}, found {sorted(found) or 'none'}"
    if expected == ("xmlSchema",):
        return "" if any(code.startswith("xmlSchema:") for code in found) else said
    if expected:
        found = {code for code in found if code.startswith(("xbrldte:", "xbrldie:"))}
    return "" if found == set(expected) else said


def _compare_facts(file: Path, instance: Instance, taxonomy: Taxonomy) -> str:
    expected, found = Counter(_expected_facts(file)), Counter(fact_list(instance, taxonomy))
    if expected == found:
        return ""
    missing, extra = list((expected - found).elements()), list((found - expected).elements())
    return f"facts expected and missing: {missing[:2]}; found and not expected: {extra[:2]}"


def _expected_facts(file: Path) -> Iterator[FactRow]:
    for item in etree.parse(file).getroot().iter("item"):
        concept = item.find("qnElement")
        members = [
            (_qname(one.find("qnDimension")), one.findtext("bDefaulted", "").strip() == "true")
            for one in item.iter("member")
        ]
        yield _qname(concept), item.findtext("sPointer", "").strip(), tuple(sorted(members))


def _qname(element: etree._Element | None) -> str:
    assert element is not None
    return resolve(element.text, element.nsmap) or ""


def fact_list(instance: Instance, taxonomy: Taxonomy) -> Iterator[FactRow]:
    """The items with their dimensions, those by default too. Source: Dimensions 1.0 § 2.6.1."""
    defaults = dimensions.of(taxonomy).defaults
    for fact in instance.facts.rows():
        if fact.kind != "tuple":
            context = instance.contexts[fact.context_id or ""]
            written = {value.dimension for value in context.dimensions}
            members = [(one, False) for one in written]
            members += [(one, True) for one in defaults.keys() - written]
            yield fact.concept, _pointer(fact.element), tuple(sorted(members))


def _pointer(element: etree._Element) -> str:
    """The child sequence from below the root, as the suite writes it."""
    steps = []
    while (parent := element.getparent()) is not None:
        steps.append(str(1 + sum(1 for _ in element.itersiblings("*", preceding=True))))
        element = parent
    return "/".join(reversed(steps))
