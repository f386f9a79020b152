"""What the declared books must give: the VAT return's fields and the EU sales list.

Worked out from `books` alone with this page's own small table of where each code
goes, so that it can be checked by hand and shares nothing with the product.
`python -m tests.tryton_server.expected` rewrites `expected_vat.json`.

Belongs here: arithmetic. Does not: anything read back from Tryton.
"""

import json
from collections import defaultdict
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

from tests.tryton_server.books import (
    COMPANY,
    CVR,
    DOCUMENTS,
    EUR_RATES,
    PARTIES,
    TAXES,
    VOUCHERS,
    Document,
)

PATH = Path(__file__).with_name("expected_vat.json")
PERIODS = {
    "2026-Q1": ("2026-01-01", "2026-03-31"),
    "2026-Q2": ("2026-04-01", "2026-06-30"),
    "2026-Q3": ("2026-07-01", "2026-09-30"),
    "2026-Q4": ("2026-10-01", "2026-12-31"),
}
P = "MomsAngivelse"
TOTAL, SALES_VAT, INPUT = f"{P}AfgiftTilsvarBeloeb", f"{P}SalgsMomsBeloeb", f"{P}KoebsMomsBeloeb"
GOODS_ABROAD, SERVICES_ABROAD = f"{P}MomsEUKoebBeloeb", f"{P}MomsEUYdelserBeloeb"
ELECTRICITY = f"{P}ElAfgiftBeloeb"
FIELDS = (
    TOTAL, f"{P}CO2AfgiftBeloeb", f"{P}EUKoebBeloeb", f"{P}EUSalgBeloebVarerBeloeb",
    f"{P}IkkeEUSalgBeloebVarerBeloeb", ELECTRICITY, f"{P}EksportOmsaetningBeloeb",
    f"{P}GasAfgiftBeloeb", INPUT, f"{P}KulAfgiftBeloeb", GOODS_ABROAD, SERVICES_ABROAD,
    f"{P}OlieAfgiftBeloeb", SALES_VAT, f"{P}VandAfgiftBeloeb", f"{P}EUKoebYdelseBeloeb",
    f"{P}EUSalgYdelseBeloeb",
)  # fmt: skip
BASE_FIELD = {
    "S21": f"{P}EUSalgBeloebVarerBeloeb",
    "S23": f"{P}EUSalgYdelseBeloeb",
    "S41": f"{P}EksportOmsaetningBeloeb",
    "K210": f"{P}EUKoebBeloeb",
    "K260": f"{P}EUKoebYdelseBeloeb",
}
OUTPUT_FIELD = {
    "S01": SALES_VAT, "K660": SALES_VAT, "K210": GOODS_ABROAD, "K410": GOODS_ABROAD,
    "K260": SERVICES_ABROAD, "K460": SERVICES_ABROAD,
}  # fmt: skip
LIST_COLUMN = {"S21": "goods", "S25": "triangular", "S23": "services"}


def kroner(amount: Decimal, currency: str, day: str) -> Decimal:
    """The amount in DKK at the rate in force on the day."""
    if currency == "DKK":
        return amount
    rate = EUR_RATES[max(start for start in EUR_RATES if start <= day)]
    return (amount * Decimal(rate)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def exact_fields(start: str, end: str) -> dict[str, Decimal]:
    """The fields of a period in kroner and øre, before the øre are dropped."""
    fields: dict[str, Decimal] = defaultdict(Decimal)
    for document in DOCUMENTS:
        if start <= document.day <= end:
            _add_document(fields, document)
    for voucher in VOUCHERS:
        if start <= voucher.day <= end and not voucher.is_reversed:
            for _line, code, part, amount in voucher.vat:
                if part == "tax":
                    fields[OUTPUT_FIELD[code]] += amount
    return {field: fields.get(field, Decimal(0)) for field in FIELDS if field != TOTAL}


def vat_by_code(document: Document, *, whole: bool = False) -> dict[str, Decimal]:
    """The VAT of a document per code, rounded once per code; `whole`: deductible or not."""
    bases: dict[str, Decimal] = defaultdict(Decimal)
    for _account, code, amount in document.lines:
        bases[code] += kroner(amount, document.currency, document.day)
    return {
        code: (
            base * Decimal(TAXES[code].rate) * Decimal("1" if whole else TAXES[code].deductible)
        ).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        for code, base in bases.items()
    }


def _add_document(fields: dict[str, Decimal], document: Document) -> None:
    for account, code, amount in document.lines:
        base = kroner(amount, document.currency, document.day)
        if code in BASE_FIELD:
            fields[BASE_FIELD[code]] += base
        if account == "7780":
            fields[ELECTRICITY] += base
    for code, vat in vat_by_code(document).items():
        if TAXES[code].output:
            fields[OUTPUT_FIELD[code]] += vat
        if TAXES[code].input:
            fields[INPUT] += vat


def return_fields(exact: dict[str, Decimal]) -> dict[str, int]:
    """The fields as filed: øre dropped, the total from the truncated fields.

    Source: VAT Act § 57(1); danish-reporting 1.1.
    """
    whole = {name: int(value.quantize(Decimal(1), ROUND_DOWN)) for name, value in exact.items()}
    owed = whole[SALES_VAT] + whole[GOODS_ABROAD] + whole[SERVICES_ABROAD]
    duties = sum(whole[f"{P}{duty}AfgiftBeloeb"] for duty in
                 ("CO2", "El", "Gas", "Kul", "Olie", "Vand"))  # fmt: skip
    return {name: whole.get(name, owed - whole[INPUT] - duties) for name in FIELDS}


def sales_list(start: str, end: str) -> list[dict[str, Any]]:
    """The EU sales list's lines of a period: one per buyer, whole kroner."""
    lines: dict[str, dict[str, Decimal]] = {}
    for document in DOCUMENTS:
        if start <= document.day <= end:
            for _account, code, amount in document.lines:
                if code in LIST_COLUMN:
                    number = PARTIES[document.party][2]
                    line = lines.setdefault(number, defaultdict(Decimal))
                    line[LIST_COLUMN[code]] += kroner(amount, document.currency, document.day)
    return [
        {"country": number[:2], "vat_number": number[2:]}
        | {name: int(line[name]) for name in ("goods", "triangular", "services")}
        for number, line in sorted(lines.items())
        if any(line.values())
    ]


def record() -> dict[str, Any]:
    """Everything the golden file holds."""
    months = {
        f"2026-{month:02}": (f"2026-{month:02}-01", f"2026-{month:02}-31") for month in range(1, 13)
    }
    quarters = {}
    for name, (start, end) in PERIODS.items():
        exact = exact_fields(start, end)
        quarters[name] = {
            "period_start": start,
            "period_end": end,
            "exact": {field: str(value) for field, value in exact.items() if value},
            "return": return_fields(exact),
            "eu_sales_list": sales_list(start, end),
        }
    return {
        "company": {"name": COMPANY, "cvr": CVR},
        "quarters": quarters,
        "eu_sales_list_by_month": {
            name: lines for name, days in months.items() if (lines := sales_list(*days))
        },
    }


def text() -> str:
    """The golden file's content."""
    return json.dumps(record(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
