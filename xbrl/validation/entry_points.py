"""Where the taxonomy of an instance begins.

A file read from disk is named by a path, which stands for its address.

Belongs here: the addresses an instance names. Does not: opening or following them
(`xbrl.taxonomy.discovery`). Source: XBRL 2.1 § 3.2 and XML Schema Part 1 § 4.3.2.
"""

from lxml import etree

from xbrl.model import Instance, Reference
from xbrl.names import XSI, clark
from xbrl.taxonomy import core
from xbrl.taxonomy.address import base_of, join
from xbrl.taxonomy.own_files import address_of
from xbrl.taxonomy.resolver import Resolver

_HINT = clark(XSI, "schemaLocation")
# Following attributes costs libxml2 a third of testing each element for one.
_HINTED = etree.XPath("/descendant::*/@xsi:schemaLocation/..", namespaces={"xsi": XSI})


def entry_points(instance: Instance, resolver: Resolver) -> list[str]:
    """The documents an instance refers to, by absolute address where its own is known.

    Its schemaRefs, linkbaseRefs, roleRefs and arcroleRefs; and those its xsi:schemaLocation
    hints at, where they are to be had: a hint that leads nowhere is no fault.
    """
    found = dict.fromkeys(map(address, instance.references), True)
    for hint in _hints(instance):
        if hint not in found and core.document(hint) is None and resolver.open(hint) is not None:
            found[hint] = True
    return list(found)


def address(reference: Reference) -> str:
    """The absolute address of the document a reference leads to. Source: XML Base § 4."""
    base = address_of(reference.file)
    if reference.base:
        base = join(base, reference.base)[0]
    return join(base, reference.href)[0]


def _hints(instance: Instance) -> list[str]:
    hints = []
    for name, root in zip(instance.files, instance.roots, strict=False):
        hinted = _HINTED(root)
        for element in hinted if isinstance(hinted, list) else ():
            if isinstance(element, etree._Element):  # noqa: SLF001 - the stubs' only name
                words = (element.get(_HINT) or "").split()
                base = base_of(element, address_of(name))
                hints += [join(base, word)[0] for word in words[1::2]]
    return list(dict.fromkeys(hints))
