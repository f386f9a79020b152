"""Odoo's taxes: the codes postings carry, their legs, and the standard code of each.

A tax distributes base and tax over *repartition lines*, each with an account and the tags
of the return's boxes. A purchase tax with a share above and one below zero is a reverse
charge: the one below is the VAT owed, the one above the deduction; each leg is a code of
its own. A share without account and tags is a cost and no VAT.

Belongs here: what a tax means. Does not: standard codes themselves (`warehouse.standards`).
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from warehouse import standards

_LOCALISATION = Path(__file__).with_name("danish_tax.csv")
_P = "MomsAngivelse"
# The boxes of Odoo's Danish VAT report (l10n_dk, account_tax_report_data.xml) by what the
# return calls them.
_BOXES = {
    f"{_P}SalgsMomsBeloeb": "UM",
    f"{_P}MomsEUKoebBeloeb": "MVU",
    f"{_P}MomsEUYdelserBeloeb": "MYUOB",
    f"{_P}KoebsMomsBeloeb": "KM",
    f"{_P}EUKoebBeloeb": "R-A-V",
    f"{_P}EUKoebYdelseBeloeb": "R-A-Y",
    f"{_P}EUSalgBeloebVarerBeloeb": "R-B-MR",
    f"{_P}IkkeEUSalgBeloebVarerBeloeb": "R-B-UR",
    f"{_P}EUSalgYdelseBeloeb": "R-C-MR",
    f"{_P}EksportOmsaetningBeloeb": "R-C-UR",
}
_TRIANGULAR = "R-D-MR"
_LEGS = {"output": "skyldig", "input": "afløftet"}
_CLOSE = Decimal("0.0001")
Text = str | bool
Ref = tuple[int, str] | bool


class Tax(msgspec.Struct):
    """`account.tax`."""

    id: int
    name: str
    type_tax_use: str
    amount: Decimal
    amount_type: str
    description: Text = False
    tax_exigibility: Text = "on_invoice"
    children_tax_ids: list[int] = msgspec.field(default_factory=list)
    active: bool = True


class Repartition(msgspec.Struct):
    """`account.tax.repartition.line`; Odoo 16 names the tax by the document's kind."""

    id: int
    factor_percent: Decimal
    repartition_type: str
    account_id: Ref
    tag_ids: list[int]
    tax_id: Ref = False
    document_type: Text = False
    invoice_tax_id: Ref = False
    refund_tax_id: Ref = False

    def tax(self) -> int:
        """The tax it belongs to, 0 for none."""
        for one in (self.tax_id, self.invoice_tax_id, self.refund_tax_id):
            if isinstance(one, tuple):
                return one[0]
        return 0

    def is_refund(self) -> bool:
        """Whether it is for credit notes."""
        return self.document_type == "refund" or isinstance(self.refund_tax_id, tuple)

    def is_vat(self) -> bool:
        """Whether what falls on it is VAT, and not a cost."""
        return isinstance(self.account_id, tuple) or bool(self.tag_ids)


class Tag(msgspec.Struct):
    """`account.account.tag`; up to Odoo 18 its name begins with a sign."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Boxes:
    """Which boxes of the return a tax's invoices go to, and the share of it deducted."""

    base: frozenset[str]
    owed: frozenset[str]
    deducted: frozenset[str]
    share: Decimal


