"""The VAT return as the bytes that are approved and sent.

The bytes are the `Angivelse` element of the draft-return service as one small
XML document: SE number, period and the seventeen amounts. The transaction id
and time are the delivery's and not part of it, so the same return is always
the same bytes.

Belongs here: writing and checking those bytes. Does not: computing the amounts
(`assets.reports.vat_return`) or sending them (`assets.deliveries.skat`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from assets.deliveries.skat_schemas import (
    COMPANY,
    CONTEXT,
    VALUES,
    VAT,
    day,
    located,
    parse,
    whole,
)
from quality.finding import Finding, Severity
from warehouse.errors import PermanentError

MEDIA_TYPE = "application/xml"

TOTAL = "MomsAngivelseAfgiftTilsvarBeloeb"
# Source: ModtagMomsangivelseForeloebig_I.xsd, in its order. The sign is the
# amount's in the total (momsloven § 56); 0: information only.
FIELDS: dict[str, int] = {
    TOTAL: 0,
    "MomsAngivelseCO2AfgiftBeloeb": -1,
    "MomsAngivelseEUKoebBeloeb": 0,
    "MomsAngivelseEUSalgBeloebVarerBeloeb": 0,
    "MomsAngivelseIkkeEUSalgBeloebVarerBeloeb": 0,
    "MomsAngivelseElAfgiftBeloeb": -1,
    "MomsAngivelseEksportOmsaetningBeloeb": 0,
    "MomsAngivelseGasAfgiftBeloeb": -1,
    "MomsAngivelseKoebsMomsBeloeb": -1,
    "MomsAngivelseKulAfgiftBeloeb": -1,
    "MomsAngivelseMomsEUKoebBeloeb": 1,
    "MomsAngivelseMomsEUYdelserBeloeb": 1,
    "MomsAngivelseOlieAfgiftBeloeb": -1,
    "MomsAngivelseSalgsMomsBeloeb": 1,
    "MomsAngivelseVandAfgiftBeloeb": -1,
    "MomsAngivelseEUKoebYdelseBeloeb": 0,
    "MomsAngivelseEUSalgYdelseBeloeb": 0,
}


@dataclass(frozen=True, slots=True)
class VatReturn:
    """What one return's bytes say; amounts in whole kroner by field name."""

    se_number: str
    period_start: date
    period_end: date
    amounts: dict[str, int]


def total(amounts: Mapping[str, int]) -> int:
    """Moms i alt: output VAT less input VAT and refunded duties, from the fields.

    >>> total({"MomsAngivelseSalgsMomsBeloeb": 1000, "MomsAngivelseKoebsMomsBeloeb": 500})
    500
    """
    return sum(sign * amounts.get(field, 0) for field, sign in FIELDS.items())


def render(
    report_row: Mapping[str, Any],
    line_rows: Iterable[Mapping[str, Any]],
    company: Mapping[str, Any],
) -> bytes:
    """The bytes of one return, from rows of `report`, `report_line` and `company`.

    All seventeen fields are written, zeros too. The schema requires only the
    total, but a correction replaces the whole return: a field that was 100 and
    is now nothing must say 0, not be left to the reader's guess.

    Raises: PermanentError when there is no SE number, the total is missing, or
    a line is not a field of the return or comes twice.
    """
    amounts = dict.fromkeys(FIELDS, 0)
    seen: set[str] = set()
    for line in line_rows:
        field = str(line["field"])
        if field not in FIELDS or field in seen:
            what = "twice" if field in seen else "which is no field of the VAT return"
            raise PermanentError(
                f"Writing the VAT return of {company['company_id']}: the report holds {field} "
                f"{what}. Build the report again; if it persists this is a defect of the report."
            )
        seen.add(field)
        amounts[field] = int(line["amount"])
    if TOTAL not in seen:
        raise PermanentError(
            f"Writing the VAT return of {company['company_id']}: the report lacks {TOTAL}, which "
            "even a zero return states. Build the report again."
        )
    return write(
        VatReturn(
            se_number_of(company), report_row["period_start"], report_row["period_end"], amounts
        )
    )


def se_number_of(company: Mapping[str, Any]) -> str:
    """The number a company files under: its SE number, else its CVR number, which
    is the SE number of a company registered once.

    Raises: PermanentError when it has neither.
    """
    number = company.get("se_number") or company.get("cvr")
    if not number:
        raise PermanentError(
            f"Company {company['company_id']} has neither SE number nor CVR number, so nothing "
            "can be filed for it. Add `se_number` to the company in the settings."
        )
    return str(number)


