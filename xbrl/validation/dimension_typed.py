"""What a typed member holds: one element, the one its dimension names, with content of its type.

Belongs here: rules of typed dimension content. Does not: which dimension is
typed (`dimension_contexts`), or types themselves (`content`, `types`).
"""

from lxml.etree import _Element

from xbrl.taxonomy.model import Taxonomy
from xbrl.validation.content import Content, is_nil
from xbrl.validation.shown import Shown
from xbrl.xsd import components
from xbrl.xsd.types import SimpleTypes

_KEY = "xbrl.validation.dimension_typed"
_TYPES = f"{_KEY}.types"


class TypedMembers:
    """Judges the content of typed members by a taxonomy's declarations.

    A taxonomy read from Parquet has no schema documents: then simple content is judged, and the
    structure of complex content is not.
    """

    def __init__(self, taxonomy: Taxonomy, shown: Shown) -> None:
        self._taxonomy = taxonomy
        self._shown = shown

    def fault(self, domain: str, typed_member: _Element) -> str | None:
        """What is wrong with a typedMember's content; None when nothing is.

        Source: Dimensions 1.0 § 3.1.4.4.3.
        """
        name = self._shown.name
        children = [child for child in typed_member if isinstance(child.tag, str)]
        if len(children) != 1:
            found = f"{len(children)} elements" if children else "no element"
            return f"was expected to hold one {name(domain)}, and holds {found}"
        if str(children[0].tag) != domain:
            found = name(str(children[0].tag))
            return f"was expected to hold {name(domain)}, and holds {found}"
        if self._taxonomy.documents:
            return self._by_schema(children[0])
        return self._by_type(domain, children[0])

    def _by_schema(self, element: _Element) -> str | None:
        content = self._taxonomy.derived.get(_KEY)
        if not isinstance(content, Content):
            content = self._taxonomy.derived[_KEY] = Content(components.of(self._taxonomy))
        first = next(content.faults(element), None)
        if first is None:
            return None
        return f"holds {self._shown.name(str(first.element.tag))}, which {first.message}"

    def _by_type(self, domain: str, element: _Element) -> str | None:
        declared = self._taxonomy.concepts.get(domain)
        types = self._taxonomy.derived.setdefault(_TYPES, SimpleTypes(self._taxonomy.types))
        if declared is None or declared.type is None or is_nil(element):
            return None
        text = str(element.xpath("string()"))
        fault = types.judge(declared.type, text, element.nsmap).fault
        return f"holds {self._shown.name(domain)}, which {fault}" if fault else None