class Taxes:
    """The taxes of one company."""

    def __init__(
        self, taxes: Iterable[Tax], repartition: Iterable[Repartition], tags: Iterable[Tag]
    ) -> None:
        self._taxes = {tax.id: tax for tax in taxes}
        self._tags = {tag.id: tag.name.lstrip("+-") for tag in tags}
        self._parts = {one.id: one for one in repartition if one.tax() in self._taxes}
        self._of: dict[int, list[Repartition]] = defaultdict(list)
        for one in self._parts.values():
            self._of[one.tax()].append(one)
        self.codes = _codes(self._taxes.values())

    def rows(self) -> list[tuple[Any, ...]]:
        """Rows of `vat_code`: each tax that is no group, and each leg of a reverse charge."""
        rows: list[tuple[Any, ...]] = []
        for tax in self._taxes.values():
            if tax.amount_type == "group":
                continue
            code, standard = self.codes[tax.id], self.standard(tax)
            rate = abs(tax.amount) / 100 if tax.amount_type == "percent" else None
            name = _plain(tax.description) or tax.name
            rows.append((str(tax.id), code, name, rate, standard, None))
            if self._has_legs(tax):
                rows += [
                    (f"{tax.id}/{part}", _leg(code, part), f"{name} ({word})", rate, standard, part)
                    for part, word in _LEGS.items()
                ]
        return rows

    def single(self, tax_ids: Sequence[int]) -> str | None:
        """The one code of a line or an account, None for none or several."""
        found = [self.codes[one] for one in self._spread(tax_ids)]
        return found[0] if len(found) == 1 else None

    def carried(self, tax_ids: Sequence[int], part: int | None) -> str | None:
        """The code a posting carries: of its tax (the whole, not a leg), else of its base."""
        if part is not None and part in self._parts:
            return self.codes[self._parts[part].tax()] if self._parts[part].is_vat() else None
        return self.single(tax_ids)

    def parts(
        self, tax_ids: Sequence[int], part: int | None, *, is_due: bool
    ) -> list[tuple[str, str]]:
        """What a line means for VAT: (code, base or tax). `is_due`: the entry Odoo makes when
        an invoice is paid.
        """
        found = []
        if part is not None:
            one = self._parts[part]
            tax = self._taxes[one.tax()]
            if one.is_vat() and (is_due or tax.tax_exigibility != "on_payment"):
                found.append((self._code(tax, one), "tax"))
        bases = [
            (code, "base")
            for number in self._spread(tax_ids)
            if is_due or self._taxes[number].tax_exigibility != "on_payment"
            for code in self._base_codes(self._taxes[number])
        ]
        return found + bases

    def boxes(self, tax: Tax) -> Boxes:
        """Where the tax's invoices go in Odoo's own VAT report."""
        sets: dict[str, set[str]] = {"base": set(), "owed": set(), "deducted": set()}
        shares = {True: Decimal(0), False: Decimal(0)}
        for one in self._of[tax.id]:
            if one.is_refund():
                continue
            tags = {self._tags[tag] for tag in one.tag_ids if tag in self._tags}
            if one.repartition_type == "base":
                sets["base"] |= tags
                continue
            is_owed = (one.factor_percent < 0) == (tax.type_tax_use == "purchase")
            sets["owed" if is_owed else "deducted"] |= tags
            if not is_owed:
                shares[one.is_vat()] += abs(one.factor_percent)
        whole = sum(shares.values())
        share = shares[True] / whole if whole else Decimal(0)
        base, owed, deducted = (frozenset(sets[name]) for name in ("base", "owed", "deducted"))
        return Boxes(base, owed, deducted, share)

    def standard(self, tax: Tax) -> str | None:
        """The standard code that the tax's boxes, rate and use allow, if they allow but one,
        or one of them is what the Danish localisation means by a tax of this name.
        """
        fitting, meant = self.fitting(tax), meaning(tax)
        if meant is None and len(fitting) == 1:
            return fitting[0]
        return meant if meant in fitting else None

    def fitting(self, tax: Tax) -> list[str]:
        """Every standard code that the tax's boxes, rate and use allow."""
        if tax.amount_type != "percent" or tax.type_tax_use not in ("sale", "purchase"):
            return []
        boxes, letter = self.boxes(tax), tax.type_tax_use[0].replace("p", "k").upper()
        return [
            code.vat_code
            for code in standards.vat_codes().values()
            if not code.alias_of
            and code.vat_code.startswith(letter)
            and code.rate in (None, tax.amount / 100)
            and _same(code, boxes)
        ]

    def contradicting(self) -> list[str]:
        """Codes of the localisation's taxes in use whose boxes are not those of what they mean."""
        return [
            self.codes[tax.id]
            for tax in self._taxes.values()
            if tax.active and meaning(tax) is not None and self.standard(tax) is None
        ]

    def on_payment(self) -> list[str]:
        """Codes of the taxes that are due when an invoice is paid."""
        taxes = self._taxes.values()
        return [self.codes[t.id] for t in taxes if t.tax_exigibility == "on_payment"]

    def digest(self) -> list[Any]:
        """All that postings take from here, for telling whether it has changed."""
        parts = [[p.id, p.tax(), str(p.factor_percent), p.is_vat()] for p in self._parts.values()]
        due = [[t.id, t.tax_exigibility, t.children_tax_ids] for t in self._taxes.values()]
        return [sorted(self.codes.items()), sorted(parts), sorted(due)]

    def _spread(self, tax_ids: Sequence[int]) -> list[int]:
        """The taxes themselves, those of a group in place of the group."""
        found: list[int] = []
        for number in tax_ids:
            tax = self._taxes[number]
            inner = self._spread(tax.children_tax_ids) if tax.amount_type == "group" else [number]
            found += [one for one in inner if one not in found]
        return found

    def _code(self, tax: Tax, one: Repartition) -> str:
        if not self._has_legs(tax):
            return self.codes[tax.id]
        is_owed = (one.factor_percent < 0) == (tax.type_tax_use == "purchase")
        return _leg(self.codes[tax.id], "output" if is_owed else "input")

    def _base_codes(self, tax: Tax) -> list[str]:
        """The codes a base is the base of: of a reverse charge it stands on both legs."""
        own = self.codes[tax.id]
        return [_leg(own, part) for part in _LEGS] if self._has_legs(tax) else [own]

    def _has_legs(self, tax: Tax) -> bool:
        shares = [p for p in self._of[tax.id] if p.repartition_type == "tax" and p.is_vat()]
        return bool(tax.amount) and len({p.factor_percent > 0 for p in shares}) > 1


