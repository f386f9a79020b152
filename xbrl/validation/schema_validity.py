"""XML Schema validity of an instance: its elements and values against the taxonomy's types.

A plain instance is checked whole, from its root. Of an inline one, whose facts stand in HTML,
contexts, units and values are. A taxonomy read from Parquet knows the types of values and
no content models: then values are checked, and a note says that tuples are not.

Belongs here: turning faults of elements into problems of facts. Does not: the checks
themselves (`content`, `types`). Source: XBRL 2.1 § 4, first paragraph.
"""

from collections.abc import Iterable, Iterator

from lxml.etree import _Element

from xbrl.model import Fact
from xbrl.names import XBRLI, clark, split
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.address import line_of
from xbrl.validation.content import Fault
from xbrl.validation.models import Model
from xbrl.validation.subject import Subject

_XBRL = clark(XBRLI, "xbrl")
_SHOWN = 100
_REMEDIES = {
    "xmlSchema:valueError": "Write a value the type allows.",
    "xmlSchema:attributesRequired": "Add the attribute.",
    "xmlSchema:attributesExtraneous": "Remove the attribute.",
    "xmlSchema:elementUnexpected": "Bring the content in the order and number asked for.",
    "xmlSchema:elementNotDeclared": "Correct the name, or refer to the schema that declares it.",
    "xmlSchema:nilNotAllowed": "Report a value, or leave the element out.",
}


def problems(subject: Subject) -> Iterator[Problem]:
    """Where the instance is not valid by the schemas of its taxonomy."""
    instance = subject.instance
    if instance.kind == "xbrl":
        yield from _plain(subject)
        if not subject.has_schemas:
            yield from _unchecked_tuples(subject)
    else:
        elements = [context.element for context in instance.contexts.values()]
        elements += [unit.element for unit in instance.units.values()]
        for element in elements:
            for fault in subject.content.faults(element):
                yield _problem(subject, fault, None)
        yield from _values(subject)
        yield from _tuples(subject)


def _plain(subject: Subject) -> Iterator[Problem]:
    by_element = {fact.element: fact for fact in subject.facts}
    undeclared: dict[str, list[Fact]] = {}
    for root in subject.instance.roots:
        if root.tag != _XBRL or root.getparent() is not None:
            yield _nested(subject, root)
        for fault in _root_faults(subject, root, undeclared, by_element):
            yield _problem(subject, fault, by_element.get(fault.element))
    for name, facts in undeclared.items():
        yield _undeclared(subject, name, facts)


def _root_faults(
    subject: Subject,
    root: _Element,
    undeclared: dict[str, list[Fact]],
    by_element: dict[_Element, Fact],
) -> Iterator[Fault]:
    """The root's faults; a fact without a declaration is set apart, to be told once a concept."""
    known: list[str] = []
    for child in root:
        fact = by_element.get(child)
        if fact is not None and subject.components.element(child.tag) is None:
            undeclared.setdefault(fact.concept, []).append(fact)
        else:
            known.append(child.tag)
    declared = subject.components.element(_XBRL)
    found = declared and subject.components.complex(declared.type)
    if found is None:
        return
    yield from subject.content.attribute_faults(root, found)
    model = subject.content.model(found)
    fault = model.fault(known)
    if fault:
        yield Fault(root, "xmlSchema:elementUnexpected", _misplaced(model, known) or fault)
    for child in root:
        if child.tag in undeclared and child in by_element:
            continue
        yield from subject.content.faults(child)


def _misplaced(model: Model, names: list[str]) -> str | None:
    """What an instance's root may not hold; None where only the order is wrong."""
    strange = [name for name in dict.fromkeys(names) if model.place(name) is None]
    if not strange:
        return None
    shown = ", ".join(strange[:5])
    return f"must hold references, contexts, units, items, tuples and footnotes, and holds {shown}"


def _nested(subject: Subject, root: _Element) -> Problem:
    parent = root.getparent()
    around = "nothing" if parent is None else parent.tag
    message = (
        f"An instance's root element was expected to be xbrli:xbrl; it stands within {around}."
    )
    remedy = "Send the xbrli:xbrl element as a document of its own."
    line = line_of(root) or None
    file = subject.instance.files[0]
    return Problem("xbrl.4.1:root", Severity.ERROR, message, file, line, None, remedy)


