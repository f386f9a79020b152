"""The service's receipts: the OCR line to pay by, and the PDF.

Belongs here: what a receipt looks like. Does not: when there is one.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

CARD_TYPE = 71
CREDITOR = 99999999  # not a real creditor: a payment made by it reaches nobody

_TOTAL = "MomsAngivelseAfgiftTilsvarBeloeb"
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
    page.set_margins(22, 20)
    page.add_page()
    _line(page, "SANDBOX - gælder ikke i loven", size=9, height=6)
    _line(page, "Kvittering for momsangivelse", size=18, height=12, style="B")
    page.ln(2)
    _line(page, company, style="B")
    _line(page, f"SE-nr. {se_number}")
    _line(page, f"Periode {day(period[0])} - {day(period[1])}")
    _line(page, f"Godkendt {day(approved_at)} kl. {approved_at:%H:%M:%S} UTC")
    page.ln(5)
    page.set_draw_color(200)
    _amount(page, "", "Hele kroner", "")
    for field, label in LABELS.items():
        _amount(page, label, kroner(amounts.get(field, 0)), "B" if field == _TOTAL else "")
    page.ln(6)
    total = amounts.get(_TOTAL, 0)
    _line(page, verdict(total), size=12, style="B")
    if total > 0:
        _line(page, f"Betales senest {day(payment[1])} med betalingslinjen:")
        page.set_font("Courier", "", 12)
        page.cell(0, 8, payment[0])
    return bytes(page.output())


def kroner(amount: int) -> str:
    """Whole kroner as Danes write them.

    >>> kroner(-1234567)
    '-1.234.567'
    """
    return f"{amount:,}".replace(",", ".")


def day(value: date) -> str:
    """A day as Danes write it.

    >>> day(date(2026, 3, 31))
    '31.03.2026'
    """
    return f"{value:%d.%m.%Y}"


def verdict(total: int) -> str:
    """What the total means for the company.

    >>> verdict(-304)
    'Til gode: 304 kr.'
    """
    if total == 0:
        return "Intet at betale."
    return f"{'At betale' if total > 0 else 'Til gode'}: {kroner(abs(total))} kr."


def _line(page: "FPDF", text: str, *, size: int = 11, height: int = 7, style: str = "") -> None:
    page.set_font("Helvetica", style, size)
    page.multi_cell(0, height, _latin(text), new_x="LMARGIN", new_y="NEXT")


def _amount(page: "FPDF", label: str, amount: str, style: str) -> None:
    """One row of the table, ruled below."""
    page.set_font("Helvetica", style, 11)
    page.cell(126, 7, label, border="B")
    page.cell(40, 7, amount, border="B", align="R", new_x="LMARGIN", new_y="NEXT")


def _latin(text: str) -> str:
    """`text` in the letters the PDF's built-in font has."""
    return text.encode("latin-1", "replace").decode("latin-1")
