"""Turn a period's ready reports into filings: render, validate, register, approve by policy.

Belongs here: going through the reports. Does not: rendering one (`vat_return`,
`eu_sales_list`), its place among its siblings (`register`), sending.
"""

import importlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from assets.deliveries.approval import POLICY, approve_by_policy
from assets.filings.register import Registered, Rendered, register_filing, withdraw
from assets.reports import due
from assets.workspace import Company, Workspace
from quality.finding import Finding, Severity
from warehouse.errors import ReportingError
from warehouse.operations import Operations, Row

_LINES = """
SELECT r.*, l.subject, l.field, l.field_no, l.amount, c.name, c.cvr, c.se_number
FROM report r
JOIN company c USING (company_id)
LEFT JOIN report_line l USING (company_id, report_type, period_start, period_end)
WHERE r.state = 'ready' AND r.period_end >= ? AND r.period_end < ?
ORDER BY r.company_id, r.report_type, r.period_start, l.subject, l.field_no
"""


@dataclass(slots=True)
class Filed:
    """What the reports of a period became. `problems`: company → why there is no filing."""

    built: int = 0
    unchanged: int = 0
    nothing_to_file: int = 0
    approved: int = 0
    awaiting_approval: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def build(workspace: Workspace, operations: Operations, period: str) -> Filed:
    """Register a filing for every ready report whose period ends in month `period`.

    One company's trouble is named in `problems` and the others go on.
    """
    done = Filed()
    _withdraw(workspace, operations, period)
    companies = {company.company_id: company for company in workspace.selected_companies()}
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        wrong = _errors(con, period)
        reports = list(_reports(con, *due.month(period)))
    for number, (report, lines) in enumerate(reports, start=1):
        company = companies.get(report["company_id"])
        if company is not None:
            desk = _Desk(operations, workspace.storage, company, wrong[company.company_id])
            _one(desk, report, lines, done)
        if number % 100 == 0:
            workspace.progress(f"filings, of {len(reports)}", number)
    return done


@dataclass(frozen=True, slots=True)
class _Desk:
    """What making one company's filing needs; `wrong`: the errors the checks found for it."""

    operations: Operations
    root: Path
    company: Company
    wrong: list[Finding]


def _withdraw(workspace: Workspace, operations: Operations, period: str) -> None:
    """Take back what was ready to leave, where its report is withheld now."""
    waiting = operations.filings(period=period, states=["validated", "approved"])
    if not waiting:
        return
    first, after = due.month(period)
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        found = con.execute(_WITHHELD, [first, after]).fetchall()
    reasons = {row[:3]: row[3] for row in found}
    for filing in waiting:
        reason = reasons.get(tuple(filing[name] for name in _NAMES))
        if reason is not None:
            company_id, report_type, period_end = (filing[name] for name in _NAMES)
            withdraw(operations, company_id, report_type, period_end, reason)


_NAMES = ("company_id", "report_type", "period_end")
_WITHHELD = """
SELECT company_id, report_type, period_end, reason FROM report
WHERE state = 'withheld' AND period_end >= ? AND period_end < ?
"""


def _reports(
    con: duckdb.DuckDBPyConnection, first: date, after: date
) -> Iterator[tuple[Row, list[Row]]]:
    """Each ready report with its lines."""
    cursor = con.execute(_LINES, [first, after])
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    key = ("company_id", "report_type", "period_start", "period_end")
    for _, group in groupby(rows, key=lambda row: [row[name] for name in key]):
        lines = list(group)
        yield lines[0], [line for line in lines if line["field"] is not None]


def _one(desk: _Desk, report: Row, lines: list[Row], done: Filed) -> None:
    if not lines or _is_empty_list(report, lines):
        done.nothing_to_file += 1
        return
    try:
        registered = _register(desk, report, lines)
        done.built += registered.is_new
        done.unchanged += not registered.is_new
        _approve(desk, registered, done)
    except ReportingError as error:
        done.problems[report["company_id"]] = str(error)


def _is_empty_list(report: Row, lines: list[Row]) -> bool:
    """An EU sales list without sales is not filed; a VAT return of zeros is."""
    return report["report_type"] == "eu_sales_list" and not any(line["amount"] for line in lines)


def _register(desk: _Desk, report: Row, lines: list[Row]) -> Registered:
    module: Any = importlib.import_module(f"assets.filings.{report['report_type']}")
    content: bytes = module.render(report, lines, report)
    findings: list[Finding] = module.validate(content)
    rendered = Rendered(
        company_id=report["company_id"],
        se_number=report["se_number"] or report["cvr"],
        report_id=report["report_id"],
        report_type=report["report_type"],
        period_start=report["period_start"],
        period_end=report["period_end"],
        media_type=module.MEDIA_TYPE,
        content=content,
    )
    return register_filing(desk.operations, desk.root, rendered, findings)


def _approve(desk: _Desk, registered: Registered, done: Filed) -> None:
    """Approve by policy where the settings say so; else a person is waited for."""
    filing = registered.filing
    policy = desk.company.policy[filing["report_type"]]
    if filing["state"] != "validated":
        done.approved += filing["approved_by"] == POLICY
    elif policy == "automatic" and registered.waits_for is None:
        approve_by_policy(
            desk.operations, filing["filing_id"], is_automatic=True, findings=desk.wrong
        )
        done.approved += 1
    else:
        done.awaiting_approval.append(filing["filing_id"])


def _errors(con: duckdb.DuckDBPyConnection, period: str) -> defaultdict[str, list[Finding]]:
    """What withholds, by company."""
    found = con.execute(
        "SELECT rule, severity, company_id, place, message, remedy FROM finding "
        "WHERE severity = 'error' AND period = ? ORDER BY ALL",
        [period],
    ).fetchall()
    by_company: defaultdict[str, list[Finding]] = defaultdict(list)
    for rule, severity, company_id, *words in found:
        by_company[company_id].append(Finding(rule, Severity(severity), company_id, *words))
    return by_company
