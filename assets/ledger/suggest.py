"""Suggestions that map a company's own accounts to the standard chart.

A suggestion is never used by itself: a person accepts it, and it becomes an
explicit row. Confidence of 0.9 and more (`SURE`) means that number and name
agree, or all the words that tell accounts apart; less, that a person must look.

Belongs here: what a suggestion is, and comparing accounts. Does not: VAT codes
(`suggest_vat`), asking the person (`pipelines`) or using the mapping (`build`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from warehouse import standards

SURE = 0.9
"""From here on a suggestion may be offered as the default answer."""


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One of the company's accounts; `kind` as in `ledger_account`, if known."""

    account_code: str
    name: str
    kind: str | None = None


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


# Words of Danish and English charts, by what they mean; compounds give several meanings.
_WORDS: dict[str, str] = {
    "salg": "salg", "salgs": "salg", "sale": "salg", "sales": "salg", "omsætning": "salg",
    "køb": "køb", "købs": "køb", "purchase": "køb", "purchases": "køb", "indkøb": "køb",
    "vare": "vare", "varer": "vare", "goods": "vare", "handelsvarer": "vare",
    "ydelse": "ydelse", "ydelser": "ydelse", "service": "ydelse", "services": "ydelse",
    "tjenesteydelser": "ydelse", "benefit": "ydelse",
    "varekøb": "vare køb", "vareforbrug": "vare køb", "varesalg": "vare salg",
    "ydelseskøb": "ydelse køb", "salgsmoms": "salg moms", "købsmoms": "køb moms",
    "moms": "moms", "vat": "moms", "udgående": "salg moms", "indgående": "køb moms",
    "udland": "udland", "udlandet": "udland", "abroad": "udland",
    "eu": "eu", "ikke": "ikke", "non": "ikke", "eksport": "udland ikke eu",
    "export": "udland ikke eu", "import": "udland ikke eu",
    "løn": "løn", "lønninger": "løn", "salaries": "løn", "wages": "løn",
    "husleje": "husleje", "rent": "husleje", "el": "el", "electricity": "el",
    "elafgift": "el afgift", "vandafgift": "vand afgift", "kulafgift": "kul afgift",
    "co": "co2", "afgift": "afgift", "tax": "afgift", "vand": "vand", "water": "vand",
    "kul": "kul", "coal": "kul", "varme": "varme", "heating": "varme",
    "forsikring": "forsikring", "forsikringer": "forsikring", "insurance": "forsikring",
    "debitorer": "tilgodehavende salg", "debtors": "tilgodehavende salg",
    "tilgodehavender": "tilgodehavende", "receivables": "tilgodehavende",
    "receivable": "tilgodehavende", "trade": "salg",
    "kreditorer": "leverandør", "leverandører": "leverandør", "creditors": "leverandør",
    "suppliers": "leverandør", "skyldig": "skyldig", "skyldigt": "skyldig", "payable": "skyldig",
    "due": "skyldig", "bank": "bank", "bankkonto": "bank", "banks": "bank", "banker": "bank",
    "renter": "rente", "rente": "rente", "interest": "rente",
    "annoncer": "reklame", "annoncering": "reklame", "reklame": "reklame",
    "advertising": "reklame", "publicity": "reklame", "fragt": "fragt", "freight": "fragt",
    "fragtomkostninger": "fragt", "kontorartikler": "kontor", "office": "kontor",
    "supplies": "kontor", "porto": "porto", "postage": "porto", "gebyrer": "gebyr",
    "telefon": "telefon", "telephone": "telefon", "internet": "internet",
    "revisor": "revision", "revision": "revision", "audit": "revision",
    "advokat": "advokat", "advokatmæssig": "advokat", "legal": "advokat",
    "assistance": "assistance", "regnskabsmæssig": "regnskab", "accounting": "regnskab",
    "afskrivninger": "afskrivning", "depreciation": "afskrivning", "amortization": "afskrivning",
    "goodwill": "goodwill", "software": "software", "parkering": "parkering",
    "parkeringsomkostninger": "parkering", "parking": "parkering",
    "kontingenter": "kontingent", "membership": "kontingent", "fees": "gebyr",
    "faglitteratur": "faglitteratur", "professional": "faglitteratur",
    "literature": "faglitteratur", "konsulentydelser": "konsulent", "consultancy": "konsulent",
    "gaver": "gave", "gifts": "gave", "blomster": "blomst", "flowers": "blomst",
    "skat": "skat", "selskabsskat": "selskab skat", "feriepenge": "ferie", "holiday": "ferie",
    "atp": "atp", "am": "am", "amp": "amp",
}  # fmt: skip
_NOISE = frozenset({
    "af", "og", "i", "på", "til", "for", "the", "of", "and", "on", "in", "med", "m", "mv", "etc",
    "from", "a", "an", "fra", "uden", "vedr", "vedrørende", "konto", "bidrag", "contribution",
    "pct", "procent", "omkostninger", "costs", "expenses", "other", "øvrige", "andre",
})  # fmt: skip
# Only these words decide which of the VAT accounts it is; the account's side of the books
# tells a duty owed back from the cost of the energy itself.
_VAT_ACCOUNTS = (
    ("7700", {"moms", "vare", "udland"}),
    ("7720", {"moms", "ydelse", "udland"}),
    ("7680", {"moms", "salg"}),
    ("7740", {"moms", "køb"}),
    ("7840", {"moms", "skyldig"}),
)
_DUTIES = {"el": "7780", "vand": "7820", "kul": "7810", "co2": "7830"}


