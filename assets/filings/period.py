"""Turn a period's ready reports into filings: render, validate, register, approve by policy.

Belongs here: going through the reports. Does not: rendering one (`vat_return`,
`eu_sales_list`), validating (`proving`), its place among its siblings (`register`), sending.
"""

import importlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from assets.deliveries.approval import POLICY, approve_all_by_policy
from assets.filings.closed import published, refuse_replacement, too_late, what_for
from assets.filings.proving import Proof, Provers
from assets.filings.register import Registered, Rendered, register_filings, withdraw
from assets.reports import due, duty
from assets.workspace import Company, Workspace
from quality import yearly
from quality.finding import Finding, Severity, errors
from warehouse.errors import ReportingError, TransientError
from warehouse.operations import Operations, Row

_TEXTS = """
SELECT t.* FROM report_text t WHERE t.period_end >= ? AND t.period_end < ?
ORDER BY t.company_id, t.report_type, t.period_start, t.field_no, t.subject
"""
_LINES = """
SELECT r.*, l.subject, l.field, l.field_no, l.amount,
       l.amount_exact, l.origin, l.source, c.name, c.cvr, c.se_number
FROM report r
JOIN company c USING (company_id)
LEFT JOIN report_line l USING (company_id, report_type, period_start, period_end)
WHERE r.state = 'ready' AND r.period_end >= ? AND r.period_end < ?
ORDER BY r.company_id, r.report_type, r.period_start, l.subject, l.field_no
"""


_Found = tuple[Row, list[Row], list[Row]]
"""A report, its lines, its texts."""


@dataclass(slots=True)
class Filed:
    """What the reports of a period became. `problems`: company → why there is no filing.

    `warnings`: company → what was found in its filing that does not hold it back.
    `unfinished`: what could not be judged to the end, and may be at another time.
    """

    built: int = 0
    unchanged: int = 0
    nothing_to_file: int = 0
    approved: int = 0
    awaiting_approval: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)


def build(workspace: Workspace, operations: Operations, period: str) -> Filed:
    """Register a filing for every ready report whose period ends in month `period`.

    One company's trouble is named in `problems` and the others go on. Raises `TransientError`
    when all are registered and some could not be judged to the end.
    """
    done = Filed()
    _withdraw(workspace, operations, period)
    companies = {company.company_id: company for company in workspace.selected_companies()}
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        wrong = _errors(con, period)
        reports = list(ready_reports(con, *due.month(period)))
    types, obligations = duty.types(workspace), due.rows(operations, workspace, period)
    late = too_late(obligations, workspace.today)
    final = published(operations, obligations, period)
    done.problems |= {key[0]: message for key, message in late.items()}
    mine = [
        found
        for found in reports
        if found[0]["company_id"] in companies
        and found[0]["report_type"] in types
        and what_for(found[0]) not in late
    ]
    with Provers(workspace, operations) as provers:
        for start in range(0, len(mine), _TOGETHER):
            batch = _rendered(mine[start : start + _TOGETHER], final, done)
            found = _register(operations, workspace.storage, batch, provers, done)
            _approve(operations, companies, found, wrong, done)
            workspace.progress(f"filings, of {len(mine)}", min(start + _TOGETHER, len(mine)))
    if done.unfinished:
        more = len(done.unfinished) - 1
        raise TransientError(done.unfinished[0] + (f" (and {more} more)" if more else ""))
    return done


_TOGETHER = 200
"""Filings in one transaction of the operations database."""


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


def ready_reports(con: duckdb.DuckDBPyConnection, first: date, after: date) -> Iterator[_Found]:
    """Each ready report whose period ends from `first` to before `after`; its lines and texts."""
    texts = {
        place: list(group)
        for place, group in groupby(_rows(con, _TEXTS, [first, after]), key=_place)
    }
    for place, group in groupby(_rows(con, _LINES, [first, after]), key=_place):
        lines = list(group)
        stated = [line for line in lines if line["field"] is not None]
        yield lines[0], stated, texts.get(place, [])


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: list[date]) -> list[Row]:
    cursor = con.execute(sql, values)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _place(row: Row) -> tuple[str, str, date, date]:
    return row["company_id"], row["report_type"], row["period_start"], row["period_end"]


def _is_empty_list(report: Row, lines: list[Row]) -> bool:
    """An EU sales list without sales is not filed; a VAT return of zeros is."""
    return report["report_type"] == "eu_sales_list" and not any(line["amount"] for line in lines)


