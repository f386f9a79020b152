"""What every check of a taxonomy shares: problems at an element, and where hrefs lead.

Belongs here: those, and relations by base set. Does not: any rule.
"""

from lxml.etree import _Element

from xbrl.names import LINK
from xbrl.problem import Problem, Severity
from xbrl.taxonomy import networks
from xbrl.taxonomy.address import line_of
from xbrl.taxonomy.model import Taxonomy
from xbrl.taxonomy.networks import BaseSet, Relation
from xbrl.taxonomy.places import Places

LINKBASE = f"{{{LINK}}}linkbase"


def error(code: str, url: str, element: _Element, message: str, remedy: str = "") -> Problem:
    """An error at an element of the document at `url`."""
    return Problem(
        code,
        Severity.ERROR,
        message,
        url,
        line_of(element) or None,
        element_id=element.get("id"),
        remedy=remedy,
    )


def places(taxonomy: Taxonomy) -> Places:
    """Where hrefs lead in this taxonomy; worked out once."""
    found = taxonomy.derived.get(__name__)
    if not isinstance(found, Places):
        found = Places(taxonomy.documents, taxonomy.schemas, taxonomy.links)
        taxonomy.derived[__name__] = found
    return found


def base_sets(taxonomy: Taxonomy) -> dict[BaseSet, list[Relation]]:
    """Every relation as written, by base set; worked out once."""
    key = f"{__name__}.base_sets"
    if key not in taxonomy.derived:
        taxonomy.derived[key] = networks.base_sets(taxonomy.links)
    found: dict[BaseSet, list[Relation]] = taxonomy.derived[key]
    return found


def linkbases(taxonomy: Taxonomy) -> list[tuple[str, _Element]]:
    """Every linkbase element of the set with its document's address, embedded ones too."""
    return [
        (url, element)
        for url, document in taxonomy.documents.items()
        for element in document.root.iter(LINKBASE)
    ]


def local(clark_name: str) -> str:
    """A Clark name's local part, for messages."""
    return clark_name.rpartition("}")[2]
