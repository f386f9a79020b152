"""The annual reports on the sandbox's overview page.

Belongs here: their table as HTML. Does not: the page around it (`pages`).
"""

from collections.abc import Iterable, Mapping
from html import escape

from assets.authority.service import annual_codes as codes
from assets.authority.service.annual_rows import AnnualReport
from assets.authority.service.receipts import day

_HEADS = ("Virksomhed", "CVR-nr.", "Regnskabsår", "Status", "Sagsnummer", "")


def listed(reports: Iterable[AnnualReport], names: Mapping[str, str]) -> str:
    """Every report received, newest first; `names`: CVR number → company."""
    rows = "".join(f"<tr>{_row(one, names)}</tr>" for one in reversed(list(reports)))
    if not rows:
        return "<h2>Årsrapporter</h2><p class=quiet>Intet modtaget.</p>"
    heads = "".join(f"<th>{head}</th>" for head in _HEADS)
    return f"<h2>Årsrapporter</h2><table><tr>{heads}</tr>{rows}</table>"


def _row(report: AnnualReport, names: Mapping[str, str]) -> str:
    start, end = report.period_start, report.period_end
    period = f"{day(start)} – {day(end)}" if start and end else "ukendt"
    shown = (names.get(report.cvr, ""), report.cvr, period)
    cells = "".join(f"<td>{escape(one)}</td>" for one in shown)
    case = escape(report.case_number)
    link = f'<a href="/regnskaber/{case}">vis</a>'
    return f"{cells}<td>{_state(report)}</td><td>{case}</td><td>{link}</td>"


def _state(report: AnnualReport) -> str:
    if not report.is_published:
        why = "; ".join(f"{code}: {text}" for code, text in report.reasons)
        words = f"afvist ({report.code} {codes.TEXTS[report.code]})"
        return f'<span class="state rejected" title="{escape(why)}">{escape(words)}</span>'
    words = "offentliggjort" + (", omgjort" if report.is_redone else "")
    return f'<span class="state approved">{words}{", for sent" if report.is_late else ""}</span>'
