"""The commands about annual reports: prepare the input files, check them, show what comes of them.

Belongs here: which years are meant, and what is shown. Does not: anything about
the reports (`assets.reports.annual`).
"""

import re
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from assets.reports import due, fiscal_year
from assets.workspace import Company, Workspace
from pipelines import output
from pipelines.commands.call import Call
from warehouse.errors import SettingsError
from warehouse.operations import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from assets.reports.annual.inputs import Gathered

_LONGEST = timedelta(days=3 * 366)


def prepare(call: Call, period: str) -> int:
    """Write each company's input file, or add to it what is new."""
    from assets.reports.annual import preparing

    workspace = call.workspace()
    with _gathered(workspace, period) as (gathered, _):
        written = [preparing.write(workspace, one) for one in gathered]
    rows = [
        {"company": one.company_id, "fiscal year": one.years, "file": one.shown,
         "state": one.state, "missing or wrong": one.open_count}
        for one in written
    ]  # fmt: skip
    call.out.table("Input files of annual reports", _names(rows), [row.values() for row in rows])
    if any(one.open_count for one in written):
        call.out.say("Answer what is marked ANSWER, then run `indberet annual check`.")
    call.out.data({"files": rows})
    return output.OK


def check(call: Call, period: str) -> int:
    """Everything missing or wrong in the input files, by key."""
    workspace = call.workspace()
    with _gathered(workspace, period) as (gathered, _):
        rows = _findings(gathered)
    return _say_findings(call, rows, len(gathered))


def show(call: Call, period: str) -> int:
    """The figures and texts as the reports will have them; nothing is kept."""
    from assets.reports.annual import inputs
    from assets.reports.annual_report import REPORT

    workspace = call.workspace()
    with _gathered(workspace, period) as (gathered, con):
        due.register_withheld(con, [])
        inputs.make_tables(con, gathered)
        REPORT.build(con, workspace.today)
        figures = _dicts(con, _FIGURES)
        texts = _dicts(con, _TEXTS)
        reasons = _dicts(con, "SELECT company_id AS company, state, reason FROM out_report")
    labels = _labels()
    for row in texts:
        row["text of"] = labels.get(row["element"], row["element"])
    for one in gathered:
        mine = one.year.company.company_id
        lines = [row for row in figures if row["company"] == mine]
        call.out.table(
            f"{one.year.company.name}, {one.year.start} – {one.year.end}",
            ["element", "subject", ">kroner", "origin", "source"],
            [(r["element"], r["subject"], r["kroner"], r["origin"], r["source"]) for r in lines],
        )
        words = [row for row in texts if row["company"] == mine]
        call.out.table(
            "Texts", ["of", "no", "text", "origin"],
            [(r["text of"], r["subject"], r["text"], r["origin"]) for r in words],
        )  # fmt: skip
    for row in reasons:
        for reason in (row["reason"] or "").split("; ") if row["state"] == "withheld" else ():
            call.out.say(f"{row['company']} is withheld: {reason}", is_markup=False)
    call.out.data({"figures": figures, "texts": texts, "reports": reasons})
    return output.WITHHELD if any(row["state"] == "withheld" for row in reasons) else output.OK


_FIGURES = """
SELECT company_id AS company, field AS element, subject, amount AS kroner, amount_exact AS exact,
       origin, source
FROM out_report_line ORDER BY company_id, subject <> '', subject, field_no
"""
_TEXTS = """
SELECT company_id AS company, field AS element, subject, text, origin, source
FROM out_report_text ORDER BY company_id, field_no, subject
"""


def _dicts(con: "duckdb.DuckDBPyConnection", query: str) -> list[dict[str, Any]]:
    found = con.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _labels() -> dict[str, str]:
    """What people call each text: our words for it, or the name of the policy."""
    from assets.reports.annual import catalogue

    found = {one.field: one.label_en for one in catalogue.texts()}
    return found | {one.field: f"policy {one.policy_id}" for one in catalogue.policies()}


def _findings(gathered: "list[Gathered]") -> list[dict[str, str]]:
    return [
        {"severity": str(f.severity), "company": f.company_id, "where": f.where,
         "message": f.message, "what to do": f.remedy}
        for one in gathered
        for f in one.file.findings
    ]  # fmt: skip


def _say_findings(call: Call, rows: list[dict[str, str]], count: int) -> int:
    if rows:
        call.out.table("Missing or wrong", _names(rows), [row.values() for row in rows])
    wrong = {row["company"] for row in rows if row["severity"] == "error"}
    call.out.say(
        f"{count - len(wrong)} of {count} annual reports have all they need from people."
        + (f" Withheld: {', '.join(sorted(wrong))}." if wrong else "")
    )
    call.out.data({"findings": rows, "withheld": sorted(wrong)})
    return output.WITHHELD if wrong else output.OK


def _names(rows: list[dict[str, Any]]) -> list[str]:
    return list(rows[0]) if rows else []


@contextmanager
def _gathered(
    workspace: Workspace, period: str
) -> "Iterator[tuple[list[Gathered], duckdb.DuckDBPyConnection]]":
    """What is known of every year meant, with the connection it was read from."""
    from assets.reports.annual import inputs
    from warehouse import standards

    obligations = _obligations(workspace, period)
    with (
        workspace.operations_database() as operations,
        workspace.store().connect(
            memory_limit=workspace.memory_limit, threads=workspace.threads
        ) as con,
    ):
        standards.register(con)
        due.register(con, obligations)
        yield inputs.gather(con, workspace, operations, obligations), con


def _obligations(workspace: Workspace, period: str) -> list[Row]:
    """The fiscal years meant, as obligations; due or not, they can be prepared."""
    companies = [one for one in workspace.selected_companies() if one.annual is not None]
    if not companies:
        raise SettingsError(
            "No company reports annually yet. Give it a [company.annual_report] with its class in "
            "indberet.toml."
        )
    first, last = _ending(workspace, period)
    found = []
    for company in companies:
        assert company.annual is not None
        years = fiscal_year.ending_in(company.annual, first, last)
        found += [_obligation(company, *year) for year in (years if period else years[-1:])]
    if not found:
        raise SettingsError(
            f"No company has a fiscal year that ends in {period or 'the past'}. Years follow "
            "year_end, first_day and odd_years in [company.annual_report]."
        )
    return found


def _obligation(company: Company, start: date, end: date) -> Row:
    return {
        "company_id": company.company_id, "report_type": "annual_report", "period_start": start,
        "period_end": end, "frequency": "year", "due_date": end,
    }  # fmt: skip


def _ending(workspace: Workspace, period: str) -> tuple[date, date]:
    """The days between which the years meant end, both included."""
    if not period:
        return workspace.today - _LONGEST, workspace.today - timedelta(days=1)
    match re.fullmatch(r"(20\d\d)(?:-(0[1-9]|1[0-2]))?", period):
        case re.Match() as found:
            year, month = int(found[1]), found[2]
            if month is None:
                return date(year, 1, 1), date(year, 12, 31)
            first, after = due.month(period)
            return first, after - timedelta(days=1)
    raise SettingsError(
        f'There is no period "{period}". Write the year in which the fiscal year ends as 2026, '
        "or its month as 2026-12."
    )
