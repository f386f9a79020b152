"""What an input file begins with: settings, last year's answers, last year's filing, the books.

Belongs here: what is suggested for which key, and what is known today beside it.
Does not: writing the file (`input_writing`), or deciding anything for a person: an
amount the books only suggest stands as a fact beside an empty key.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from assets.reports.annual import (
    catalogue,
    class_checks,
    conditions,
    derive,
    entries,
    kinds,
    policies,
    prefill_tables,
)
from assets.reports.annual.answers import LARGEST
from assets.reports.annual.catalogue import Key, Policy
from assets.reports.annual.derive import kroner
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.input_writing import Entry, Layout, Section
from assets.reports.annual.kinds import Person
from assets.reports.annual.previous import Previous
from assets.reports.annual.text_row import worded
from assets.reports.annual.year import Year

SECTIONS: Mapping[str, str] = {
    "report": "The report itself. Its class, language and forms of statement stand in the "
    "settings, [company.annual_report].",
    "company": "The company.",
    "management": "Management and its statement (ÅRL §§ 8-10).",
    "auditor": "The auditor (ÅRL § 135). Words of an auditor are pasted here, never made up.",
    "review": "Management's review (ledelsesberetning, ÅRL § 76 a).",
    "employees": "Employees (ÅRL § 68).",
    "distribution": "What management proposes to do with the result (ÅRL § 31).",
    "tax": "Tax of the year, where it is not booked.",
    "depreciation": "Depreciation of the year in kroner, of assets with none booked.",
    "notes": "Notes that no ledger holds (ÅRL §§ 53-77).",
    "policies": "Accounting policies (anvendt regnskabspraksis, ÅRL § 53). Ours are chosen by what "
    "the books hold; `indberet annual show` shows them.",
    "submitter": "Who sends the report, when it is not the company itself.",
}
"""The sections of the file, in order, with what each is about."""

_YEARLY = frozenset(
    {"report.general_meeting", "report.previous_filing", "report.first_year",
     "management.approved", "auditor.signed",
     "auditor.opinion", "auditor.opinion_kind", "auditor.basis", "auditor.emphasis",
     "auditor.opted_out_next_year", "review.changes", "employees.average",
     "employees.average_previous_year", "distribution.dividend",
     "tax.accept_derived", "tax.no_tax", "policies.changed", "policies.changes",
     "notes.events_after_year_end", "notes.special_items"}
)  # fmt: skip
"""Answers that hold for one year and are not carried over."""

_DEFAULTS: Mapping[str, Any] = {
    "report.kind": "annual",
    "report.elements_of_class_c": False,
    "report.first_year": False,
    "management.without_statement": False,
    "auditor.opted_out_next_year": False,
    "policies.changed": False,
    "company.country": "DK",
}


def layout(year: Year, file: InputFile, last_year: InputFile | None, connector: str) -> Layout:
    """The file as it would be written today. `file` is what it says now, if it is there;
    `last_year` the file of the year before; `connector` the kind of the company's connection.
    """
    suggested = suggestions(year, last_year)
    sections = [
        Section(
            name,
            intro,
            tuple(_entries(year, file, name, suggested)),
            _section_facts(year, file, name),
        )
        for name, intro in SECTIONS.items()
    ]
    sections += _lives(year, last_year)
    own = tuple(
        Entry(key.removeprefix("policies.own."), value)
        for key, value in suggested.items()
        if key.startswith("policies.own.")
    )
    if own:
        intro = "Your own words for a policy, in place of ours, by the policy's name."
        sections.append(Section("policies.own", intro, own))
    kept = tuple(one for one in sections if one.entries)
    return Layout(_head(year), kept, prefill_tables.tables(year, last_year, connector))


def suggestions(year: Year, last_year: InputFile | None) -> dict[str, Any]:
    """Key → value to begin with: what last year's file said, else its filing, else the settings."""
    found: dict[str, Any] = dict(_DEFAULTS)
    if year.annual.company_class == "B-micro":
        found["report.micro_exemptions"] = []
    if year.previous is not None:
        found |= {key: value for key, value in _of_filing(year, year.previous) if value}
    if last_year is not None:
        found |= {key: value for key, value in last_year.values.items() if _is_lasting(key)}
        if "employees.average" in last_year.values:
            found.setdefault(
                "employees.average_previous_year", last_year.values["employees.average"]
            )
    if booked := derive.booked_dividend(year):
        found["distribution.dividend"] = booked
    return found | {"company.name": year.company.name}


