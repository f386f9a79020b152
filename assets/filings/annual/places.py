"""Where each text of an annual report stands on the page, and the words around it.

`places.csv`: a field's place and form, its heading (`truth`: the sentence that says it is
so), and for what no reader sees the reason why. `words.csv`: the page's own words.

Belongs here: reading both. Does not: what a text must say (`assets.reports.annual`).
"""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Place(NamedTuple):
    """A field's place. `form`: text, name, date, lead, heading, opinion, paragraphs, truth."""

    place: str
    form: str
    field: str
    words_da: str
    words_en: str
    reason: str

    def words(self, language: str) -> str:
        """The heading, label or sentence; empty where the text stands alone."""
        return self.words_en if language == "en" else self.words_da


@cache
def places() -> dict[str, Place]:
    """Every field there is a place for, in the order of the page."""
    return {row["field"]: Place(**row) for row in _table("places.csv")}


@cache
def at(place: str) -> tuple[Place, ...]:
    """The fields of one place, in order."""
    return tuple(one for one in places().values() if one.place == place)


def word(key: str, language: str) -> str:
    """One of the page's own words.

    >>> word("income", "da")
    'Resultatopgørelse'
    """
    return _words()[key][language]


@cache
def _words() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in _table("words.csv")}


def _table(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
