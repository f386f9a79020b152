"""Numbers and how exact they are said to be: decimals, precision, rounding.

Belongs here: inferring decimals from precision and back, and rounding by them, exactly.
Does not: which facts are compared. An accuracy is a whole number or infinite, and NaN where
nothing is said or precision is 0. Source: XBRL 2.1 § 4.6.3 to 4.6.7.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException, Inexact
from typing import Final

INFINITE: Final = Decimal("Infinity")
UNKNOWN: Final = Decimal("NaN")
_DIGITS = 10_000  # more than any honest sum needs; what does not fit is not computed
_PLACES = 2_000
_WEIGHT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def number(text: str | None) -> Decimal | None:
    """The exact value of a numeric fact's text; None where it is no finite number."""
    try:
        value = Decimal((text or "").strip())
    except DecimalException:
        return None
    return value if value.is_finite() else None


def weight_of(text: str | None) -> Decimal | None:
    """A summation's weight, 1 where it says none; None for no sensible decimal number.

    Source: XBRL 2.1 § 5.2.5.2.1.

    >>> weight_of(None), weight_of(" -0.5 "), weight_of("1e3"), weight_of("NaN")
    (Decimal('1'), Decimal('-0.5'), None, None)
    """
    word = "1" if text is None else text.strip()
    is_weight = _WEIGHT.fullmatch(word) and len(word) <= _PLACES
    return Decimal(word) if is_weight else None


def is_computable(value: Decimal, decimals: Decimal = UNKNOWN) -> bool:
    """Whether a finite value, rounded so, can be added up and written out in figures.

    >>> is_computable(Decimal("1.5"), Decimal(0)), is_computable(Decimal("1E99999"))
    (True, False)
    """
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    is_rounded = decimals.is_finite()
    return (
        abs(value.adjusted()) <= _PLACES
        and abs(exponent) <= _PLACES
        and (not is_rounded or abs(decimals) <= _PLACES)
    )


def decimals_of(value: Decimal, decimals: str | None, precision: str | None) -> Decimal:
    """The decimals of a value: as stated, or inferred from its precision.

    Source: XBRL 2.1 § 4.6.6.

    >>> decimals_of(Decimal("123.4"), None, "2")
    Decimal('-1')
    >>> decimals_of(Decimal(0), None, "2")
    Decimal('Infinity')
    """
    if "INF" in {_word(decimals), _word(precision)}:
        return INFINITE
    places, digits = _whole(decimals), _whole(precision)
    if digits is None:
        return UNKNOWN if places is None else Decimal(places)
    if digits == 0:
        return UNKNOWN
    return Decimal(digits - value.adjusted() - 1) if value else INFINITE


def precision_of(value: Decimal, decimals: str | None, precision: str | None) -> Decimal:
    """The precision of a value: as stated, or inferred from its decimals.

    Source: XBRL 2.1 § 4.6.6.

    >>> precision_of(Decimal("123.45"), "1", None)
    Decimal('4')
    """
    if "INF" in {_word(decimals), _word(precision)}:
        return INFINITE
    digits, places = _whole(precision), _whole(decimals)
    if digits is not None:
        return Decimal(digits)
    if places is None:
        return UNKNOWN
    return Decimal(max(0, value.adjusted() + 1 + places)) if value else Decimal(0)


def rounded(value: Decimal, decimals: Decimal) -> Decimal:
    """The value to so many decimals, ties to even; NaN where the decimals are not known.

    Source: XBRL 2.1 § 4.6.7.2.

    >>> rounded(Decimal("-26.5"), Decimal(0))
    Decimal('-26')
    """
    if decimals.is_nan() or not value.is_finite():
        return UNKNOWN
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if decimals.is_infinite() or decimals >= -exponent:
        return value
    places = int(decimals)
    if value.adjusted() < -places - 1:
        return Decimal(0)
    context = Context(prec=len(digits) + 2, rounding=ROUND_HALF_EVEN)
    return value.quantize(Decimal((0, (1,), -places)), context=context)


def exact_sum(terms: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The sum of weight × value to the last digit, NaN with a NaN; None where it has too many."""
    context = Context(prec=_DIGITS, Emax=_DIGITS, Emin=-_DIGITS, traps=[])
    total = Decimal(0)
    for weight, value in terms:
        if value.is_nan():
            return UNKNOWN
        total = context.add(total, context.multiply(weight, value))
    return None if context.flags[Inexact] else total


def _word(text: str | None) -> str:
    return (text or "").strip()


def _whole(text: str | None) -> int | None:
    word = _word(text)
    digits = word[1:] if word[:1] in {"+", "-"} else word
    return int(word) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None
