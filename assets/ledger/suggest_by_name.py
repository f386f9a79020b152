"""Which standard account a name means: a VAT account, a duty, or the name most nearly alike.

Sure only where every telling word agrees, nothing else is called so, and the name is
not short for another account.

Belongs here: choosing by name and kind. Does not: numbers and VAT codes (`suggest`),
or the names themselves (`suggest_chart`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from assets.ledger.suggest_chart import ADDED, SOLE, WEAK, Name, alike, saying_more
from assets.ledger.suggest_words import meanings, plain

SURE = 0.9
"""From here on a suggestion may be offered as the default answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A standard account with what speaks for it, before the own account is named."""

    account_code: str
    confidence: float
    why: str


# Only these words decide which of the VAT accounts it is; any further word takes the
# certainty away, because it may name a part of it (reverse charge, import, a region).
_VAT_ACCOUNTS = (
    ("7700", {"moms", "vare", "køb", "udland"}),
    ("7720", {"moms", "ydelse", "køb", "udland"}),
    ("7680", {"moms", "salg"}),
    ("7740", {"moms", "køb"}),
    ("7840", {"moms", "skyldig"}),
    ("7840", {"moms", "afregning"}),
    ("6320", {"moms", "tilgodehavende"}),
)
_VAT_HARMLESS = frozenset({"eu", "ikkeeu", "skyldig", "primo", "kortfristet"})
_VAT_PLAIN = frozenset({"7680", "7740"})
"""The two accounts of domestic VAT: skyldig salgsmoms is still output VAT."""
_VAT_NOUN = re.compile(
    r"(salgs|købs)moms|(ud|ut|ind|in)gående|moms af|skyldig moms|momsafregning"
    r"|(in|out)put|vat (pay|on)"
)
_DUTIES = {
    "el": "7780", "vand": "7820", "kul": "7810", "co2": "7830", "olie": "7760", "naturgas": "7800",
}  # fmt: skip
_BALANCE = frozenset({"asset", "liability"})
_OPPOSITE = {
    # Kinds between which books differ: a gain and loss on one account, a contra account.
    frozenset({"revenue", "expense"}): 0.6,
    frozenset({"asset", "liability"}): 0.6,
    frozenset({"equity", "liability"}): 0.7,
}
_NEAR = 0.1
"""Names less alike than this cannot say the same."""


def kind_fits(own: str | None, standard: str) -> float:
    """From 0 to 1: how well an account of one kind can be one of another."""
    if own is None or own == standard:
        return 1.0
    return _OPPOSITE.get(frozenset({own, standard}), 0.2)


@lru_cache(maxsize=1 << 16)
def by_name(name: str, kind: str | None) -> Choice | None:
    """What the name says. Cached: companies call their accounts alike."""
    said = meanings(name)
    return _vat_account(name, said, kind) or _duty_account(said, kind) or _similar(name, said, kind)


def _vat_account(name: str, said: frozenset[str], kind: str | None) -> Choice | None:
    """VAT accounts, by the words that tell them apart.

    Where the kind is not known, "Salg, 25 % moms" is sales; only salgsmoms is VAT.
    """
    if "moms" not in said or not (kind is None or kind in _BALANCE):
        return None
    for code, words in _VAT_ACCOUNTS:
        if words <= said:
            further = said - words - _VAT_HARMLESS
            if code in _VAT_PLAIN and said & {"udland", "omvendt", "import"}:
                return Choice(code, 0.4, "a VAT account, but of purchases abroad or reverse charge")
            if kind is None and not _VAT_NOUN.search(plain(name)):
                return Choice(code, 0.5, "a VAT account, if it is not the sales or purchases")
            if further:
                return Choice(code, 0.7, f"a VAT account, but it also says {_listed(further)}")
            return Choice(code, SURE, f"a VAT account, as its words say: {_listed(words)}")
    return None


def _duty_account(said: frozenset[str], kind: str | None) -> Choice | None:
    """An energy duty among liabilities is owed or claimed back; among expenses it is a cost."""
    if kind != "liability":
        return None
    named = [word for word in sorted(_DUTIES) if word in said]
    if len(named) == 1 and "skat" in said | {"skat" if named == ["co2"] else ""}:
        is_all = said - WEAK <= {named[0], "skat", "skyldig", "flaskegas", "bygas", "gas"}
        why = f"a duty among liabilities: {named[0]}"
        return Choice(_DUTIES[named[0]], SURE if is_all else 0.7, why)
    return None


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(word.lstrip("?") for word in words))


def _similar(name: str, said: frozenset[str], kind: str | None) -> Choice | None:
    """The account whose name says most nearly the same."""
    ranked = _ranked(plain(name), said, kind)
    if not ranked:
        return None
    score, best, is_same = ranked[0]
    rivals = [
        (other, same) for other, found, same in ranked[1:] if found.account is not best.account
    ]
    second = max((other for other, _ in rivals), default=0.0)
    alone = not any(same for _, same in rivals)
    code = best.account.account_code
    fits = kind_fits(kind, best.account.kind) == 1.0
    is_literal = plain(name) == plain(best.text)
    if is_same and alone and fits and best.is_sure and _is_whole(best, name, kind):
        same = "same name" if best.is_official else "a usual name for it"
        why = same if is_literal else f"its name says the same as “{best.text}”"
        return Choice(code, 0.95 if is_literal else SURE, why)
    if is_same and fits and score > second:
        return Choice(code, 0.8, f"“{best.text}” is a usual name for it; check that it is meant")
    shared = _listed((said & best.says) - WEAK or said & best.says)
    if score >= 0.5:
        why = f"similar name to “{best.text}”, sharing {shared}"
        return Choice(code, 0.7 if score - second >= 0.15 else 0.5, why)
    if score >= 0.3:
        return Choice(code, 0.4, f"the nearest is “{best.text}”, sharing only {shared}")
    return None


def _is_whole(best: Name, name: str, kind: str | None) -> bool:
    """Whether the name says all there is to say, and is not short for another account.

    Without a kind only an official name will do, and only where no other kind of account
    is called nearly so. A name Danish books use means its account, whatever else has its words.
    """
    is_literal = plain(name) == plain(best.text)
    is_todays = is_literal and best.text == best.account.name_da
    others = saying_more(meanings(name), best.account.account_code)
    if kind is None:
        return (
            is_literal
            and best.is_official
            and not others - {best.account.kind if is_todays else ""}
        )
    return not best.is_official or is_todays or kind not in others


def _ranked(called: str, said: frozenset[str], kind: str | None) -> list[tuple[float, Name, bool]]:
    """Names by how alike they are, each account once, with whether all words agree."""
    by_account: dict[str, tuple[float, Name, bool]] = {}
    telling = said - ADDED
    for shared, name in alike(said):
        fits = kind_fits(kind, name.account.kind)
        is_same = shared > _NEAR and bool(telling) and name.says - ADDED == telling
        sole = 0.7 if SOLE in name.says and SOLE not in said else 1.0
        score = (max(shared, 0.99) if is_same else shared) * fits * sole
        best = by_account.get(name.account.account_code)
        if (
            best is None
            or score > best[0]
            or (score == best[0] and _trust(name, called) > _trust(best[1], called))
        ):
            by_account[name.account.account_code] = (score, name, is_same and fits >= 0.6)
    order = sorted(by_account.items(), key=lambda item: (-item[1][0], item[0]))
    return [ranked for _, ranked in order]


def _trust(name: Name, called: str) -> tuple[bool, bool, bool, bool]:
    """Which of an account's names that say the same counts: today's own if it is the very
    word, then one Danish books use, whose meaning is settled.
    """
    is_literal = plain(name.text) == called
    is_todays = is_literal and name.is_official and name.text == name.account.name_da
    return name.is_sure, is_todays, not name.is_official, is_literal
