"""The annual report as the bytes a board signs and the authority receives: inline XBRL.

One self-contained page of XHTML in which every figure is tagged: it is read by people and
by machines, and nothing is delivered beside it. Inline XBRL is taken for every balance
date; a plain instance, which is delivered together with a PDF of the same page, only for
balance dates before 2025, and the authority's rules for newer taxonomies (FR83) refuse it
there too. So `render` writes the page whatever the year; `assets.filings.annual.instance`
writes the plain instance where someone needs it, and `assets.filings.annual.pdf` the PDF.

Belongs here: the plug-in's four names. Does not: the page (`assets.filings.annual`), or
proving it against a taxonomy.

Source: indsendelsesbekendtgørelsen (BEK 1054/2021) § 17.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from assets.filings.annual import page, proof, rows
from quality.finding import Finding, Severity
from xbrl.read import read_bytes

MEDIA_TYPE = "application/xhtml+xml"
open_proof = proof.open_proof


def render(
    report_row: Mapping[str, Any],
    line_rows: Iterable[Mapping[str, Any]],
    company: Mapping[str, Any],
    text_rows: Iterable[Mapping[str, Any]] = (),
) -> bytes:
    """The bytes of one report, from rows of `report`, `report_line`, `company` and
    `report_text`; the same rows give the same bytes.

    Raises: PermanentError when a line or text is unknown, stands twice or finds no place on
    the page, when dates cannot be read, or the company has no CVR number.
    """
    return page.write(rows.read(report_row, line_rows, company, text_rows))


def validate(content: bytes, company_id: str = "") -> list[Finding]:
    """What the bytes are wrong in by themselves: as XML, and as inline XBRL. What the
    taxonomy and the authority's rules say is the proof's to tell (`open_proof`).
    """
    return [
        Finding(one.code, Severity(one.severity), company_id, one.where, one.message, one.remedy)
        for instance in read_bytes(content, "report.xhtml")
        for one in instance.problems
    ]
