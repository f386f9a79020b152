"""Small taxonomies written for tests: schema and linkbase documents, and their discovery."""

from collections.abc import Mapping, Sequence

from xbrl.taxonomy.discovery import discover
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.resolver import MemoryResolver

BASE = "http://example.com/t/"
NS = "http://example.com/t"
ROLE = "http://www.xbrl.org/2003/role/link"
ARCROLE = "http://www.xbrl.org/2003/arcrole/"
INSTANCE = "http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"

_NAMESPACES = (
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="http://example.com/t" '
    'xmlns:xbrli="http://www.xbrl.org/2003/instance" '
    'xmlns:link="http://www.xbrl.org/2003/linkbase" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:xbrldt="http://xbrl.org/2005/xbrldt" '
    'xmlns:gen="http://xbrl.org/2008/generic" xmlns:label="http://xbrl.org/2008/label"'
)
IMPORT = f'<xs:import namespace="http://www.xbrl.org/2003/instance" schemaLocation="{INSTANCE}"/>'


def name(local: str) -> str:
    """The Clark name of a test concept."""
    return f"{{{NS}}}{local}"


def schema(*content: str, appinfo: str = "", target: str | None = NS, imports: str = IMPORT) -> str:
    """A schema document: what stands in its appinfo, and its declarations."""
    annotation = f"<xs:annotation><xs:appinfo>{appinfo}</xs:appinfo></xs:annotation>"
    namespace = "" if target is None else f'targetNamespace="{target}"'
    return (
        f'<xs:schema {_NAMESPACES} {namespace} elementFormDefault="qualified">\n'
        f"{annotation if appinfo else ''}{imports}\n" + "\n".join(content) + "</xs:schema>"
    )


def item(local: str, kind: str = "xbrli:monetaryItemType", more: str = "") -> str:
    """The declaration of an item."""
    more = more or 'xbrli:periodType="instant"'
    return (
        f'<xs:element name="{local}" id="t_{local}" type="{kind}" '
        f'substitutionGroup="xbrli:item" nillable="true" {more}/>'
    )


def linkbase_ref(href: str, kind: str | None = None) -> str:
    """A linkbaseRef."""
    role = f'xlink:role="http://www.xbrl.org/2003/role/{kind}LinkbaseRef" ' if kind else ""
    return (
        f'<link:linkbaseRef xlink:type="simple" xlink:href="{href}" {role}'
        'xlink:arcrole="http://www.w3.org/1999/xlink/properties/linkbase"/>'
    )


def linkbase(*content: str, more: str = "") -> str:
    """A linkbase document."""
    return f"<link:linkbase {_NAMESPACES} {more}>\n" + "\n".join(content) + "</link:linkbase>"


def extended(element: str, *content: str, role: str = ROLE) -> str:
    """An extended link."""
    body = "\n".join(content)
    return f'<{element} xlink:type="extended" xlink:role="{role}">{body}</{element}>'


def loc(local: str, document: str = "c.xsd", label: str | None = None) -> str:
    """A locator of a concept."""
    return (
        f'<link:loc xlink:type="locator" xlink:href="{document}#t_{local}" '
        f'xlink:label="{label or local}"/>'
    )


def arc(element: str, arcrole: str, source: str, target: str, more: str = "") -> str:
    """An arc; a bare arcrole is one of XBRL 2.1's."""
    arcrole = arcrole if ":" in arcrole else ARCROLE + arcrole
    return (
        f'<{element} xlink:type="arc" xlink:arcrole="{arcrole}" '
        f'xlink:from="{source}" xlink:to="{target}" {more}/>'
    )


def resource(element: str, label: str, text: str, role: str = "", more: str = "") -> str:
    """A label or reference resource."""
    role = role or f"http://www.xbrl.org/2003/role/{element.rpartition(':')[2]}"
    return (
        f'<{element} xlink:type="resource" xlink:label="{label}" xlink:role="{role}" '
        f"{more}>{text}</{element}>"
    )


def discovered(documents: Mapping[str, str], entry_points: Sequence[str] = ("e.xsd",)) -> Taxonomy:
    """The taxonomy of documents named relative to `BASE`."""
    resolver = MemoryResolver({BASE + file: text.encode() for file, text in documents.items()})
    return discover([BASE + file for file in entry_points], resolver)
