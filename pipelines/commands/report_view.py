"""What `indberet report` shows of one report: its figures, why it waits, what it agrees with.

Belongs here: tables for people. Does not: choosing the reports (`line`), or the figures of an
annual report, which stand as on its page (`annual_view`).
"""

from typing import Any

from pipelines.commands.call import Call


def show(call: Call, one: dict[str, Any]) -> None:
    """One report with its lines and reconciliations, as `line.drafted` gives it."""
    title = (
        f"{one['company_id']}: {one['report_type']} {one['period_start']} – {one['period_end']}, "
        f"{one['state']}"
    )
    if one["report_type"] == "annual_report":
        _show_statements(call, one, title)
    else:
        _show_fields(call, one, title)
    if one["reason"]:
        call.out.say(f"  {one['state']}: {one['reason']}", is_markup=False)
    if one["reconciliations"]:
        _show_reconciliations(call, one)


def _show_fields(call: Call, one: dict[str, Any], title: str) -> None:
    lines = [line for line in one["lines"] if line["amount"] or line["field_no"] == 1]
    call.out.table(
        title, [">no", "field", "subject", ">kroner", ">exact"],
        [
            (line["field_no"], line["field"], line["subject"], line["amount"], line["amount_exact"])
            for line in lines
        ],
    )  # fmt: skip


def _show_statements(call: Call, one: dict[str, Any], title: str) -> None:
    from pipelines.commands import annual_view

    call.out.say(title, is_markup=False)
    for table in annual_view.tables(one, _language(call, one["company_id"])):
        call.out.table(table.title, table.columns, table.rows)


def _language(call: Call, company_id: str) -> str:
    """The language a company reports in."""
    for company in call.workspace().companies:
        if company.company_id == company_id and company.annual is not None:
            return company.annual.language
    return "da"


def _show_reconciliations(call: Call, one: dict[str, Any]) -> None:
    names = {row["subject"]: row["subject"] for row in one["reconciliations"]}
    if one["report_type"] == "annual_report":
        from pipelines.commands import annual_view

        language = _language(call, one["company_id"])
        names = {name: annual_view.named(name, language) for name in names}
    call.out.table(
        f"Reconciled with: {one['report_type']}",
        ["what", "of the report", ">kroner", "of the books", ">kroner", ">difference"],
        [
            (names[r["subject"]], r["left_name"], r["left_amount"], r["right_name"],
             r["right_amount"], r["difference"])
            for r in one["reconciliations"]
        ],
    )  # fmt: skip