def _tokens(text: str) -> list[str]:
    return [t for t in re.split(r"[^a-zæøåéö]+", text.lower()) if t]


def _meanings(name: str) -> frozenset[str]:
    """What a name says, as meanings both languages share."""
    found: set[str] = set()
    for token in _tokens(name):
        if token not in _NOISE:
            found.update(_WORDS.get(token, token).split())
    return frozenset(found)


def _plain(name: str) -> str:
    return " ".join(_tokens(name))


@cache
def _standard_accounts() -> list[tuple[standards.StandardAccount, frozenset[str]]]:
    """Accounts that are posted on, with their meanings; sums are no target."""
    return [
        (account, _meanings(account.name_da))
        for account in standards.accounts().values()
        if account.kind != "total"
    ]


def suggest_accounts(rows: Iterable[OwnAccount]) -> list[Suggestion]:
    """The best standard account for each of `rows`, none where nothing speaks for one."""
    found = [_suggest_account(row) for row in rows]
    return [one for one in found if one is not None]


def _suggest_account(own: OwnAccount) -> Suggestion | None:
    named = [a for a, _ in _standard_accounts() if _plain(a.name_da) == _plain(own.name)]
    same = standards.accounts().get(own.account_code)
    if same in named:
        return _account(own, same.account_code if same else "", 1.0, "same number and name")
    fitting = [a for a in named if own.kind in {None, a.kind}]
    if len(fitting) == 1:
        return _account(own, fitting[0].account_code, 0.95, "same name")
    return _vat_account(own) or _similar_account(own, same)


def _vat_account(own: OwnAccount) -> Suggestion | None:
    """VAT and duty accounts by the words that tell them apart."""
    said = _meanings(own.name)
    if own.kind in {None, "liability", "asset"}:
        for code, words in _VAT_ACCOUNTS:
            if words <= said:
                return _account(own, code, 0.9, f"a VAT account: {', '.join(sorted(words))}")
    if own.kind == "liability" and "afgift" in said:
        for word, code in _DUTIES.items():
            if word in said:
                return _account(own, code, 0.9, f"a duty account among liabilities: {word}")
    return None


def _similar_account(own: OwnAccount, same: standards.StandardAccount | None) -> Suggestion | None:
    said = _meanings(own.name)
    scored = sorted(
        (
            (_similarity(said, meant) * (1.0 if own.kind in {None, account.kind} else 0.5), account)
            for account, meant in _standard_accounts()
            if not account.vat_role
        ),
        key=lambda pair: (-pair[0], pair[1].account_code),
    )
    (best, account), (second, _) = scored[0], scored[1]
    by_code = {a.account_code: score for score, a in scored}
    if same and by_code.get(same.account_code, 0) >= 0.5 and by_code[same.account_code] == best:
        return _account(own, same.account_code, SURE, "same number, similar name")
    if best >= 0.5:
        confidence = 0.7 if best - second >= 0.15 else 0.5
        return _account(own, account.account_code, confidence, "similar name")
    if same and same.kind != "total" and own.kind in {None, same.kind}:
        return _account(own, same.account_code, 0.4, "same number, but another name")
    return None


def _similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared meanings over all meanings of both."""
    return len(one & other) / len(one | other) if one | other else 0.0


def _account(own: OwnAccount, standard: str, confidence: float, why: str) -> Suggestion:
    name = standards.accounts()[standard].name_da
    return Suggestion(own.account_code, own.name, standard, confidence, f"{why} ({name})")
