"""Suggestions that map a company's own VAT codes to the standard ones.

Decided by what the code and its name say of direction, region, goods or
services, scheme and deduction, and by the rate; see `suggest` for confidence.

Belongs here: choosing a code. Does not: the words (`suggest_vat_words`), or the codes
themselves (`warehouse.standards`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assets.ledger import suggest_vat_words as words
from assets.ledger.suggest import SURE, Suggestion
from warehouse import standards


@dataclass(frozen=True, slots=True)
class OwnVatCode:
    """One of the company's VAT codes.

    `rate` as a share, `direction` sale or purchase, each if known. `boxes` are the
    source's own marks for the boxes of the return, where it has some.
    """

    vat_code: str
    name: str
    rate: Decimal | None = None
    direction: str | None = None
    boxes: tuple[str, ...] = ()


def suggest_vat_codes(rows: Iterable[OwnVatCode]) -> list[Suggestion]:
    """The best standard VAT code for each of `rows`, none where nothing speaks for one."""
    found = [_suggest_vat_code(row) for row in rows]
    return [one for one in found if one is not None]


def _suggest_vat_code(own: OwnVatCode) -> Suggestion | None:
    same = standards.canonical_vat_code(own.vat_code)
    if same is None or not _rate_fits(own, same):
        return _by_words(own)
    return _by_code(own, same, _by_words(own) if own.name else None)


def _text(own: OwnVatCode) -> str:
    return "\n".join((own.vat_code, own.name, " ".join(own.boxes))).lower()


def _by_code(own: OwnVatCode, same: str, said: Suggestion | None) -> Suggestion:
    """The own code is a standard one; short ones like S25 or K2 may be so by chance."""
    if said is None or said.standard_code == same:
        is_telling = said is not None or len(own.vat_code) > 3 or not own.name
        return _vat(own, same, 1.0 if is_telling else 0.8, "the standard code itself")
    is_long = len(own.vat_code) > 3
    if is_long and said.confidence < SURE:
        return _vat(own, same, SURE, "the standard code itself, though its name says less")
    confidence = 0.8 if is_long or said.confidence < SURE else 0.5
    other = f"the standard code itself, but its name speaks for {said.standard_code}"
    return _vat(own, same, confidence, other)


def _by_words(own: OwnVatCode) -> Suggestion | None:
    text = _text(own)
    direction = own.direction or _direction(own, text)
    if direction is None:
        return None
    code, confidence, why = _sale(own, text) if direction == "sale" else _purchase(own, text)
    if code is None:
        return None
    if own.direction is None and confidence >= SURE:
        why += "; sale or purchase judged by the words"
    if not _rate_fits(own, code):
        confidence, why = min(confidence, 0.4), f"{why}, but the rate differs"
    elif not own.name:
        confidence, why = min(confidence, 0.7), f"{why}; it has no name, only a code"
    elif other := _other_box(own, code):
        confidence, why = min(confidence, 0.6), f"{why}, but your system marks it for {other}"
    return _vat(own, code, confidence, why)


def _other_box(own: OwnVatCode, code: str) -> str:
    """The field of the return the source's own marks name, where the code has another."""
    marked = {
        words.BOXES[mark] for mark in (b.lstrip("+-") for b in own.boxes) if mark in words.BOXES
    }
    field = standards.vat_codes()[code].base_field
    return ", ".join(sorted(marked)) if marked and field not in marked else ""