def _is_lasting(key: str) -> bool:
    return key not in _YEARLY and not key.startswith("depreciation.")


def _of_filing(year: Year, filing: Previous) -> Iterator[tuple[str, Any]]:
    """Last year's filing as answers; what cannot be read as one is left to the person."""
    for one in catalogue.texts():
        if not one.key or not one.kind or one.key in _YEARLY:
            continue
        text = filing.text(one.field, one.subject) or filing.text(one.field)
        if one.kind == "people":
            yield one.key, _members(filing, one.field)
        elif one.kind.startswith("choice"):
            yield one.key, _choice(one.key, text)
        elif one.kind == "paragraphs_or_none":
            yield one.key, _or_none(year, one.key, text)
        elif text and one.kind not in {"yes_no", "exemptions", "count", "money", "date"}:
            value = kinds.read(one.kind, text)
            yield one.key, "" if isinstance(value, kinds.Wrong) else value
    employed = filing.amount("fsa:AverageNumberOfEmployees")
    if employed is not None and 0 < employed < LARGEST:
        yield "employees.average_previous_year", employed.normalize()
    yield from _own_policies(year, filing)
    yield from _no_own_submitter(filing)


def _members(filing: Previous, field: str) -> list[Person]:
    title = field.replace("NameAndSurname", "Title")
    names = {f.subject: f.value for f in filing.facts if f.field == field}
    titles = {f.subject: f.value for f in filing.facts if f.field == title}
    ordered = sorted(names, key=lambda subject: (len(subject), subject))
    return [Person(" ".join(names[one].split()), titles.get(one, "")) for one in ordered]


_ENUMERATED = {"auditor.assistance": "assistance", "report.kind": "kind"}


def _choice(key: str, text: str) -> str:
    """The choice an enumerated value of last year's stands for."""
    prefix = _ENUMERATED.get(key, "-") + ":"
    rows = catalogue.table("enumeration")
    found = (row["choice"] for row in rows if text in (row["da"], row["en"]))
    return next((one.removeprefix(prefix) for one in found if one.startswith(prefix)), "")


def _or_none(year: Year, key: str, text: str) -> str:
    is_none = text == worded(year, f"no_{key.removeprefix('notes.')}") if text else False
    return kinds.NONE if is_none else text


def _own_policies(year: Year, filing: Previous) -> Iterator[tuple[str, Any]]:
    """Last year's own words for policies: those that are not ours word for word."""
    file = InputFile(year.company.company_id, "")
    variants: dict[str, list[Policy]] = {}
    for policy in catalogue.policies():
        variants.setdefault(policy.field, []).append(policy)
    for field, ours in variants.items():
        text = filing.text(field)
        has_lives = any("{lives" in one.da for one in ours)
        if text and not has_lives and text not in {policies.worded(p, year, file) for p in ours}:
            yield f"policies.own.{ours[0].policy_id}", text


def _no_own_submitter(filing: Previous) -> Iterator[tuple[str, Any]]:
    """A company that sent its report itself needs no submitter."""
    sent = filing.text("gsd:IdentificationNumberCvrOfSubmittingEnterprise")
    if sent and sent == filing.text("gsd:IdentificationNumberCvrOfReportingEntity"):
        for key in catalogue.asked():
            if key.startswith("submitter."):
                yield key, None


