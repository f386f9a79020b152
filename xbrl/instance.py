"""Plain XBRL 2.1 instances: a document to contexts, units, facts, footnotes and references.

Belongs here: what § 4 of XBRL 2.1 says an instance document holds, and how its
children are told apart. Does not: the facts' columns (`items`), inline documents, and whether
facts agree with a taxonomy.
"""

from collections.abc import Iterable
from contextlib import suppress
from itertools import chain, compress, islice
from operator import not_

from lxml import etree
from lxml.etree import _Element

from xbrl.column_facts import ColumnFacts, column_facts
from xbrl.contexts import read_contexts
from xbrl.cut_facts import CutFacts, IrregularError, cut_facts
from xbrl.footnotes import read_footnotes
from xbrl.items import Taken, read_facts
from xbrl.lines import line_of
from xbrl.model import Facts, Instance, Reference
from xbrl.names import LINK, XBRLI, XLINK, XML, split
from xbrl.parse import LARGEST, Parsed, is_utf8, parse
from xbrl.problem import Problem, Severity
from xbrl.scan import Scan
from xbrl.units import read_units
from xbrl.uris import joined

XBRL = f"{{{XBRLI}}}xbrl"
_CONTEXT = f"{{{XBRLI}}}context"
_UNIT = f"{{{XBRLI}}}unit"
_FOOTNOTE_LINK = f"{{{LINK}}}footnoteLink"
_URIS = {
    f"{{{LINK}}}schemaRef": None,
    f"{{{LINK}}}linkbaseRef": f"{{{XLINK}}}role",
    f"{{{LINK}}}roleRef": "roleURI",
    f"{{{LINK}}}arcroleRef": "arcroleURI",
}
_LANG = f"{{{XML}}}lang"
_BASE = f"{{{XML}}}base"
_HREF = f"{{{XLINK}}}href"
_BLOCK = 256


LARGE = 4 << 20
"""Bytes; in smaller files little is gained by cutting out the facts."""


def read_instance(name: str, data: bytes, *, for_tables: bool = False) -> Instance:
    """Read a plain XBRL instance; what is wrong with it stands in its problems.

    `for_tables`: the facts need no elements, so those of a large file may be read as columns.
    """
    if for_tables and LARGE <= len(data) <= LARGEST and is_utf8(data):
        with suppress(IrregularError):
            cut = cut_facts(data)
            return _instance_of(parse(name, cut.rest), cut)
    return _instance_of(parse(name, data), None)


def _instance_of(parsed: Parsed, cut: CutFacts | None) -> Instance:
    """The instance in a parsed file, out of which its facts may have been cut.

    Source: XBRL 2.1 § 4.
    """
    if cut is not None and (parsed.root is None or parsed.root.tag != XBRL):
        raise IrregularError
    instance = Instance("xbrl", None, (parsed.name,), problems=list(parsed.problems))
    if parsed.root is None:
        return instance
    root = next(parsed.root.iter(XBRL), None)
    if root is None:
        instance.problems.append(_no_instance(parsed))
        return instance
    instance.roots = (root,)
    children: dict[str, list[_Element]] = {}
    others = _sort_out(root, children)
    instance.references = [
        reference(element, parsed.name) for tag in _URIS for element in children.get(tag, ())
    ]
    read_contexts(
        children.get(_CONTEXT, ()),
        parsed.name,
        instance.contexts,
        instance.problems,
        Scan(parsed.data).stable_prefixes(root),
    )
    read_units(children.get(_UNIT, ()), parsed.name, instance.units, instance.problems)
    instance.problems += _strangers(children, parsed.name)
    language = _language_at(root)
    if cut is None:
        instance.facts, problems = read_facts(others, language, parsed)
        instance.problems += problems
    else:
        instance.facts = column_facts(cut, others.names, root.nsmap, language)
    links = children.get(_FOOTNOTE_LINK, ())
    by_id = instance.facts.by_id()
    read_footnotes(links, parsed, instance, by_id)
    instance.problems += _repeated_ids(instance, links, by_id)
    instance.prefixes = _prefixes(root, instance.facts)
    return instance


def reference(element: _Element, file: str) -> Reference:
    """A schemaRef, linkbaseRef, roleRef or arcroleRef. Source: XBRL 2.1 § 4.2 to 4.5."""
    tag = str(element.tag)
    attribute = _URIS[tag]
    return Reference(
        split(tag)[1],
        element.get(_HREF, "").strip(),
        element.get(attribute) if attribute else None,
        base_at(element),
        line_of(element),
        file,
    )


