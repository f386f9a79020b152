"""Numbers on a page to numbers of facts: the sign the page leaves out, and the power of ten.

All in text: a number keeps every digit, and none is added.

Belongs here: scale and sign. Does not: separators (`transformations`).

Source: Inline XBRL 1.1 § 10.2.3.
"""

import re

LARGEST_SCALE = 1000
_matches = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch
_SPECIAL = frozenset({"INF", "-INF", "NaN"})
_INTEGER = re.compile(r"[+-]?[0-9]+")


def is_number(text: str) -> bool:
    """Whether a text is a decimal number, or one of the words for no finite one.

    >>> is_number("1.50"), is_number("INF"), is_number("1e5"), is_number("")
    (True, True, False, False)
    """
    return (text.isdecimal() and text.isascii()) or bool(_matches(text)) or text in _SPECIAL


def scale_of(text: str) -> int | None:
    """A scale as a number; None where it is no integer, or beyond reason.

    >>> scale_of("-2"), scale_of("x"), scale_of("99999999")
    (-2, None, None)
    """
    text = text.strip(" \t\r\n")
    if not _INTEGER.fullmatch(text) or len(text) > 8:
        return None
    scale = int(text)
    return scale if abs(scale) <= LARGEST_SCALE else None


def signed(number: str, sign: str | None) -> str:
    """The number, its sign turned where the page leaves out the minus; zero has none.

    >>> signed("12", "-"), signed("-12", "-"), signed("0.00", "-"), signed("NaN", "-")
    ('-12', '12', '0.00', 'NaN')
    """
    if sign != "-" or number == "NaN" or not number.strip("+-0."):
        return number
    return number[1:] if number.startswith("-") else f"-{number.lstrip('+')}"


def shifted(number: str, scale: int) -> str:
    """A decimal number times ten to the power of `scale`, in figures.

    >>> shifted("1.5", 6), shifted("-25", -3), shifted("1234.50", 1), shifted("0", 6)
    ('1500000', '-0.025', '12345.0', '0')
    """
    if not scale or number in _SPECIAL:
        return number
    if scale > 0 and number.isdecimal():
        return f"{number.lstrip('0')}{'0' * scale}" if number.strip("0") else "0"
    sign = "-" if number.startswith("-") else ""
    whole, _, part = number.lstrip("+-").partition(".")
    if scale > 0:
        part = part.ljust(scale, "0")
        whole, part = whole + part[:scale], part[scale:]
    else:
        whole = whole.rjust(1 - scale, "0")
        whole, part = whole[:scale], whole[scale:] + part
    whole = whole.lstrip("0") or "0"
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"
