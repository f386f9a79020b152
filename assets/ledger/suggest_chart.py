"""The names and numbers an account can be known by, and which public chart a company follows.

A name is today's official one, that of the 2023 chart (`suggest_chart_2023.csv`,
with what each account became in December 2025), or one that Danish books use
(`suggest_name.csv`). A number is evidence only where the company's whole chart is
numbered as the public one, and then says which account it was in that edition.

Belongs here: those tables and recognising the edition. Does not: choosing (`suggest`).
"""

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from assets.ledger.suggest_words import meanings
from warehouse import standards

_FOLDER = Path(__file__).parent
_FEWEST = 10
"""Accounts that must agree in number and name before a chart counts as the public one."""
_SHARE = 0.6
"""Of the accounts whose number the edition has, how many must agree in name."""
WEAK = frozenset({"omkostning"})
"""Meanings that tell no two accounts apart: Parkering and Parkeringsomkostninger are one."""
SOLE = "klassea"
"""Accounts of sole traders only (kun klasse A); taken last where the name does not say so."""
ADDED = WEAK | {SOLE}


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """One name of a standard account; `is_sure` where it can mean nothing else.

    `is_official` where a public chart has it; else Danish books use it.
    """

    account: standards.StandardAccount
    text: str
    says: frozenset[str]
    is_sure: bool
    is_official: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Numbered:
    """What a number is in an edition of the public chart, and what became of it.

    `became` are today's accounts, the nearest first; `is_one` where it is simply one.
    """

    account_code: str
    name_da: str
    says: frozenset[str]
    became: tuple[str, ...]
    is_one: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the public chart by number; `title` as a bookkeeper calls it."""

    title: str
    accounts: dict[str, Numbered]


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def posted() -> dict[str, standards.StandardAccount]:
    """Accounts that are posted on, by number; sums are no target."""
    return {a.account_code: a for a in standards.accounts().values() if a.kind != "total"}


@cache
def editions() -> tuple[Edition, ...]:
    """The public chart of December 2025 and that of 2023.

    Source: standard chart of accounts 2025-12 and 2023 (bookkeeping act § 15).
    """
    today = {
        code: Numbered(code, a.name_da, meanings(a.name_da), (code,), is_one=True)
        for code, a in posted().items()
    }
    before = {
        row["account_code"]: Numbered(
            row["account_code"],
            row["name_da"],
            meanings(row["name_da"]),
            tuple(code for code in row["became"].split("|") if code),
            is_one=row["relation"] in {"same", "moved"},
        )
        for row in _rows("suggest_chart_2023.csv")
    }
    return Edition("today's public chart", today), Edition("the public chart of 2023", before)


@cache
def names() -> tuple[Name, ...]:
    """Every name a standard account goes by."""
    found = [Name(a, a.name_da, meanings(a.name_da), is_sure=True) for a in posted().values()]
    found += [
        Name(posted()[old.became[0]], old.name_da, old.says, old.is_one)
        for old in editions()[1].accounts.values()
        if old.became
    ]
    for row in _rows("suggest_name.csv"):
        account = posted()[row["account_code"]]
        found += [
            Name(account, text, meanings(text), row["is_sure"] == "yes", is_official=False)
            for text in row["names"].split("|")
        ]
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def saying_more(said: frozenset[str], than: str) -> frozenset[str]:
    """The kinds of accounts other than `than` whose official name says all of `said` and more.

    A name that is only a part of another account's may be short for that one.
    """
    telling = said - ADDED
    others = (a for code, a in posted().items() if code != than)
    return frozenset(a.kind for a in others if telling <= meanings(a.name_da) - WEAK)


@cache
def names_saying() -> dict[str, tuple[int, ...]]:
    """The places in `names` of those that have a meaning, by meaning."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names()):
        for meaning in name.says:
            found[meaning].append(place)
    return {meaning: tuple(places) for meaning, places in found.items()}


@cache
def weight(meaning: str) -> float:
    """How much a meaning tells: the fewer names have it, the more."""
    return math.log(1 + len(names()) / max(1, len(names_saying().get(meaning, ()))))


def total(said: Iterable[str]) -> float:
    """The weight of several meanings, the same in whatever order they come."""
    return math.fsum(weight(meaning) for meaning in said)


@cache
def _totals() -> tuple[float, ...]:
    return tuple(total(name.says) for name in names())


def alike(said: frozenset[str]) -> list[tuple[float, Name]]:
    """Every name that shares a meaning, with what they share over all both say, from 0 to 1."""
    shared: dict[int, float] = defaultdict(float)
    for meaning in sorted(said):
        for place in names_saying().get(meaning, ()):
            shared[place] += weight(meaning)
    mine, totals, known = total(said), _totals(), names()
    return [(part / (mine + totals[at] - part), known[at]) for at, part in shared.items()]


def agreement(own: frozenset[str], official: frozenset[str]) -> float:
    """What two names share over what the shorter of them says, from 0 to 1.

    For accounts whose number agrees already: "Rent" and "Husleje, ekskl. el" do.
    """
    least = min(total(own - WEAK), total(official - WEAK))
    return total((own & official) - WEAK) / least if least else 0.0


@lru_cache(maxsize=1 << 16)
def agrees(name: str, numbered: Numbered) -> float:
    """`agreement` of an own name with the account of the same number. Cached for fleets."""
    return agreement(meanings(name), numbered.says)


@lru_cache(maxsize=1 << 16)
def covers(name: str, numbered: Numbered) -> float:
    """How much of what an own name says the account of the same number says, too."""
    said = meanings(name) - WEAK
    return total(said & numbered.says) / total(said) if said else 0.0


def recognised(accounts: Iterable[tuple[str, str]]) -> Edition | None:
    """The edition a chart of (number, name) follows, None where it is numbered otherwise."""
    rows = list(accounts)
    agreed: Counter[int] = Counter()
    present: Counter[int] = Counter()
    for number, name in rows:
        for place, edition in enumerate(editions()):
            if known := edition.accounts.get(number):
                present[place] += 1
                agreed[place] += agrees(name, known) >= 0.5
    best = max(range(len(editions())), key=lambda place: agreed[place])
    is_it = (
        agreed[best] >= _FEWEST
        and agreed[best] >= _SHARE * present[best]
        and 2 * present[best] >= len(rows)
    )
    return editions()[best] if is_it else None
