"""The words of the pages in Danish and English, and how numbers and days are written in each.

Every text stands in `words.csv`, one row a text; {name} in it is filled in. A test compares
the keys the pages use with those that are there.

Belongs here: language. Does not: which words stand on which page (the templates).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

LANGUAGES = ("da", "en")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUS = "−"


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Every text by language and key."""
    lines = files("assets.desk").joinpath("words.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines, delimiter=";"))
    return {language: {row["key"]: row[language] for row in rows} for language in LANGUAGES}


def language_of(asked: str | None, kept: str | None, accepted: str | None) -> str:
    """The language of a page: the one asked for, else the one kept, else the browser's.

    `accepted` is the Accept-Language header (RFC 9110 § 12.5.4). Danish where none is ours.

    >>> language_of(None, None, "en-GB;q=0.8, da;q=0.9")
    'da'
    >>> language_of("en", "da", None)
    'en'
    """
    for given in (asked, kept):
        if given in LANGUAGES:
            return str(given)
    ranked = []
    for place, part in enumerate((accepted or "").split(",")):
        name, _, rest = part.strip().partition(";")
        weight = rest.strip().removeprefix("q=") or "1"
        if weight.replace(".", "", 1).isdigit() and float(weight) > 0:
            ranked.append((-float(weight), place, name.split("-")[0].lower()))
    return next((name for _, _, name in sorted(ranked) if name in LANGUAGES), LANGUAGES[0])


@dataclass(frozen=True, slots=True)
class Words:
    """How everything is written in one language."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`. Raises KeyError for one that is not in the table."""
        text = texts()[self.language][key]
        return text.format(**values) if values else text

    def of(self, kind: str, value: object) -> str:
        """The word for a value of `kind`, as `state.late`; the value itself where none is."""
        return texts()[self.language].get(f"{kind}.{value}", str(value))

    def number(self, value: object, decimals: int | None = None) -> str:
        """A number with thousands apart; trailing zeros of exact ones are left out.

        >>> Words("da").number(Decimal("-1234567.50")), Words("en").number(Decimal("3.2500000000"))
        ('−1.234.567,50', '3.25')
        """
        if value is None:
            return "–"
        exact = Decimal(str(value))
        if decimals is None:
            places = -int(exact.normalize().as_tuple().exponent)
            decimals = 0 if places <= 0 else max(places, 2)
        text = f"{exact:,.{decimals}f}".replace("-", MINUS)
        return text.translate(_DANISH) if self.language == "da" else text

    def day(self, value: date | None) -> str:
        """A day: 31.12.2025 or 31 Dec 2025.

        >>> Words("da").day(date(2025, 12, 31)), Words("en").day(date(2025, 12, 31))
        ('31.12.2025', '31 Dec 2025')
        """
        if value is None:
            return "–"
        if self.language == "da":
            return f"{value:%d.%m.%Y}"
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"

    def moment(self, value: datetime | None) -> str:
        """A moment, UTC, to the minute."""
        return "–" if value is None else f"{self.day(value.date())} {value:%H:%M} UTC"

    def period(self, start: date | None, end: date | None) -> str:
        """A stretch of days, short where it is a whole year, quarter, half or month.

        >>> Words("en").period(date(2025, 1, 1), date(2025, 3, 31))
        '2025 Q1'
        """
        if start is None or end is None:
            return "–"
        after = date.fromordinal(end.toordinal() + 1)
        months = (after.year - start.year) * 12 + after.month - start.month
        if start.day == 1 and after.day == 1 and (start.month - 1) % max(months, 1) == 0:
            shown = {
                12: f"{start.year}",
                6: self("period.half", year=start.year, number=start.month // 6 + 1),
                3: self("period.quarter", year=start.year, number=start.month // 3 + 1),
                1: f"{start.year}-{start.month:02d}",
            }
            if months in shown:
                return shown[months]
        return f"{self.day(start)} – {self.day(end)}"

    def short_period(self, start: date, end: date) -> str:
        """The same in few signs, for under a bar.

        >>> Words("en").short_period(date(2025, 1, 1), date(2025, 3, 31))
        'Q1 ’25'
        """
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        year = f"{end:%y}"
        if months == 3:
            return self("period.short_quarter", year=year, number=start.month // 3 + 1)
        if months == 6:
            return self("period.short_half", year=year, number=start.month // 6 + 1)
        return f"{end:%m} ’{year}"


_DANISH = str.maketrans(",.", ".,")
