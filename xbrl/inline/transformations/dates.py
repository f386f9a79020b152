"""Transformations of dates: days, months and years in figures or with month names.

Belongs here: putting together the parts a pattern finds, and refusing days that do not
exist. Does not: other calendars (`calendars`), the names themselves (`months`).

Source: Inline XBRL Transformation Registry 1 (2010-04-20) to 5 (2022-02-16).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from xbrl.inline.transformations.months import ANY, HINDI, LANGUAGES, choices, numbers
from xbrl.inline.transformations.rule import Rule

DAY = "(?P<d>[0-9]{1,2})"
_MONTH = "(?P<m>[0-9]{1,2})"
_YEAR = "(?P<y>[0-9]{4}|[0-9]{1,2})"
_LONG_YEAR = "(?P<y>[0-9]{2}|[0-9]{4})"
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_NO_NAMES: Mapping[str, int] = {}
FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
DEVANAGARI = {0x966 + digit: str(digit) for digit in range(10)}


def four_digits(year: str) -> str:
    """A year of one or two digits stands in this century.

    >>> four_digits("5"), four_digits("99"), four_digits("1999")
    ('2005', '2099', '1999')
    """
    return f"20{year:0>2}" if len(year) < 3 else year


def written(year: str | None, month: int, day: int | None) -> str | None:
    """The parts as an XML Schema date, year and month, or month and day; None if there is no such.

    >>> written("2024", 2, 29), written(None, 2, 29), written("2023", 2, 29)
    ('2024-02-29', '--02-29', None)
    """
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= _DAYS[month - 1]):
        return None
    if year is None:
        return f"--{month:02}-{day:02}"
    if day is None:
        return f"{year}-{month:02}"
    try:
        date(int(year), month, day)
    except ValueError:
        return None
    return f"{year}-{month:02}-{day:02}"


def pattern(
    form: str,
    expected: str,
    names: Mapping[str, int] = _NO_NAMES,
    digits: dict[int, str] | None = None,
) -> Rule:
    """A rule for dates of the form `form`, whose groups `d`, `m` and `y` are the parts.

    `names` are the months' numbers where they stand as words, `digits` other figures and
    what they are in ours.
    """
    compiled = re.compile(form)
    has_day, has_year = "d" in compiled.groupindex, "y" in compiled.groupindex

    def apply(text: str) -> str | None:
        found = compiled.fullmatch(text.translate(digits) if digits else text)
        if found is None:
            return None
        month = names.get(found["m"].lower()) or (int(found["m"]) if found["m"].isdecimal() else 0)
        year = four_digits(_figures_of(found["y"])) if has_year else None
        return written(year, month, int(found["d"]) if has_day else None)

    return Rule(apply, expected)


def _figures_of(number: str) -> str:
    """The number in our figures, whatever digits it was written in."""
    return f"{int(number):0{len(number)}}"


def figures(shape: str, digits: dict[int, str] | None = None) -> Callable[[], Rule]:
    """Dates in figures; `shape` is the order of the parts, such as `dmy`."""
    form, expected = _FIGURES[shape]
    return lambda: pattern(form, expected, digits=digits)


_FIGURES = {
    "dm": (DAY + ANY + _MONTH, "day and month such as 31.12"),
    "md": (_MONTH + ANY + DAY + "[A-Za-z]*", "month and day such as 12/31"),
    "dmy": (DAY + ANY + _MONTH + ANY + _YEAR, "day, month and year such as 31.12.2024"),
    "mdy": (_MONTH + ANY + DAY + ANY + _YEAR, "month, day and year such as 12/31/2024"),
    "my": (_MONTH + ANY + _YEAR, "month and year such as 12.2024"),
    "ym": (_YEAR + ANY + _MONTH + "[^0-9]*", "year and month such as 2024-12"),
    "ymd": (
        _YEAR + ANY + _MONTH + ANY + DAY + "[^0-9]*",
        "year, month and day such as 2024-12-31",
    ),
}


def marked(mark: str, order: str, *, has_year: bool = True) -> Callable[[], Rule]:
    """Registry 1: figures divided by one exact mark."""
    parts = {"d": DAY, "m": _MONTH}
    form = re.escape(mark).join([parts[order[0]], parts[order[1]]])
    if has_year:
        form += re.escape(mark) + _YEAR
    words = {"d": "day", "m": "month"}
    expected = f"{words[order[0]]}{mark}{words[order[1]]}" + (f"{mark}year" if has_year else "")
    return lambda: pattern(form, expected)


def spaced(shape: str, language: str) -> Callable[[], Rule]:
    """Registry 1: English month names with single spaces, and a comma in American dates."""
    is_ordinal = (shape, language) == ("md", "en-short")
    form = _SPACED["md-short" if is_ordinal else shape]

    def make() -> Rule:
        months = LANGUAGES[language].months
        names = "|".join(name.capitalize() for name in numbers(months))
        expected = f"{_EXPECTED[shape]} (en)"
        return pattern(form.replace("MONTH", f"(?P<m>{names})"), expected, numbers(months))

    return make


_SPACED = {
    "dmy": f"{DAY} MONTH {_LONG_YEAR}",
    "mdy": f"MONTH {DAY}, {_LONG_YEAR}",
    "dm": rf"{DAY}\s+MONTH",
    "md": f"MONTH {DAY}",
    "md-short": rf"MONTH\s+{DAY}[A-Za-z]{{0,2}}",
    "my": rf"MONTH\s+{_LONG_YEAR}",
    "ym": rf"{_LONG_YEAR}\s+MONTH",
}
_EXPECTED = {
    "dm": "day and month name",
    "md": "month name and day",
    "dmy": "day, month name and year",
    "mdy": "month name, day and year",
    "my": "month name and year",
    "ym": "year and month name",
    "ymd": "year, month name and day",
    "ydm": "year, day and month name",
}


def named(shape: str, code: str) -> Callable[[], Rule]:
    """Dates with a month's name in the language `code`; `shape` is the order of the parts."""

    def make() -> Rule:
        language = LANGUAGES[code]
        months = language.months
        names = numbers(months)
        if shape == "my" and language.more:
            names |= numbers(language.more)
            months = f"{months} {language.more}"
        month = f"(?P<m>{choices(language, months)})"
        return pattern(_named_form(shape, code, month), f"{_EXPECTED[shape]} ({code})", names)

    return make


