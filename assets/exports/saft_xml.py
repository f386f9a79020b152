"""XML as text, element by element.

Belongs here: escaping and the shape of a number. Does not: which elements there are.
"""

import re
from decimal import Decimal
from xml.sax.saxutils import escape

_SPECIAL = re.compile("[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 § 2.2 has no way to write."""
_CENTS = -2


def element(name: str, value: object | None) -> str:
    r"""One element with its text; nothing where the value is None or empty.

    >>> element("Name", "A & B"), element("Name", None)
    ('<Name>A &amp; B</Name>\n', '')
    """
    text = "" if value is None else str(value)
    if _SPECIAL.search(text):
        text = escape(_FORBIDDEN.sub("", text))
    return f"<{name}>{text}</{name}>\n" if text else ""


def writable(text: str) -> str:
    """`text` without the characters that XML has no way to write."""
    return _FORBIDDEN.sub("", text)


def group(name: str, *parts: str) -> str:
    """One element with elements in it."""
    return f"<{name}>\n{''.join(parts)}</{name}>\n"


def amount(value: Decimal) -> str:
    """An amount as SAF-T writes it, two decimals or those it has.

    >>> amount(Decimal("5")), amount(Decimal("7.4575"))
    ('5.00', '7.4575')
    """
    if value.as_tuple().exponent == _CENTS:
        return str(value)
    return f"{value:.2f}" if value == round(value, 2) else f"{value.normalize():f}"
