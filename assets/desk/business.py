"""What a business's own workspace holds of its companies: duties, filings, receipts, figures.

Belongs here: questions to the tables of the line. Does not: an authority's (`company`).
"""

from dataclasses import dataclass

from assets.desk.company import MOST, Row
from assets.desk.database import Connection, rows


@dataclass(frozen=True, slots=True)
class Own:
    """One company of one's own: rows of each kind, the newest first.

    `lines`: figures of the newest report of each type and period that is stored.
    """

    obligations: list[Row]
    filings: list[Row]
    findings: list[Row]
    reports: list[Row]
    lines: list[Row]


def standing(con: Connection) -> dict[str, Row]:
    """By company: duties open, the next due date, filings, and findings that withhold."""
    found = rows(
        con,
        "SELECT company_id, count(*) FILTER (state <> 'fulfilled') AS open, "
        "min(due_date) FILTER (state = 'open') AS next_due FROM obligation GROUP BY company_id",
    )
    known: dict[str, Row] = {str(one["company_id"]): one for one in found}
    for one in rows(
        con,
        "SELECT company_id, count(*) AS errors FROM finding WHERE severity = 'error' "
        "GROUP BY company_id",
    ):
        known.setdefault(str(one["company_id"]), {"open": 0, "next_due": None}).update(one)
    return known


def own(con: Connection, company_id: str) -> Own:
    """Everything on the page of one company."""
    return Own(
        obligations=_of(con, company_id, "obligation", "period_end DESC, report_type"),
        filings=rows(
            con,
            "SELECT f.*, r.received_at, r.reference, r.sha256 AS receipt_sha256 FROM filing f "
            "LEFT JOIN receipt r USING (filing_id) WHERE f.company_id = ? "
            f"ORDER BY f.period_end DESC, f.created_at DESC LIMIT {MOST}",
            [company_id],
        ),
        findings=_of(con, company_id, "finding", "severity, rule"),
        reports=_of(con, company_id, "report", "period_end DESC, report_type"),
        lines=rows(
            con,
            "SELECT report_type, period_start, period_end, subject, field, field_no, amount, "
            "amount_exact, formula, origin FROM report_line WHERE company_id = ? "
            "AND (amount <> 0 OR report_type = 'vat_return') AND subject = '' "
            f"ORDER BY period_end DESC, report_type, field_no LIMIT {4 * MOST}",
            [company_id],
        ),
    )


def _of(con: Connection, company_id: str, table: str, order: str) -> list[Row]:
    return rows(
        con,
        f"SELECT * FROM {table} WHERE company_id = ? ORDER BY {order} LIMIT {MOST}",
        [company_id],
    )
