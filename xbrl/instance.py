"""Plain XBRL 2.1 instances: a document to contexts, units, facts, footnotes and references.

Belongs here: what § 4 of XBRL 2.1 says an instance document holds, read at the
parser's speed: columns by comprehension, no object per fact. Does not: inline
documents, and whether facts agree with a taxonomy.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, compress
from operator import not_
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from lxml.etree import _Element

from xbrl.contexts import read_contexts
from xbrl.footnotes import read_footnotes
from xbrl.lines import line_of, lines_of
from xbrl.model import Facts, Instance, Reference
from xbrl.names import LINK, XBRLI, XLINK, XML, XSI, split
from xbrl.parse import Parsed, parse
from xbrl.problem import Problem, Severity
from xbrl.units import read_units

XBRL = f"{{{XBRLI}}}xbrl"
_CONTEXT = f"{{{XBRLI}}}context"
_UNIT = f"{{{XBRLI}}}unit"
_NUMERATOR = f"{{{XBRLI}}}numerator"
_DENOMINATOR = f"{{{XBRLI}}}denominator"
_FOOTNOTE_LINK = f"{{{LINK}}}footnoteLink"
_URIS = {
    f"{{{LINK}}}schemaRef": None,
    f"{{{LINK}}}linkbaseRef": f"{{{XLINK}}}role",
    f"{{{LINK}}}roleRef": "roleURI",
    f"{{{LINK}}}arcroleRef": "arcroleURI",
}
_LANG = f"{{{XML}}}lang"
_BASE = f"{{{XML}}}base"
_NIL = f"{{{XSI}}}nil"
_HREF = f"{{{XLINK}}}href"
_BLOCK = 256


def read_instance(name: str, data: bytes) -> Instance:
    """Read a plain XBRL instance; what is wrong with it stands in its problems."""
    return instance_of(parse(name, data))


def instance_of(parsed: Parsed) -> Instance:
    """The instance in a parsed file. Source: XBRL 2.1 § 4."""
    instance = Instance("xbrl", None, (parsed.name,), problems=list(parsed.problems))
    if parsed.root is None:
        return instance
    root = next(parsed.root.iter(XBRL), None)
    if root is None:
        instance.problems.append(_no_instance(parsed))
        return instance
    instance.roots = (root,)
    children: dict[str, list[_Element]] = {}
    facts = _sort_out(root, children)
    instance.references = [
        reference(element, parsed.name) for tag in _URIS for element in children.get(tag, ())
    ]
    read_contexts(children.get(_CONTEXT, ()), parsed.name, instance.contexts, instance.problems)
    read_units(children.get(_UNIT, ()), parsed.name, instance.units, instance.problems)
    instance.problems += _strangers(children, parsed.name)
    elements, parents = _with_nested(facts)
    instance.facts = _columns(elements, parents, _language_at(root), parsed)
    if elements is not facts:
        instance.problems += _bad_content(instance.facts, parsed.name)
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
            base = urljoin(base, own.strip())
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


def _sort_out(root: _Element, others: dict[str, list[_Element]]) -> list[_Element]:
    """The root's children: facts in order, and the specification's own elements by tag."""
    elements = list(root)
    tags = [element.tag for element in elements]
    is_own = {tag: split(tag)[0] in {XBRLI, LINK} for tag in set(tags)}
    own = list(map(is_own.__getitem__, tags))
    for tag, element in zip(compress(tags, own), compress(elements, own), strict=True):
        others.setdefault(tag, []).append(element)
    return list(compress(elements, map(not_, own)))


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


def _with_nested(facts: list[_Element]) -> tuple[list[_Element], list[int]]:
    """Facts and those in tuples in document order, with the index of the tuple each is in.

    A tuple is what has no contextRef. Source: XBRL 2.1 § 4.9.
    """
    if not any(map(len, facts)):
        return facts, [-1] * len(facts)
    elements: list[_Element] = []
    parents: list[int] = []
    waiting = [(element, -1) for element in reversed(facts)]
    while waiting:
        element, parent = waiting.pop()
        if len(element) and element.get("contextRef") is None:
            index = len(elements)
            waiting += [(child, index) for child in reversed(element)]
        elements.append(element)
        parents.append(parent)
    return elements, parents


def _columns(
    elements: list[_Element], parents: list[int], language: str | None, parsed: Parsed
) -> Facts:
    """The facts as columns. Source: XBRL 2.1 § 4.6."""
    count = len(elements)
    taken = _Taken(elements)
    contexts = taken.column("contextRef")
    nil = _nil(taken.column(_NIL))
    kinds = ["tuple" if context is None else "item" for context in contexts]
    values = taken.texts
    if "tuple" in kinds or any(map(len, elements)):
        for index, element in enumerate(elements):
            if kinds[index] == "tuple":
                values[index] = None
            elif len(element):
                kinds[index], values[index] = _content(element)
    if True in nil:
        values = [None if is_nil else value for value, is_nil in zip(values, nil, strict=True)]
    if parsed.is_cut:
        values = [value and parsed.restore(value) for value in values]
    return Facts(
        kind=kinds,
        concept=taken.names,
        context_id=contexts,
        unit_id=taken.column("unitRef"),
        value=values,
        decimals=taken.column("decimals"),
        precision=taken.column("precision"),
        is_nil=nil,
        language=_languages(taken.column(_LANG), parents, language),
        element_id=taken.column("id"),
        parent=parents,
        order=[None] * count,
        line=taken.lines,
        file=[0] * count,
        written=[None] * count,
        format=[None] * count,
        scale=[None] * count,
        sign=[None] * count,
        is_hidden=[False] * count,
        is_escaped=[False] * count,
        element=elements,
    )


def _nil(column: list[str | None]) -> list[bool]:
    """Which facts say xsi:nil. Source: XML Schema 1 § 2.6.2."""
    if not any(column):
        return [False] * len(column)
    return [text is not None and text.strip() in {"true", "1"} for text in column]


class _Taken:
    """Names, texts, lines and attributes of many elements, as columns.

    Taken block by block: the tree is far larger than the processor's cache, and each part of it
    should pass through once. Most elements carry the same few sets of attributes, so
    values are found by the place they have in the set.
    """

    def __init__(self, elements: Sequence[_Element]) -> None:
        self.names: list[str] = []
        self.texts: list[str | None] = []
        self.lines: list[int] = []
        self._values: list[Any] = []
        numbers: dict[tuple[str | bytes, ...], int] = {}
        self._numbers: list[int] = []
        for start in range(0, len(elements), _BLOCK):
            block: Any = elements[start : start + _BLOCK]
            self.names += [element.tag for element in block]
            self.texts += [element.text or "" for element in block]
            self.lines += lines_of(block)
            shapes = map(tuple, map(_Element.keys, block))
            self._numbers += [numbers.setdefault(shape, len(numbers)) for shape in shapes]
            self._values += map(_Element.values, block)
        self._shapes = list(numbers)

    def column(self, name: str) -> list[str | None]:
        """One attribute of every element, None where it is missing."""
        places = [shape.index(name) if name in shape else None for shape in self._shapes]
        distinct = set(places)
        if distinct <= {None}:
            return [None] * len(self._values)
        if len(distinct) == 1:
            place = distinct.pop()
            return [values[place] for values in self._values]
        return [
            None if (place := places[number]) is None else values[place]
            for number, values in zip(self._numbers, self._values, strict=True)
        ]


def _content(element: _Element) -> tuple[str, str]:
    """Kind and value of a fact with elements in it: a fraction, or content no item has."""
    above = element.find(_NUMERATOR)
    below = element.find(_DENOMINATOR)
    if above is None or below is None:
        return "item", "".join(map(str, element.itertext()))
    return "fraction", f"{(above.text or '').strip()}/{(below.text or '').strip()}"


def _bad_content(facts: Facts, file: str) -> list[Problem]:
    """Items with elements in them. Source: XBRL 2.1 § 4.6."""
    return [
        Problem(
            "xbrl.4.6:content",
            Severity.ERROR,
            f"Fact {split(facts.concept[i])[1]}: text was expected, an element found "
            f"({element[0].tag}).",
            file,
            facts.line[i],
            facts.element_id[i],
            "Write the value as text, with markup escaped.",
            (i,),
        )
        for i, element in enumerate(facts.element)
        if len(element) and facts.kind[i] == "item"
    ]


def _languages(own: list[str | None], parents: list[int], default: str | None) -> list[str | None]:
    """The language in force for each fact: its own, its tuple's, or the document's."""
    if all(language is None for language in own):
        return [default] * len(own)
    languages: list[str | None] = []
    for language, parent in zip(own, parents, strict=True):
        if language is not None:
            languages.append(language or None)
        else:
            languages.append(languages[parent] if parent >= 0 else default)
    return languages


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
    return [] if are_unique else _name_repeated(instance)


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
