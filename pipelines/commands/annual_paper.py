"""`indberet annual pdf`: annual reports on paper, from the very bytes that are filed.

Belongs here: which filings are meant, and where the files go. Does not: printing
(`assets.filings.annual.pdf`), or the plain instance (`assets.filings.annual.instance`).
"""

from pathlib import Path

from pipelines import output
from pipelines.commands.call import Call
from warehouse.errors import SettingsError
from warehouse.operations import Operations, Row


def pdf(call: Call, period: str, folder: Path, *, with_xbrl: bool) -> int:
    """Print each annual report that is built; with its plain instance where asked for."""
    from assets.filings.annual import instance
    from assets.filings.annual.pdf import print_pdf
    from warehouse import blobs
    from warehouse.store import write_atomically

    workspace = call.workspace()
    with workspace.operations_database() as operations:
        companies = [one.company_id for one in workspace.selected_companies()]
        filings = _meant(operations, companies, period)
    if not filings:
        raise SettingsError(
            f"No annual report is built{f' for {period}' if period else ''}. Build it with "
            "`indberet report`, then print it."
        )
    rows = []
    for filing in filings:
        page = blobs.read(workspace.storage, filing["path"], filing["filing_id"])
        stem = f"{filing['company_id']}-{filing['period_end']}"
        files = {f"{stem}.pdf": print_pdf(page)}
        if with_xbrl:
            files[f"{stem}.xbrl"] = instance.plain(page, filing["period_end"])
        for name, content in files.items():
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(folder / name, content)
            rows.append({"company": filing["company_id"], "state": filing["state"],
                         "file": str(folder / name)})  # fmt: skip
    call.out.table("Annual reports", list(rows[0]), [row.values() for row in rows])
    call.out.data({"files": rows})
    return output.OK


def _meant(operations: Operations, companies: list[str], period: str) -> list[Row]:
    """The newest filing of each company and fiscal year that ends in `period`; without a
    period, of each company's newest year.
    """
    found: dict[tuple[str, str], Row] = {}
    for row in operations.filings(company_ids=companies, report_type="annual_report"):
        end = str(row["period_end"])
        if row["state"] != "superseded" and end.startswith(period):
            found[row["company_id"], end if period else ""] = row
    return list(found.values())
