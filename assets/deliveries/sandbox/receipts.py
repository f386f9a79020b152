"""The sandbox authority's receipts: the OCR line to pay by, and the PDF.

Belongs here: what a receipt looks like. Does not: when there is one.
"""

from datetime import date, datetime

CARD_TYPE = 71
CREDITOR = 99999999  # not a real creditor: a payment made by it reaches nobody

LABELS = {
    "MomsAngivelseSalgsMomsBeloeb": "Salgsmoms",
    "MomsAngivelseMomsEUKoebBeloeb": "Moms af varekøb i udlandet",
    "MomsAngivelseMomsEUYdelserBeloeb": "Moms af ydelseskøb i udlandet",
    "MomsAngivelseKoebsMomsBeloeb": "Købsmoms",
    "MomsAngivelseOlieAfgiftBeloeb": "Olie- og flaskegasafgift",
    "MomsAngivelseElAfgiftBeloeb": "Elafgift",
    "MomsAngivelseGasAfgiftBeloeb": "Naturgas- og bygasafgift",
    "MomsAngivelseKulAfgiftBeloeb": "Kulafgift",
    "MomsAngivelseCO2AfgiftBeloeb": "CO2-afgift",
    "MomsAngivelseVandAfgiftBeloeb": "Vandafgift",
    "MomsAngivelseAfgiftTilsvarBeloeb": "Moms i alt (afgiftstilsvar)",
    "MomsAngivelseEUKoebBeloeb": "Rubrik A - varer",
    "MomsAngivelseEUKoebYdelseBeloeb": "Rubrik A - ydelser",
    "MomsAngivelseEUSalgBeloebVarerBeloeb": "Rubrik B - varer, indberettes til EU-salg",
    "MomsAngivelseIkkeEUSalgBeloebVarerBeloeb": "Rubrik B - varer, indberettes ikke",
    "MomsAngivelseEUSalgYdelseBeloeb": "Rubrik B - ydelser",
    "MomsAngivelseEksportOmsaetningBeloeb": "Rubrik C",
}


def ocr_number(number: int) -> str:
    """Sixteen digits, the last a check digit (modulus 10 with weights 2 and 1).

    >>> ocr_number(1)
    '0000000000000018'
    """
    body = f"{number:015d}"
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(body)]
    check = -sum(value // 10 + value % 10 for value in doubled) % 10
    return f"{body}{check}"


def payment_line(number: int) -> str:
    """The line a bank takes.

    >>> payment_line(1)
    '+71<0000000000000018+99999999<'
    """
    return f"+{CARD_TYPE}<{ocr_number(number)}+{CREDITOR}<"


def pdf(  # the same return approved at the same moment is the same bytes
    company: str,
    se_number: str,
    period: tuple[date, date],
    amounts: dict[str, int],
    payment: tuple[str, date],
    approved_at: datetime,
) -> bytes:
    """The receipt as a page to keep; amounts in whole kroner by field name."""
    from fpdf import FPDF  # noqa: PLC0415  0.2 s, and only a decision needs it

    page = FPDF()
    page.set_creation_date(approved_at)
    page.set_title("Kvittering for momsangivelse")
    page.add_page()
    page.set_font("Helvetica", "B", 16)
    page.cell(0, 12, "Kvittering for momsangivelse (sandbox)", new_x="LMARGIN", new_y="NEXT")
    page.set_font("Helvetica", "", 11)
    for text in (
        f"{company}, SE-nr. {se_number}",
        f"Periode {period[0]} - {period[1]}",
        f"Godkendt {approved_at:%Y-%m-%d %H:%M:%S} UTC",
    ):
        page.cell(0, 7, _latin(text), new_x="LMARGIN", new_y="NEXT")
    page.ln(4)
    for field, label in LABELS.items():
        page.cell(120, 7, label)
        page.cell(40, 7, f"{amounts.get(field, 0)} kr.", align="R", new_x="LMARGIN", new_y="NEXT")
    page.ln(4)
    page.cell(0, 7, f"Betales senest {payment[1]} med {payment[0]}")
    return bytes(page.output())


def _latin(text: str) -> str:
    """`text` in the letters the PDF's built-in font has."""
    return text.encode("latin-1", "replace").decode("latin-1")
