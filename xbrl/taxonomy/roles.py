"""Role and arcrole types, as schemas declare them.

Belongs here: reading roleType and arcroleType. Does not: whether they are used so
(validation). Source: XBRL 2.1 § 5.1.3, 5.1.4.
"""

from collections import defaultdict
from collections.abc import Iterable

from lxml.etree import _Element

from xbrl.names import LINK, clark
from xbrl.taxonomy.address import line_of
from xbrl.taxonomy.core import CoreDocument
from xbrl.taxonomy.labels import text
from xbrl.taxonomy.model import RoleType
from xbrl.taxonomy.schema import in_appinfo
from xbrl.taxonomy.syntax import Schema

ROLE_TYPE, ARCROLE_TYPE = f"{{{LINK}}}roleType", f"{{{LINK}}}arcroleType"
USED_ON, DEFINITION = f"{{{LINK}}}usedOn", f"{{{LINK}}}definition"

Roles = dict[str, list[RoleType]]


def role_types(schemas: Iterable[Schema], core: Iterable[CoreDocument]) -> tuple[Roles, Roles]:
    """Every role type and every arcrole type, by URI."""
    found: dict[str, Roles] = {"role": defaultdict(list), "arcrole": defaultdict(list)}
    for document in core:
        for role in document.roles:
            found[role.kind][role.uri].append(role)
    seen: set[str] = set()
    for schema in schemas:
        if schema.url not in seen:  # a schema included into two namespaces declares once
            seen.add(schema.url)
            for element in in_appinfo(schema.root):
                if element.tag in {ROLE_TYPE, ARCROLE_TYPE}:
                    role = _read(schema.url, element)
                    found[role.kind][role.uri].append(role)
    return dict(found["role"]), dict(found["arcrole"])


def _read(url: str, element: _Element) -> RoleType:
    is_role = element.tag == ROLE_TYPE
    definition = element.find(DEFINITION)
    return RoleType(
        uri=element.get("roleURI" if is_role else "arcroleURI", ""),
        kind="role" if is_role else "arcrole",
        id=element.get("id"),
        definition=None if definition is None else text(definition),
        used_on=tuple(used_on(one) for one in element.iterchildren(USED_ON)),
        cycles=element.get("cyclesAllowed"),
        url=url,
        line=line_of(element),
    )


def used_on(element: _Element) -> str:
    """The Clark name a usedOn element holds."""
    prefix, _, local = text(element).strip().rpartition(":")
    return clark(element.nsmap.get(prefix or None), local)