@cache
def localisation() -> Mapping[tuple[str, str, Decimal], str]:
    """What the Danish localisation means by its taxes: (name, use, amount) → standard code."""
    with _LOCALISATION.open(encoding="utf-8", newline="") as file:
        return {
            (row["name"], row["type_tax_use"], Decimal(row["amount"])): row["standard_vat_code"]
            for row in csv.DictReader(file)
        }


def meaning(tax: Tax) -> str | None:
    """The standard code the Danish localisation means by a tax of this name, use and rate."""
    return localisation().get((tax.name, tax.type_tax_use, tax.amount))


def _same(code: standards.StandardVatCode, boxes: Boxes) -> bool:
    """Whether a standard code goes to just these boxes, with this share deducted."""
    base = {_BOXES[code.base_field]} if code.base_field else set()
    if code.list_column == "triangular":
        base = {_TRIANGULAR}
    owed = {_BOXES[code.output_field]} if code.output_field else set()
    deducted = {_BOXES[code.input_field]} if code.input_field else set()
    if base != boxes.base or owed != boxes.owed or deducted != boxes.deducted:
        return False
    share = code.deductible_share
    return share is None or not code.input_field or abs(share - boxes.share) < _CLOSE


def _codes(taxes: Iterable[Tax]) -> dict[int, str]:
    """Tax id → its code: its name, told apart by use and then by id where several share one."""
    known = list(taxes)
    names = Counter(tax.name for tax in known)
    uses = Counter((tax.name, tax.type_tax_use) for tax in known)

    def code(tax: Tax) -> str:
        if names[tax.name] == 1:
            return tax.name
        if uses[tax.name, tax.type_tax_use] == 1:
            return f"{tax.name} ({tax.type_tax_use})"
        return f"{tax.name} (#{tax.id})"

    return {tax.id: code(tax) for tax in known}


def _leg(code: str, part: str) -> str:
    return f"{code} [{_LEGS[part]}]"


def _plain(html: Text) -> str:
    """A description without its tags.

    >>> _plain("<p>Sales (DK), 25% VAT</p>")
    'Sales (DK), 25% VAT'
    """
    if not isinstance(html, str):
        return ""
    words, is_tag = [], False
    for character in html:
        if character in "<>":
            is_tag = character == "<"
        elif not is_tag:
            words.append(character)
    return "".join(words).strip()