def _entries(
    year: Year, file: InputFile, section: str, suggested: Mapping[str, Any]
) -> Iterator[Entry]:
    if section == "depreciation":
        for one, balance in derive.undepreciated(year):
            fact = f"{one.label_en} stand at {kroner(balance)}; none booked on {one.expense}."
            yield Entry(one.class_id, "", is_asked=True, facts=(fact,))
    for key in catalogue.asked().values():
        if key.section == section and _is_offered(year, file, key):
            yield Entry(
                key.name,
                suggested.get(key.key) or _empty(suggested.get(key.key), key),
                bool(key.required) and conditions.needed(key.required, year, file),
                _help(key),
                tuple(_facts(year, file, key.key)),
            )


def _help(key: Key) -> str:
    """What a key is, in the authority's words and ours, with its law."""
    label = re.sub(r" \((revision|audit)\)$", "", key.label)
    law = f"({key.law})" if key.law else ""
    return " ".join(filter(None, [f"{label.rstrip('.')}." if label else "", key.help, law]))


def _empty(value: Any, key: Key) -> Any:
    """What stands where nothing is suggested."""
    if isinstance(value, bool):
        return value
    return [] if key.kind in {"people", "list", "exemptions"} else ""


_CLASS_B_TOO = {"review.changes", "notes.related_parties"}
"""Class C must answer these; class B may have to (§§ 71, 76 a)."""


def _is_offered(year: Year, file: InputFile, key: Key) -> bool:
    """Whether a key belongs in this company's file; what never concerns it only disturbs."""
    match key.key:
        case "report.first_year":
            return year.previous_origin == "none"
        case "report.micro_exemptions":
            return year.annual.company_class == "B-micro"
        case "tax.accept_derived" | "tax.no_tax" | "tax.payable_account":
            return derive.tax(year, entries.adjustment_lines(year, file)) is not None
        case "notes.debt_after_five_years" | "notes.receivables_from_management":
            return conditions.needed(key.required, year, file)
        case "policies.goodwill_reason" | "employees.average_previous_year":
            return conditions.needed(key.required, year, file)
        case _:
            is_of_c = key.required.startswith("class_c") and key.key not in _CLASS_B_TOO
            return not is_of_c or conditions.needed(key.required, year, file)


def _facts(year: Year, file: InputFile, key: str) -> Iterator[str]:
    """What the books say beside a key."""
    if key == "tax.accept_derived":
        derived = derive.tax(year, entries.adjustment_lines(year, file))
        if derived is not None:
            yield f"Derived: {derived.amount:.0f} = {derived.how}"
            yield f"To accept it: accept_derived = {derived.amount:.0f}"
    elif key == "employees.average" and (counted := derive.employees(year)):
        yield f"The books suggest {counted.amount}: {counted.how}."
    elif key == "distribution.dividend":
        result = -year.books.moved("1010-3810")
        yield f"The books' result is {kroner(result)}, before what is accepted or stated here."
        if booked := derive.booked_dividend(year):
            yield f"The books hold a proposed dividend of {kroner(booked)}."


def _section_facts(year: Year, file: InputFile, section: str) -> tuple[str, ...]:
    if section != "report":
        return ()
    return (f"Class {year.annual.company_class} is chosen; {class_checks.said(year, file)}.",)


def _lives(year: Year, last_year: InputFile | None) -> list[Section]:
    """Useful lives and residual values of the asset classes held."""
    before = {} if last_year is None else last_year.values
    held = derive.held(year)
    lives = tuple(
        Entry(one.class_id, before.get(f"policies.useful_life.{one.class_id}"), is_asked=True)
        for one in held
    )
    rest = tuple(
        Entry(one.class_id, before.get(f"policies.residual_value.{one.class_id}")) for one in held
    )
    return [
        Section("policies.useful_life", 'Years each kind of asset is used, as in "3-5".', lives),
        Section(
            "policies.residual_value", 'What it is worth then, as in "0 kr." or "0-20 %".', rest
        ),
    ]


def _head(year: Year) -> tuple[str, ...]:
    company = year.company
    return (
        f"Annual report of {company.name} (CVR {company.cvr}), {year.start} to {year.end}.",
        "",
        "Answer what is marked ANSWER. `indberet annual check` says what is missing or wrong,",
        "`indberet annual show` what the report will say. Prepared again, this file keeps what",
        "you wrote; lines beginning with #> are written anew.",
    )
