"""Danish days, periods and kroner, as a letter writes them.

Belongs here: the words of numbers. Does not: the letters (`wording`).
"""

from datetime import date
from decimal import Decimal

_MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september",
    "oktober", "november", "december",
)  # fmt: skip
_DAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")


def day(value: date) -> str:
    """A day.

    >>> day(date(2026, 12, 1))
    '1. december 2026'
    """
    return f"{value.day}. {_MONTHS[value.month - 1]} {value.year}"


def weekday(value: date) -> str:
    """A day with its name.

    >>> weekday(date(2026, 12, 1))
    'tirsdag den 1. december 2026'
    """
    return f"{_DAYS[value.weekday()]} den {day(value)}"


def period(start: date, end: date) -> str:
    """A stretch of time, its first year said once.

    >>> period(date(2026, 7, 1), date(2026, 9, 30))
    '1. juli – 30. september 2026'
    """
    first = day(start) if start.year != end.year else day(start).rsplit(" ", 1)[0]
    return f"{first} – {day(end)}"


def kroner(amount: Decimal | int) -> str:
    """An amount, øre only where there are any.

    >>> kroner(Decimal("12345.00")), kroner(-800), kroner(Decimal("0.5"))
    ('12.345 kr.', '-800 kr.', '0,50 kr.')
    """
    exact = Decimal(amount)
    text = f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact:,.2f}"
    return text.translate(str.maketrans(",.", ".,")) + " kr."