_YEAR_MONTH_TAILS = {"en": "", "lt": "[^0-9]*"}


def _named_form(shape: str, code: str, month: str) -> str:
    language = LANGUAGES[code]
    ordinal = "[A-Za-z]{0,2}" if code == "en" else "[^0-9]*" if code == "lt" else ""
    return {
        "dm": DAY + language.before + month + language.tail,
        "md": month + ANY + DAY + ordinal,
        "dmy": DAY + language.before + month + language.after + _YEAR + language.end,
        "mdy": month + ANY + DAY + ANY + _YEAR,
        "my": month + language.after + _YEAR + language.end,
        "ym": _YEAR + language.before + month + _YEAR_MONTH_TAILS.get(code, "[^0-9]{0,7}"),
        "ymd": _YEAR + language.before + month + ANY + DAY + (ordinal and "[^0-9]*"),
        "ydm": _YEAR + ANY + DAY + ANY + month + "[^0-9]*",
    }[shape]


def hindi(shape: str, *, month_in_figures: bool = False) -> Callable[[], Rule]:
    """Gregorian dates with Hindi month names, in our figures or Devanagari's."""

    def make() -> Rule:
        names = numbers(HINDI)
        month = "|".join(names) + ("|[०-९]{1,2}" if month_in_figures else "")
        form = f"(?P<m>{month})[^0-9०-९]+(?P<y>[0-9]{{2}}|[0-9]{{4}}|[०-९]{{2}}|[०-९]{{4}})"
        if shape == "dmy":
            form = "(?P<d>[0-9]{1,2}|[०-९]{1,2})[^0-9०-९]+" + form
        return pattern(form, f"{_EXPECTED[shape]} (hi)", names)

    return make
