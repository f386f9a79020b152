"""How values look on a page, and the transformation that reads them back.

Belongs here: numbers in groups of three, dates with the month's name, in a language.
Does not: the fact's sign (`inline`), words beside a value.

Source: Inline XBRL Transformation Registry 4 (2020-02-12).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

REGISTRY = "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12"
PREFIX = "ixt"

_MONTHS = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "en": "January February March April May June July August September October November December",
}


@dataclass(frozen=True, slots=True)
class NumberForm:
    """Separators of a number as shown, and the format that reads them."""

    group: str
    decimal: str
    format: str

    def show(self, value: str, scale: int = 0) -> str:
        """The size of a number as shown, without its sign, in units of ten to the power of
        `scale`; no digit is lost.

        >>> COMMA.show("-1234567.50"), DOT.show("1234000", 3)
        ('1.234.567,50', '1,234')
        """
        number = abs(Decimal(value)).scaleb(-scale)
        whole, _, part = f"{number:f}".partition(".")
        grouped = f"{int(whole):,}".replace(",", self.group)
        if scale:
            part = part.rstrip("0")
        return f"{grouped}{self.decimal}{part}" if part else grouped


COMMA = NumberForm(".", ",", f"{PREFIX}:num-comma-decimal")
DOT = NumberForm(",", ".", f"{PREFIX}:num-dot-decimal")
NUMBERS = {"da": COMMA, "en": DOT}
"""By language."""


def day(value: date, language: str) -> str:
    """A date in words.

    >>> day(date(2025, 12, 31), "da"), day(date(2025, 12, 31), "en")
    ('31. december 2025', '31 December 2025')
    """
    month = _MONTHS[language].split()[value.month - 1]
    return f"{value.day}{'.' if language == 'da' else ''} {month} {value.year}"


def day_format(language: str) -> str:
    """The format that reads `day`."""
    return f"{PREFIX}:date-day-monthname-year-{language}"
