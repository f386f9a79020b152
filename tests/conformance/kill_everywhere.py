"""Kills delivery at the lines it executes, and says what a rerun makes of it.

Run by `test_delivery_faults`, in a process of its own because it forks. A first
run lists every line event of delivering a filing and fetching its receipt. Then,
for each chosen event, a child does the same in a fresh copy of the workspace and
sends itself SIGKILL there; a second child runs unharmed and reports what it found.
Prints one JSON object per case. `boundaries` chooses the lines where the steps of an
attempt are entered and come back to, `alternate` every other of these, `all` every line.

A VAT return goes to an authority in a folder. An annual report goes through its own channel to
a sandbox that runs elsewhere (its folder and address), and is read back from the public index.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from assets.authority.service.annual_client import annual_channel
from assets.authority.service.folder import SandboxFolder
from assets.deliveries.approval import approve
from assets.deliveries.channel import Channel
from assets.deliveries.run import deliver, poll_receipts
from assets.filings.register import register_filing
from tests.fake_authority import FolderAuthority
from tests.filings_for_tests import annual_filing, approved, open_at
from warehouse import blobs
from warehouse.operations_schema import claim

TRACED = ("assets/deliveries/", "warehouse/blobs", "warehouse/store", "warehouse/operations.py",
          "tests/fake_authority")  # fmt: skip


CVR = "20000005"
"""The company of the annual report, which the sandbox must know."""

STEPS = frozenset({"_attempt", "record", "submit", "receipt"})


class Way(Protocol):
    """A filing and the authority it goes to, in the workspace `root`."""

    steps: frozenset[str]

    def prepare(self, root: Path) -> None:
        """Approve one filing."""

    def channel(self, root: Path) -> Channel:
        """The way to the authority."""

    def submissions(self, root: Path) -> int:
        """How often the authority was handed a filing."""

    def forget(self) -> None:
        """A new authority for the next case."""


class VatReturn:
    """To an authority in a folder of the workspace, which goes with it."""

    steps = STEPS

    def prepare(self, root: Path) -> None:
        """Approve a VAT return."""
        with open_at(root) as operations:
            approved(operations, root)

    def channel(self, root: Path) -> Channel:
        """An authority that counts a filing sent twice as two."""
        return FolderAuthority(root / "authority")

    def submissions(self, root: Path) -> int:
        """Those in the folder."""
        return len(FolderAuthority(root / "authority").submissions())

    def forget(self) -> None:
        """Nothing: each case has its own."""


@dataclass(frozen=True, slots=True)
class AnnualReport:
    """To the sandbox of `folder`, whose open port is `url`, by REST and back from the index."""

    folder: Path
    url: str
    steps = frozenset({"ask", "after ask"})
    """Before and after each request, which is what differs; how an attempt is kept does not."""

    def prepare(self, root: Path) -> None:
        """Approve an annual report."""
        with open_at(root) as operations:
            made = register_filing(operations, root, annual_filing(CVR))
            approve(operations, str(made.filing["filing_id"]), "Anna")

    def channel(self, root: Path) -> Channel:
        """The annual channel."""
        del root
        return annual_channel(SandboxFolder(self.folder), self.url)

    def submissions(self, root: Path) -> int:
        """Every message that hands in a report, taken or not."""
        del root
        query = "SELECT count(*) FROM message WHERE service = 'annual_submit'"
        with closing(self._open()) as con:
            return int(con.execute(query).fetchone()[0])

    def forget(self) -> None:
        """Let the sandbox forget what it was sent."""
        with closing(self._open()) as con, con:
            con.execute("DELETE FROM message")
            con.execute("DELETE FROM annual_report")

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "authority.sqlite", timeout=30)


def main(folder: Path, choice: str, way: Way) -> None:
    template = folder / "template"
    in_child(lambda: way.prepare(template))
    places = listed(template, folder / "listing", way)
    numbers = range(1, len(places) + 1)
    if choice != "all":
        numbers = [number for number in numbers if is_boundary(places, number, way.steps)]
    for number in numbers[:: 2 if choice == "alternate" else 1]:
        found = {"where": places[number - 1], **case(template, folder / "case", number, way)}
        sys.stdout.write(json.dumps(found) + "\n")


def is_boundary(places: list[str], number: int, steps: frozenset[str]) -> bool:
    """Whether the line is where a step is entered or come back to, or (`after`) is just left."""
    function = places[number - 1].split()[1]
    before = places[number - 2].split()[1] if number > 1 else ""
    return function != before and (function in steps or f"after {before}" in steps)


def listed(template: Path, copy: Path, way: Way) -> list[str]:
    """Every line event of an unharmed run, in order."""
    shutil.copytree(template, copy)
    in_child(lambda: line(copy, way, killed_at=-1))
    return (copy / "places").read_text().splitlines()


def case(template: Path, root: Path, number: int, way: Way) -> dict[str, Any]:
    """What a rerun finds after a kill at line event `number`."""
    shutil.copytree(template, root)
    way.forget()
    status = in_child(lambda: line(root, way, killed_at=number))
    in_child(lambda: report_on(root, way))
    report = root / "report.json"
    found: dict[str, Any] = json.loads(report.read_text()) if report.exists() else {}
    shutil.rmtree(root)
    return {"was_killed": os.WIFSIGNALED(status), **found}


def line(root: Path, way: Way, killed_at: int | None = None) -> None:
    """Deliver, and fetch the receipt."""
    authority = way.channel(root)
    places: list[str] = []
    with open_at(root) as operations:
        if killed_at is not None:
            sys.settrace(killer(places, killed_at))
        deliver(operations, authority, root, back_off=())
        poll_receipts(operations, authority, root)
        sys.settrace(None)
    (root / "places").write_text("\n".join(places))


def report_on(root: Path, way: Way) -> None:
    line(root, way)
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
            "submissions": way.submissions(root),
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
    sandbox = sys.argv[3:]
    main(
        Path(sys.argv[1]),
        sys.argv[2],
        AnnualReport(Path(sandbox[0]), sandbox[1]) if sandbox else VatReturn(),
    )