def _undeclared(subject: Subject, name: str, facts: list[Fact]) -> Problem:
    message = (
        f"A concept of the taxonomy was expected; {subject.shown.name(name)} "
        f"({len(facts)} facts) is not declared in it."
    )
    remedy = "Correct the name, or refer to the taxonomy that declares the concept."
    return subject.problem("xbrl.4.6:conceptNotDeclared", facts, message, remedy)


def _problem(subject: Subject, fault: Fault, fact: Fact | None) -> Problem:
    element = fault.element
    name = subject.name(fact) if fact else _element_name(element)
    line = line_of(element) or None
    return Problem(
        fault.code,
        Severity.ERROR,
        f"{name} {fault.message}.",
        subject.instance.files[fact.file if fact else 0],
        line,
        element.get("id"),
        _REMEDIES.get(fault.code, "Correct the element by the schema."),
        (fact.fact_index,) if fact else (),
    )


def _element_name(element: _Element) -> str:
    id_ = element.get("id")
    prefix = f"{element.prefix}:" if element.prefix else ""
    shown = f"{prefix}{split(element.tag)[1]}"
    return f"Element {shown} {id_}" if id_ else f"Element {shown}"


def _values(subject: Subject) -> Iterator[Problem]:
    """The values of facts against their concepts' simple types."""
    undeclared: dict[str, list[Fact]] = {}
    for fact in subject.facts:
        concept = subject.concept(fact.concept)
        if concept is None:
            undeclared.setdefault(fact.concept, []).append(fact)
        elif concept.is_abstract:
            message = f"{subject.name(fact)} has an abstract concept, which no fact may have."
            remedy = "Report a concept that is not abstract."
            yield subject.problem("xmlSchema:abstractElement", [fact], message, remedy)
        elif fact.is_nil and not concept.is_nillable:
            message = f"{subject.name(fact)} is nil; its concept is declared not nillable."
            remedy = _REMEDIES["xmlSchema:nilNotAllowed"]
            yield subject.problem("xmlSchema:nilNotAllowed", [fact], message, remedy)
        elif fact.kind == "item" and concept.type and not fact.is_nil:
            yield from _value(subject, fact, concept.type)
    for name, facts in undeclared.items():
        yield _undeclared(subject, name, facts)


def _value(subject: Subject, fact: Fact, type_: str) -> Iterator[Problem]:
    value_type = subject.components.value_type(type_)
    text = fact.value or ""
    fault = subject.simple.judge(value_type or type_, text, fact.element.nsmap).fault
    if fault:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        message = f"{subject.name(fact)}: value “{shown}” {fault}."
        remedy = _REMEDIES["xmlSchema:valueError"]
        yield subject.problem("xmlSchema:valueError", [fact], message, remedy)


def _tuples(subject: Subject) -> Iterator[Problem]:
    """The children of tuples, where they stand in HTML, in their order."""
    tuples = [fact for fact in subject.facts if fact.kind == "tuple" and not fact.is_nil]
    if not tuples:
        return
    if not subject.has_schemas:
        yield from _unchecked_tuples(subject)
        return
    within: dict[int, list[Fact]] = {}
    for fact in subject.facts:
        within.setdefault(fact.parent, []).append(fact)
    for fact in tuples:
        declaration = subject.components.element(fact.concept)
        found = declaration and subject.components.complex(declaration.type)
        if found is None:
            continue
        children = _in_order(within.get(fact.fact_index, ()))
        fault = subject.content.model(found).fault([child.concept for child in children])
        if fault:
            remedy = _REMEDIES["xmlSchema:elementUnexpected"]
            message = f"{subject.name(fact)} {fault}."
            yield subject.problem("xmlSchema:elementUnexpected", [fact, *children], message, remedy)


def _unchecked_tuples(subject: Subject) -> Iterator[Problem]:
    tuples = [fact for fact in subject.facts if fact.kind == "tuple" and not fact.is_nil]
    if tuples:
        message = (
            f"The content of {len(tuples)} tuples is not checked: the compiled taxonomy keeps no "
            "content models."
        )
        remedy = "Validate with the taxonomy package itself to have them checked."
        yield subject.problem("xmlSchema:notChecked", tuples, message, remedy, Severity.NOTE)


def _in_order(children: Iterable[Fact]) -> list[Fact]:
    """Children by ix order. Source: Inline XBRL 1.1 § 14.1."""
    return sorted(children, key=lambda child: float(child.order or 0))
