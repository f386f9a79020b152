"""The commands that only look: calendar, status, explain, export.

Belongs here: reading and showing. Does not: changing anything.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from assets.reports import due
from assets.workspace import Workspace
from pipelines import output, periods
from pipelines.commands import owed, sources
from pipelines.commands.call import Call
from pipelines.commands.line import note, select
from warehouse.errors import SettingsError

FORMATS = ("csv", "parquet", "xlsx", "json")


def calendar(call: Call, *, ask: bool) -> int:
    """What is due when; with `ask`, the authority's own dates first."""
    from assets.reports import obligations

    workspace = call.workspace()
    with workspace.operations_database() as operations:
        if ask:
            findings = obligations.ask(workspace, operations).findings
        else:
            findings = obligations.keep_at_hand(workspace, operations).findings
        rows = obligations.at_hand(workspace, operations)
        standing = owed.rows(workspace, operations)
    names = ["company_id", "report_type", "period_start", "period_end", "frequency", "due_date",
             "payment_date", "state", "origin"]  # fmt: skip
    shown = [{name: row[name] for name in names} for row in rows]
    call.out.table(f"Due, seen on {workspace.today}", names, [r.values() for r in shown])
    said = [
        {"company": f.company_id, "rule": f.rule, "where": f.where, "message": f.message,
         "what to do": f.remedy}
        for f in findings
    ]  # fmt: skip
    if said:
        call.out.table("The authority's calendar", list(said[0]), [one.values() for one in said])
    owed.show(call, standing)
    call.out.data({"obligations": shown, "findings": said, "owed": standing})
    return output.OK


def status(call: Call) -> int:
    """Where everything stands: sources, ledger, filings, what is owed, the certificate."""
    workspace = call.workspace()
    ids = [company.company_id for company in workspace.selected_companies()]
    with workspace.operations_database() as operations:
        rows = operations.filings(company_ids=ids)
        notes = [note(row, operations.deliveries(row["filing_id"])) for row in rows]
        standing = owed.rows(workspace, operations)
    filings = [
        {
            "company": r["company_id"], "report": r["report_type"],
            "period": f"{r['period_start']} – {r['period_end']}", "state": r["state"],
            "filing": r["filing_id"][:12], "note": said,
        }
        for r, said in zip(rows, notes, strict=True)
    ]  # fmt: skip
    ledger = select(
        call,
        "SELECT company_id, count(*) AS vouchers, min(posting_date) AS first_day, "
        "max(posting_date) AS last_day FROM voucher GROUP BY 1 ORDER BY 1",
        [],
    )
    ledger = [row for row in ledger if row["company_id"] in ids]
    read = sources.rows(workspace)
    if read:
        call.out.table("Sources", list(read[0]), [row.values() for row in read])
    if ledger:
        call.out.table("Ledger", list(ledger[0]), [row.values() for row in ledger])
    if filings:
        call.out.table("Filings", list(filings[0]), [row.values() for row in filings])
    owed.show(call, standing)
    if not any(row["loads"] or row["problem"] for row in read):
        call.out.say("Nothing yet. Begin with `indberet pull`.")
    elif not ledger and any(row["loads"] for row in read):
        call.out.say("The sources hold no vouchers.")
    if said := sources.told(read):
        call.out.say(said)
    certificate = _certificate(workspace)
    for line in certificate:
        call.out.say(line)
    call.out.data(
        {"sources": read, "ledger": ledger, "filings": filings, "owed": standing,
         "certificate": certificate}
    )  # fmt: skip
    return output.OK


def _certificate(workspace: Workspace) -> list[str]:
    """What to know of the channel's certificate; one that cannot be read is said too."""
    from assets.deliveries.channels import certificate_findings

    try:
        found = certificate_findings(workspace)
    except SettingsError as error:
        return [str(error)]
    return [f"{one.severity}: {one.where}: {one.message} {one.remedy}" for one in found]


