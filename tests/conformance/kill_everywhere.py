"""Kills delivery at the lines it executes, and says what a rerun makes of it.

Run by `test_delivery_faults`, in a process of its own because it forks. A first
run lists every line event of delivering a filing and fetching its receipt. Then,
for each chosen event, a child does the same in a fresh copy of the workspace and
sends itself SIGKILL there; a second child runs unharmed and reports what it found.
Prints one JSON object per case. `boundaries` chooses the lines where the steps of an
attempt are entered and come back to, `all` every line.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from assets.deliveries.run import deliver, poll_receipts
from tests.fake_authority import FolderAuthority
from tests.filings_for_tests import approved, open_at
from warehouse import blobs
from warehouse.operations_schema import claim

TRACED = ("assets/deliveries/", "warehouse/blobs", "warehouse/store", "warehouse/operations.py",
          "tests/fake_authority")  # fmt: skip


STEPS = {"_attempt", "record", "submit", "receipt"}


def main(folder: Path, choice: str) -> None:
    template = folder / "template"
    in_child(lambda: prepare(template))
    places = listed(template, folder / "listing")
    for number, place in enumerate(places, start=1):
        if choice == "all" or is_boundary(places, number):
            found = {"where": place, **case(template, folder / "case", number)}
            sys.stdout.write(json.dumps(found) + "\n")


def is_boundary(places: list[str], number: int) -> bool:
    """Whether the line is where a step is entered or come back to."""
    function = places[number - 1].split()[1]
    return function in STEPS and (number == 1 or places[number - 2].split()[1] != function)


def listed(template: Path, copy: Path) -> list[str]:
    """Every line event of an unharmed run, in order."""
    shutil.copytree(template, copy)
    in_child(lambda: line(copy, killed_at=-1))
    return (copy / "places").read_text().splitlines()


def case(template: Path, root: Path, number: int) -> dict[str, Any]:
    """What a rerun finds after a kill at line event `number`."""
    shutil.copytree(template, root)
    status = in_child(lambda: line(root, killed_at=number))
    in_child(lambda: report_on(root))
    report = root / "report.json"
    found: dict[str, Any] = json.loads(report.read_text()) if report.exists() else {}
    shutil.rmtree(root)
    return {"was_killed": os.WIFSIGNALED(status), **found}


def prepare(root: Path) -> None:
    with open_at(root) as operations:
        approved(operations, root)


def line(root: Path, killed_at: int | None = None) -> None:
    """Deliver, and fetch the receipt."""
    authority = FolderAuthority(root / "authority")
    places: list[str] = []
    with open_at(root) as operations:
        if killed_at is not None:
            sys.settrace(killer(places, killed_at))
        deliver(operations, authority, root, back_off=())
        poll_receipts(operations, authority, root)
        sys.settrace(None)
    (root / "places").write_text("\n".join(places))


def report_on(root: Path) -> None:
    line(root)
    with open_at(root) as operations:
        filing = operations.filings()[0]
        receipt = operations.receipt(filing["filing_id"])
        deliveries = operations.deliveries(filing["filing_id"])
        kept = [one[name] for one in deliveries for name in ("request_sha256", "response_sha256")]
        assert receipt is not None
        for sha256 in filter(None, kept):
            blobs.read(root, f"evidence/{sha256[:2]}/{sha256}", sha256)
        blobs.read(root, receipt["path"], receipt["sha256"])
        found = {
            "state": filing["state"],
            "submissions": len(FolderAuthority(root / "authority").submissions()),
            "pdf": (root / receipt["pdf_path"]).is_file(),
            "claims": len(operations.rows(claim.select())),
            "audit": operations.verify_audit(),
            "submits": [one["outcome"] for one in deliveries if one["operation"] == "submit"],
        }
    (root / "report.json").write_text(json.dumps(found))


def killer(places: list[str], killed_at: int) -> Any:
    """A trace function that notes line events of our own code and dies at one of them."""

    def on_line(frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            code = frame.f_code
            places.append(f"{Path(code.co_filename).name}:{frame.f_lineno} {code.co_name}")
            if len(places) == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return on_line

    def on_call(frame: FrameType, _event: str, _: object) -> Any:
        return on_line if any(part in frame.f_code.co_filename for part in TRACED) else None

    return on_call


def in_child(work: Any) -> int:
    """Run `work` in a fork; returns the wait status."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitpid(pid, 0)[1]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
