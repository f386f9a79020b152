"""Small XBRL instances as a Danish company would file them, for tests of the intake."""

from xml.sax.saxutils import escape

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance"
    xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink"
    xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
    xmlns:fsa="http://xbrl.dcca.dk/fsa" xmlns:cmn="http://xbrl.dcca.dk/cmn"
    xmlns:sob="http://xbrl.dcca.dk/sob">
  <link:schemaRef xlink:type="simple" xlink:href="@ENTRY@"/>
  <xbrli:unit id="DKK"><xbrli:measure>iso4217:DKK</xbrli:measure></xbrli:unit>
"""
OLD = "http://archprod.service.eogs.dk/taxonomy/20130401/entryDanishGAAP20130401.xsd"
"""An entry point that no filing rules are known for."""
NEW = "http://archprod.service.eogs.dk/taxonomy/20241001/entryDanishGAAPBalanceSheetAccountFormIncomeStatementByNatureIncludingManagementsReviewStatisticsAndTax20241001.xsd"
_GROUP = (
    '<xbrli:scenario><xbrldi:explicitMember dimension="cmn:ConsolidatedSoloDimension">'
    "cmn:ConsolidatedMember</xbrldi:explicitMember></xbrli:scenario>"
)


def instance(
    cvr: str,
    year: int,
    *,
    equity: int = 40,
    assets: int = 100,
    group_equity: int | None = None,
    approved: str | None = None,
    name: str = "Nordlys ApS",
    entry_point: str = OLD,
) -> bytes:
    """One annual report: equity and assets this year and last, profit, an approval date."""
    contexts = [
        _instant("now", cvr, f"{year}-12-31"),
        _instant("before", cvr, f"{year - 1}-12-31"),
        _duration("year", cvr, year),
        _instant("group", cvr, f"{year}-12-31", _GROUP),
    ]
    facts = [
        _amount("fsa:Equity", "now", equity),
        _amount("fsa:Equity", "before", 1),
        _amount("fsa:Assets", "now", assets),
        _amount("fsa:ProfitLoss", "year", 7),
        f'<cmn:Name contextRef="year">{escape(name)}</cmn:Name>',
    ]
    if group_equity is not None:
        facts.append(_amount("fsa:Equity", "group", group_equity))
    if approved:
        facts.append(
            f'<sob:DateOfApprovalOfAnnualReport contextRef="year">{approved}'
            "</sob:DateOfApprovalOfAnnualReport>"
        )
    head = _HEAD.replace("@ENTRY@", entry_point)
    return f"{head}{''.join(contexts)}{''.join(facts)}\n</xbrli:xbrl>\n".encode()


def _amount(concept: str, context: str, amount: int) -> str:
    return f'\n  <{concept} contextRef="{context}" unitRef="DKK" decimals="0">{amount}</{concept}>'


def _instant(id_: str, cvr: str, day: str, scenario: str = "") -> str:
    return _context(id_, cvr, f"<xbrli:instant>{day}</xbrli:instant>", scenario)


def _duration(id_: str, cvr: str, year: int) -> str:
    start, end = f"{year}-01-01", f"{year}-12-31"
    period = f"<xbrli:startDate>{start}</xbrli:startDate><xbrli:endDate>{end}</xbrli:endDate>"
    return _context(id_, cvr, period, "")


def _context(id_: str, cvr: str, period: str, scenario: str) -> str:
    entity = f'<xbrli:identifier scheme="http://www.dcca.dk/cvr">{cvr}</xbrli:identifier>'
    return (
        f'  <xbrli:context id="{id_}"><xbrli:entity>{entity}</xbrli:entity>'
        f"<xbrli:period>{period}</xbrli:period>{scenario}</xbrli:context>\n"
    )
