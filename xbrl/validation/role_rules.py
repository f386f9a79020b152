"""XBRL 2.1's rules for an instance's references and for the roles its footnote links use.

Belongs here: schemaRef, linkbaseRef, roleRef, arcroleRef of an instance, and that every
role it uses is declared for that use. Does not: the same of linkbases.
Source: XBRL 2.1 § 3.5.2, 4.2 to 4.5.
"""

from collections.abc import Iterator

from lxml.etree import _Element

from xbrl.model import Reference
from xbrl.names import XLINK, clark
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.address import join, line_of
from xbrl.taxonomy.model import RoleType
from xbrl.taxonomy.resolver import is_absolute
from xbrl.validation.entry_points import address
from xbrl.validation.footnote_rules import LINKS
from xbrl.validation.subject import Subject

_ROLE, _ARCROLE, _TYPE = clark(XLINK, "role"), clark(XLINK, "arcrole"), clark(XLINK, "type")
_STANDARD = "http://www.xbrl.org/2003/"
_WANTED = {"schemaRef": "schema", "linkbaseRef": "linkbase"}
_SECTIONS = {"schemaRef": "4.2.1", "linkbaseRef": "4.3.1"}
_REFERENCES = {"roleRef": ("3.5.2.4", "roleURI"), "arcroleRef": ("3.5.2.5", "arcroleURI")}


def problems(subject: Subject) -> Iterator[Problem]:
    """Where a reference or a role breaks a rule of XBRL 2.1."""
    seen: dict[tuple[str, str], Reference] = {}
    for reference in subject.instance.references:
        if reference.kind in _WANTED:
            yield from _document(subject, reference)
        elif reference.kind in _REFERENCES:
            yield from _role_reference(subject, reference, seen)
    if subject.instance.kind == "xbrl":
        yield from _roles_used(subject, {uri for _, uri in seen})


def _document(subject: Subject, reference: Reference) -> Iterator[Problem]:
    """What a reference leads to is of the right kind."""
    url = address(reference)
    document = subject.taxonomy.documents.get(url)
    wanted = _WANTED[reference.kind]
    if document is None or document.kind == wanted:
        return
    if wanted == "linkbase" and document.kind == "schema":
        return  # a pointer may lead to a linkbase within a schema
    message = f"{reference.kind} was expected to lead to a {wanted}; {reference.href} is none."
    yield _problem(
        f"{_SECTIONS[reference.kind]}:{reference.kind}Href",
        reference,
        message,
        f"Refer to a {wanted}.",
    )


def _role_reference(
    subject: Subject, reference: Reference, seen: dict[tuple[str, str], Reference]
) -> Iterator[Problem]:
    """Source: XBRL 2.1 § 3.5.2.4 and 3.5.2.5: one reference for a role, to its declaration."""
    section, attribute = _REFERENCES[reference.kind]
    uri = reference.uri or ""
    first = seen.setdefault((reference.kind, uri), reference)
    if first is not reference:
        message = f"One {reference.kind} for {uri} was expected; line {first.line} has one already."
        code = f"{section}.5:{reference.kind}Duplicate"
        yield _problem(code, reference, message, "Remove one of them.")
    if not subject.taxonomy.concepts:
        return
    document, fragment = join(address(reference), f"#{reference.href.partition('#')[2]}")
    declared = _declared(subject, reference.kind).get(uri, [])
    if not any(one.url == document and one.id == fragment for one in declared):
        message = (
            f"{reference.kind} was expected to lead to the declaration of {uri}; "
            f"{reference.href} does not."
        )
        remedy = f"Refer to the element whose {attribute} that is."
        yield _problem(f"{section}.1:{reference.kind}Href", reference, message, remedy)


def _declared(subject: Subject, kind: str) -> dict[str, list[RoleType]]:
    taxonomy = subject.taxonomy
    return taxonomy.role_types if kind == "roleRef" else taxonomy.arcrole_types


def _roles_used(subject: Subject, referred: set[str]) -> Iterator[Problem]:
    """Roles on footnote links and in them. Source: XBRL 2.1 § 3.5.3.3, 3.5.3.8.3, 3.5.3.9.4."""
    for root in subject.instance.roots:
        for link in root.iterchildren(LINKS):
            yield from _use(subject, link, _ROLE, "roleRef", referred, "3.5.3.3")
            for child in link.iterchildren("*"):
                if child.get(_TYPE) == "resource":
                    yield from _use(subject, child, _ROLE, "roleRef", referred, "3.5.3.8.3")
                elif child.get(_TYPE) == "arc":
                    yield from _use(subject, child, _ARCROLE, "arcroleRef", referred, "3.5.3.9.4")


def _use(
    subject: Subject,
    element: _Element,
    attribute: str,
    kind: str,
    referred: set[str],
    section: str,
) -> Iterator[Problem]:
    uri = element.get(attribute)
    if uri is None:
        return
    name = f"link:{str(element.tag).rpartition('}')[2]}"
    declared = _declared(subject, kind).get(uri, [])
    is_standard = uri.startswith(_STANDARD) and bool(declared)
    if not is_absolute(uri.strip()):
        message = f"{name}: a role must be an absolute address; {uri!r} found."
        code, remedy = "absoluteUri", "Use the address the role is declared by."
    elif not is_standard and uri not in referred and subject.taxonomy.concepts:
        message = f"{name} uses {uri}, for which the instance has no {kind}."
        code, remedy = f"{kind}Missing", f"Add the {kind}, or use a standard role."
    elif declared and not any(element.tag in one.used_on for one in declared):
        message = f"{name} uses {uri}, which is declared for use on other elements."
        code, remedy = "usedOn", "Use a role declared for this element."
    else:
        return
    file = subject.instance.files[0]
    line = line_of(element) or None
    yield Problem(
        f"xbrl.{section}:{code}", Severity.ERROR, message, file, line, element.get("id"), remedy
    )


def _problem(code: str, reference: Reference, message: str, remedy: str) -> Problem:
    return Problem(
        f"xbrl.{code}", Severity.ERROR, message, reference.file, reference.line, None, remedy
    )
