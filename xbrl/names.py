"""Namespaces and names of the XBRL family, in Clark notation `{namespace}local`.

Belongs here: names fixed by a specification, and how to take a name apart. Does
not: what they mean.
"""

XML = "http://www.w3.org/XML/1998/namespace"
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XHTML = "http://www.w3.org/1999/xhtml"
XLINK = "http://www.w3.org/1999/xlink"
XBRLI = "http://www.xbrl.org/2003/instance"
LINK = "http://www.xbrl.org/2003/linkbase"
XL = "http://www.xbrl.org/2003/XLink"
ISO4217 = "http://www.xbrl.org/2003/iso4217"
XBRLDT = "http://xbrl.org/2005/xbrldt"
XBRLDI = "http://xbrl.org/2006/xbrldi"
IX_10 = "http://www.xbrl.org/2008/inlineXBRL"
IX_11 = "http://www.xbrl.org/2013/inlineXBRL"
GENERIC = "http://xbrl.org/2008/generic"

ARCROLE = "http://www.xbrl.org/2003/arcrole/"
PARENT_CHILD = f"{ARCROLE}parent-child"
SUMMATION_ITEM = f"{ARCROLE}summation-item"
SUMMATION_ITEM_11 = "https://xbrl.org/2023/arcrole/summation-item"
GENERAL_SPECIAL = f"{ARCROLE}general-special"
ESSENCE_ALIAS = f"{ARCROLE}essence-alias"
SIMILAR_TUPLES = f"{ARCROLE}similar-tuples"
REQUIRES_ELEMENT = f"{ARCROLE}requires-element"
CONCEPT_LABEL = f"{ARCROLE}concept-label"
CONCEPT_REFERENCE = f"{ARCROLE}concept-reference"
FACT_FOOTNOTE = f"{ARCROLE}fact-footnote"
FACT_EXPLANATORY_FACT = "http://www.xbrl.org/2009/arcrole/fact-explanatoryFact"

DIMENSIONAL = "http://xbrl.org/int/dim/arcrole/"
ALL = f"{DIMENSIONAL}all"
NOT_ALL = f"{DIMENSIONAL}notAll"
HYPERCUBE_DIMENSION = f"{DIMENSIONAL}hypercube-dimension"
DIMENSION_DOMAIN = f"{DIMENSIONAL}dimension-domain"
DOMAIN_MEMBER = f"{DIMENSIONAL}domain-member"
DIMENSION_DEFAULT = f"{DIMENSIONAL}dimension-default"

ROLE_LINK = "http://www.xbrl.org/2003/role/link"
ROLE_LABEL = "http://www.xbrl.org/2003/role/label"


def split(clark: str) -> tuple[str, str]:
    """Namespace and local name of a Clark name.

    >>> split("{http://xbrl.dcca.dk/fsa}Assets")
    ('http://xbrl.dcca.dk/fsa', 'Assets')
    >>> split("plain")
    ('', 'plain')
    """
    if clark.startswith("{"):
        namespace, _, local = clark[1:].rpartition("}")
        return namespace, local
    return "", clark


def clark(namespace: str | None, local: str) -> str:
    """The Clark name of a namespace and local name; no braces without a namespace."""
    return f"{{{namespace}}}{local}" if namespace else local
