"""The bookkeeping systems a company states: named, dated, covering the year.

Belongs here: årsregnskabsloven § 138 a and the rules FR107-109 and FR115. Does not:
the shape of the tables (`input_file`).
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from assets.reports.annual.input_file import InputFile
from assets.reports.annual.year import Year
from quality.finding import Severity

_DAY = timedelta(days=1)


def check(year: Year, file: InputFile) -> None:
    """Add findings about the bookkeeping systems stated to `file`."""
    rows = file.tables.get("bookkeeping_system", [])
    if not rows:
        file.tell(
            "[[bookkeeping_system]]",
            "The bookkeeping system used is not answered (ÅRL § 138 a).",
            "Write one [[bookkeeping_system]] for each system used in the year.",
        )
    for number, row in enumerate(rows, start=1):
        _system(file, f"[[bookkeeping_system]] {number}", row)
    _periods(year, file, [row for row in rows if "from" in row and "to" in row])


def _system(file: InputFile, place: str, row: Mapping[str, Any]) -> None:
    needed = ["kind", "backup"]
    if row.get("registered"):
        needed = ["registration_number", "provider"]
        if "provider_foreign_number" not in row:
            needed.append("provider_cvr")
    elif row.get("backup"):
        needed.append("backup_name")
        needed += [] if "backup_foreign_number" in row else ["backup_cvr"]
        needed += ["backup_country"] if "backup_foreign_number" in row else []
    for key in needed if "registered" in row else ():
        if key not in row and not file.is_wrong(f"{place} {key}"):
            file.tell(f"{place} {key}", "This is not answered (ÅRL § 138 a; FR107).", _SYSTEM[key])


_SYSTEM = {
    "registration_number": 'Write its number in the authority\'s register, as in "fob123456".',
    "provider": "Write the name of the system's provider.",
    "provider_cvr": "Write the provider's CVR number, or provider_foreign_number.",
    "kind": "Write the kind of system; the comment in the file lists them.",
    "backup": "Write true when a complete backup is kept with a third party, else false.",
    "backup_name": "Write the name of the third party that keeps the backup.",
    "backup_cvr": "Write its CVR number, or backup_foreign_number and backup_country.",
    "backup_country": "Write the country of the third party, as in DE.",
}


def _periods(year: Year, file: InputFile, rows: Iterable[Mapping[str, Any]]) -> None:
    """FR108, FR109, FR115, and that the whole year is covered."""
    spans = sorted((row["from"], row["to"]) for row in rows)
    key = "[[bookkeeping_system]]"
    for first, last in spans:
        if last < first:
            file.tell(key, f"The use ends {last}, before it begins {first} (FR115).", "Correct it.")
        elif first < year.start or last > year.end:
            file.tell(
                key,
                f"The use {first} to {last} lies outside the year {year.start} to {year.end} "
                "(FR109).",
                "Write the part that lies within the year.",
            )
    spans = [(first, last) for first, last in spans if first <= last]
    for (_, last), (first, _) in pairwise(spans):
        if last > first:
            file.tell(key, f"Two systems are used at once on {first} (FR108).", "Correct the days.")
        elif first > last + _DAY:
            _gap(file, last + _DAY, first - _DAY)
    if spans and spans[0][0] > year.start:
        _gap(file, year.start, spans[0][0] - _DAY)
    if spans and max(last for _, last in spans) < year.end:
        _gap(file, max(last for _, last in spans) + _DAY, year.end)


def _gap(file: InputFile, first: date, last: date) -> None:
    file.tell(
        "[[bookkeeping_system]]",
        f"No system is stated for {first} to {last} (ÅRL § 138 a).",
        "Add the system used then.",
        Severity.WARNING,
    )
