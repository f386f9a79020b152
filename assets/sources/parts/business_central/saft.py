"""Books of Business Central from its SAF-T export, with the interface as judge.

The file brings vouchers, postings and VAT; the interface says how many entries the file's
period holds, and whether there are later ones.

Belongs here: the two side by side. Does not: reading SAF-T (`saft`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from assets.sources import source_files
from assets.sources.connector import (
    Complete,
    Connection,
    Cursor,
    Found,
    Item,
    Progress,
    Rows,
)
from assets.sources.network.agreement import Total, control_totals
from assets.sources.parts.business_central.pull import Pull
from assets.sources.parts.saft import header
from assets.sources.saft import CONNECTOR as SAFT
from quality.finding import Finding, Severity

_STREAMS = ("voucher", "account", "vat_code", "party", "company", "fiscal_period", "control_total")


def run(
    pull: Pull,
    connection: Connection,
    cursor: Mapping[str, Any],
    progress: Progress,
) -> Iterator[Item]:
    """The file's rows when it changed, and each time the comparison."""
    files = replace(connection, options={"path": connection.options["saft"]})
    counts: dict[str, int] = dict(cursor.get("postings", {}))
    spans = _spans(files)
    is_read = False
    state: Mapping[str, Any] = {}
    for item in SAFT.pull(files, cursor.get("saft"), progress):
        if isinstance(item, Cursor):
            state = item.value
            continue
        if isinstance(item, Rows) and item.stream == "posting":
            before = counts.get("all", 0) if is_read else 0
            counts, is_read = {"all": before + item.table.num_rows}, True
        yield item
    if cursor and "saft" not in cursor:  # what the interface brought before is another's account
        yield from (Complete(stream) for stream in _STREAMS)
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    inside = pull.count(f"postingDate ge {start} and postingDate le {end}")
    later = pull.count(f"postingDate gt {end}")
    where = f"generalLedgerEntries, beside {connection.options['saft']}"
    total = Total("entries", f"{start} to {end}", inside, counts.get("all", 0), where)
    yield from (item for item in control_totals([total]) if isinstance(item, Rows))
    if later:
        yield _behind(connection, end, later)
    yield Cursor({"saft": state, "postings": counts})


def _spans(files: Connection) -> list[tuple[date, date]]:
    headers = [header.read(f.path) for f in source_files.find(files, (".xml",))]
    return [(h.start, h.end) for h in headers if h.start and h.end]


def _behind(connection: Connection, end: date, later: int) -> Found:
    return Found(
        Finding(
            "business_central.saft_behind", Severity.WARNING, connection.company_id,
            str(connection.options["saft"]),
            f"Business Central holds {later} entries after {end}, where its SAF-T export ends.",
            "Export SAF-T again from Business Central before a period after that day is reported.",
        )
    )  # fmt: skip
