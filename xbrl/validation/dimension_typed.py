"""What a typed member holds: one element, the one its dimension names, with content of its type.

Belongs here: rules of typed dimension content. Does not: which dimension is
typed (`dimension_contexts`), or simple types themselves (`types`).
"""

from lxml.etree import _Element

from xbrl.names import XSI
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation.shown import Shown
from xbrl.validation.types import SimpleTypes

_NIL = f"{{{XSI}}}nil"
_KEY = "xbrl.validation.dimension_typed"


class TypedMembers:
    """Judges the content of typed members by a taxonomy's declarations."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._concepts = taxonomy.concepts
        self._types = taxonomy.derived.setdefault(_KEY, SimpleTypes(taxonomy.types))

    def fault(self, domain: str, typed_member: _Element, shown: Shown) -> str | None:
        """What is wrong with a typedMember's content; None when nothing is.

        Source: Dimensions 1.0 § 3.1.4.4.3.
        """
        children = [child for child in typed_member if isinstance(child.tag, str)]
        if len(children) != 1:
            return f"was expected to hold one {shown.name(domain)}, and holds {_count(children)}"
        if str(children[0].tag) != domain:
            found = shown.name(str(children[0].tag))
            return f"was expected to hold {shown.name(domain)}, and holds {found}"
        return self._content_fault(domain, children[0], shown)

    def _content_fault(self, domain: str, element: _Element, shown: Shown) -> str | None:
        """The fault of simple content; complex content's structure is the schema's business."""
        declared = self._concepts.get(domain)
        if declared is None or declared.type is None or not self._types.knows(declared.type):
            return None
        if element.get(_NIL, "").strip() in {"true", "1"} and declared.is_nillable:
            return None
        inner = next((child for child in element if isinstance(child.tag, str)), None)
        if inner is not None:
            found = f"element {shown.name(str(inner.tag))} in {shown.name(domain)}"
            return f"has {found}, where text was expected"
        text = str(element.xpath("string()"))
        fault = self._types.judge(declared.type, text, element.nsmap).fault
        return f"holds {text!r}, which {fault}" if fault else None


def _count(children: list[_Element]) -> str:
    return f"{len(children)} elements" if children else "no element"
