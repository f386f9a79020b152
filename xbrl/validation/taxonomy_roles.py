"""Rules for declared roles and arcroles: roleType and arcroleType.

Belongs here: XBRL 2.1 § 5.1.3 and 5.1.4, but for where roles are used
(`taxonomy_references`, `taxonomy_links`).
"""

from collections.abc import Iterator

from xbrl.names import LINK
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.model import RoleType, Taxonomy
from xbrl.taxonomy.roles import ARCROLE_TYPE, ROLE_TYPE
from xbrl.taxonomy.schema import APPINFO
from xbrl.validation.taxonomy_places import error, local

_PLACED = {
    ROLE_TYPE: "xbrl.5.1.3:roleTypeAppinfo",
    ARCROLE_TYPE: "xbrl.5.1.4:arcroleTypeAppinfo",
    f"{{{LINK}}}linkbaseRef": "xbrl.5.1.2:linkbaseRefAppinfo",
}


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """What is wrong with the roles and arcroles a taxonomy declares."""
    yield from _placed(taxonomy)
    for declared, section in (
        (taxonomy.role_types, "xbrl.5.1.3:roleType"),
        (taxonomy.arcrole_types, "xbrl.5.1.4:arcroleType"),
    ):
        for uri, types in declared.items():
            yield from _used_on_twice(types)
            yield from _same(uri, types, section)


def _placed(taxonomy: Taxonomy) -> Iterator[Problem]:
    for url, document in taxonomy.documents.items():
        if document.kind != "schema":
            continue
        for element in document.root.iter(*_PLACED):
            parent = element.getparent()
            if parent is None or parent.tag != APPINFO:
                message = f"{local(str(element.tag))} must stand in the schema's xsd:appinfo."
                yield error(_PLACED[str(element.tag)], url, element, message)


def _used_on_twice(types: list[RoleType]) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 5.1.3.4, 5.1.4.4."""
    for one in types:
        section = "5.1.3.4" if one.kind == "role" else "5.1.4.4"
        twice = {name for name in one.used_on if one.used_on.count(name) > 1}
        for name in sorted(twice):
            message = f"The {one.kind} {one.uri} names {local(name)} twice as usedOn."
            yield _at(f"xbrl.{section}:usedOnDuplicate", one, message)


def _same(uri: str, types: list[RoleType], section: str) -> Iterator[Problem]:
    """Declared once in a schema; declared again elsewhere, it must be s-equal."""
    first: dict[str, RoleType] = {}
    for one in types:
        if one.url in first:
            message = f"The {one.kind} {uri} is declared twice in one schema."
            yield _at(f"{section}Duplicate", one, message)
        first.setdefault(one.url, one)
    for one in list(first.values())[1:]:
        model = types[0]
        if set(one.used_on) != set(model.used_on) or one.cycles != model.cycles:
            message = (
                f"The {one.kind} {uri} is declared in {model.url} for {_shown(model)}, "
                f"and here for {_shown(one)}; declarations of one {one.kind} must be equal."
            )
            yield _at(f"{section}Duplicate", one, message)


def _shown(one: RoleType) -> str:
    used_on = ", ".join(sorted(map(local, one.used_on))) or "nothing"
    return f"{used_on} (cycles: {one.cycles})" if one.cycles else used_on


def _at(code: str, one: RoleType, message: str) -> Problem:
    return Problem(code, Severity.ERROR, message, one.url, one.line or None, element_id=one.id)
