"""A tiny taxonomy and instances of it, judged: for the tests beside this file."""

from xbrl.instance import read_instance
from xbrl.problem import Problem
from xbrl.taxonomy.discovery import discover
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.resolver import MemoryResolver
from xbrl.validation.subject import Subject
from xbrl.validation.validate import Calculation, validate

NAMESPACES = (
    'xmlns="http://www.xbrl.org/2003/instance" xmlns:t="http://t.example" '
    'xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:iso4217="http://www.xbrl.org/2003/iso4217" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xbrli="http://www.xbrl.org/2003/instance"'
)
HEAD = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="http://t.example" '
    'xmlns:i="http://www.xbrl.org/2003/instance" targetNamespace="http://t.example" '
    'elementFormDefault="qualified">'
    '<xs:import namespace="http://www.xbrl.org/2003/instance" '
    'schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>'
)
CONTEXT = (
    '<context id="c"><entity><identifier scheme="http://s">1</identifier></entity>'
    "<period><instant>2024-12-31</instant></period></context>"
)
DKK = '<unit id="u"><measure>iso4217:DKK</measure></unit>'


def element(
    name: str, type_: str = "i:monetaryItemType", period: str = "instant", **more: str
) -> str:
    """An item's declaration."""
    extra = "".join(f' {key}="{value}"' for key, value in more.items())
    return (
        f'<xs:element name="{name}" id="{name}" type="{type_}" substitutionGroup="i:item" '
        f'i:periodType="{period}" nillable="true"{extra}/>'
    )


def tuple_of(name: str, content: str) -> str:
    """A tuple's declaration."""
    return (
        f'<xs:element name="{name}" id="{name}" substitutionGroup="i:tuple" nillable="true">'
        '<xs:complexType><xs:complexContent><xs:restriction base="xs:anyType">'
        f'{content}<xs:attribute name="id" type="xs:ID"/></xs:restriction></xs:complexContent>'
        "</xs:complexType></xs:element>"
    )


def arcs(link: str, arc: str, arcrole: str, *pairs: tuple[str, str, str]) -> str:
    """A linkbase with one extended link; each pair with more attributes of its arc."""
    names = dict.fromkeys(name for source, target, _ in pairs for name in (source, target))
    locators = "".join(
        f'<link:loc xlink:type="locator" xlink:href="t.xsd#{name}" xlink:label="{name}"/>'
        for name in names
    )
    written = "".join(
        f'<link:{arc} xlink:type="arc" xlink:arcrole="{arcrole}" xlink:from="{source}" '
        f'xlink:to="{target}" {more}/>'
        for source, target, more in pairs
    )
    return (
        f"<link:linkbase {NAMESPACES}>"
        f'<link:{link} xlink:type="extended" xlink:role="http://www.xbrl.org/2003/role/link">'
        f"{locators}{written}</link:{link}></link:linkbase>"
    )


def sums(*pairs: tuple[str, str, str], arcrole: str = "") -> str:
    """A calculation linkbase of (total, part, weight)."""
    role = arcrole or "http://www.xbrl.org/2003/arcrole/summation-item"
    return arcs(
        "calculationLink", "calculationArc", role, *((a, b, f'weight="{w}"') for a, b, w in pairs)
    )


def taxonomy(schema: str, linkbase: str = "") -> Taxonomy:
    """The taxonomy of one schema's declarations and perhaps one linkbase."""
    documents = {"http://t/t.xsd": f"{HEAD}{schema}</xs:schema>".encode()}
    points = ["http://t/t.xsd"]
    if linkbase:
        documents["http://t/l.xml"] = linkbase.encode()
        points.append("http://t/l.xml")
    return discover(points, MemoryResolver(documents))


def subject(known: Taxonomy, body: str) -> Subject:
    """An instance with a context `c` (31 December 2024) and a unit `u` (DKK)."""
    text = (
        f"<xbrl {NAMESPACES}>\n"
        '<link:schemaRef xlink:type="simple" xlink:href="t.xsd"/>\n'
        f"{CONTEXT}\n{DKK}\n{body}</xbrl>"
    )
    return Subject(read_instance("http://t/i.xml", text.encode()), known)


def judged(
    known: Taxonomy, body: str, mode: Calculation = Calculation.XBRL_21, **more: bool
) -> list[Problem]:
    """What validation finds in such an instance."""
    instance = subject(known, body).instance
    return validate(instance, known, calculation_mode=mode, **more)


def told(problems: list[Problem]) -> list[tuple[str, str]]:
    """Codes and messages."""
    return [(problem.code, problem.message) for problem in problems]
