"""The SEC's transformations: durations, quarter ends, words, check boxes and names.

Belongs here: the rules of the SEC's registry. Does not: the grammar of words
(`words`), or the names themselves (`places.csv`).

Source: SEC inline XBRL transformation registry 2015-08-31 (EDGAR filer manual, volume II).
"""

import csv
import re
from calendar import monthrange
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from functools import cache
from pathlib import Path

from xbrl.inline.transformations import words
from xbrl.inline.transformations.numbers import fixed
from xbrl.inline.transformations.rule import Rule

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_LONGEST = 64
_EXACT = Context(prec=2 * _LONGEST)
_DAYS_IN_MONTH = Decimal("30.4375")
_QUARTERS = "1|[Ff]irst|2|[Ss]econd|3|[Tt]hird|4|[Ff]ourth|[Ll]ast"
_QUARTER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_QUARTER_END = re.compile(
    rf"(?:(?![0-9]{{2}})\w[^0-9]*)?(?P<q1>{_QUARTERS})[^0-9]*(?P<y1>[0-9]{{4}})"
    rf"|(?P<y2>[0-9]{{4}})[^0-9]*(?P<q2>{_QUARTERS})(?:(?![0-9]).*\w+)?"
)
_BOXES = {"\u2610": False, "\u2611": True, "\u2612": True}
_WORDS = re.compile("[a-z]+(?: [a-z]+)*")
_PLACES = Path(__file__).with_name("places.csv")


def _years(number: Decimal) -> list[tuple[int, str]]:
    months = number % 1 * 12
    return [(int(number), "Y"), (int(months), "M"), (int(months % 1 * _DAYS_IN_MONTH), "D")]


def _months(number: Decimal) -> list[tuple[int, str]]:
    return [(int(number), "M"), (int(number % 1 * _DAYS_IN_MONTH), "D")]


def _weeks(number: Decimal) -> list[tuple[int, str]]:
    return [(int(number * 7), "D")]


def _days(number: Decimal) -> list[tuple[int, str]]:
    return [(int(number), "D"), (int(number % 1 * 24), "H")]


def _hours(number: Decimal) -> list[tuple[int, str]]:
    return [(int(number), "H")]


def length(unit: str) -> Rule:
    """A number of years, months, weeks, days or hours, as an xs:duration.

    The rest spills over into smaller parts; a zero part is left out unless it is the first
    and stands for zero, or the first and others follow it.
    """
    split = _LENGTHS[unit]

    def apply(text: str) -> str | None:
        if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
            return None
        with localcontext(_EXACT):
            number = Decimal(text)
            parts = split(abs(number))
        kept = [parts[0], *(part for part in parts[1:] if part[0])]
        sign = "-" if number < 0 and any(count for count, _ in parts) else ""
        return f"{sign}P" + "".join(
            f"{'T' if letter == 'H' else ''}{count}{letter}" for count, letter in kept
        )

    return Rule(apply, f"a number of {unit} in at most {_LONGEST} characters")


_LENGTHS: dict[str, Callable[[Decimal], list[tuple[int, str]]]] = {
    "years": _years,
    "months": _months,
    "weeks": _weeks,
    "days": _days,
    "hours": _hours,
}


def quarter_end() -> Rule:
    """The last day of a calendar quarter: `third quarter of 2024`, `2024 Q3`."""

    def apply(text: str) -> str | None:
        found = _QUARTER_END.fullmatch(text)
        if found is None:
            return None
        quarter = (found["q1"] or found["q2"]).lower()
        year = int(found["y1"] or found["y2"])
        month = 3 * (_QUARTER.get(quarter) or int(quarter))
        return f"{year:04}-{month:02}-{monthrange(year, month)[1]}" if year else None

    return Rule(apply, "a calendar quarter such as third quarter of 2024")


def box(unticked: str, ticked: str) -> Rule:
    """An empty, ticked or crossed box."""
    values = {character: ticked if is_on else unticked for character, is_on in _BOXES.items()}
    return Rule(values.get, "a box: \u2610, \u2611 or \u2612")


def name_list(kinds: str, column: str, expected: str) -> Rule:
    """A name, and the code that stands for it in `places.csv`.

    There a small letter that begins a word stands for itself and its capital. Most names are
    words and nothing else, and looked up; a pattern is made of the others, when first asked for.
    """
    names: dict[str, str] = {}
    forms: list[tuple[str, str]] = []
    for row in _places():
        name, code = row["name"], row[column]
        if row["kind"] in kinds and code:
            if _WORDS.fullmatch(name):
                names.setdefault(name, code)
            else:
                forms.append((_name_form(name), code))

    def apply(text: str) -> str | None:
        if code := names.get(_small(text)):
            return code
        return next((code for form, code in forms if re.fullmatch(form, text)), None)

    return Rule(apply, expected)


@cache
def _places() -> list[dict[str, str]]:
    with _PLACES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _small(text: str) -> str:
    """A text with single spaces, and small letters where its words begin.

    >>> _small("New  York"), _small("NEW York")
    ('new york', 'nEW york')
    """
    if text != text.strip():
        return text
    words = text.split()
    return " ".join(w[0].lower() + w[1:] if w[0].isascii() else w for w in words)


def _name_form(name: str) -> str:
    r"""The pattern of one name.

    >>> _name_form("the hague|UN")
    '[tT]he\\s+[hH]ague|UN'
    """
    spaced = re.sub(r"(?<![\w.\[\]])([a-z])", lambda found: f"[{found[1]}{found[1].upper()}]", name)
    return spaced.replace(" ", r"\s+")


RULES: dict[str, Callable[[], Rule]] = {
    "duryear": lambda: length("years"),
    "durmonth": lambda: length("months"),
    "durweek": lambda: length("weeks"),
    "durday": lambda: length("days"),
    "durhour": lambda: length("hours"),
    "datequarterend": quarter_end,
    "numinf": lambda: fixed("INF"),
    "numneginf": lambda: fixed("-INF"),
    "numnan": lambda: fixed("NaN"),
    "numwordsen": lambda: Rule(words.number, "a whole number in English words"),
    "durwordsen": lambda: Rule(words.duration, "years, months and days in English words"),
    "boolballotbox": lambda: box("false", "true"),
    "yesnoballotbox": lambda: box("No", "Yes"),
    "countrynameen": lambda: name_list("C", "iso", "a country's name"),
    "stateprovnameen": lambda: name_list("S", "iso", "a state's or province's name"),
    "edgarprovcountryen": lambda: name_list("PC", "edgar", "a country's or province's name"),
    "exchnameen": lambda: name_list("X", "iso", "an exchange's name"),
    "entityfilercategoryen": lambda: name_list("F", "iso", "a filer category"),
}
