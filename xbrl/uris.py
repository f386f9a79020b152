"""Addresses as texts: joining them, and taking their scheme, whatever is written there.

Python's own functions raise where a host is malformed (`http://[`). Filers write such things; the
address then stays as written, and is a problem where something is looked for under it.

Belongs here: what RFC 3986 says of a text. Does not: fragments and xml:base
(`taxonomy.address`), or opening anything.
"""

from urllib.parse import SplitResult, urljoin, urlsplit

_NOTHING = SplitResult("", "", "", "", "")


def joined(base: str, reference: str) -> str:
    """`reference` seen from `base`; as written, where the two make no address.

    >>> joined("http://example.com/a/b.xml", "../c.xsd"), joined("http://example.com/", "http://[")
    ('http://example.com/c.xsd', 'http://[')
    """
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def split_uri(text: str) -> SplitResult:
    """The parts of an address; all of them empty, where it is none.

    >>> split_uri("http://example.com/a").scheme, split_uri("../a").scheme
    ('http', '')
    >>> split_uri("http://[").scheme
    ''
    """
    try:
        return urlsplit(text)
    except ValueError:
        return _NOTHING