def element(vat_return: VatReturn) -> etree._Element:
    """`vat_return` as the `Angivelse` element that messages and bytes hold."""
    prefixes = {"ws": VAT, "v": COMPANY, "n": VALUES}
    root = etree.Element(f"{{{VAT}}}Angivelse", nsmap=prefixes)
    filer = etree.SubElement(root, f"{{{VAT}}}AngiverVirksomhedSENummer")
    _text(filer, COMPANY, "VirksomhedSENummerIdentifikator", vat_return.se_number)
    about = etree.SubElement(root, f"{{{VAT}}}Angivelsesoplysninger")
    _text(about, VALUES, "AngivelsePeriodeFraDato", vat_return.period_start.isoformat())
    _text(about, VALUES, "AngivelsePeriodeTilDato", vat_return.period_end.isoformat())
    amounts = etree.SubElement(root, f"{{{VAT}}}Angivelsesafgifter")
    for field in FIELDS:
        if field in vat_return.amounts:
            _text(amounts, VALUES, field, str(vat_return.amounts[field]))
    return root


def write(vat_return: VatReturn) -> bytes:
    """The bytes of `vat_return`: one element a line, so that two can be compared."""
    root = element(vat_return)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def read(content: bytes) -> VatReturn:
    """What the bytes of a return say.

    Raises: PermanentError when they are not a return.
    """
    root = parse(content)
    wrong = _shape(root)
    if wrong:
        raise PermanentError(f"These bytes are not a VAT return: {'; '.join(wrong)}")
    texts = {etree.QName(one).localname: one.text or "" for one in root.iter(etree.Element)}
    return VatReturn(
        texts["VirksomhedSENummerIdentifikator"],
        day(texts["AngivelsePeriodeFraDato"]),
        day(texts["AngivelsePeriodeTilDato"]),
        {field: whole(texts[field]) for field in FIELDS if field in texts},
    )


def validate(content: bytes, company_id: str = "") -> list[Finding]:
    """What the authority would say against these bytes, as findings that withhold.

    Shape by schema; the total from the fields (the authority's error 507); a
    period that starts after it ends; an SE number that is not eight digits.
    Negative amounts are allowed in every field (credit notes, refunds).
    """

    def finding(rule: str, where: str, message: str, remedy: str, **values: str) -> Finding:
        return Finding(rule, Severity.ERROR, company_id, where, message, remedy, **values)

    rebuild = "Build the report again; if it persists this is a defect of the report."
    try:
        vat_return = read(content)
    except PermanentError as error:
        return [finding("vat_return.schema", "VAT return", f"{error}.", rebuild)]
    findings = []
    stated, computed = vat_return.amounts[TOTAL], total(vat_return.amounts)
    if stated != computed:
        message = f"Moms i alt is {stated} kr., but its fields add up to {computed} kr."
        findings.append(
            finding("vat_return.total", TOTAL, message, rebuild,
                    expected=str(computed), found=str(stated))
        )  # fmt: skip
    if vat_return.period_start > vat_return.period_end:
        message = (
            f"The period starts {vat_return.period_start}, after its end {vat_return.period_end}."
        )
        findings.append(finding("vat_return.period", "AngivelsePeriodeFraDato", message, rebuild))
    if not (vat_return.se_number.isascii() and vat_return.se_number.isdigit()):
        message = f"SE number {vat_return.se_number} is not eight digits."
        remedy = "Correct `se_number` of the company in the settings."
        findings.append(finding("vat_return.se_number", "SE number", message, remedy))
    return findings


def _shape(root: etree._Element) -> list[str]:
    return [message for _, message in shape(root)]


def shape(root: etree._Element) -> list[tuple[str, str]]:
    """What the schema says against a lone `Angivelse`, which is checked inside a message: the
    XPath of the element each is about, in the return, and the words.
    """
    if root.tag != f"{{{VAT}}}Angivelse":
        return [("/*", f"the root element is {root.tag}, not {{{VAT}}}Angivelse")]
    # Composed as text: appended, an element keeps declarations of prefixes that
    # the message uses for something else, and lxml then writes the wrong one.
    alone = etree.tostring(root, method="c14n", exclusive=True, with_comments=False)
    message = (
        f'<m:ModtagMomsangivelseForeloebig_I xmlns:m="{VAT}"><k:HovedOplysninger '
        f'xmlns:k="{CONTEXT}"/>'.encode()
        + alone
        + b"</m:ModtagMomsangivelseForeloebig_I>"
    )
    return [
        (path.removeprefix(_AROUND) or "/*", words)
        for path, words in located(etree.fromstring(message))
    ]


_AROUND = "/m:ModtagMomsangivelseForeloebig_I"


def _text(parent: etree._Element, namespace: str, name: str, value: str) -> None:
    etree.SubElement(parent, f"{{{namespace}}}{name}").text = value
