"""From a line of an invoice's VAT breakdown to standard VAT code and standard account.

By direction, the category the invoice gives, where the other party is, and, for trade
with other countries where the category does not tell, whether goods or services are
traded (a setting). Nothing is guessed: what has no row is refused by the caller.

Belongs here: the table `vat.csv` and asking it. Does not: postings.
"""

import csv
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

from assets.sources.parts.einvoice.document import OIOUBL, Invoice, Party, Subtotal
from assets.sources.parts.einvoice.rates import Rates
from warehouse import standards

SALE, PURCHASE = "sale", "purchase"
NATURES = ("goods", "services")
DANISH_RATE = Decimal(25)

RECEIVABLE, PAYABLE, ROUNDING = "6190", "7440", "2720"
PREPAID_BY_CUSTOMERS, PREPAID_TO_SUPPLIERS = "7410", "6170"
OUTPUT, GOODS_ABROAD, SERVICES_ABROAD, INPUT = "7680", "7700", "7720", "7740"
_FIELD_ACCOUNT = {
    "MomsAngivelseSalgsMomsBeloeb": OUTPUT,
    "MomsAngivelseMomsEUKoebBeloeb": GOODS_ABROAD,
    "MomsAngivelseMomsEUYdelserBeloeb": SERVICES_ABROAD,
}


@dataclass(frozen=True, slots=True)
class Treatment:
    """`vat_code` None: nothing for the return. `account_code` empty: the purchase account."""

    vat_code: str | None
    account_code: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What a business tells beside its invoices. `natures`: direction → goods or services;
    `rates` are for documents in other currencies that state none.
    """

    purchase_account: str
    natures: dict[str, str]
    rates: Rates = field(default_factory=Rates)


def treatment(
    invoice: Invoice, part: Subtotal, direction: str, settings: Settings
) -> Treatment | str:
    """How a line of the breakdown is booked; a text says why it cannot be told."""
    other = invoice.customer if direction == SALE else invoice.supplier
    region = region_of(other)
    if not region:
        return f"the country of {other.name or 'the other party'} is not given"
    category = _category(invoice, part, direction, region)
    is_danish_rate = part.percent == DANISH_RATE
    if category == "S" and not is_danish_rate and (direction == SALE or region == "DK"):
        return (
            f"VAT is charged at {part.percent if part.percent is not None else '(no)'} %, which "
            "is no Danish rate"
        )
    if category == "K" and (other.vat_number or "").upper().startswith("XI"):
        region = "EU"  # goods to and from Northern Ireland
    rows = _table().get((direction, category, region)) or _table().get((direction, category, "any"))
    if not rows:
        return (
            f"category {part.category or '(none)'} does not fit a {direction} "
            f"{'to' if direction == SALE else 'from'} {_REGIONS[region]}"
        )
    wanted = settings.natures.get(direction)
    for nature, is_default, found in rows:
        if not nature or nature == wanted or (wanted is None and is_default):
            return found
    option = "sells_abroad" if direction == SALE else "buys_abroad"
    return f"category {part.category} does not tell goods from services; say which with `{option}`"


def region_of(party: Party) -> str:
    """DK, EU or other; empty where the country is not told.

    Source: Directive 2006/112/EC art. 5 and 215 (`warehouse/data/eu_vat_number.csv`).
    """
    country = party.region
    if country in {"", "DK"}:
        return country
    return "EU" if country in _eu_countries() else "other"


def vat_accounts(vat_code: str) -> tuple[str | None, bool]:
    """The account of the VAT owed under a code, and whether VAT is deducted under it.

    >>> vat_accounts("K260"), vat_accounts("K010"), vat_accounts("S21")
    (('7720', True), (None, True), (None, False))
    """
    code = standards.vat_codes()[vat_code]
    return _FIELD_ACCOUNT.get(code.output_field), bool(code.input_field)


def codes() -> list[str]:
    """Every standard VAT code that may be used, in order."""
    found = {t.vat_code for rows in _table().values() for _, _, t in rows if t.vat_code}
    return sorted(found)


def accounts(settings: Settings) -> list[str]:
    """The accounts of the small chart, standard codes, in order."""
    found = {t.account_code for rows in _table().values() for _, _, t in rows if t.account_code}
    fixed = {
        RECEIVABLE, PAYABLE, ROUNDING, PREPAID_BY_CUSTOMERS, PREPAID_TO_SUPPLIERS, OUTPUT,
        GOODS_ABROAD, SERVICES_ABROAD, INPUT, settings.purchase_account,
    }  # fmt: skip
    return sorted(found | fixed)


_REGIONS = {
    "DK": "a Danish party", "EU": "a party in another EU country", "other": "a party outside the EU"
}  # fmt: skip


def _category(invoice: Invoice, part: Subtotal, direction: str, region: str) -> str:
    """The category meant: OIOUBL has one word, ZeroRated, for every sale abroad."""
    if invoice.profile == OIOUBL and part.category == "Z" and direction == SALE:
        return {"EU": "K", "other": "G"}.get(region, "Z")
    return part.category


@cache
def _eu_countries() -> frozenset[str]:
    return frozenset(n.country_code for n in standards.eu_vat_numbers().values()) - {"DK", "XI"}


@cache
def _table() -> dict[tuple[str, str, str], list[tuple[str, bool, Treatment]]]:
    found: dict[tuple[str, str, str], list[tuple[str, bool, Treatment]]] = {}
    path = Path(__file__).with_suffix(".csv")
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["direction"], row["category"], row["region"])
            told = Treatment(row["vat_code"] or None, row["account_code"])
            found.setdefault(key, []).append((row["nature"], row["is_default"] == "yes", told))
    return found
