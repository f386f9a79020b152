"""The commands that run the line: pull, check, report, approve, deliver.

Belongs here: which jobs a command runs and what it shows of them. Does not: the
work, which is the assets'.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assets.workspace import Workspace
from pipelines import output, periods, run
from pipelines.commands import report_view, sources
from pipelines.commands.call import Call

_SHOWN_WHOLE = 6
"""Reports shown with every line; beyond, states are counted."""


def pull(call: Call, *, is_full: bool = False) -> int:
    """Read every source, only what is new unless `is_full`; bring the ledger up to date.

    Withheld where a source could not be read, or its last reading left an error.
    """
    workspace = replace(call.workspace(), is_again=is_full)
    with call.out.progress("pull") as progress:
        ran = run.run(workspace, "pull", progress)
    rows = sources.rows(workspace)
    call.out.table("Sources", list(rows[0]) if rows else ["company"], [r.values() for r in rows])
    with workspace.store().connect() as con:
        counted = con.execute("SELECT count(*) FROM voucher").fetchall()[0][0]
    if said := sources.told(rows):
        call.out.say(said)
    call.out.say(f"The ledger holds {counted:,} vouchers. Run {ran.run_id[:8]}.")
    call.out.data({"run_id": ran.run_id, "sources": rows, "vouchers": counted})
    return output.WITHHELD if any(row["problem"] or row["errors"] for row in rows) else output.OK


def check(call: Call, period: str | None) -> int:
    """Check the books of every company with a report due in the period."""
    workspace = call.workspace()
    facts, code = [], output.OK
    for one in asked(call, period):
        month = one.month
        with call.out.progress(f"check {month}") as progress:
            ran = run.run(limited(workspace, one), "check", progress, partition=month)
        found = findings(call, month)
        call.out.table(
            f"Findings {month}", ["company", "severity", "rule", "where", "message", "what to do"],
            [tuple(f.values()) for f in found],
        )  # fmt: skip
        facts.append({"period": month, "run_id": ran.run_id, "findings": found})
        if any(f["severity"] == "error" for f in found):
            code = output.WITHHELD
        if not found:
            call.out.say(f"{month}: nothing found.")
    call.out.data(facts)
    return code


def report(call: Call, period: str | None) -> int:
    """Check, build the reports, render and validate the filings."""
    workspace = call.workspace()
    facts, code = [], output.OK
    for one in asked(call, period):
        month = one.month
        with call.out.progress(f"report {month}") as progress:
            ran = run.run(limited(workspace, one), "draft", progress, partition=month)
        reports = [row for row in drafted(call, month) if wanted(one, row["report_type"])]
        if not reports:
            call.out.say(
                f"{month}: no report is due from the companies asked for. What a company reports "
                "follows from vat_frequency, eu_sales_list and [company.annual_report] in "
                "indberet.toml."
            )
        if len(reports) <= _SHOWN_WHOLE:
            for report in reports:
                report_view.show(call, report)
        else:
            _show_many(call, month, reports)
        _show_failed_checks(call, ran)
        facts.append({"period": month, "run_id": ran.run_id, "reports": reports})
        problems = ran.metadata.get("filing", {}).get("problems") or {}
        for company, problem in problems.items():
            call.out.say(f"{company}: {problem}", is_markup=False)
        for company, told in (ran.metadata.get("filing", {}).get("warnings") or {}).items():
            for words in told:
                call.out.say(f"{company}: {words}", is_markup=False)
        if problems or any(row["state"] == "withheld" for row in reports):
            code = output.WITHHELD
    call.out.data(facts)
    return code


def approve(call: Call, period: str | None, who: str, *, filing: str | None, again: bool) -> int:
    """Approve filings: exact bytes, by a person's name."""
    from assets.deliveries import approval

    workspace = call.workspace()
    ids = [company.company_id for company in workspace.selected_companies()]
    approved = []
    with workspace.operations_database() as operations:
        states = ["validated", "rejected"] if again else ["validated"]
        for one in asked(call, period):
            for row in operations.filings(company_ids=ids, period=one.month, states=states):
                if not wanted(one, row["report_type"]):
                    continue
                if filing is None or row["filing_id"].startswith(filing):
                    done = approval.approve(operations, row["filing_id"], who, again=again)
                    approved.append(_filing(done))
    call.out.table(
        f"Approved by {who}", list(approved[0]) if approved else ["filing"],
        [one.values() for one in approved],
    )  # fmt: skip
    if not approved:
        call.out.say("Nothing waits for approval. `indberet status` shows every filing.")
    call.out.data(approved)
    return output.OK


def deliver(call: Call, period: str | None) -> int:
    """Send what is approved, and fetch decisions and receipts."""
    workspace = call.workspace()
    facts, code = [], output.OK
    for asked_for in asked(call, period):
        month = asked_for.month
        with call.out.progress(f"deliver {month}") as progress:
            ran = run.run(limited(workspace, asked_for), "deliver", progress, partition=month)
        filings = delivered(call, month)
        _show_filings(call, month, filings)
        facts.append({"period": month, "run_id": ran.run_id, "filings": filings})
        if any(_is_stuck(one) for one in filings):
            code = output.WITHHELD
    call.out.data(facts)
    return code


def _is_stuck(filing: dict[str, Any]) -> bool:
    """Whether a filing was refused, or stays approved because something stopped its sending."""
    stopped = filing["state"] == "approved" and bool(filing["note"])
    return stopped or filing["state"] == "rejected"


def asked(call: Call, period: str | None) -> list[periods.Asked]:
    """The months a command is about, and whether only for their fiscal years."""
    workspace = call.workspace()
    if period is not None:
        return periods.asked(period, workspace.selected_companies())
    return periods.still_owed(workspace)


