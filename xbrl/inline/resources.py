"""The references and resources of a document set: taxonomies, contexts and units by target.

Belongs here: what ix:references and ix:resources hold. Does not: relationships.

Source: Inline XBRL 1.1 § 12, 14.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lxml.etree import _Element

from xbrl.contexts import read_contexts
from xbrl.inline.page import Page
from xbrl.instance import reference
from xbrl.model import Context, Footnote, Reference, Unit
from xbrl.names import LINK, XBRLI, XML
from xbrl.units import read_units

if TYPE_CHECKING:
    from xbrl.problem import Problem

_LANG = f"{{{XML}}}lang"
_CONTEXT = f"{{{XBRLI}}}context"
_UNIT = f"{{{XBRLI}}}unit"
_ROLE_REFS = {f"{{{LINK}}}roleRef", f"{{{LINK}}}arcroleRef"}
_REFS = (f"{{{LINK}}}schemaRef", f"{{{LINK}}}linkbaseRef")


class Resources:
    """What a document set's headers hold."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages
        self.problems: list[Problem] = []
        self.contexts: dict[str, Context] = {}
        self.units: dict[str, Unit] = {}
        self._roles: list[Reference] = []

    def read(self, contexts: set[object], units: set[object]) -> None:
        """Read the contexts and units with these ids: those some fact of the set uses."""
        for page in self._pages:
            children = [child for holder in page.elements.get("resources", ()) for child in holder]
            wanted = _with_ids(children, _CONTEXT, contexts)
            stable = page.names.stable
            read_contexts(wanted, page.name, self.contexts, self.problems, stable)
            wanted = _with_ids(children, _UNIT, units)
            read_units(wanted, page.name, self.units, self.problems)
            self._roles += [
                reference(child, page.name) for child in children if child.tag in _ROLE_REFS
            ]

    def references(self) -> dict[str | None, list[Reference]]:
        """Schema and linkbase references, by target."""
        found: dict[str | None, list[Reference]] = {}
        for page in self._pages:
            for holder in page.elements.get("references", ()):
                rows = found.setdefault(holder.get("target"), [])
                rows += [reference(child, page.name) for child in holder.iterchildren(*_REFS)]
        return found

    def roles(self, footnotes: Iterable[Footnote], *, is_only_target: bool) -> list[Reference]:
        """Role and arcrole references of a target: those its footnotes use, or all of the only one.

        Source: Inline XBRL 1.1 § 14.2.
        """
        if is_only_target:
            return self._roles
        used = {uri for row in footnotes for uri in (row.arcrole, row.link_role, row.role)}
        return [row for row in self._roles if row.uri in used]


def reference_languages(pages: Sequence[Page]) -> dict[str | None, str | None]:
    """The xml:lang of each target's ix:references: that of the target document's root.

    Source: Inline XBRL 1.1 § 12.2.
    """
    found: dict[str | None, str | None] = {}
    for page in pages:
        for holder in page.elements.get("references", ()):
            if language := holder.get(_LANG):
                found.setdefault(holder.get("target"), language)
    return found


def _with_ids(children: list[_Element], tag: str, ids: set[object]) -> Iterator[_Element]:
    return (child for child in children if child.tag == tag and child.get("id") in ids)
