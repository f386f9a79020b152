"""One text of an annual report as a row, and our wording filled in.

Belongs here: what every text has. Does not: which texts there are (`texts`, `signed_texts`).
"""

from dataclasses import dataclass
from datetime import date

from assets.reports.annual import catalogue
from assets.reports.annual.catalogue import Text
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.year import Year


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row of `annual_text`, without company and year."""

    subject: str
    field: str
    field_no: int
    text: str
    origin: str
    source: str | None


def row(field: str, text: str, origin: str, source: str | None, subject: str = "") -> TextRow:
    """The row of a text in `texts.csv`."""
    return TextRow(subject, field, catalogue.text(field).order, text, origin, source)


def default(year: Year, field: str, wording: str) -> TextRow:
    """Our wording in `field`."""
    return row(field, worded(year, wording), "default", None)


def worded(year: Year, text_id: str) -> str:
    """Our wording in the report's language, with names and days filled in."""
    text = catalogue.wording(text_id, year.language)
    words = {
        "name": year.company.name,
        "start": day(year.start, year.language),
        "end": day(year.end, year.language),
    }
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    return text


_MONTHS = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def day(value: date, language: str) -> str:
    """A day as a sentence has it.

    >>> day(date(2026, 12, 31), "da"), day(date(2026, 12, 31), "en")
    ('31. december 2026', '31 December 2026')
    """
    month = _MONTHS[language].split()[value.month - 1]
    return f"{value.day}{'.' if language == 'da' else ''} {month} {value.year}"


def stated(file: InputFile, one: Text, text: str) -> TextRow:
    """What a person answered, in the element of the question."""
    return TextRow(one.subject, one.field, one.order, text, "stated", file.source(one.key))


def enumerated(year: Year, choice: str) -> str:
    """The taxonomy's value for a choice, in the report's language."""
    return catalogue.enumerated(choice, year.language)