def base_at(element: _Element) -> str | None:
    """The xml:base in force: each one resolved against those around it. Source: XML Base § 4."""
    base = ""
    for around in (*reversed(list(element.iterancestors())), element):
        if own := around.get(_BASE):
            base = joined(base, own.strip())
    return base or None


def _language_at(element: _Element) -> str | None:
    """The xml:lang in force; an empty one takes it back. Source: XML 1.0 § 2.12."""
    for around in chain((element,), element.iterancestors()):
        language = around.get(_LANG)
        if language is not None:
            return str(language) or None
    return None


def _no_instance(parsed: Parsed) -> Problem:
    assert parsed.root is not None
    message = f"An XBRL instance (xbrli:xbrl) was expected; the root is {parsed.root.tag}."
    remedy = "Send the XBRL instance itself, or an inline XBRL document."
    return _error("read:not-xbrl", message, parsed.name, parsed.root, remedy)


def _error(code: str, message: str, file: str, element: _Element, remedy: str) -> Problem:
    line = line_of(element)
    return Problem(code, Severity.ERROR, message, file, line, element.get("id"), remedy)


def _sort_out(root: _Element, others: dict[str, list[_Element]]) -> Taken:
    """The root's children: facts in order, and the specification's own elements by tag."""
    facts = Taken()
    is_own: dict[str, bool] = {}
    children = iter(root)
    while block := list(islice(children, _BLOCK)):
        tags = [element.tag for element in block]
        is_own |= {tag: split(tag)[0] in {XBRLI, LINK} for tag in set(tags).difference(is_own)}
        own = [is_own[tag] for tag in tags]
        if True in own:
            for tag, element in zip(compress(tags, own), compress(block, own), strict=True):
                others.setdefault(tag, []).append(element)
            is_fact = list(map(not_, own))
            block, tags = list(compress(block, is_fact)), list(compress(tags, is_fact))
        facts.take(block, tags)
    return facts


def _strangers(children: dict[str, list[_Element]], file: str) -> list[Problem]:
    """Elements of the specification's namespaces that an instance does not hold here."""
    known = {_CONTEXT, _UNIT, _FOOTNOTE_LINK, *_URIS}
    return [
        _error(
            "xbrl.4:unexpected",
            f"A fact, context, unit, reference or footnote was expected, {tag} found.",
            file,
            element,
            "Remove the element: nothing in it is read.",
        )
        for tag, elements in children.items()
        if tag not in known
        for element in elements
    ]


def _repeated_ids(
    instance: Instance, links: Iterable[_Element], own: dict[str, int]
) -> list[Problem]:
    """Ids used twice; those within contexts and units alone are found there."""
    facts = instance.facts
    others = [id_ for link in links for part in link.iter() if (id_ := part.get("id")) is not None]
    declared = instance.contexts.keys() | instance.units.keys()
    are_unique = (
        len(own) == len(facts) - facts.element_id.count(None)
        and len(declared) == len(instance.contexts) + len(instance.units)
        and len(set(others)) == len(others)
        and declared.isdisjoint(own)
        and not any(id_ in own or id_ in declared for id_ in others)
    )
    if are_unique:
        return []
    if isinstance(facts, ColumnFacts):
        raise IrregularError  # which element came first is for the tree to say
    return _name_repeated(instance)


def _name_repeated(instance: Instance) -> list[Problem]:
    """A problem for each element whose id an earlier one has."""
    seen: dict[str, int] = {}
    problems = []
    for element in instance.roots[0].iter(etree.Element):
        id_ = element.get("id")
        if id_ is None:
            continue
        line = line_of(element)
        first = seen.setdefault(id_, line)
        if first is not line and element.tag not in {_CONTEXT, _UNIT}:
            message = f"Id {id_} was expected once; it is used already at line {first}."
            remedy = "Give each element an id of its own."
            problems.append(_error("xml:duplicate-id", message, instance.files[0], element, remedy))
    return problems


def _prefixes(root: _Element, facts: Facts) -> dict[str, str]:
    """Namespace to prefix as the document writes it: on the root, or else where facts do."""
    prefixes = {namespace: prefix for prefix, namespace in root.nsmap.items() if prefix}
    declared = set(root.nsmap.values())
    for tag in sorted(set(facts.concept)):
        namespace = split(tag)[0]
        if namespace and namespace not in declared and namespace not in prefixes:
            prefix = facts.element[facts.concept.index(tag)].prefix
            prefixes |= {namespace: prefix} if prefix else {}
    return prefixes