def _has(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def _direction(own: OwnVatCode, text: str) -> str | None:
    sale = _has(words.SALE, own.name.lower()) or _has(words.SALE, own.vat_code.lower())
    purchase = _has(words.PURCHASE, text) or _has(words.PURCHASE, own.vat_code.lower())
    if sale == purchase:
        named = [(s, p) for pattern, s, p in words.SPECIAL if _has(pattern, text)]
        only = {"sale" if s else "purchase" for s, p in named if not (s and p)}
        return only.pop() if len(only) == 1 and not sale else None
    return "sale" if sale else "purchase"


def _region(own: OwnVatCode, text: str) -> tuple[str, bool]:
    """dk, eu, outside or abroad (not said which), and whether the words say it."""
    crosses = _has(words.TRADE_OUTSIDE, text)
    told = (
        (words.OUTSIDE_EU, "outside", True),
        (words.EU, "eu", not crosses),
        (words.TRADE_OUTSIDE, "outside", True),
        (words.COUNTRY_EU, "eu", False),
        (words.COUNTRY_OUTSIDE, "outside", False),
        (words.ABROAD, "abroad", False),
    )
    for pattern, region, is_said in told:
        if _has(pattern, text):
            return region, is_said
    short = (region for pattern, region in words.SHORT if _has(pattern, own.vat_code.lower()))
    region = next(short, "dk")
    return region, region == "dk"


def _thing(text: str) -> str | None:
    goods, services = _has(words.GOODS, text), _has(words.SERVICES, text)
    return None if goods == services else ("vare" if goods else "ydelse")


_Choice = tuple[str | None, float, str]


def _sale(own: OwnVatCode, text: str) -> _Choice:
    for pattern, sale, _ in words.SPECIAL:
        if sale and _has(pattern, text):
            return sale, SURE, "a named scheme"
    if _has(r"\boss\b|one stop", text):
        return "S64", 0.3, "One Stop Shop: its codes differ in the box they use; choose by hand"
    region, is_said = _region(own, text)
    if region != "dk" and own.rate and not is_said:
        return "S88", 0.6, "sale with VAT in another country: if it is that country's VAT"
    if free := None if own.rate else _sale_free(region, text):
        choice = free
    else:
        choice = _sale_here(own, text) if region == "dk" else _sale_abroad(own, region, text)
    code, confidence, why = choice
    return code, confidence if is_said else min(confidence, 0.7), why


def _sale_free(region: str, text: str) -> _Choice | None:
    """Sales that stay out of the return, None for all others."""
    if _has(words.NO_SCOPE, text):
        return "S81", SURE, "outside the scope of VAT"
    if not _has(words.EXEMPT, text):
        return None
    code = {"dk": "S82", "eu": "S24"}.get(region, "S43")
    if _has(words.MAYBE_EXEMPT, text):
        return code, 0.7, "sale without VAT: exempt, if it is not zero-rated"
    return code, SURE, "sale exempt from VAT"


def _sale_here(own: OwnVatCode, text: str) -> _Choice:
    if own.rate and _has(words.MAYBE_SCHEME, text):
        return "S01", 0.5, "domestic sale with VAT, if not on the margin only"
    if own.rate:
        return "S01", SURE, "domestic sale with VAT"
    if _has(words.REVERSE, text):
        return "S02", 0.7, "domestic sale for which the buyer owes the VAT: shown in box C"
    if _has(words.IN_BOX_C, text) and _has(words.DOMESTIC, text):
        return "S02", SURE, "domestic sale without VAT, shown in box C"
    return "S02", 0.6, "domestic sale without VAT: zero-rated, if it is not exempt"


def _sale_abroad(own: OwnVatCode, region: str, text: str) -> _Choice:
    """Whether goods go on the EU sales list (S21) or not (S22) is told, or a person knows."""
    thing = _thing(text)
    if region != "eu":
        confidence = SURE if thing or _has("eksport|export", own.name.lower()) else 0.6
        return ("S42" if thing == "ydelse" else "S41"), confidence, "sale outside the EU"
    if thing == "ydelse":
        return "S23", SURE, "sale of services in the EU"
    if _has(words.NOT_LISTED, text):
        return "S22", SURE if thing else 0.7, "sale of goods in the EU, not on the EU sales list"
    if thing is None:
        return "S21", 0.5, "sale in the EU, goods or services not said"
    if _has(words.LISTED, text):
        return "S21", SURE, "sale of goods in the EU, on the EU sales list"
    return "S21", 0.8, "sale of goods in the EU, if they go on the EU sales list"


def _purchase(own: OwnVatCode, text: str) -> _Choice:
    for pattern, _, purchase in words.SPECIAL:
        if purchase and _has(pattern, text):
            return purchase, SURE, "a named scheme"
    region, is_said = _region(own, text)
    if _has(words.EXEMPT, text) and not own.rate:
        return ("K340" if region == "eu" else "K030"), 0.8, "purchase without VAT"
    is_shared = region != "outside" and not _has(words.NO_DEDUCTION, text)
    leasing = words.EU_LEASING if region in {"eu", "abroad"} else words.BRACKETS
    for pattern, leased in leasing if is_shared else ():
        if _has(pattern, text):
            return leased, SURE, "a statutory share of deduction"
    place, told = _deduction(text)
    confidence = SURE if told else 0.8
    if region == "dk":
        if _has(words.REVERSE, text):
            return words.REVERSE_SERIES[place], confidence, "domestic purchase, reverse charge"
        plain = own.rate and re.fullmatch(words.ONLY_INPUT, own.name.lower())
        return words.DOMESTIC_SERIES[place], SURE if plain else confidence, "domestic purchase"
    return _purchase_abroad(region, text, place, confidence if is_said else 0.6)


def _purchase_abroad(region: str, text: str, place: int, confidence: float) -> _Choice:
    """Goods or services, EU or not: four series of the same five deductions."""
    thing = _thing(text)
    series = words.SERIES["outside" if region == "outside" else "eu", thing or "vare"]
    where = {"eu": "in the EU", "outside": "outside the EU"}.get(
        region, "abroad, where is not said"
    )
    if thing is None and (_has(words.COUNTRY_EU, text) or _has(words.COUNTRY_OUTSIDE, text)):
        return "K710", 0.5, "purchase in another country: if the VAT is that country's"
    if thing is None:
        return f"K{series + 10 * place}", 0.5, f"purchase {where}, goods or services not said"
    what = "goods" if thing == "vare" else "services"
    return f"K{series + 10 * place}", confidence, f"purchase of {what} {where}"


def _deduction(text: str) -> tuple[int, bool]:
    """The place in a series, and whether the words say it, and only it."""
    said = [place for pattern, place in words.DEDUCTIONS[:-1] if _has(pattern, text)]
    is_told = not re.search(words.SOME_SHARE, text, re.DOTALL)
    if said:
        return said[0], is_told and len(said) == 1
    return 0, is_told and _has(words.DEDUCTIONS[-1][0], text)


def _rate_fits(own: OwnVatCode, code: str) -> bool:
    """The rate is the code's, its deductible part, or none where the buyer owes the VAT."""
    standard = standards.vat_codes()[code]
    if standard.rate is None or own.rate is None:
        return True
    deducted = standard.rate * (standard.deductible_share or 0)
    owes_it = standard.treatment == "reverse_charge" and not own.rate
    if owes_it or abs(own.rate) == standard.rate:
        return True
    return bool(own.rate) and abs(own.rate) == deducted


def _vat(own: OwnVatCode, standard: str, confidence: float, why: str) -> Suggestion:
    name = standards.vat_codes()[standard].name_en
    return Suggestion(own.vat_code, own.name, standard, confidence, f"{why} ({name})")
