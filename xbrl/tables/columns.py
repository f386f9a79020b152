"""Arrow columns from Python lists, at the cost the content asks for.

Belongs here: how a list becomes a column of the tables' types. Does not: which list.
"""

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal, DecimalException, localcontext
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from xbrl.names import split
from xbrl.tables.schema import NUMERIC

TEXT = pa.dictionary(pa.int32(), pa.string())
_CODE = pa.int32()
_ZEROS = pa.py_buffer(bytes(1 << 17))
_WHOLE = 28
_LONGEST = 64
_EXACT = Context(prec=200)
_PLACES = Decimal(1).scaleb(-10)


def text(values: Sequence[str | None] | pa.Array) -> pa.DictionaryArray:
    """A dictionary-encoded text column of a list, or of a column that need not be one yet."""
    if isinstance(values, pa.Array):
        return values if isinstance(values, pa.DictionaryArray) else values.dictionary_encode()
    first = values[0] if values else None
    if values.count(first) == len(values):
        return pa.nulls(len(values), TEXT) if first is None else same(first, len(values))
    return pa.array(values, TEXT)


def plain(values: Sequence[str | None] | pa.StringArray) -> pa.StringArray:
    """A text column whose values seldom repeat, of a list or as it stands."""
    if isinstance(values, pa.Array):
        return values
    if values.count(None) == len(values):
        return pa.nulls(len(values), pa.string())
    return pa.array(values, pa.string())


def names(clark: Sequence[str | None]) -> tuple[pa.Array, pa.Array]:
    """The namespace and local name columns of Clark names."""
    return split_names(text(clark))


def split_names(clark: pa.DictionaryArray) -> tuple[pa.Array, pa.Array]:
    """Namespace and local name, taken apart once for each name."""
    if clark.null_count == len(clark):
        return clark, clark
    namespaces, locals_ = zip(*map(split, clark.dictionary.to_pylist()), strict=True)
    return text(namespaces).take(clark.indices), text(locals_).take(clark.indices)


def same(value: str, count: int) -> pa.DictionaryArray:
    """One text in every row."""
    zeros = _ZEROS if count * 4 <= _ZEROS.size else pa.py_buffer(bytes(count * 4))
    codes = pa.Array.from_buffers(_CODE, count, [None, zeros], null_count=0)
    return pa.DictionaryArray.from_arrays(codes, _single(value), safe=False)


@lru_cache(maxsize=1024)
def _single(value: str) -> pa.StringArray:
    return pa.array([value], pa.string())


def integers(values: Iterable[int | None] | pa.Int32Array) -> pa.Int32Array:
    """A column of 32-bit integers, of a list or as it stands."""
    return values if isinstance(values, pa.Array) else pa.array(values, pa.int32())


def booleans(values: Sequence[bool] | pa.BooleanArray) -> pa.BooleanArray:
    """A column of yes and no, of a list or as it stands."""
    return values if isinstance(values, pa.Array) else pa.array(values, pa.bool_())


def numeric(values: pa.StringArray) -> pa.Decimal128Array:
    """The exact numbers that texts are; null for those that are none, or do not fit.

    Arrow reads plain decimals. It is never shown an exponent or an endless text: a large
    exponent ends the process (pyarrow 26).

    >>> numeric(pa.array(["1000.50", "1.5E3", "INF", None, "1e-11"])).to_pylist()
    [Decimal('1000.5000000000'), Decimal('1500.0000000000'), None, None, None]
    """
    trimmed = pc.ascii_trim_whitespace(values)
    is_odd = pc.or_(
        pc.match_substring(trimmed, "e", ignore_case=True),
        pc.greater(pc.binary_length(trimmed), _LONGEST),
    )
    if not pc.any(is_odd).as_py():
        try:
            return pc.cast(trimmed, NUMERIC)
        except pa.ArrowInvalid:
            pass
    with localcontext(_EXACT):
        return pa.array([_fitting(value) for value in trimmed.to_pylist()], NUMERIC)


def _fitting(written: str | None) -> Decimal | None:
    """A number, also with an exponent or as a fraction, when the column can hold it exactly."""
    number = decimal_of(written)
    if number is None or number.adjusted() >= _WHOLE:
        return None
    if number.adjusted() < -10:
        return None if number else Decimal(0)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    if exponent >= -10:
        return number
    rounded = number.quantize(_PLACES)
    return rounded if rounded == number else None


def decimal_of(written: str | None) -> Decimal | None:
    """The finite number that a lexical value is; of a fraction, when its decimals end."""
    if written is None or "_" in written or not written.isascii():
        return None
    above, bar, below = written.partition("/")
    try:
        number = Decimal(above.strip())
        if bar:
            divisor = Decimal(below.strip())
            quotient = number / divisor
            number = quotient if quotient * divisor == number else Decimal("NaN")
    except DecimalException:
        return None
    return number if number.is_finite() else None
