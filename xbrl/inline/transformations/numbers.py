"""Transformations of numbers and fixed values.

Belongs here: patterns of figures, with thousands and decimal separators. Does not:
scale and sign, which inline XBRL applies afterwards (`xbrl.inline.numeric`).

Source: Inline XBRL Transformation Registry 1 (2010-04-20) to 5 (2022-02-16).
"""

import re

from xbrl.inline.transformations.rule import Rule

_DASHES = "-\u058a\u05be\u2010\u2011\u2012\u2013\u2014\u2015\ufe58\ufe63\uff0d"
_APOSTROPHES = "'`\u00b4\u2019\u2032"
_SPACES = " \u00a0"
_FULL_WIDTH = str.maketrans({0xFF10 + digit: str(digit) for digit in range(10)})
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")


def fixed(value: str) -> Rule:
    """Whatever is written means `value`."""
    return Rule(lambda _text: value, "any text")


def dash(dashes: str) -> Rule:
    """A dash alone means zero."""
    return Rule(lambda text: "0" if len(text) == 1 and text in dashes else None, "a dash alone")


def separated(pattern: str, thousands: str, point: str, expected: str) -> Rule:
    """A number of a strict form, its separators removed."""
    matches = re.compile(pattern).fullmatch
    table = {ord(character): None for character in thousands}
    table[ord(point)] = "."  # type: ignore[assignment]

    def apply(text: str) -> str | None:
        return text.translate(table) if matches(text) else None

    return Rule(apply, expected)


def relaxed(thousands: str, point: str, expected: str) -> Rule:
    """A number with thousands separators anywhere before the point, in canonical form.

    Source: Transformation Registry 4 § num-dot-decimal, num-comma-decimal.
    """
    before, spaces = re.escape(thousands + _SPACES), re.escape(_SPACES)
    matches = re.compile(f"[{before}0-9]*(?:{re.escape(point)}[{spaces}0-9]+)?").fullmatch
    table = {ord(character): None for character in thousands + _SPACES}
    table[ord(point)] = "."  # type: ignore[assignment]

    def apply(text: str) -> str | None:
        return canonical(text.translate(table)) if matches(text) else None

    return Rule(apply, expected)


def canonical(number: str) -> str | None:
    """A non-negative decimal without needless zeros; None where it is no number.

    >>> canonical("007.50"), canonical(".5"), canonical("10.00"), canonical("")
    ('7.5', '0.5', '10', None)
    """
    if not _DECIMAL.fullmatch(number):
        return None
    whole, _, part = number.partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    return f"{whole}.{part}" if part else whole


def units(pattern: str, separators: str, expected: str, *, is_canonical: bool = False) -> Rule:
    """Whole units and hundredths, with words or signs between: `1,000 kr. 50 øre`."""
    matches = re.compile(pattern).fullmatch
    table = {ord(character): None for character in separators}

    def apply(text: str) -> str | None:
        found = matches(text)
        whole = found[1].translate(table) if found else ""
        if found is None or not whole:
            return None
        number = f"{whole}.{found[2]:0>2}"
        return canonical(number) if is_canonical else number

    return Rule(apply, expected)


_POINT_INDIAN = (
    rf"(?:(?:[0-9]{{1,2}}[,{_SPACES}])?(?:[0-9]{{2}}[,{_SPACES}])*[0-9]{{3}}|[0-9]+)(?:\.[0-9]+)?"
)
_UNIT_INDIAN = (
    rf"((?:[0-9]{{1,2}}[,{_SPACES}])?(?:[0-9]{{2}}[,{_SPACES}])*[0-9]{{3}}|[0-9]+)"
    r"[^0-9]+([0-9]{1,2})[^0-9]*"
)
_COMMAS = ",.\uff0c\uff0e"
_POINT = "a number such as 1,234.5"
_COMMA = "a number such as 1.234,5"


