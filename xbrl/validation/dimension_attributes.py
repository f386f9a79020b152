"""The attributes Dimensions 1.0 adds to arcs and declarations, against their types.

A wrong value here is an XML Schema error, and what follows from it (an arc closed or
not) is a guess. Belongs here: attribute values. Does not: what they mean together.
"""

from collections.abc import Iterator
from typing import cast

from lxml.etree import _Element, _ElementUnicodeResult

from xbrl.names import XBRLDT
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.address import line_of
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation.components import Components

_REMEDY = "Write a value of the attribute's type."


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """Attributes of the xbrldt namespace whose value is not of their type."""
    declared = Components(())
    faults: dict[tuple[str, str], str | None] = {}
    for document in taxonomy.documents.values():
        for value in _attributes(document.root):
            name, text = str(value.attrname), str(value)
            if (name, text) not in faults:
                faults[name, text] = _fault(declared, name, text)
            fault = faults[name, text]
            if fault:
                element = cast("_Element", value.getparent())
                local = name.rpartition("}")[2]
                message = f"Attribute xbrldt:{local} is {text!r} and {fault}."
                where = document.url, line_of(element), element.get("id")
                yield Problem("xmlSchema:valueError", Severity.ERROR, message, *where, _REMEDY)


def _attributes(root: _Element) -> list[_ElementUnicodeResult]:
    found = root.xpath("//@d:*", namespaces={"d": XBRLDT})
    return cast("list[_ElementUnicodeResult]", found)


def _fault(declared: Components, name: str, text: str) -> str | None:
    use = declared.attribute(name)
    if use is None:
        known = "contextElement, closed, usable, targetRole, typedDomainRef"
        return f"no such attribute is declared; the namespace has {known}"
    return declared.simple.judge(use.type, text, {}).fault
