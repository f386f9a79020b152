"""QNames in content: prefixed text to Clark names by the namespaces in force.

Belongs here: resolving. Does not: what the names mean.
"""

from collections.abc import Mapping


def resolve(text: str | None, nsmap: Mapping[str | None, str]) -> str | None:
    """The Clark name of a QName in content; None when it is no QName or its prefix is unknown.

    Without prefix the default namespace applies, also to attribute values.
    Source: XML Schema 2 § 3.2.18; XBRL 2.1 § 4.8.2.

    >>> resolve(" cmn:SoloMember ", {"cmn": "http://xbrl.dcca.dk/cmn"})
    '{http://xbrl.dcca.dk/cmn}SoloMember'
    >>> resolve("SoloMember", {None: "http://xbrl.dcca.dk/cmn"})
    '{http://xbrl.dcca.dk/cmn}SoloMember'
    >>> resolve("SoloMember", {})
    'SoloMember'
    >>> resolve("cmn:SoloMember", {})
    """
    prefix, colon, local = (text or "").strip().partition(":")
    if not colon:
        prefix, local = "", prefix
    if not local or ":" in local or (colon and not prefix) or local != local.split()[0]:
        return None
    namespace = nsmap.get(prefix or None)
    if namespace:
        return f"{{{namespace}}}{local}"
    return None if prefix else local
