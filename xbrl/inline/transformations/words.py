"""Numbers and durations in English words, as the SEC's transformations read them.

Belongs here: the grammar of number words. Does not: names and boxes (`securities`).

Source: SEC inline XBRL transformation registry 2015-08-31, numwordsen and durwordsen.
"""

import re

_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_LARGE = "quintillion quadrillion trillion billion million"
_DASH = "[\u058a\u05be\u2010-\u2015\ufe58\ufe63\uff0d-]"
_ONES = " ".join(_SMALL.split()[:9])

_VALUES = {word: number for number, word in enumerate(_SMALL.split(), 1)}
_VALUES |= {word: number * 10 for number, word in enumerate(_TENS.split(), 2)}
_SCALES = {"thousand": 10**3} | {
    word: 10 ** (3 * power) for power, word in zip(range(6, 1, -1), _LARGE.split(), strict=True)
}


def _initial(words: str) -> str:
    """The words, each with a small or a capital first letter; longest first."""
    longest = sorted(words.split(), key=len, reverse=True)
    return "|".join(f"[{word[0].upper()}{word[0]}]{word[1:]}" for word in longest)


def _under_thousand(joint: str) -> str:
    tens = f"(?:{_initial(_TENS)})(?:(?:{_DASH}|\\s+)(?:{_initial(_ONES)}))?"
    under_hundred = f"(?:{tens}|{_initial(_SMALL)})"
    hundreds = f"(?:{_initial(_SMALL)}){joint}[Hh]undred(?:{joint}(?:and\\s+)?{under_hundred})?"
    return f"(?:{hundreds}|{under_hundred})"


_HUNDREDS = _under_thousand(r"\s+")
_BREAK = r"(?:\s*,\s*|\s+|$)"
_NUMBER = (
    "".join(f"(?:{_HUNDREDS}\\s+{_initial(word)}{_BREAK})?" for word in _LARGE.split())
    + f"(?:{_HUNDREDS}\\s+[Tt]housand(?:(?:\\s*,\\s*|\\s+)(?:and\\s+)?{_HUNDREDS})?|{_HUNDREDS})?"
)
NUMBER = re.compile(_NUMBER)
_NONE = re.compile("[Zz]ero|[Nn]o(?:ne)?|[Nn]il")

_JOINT = f"(?:{_DASH}|\\s+)"
_COUNT = f"({_under_thousand(_JOINT)}|[Zz]ero|[Nn]o|[0-9]{{1,4}})"
_NEXT = f"(?:,?{_JOINT}(?:and\\s+)?|$)"
DURATION = re.compile(
    f"(?:{_COUNT}{_JOINT}[Yy]ears?{_NEXT})?(?:{_COUNT}{_JOINT}[Mm]onths?{_NEXT})?"
    f"(?:{_COUNT}{_JOINT}[Dd]ays?)?"
)


def number(text: str) -> str | None:
    """A whole number in words.

    >>> number("Twenty-five million, three hundred thousand and one"), number("no"), number("25")
    ('25300001', '0', None)
    """
    if _NONE.fullmatch(text):
        return "0"
    return str(_value(text)) if text and NUMBER.fullmatch(text) else None


def _value(text: str) -> int:
    """The number that words of the right form say."""
    total = group = 0
    for word in re.split(rf"{_DASH}|[\s,]+", text.lower()):
        if word in _VALUES:
            group += _VALUES[word]
        elif word == "hundred":
            group *= 100
        elif word in _SCALES:
            total, group = total + group * _SCALES[word], 0
    return total + group


def duration(text: str) -> str | None:
    """Years, months and days in words or figures, as an xs:duration.

    >>> duration("Two years, six months"), duration("18 months"), duration("no days"), duration("")
    ('P2Y6M', 'P18M', 'P0D', None)
    """
    found = DURATION.fullmatch(text) if text else None
    if found is None:
        return None
    parts = "".join(
        f"{count}{letter}"
        for count, letter in zip(map(_count, found.groups()), "YMD", strict=True)
        if count
    )
    return f"P{parts or '0D'}"


def _count(part: str | None) -> str | None:
    """A part's count as figures; None where it is missing or zero in words."""
    if part is None or part.lower() in {"zero", "no"}:
        return None
    return part if part.isdecimal() else str(_value(part))
