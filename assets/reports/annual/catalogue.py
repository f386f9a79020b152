"""The tables beside this module: what an annual report says, what people are asked, our wording.

Belongs here: reading them, typed. Does not: deciding which of it a company needs
(`answers`, `policies`, `derive`) or where a text stands on the page
(`assets.filings.annual`).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from warehouse import standards

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the report; `order` is its place. `key` names it in the input file, if people
    are asked for it; `subject` is `ordinal` where it repeats (members, bookkeeping systems).
    """

    order: int
    part: str
    field: str
    subject: str
    key: str
    kind: str
    required: str
    law: str
    label_da: str
    label_en: str
    help: str


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the input file. `kind` says what may stand there, `required` when it must;
    `label` is what the authority's taxonomy calls it, where it is in the report.
    """

    key: str
    kind: str
    required: str
    law: str
    help: str
    label: str = ""

    @property
    def section(self) -> str:
        """The table it stands in: `company` of `company.name`."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Its name there."""
        return self.key.partition(".")[2]


@dataclass(frozen=True, slots=True)
class AssetClass:
    """A class of fixed assets that is depreciated: its accounts, and where depreciation goes.

    `policy`: intangible or tangible, whose text names its useful life.
    """

    class_id: str
    label_da: str
    label_en: str
    accounts: str
    expense: str
    accumulated: str
    policy: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A default accounting policy. `accounts` says which standard accounts call for it (empty:
    always), `forms` what the report must be (`policies`); `assumes` what only a person can confirm.
    """

    policy_id: str
    order: int
    field: str
    accounts: str
    forms: str
    law: str
    assumes: str
    da: str
    en: str


@cache
def texts() -> tuple[Text, ...]:
    """Every text, in order; but for the accounting policies, which stand in `policies`."""
    rows = _rows("texts.csv")
    return tuple(Text(int(row.pop("order")), **row) for row in rows)


@cache
def text(field: str) -> Text:
    """The text of that element."""
    return next(one for one in texts() if one.field == field)


@cache
def asked() -> Mapping[str, Key]:
    """Every key of the input file but those named after an asset class or a policy.

    >>> asked()["report.general_meeting"].kind
    'date'
    """
    asked = [one for one in texts() if one.key and one.kind]
    told = [Key(one.key, one.kind, one.required, one.law, one.help, one.label_da) for one in asked]
    more = [Key(**row) for row in _rows("keys.csv")]
    return {key.key: key for key in [*told, *more]}


@cache
def asset_classes() -> tuple[AssetClass, ...]:
    """The classes of fixed assets that are depreciated."""
    rows = _rows("asset_class.csv")
    names = [column.name for column in fields(AssetClass)][1:]
    return tuple(AssetClass(row["id"], *(row[name] for name in names)) for row in rows)


@cache
def policies() -> tuple[Policy, ...]:
    """The default accounting policies, in order."""
    rows = _rows("policies.csv")
    names = [column.name for column in fields(Policy)][2:]
    return tuple(
        Policy(row["id"], int(row["order"]), *(row[name] for name in names)) for row in rows
    )


@cache
def wording(text_id: str, language: str) -> str:
    """Our wording of a statement, its {braces} still to be filled."""
    return next(row[language] for row in _rows("wording.csv") if row["id"] == text_id)


@cache
def enumerated(choice: str, language: str) -> str:
    """The taxonomy's value for a choice.

    >>> enumerated("class:B", "da"), enumerated("assistance:none", "en")
    ('Regnskabsklasse B', 'No audit assistance')
    """
    return next(row[language] for row in _rows("enumeration.csv") if row["choice"] == choice)


@cache
def table(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `<name>.csv`."""
    return tuple(_rows(f"{name}.csv"))


def in_force(name: str, year_start: date, **match: str) -> Mapping[str, str] | None:
    """The row of `<name>.csv` that holds for a year beginning on `year_start`, if any.

    >>> in_force("company_size", date(2026, 1, 1), id="B")["revenue"]
    '111000000'
    """
    for row in all_in_force(name, year_start):
        if all(row[column] == value for column, value in match.items()):
            return row
    return None


def all_in_force(name: str, year_start: date) -> list[Mapping[str, str]]:
    """The rows of `<name>.csv` that hold for a year beginning on `year_start`."""
    day = year_start.isoformat()
    return [one for one in table(name) if one["first_day"] <= day <= (one["last_day"] or "9999")]


@cache
def in_ranges(ranges: str) -> frozenset[str]:
    """The standard accounts in `ranges` (`5010-5040 5310`) but totals; words are passed over.

    >>> sorted(in_ranges("6390-6410 7040 @profit"))
    ['6390', '6400', '7040']
    """
    pairs = [part.partition("-") for part in ranges.split() if part[0].isdigit()]
    bounds = [(first, last or first) for first, _, last in pairs]
    return frozenset(
        code
        for code, account in standards.accounts().items()
        if account.kind != "total" and any(first <= code <= last for first, last in bounds)
    )


def total(ranges: str, amounts: Mapping[str, Decimal]) -> Decimal:
    """The sum of the amounts of accounts in `ranges`."""
    return sum((amounts[code] for code in in_ranges(ranges) & amounts.keys()), Decimal(0))


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
