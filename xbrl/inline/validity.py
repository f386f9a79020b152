"""Inline XBRL's own rules: where its elements may stand, and which attributes agree.

What reading cannot miss (continuations, contexts, units, transformations, tuples,
relationships) is a problem of the instance already; here stand the rest of the validation
rules, for those who judge a document.

Belongs here: walking a document set, and rules of the set as a whole. Does not: rules of
one element (`placement`, `figures`), or XBRL 2.1's (`xbrl.validation`).

Source: Inline XBRL 1.1 (2013-11-18), "Constraints" and "Validation rules" of § 3 to 15.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from lxml import etree
from lxml.etree import _Element

from xbrl.inline import figures, placement
from xbrl.inline.codes import code, wrong
from xbrl.lines import line_of
from xbrl.model import Instance
from xbrl.names import IX_10, IX_11, XBRLI, XML, split
from xbrl.problem import Problem, Severity

_BASE = f"{{{XML}}}base"
_WITH_ID = etree.XPath("//*[@id]")
_IDS = etree.XPath("/descendant::*/@id", smart_strings=False)
_RULES: dict[str, tuple[Callable[[_Element, str], Iterator[Problem]], ...]] = {
    "header": (placement.header,),
    "hidden": (placement.placed, placement.hidden),
    "references": (placement.placed, placement.references),
    "resources": (placement.placed, placement.resources),
    "relationship": (placement.owned,),
    "nonFraction": (figures.number, figures.ordered),
    "nonNumeric": (figures.ordered,),
    "fraction": (figures.fraction, figures.ordered),
    "numerator": (placement.owned, figures.term),
    "denominator": (placement.owned, figures.term),
    "tuple": (figures.unnamed, figures.ordered),
    "footnote": (placement.footnote,),
    "continuation": (placement.not_hidden,),
    "exclude": (placement.excluded,),
}


def validate(instances: Sequence[Instance]) -> list[Problem]:
    """What is wrong with a document set, beyond what reading it found.

    `instances` are all that `read_inline` gave for the set.
    """
    if not instances or not instances[0].roots:
        return []
    pages = _pages(instances[0])
    found: list[Problem] = []
    for root, file in pages:
        for element in root.iter(f"{{{IX_11}}}*", f"{{{IX_10}}}*"):
            for rule in _RULES.get(split(str(element.tag))[1], ()):
                found += rule(element, file)
    found += _headers(pages)
    found += _repeated_ids(pages)
    found += _targets(pages)
    return found


def _pages(instance: Instance) -> list[tuple[_Element, str]]:
    """The roots with their files' names; files that could not be read have no root."""
    unread = {found.file for found in instance.problems if found.code.startswith("xml:")}
    files = [name for name in instance.files if name not in unread]
    names = files if len(files) == len(instance.roots) else list(instance.files)
    return list(zip(instance.roots, names, strict=False))


def _headers(pages: Sequence[tuple[_Element, str]]) -> Iterator[Problem]:
    """A set has a header and resources. Source: § 8.1.3, 14.1.2."""
    for name, missing in (("header", "missingHeader"), ("resources", "missingResources")):
        if not any(_of_kind(root, name) for root, _ in pages):
            root, file = pages[0]
            message = f"An ix:{name} was expected in the document set, none found."
            remedy = f"Add the ix:{name}."
            yield Problem(
                code(IX_11, name, missing),
                Severity.ERROR,
                message,
                file,
                line_of(root),
                remedy=remedy,
            )


def _of_kind(root: _Element, name: str) -> list[_Element]:
    return list(root.iter(f"{{{IX_11}}}{name}", f"{{{IX_10}}}{name}"))


def _repeated_ids(pages: Iterable[tuple[_Element, str]]) -> Iterator[Problem]:
    """Ids of inline elements, contexts and units are unique in the set. Source: § 3.1.1."""
    pages = list(pages)
    ids = [id_ for root, _ in pages for id_ in _ids(root)]
    if len(set(ids)) < len(ids):
        yield from _name_repeated(pages)


def _ids(root: _Element) -> list[str]:
    found = _IDS(root)
    return [str(id_) for id_ in found] if isinstance(found, list) else []


def _name_repeated(pages: Iterable[tuple[_Element, str]]) -> Iterator[Problem]:
    first: dict[str, tuple[_Element, str]] = {}
    for root, file in pages:
        found = _WITH_ID(root)
        for element in found if isinstance(found, list) else ():
            if not isinstance(element, etree._Element):  # noqa: SLF001 - the stubs' only name
                continue
            id_ = element.get("id") or ""
            earlier, where = first.setdefault(id_, (element, file))
            if earlier is not element and (_is_ours(element) or _is_ours(earlier)):
                what = f"an id of its own was expected; {where}:{line_of(earlier)} has it already"
                yield wrong(element, file, "uniqueIxId", what, "Give it another id.")


def _is_ours(element: _Element) -> bool:
    return split(str(element.tag))[0] in {IX_11, IX_10, XBRLI}


def _targets(pages: Iterable[tuple[_Element, str]]) -> Iterator[Problem]:
    """The references of one target agree. Source: § 12.1.2."""
    attributes: dict[tuple[str | None, str], _Element] = {}
    ids: dict[str | None, _Element] = {}
    for root, file in pages:
        for element in _of_kind(root, "references"):
            target = element.get("target")
            for name in map(str, element.keys()):
                if not name.startswith("{") or name == _BASE:
                    continue
                if attributes.setdefault((target, name), element) is not element:
                    what = f"the attribute {name} was expected once for its target"
                    yield wrong(element, file, "referencesAttributeDuplication", what, "Remove it.")
            if element.get("id") and ids.setdefault(target, element) is not element:
                what = "one ix:references with an id was expected for its target"
                yield wrong(element, file, "referencesTargetId", what, "Remove this id.")
