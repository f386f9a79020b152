"""The jobs: which part of the line runs together.

Belongs here: selections. Does not: when they run (`pipelines.schedules`).
"""

from typing import Any

import dagster as dg

from assets.ledger.asset import LEDGER_TABLES
from assets.lineage import LANDING

_CHECKED = ["obligation", "finding"]
_REPORTED = ["report", "report_line", "report_line_posting", "reconciliation"]


def _job(name: str, keys: list[str], description: str) -> Any:
    return dg.define_asset_job(
        name,
        selection=dg.AssetSelection.assets(*keys),
        description=description,
        executor_def=dg.in_process_executor,
    )


JOBS = [
    _job("pull", [LANDING, *LEDGER_TABLES], "Read every source; bring the ledger up to date."),
    _job("check", _CHECKED, "Check the books of every company with a report due in the month."),
    _job(
        "draft",
        [*_CHECKED, *_REPORTED, "filing", "warehouse"],
        "Check, build the reports, render and validate the filings.",
    ),
    _job("deliver", ["delivery", "receipt", "warehouse"], "Send what is approved."),
    _job("receipts", ["receipt", "warehouse"], "Fetch decisions and receipts."),
    _job(
        "whole_line",
        [
            LANDING,
            *LEDGER_TABLES,
            *_CHECKED,
            *_REPORTED,
            "filing",
            "delivery",
            "receipt",
            "warehouse",
        ],
        "From the books to the receipts.",
    ),
]
