"""Suggestions that map a company's own accounts to the standard chart.

A suggestion is never used by itself: a person accepts it, and it becomes an
explicit row. Confidence of 0.9 and more (`SURE`) means that number and name
agree, or all the words that tell accounts apart; less, that a person must look.

Belongs here: what a suggestion is, and weighing number, name and VAT code of an account.
Does not: what a name means (`suggest_by_name`), VAT codes (`suggest_vat`), asking the
person (`pipelines`) or using the mapping (`build`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assets.ledger import suggest_by_name
from assets.ledger.suggest_by_name import Choice, by_name, kind_fits
from assets.ledger.suggest_chart import Edition, Numbered, agrees, covers, posted, recognised
from assets.ledger.suggest_words import meanings, plain
from warehouse import standards

_AGREES = 0.5
"""How much names must share for the number to be believed, `agreement`."""
_KIND_FITS = 0.6
_COVERED = 0.7
"""How much of a name the public account of its number must say for the two to be one."""
SURE = suggest_by_name.SURE
"""From here on a suggestion may be offered as the default answer."""


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One of the company's accounts; `kind` as in `ledger_account`, if known.

    `vat_code` is the standard VAT code its postings carry, where it is one only.
    """

    account_code: str
    name: str
    kind: str | None = None
    vat_code: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion; `confidence` from 0 to 1, `reason` for the person who decides.

    `part` is output or input where the own code is one leg only, else empty.
    """

    own_code: str
    own_name: str
    standard_code: str
    confidence: float
    reason: str
    part: str = ""


# Sales and purchases are one account per region and thing; the VAT code tells which.
_BY_VAT_CODE = {
    "1010": ("S01", "S02", "S81", "S82"),
    "1050": ("S21", "S22", "S25"),
    "1100": ("S41",),
    "1150": ("S23", "S24"),
    "1200": ("S42", "S43"),
    "1630": ("K210", "K220", "K230", "K240", "K250"),
    "1710": ("K260", "K270", "K280", "K290", "K300"),
    "1650": ("K410", "K420", "K430", "K440", "K450"),
    "1740": ("K460", "K470", "K480", "K490", "K500"),
}
_TRADE = {
    "revenue": frozenset({"1010", "1050", "1100", "1150", "1200"}),
    "expense": frozenset({"1610", "1630", "1650", "1660", "1710", "1740"}),
}


def suggest_accounts(
    rows: Iterable[OwnAccount], chart: Iterable[OwnAccount] | None = None
) -> list[Suggestion]:
    """The best standard account for each of `rows`, none where nothing speaks for one.

    `chart` is the company's whole chart, where `rows` are only some of it: it tells
    whether the company's numbers are those of the public chart.
    """
    wanted = list(rows)
    whole = wanted if chart is None else list(chart)
    edition = recognised((a.account_code, a.name) for a in whole)
    named = Counter((plain(a.name), a.kind) for a in whole)
    found = []
    for own in wanted:
        choice = _by_number(own, edition)
        if choice is None:
            choice = by_name(own.name, own.kind)
            if choice and named[plain(own.name), own.kind] > 1:
                why = f"{choice.why}; several of your accounts have this name"
                choice = Choice(choice.account_code, min(choice.confidence, 0.7), why)
        choice = _with_vat_code(own, choice)
        if choice:
            found.append(_suggestion(own, choice))
    return found


def _suggestion(own: OwnAccount, choice: Choice) -> Suggestion:
    name = posted()[choice.account_code].name_da
    reason = f"{choice.why} ({name})"
    return Suggestion(own.account_code, own.name, choice.account_code, choice.confidence, reason)


def _by_number(own: OwnAccount, edition: Edition | None) -> Choice | None:
    """What the number says: with the exact Danish name always, else in a public chart."""
    same = posted().get(own.account_code)
    if same and plain(same.name_da) == plain(own.name):
        return Choice(own.account_code, 1.0, "same number and name")
    known = edition.accounts.get(own.account_code) if edition else None
    if edition is None or known is None or not known.became:
        return None
    target = posted()[known.became[0]]
    moved = "" if target.account_code == own.account_code else ", now another number"
    number = f"number {own.account_code} is “{known.name_da}” in {edition.title}{moved}"
    is_its_kind = kind_fits(own.kind, target.kind) >= _KIND_FITS
    if is_its_kind and agrees(own.name, known) >= _AGREES:
        return _agreed(own, known, target, number)
    named = by_name(own.name, own.kind)
    if named and named.confidence >= SURE:
        return Choice(named.account_code, 0.8, f"{named.why}, though {number}")
    return Choice(target.account_code, 0.6 if is_its_kind else 0.3, f"{number}; compare the names")


def _agreed(
    own: OwnAccount, known: Numbered, target: standards.StandardAccount, number: str
) -> Choice:
    """Number and name agree: how surely, and what is left to check."""
    if not known.is_one:
        return Choice(target.account_code, 0.8, f"{number}; today it is divided, check which")
    if covers(own.name, known) < _COVERED or _is_other_vat(own, target):
        return Choice(target.account_code, 0.8, f"{number}, but yours says more; check it")
    return Choice(target.account_code, 0.95, f"{number}, and the names agree")


def _is_other_vat(own: OwnAccount, target: standards.StandardAccount) -> bool:
    """Whether a VAT or duty account's number and name are not of one mind."""
    if not target.vat_role:
        return False
    named = by_name(own.name, own.kind)
    return named is None or named.account_code != target.account_code or named.confidence < SURE


def _with_vat_code(own: OwnAccount, choice: Choice | None) -> Choice | None:
    """Sales and purchases, where the VAT code tells the region and the thing."""
    told = next((a for a, codes in _BY_VAT_CODE.items() if own.vat_code in codes), None)
    if told is None or choice is None or choice.confidence >= 0.95:
        return choice
    family = _TRADE[posted()[told].kind]
    if choice.account_code not in family or choice.account_code == told:
        return choice
    code = standards.vat_codes()[own.vat_code or ""]
    why = f"its postings carry VAT code {code.vat_code}, {code.name_en}"
    if meanings(own.name) & {"eu", "ikkeeu"} or choice.confidence >= SURE:
        why = f"{choice.why}, but {why}"
        return Choice(choice.account_code, min(choice.confidence, 0.6), why)
    return Choice(told, 0.85, why)
