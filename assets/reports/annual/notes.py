"""The notes of figures: fixed assets from opening to closing, and what the tax is made of.

Belongs here: which movement an account's year is, and the notes' lines in whole kroner, tied
to the balance sheet's. Does not: postings (`notes.sql`) or the document's notes of words.

Source: årsregnskabsloven § 88 (class C; others may); rule FR41 (a note on tax).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from assets.reports.annual import forms
from assets.reports.annual.lines import ZERO, Items, Line, placed
from assets.reports.annual.rounding import spread
from warehouse import annual

TAX = "note_tax"
_OPENING = "opening "
_ASSETS = ("note_intangible", "note_property", "note_investments")
_NEVER_FIRST = "fsa:DepreciationOfInvestments"  # shares are written down, not depreciated


class Movement(NamedTuple):
    """What an account's `note_item` means: its family (cost, revaluation, depreciation), and
    the movement that a debit or a credit of the year is.
    """

    item: str
    family: str
    when_debit: str
    when_credit: str


@cache
def movements() -> tuple[Movement, ...]:
    """Every note item of fixed assets.

    >>> [m for m in movements() if m.item == "fsa:PropertyPlantAndEquipmentGross"][0].when_credit
    'fsa:DisposalsOfPropertyPlantAndEquipment'
    """
    signs = forms.signs()
    found = []
    for form in _ASSETS:
        for family, parts in forms.totals()[form].items():
            moved = [part for part, _ in parts if not part.startswith(_OPENING)]
            if len(moved) == len(parts):
                continue  # the carrying amount, made of families
            first = sorted(moved, key=lambda part: part == _NEVER_FIRST)
            debit = next((part for part in first if signs.get(part) == 1), first[0])
            credit = next((part for part in first if signs.get(part) == -1), first[0])
            found.append(Movement(family, family, debit, credit))
            found += [Movement(part, family, part, part) for part in moved]
    return tuple(found)


@cache
def _members() -> Mapping[str, str]:
    """Class of assets → its line in the balance sheet."""
    return {
        row.note_member.removeprefix("fsa:"): row.concept_nature
        for row in annual.accounts().values()
        if row.note_member
    }


def lines(items: Mapping[str, Items], whole: Mapping[str, int]) -> Iterator[Line]:
    """The lines of all notes. `whole` is the statements' amounts by concept."""
    yield from _tax("", items.get("", {}), whole)
    for member, concept in _members().items():
        if whole.get(concept):
            yield from _asset(items, f"component={member}", items.get("", {}).get(concept, ZERO),
                              whole[concept])  # fmt: skip


def before(items: Mapping[str, Items], whole: Mapping[str, int]) -> Iterator[Line]:
    """Last year's lines of the notes that tell two years, from the ledger (§ 24)."""
    yield from _tax("previous", items.get("previous", {}), whole)


def tax_parts() -> list[str]:
    """The lines of the note on tax, without its total."""
    return [part for parts in forms.totals()[TAX].values() for part, _ in parts]


def _tax(subject: str, items: Items, whole: Mapping[str, int]) -> Iterator[Line]:
    """The parts of the tax on a year's result, where the accounts tell them."""
    ((total, parts),) = forms.totals()[TAX].items()
    weights = {part: weight for part, weight in parts if part in items}
    exact = {part: items[part] for part in weights}
    if weights and sum(weights[part] * amount for part, amount in exact.items()) == items.get(
        total
    ):
        for part, amount in spread(exact, weights, whole.get(total, 0)).items():
            if exact[part] or amount:
                yield Line(subject, part, exact[part], amount, "postings",
                           placed(exact[part], amount))  # fmt: skip


def _asset(
    items: Mapping[str, Items], subject: str, carried: Decimal, whole: int
) -> Iterator[Line]:
    """One class of assets. None where some of its accounts tell no movement."""
    opening, moved = items.get(f"opening;{subject}", {}), items.get(subject, {})
    for form in _ASSETS:
        under = forms.totals()[form]
        (carrying,) = (t for t, parts in under.items() if all(p in under for p, _ in parts))
        exact: dict[str, Decimal] = {}
        weights: dict[str, int] = {}
        for family, sign in under[carrying]:
            for part, weight in under[family]:
                amount = _amount(part, opening, moved)
                if amount:
                    exact[part], weights[part] = amount, sign * weight
        if exact and sum(weights[key] * amount for key, amount in exact.items()) == carried:
            yield from _lines(form, subject, carrying, exact, spread(exact, weights, whole))


def _amount(part: str, opening: Items, moved: Items) -> Decimal:
    if part.startswith(_OPENING):
        return opening.get(part.removeprefix(_OPENING), ZERO)
    return moved.get(part, ZERO)


def _lines(
    form: str, subject: str, carrying: str, exact: Items, amounts: Mapping[str, int]
) -> Iterator[Line]:
    """Openings and movements, each family's closing, and the carrying amount they come to."""
    under = forms.totals()[form]
    for part, amount in amounts.items():
        where, said = subject, part
        if part.startswith(_OPENING):
            where, said = f"opening;{subject}", part.removeprefix(_OPENING)
        yield Line(where, said, exact[part], amount, "postings", placed(exact[part], amount))
    whole, before = 0, ZERO
    for family, sign in under[carrying]:
        parts = [(part, weight) for part, weight in under[family] if part in amounts]
        if parts:
            total = sum(weight * amounts[part] for part, weight in parts)
            sums = sum((weight * exact[part] for part, weight in parts), ZERO)
            whole, before = whole + sign * total, before + sign * sums
            yield Line(subject, family, sums, total, "total", form)
    yield Line(subject, carrying, before, whole, "total", form)