def _rendered(reports: list[_Found], final: Mapping[Any, set[str]], done: Filed) -> list[Rendered]:
    """The bytes to file; what one company is refused for is its own problem."""
    rendered: list[Rendered] = []
    for report, lines, texts in reports:
        if not lines or _is_empty_list(report, lines):
            done.nothing_to_file += 1
            continue
        try:
            made = _render(report, lines, texts)
            refuse_replacement(made, final)
            rendered.append(made)
        except ReportingError as error:
            done.problems[report["company_id"]] = str(error)
    return rendered


def _register(
    operations: Operations, root: Path, rendered: list[Rendered], provers: Provers, done: Filed
) -> list[Registered]:
    """Prove and register; what one company is refused for is its own problem."""
    found: list[Registered] = []
    proofs = provers.prove(rendered)
    _tell(rendered, proofs, done)
    proven = [
        (replace(filing, judged=proof.event), proof.findings)
        for filing, proof in zip(rendered, proofs, strict=True)
    ]
    results = register_filings(operations, root, proven)
    for filing, result in zip(rendered, results, strict=True):
        if isinstance(result, Registered):
            found.append(result)
        else:
            done.problems[filing.company_id] = str(result)
    done.built += sum(one.is_new for one in found)
    done.unchanged += sum(not one.is_new for one in found)
    return found


def _tell(rendered: list[Rendered], proofs: list[Proof], done: Filed) -> None:
    """What a person should see of the judgements: errors, warnings, and those not finished."""
    for one, proof in zip(rendered, proofs, strict=True):
        wrong = errors(proof.findings)
        if wrong:
            more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
            done.problems[one.company_id] = f"{wrong[0].message} {wrong[0].remedy}".rstrip() + more
        warnings = [str(found) for found in proof.findings if found.severity is Severity.WARNING]
        if warnings:
            done.warnings.setdefault(one.company_id, []).extend(warnings)
        if proof.unfinished:
            done.unfinished.append(proof.unfinished)


def _render(report: Row, lines: list[Row], texts: list[Row]) -> Rendered:
    """The report's bytes."""
    module: Any = importlib.import_module(f"assets.filings.{report['report_type']}")
    words = (texts,) if texts else ()
    content: bytes = module.render(report, lines, report, *words)
    return Rendered(
        company_id=report["company_id"],
        se_number=_number(report),
        report_id=report["report_id"],
        report_type=report["report_type"],
        period_start=report["period_start"],
        period_end=report["period_end"],
        media_type=module.MEDIA_TYPE,
        content=content,
    )


def _number(report: Row) -> str:
    """What it is filed under: an annual report is the company's, not a registration's."""
    if report["report_type"] == "annual_report":
        return str(report["cvr"])
    return str(report["se_number"] or report["cvr"])


def _approve(
    operations: Operations,
    companies: Mapping[str, Company],
    found: list[Registered],
    wrong: Mapping[tuple[str, bool], list[Finding]],
    done: Filed,
) -> None:
    """Approve by policy where the settings say so; else a person is waited for."""
    automatic: dict[str, str] = {}
    against: dict[str, list[Finding]] = {}
    duties = duty.duties()
    for one in found:
        filing = one.filing
        filing_id, company_id = filing["filing_id"], filing["company_id"]
        policy = companies[company_id].policy[filing["report_type"]]
        if filing["state"] != "validated":
            done.approved += filing["approved_by"] == POLICY
        elif policy == "automatic" and one.waits_for is None:
            automatic[filing_id] = company_id
            is_yearly = duties[filing["report_type"]].is_final
            against[filing_id] = wrong.get((company_id, is_yearly), [])
        else:
            done.awaiting_approval.append(filing_id)
    refused = approve_all_by_policy(operations, against)
    done.approved += len(automatic) - len(refused)
    done.problems |= {automatic[filing_id]: str(error) for filing_id, error in refused.items()}


def _errors(
    con: duckdb.DuckDBPyConnection, period: str
) -> defaultdict[tuple[str, bool], list[Finding]]:
    """What withholds, by company and by whether it is about a fiscal year's report."""
    found = con.execute(
        f"SELECT {yearly.IS_YEARLY}, rule, severity, company_id, place, message, remedy "
        "FROM finding WHERE severity = 'error' AND period = ? ORDER BY ALL",
        [period],
    ).fetchall()
    by_scope: defaultdict[tuple[str, bool], list[Finding]] = defaultdict(list)
    for is_yearly, rule, severity, company_id, *words in found:
        finding = Finding(rule, Severity(severity), company_id, *words)
        by_scope[company_id, is_yearly].append(finding)
    return by_scope
