"""Schemas and linkbases are documents of their own, not parts of some other document.

Belongs here: what an entry point's root may be, and where linkbases may stand. Does not:
what is in them. Source: XBRL 2.1 § 5.1 and 5.2.
"""

from collections.abc import Iterator

from lxml.etree import _Element

from xbrl.names import XBRLI, XSD, clark
from xbrl.problem import Problem
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation.taxonomy_places import error, linkbases

_APPINFO = clark(XSD, "appinfo")
_SCHEMA = clark(XSD, "schema")
_XBRL = clark(XBRLI, "xbrl")


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """Entry points that hold schemas within something else, and linkbases that stand so."""
    for url in taxonomy.entry_points:
        document = taxonomy.documents.get(url)
        if document is not None and document.kind == "other":
            yield from _nested_schemas(url, document.root)
    for url, element in linkbases(taxonomy):
        parent = element.getparent()
        if parent is not None and parent.tag != _APPINFO:
            message = (
                "A linkbase was expected to be a document's root or in a schema's appinfo; this "
                f"one stands in {parent.tag}."
            )
            remedy = "Make it a document of its own."
            yield error("xbrl.5.2:linkbaseRootElement", url, element, message, remedy)


def _nested_schemas(url: str, root: _Element) -> Iterator[Problem]:
    if root.tag == _XBRL:
        return
    for element in root.iter(_SCHEMA):
        parent = element.getparent()
        if parent is not None:
            message = (
                "A schema was expected to be a document's root; this one stands in "
                f"{parent.tag} and is not read."
            )
            remedy = "Make it a document of its own."
            yield error("xbrl.5.1:schemaRootElement", url, element, message, remedy)
