"""The official XBRL 2.1 suite: its variations, and how our processor does on each.

Belongs here: reading the suite, comparing verdicts and the result files some variations
have. Does not: deciding which failures are known (`test_xbrl_21_suite`). No variation is known by
name.
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from xbrl.instance import read_instance
from xbrl.model import Fact
from xbrl.names import XBRLI
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.discovery import discover
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.resolver import FolderResolver, file_url
from xbrl.validation import taxonomy as taxonomy_validity
from xbrl.validation.accuracy import INFINITE, decimals_of, number, precision_of
from xbrl.validation.entry_points import entry_points
from xbrl.validation.equality import are_v_equal
from xbrl.validation.subject import Subject
from xbrl.validation.validate import validate

_PTV = "http://www.xbrl.org/2003/ptv"
_XBRL = f"{{{XBRLI}}}xbrl"
_LABELS = {"label", "reference"}


class Variation(NamedTuple):
    """One variation: what to read first, the verdict expected, and a result file."""

    id: str
    category: str
    testcase: str
    first: tuple[Path, ...]
    is_valid: bool
    result: Path | None


class Outcome(NamedTuple):
    """One variation's result; `reason` is empty when it passed."""

    variation: Variation
    reason: str
    problems: tuple[Problem, ...]


def variations(suite: Path) -> Iterator[Variation]:
    """Every variation of the suite's index, in its order."""
    for testcase in etree.parse(suite / "xbrl.xml").getroot().iter("testcase"):
        uri = testcase.attrib["uri"]
        root = etree.parse(suite / uri).getroot()
        for element in root.iter("variation"):
            yield _variation(element, root, suite / uri, uri.split("/")[1])


def _variation(
    element: etree._Element, root: etree._Element, case: Path, category: str
) -> Variation:
    result = element.find("result")
    first = [one for one in element.iter("*") if one.get("readMeFirst") == "true"]
    listed = (result.text or "").strip() or (result.findtext("file") or "").strip()
    return Variation(
        f"{case.parent.name}/{case.stem}#{element.get('id')}",
        category,
        case.stem,
        tuple(case.parent / one.text.strip() for one in first),
        result.get("expected") == "valid",
        case.parent / root.get("outpath", "") / listed if listed else None,
    )


def run(suite: Path) -> Iterator[Outcome]:
    """The outcome of every variation."""
    for variation in variations(suite):
        yield outcome(variation, suite)


def outcome(variation: Variation, suite: Path) -> Outcome:
    """The outcome of one variation."""
    found: list[Problem] = []
    reason = ""
    for path in variation.first:
        subject, problems = judge(path, suite)
        found += problems
        if variation.result is not None and not reason:
            reason = _result_difference(variation.result, subject)
    wrong = [problem for problem in found if problem.severity is not Severity.NOTE]
    if variation.is_valid and wrong:
        reason = f"valid was expected; found {wrong[0]}"
    elif not variation.is_valid and not wrong:
        reason = "invalid was expected; nothing found"
    return Outcome(variation, reason, tuple(found))


def judge(path: Path, suite: Path) -> tuple[Subject, list[Problem]]:
    """Everything found in a document and its taxonomy."""
    url = file_url(path)
    instance = read_instance(url, path.read_bytes())
    is_instance = any(root.tag == _XBRL for root in instance.roots)
    points = entry_points(instance, _resolver(suite)) if is_instance else [url]
    taxonomy, problems = _judged(tuple(points), suite)
    found = [*problems]
    if is_instance:
        found += instance.problems
        found += validate(instance, taxonomy)
    return Subject(instance, taxonomy), found


@lru_cache(4)
def _judged(points: tuple[str, ...], suite: Path) -> tuple[Taxonomy, list[Problem]]:
    """A taxonomy and what is wrong with it, once for the variations in a row that share it."""
    taxonomy = discover(points, _resolver(suite))
    found = list(taxonomy.problems)
    return taxonomy, found + taxonomy_validity.validate(taxonomy)


def _resolver(suite: Path) -> FolderResolver:
    return FolderResolver({file_url(suite) + "/": suite})


def _result_difference(file: Path, subject: Subject) -> str:
    """How a result file differs from what we found; empty when it does not."""
    root = etree.parse(file).getroot()
    if root.tag == _XBRL:
        return _fact_difference(file, subject)
    for element in root.iter(f"{{{_PTV}}}arc"):
        difference = _arc_difference(element, subject.taxonomy)
        if difference:
            return difference
    return ""


