"""The jobs: which part of the line runs together.

Belongs here: selections. Does not: when they run (`pipelines.schedules`).
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from assets.asset import GROUPS
from assets.authority.arrivals import writing
from assets.authority.asset import arrivals
from assets.checks.asset import (
    authority_suites,
    finding,
    intake_suites,
    ledger_suites,
    operations_suites,
    period_suites,
)
from assets.intake.asset import INTAKE_TABLES, TAXONOMY_TABLES, filings
from assets.ledger.asset import LEDGER_TABLES
from assets.lineage import LANDING
from assets.sources.asset import landed

_CHECKED = ["obligation", "finding", "bank_match", "bank_reconciliation"]
_REPORTED = ["report", "report_line", "report_line_posting", "report_text", "reconciliation"]

_SUITES = [ledger_suites, period_suites, operations_suites]

_Checks = dg.AssetsDefinition | dg.AssetChecksDefinition


def _job(name: str, keys: list[str], checks: Sequence[_Checks], description: str) -> Any:
    """A job over `keys` with exactly these checks, in this process."""
    selection: dg.AssetSelection = dg.AssetSelection.assets(*keys).without_checks()
    wanted = [key for one in checks for key in sorted(one.check_keys)]
    return dg.define_asset_job(
        name,
        selection=selection | dg.AssetSelection.checks(*wanted) if wanted else selection,
        description=description,
        executor_def=dg.in_process_executor,
    )


def _authority() -> Any:
    """The whole side: every asset of the stage `authority` whatever part it is of, with its
    checks, and the intake between what arrived and what is made of it.
    """
    selection: dg.AssetSelection = dg.AssetSelection.groups(GROUPS["authority"])
    for key in (*INTAKE_TABLES, *TAXONOMY_TABLES, "company_figure", "warehouse"):
        selection = selection | dg.AssetSelection.assets(key)
    selection = selection | dg.AssetSelection.checks(*sorted(authority_suites.check_keys))
    return dg.define_asset_job(
        "authority",
        selection=selection,
        description="What arrived, read and judged; what was due; reminders; what is compared "
        "and published.",
        executor_def=dg.in_process_executor,
    )


JOBS = [
    _authority(),
    _job(
        "arrivals",
        list(writing.ARRIVALS),
        [arrivals],
        "Bring what the receiving service took in into the tables, by day of receipt.",
    ),
    _job(
        "pull",
        [LANDING, *LEDGER_TABLES],
        [landed],
        "Read every source; bring the ledger up to date.",
    ),
    _job("calendar", ["authority_calendar"], [], "Ask the authority what is due when."),
    _job(
        "check",
        _CHECKED,
        [finding, ledger_suites],
        "Check the books of every company with a report due in the month.",
    ),
    _job(
        "draft",
        [*_CHECKED, *_REPORTED, "filing", "warehouse"],
        [finding, *_SUITES],
        "Check, build the reports, render and validate the filings.",
    ),
    _job(
        "deliver",
        ["delivery", "receipt", "warehouse"],
        [operations_suites],
        "Send what is approved.",
    ),
    _job("receipts", ["receipt", "warehouse"], [], "Fetch decisions and receipts."),
    _job(
        "intake",
        [*INTAKE_TABLES, *TAXONOMY_TABLES, "company_figure", "warehouse"],
        [filings, intake_suites],
        "Take in the filings that are new, and bring each company's figures up to date.",
    ),
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
        [landed, finding, *_SUITES],
        "From the books to the receipts.",
    ),
]
