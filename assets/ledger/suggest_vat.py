"""Suggestions that map a company's own VAT codes to the standard ones.

Decided by what the code and its name say of direction, region, goods or
services, scheme and deduction, and by the rate; see `suggest` for confidence.

Belongs here: the words. Does not: the codes themselves (`warehouse.standards`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assets.ledger.suggest import SURE, Suggestion
from warehouse import standards


@dataclass(frozen=True, slots=True)
class OwnVatCode:
    """One of the company's VAT codes.

    `rate` as a share, `direction` sale or purchase, each if known.
    """

    vat_code: str
    name: str
    rate: Decimal | None = None
    direction: str | None = None


_SALE = r"salg|\bsales?\b|\budgående\b|\boutput\b|eksport|\bexport\b|^s[-\s]|^u\d"
_PURCHASE = r"køb|\bpurchases?\b|\bindgående\b|\binput\b|\bacquisition\b|\bimport\b|^k[-\s]|^i\d"
_OUTSIDE_EU = (
    r"(?:^|[(/-])%\s*eu|\b(ikke|non|udenfor|outside|uden for)\b[\s-]*(the\s+)?eu|eksport|\bexport\b"
    r"|\bimport\b|tredjeland|third countr"
)
_EU = r"\beu\b|^[sk]-eu-|intracommunity|intra-community"
_GOODS = r"vare|\bgoods\b|-v-"
_SERVICES = r"ydelse|\bservices?\b|-y-"
_SPECIAL = (
    # Named schemes first: their words never mean anything else. (words, sale, purchase)
    (r"trekant|triangular", "S25", None),
    (r"brugt\w*bil|used .*(vehicle|car)", "S85", "K640"),
    (r"brugtmoms|used vat|second-?hand", "S83", "K620"),
    (r"marginmoms|margin vat|margin scheme", "S84", "K630"),
    (r"leasingbiler mm|driving schools", "S86", "K650"),
    (r"kunstner|artist", "S87", None),
    (r"lokal\s?moms|local (vat|sales)", "S88", "K710"),
    (r"refusion|refund scheme", None, "K720"),
)
_EXEMPT = r"momsfri|\bmf\b|exempt|fritaget"
_NO_SCOPE = r"uden\s?for loven|outside the scope|-dk-u\b"
_NO_DEDUCTION = r"ingen\s?fradrag|no deduction|ikke fradrag|uden fradrag"
_REVERSE = r"omvendt|reverse|byggemoms|-dko-"
_DEDUCTIONS = (
    # (words, place in the series full, estimate, none, turnover, area)
    (_NO_DEDUCTION, 2),
    (r"skøn|discretionary|estimate", 1),
    (r"areal|area-?based|area", 4),
    (r"delvis|pro\s?rata|partial|omsætningsfordeling", 3),
    (r"fuld|full|fradrag", 0),
)
_SERIES = {
    ("eu", "vare"): 210,
    ("eu", "ydelse"): 260,
    ("outside", "vare"): 410,
    ("outside", "ydelse"): 460,
}
_DOMESTIC_SERIES = ("K010", "K020", "K030", "K110", "K130")
_REVERSE_SERIES = ("K660", "K680", "K690", "K670", "K700")
_BRACKETS = (  # statutory shares of domestic purchases
    (r"fastnet.*pro\s?rata|50 ?%.*pro\s?rata", "K050"),
    (r"fastnet|50 ?%", "K040"),
    (r"repræsentation.*pro\s?rata|25 ?% x pro\s?rata", "K080"),
    (r"repræsentation|representation", "K070"),
    (r"hvidplade.*pro\s?rata|white plate.*pro\s?rata", "K100"),
    (r"hvidplade|white plate", "K090"),
    (r"gulplade|yellow plate|1/3|33", "K060"),
    (r"2/3|66|vejfradrag", "K610"),
    (r"sektor|sector", "K120"),
)
_EU_LEASING = (
    (r"hvidplade.*(delvis|pro\s?rata)|white plate.*pro\s?rata", "K320"),
    (r"hvidplade|white plate", "K310"),
    (r"gulplade|yellow plate", "K330"),
)


def suggest_vat_codes(rows: Iterable[OwnVatCode]) -> list[Suggestion]:
    """The best standard VAT code for each of `rows`, none where nothing speaks for one."""
    found = [_suggest_vat_code(row) for row in rows]
    return [one for one in found if one is not None]


def _suggest_vat_code(own: OwnVatCode) -> Suggestion | None:
    same = standards.canonical_vat_code(own.vat_code)
    if same is None or not _rate_fits(own, same):
        return _by_words(own)
    return _by_code(own, same, _by_words(own) if own.name else None)


def _by_code(own: OwnVatCode, same: str, said: Suggestion | None) -> Suggestion:
    """The own code is a standard one; short ones like S25 or K2 may be so by chance."""
    if said is None or said.standard_code == same:
        is_telling = said is not None or len(own.vat_code) > 3 or not own.name
        return _vat(own, same, 1.0 if is_telling else 0.8, "the standard code itself")
    if len(own.vat_code) > 3:
        return _vat(own, same, SURE, "the standard code itself, though its name says less")
    confidence = 0.8 if said.confidence < SURE else 0.5
    other = f"the standard code itself, but its name speaks for {said.standard_code}"
    return _vat(own, same, confidence, other)


def _by_words(own: OwnVatCode) -> Suggestion | None:
    text = f"{own.vat_code}\n{own.name}".lower()
    direction = own.direction or _direction(own, text)
    if direction is None:
        return None
    code, confidence, why = _sale(own, text) if direction == "sale" else _purchase(text)
    if code is None:
        return None
    if own.direction is None and confidence >= SURE:
        why += "; sale or purchase judged by the words"
    if not _rate_fits(own, code):
        confidence, why = min(confidence, 0.4), f"{why}, but the rate differs"
    return _vat(own, code, confidence, why)


def _has(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def _direction(own: OwnVatCode, text: str) -> str | None:
    sale = _has(_SALE, own.name.lower()) or _has(_SALE, own.vat_code.lower())
    purchase = _has(_PURCHASE, text) or _has(_PURCHASE, own.vat_code.lower())
    return None if sale == purchase else ("sale" if sale else "purchase")


def _region(text: str) -> str:
    if _has(_OUTSIDE_EU, text):
        return "outside"
    return "eu" if _has(_EU, text) else "dk"


def _thing(text: str) -> str | None:
    goods, services = _has(_GOODS, text), _has(_SERVICES, text)
    return None if goods == services else ("vare" if goods else "ydelse")


_Choice = tuple[str | None, float, str]


def _sale(own: OwnVatCode, text: str) -> _Choice:
    for words, sale, _ in _SPECIAL:
        if _has(words, text):
            return sale, SURE, "a named scheme"
    if _has(r"\boss\b|one stop", text):
        return "S64", 0.3, "One Stop Shop: its codes differ in the box they use; choose by hand"
    if _has(_NO_SCOPE, text):
        return "S81", SURE, "outside the scope of VAT"
    region = _region(text)
    if _has(_EXEMPT, text):
        return {"dk": "S82", "eu": "S24", "outside": "S43"}[region], SURE, f"exempt, {region}"
    return _sale_abroad(region, text) if region != "dk" else _sale_here(own)


def _sale_here(own: OwnVatCode) -> _Choice:
    if own.rate:
        return "S01", SURE, "domestic sale with VAT"
    return "S02", 0.6, "domestic sale without VAT: zero-rated, if it is not exempt"


def _sale_abroad(region: str, text: str) -> _Choice:
    """Whether goods go on the EU sales list (S21) or not (S22) is no matter of words."""
    thing = _thing(text)
    if region == "outside":
        confidence = SURE if thing or _has("eksport|export", text) else 0.6
        return ("S42" if thing == "ydelse" else "S41"), confidence, "sale outside the EU"
    if thing is None:
        return "S21", 0.5, "sale in the EU, goods or services not said"
    return ("S21", 0.8, "EU sale, goods") if thing == "vare" else ("S23", SURE, "EU sale, services")


def _purchase(text: str) -> _Choice:
    for words, _, purchase in _SPECIAL:
        if _has(words, text):
            return purchase, SURE, "a named scheme"
    region, thing = _region(text), _thing(text)
    if _has(_EXEMPT, text):
        return ("K340" if region == "eu" else "K030"), 0.8, "exempt purchase"
    abroad = _has(r"\babroad|foreign|udland", text) or region == "eu"
    leasing = _EU_LEASING if abroad else _BRACKETS
    for words, code in leasing if region != "outside" else ():
        if _has(words, text):
            return code, SURE, "a statutory share of deduction"
    place, told = _deduction(text)
    confidence = SURE if told else 0.8
    if region == "dk":
        series = _REVERSE_SERIES if _has(_REVERSE, text) else _DOMESTIC_SERIES
        return series[place], confidence, "domestic purchase"
    if thing is None:
        return f"K{_SERIES[region, 'vare'] + 10 * place}", 0.5, "goods or services not said"
    return f"K{_SERIES[region, thing] + 10 * place}", confidence, f"purchase, {region}, {thing}"


def _deduction(text: str) -> tuple[int, bool]:
    for words, place in _DEDUCTIONS:
        if _has(words, text):
            return place, True
    return 0, False


def _rate_fits(own: OwnVatCode, code: str) -> bool:
    rate = standards.vat_codes()[code].rate
    if rate is None or own.rate is None:
        return True
    return abs(own.rate) == rate


def _vat(own: OwnVatCode, standard: str, confidence: float, why: str) -> Suggestion:
    name = standards.vat_codes()[standard].name_en
    return Suggestion(own.vat_code, own.name, standard, confidence, f"{why} ({name})")