def _fact_difference(file: Path, subject: Subject) -> str:
    """Every fact has its like in the result, with the properties stated there."""
    expected: dict[str, list[Fact]] = {}
    result = read_instance(file.name, file.read_bytes())
    for fact in result.facts.rows():
        expected.setdefault(fact.concept, []).append(fact)
    if len(result.facts) != len(subject.facts):
        return f"{len(result.facts)} facts expected, {len(subject.facts)} found"
    for fact in subject.facts:
        candidates = expected.get(fact.concept, [])
        like = next((one for one in candidates if _is_like(fact, one)), None)
        if like is None:
            return f"no fact like {fact.concept} “{fact.value}” in {file.name}"
        difference = _property_difference(fact, like, subject)
        if difference:
            return difference
    return ""


def _is_like(fact: Fact, expected: Fact) -> bool:
    if fact.kind == "tuple" or expected.kind == "tuple":
        return fact.kind == expected.kind
    value, other = number(fact.value), number(expected.value)
    if value is None or other is None:
        return (fact.value or "").strip() == (expected.value or "").strip()
    return value == other if fact.decimals == expected.decimals else are_v_equal(fact, expected)


def _property_difference(fact: Fact, like: Fact, subject: Subject) -> str:
    for name in ("periodType", "balance", "decimals", "precision"):
        stated = like.element.get(f"{{{_PTV}}}{name}")
        if stated and (text := _property(name, fact, subject)) != stated:
            return f"{fact.concept}: {name} {stated} expected, {text} found"
    return ""


def _property(name: str, fact: Fact, subject: Subject) -> str | None:
    if name in {"periodType", "balance"}:
        concept = subject.concept(fact.concept)
        return concept and (concept.period_type if name == "periodType" else concept.balance)
    value = number(fact.value)
    if value is None:  # only numbers have accuracy
        return None
    of = decimals_of if name == "decimals" else precision_of
    return _written(of(value, fact.decimals, fact.precision))


def _written(accuracy: object) -> str:
    return "INF" if accuracy == INFINITE else str(accuracy)


def _arc_difference(element: etree._Element, taxonomy: Taxonomy) -> str:
    source = _concept(element.get("fromPath", ""), taxonomy)
    kind, role = element.get("linkType"), element.get("extRole", "")
    if source is None:
        return f"no concept {element.get('fromPath')}"
    if kind in _LABELS:
        return _resource_difference(element, source, taxonomy)
    target = _concept(element.get("toPath", ""), taxonomy)
    for one in taxonomy.network(element.get("arcRole", ""), role):
        if (one.source, one.target) == (source, target) and all(
            element.get(name) is None or number(element.get(name)) == number(stated)
            for name, stated in (("order", one.order), ("weight", one.weight))
        ):
            return ""
    return f"no relationship from {source} to {target} in {role}"


def _resource_difference(element: etree._Element, source: str, taxonomy: Taxonomy) -> str:
    role = element.get("resRole")
    wanted = " ".join("".join(element.itertext()).split())
    if element.get("linkType") == "label":
        texts = [one.text for one in taxonomy.labels.get(source, ()) if one.role == role]
    else:
        texts = _reference_texts(source, role, taxonomy)
    if wanted in {" ".join(text.split()) for text in texts}:
        return ""
    return f"“{wanted}” expected for {source}, found {texts}"


def _reference_texts(source: str, role: str | None, taxonomy: Taxonomy) -> list[str]:
    texts: dict[int, str] = {}
    for part in taxonomy.references.get(source, ()):
        if part.role == role:
            texts[part.number] = texts.get(part.number, "") + part.text
    return list(texts.values())


def _concept(path: str, taxonomy: Taxonomy) -> str | None:
    """`namespace#id` or `file#id`, as the result files name concepts."""
    place, _, fragment = path.partition("#")
    for concept in taxonomy.concepts.values():
        if concept.id == fragment or concept.name == f"{{{place}}}{fragment}":
            return concept.name
    return None


def counts(outcomes: list[Outcome]) -> dict[str, tuple[int, int]]:
    """Passed and all, by category."""
    every = Counter(one.variation.category for one in outcomes)
    passed = Counter(one.variation.category for one in outcomes if not one.reason)
    return {name: (passed[name], every[name]) for name in sorted(every)}
