"""What XML Schema documents declare: elements, types, attributes, content.

Belongs here: the vocabulary. Does not: reading it from documents (`components`), or
checking content against it (`content`). Names are Clark names; an anonymous type has its
owner's name and a number. Source: XML Schema Part 1 (second edition), § 2.2 and 3.
"""

from collections.abc import Mapping
from typing import NamedTuple

from xbrl.names import XSD

ANY_TYPE = f"{{{XSD}}}anyType"


class Declaration(NamedTuple):
    """One element declaration, global or local."""

    name: str
    type: str
    is_nillable: bool
    is_abstract: bool
    default: str | None
    fixed: str | None
    substitution_group: str | None


class AttributeUse(NamedTuple):
    """One attribute as a type uses it, or as declared globally."""

    name: str
    type: str
    is_required: bool
    default: str | None
    fixed: str | None


class Wildcard(NamedTuple):
    """`any` or `anyAttribute`: which namespaces (as written), seen from which, how checked."""

    namespaces: str
    target: str
    process: str

    def admits(self, namespace: str) -> bool:
        """Whether an element or attribute of the namespace may stand here.

        >>> Wildcard("##other", "http://a", "lax").admits("http://b")
        True
        """
        if self.namespaces == "##any":
            return True
        if self.namespaces == "##other":
            return namespace not in {"", self.target}
        named = {"##local": "", "##targetNamespace": self.target}
        return namespace in {named.get(each, each) for each in self.namespaces.split()}


class Particle(NamedTuple):
    """A piece of a content model; `high` None is unbounded.

    `kind` is `element` (then `element` is set), `any` (then `wildcard`), `sequence`, `choice` or
    `all` (then `parts`).
    """

    kind: str
    low: int
    high: int | None
    parts: tuple["Particle", ...] = ()
    element: Declaration | None = None
    wildcard: Wildcard | None = None


class ComplexType(NamedTuple):
    """One complex type, its derivation resolved.

    `value_type` is the simple type of simple content; `particle` None with no `value_type` is
    empty content (mixed: text only). `is_any` is xs:anyType.
    """

    name: str
    base: str | None
    value_type: str | None
    particle: Particle | None
    is_mixed: bool
    is_abstract: bool
    attributes: Mapping[str, AttributeUse]
    wildcard: Wildcard | None
    is_any: bool = False