def limited(workspace: Workspace, one: periods.Asked) -> Workspace:
    """The workspace for one month: a run about fiscal years leaves the returns alone."""
    return replace(workspace, is_yearly_only=one.is_yearly_only)


def wanted(one: periods.Asked, report_type: str) -> bool:
    """Whether what is asked is about a report type."""
    from assets.reports import duty

    return not one.is_yearly_only or duty.of(report_type).is_final


def findings(call: Call, month: str) -> list[dict[str, Any]]:
    """The kept findings of a month, the gravest first."""
    query = """
        SELECT company_id, severity, rule, place AS where_found, message, remedy FROM finding
        WHERE period = ? ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2
        END, company_id, rule, place
    """
    return [r for r in select(call, query, [month]) if _wanted(call, r)]


def drafted(call: Call, month: str) -> list[dict[str, Any]]:
    """The reports of a month with their lines."""
    reports = select(
        call,
        "SELECT company_id, report_type, period_start, period_end, state, reason FROM report "
        "WHERE strftime(period_end, '%Y-%m') = ? ORDER BY ALL",
        [month],
    )
    lines = select(
        call,
        "SELECT company_id, report_type, period_start, subject, field_no, field, amount, "
        "amount_exact FROM report_line WHERE strftime(period_end, '%Y-%m') = ? ORDER BY ALL",
        [month],
    )
    reconciled = select(
        call,
        "SELECT company_id, report_type, period_start, rule, subject, left_name, left_amount, "
        "right_name, right_amount, difference, is_within_tolerance FROM reconciliation "
        "WHERE strftime(period_end, '%Y-%m') = ? ORDER BY ALL",
        [month],
    )
    lines_of, reconciliations_of = _by_report(lines), _by_report(reconciled)
    return [
        one
        | {
            "lines": lines_of.get(_report_key(one), []),
            "reconciliations": reconciliations_of.get(_report_key(one), []),
        }
        for one in reports
        if _wanted(call, one)
    ]


def _report_key(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["company_id"], row["report_type"], row["period_start"]


def _by_report(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(_report_key(row), []).append(row)
    return found


def delivered(call: Call, month: str) -> list[dict[str, Any]]:
    """The filings of a month with receipts and where they lie."""
    workspace = call.workspace()
    ids = [company.company_id for company in workspace.selected_companies()]
    with workspace.operations_database() as operations:
        rows = operations.filings(company_ids=ids, period=month)
        return [
            _filing(row)
            | {"note": note(row, operations.deliveries(row["filing_id"]))}
            | _receipt(workspace.storage, operations, row)
            for row in rows
        ]


def note(filing: Any, attempts: Sequence[Any]) -> str:
    """What there is to say of where a filing stands. One that is accepted and has no receipt
    yet says why not, as the last attempt to fetch it has it: a report published otherwise
    than it was sent must not look like one that is merely waited for.
    """
    last = attempts[-1] if attempts else None
    if filing["state"] == "accepted" and last is not None and last["operation"] == "receipt":
        return str(last["message"] or filing["reason"] or "")
    return filing["reason"] or ""


def select(call: Call, query: str, parameters: list[Any]) -> list[dict[str, Any]]:
    """Rows of a query over the warehouse, as dictionaries."""
    workspace = call.workspace()
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        cursor = con.execute(query, parameters)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _wanted(call: Call, row: dict[str, Any]) -> bool:
    return not call.companies or row["company_id"] in call.companies


def _filing(row: Any) -> dict[str, Any]:
    return {
        "company": row["company_id"],
        "report": row["report_type"],
        "period": f"{row['period_start']} – {row['period_end']}",
        "filing": str(row["filing_id"])[:12],
        "state": row["state"],
        "note": row["reason"] or "",
    }


def _receipt(storage: Any, operations: Any, row: Any) -> dict[str, Any]:
    receipt = operations.receipt(row["filing_id"])
    if receipt is None:
        return {"receipt": "", "pdf": "", "approve at": row["deep_link"] or ""}
    pdf = receipt["pdf_path"]
    return {
        "receipt": str(storage / receipt["path"]),
        "pdf": str(storage / pdf) if pdf else "",
        "approve at": "",
    }


def _show_many(call: Call, month: str, reports: list[dict[str, Any]]) -> None:
    """How many reports are in each state, and which do not leave, by name."""
    states = Counter((one["report_type"], one["state"]) for one in reports)
    call.out.table(
        f"Reports {month}",
        ["report", "state", ">companies"],
        [(*key, count) for key, count in sorted(states.items())],
    )
    for one in reports:
        if one["state"] == "withheld":
            call.out.say(f"  {one['company_id']} {one['report_type']}: {one['reason']}")
    call.out.say("`indberet report --company ID` shows one company's figures.")


def _show_failed_checks(call: Call, ran: run.Ran) -> None:
    """Name the asset checks that failed: rules over the books, suites over our own tables."""
    if ran.failed_checks:
        call.out.say(
            f"{len(ran.failed_checks)} checks failed: {', '.join(sorted(ran.failed_checks)[:10])}. "
            "`indberet ui` shows each with its Data Docs."
        )


def _show_filings(call: Call, month: str, filings: list[dict[str, Any]]) -> None:
    columns = ["company", "report", "period", "filing", "state", "note", "approve at"]
    call.out.table(
        f"Filings {month}", columns, [[one[name] for name in columns] for one in filings]
    )
    for one in filings:
        for kind in ("receipt", "pdf"):
            if one[kind]:
                call.out.say(f"  {one['company']} {one['report']} {kind}: {one[kind]}")
