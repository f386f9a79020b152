"""An annual report as the service publishes it: without what the law keeps from publication.

§ 138 a stk. 3: which bookkeeping system is used is reported and not published. Where the page
tags it, the tag and what it holds are taken away; a report without any is published byte for byte.

Belongs here: the published page, and its PDF. Does not: the index (`annual_index`).
"""

from lxml import etree

from assets.authority.service.annual_rows import AnnualReport

IX = "http://www.xbrl.org/2013/inlineXBRL"
_TAGS = {f"{{{IX}}}{name}" for name in ("nonNumeric", "nonFraction")}
_KEPT = ("BookkeepingSystem", "BackupCopy")


def published(content: bytes, *, is_tampered: bool = False) -> bytes:
    """The page everyone sees. `is_tampered`: with another figure in it, as no authority does."""
    if not is_tampered and not any(word.encode() in content for word in _KEPT):
        return content
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True))
    for tagged in [one for one in root.iter() if one.tag in _TAGS]:
        name = (tagged.get("name") or "").rpartition(":")[2]
        if any(word in name for word in _KEPT):
            _take_out(tagged)
    if is_tampered:
        figure = next(one for one in root.iter(f"{{{IX}}}nonFraction") if len(one) == 0)
        figure.text = "987654321"
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)


def pdf(report: AnnualReport, company: str) -> bytes:
    """A page that says what was published; the service does not print reports."""
    from fpdf import FPDF  # noqa: PLC0415  0.2 s, and only a reader of a published page needs it

    page = FPDF()
    page.set_creation_date(report.received_at)
    page.add_page()
    page.set_font("Helvetica", size=12)
    for line in (
        "Sandbox: intet her er offentliggjort i virkeligheden.",
        f"Årsrapport for {company}, CVR-nr. {report.cvr}",
        f"Regnskabsperiode {report.period_start} - {report.period_end}",
        f"Sagsnummer {report.case_number}",
    ):
        page.cell(
            text=line.encode("latin-1", "replace").decode("latin-1"), new_y="NEXT", new_x="LMARGIN"
        )
    return bytes(page.output())


def _take_out(element: etree._Element) -> None:
    """Remove an element and what it holds; what follows it stays."""
    parent, tail = element.getparent(), element.tail or ""
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
