"""Annual reports of a thousand companies: figures, documents and our own rules; Arelle on a few.

    python -m benchmarks.annual_report [--companies 1000] [--postings 1000] [--arelle 10]

Books of a whole fiscal year and one input file per company are written outside the clock, in the
way of `benchmarks.line`; so is the ledger built. Arelle judges the first few documents twice: warm,
as a run does, and cold, a new process for each. Needs the taxonomy package of the shared data.
"""

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from assets.filings import annual_report
from assets.filings import period as filings
from assets.filings.annual.arelle_process import ArelleProcess, Question, is_installed
from assets.filings.annual.entry_points import entry_point
from assets.filings.annual.own_rules import Judged, judge_all
from assets.intake import taxonomies
from assets.reports import due, obligations
from assets.reports import period as reports
from assets.workspace import AnnualSettings, Frequency, Workspace
from benchmarks import line, synthetic
from xbrl.taxonomy.library import TaxonomyLibrary

YEAR = 2025
PERIOD = f"{YEAR}-12"
SHARED = Path(os.environ.get("INDBERET_SHARED_DATA", "../shared/data"))
PACKAGE = SHARED / "taxonomies/DKGAAP-XBRL20241001.zip"
TOGETHER = 200
ANSWERS = f"""
[report]
kind = "annual"
general_meeting = {YEAR + 1}-02-20
chairman = "Ida Holm"
[company]
name = "Lamper ApS"
country = "DK"
street = "Havnegade"
building = "1"
postcode = "8000"
town = "Aarhus C"
registered_office = "Aarhus"
[management]
place = "Aarhus"
approved = {YEAR + 1}-02-20
executive_board = [{{ name = "Ida Holm", title = "Direktør" }}]
[auditor]
assistance = "none"
[review]
activities = "Selskabet handler med lamper."
[employees]
average = 1
[distribution]
dividend = 10000
[tax]
no_tax = ""
[notes]
contingent_liabilities = "none"
lease_obligations = "none"
mortgages = "none"
[[bookkeeping_system]]
registered = true
name = "Bogføring"
from = {YEAR}-01-01
to = {YEAR}-12-31
registration_number = "fob123456"
provider = "Bogholderiet ApS"
provider_cvr = "25160924"
"""


