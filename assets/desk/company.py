"""All that an authority knows of one company, by its CVR number.

Belongs here: questions to the tables, each bounded so that a page stays quick. Does not: how
it is shown (templates), or who may see it (`reader`).
"""

from dataclasses import dataclass
from decimal import Decimal

from assets.desk.database import Connection, row, rows

Row = dict[str, object]
MOST = 200
"""Rows of one kind a page shows, the newest first."""

CHARTED = (
    "Revenue",
    "GrossProfitLoss",
    "ProfitLoss",
    "Equity",
    "Assets",
    "AverageNumberOfEmployees",
)
"""Concepts of the Danish taxonomy whose figures are drawn over the years, in this order."""
_FILING = (
    "filing_key, report_type, period_start, period_end, received_at, status, codes, "
    "is_zero, is_correction"
)
_MARKS = ", ".join("?" * len(CHARTED))

SALES_VAT, TOTAL = "MomsAngivelseSalgsMomsBeloeb", "MomsAngivelseAfgiftTilsvarBeloeb"


@dataclass(frozen=True, slots=True)
class Known:
    """One company: its row of the register, and rows of each kind, the newest first.

    `figures`: concept → basis, year, amount; `vat`: one row a period with what was filed.
    """

    company: Row
    duties: list[Row]
    obligations: list[Row]
    filings: list[Row]
    figures: list[Row]
    vat: list[Row]
    comparisons: list[Row]
    scores: list[Row]
    findings: list[Row]
    reminders: list[Row]
    mandates: list[Row]


def company(con: Connection, cvr: str) -> Row | None:
    """The company in the register, or None."""
    return row(con, "SELECT * FROM registered_company WHERE cvr = ?", [cvr])


def known(con: Connection, cvr: str) -> Known | None:
    """Everything on the company's page; None where the register does not have it."""
    found = company(con, cvr)
    if found is None:
        return None
    filings = rows(
        con,
        f"SELECT {_FILING} FROM received_filing WHERE cvr = ? "
        f"ORDER BY received_at DESC, filing_key LIMIT {MOST}",
        [cvr],
    )
    return Known(
        company=found,
        duties=_of(con, cvr, "registered_duty", "report_type, valid_from DESC"),
        obligations=_of(con, cvr, "duty_status", "period_end DESC, report_type"),
        filings=filings,
        figures=_figures(con, cvr),
        vat=_vat(con, filings),
        comparisons=_of(con, cvr, "cross_check", "period_end DESC, points DESC, rule, subject"),
        scores=_of(con, cvr, "company_score", "year DESC"),
        findings=_findings(con, cvr, filings),
        reminders=_of(con, cvr, "reminder", "written_on DESC, kind"),
        mandates=_of(con, cvr, "mandate_given", "granted_at DESC, grantee"),
    )


def _of(con: Connection, cvr: str, table: str, order: str) -> list[Row]:
    return rows(con, f"SELECT * FROM {table} WHERE cvr = ? ORDER BY {order} LIMIT {MOST}", [cvr])


def _figures(con: Connection, cvr: str) -> list[Row]:
    """The figures that are drawn: of the company alone where it says so, else of its group."""
    return rows(
        con,
        "SELECT concept, fiscal_year, period_end, basis, unit, amount, is_comparative "
        "FROM company_figure "
        f"WHERE entity_identifier = ? AND concept IN ({_MARKS}) "
        "QUALIFY row_number() OVER (PARTITION BY concept, fiscal_year ORDER BY "
        "list_position(['solo', 'unstated', 'consolidated'], basis), period_end DESC) = 1 "
        "ORDER BY concept, fiscal_year",
        [cvr, *CHARTED],
    )


def _vat(con: Connection, filings: list[Row]) -> list[Row]:
    """Output VAT and what was to be paid, of each accepted return, the oldest period first."""
    keys = [
        one["filing_key"]
        for one in filings
        if one["report_type"] == "vat_return" and one["status"] == "accepted"
    ]
    if not keys:
        return []
    amounts: dict[object, dict[object, Decimal]] = {}
    for one in rows(
        con,
        f"SELECT filing_key, field, amount FROM filed_vat_amount "
        f"WHERE filing_key IN ({', '.join('?' * len(keys))}) AND field IN (?, ?)",
        [*keys, SALES_VAT, TOTAL],
    ):
        amounts.setdefault(one["filing_key"], {})[one["field"]] = Decimal(str(one["amount"]))
    periods = [
        {
            "filing_key": one["filing_key"],
            "period_start": one["period_start"],
            "period_end": one["period_end"],
            "sales_vat": amounts.get(one["filing_key"], {}).get(SALES_VAT, Decimal(0)),
            "total": amounts.get(one["filing_key"], {}).get(TOTAL, Decimal(0)),
        }
        for one in filings
        if one["filing_key"] in amounts
    ]
    return sorted(periods, key=lambda one: (str(one["period_end"]), str(one["filing_key"])))


def _findings(con: Connection, cvr: str, filings: list[Row]) -> list[Row]:
    """What the rules found in the company's annual reports, the newest report first."""
    annual = {one["filing_key"]: one for one in filings if one["report_type"] == "annual_report"}
    if not annual:
        return []
    known_as = {
        one["filing_id"]: annual[one["filing_key"]]
        for one in rows(
            con,
            "SELECT filing_key, filing_id FROM received_filing WHERE cvr = ? "
            "AND report_type = 'annual_report' AND filing_id IS NOT NULL",
            [cvr],
        )
        if one["filing_key"] in annual
    }
    if not known_as:
        return []
    found = rows(
        con,
        "SELECT filing_id, code, severity, message, remedy, file, line FROM xbrl_problem "
        f"WHERE filing_id IN ({', '.join('?' * len(known_as))}) "
        f"ORDER BY severity, code, line LIMIT {MOST}",
        list(known_as),
    )
    found.sort(key=lambda one: str(known_as[one["filing_id"]]["period_end"]), reverse=True)
    return [{**one, "filing": known_as[one["filing_id"]]} for one in found]
