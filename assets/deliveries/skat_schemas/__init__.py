"""The shapes of the tax agency's messages: namespaces, schemas, safe reading.

The `.xsd` files are our own writing of the published message shapes; a test
proves that they accept and reject what the official ones do.

Belongs here: names and shapes. Does not: what the messages mean.
"""

import threading
from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree

from warehouse.errors import PermanentError

CONTEXT = "http://rep.oio.dk/skat.dk/basis/kontekst/xml/schemas/2006/09/01/"
COMPANY = "http://rep.oio.dk/skat.dk/motor/class/virksomhed/xml/schemas/20080401/"
RETURN = "http://rep.oio.dk/skat.dk/TSE/angivelse/xml/schemas/2006/09/01/"
VALUES = "urn:oio:skat:nemvirksomhed:1.0.0"
VAT = "urn:oio:skat:nemvirksomhed:ws:1.0.0"
LIST_WRAPPER = "http://service"
LIST = "urn:oio:skat:intrastat:ws:1.0.1"
LIST_LINE = "http://rep.oio.dk/skat.dk/intrastat/class/listeangivelse/xml/schemas/20080601/"
LIST_SERVICE = "urn:oio:skat:intrastat:1.0.1"
LIST_FILER = "urn:oio:skat:tse:1.0.1"
LIST_FORM = "http://rep.oio.dk/skat.dk/eindkomst/class/angivelse/xml/schemas/20071202/"
COUNTRY = "http://rep.oio.dk/ebxml/xml/schemas/dkcc/2003/02/13/"
START = "http://rep.oio.dk/xkom.dk/xml/schemas/2006/09/01/"
END = "http://rep.oio.dk/xkom.dk/xml/schemas/2007/04/15/"

# The prefixes messages are written with.
PREFIXES = {
    "k": CONTEXT, "v": COMPANY, "a": RETURN, "n": VALUES, "ws": VAT, "svc": LIST_WRAPPER,
    "lws": LIST, "l": LIST_LINE, "i": LIST_SERVICE, "t": LIST_FILER, "e": LIST_FORM,
    "c": COUNTRY, "f": START, "u": END,
}  # fmt: skip

_ENTRY = {VAT: "nemvirksomhed-ws.xsd", LIST_WRAPPER: "service.xsd", LIST: "intrastat-ws.xsd"}


class UnreadableError(PermanentError):
    """The bytes are not XML that may be read."""


def parse(data: bytes) -> etree._Element:
    """The root of an XML document from outside.

    Comments are dropped (a comment inside a number would split it), a document
    type is refused (entity bombs, external entities), nothing is fetched.

    Raises: UnreadableError.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"not well-formed XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError("it carries a document type definition, which is refused")
    return root


class _Schemas(threading.local):
    """A thread's own schemas: what one says against a message it keeps as its error log, which
    would be another's message if it were shared.
    """

    def __init__(self) -> None:
        self._made: dict[str, etree.XMLSchema] = {}

    def of(self, namespace: str) -> etree.XMLSchema:
        """The schema of that namespace. libxml2 makes its types with the first schema of a
        process, and two threads at it at once spoil both: one at a time.
        """
        if namespace not in self._made:
            with _ONE_AT_A_TIME:
                path = Path(__file__).parent / _ENTRY[namespace]
                self._made[namespace] = etree.XMLSchema(file=str(path))
        return self._made[namespace]


_ONE_AT_A_TIME = threading.Lock()
_SCHEMAS = _Schemas()


def violations(root: etree._Element) -> list[str]:
    """What the schema of `root`'s namespace says against it, in document order."""
    return [message for _, message in located(root)]


def located(root: etree._Element) -> list[tuple[str, str]]:
    """The same, each with the XPath of the element it is about."""
    namespace = etree.QName(root).namespace
    if namespace not in _ENTRY:
        return [("/*", f"{root.tag} is not a message of any of the services")]
    schema = _SCHEMAS.of(namespace)
    if schema.validate(etree.fromstring(etree.tostring(root))):
        return []
    log: Any = schema.error_log  # its stub lacks iteration
    return [(entry.path or "/*", _plain(entry.message)) for entry in log]


def day(text: str) -> date:
    """An `xs:date`, which may carry blanks and a time zone that no period has.

    Raises: UnreadableError for a year that no period has.

    >>> day(" 2026-03-31+02:00 ")
    datetime.date(2026, 3, 31)
    """
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError as error:
        raise UnreadableError(f"the date {text!r} is outside any calendar") from error


def whole(text: str) -> int:
    """An `xs:integer` of at most eighteen digits, which is beyond any amount.

    Raises: UnreadableError.

    >>> whole(" -304 ")
    -304
    """
    if len(text.strip()) > 19:
        raise UnreadableError(f"the number {text.strip()[:19]}… is beyond any amount")
    return int(text)


def _plain(message: str) -> str:
    """`message` without the namespaces, which no person reads."""
    for namespace in sorted(PREFIXES.values(), key=len, reverse=True):
        message = message.replace("{" + namespace + "}", "")
    return message
