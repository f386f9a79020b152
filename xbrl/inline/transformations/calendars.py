"""Transformations of dates in other calendars: Japanese eras, Chinese characters, India's.

Belongs here: what those calendars count. Does not: Gregorian dates (`dates`).

Source: Inline XBRL Transformation Registry 2 (2011-07-31), 3 (2015-02-26), 4 (2020-02-12).
"""

import re
from datetime import date, timedelta

from xbrl.inline.transformations.dates import (
    DAY,
    DEVANAGARI,
    FULL_WIDTH,
    pattern,
    written,
)
from xbrl.inline.transformations.rule import Rule

_ERAS = {"明": 1867, "大": 1911, "昭": 1925, "平": 1988, "令": 2018}
"""The year before each era's first."""

_GAP = r"[\s\u00a0]*"
_ERA = f"(?P<era>明治?|大正?|昭和?|平成?|令和?){_GAP}(?P<y>[0-9]{{1,2}}|元){_GAP}年"
_YEAR_CJK = f"(?P<y>[0-9]{{4}}|[0-9]{{1,2}}){_GAP}年"
_MONTH_CJK = f"{_GAP}(?P<m>[0-9]{{1,2}}){_GAP}月"
_DAY_CJK = f"{_GAP}{DAY}{_GAP}日"


def cjk(*, has_day: bool) -> Rule:
    """Year, month and day, each followed by its character."""
    form = _YEAR_CJK + _MONTH_CJK + (_DAY_CJK if has_day else "")
    return pattern(form, "2024年12月31日" if has_day else "2024年12月", digits=FULL_WIDTH)


def japanese_era(*, has_day: bool) -> Rule:
    """A year of a Japanese era, 元 being its first."""
    compiled = re.compile(_ERA + _MONTH_CJK + (_DAY_CJK if has_day else ""))

    def apply(text: str) -> str | None:
        found = compiled.fullmatch(text.translate(FULL_WIDTH))
        if found is None:
            return None
        year = _ERAS[found["era"][0]] + (1 if found["y"] == "元" else int(found["y"]))
        return written(str(year), int(found["m"]), int(found["d"]) if has_day else None)

    return Rule(apply, "令和6年12月31日" if has_day else "令和6年12月")


# The registry tells the months by parts of their many transliterations.
_SAKA = (
    r"C\S*ait|चैत्र",
    "Vai|वैशाख|बैसाख",
    "Jy|ज्येष्ठ",
    "dha|ḍha|आषाढ|आषाढ़",
    "vana|Śrāvaṇa|श्रावण|सावन",
    r"Bh\S+dra|Proṣṭhapada|भाद्रपद|भादो",
    "in|आश्विन",
    r"K\S+rti|कार्तिक",
    r"M\S+rga|Agra|मार्गशीर्ष|अगहन",
    "Pau|पौष",
    r"M\S+gh|माघ",
    r"Ph\S+lg|फाल्गुन",
)
_LONG_MONTHS = 6


def indian() -> Rule:
    """A date of India's national (Saka) calendar."""
    months = "|".join(f"(?P<m{number}>{form})" for number, form in enumerate(_SAKA, 1))
    compiled = re.compile(f"{DAY}[^0-9]+(?:{months})[^0-9]+(?P<y>[0-9]{{2}}|[0-9]{{4}})")

    def apply(text: str) -> str | None:
        found = compiled.fullmatch(text.translate(DEVANAGARI))
        if found is None:
            return None
        month = next(number for number in range(1, 13) if found[f"m{number}"])
        day = int(found["d"])
        return saka_to_gregorian(_saka_year(found["y"], month, day), month, day)

    return Rule(apply, "day, month and year of the Indian national calendar")


def _saka_year(year: str, month: int, day: int) -> int:
    """Two digits up to 21 Pausha 11 are of the 20th Saka century, later ones of the 19th."""
    if len(year) == 4:
        return int(year)
    is_earlier = year > "21" or (year == "21" and month >= 10 and day >= 11)
    return int(("19" if is_earlier else "20") + year)


def saka_to_gregorian(year: int, month: int, day: int) -> str | None:
    """The day as a Gregorian date; None if that month has no such day.

    Chaitra begins on 22 March, or 21 March and is a day longer when that year is a leap year.

    >>> saka_to_gregorian(1942, 1, 31), saka_to_gregorian(1941, 1, 31)
    ('2020-04-20', None)
    """
    first_year = year + 78
    is_leap = first_year % 4 == 0 and (first_year % 100 != 0 or first_year % 400 == 0)
    lengths = [30 + is_leap] + [31] * (_LONG_MONTHS - 1) + [30] * _LONG_MONTHS
    if not 1 <= day <= lengths[month - 1]:
        return None
    try:
        first = date(first_year, 3, 21 if is_leap else 22)
        return (first + timedelta(sum(lengths[: month - 1]) + day - 1)).isoformat()
    except (ValueError, OverflowError):
        return None