def _grouped(separator: str, point: str, *, optional: str = "") -> str:
    separator, point = f"[{re.escape(separator)}]{optional}", re.escape(point)
    return rf"[0-9]{{1,3}}(?:{separator}[0-9]{{3}})*(?:{point}[0-9]+)?"


def _indian_point(*, is_canonical: bool) -> Rule:
    plain = separated(_POINT_INDIAN, "," + _SPACES, ".", "a number such as 12,34,567.5")
    if not is_canonical:
        return plain

    def apply(text: str) -> str | None:
        value = plain.apply(text)
        return None if value is None else canonical(value)

    return Rule(apply, plain.expected)


def _relaxed_units(apostrophes: str) -> Rule:
    separators = re.escape(".,\uff0c" + apostrophes)
    return units(
        rf"([0-9{separators}]+)[^0-9{separators}][^0-9]*([0-9]{{1,2}})[^0-9]*",
        _COMMAS + apostrophes,
        "whole units and hundredths such as 1,234 euro 50 cent",
        is_canonical=True,
    )


def _full_width(rule: Rule) -> Rule:
    """The rule, for figures of double width too."""
    return Rule(lambda text: rule.apply(text.translate(_FULL_WIDTH)), rule.expected)


def _strict_units() -> Rule:
    return units(
        rf"(0|[1-9][0-9]{{0,2}}(?:[{_COMMAS}]?[0-9]{{3}})*)[^0-9{_COMMAS}]+([0-9]{{1,2}})"
        rf"[^0-9{_COMMAS}]*",
        _COMMAS,
        "whole units and hundredths such as 1,234 euro 50 cent",
    )


FIRST = {
    "numcommadot": lambda: separated(_grouped(",", "."), ",", ".", _POINT),
    "numspacedot": lambda: separated(_grouped(_SPACES, "."), _SPACES, ".", "1 234.5"),
    "numdotcomma": lambda: separated(_grouped(".", ","), ".", ",", _COMMA),
    "numspacecomma": lambda: separated(_grouped(_SPACES, ","), _SPACES, ",", "1 234,5"),
    "numcomma": lambda: separated("[0-9]+(?:,[0-9]+)?", "", ",", "a number such as 1234,5"),
    "numdash": lambda: dash("-"),
}
SECOND = {
    "booleanfalse": lambda: fixed("false"),
    "booleantrue": lambda: fixed("true"),
    "nocontent": lambda: fixed(""),
    "zerodash": lambda: dash(_DASHES),
    "numdotdecimal": lambda: separated(
        _grouped("," + _SPACES, ".", optional="?"), "," + _SPACES, ".", _POINT
    ),
    "numcommadecimal": lambda: separated(
        _grouped("." + _SPACES, ",", optional="?"), "." + _SPACES, ",", _COMMA
    ),
    "numunitdecimal": lambda: _full_width(_strict_units()),
}
THIRD = {
    "numdotdecimalin": lambda: _indian_point(is_canonical=False),
    "numunitdecimalin": lambda: units(
        _UNIT_INDIAN, "," + _SPACES, "units such as 12,34,567 rupees 50"
    ),
}
FOURTH = {
    "fixed-empty": lambda: fixed(""),
    "fixed-false": lambda: fixed("false"),
    "fixed-true": lambda: fixed("true"),
    "fixed-zero": lambda: fixed("0"),
    "num-dot-decimal": lambda: relaxed(",", ".", _POINT),
    "num-comma-decimal": lambda: relaxed(".", ",", _COMMA),
    "num-unit-decimal": lambda: _full_width(_relaxed_units("")),
    "numdotdecimalin": lambda: _indian_point(is_canonical=True),
}
FIFTH = {
    "num-dot-decimal-apos": lambda: relaxed("," + _APOSTROPHES, ".", "1'234.5"),
    "num-comma-decimal-apos": lambda: relaxed("." + _APOSTROPHES, ",", "1'234,5"),
    "num-unit-decimal-apos": lambda: _full_width(_relaxed_units(_APOSTROPHES + "\uff07")),
}