def explain(
    call: Call, company: str, period: str, field: str, subject: str, report: str = ""
) -> int:
    """One figure: its formula and what is behind it, adding up to the øre.

    `field` may be the id of a fact in an annual report's document. The report type is
    `report`, or the one the field belongs to.
    """
    from dataclasses import asdict

    from assets.reports import explain as explaining

    if not field:
        raise SettingsError("Say which figure: a field, or --fact with a tag's id.")
    workspace = call.workspace()
    owner = workspace.company(company)
    report_type = report or explaining.report_of(field, subject)
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        end = _period_end(con, company, report_type, periods.asked(period, [owner])[-1].month)
        found = explaining.explain(con, company, report_type, end, field, subject)
    call.out.say(
        f"{found.company_id}, {found.report_type} {found.period_start} – {found.period_end} "
        f"({found.state}{': ' + found.reason if found.reason else ''})\n"
        f"Field {found.field_no} {found.label} ({found.field}) {found.subject}\n"
        f"Formula: {found.formula}\n"
    )
    if found.fields:
        call.out.table(
            "Made of these fields", [">no", "field", "of", "sign", ">kroner", ">exact"],
            [(f.field_no, f.label, f.subject, "+-"[f.sign < 0], f.amount, f.amount_exact)
             for f in found.fields],
        )  # fmt: skip
    elif found.origin == explaining.POSTINGS:
        call.out.table(
            "Postings", ["voucher", "date", "account", "code", "part", "text", "source",
                         ">amount"],
            [(p.voucher_number or p.voucher_id, p.posting_date,
              f"{p.account_code or ''} {p.account_name or ''}", _code(p), p.part, p.text,
              p.where_found, p.amount) for p in found.postings],
        )  # fmt: skip
    call.out.say(
        f"Exactly {output.shown(found.amount_exact)}; reported {output.shown(found.amount)} "
        f"({_how(found)})."
    )
    call.out.data(asdict(found))
    return output.OK


def _code(posting: Any) -> str:
    """The posting's VAT code and the standard one, where it has any."""
    if posting.vat_code is None and posting.standard_vat_code is None:
        return ""
    return f"{posting.vat_code} → {posting.standard_vat_code}"


def _how(found: Any) -> str:
    """Where the reported amount comes from, in a few words."""
    if found.fields:
        return "from the fields in whole kroner"
    if found.origin == "postings":
        rounded = "nearest krone" if found.report_type == "annual_report" else "øre dropped"
        return f"whole kroner, {rounded}" + (f", {found.source}" if found.source else "")
    return f"{found.origin}: {found.source or 'source not told'}"


def _period_end(con: Any, company: str, report_type: str, month: str) -> date:
    """The last day of the report of `company` whose period ends in `month`."""
    first, after = due.month(month)
    found = con.execute(
        "SELECT max(period_end) FROM report WHERE company_id = ? AND report_type = ? "
        "AND period_end >= ? AND period_end < ?",
        [company, report_type, first, after],
    ).fetchall()[0][0]
    return found or after - timedelta(days=1)


def export(call: Call, tables: list[str], kind: str, folder: Path) -> int:
    """Write tables to files: CSV, Parquet, Excel or JSON.

    All tables are those of the companies; tables of filings received go when they are named.
    """
    from warehouse.tables import TABLES

    _known(tables, list(TABLES), "table")
    _known([kind], list(FORMATS), "format")
    workspace = call.workspace()
    folder.mkdir(parents=True, exist_ok=True)
    ids = [company.company_id for company in workspace.selected_companies()]
    written = []
    with workspace.store().connect(
        memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        ours = [name for name, table in TABLES.items() if "company_id" in table.names]
        for table in tables or ours:
            path = folder / f"{table}.{kind}"
            _write(con, table, path, kind, ids)
            written.append(str(path))
            call.out.say(str(path))
    call.out.data(written)
    return output.OK


def _write(con: Any, table: str, path: Path, kind: str, ids: list[str]) -> None:
    from warehouse.tables import TABLES

    key = ", ".join(TABLES[table].key) or "ALL"
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS SELECT unnest($1) AS company_id", [ids])
    wanted = " WHERE company_id IN (SELECT company_id FROM wanted)"
    chosen = wanted if "company_id" in TABLES[table].names else ""
    query = f"SELECT * FROM {table}{chosen} ORDER BY {key}"
    if kind == "xlsx":
        con.execute(query).df().astype(str).to_excel(path, sheet_name=table, index=False)
        return
    form = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet", "json": "FORMAT json"}[kind]
    target = str(path).replace("'", "''")
    con.execute(f"COPY ({query}) TO '{target}' ({form})")


def _known(given: list[str], valid: list[str], what: str) -> None:
    from assets.workspace import unknown

    for one in given:
        if one not in valid:
            raise SettingsError(unknown(what, one, valid))
