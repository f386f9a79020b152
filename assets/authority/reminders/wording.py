"""What a reminder says: a subject, and paragraphs in plain Danish.

Each says what is missing, for which period, by when, what happens otherwise and where to do it.
The law's amounts are rows of law or cited beside the sentence.

Belongs here: the words. Does not: the form they are sent in (`document`, `memo`).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from assets.authority.reminders import danish
from assets.authority.reminders.choosing import ESTIMATED, UPCOMING, Reminder
from assets.reports import annual_reminder
from warehouse import standards

_LIST_FEE = 65
"""Kroner for a reminder letter about lists: momsloven § 54 stk. 3."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a report type is spoken of, and where it is filed."""

    what: str
    definite: str
    place: str
    url: str


_KINDS = {
    "vat_return": _Kind("moms", "momsangivelsen", "TastSelv Erhverv på skat.dk", "https://skat.dk"),
    "eu_sales_list": _Kind(
        "EU-salg uden moms", "EU-salgsangivelsen", "TastSelv Erhverv på skat.dk", "https://skat.dk"
    ),
    "annual_report": _Kind("årsrapport", "årsrapporten", "Indberet på virk.dk", "https://virk.dk"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: its subject, its paragraphs and where to act."""

    subject: str
    paragraphs: tuple[str, ...]
    place: str
    url: str


def report_types() -> frozenset[str]:
    """The report types there are words for."""
    return frozenset(_KINDS)


def letter(reminder: Reminder) -> Letter:
    """The letter that `reminder` is written as."""
    kind = _KINDS[reminder.report_type]
    paragraphs = tuple(_paragraphs(reminder, kind))
    return Letter(_subject(reminder, kind), paragraphs, kind.place, kind.url)


def _subject(reminder: Reminder, kind: _Kind) -> str:
    period = danish.period(reminder.period_start, reminder.period_end)
    if reminder.kind == ESTIMATED:
        return f"Foreløbig fastsættelse af {kind.what} for {period}"
    if reminder.kind == UPCOMING:
        return f"Husk {kind.what} for {period}: frist {danish.day(reminder.due_date)}"
    again = "Vi mangler stadig" if reminder.number > 1 else "Vi mangler"
    return f"{again} {kind.definite} for {period}"


def _paragraphs(reminder: Reminder, kind: _Kind) -> Iterator[str]:
    period = danish.period(reminder.period_start, reminder.period_end)
    verb = "indsende" if reminder.report_type == "annual_report" else "indberette"
    yield f"Virksomheden skal {verb} {kind.what} for perioden {period}."
    if reminder.is_draft:
        yield (
            "Vi har modtaget en kladde fra jeres bogføringssystem. Den er først indberettet, når "
            "I har godkendt den."
        )
    else:
        yield f"Vi har ikke modtaget {kind.definite}."
    if reminder.kind == ESTIMATED:
        yield from _estimated(reminder)
    elif reminder.kind == UPCOMING:
        yield _deadline(reminder)
        yield _otherwise(reminder)
    else:
        yield f"Fristen var {danish.weekday(reminder.due_date)}."
        yield _otherwise(reminder)
    if reminder.report_type == "vat_return":  # momsloven § 57: filed though nothing is stated
        yield "Har I hverken købt eller solgt noget i perioden, skal I indberette 0."
    yield (
        f"I indberetter i {kind.place} eller fra jeres bogføringssystem. Har I gjort det, efter "
        "at brevet blev skrevet, skal I ikke gøre mere."
    )


def _deadline(reminder: Reminder) -> str:
    """Source: opkrævningsloven § 2 stk. 4 (payment the same day); årsregnskabsloven § 138."""
    last = danish.weekday(reminder.due_date)
    if reminder.report_type == "vat_return":
        return f"Fristen er {last}. Skal I betale moms, skal den også betales senest den dag."
    if reminder.report_type == "annual_report":
        return f"Vi skal have modtaget den senest {last}. Vi kan ikke give udsættelse."
    return f"Fristen er {last}."


def _otherwise(reminder: Reminder) -> str:
    """What happens if it does not come."""
    if reminder.report_type == "vat_return":
        fee = _provisional_fee(reminder.due_date)
        amount = f" på {danish.kroner(fee)}" if fee else ""
        return (
            "Modtager vi ikke angivelsen, kan vi fastsætte momsen foreløbigt efter et skøn. Det "
            f"koster en afgift{amount} for hver periode (opkrævningsloven § 4). Sker det fire "
            "perioder i træk, kan registreringen blive inddraget. Der løber renter, til momsen "
            "er betalt."
        )
    if reminder.report_type == "eu_sales_list":
        return (
            f"En erindringsskrivelse om listen koster {danish.kroner(_LIST_FEE)} (momsloven "
            "§ 54, stk. 3)."
        )
    return _late_report(reminder)


@cache
def _provisional_fee(due: date) -> int:
    """Kroner for a period set provisionally; 0 where no row of law holds on `due`."""
    with (standards.DATA / "provisional_assessment.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            is_valid = row["valid_from"] <= due.isoformat() <= (row["valid_to"] or "9999")
            if row["report_type"] == "vat_return" and is_valid:
                return int(row["fee"])
    return 0


def _late_report(reminder: Reminder) -> str:
    """Source: årsregnskabsloven §§ 150-151; no amounts where no row of law holds."""
    fees = [annual_reminder.fee(reminder.due_date, months) for months in (1, 2, 3)]
    one, two, three = map(danish.kroner, fees)
    told = (
        f": {one} for første påbegyndte måned, i alt {two} for to og højst {three}"
        if all(fees)
        else ""
    )
    return (
        "Kommer årsrapporten for sent, kan hvert medlem af ledelsen få en afgift"
        f"{told} (årsregnskabsloven § 151). Kommer den ikke, kan selskabet blive tvangsopløst "
        "(§ 150)."
    )


def _estimated(reminder: Reminder) -> Iterator[str]:
    """Source: opkrævningsloven § 4 stk. 1-2."""
    yield f"Fristen var {danish.weekday(reminder.due_date)}."
    if reminder.estimate is not None:
        yield (
            "Derfor har vi fastsat beløbet foreløbigt til "
            f"{danish.kroner(reminder.estimate)} (opkrævningsloven § 4, stk. 1)."
        )
    if reminder.fee:
        yield f"Afgiften for den foreløbige fastsættelse er {danish.kroner(reminder.fee)} (stk. 2)."
    yield (
        "I skal stadig indberette. Når I gør det, træder jeres egne tal i stedet for det "
        "foreløbige beløb."
    )
