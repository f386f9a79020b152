"""Where the taxonomy of an instance begins.

Belongs here: the addresses an instance names. Does not: opening or following them
(`xbrl.taxonomy.discovery`). Source: XBRL 2.1 § 3.2 and XML Schema Part 1 § 4.3.2.
"""

from xbrl.model import Instance
from xbrl.names import XSI, clark
from xbrl.taxonomy import core
from xbrl.taxonomy.address import base_of, join
from xbrl.taxonomy.resolver import Resolver

_HINT = clark(XSI, "schemaLocation")


def entry_points(instance: Instance, resolver: Resolver) -> list[str]:
    """The documents an instance refers to, by absolute address where its own is known.

    Its schemaRefs, linkbaseRefs, roleRefs and arcroleRefs; and those its xsi:schemaLocation
    hints at, where they are to be had: a hint that leads nowhere is no fault.
    """
    found = {}
    for reference in instance.references:
        base = join(reference.file, reference.base)[0] if reference.base else reference.file
        found[join(base, reference.href)[0]] = True
    for hint in _hints(instance):
        if hint not in found and core.document(hint) is None and resolver.open(hint) is not None:
            found[hint] = True
    return list(found)


def _hints(instance: Instance) -> list[str]:
    hints = []
    for name, root in zip(instance.files, instance.roots, strict=False):
        for element in root.iter("*"):
            words = (element.get(_HINT) or "").split()
            hints += [join(base_of(element, name), word)[0] for word in words[1::2]]
    return list(dict.fromkeys(hints))
