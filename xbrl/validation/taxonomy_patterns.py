"""The patterns of simple types are XML Schema regular expressions.

Belongs here: that, for every xs:pattern of a taxonomy. Does not: what they match
(`patterns`). Source: XML Schema Part 2 (second edition), appendix F.
"""

from collections.abc import Iterator
from dataclasses import replace

from xbrl.names import XSD, clark
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation.taxonomy_places import error
from xbrl.xsd.patterns import PatternError, UnknownBlockError, compiled

_PATTERN = clark(XSD, "pattern")


def problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    """The patterns that are none."""
    for schema in taxonomy.schemas:
        for element in schema.root.iter(_PATTERN):
            try:
                compiled(element.get("value") or "")
            except UnknownBlockError as why:
                found = error("xmlSchema:pattern", schema.url, element, f"Not judged: {why}.")
                yield replace(found, severity=Severity.NOTE)
            except PatternError as why:
                message = f"An XML Schema regular expression was expected: {why}."
                remedy = "Correct the pattern; until then it restricts nothing."
                yield error("xmlSchema:pattern", schema.url, element, message, remedy)
