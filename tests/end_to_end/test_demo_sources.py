"""The demo from other systems than Tryton: each ends in the same receipted return.

What was sent is read from the filing's own bytes. The recorded Odoo holds books of its own,
whose boxes are added up by hand from the recordings.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.conformance.test_odoo import FIELDS, boxes
from tests.conftest import ROOT
from tests.simulators.demo import RECORDINGS
from tests.tryton_server.expected import PATH as EXPECTED
from warehouse.operations import Operations, sqlite_url

pytestmark = [
    pytest.mark.full("other tests hold the returns of the same books"),
    pytest.mark.timeout(600),
]
BOTH = {"vat_return", "eu_sales_list"}


def run(folder: Path, source: str, *more: str) -> None:
    """One demo, as it is typed."""
    command = [sys.executable, "-m", "pipelines", "demo", "--source", source]
    done = subprocess.run(
        [*command, "--folder", str(folder), *more],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def filings(folder: Path, month: str) -> dict[str, dict[str, Any]]:
    """The month's filings by report, each with its attempts and its receipt."""
    with Operations.open(sqlite_url(folder / "var" / "operations.sqlite")) as operations:
        return {
            one["report_type"]: {
                **one,
                "attempts": len(operations.deliveries(one["filing_id"])),
                "receipt": operations.receipt(one["filing_id"]),
            }
            for one in operations.filings(period=month)
        }


def receipted(folder: Path, month: str) -> dict[str, int]:
    """The VAT return's fields as they were sent, once both reports have their receipts."""
    found = filings(folder, month)
    assert {report: one["state"] for report, one in found.items()} == dict.fromkeys(
        BOTH, "receipted"
    )
    for one in found.values():
        assert (folder / "var" / one["receipt"]["path"]).stat().st_size > 0
    sent = etree.parse(folder / "var" / found["vat_return"]["path"]).getroot()
    (fields,) = sent.iterfind(".//{*}Angivelsesafgifter")
    return {etree.QName(field).localname: int(str(field.text)) for field in fields}


@pytest.mark.parametrize("source", ["saft", "sie", "gnucash", "e-conomic-sim"])
def test_the_demos_books_end_in_the_same_receipted_return(source: str, tmp_path: Path) -> None:
    """Wherever the same books are kept; a second run finds nothing to send."""
    run(tmp_path, source)
    expected = json.loads(EXPECTED.read_text())["quarters"]["2026-Q3"]["return"]
    assert receipted(tmp_path, "2026-09") == expected
    if source == "e-conomic-sim":
        before = filings(tmp_path, "2026-09")
        run(tmp_path, source)
        assert filings(tmp_path, "2026-09") == before


def test_the_recorded_odoo_ends_in_the_return_its_boxes_add_up_to(
    shared_data: Path, tmp_path: Path
) -> None:
    recordings = shared_data / RECORDINGS
    run(tmp_path, "odoo-recorded", "--data", str(shared_data))
    by_hand = boxes(recordings, "2026-04-01", "2026-06-30")
    wanted = {f"MomsAngivelse{field}": int(by_hand[box]) for box, field in FIELDS.items()}
    owed = sum(wanted[f"MomsAngivelse{name}"] for name in ("SalgsMomsBeloeb", "MomsEUKoebBeloeb"))
    wanted["MomsAngivelseAfgiftTilsvarBeloeb"] = owed - wanted["MomsAngivelseKoebsMomsBeloeb"]
    sent = receipted(tmp_path, "2026-06")
    assert {field: amount for field, amount in sent.items() if amount} == {
        field: amount for field, amount in wanted.items() if amount
    }
    assert wanted["MomsAngivelseSalgsMomsBeloeb"] > 0