def main() -> None:
    """Write the books, build the ledger, and measure the rest."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--companies", type=int, default=1000)
    parser.add_argument("--postings", type=int, default=1000)
    parser.add_argument("--arelle", type=int, default=10, help="documents for Arelle; 0: none")
    options = parser.parse_args()
    if not PACKAGE.exists():
        sys.exit(f"The taxonomy package is not in the shared data: {PACKAGE.name}")
    print(f"  {line.machine()}")
    with tempfile.TemporaryDirectory(prefix="indberet-annual-") as folder:
        where = Path(folder)
        (where / "var").mkdir()
        workspace = yearly(options.companies, where)
        library = _installed(workspace)
        lines = books(workspace, where, options.companies, options.postings)
        print(f"  {options.companies:,} companies, {lines:,} postings")
        documents = _measure(workspace, library)
        if options.arelle and is_installed():
            _arelle(documents[: options.arelle], library)


def _measure(workspace: Workspace, library: TaxonomyLibrary) -> list[bytes]:
    """Figures, documents, our own rules; what each took. Returns the documents."""
    clock = Clock()
    with workspace.operations_database() as operations:
        obligations.record(workspace, operations, PERIOD)
        clock("figures", lambda: reports.build(workspace, operations, PERIOD, []))
        clock("reconciliations", lambda: reports.reconcile(workspace, operations, PERIOD))
        built = reports.withhold(workspace, PERIOD)
    if built.states != {"ready": len(workspace.companies)}:
        sys.exit(f"not all reports are ready: {built.states} {list(built.withheld.values())[:1]}")
    with workspace.store().connect(memory_limit="2GB", threads=2) as con:
        found = list(filings.ready_reports(con, *due.month(PERIOD)))
    documents = clock("documents", lambda: [_render(*one) for one in found])
    judged = clock("our own rules", lambda: _judged(documents, library))
    wrong = [str(problem) for one in judged for problem in one.problems]
    size = statistics.mean(map(len, documents))
    print(
        f"  all: {clock.total:.1f} s, peak {line.peak_mib()} MiB; documents of "
        f"{size / 1e3:.0f} kB; {len(wrong)} findings {sorted(set(wrong))[:2] or ''}"
    )
    return documents


def _render(report: dict[str, Any], lines: list[Any], texts: list[Any]) -> bytes:
    return annual_report.render(report, lines, report, texts)


def _judged(documents: list[bytes], library: TaxonomyLibrary) -> list[Judged]:
    """In batches, as a run does."""
    found: list[Judged] = []
    for first in range(0, len(documents), TOGETHER):
        batch = {
            str(number): ("report.xhtml", content)
            for number, content in enumerate(documents[first : first + TOGETHER])
        }
        found += judge_all(batch, library).values()
    return found


def _arelle(documents: list[bytes], library: TaxonomyLibrary) -> None:
    """Arelle, warm and cold, on the same documents."""
    address = re.findall(r'schemaRef[^>]*href="([^"]+)"', documents[0].decode())[0]
    found = library.find(address)
    assert found is not None
    package = library.path(found.package)
    questions = [
        Question(f"{n}.xhtml", content, package, (address,), "arl-2024-preview")
        for n, content in enumerate(documents)
    ]
    cold, warm, said = [], [], 0
    for question in questions[:3]:
        with ArelleProcess() as arelle:
            began = time.perf_counter()
            arelle.judge(question)
            cold.append(time.perf_counter() - began)
    with ArelleProcess() as arelle:
        arelle.judge(questions[0])
        for question in questions:
            began = time.perf_counter()
            said += len(arelle.judge(question))
            warm.append(time.perf_counter() - began)
        peak = line.peak_mib(arelle.pid)
    print(
        f"  Arelle: warm {statistics.median(warm) * 1e3:,.0f} ms each, cold "
        f"{statistics.median(cold) * 1e3:,.0f} ms; peak {peak} MiB; {said} findings"
    )


class Clock:
    """Wall and CPU seconds of each stage, told as they end."""

    def __init__(self) -> None:
        self.total = 0.0

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        began, cpu = time.perf_counter(), time.process_time()
        result = work()
        seconds = time.perf_counter() - began
        self.total += seconds
        cpu = time.process_time() - cpu
        print(f"  {name:16} {seconds:6.1f} s, CPU {cpu:6.1f} s", flush=True)
        return result


def books(workspace: Workspace, folder: Path, companies: int, postings: int) -> int:
    """Books of the year, input files, the ledger; how many postings."""
    lines = synthetic.write_landed_year(folder / "var/landed", range(companies), postings, YEAR)
    for company in workspace.companies:
        file = workspace.annual_folder / company.company_id / f"{YEAR}-12-31.toml"
        file.parent.mkdir(parents=True)
        file.write_text(ANSWERS)
    line.build_ledger(workspace)
    return lines


def _installed(workspace: Workspace) -> TaxonomyLibrary:
    library = taxonomies.library(workspace.taxonomies)
    added = library.add(PACKAGE)
    assert added.package is not None
    found = library.find(entry_point(date(YEAR, 12, 31), "nature", "account"))
    assert found is not None
    library.compile(found)
    return library


def yearly(companies: int, folder: Path) -> Workspace:
    """A workspace of companies that report annually, their books below `folder`."""
    annual = AnnualSettings("B", first_day=date(YEAR, 1, 1), is_condensed=True)
    yearly = {"annual_report": (Frequency("year"),)}
    made = line.fleet(companies, folder)
    return replace(
        made,
        fixed_today=date(YEAR + 1, 3, 1),
        companies=tuple(
            replace(one, frequencies=yearly, policy={"annual_report": "manual"}, annual=annual)
            for one in made.companies
        ),
    )


if __name__ == "__main__":
    main()
