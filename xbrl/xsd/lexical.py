"""The built-in simple types of XML Schema: from text to value.

Belongs here: lexical and value spaces, exact (a decimal is a `Decimal`; only
xs:float and xs:double, whose value space *is* binary, become floats). Does not: facets of
derived types (`types`). Source: XML Schema Part 2 (second edition), § 3.
"""

import base64
import binascii
import re
import struct
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from typing import NamedTuple

Namespaces = Mapping[str | None, str]
"""Prefixes in scope; None is the default namespace."""


class Value(NamedTuple):
    """A typed value: equal when `kind` (the primitive type) and `value` are.

    A NaN's `value` equals nothing else, as XBRL's s-equality wants.
    """

    kind: str
    value: Hashable


class Builtin(NamedTuple):
    """One built-in type: its primitive, white space, reader and the range of an integer type.

    `read` gives the value, or None where the text is not in the lexical space.
    """

    primitive: str
    white_space: str
    read: Callable[[str, Namespaces], Hashable | None]
    low: int | None = None
    high: int | None = None


_NAME_START = r"A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"  # noqa: E501 -- one character class, as XML writes it
_NAME_CHAR = rf"{_NAME_START}\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
NCNAME = re.compile(rf"[{_NAME_START}][{_NAME_CHAR}]*")
_NAME = re.compile(rf"[:{_NAME_START}][:{_NAME_CHAR}]*")
_NMTOKEN = re.compile(rf"[:{_NAME_CHAR}]+")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN")
_ZONE = r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
# A processor says how many digits of a year it bears; Source: XML Schema 1.0 part 2, § 5.4.
_YEAR = r"(?P<year>-?(?:[1-9][0-9]{3,17}|0[0-9]{3}))"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_CLOCK = (
    r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)"
    r"|(?P<midnight>24:00:00(?:\.0+)?))"
)
# After XLink's escaping almost any character may stand in a URI; a second # never, nor a bare %.
_ANY_URI = re.compile(r"(?:[^#%]|%[0-9A-Fa-f]{2})*(?:#(?:[^#%]|%[0-9A-Fa-f]{2})*)?")
_MOMENTS = {
    "dateTime": re.compile(f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}"),
    "date": re.compile(f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}"),
    "time": re.compile(f"{_CLOCK}{_ZONE}"),
    "gYearMonth": re.compile(f"{_YEAR}-{_MONTH}{_ZONE}"),
    "gYear": re.compile(f"{_YEAR}{_ZONE}"),
    "gMonthDay": re.compile(f"--{_MONTH}-{_DAY}{_ZONE}"),
    "gMonth": re.compile(f"--{_MONTH}(?:--)?{_ZONE}"),
    "gDay": re.compile(f"---{_DAY}{_ZONE}"),
}
_DURATION = re.compile(
    r"(-)?P(?=.)(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAP_YEAR = 2000


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _day_number(year: int, month: int, day: int) -> int | None:
    """Days since 0000-03-01 of the proleptic Gregorian calendar; None for no such day."""
    if day > _MONTH_DAYS[month - 1] + (month == 2 and _is_leap(year)):
        return None
    shifted = year - (month <= 2)
    days = shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400
    return days + (153 * ((month + 9) % 12) + 2) // 5 + day - 1


def _zone_minutes(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def _moment(kind: str) -> Callable[[str, Namespaces], Hashable | None]:
    """Seconds on the time line, and whether a zone was given: what XML Schema compares."""
    pattern = _MOMENTS[kind]

    def read(text: str, _: Namespaces) -> Hashable | None:
        found = pattern.fullmatch(text)
        if found is None:
            return None
        parts = found.groupdict()
        # A leap year, so that --02-29 is a day.
        year, month = int(parts.get("year") or _LEAP_YEAR), int(parts.get("month") or 1)
        days = _day_number(year, month, int(parts.get("day") or 1))
        if days is None or parts.get("year") == "0000":
            return None
        clock = Decimal(86400) if parts.get("midnight") else _clock(parts)
        if kind == "time":
            days, clock = 0, clock % 86400
        zone = _zone_minutes(parts["zone"])
        return (days * 86400 + clock - (zone or 0) * 60, zone is not None)

    return read


def _clock(parts: Mapping[str, str | None]) -> Decimal:
    hours, minutes = int(parts.get("hour") or 0), int(parts.get("minute") or 0)
    return hours * 3600 + minutes * 60 + Decimal(parts.get("second") or 0)


def _duration(text: str, _: Namespaces) -> Hashable | None:
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    sign, *parts = found.groups()
    years, months, days, hours, minutes, seconds = (Decimal(part or 0) for part in parts)
    direction = -1 if sign else 1
    clock = days * 86400 + hours * 3600 + minutes * 60 + seconds
    return (direction * (years * 12 + months), direction * clock)


def _decimal(text: str, _: Namespaces) -> Hashable | None:
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _integer(text: str, _: Namespaces) -> Hashable | None:
    return Decimal(text) if _INTEGER.fullmatch(text) else None


def _floating(*, single: bool) -> Callable[[str, Namespaces], Hashable | None]:
    def read(text: str, _: Namespaces) -> Hashable | None:
        if not _FLOAT.fullmatch(text):
            return None
        if text == "NaN":
            return object()
        number = float(text)
        return _rounded_to_single(number) if single else number

    return read


def _rounded_to_single(number: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _boolean(text: str, _: Namespaces) -> Hashable | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text)


def _text(text: str, _: Namespaces) -> Hashable | None:
    return text


def _matching(pattern: re.Pattern[str]) -> Callable[[str, Namespaces], Hashable | None]:
    return lambda text, _: text if pattern.fullmatch(text) else None


def _hex(text: str, _: Namespaces) -> Hashable | None:
    return bytes.fromhex(text) if re.fullmatch("([0-9a-fA-F]{2})*", text) else None


def _base64(text: str, _: Namespaces) -> Hashable | None:
    try:
        return base64.b64decode(text.replace(" ", ""), validate=True)
    except (binascii.Error, ValueError):
        return None


def _qname(text: str, namespaces: Namespaces) -> Hashable | None:
    prefix, colon, local = text.rpartition(":")
    if not NCNAME.fullmatch(local) or (colon and not NCNAME.fullmatch(prefix)):
        return None
    if prefix == "xml":
        return f"{{http://www.w3.org/XML/1998/namespace}}{local}"
    namespace = namespaces.get(prefix or None)
    if colon and not namespace:
        return None
    return f"{{{namespace}}}{local}" if namespace else local


def _number(low: int | None, high: int | None) -> Builtin:
    return Builtin("decimal", "collapse", _integer, low, high)


def _word(pattern: re.Pattern[str]) -> Builtin:
    return Builtin("string", "collapse", _matching(pattern))


BUILTINS: dict[str, Builtin] = {
    "anySimpleType": Builtin("string", "preserve", _text),
    "string": Builtin("string", "preserve", _text),
    "normalizedString": Builtin("string", "replace", _text),
    "token": Builtin("string", "collapse", _text),
    "language": _word(_LANGUAGE),
    "Name": _word(_NAME),
    "NCName": _word(NCNAME),
    "ID": _word(NCNAME),
    "IDREF": _word(NCNAME),
    "ENTITY": _word(NCNAME),
    "NMTOKEN": _word(_NMTOKEN),
    "boolean": Builtin("boolean", "collapse", _boolean),
    "decimal": Builtin("decimal", "collapse", _decimal),
    "integer": _number(None, None),
    "nonPositiveInteger": _number(None, 0),
    "negativeInteger": _number(None, -1),
    "nonNegativeInteger": _number(0, None),
    "positiveInteger": _number(1, None),
    "long": _number(-(2**63), 2**63 - 1),
    "int": _number(-(2**31), 2**31 - 1),
    "short": _number(-(2**15), 2**15 - 1),
    "byte": _number(-(2**7), 2**7 - 1),
    "unsignedLong": _number(0, 2**64 - 1),
    "unsignedInt": _number(0, 2**32 - 1),
    "unsignedShort": _number(0, 2**16 - 1),
    "unsignedByte": _number(0, 2**8 - 1),
    "float": Builtin("float", "collapse", _floating(single=True)),
    "double": Builtin("double", "collapse", _floating(single=False)),
    "duration": Builtin("duration", "collapse", _duration),
    **{kind: Builtin(kind, "collapse", _moment(kind)) for kind in _MOMENTS},
    "hexBinary": Builtin("hexBinary", "collapse", _hex),
    "base64Binary": Builtin("base64Binary", "collapse", _base64),
    "anyURI": Builtin("anyURI", "collapse", _matching(_ANY_URI)),
    "QName": Builtin("QName", "collapse", _qname),
    "NOTATION": Builtin("NOTATION", "collapse", _qname),
}

LISTS = {"NMTOKENS": "NMTOKEN", "IDREFS": "IDREF", "ENTITIES": "ENTITY"}


def spaced(text: str, white_space: str) -> str:
    r"""The text after a type's whiteSpace facet.

    >>> spaced(" a\n b ", "collapse")
    'a b'
    """
    if white_space == "preserve":
        return text
    replaced = text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return replaced if white_space == "replace" else " ".join(filter(None, replaced.split(" ")))
