"""What it takes for an annual report to become a filing, with the real taxonomy and a real Arelle.

A judge that is not here, is killed, hangs or grows is told as what it is, and never as agreement.
"""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assets.filings import annual_report
from assets.filings import period as filings
from assets.filings.annual import proof
from assets.filings.annual.arelle_process import ArelleProcess
from assets.filings.annual.proof import AnnualProof
from assets.filings.register import Rendered, register_filing
from assets.intake import taxonomies
from assets.reports import obligations
from assets.reports import period as reports
from benchmarks import annual_report as annual_benchmark
from tests.annual_sample import sample
from warehouse import blobs
from warehouse.operations import Operations
from xbrl.taxonomy.library import TaxonomyLibrary

pytestmark = pytest.mark.timeout(900)
PACKAGE = "taxonomies/DKGAAP-XBRL20241001.zip"
ADDRESS = (
    "http://archprod.service.eogs.dk/taxonomy/20241001/entryDanishGAAPBalanceSheetAccountForm"
    "IncomeStatementByNatureIncludingManagementsReviewStatisticsAndTax20241001.xsd"
)
RENDERED = Rendered(
    "nordlys", "10150817", "ab" * 16, "annual_report", date(2025, 1, 1), date(2025, 12, 31),
    annual_report.MEDIA_TYPE, annual_report.render(*sample()),
)  # fmt: skip


@pytest.fixture(scope="module")
def storage(library: TaxonomyLibrary, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A storage folder with the taxonomy installed."""
    folder = tmp_path_factory.mktemp("storage")
    (folder / "taxonomies").symlink_to(library.folder)
    return folder


@pytest.fixture
def operations(tmp_path: Path) -> Iterator[Operations]:
    with Operations.open(f"sqlite:///{tmp_path / 'operations.sqlite'}") as opened:
        yield opened


def prover(storage: Path, operations: Operations, arelle: Any) -> AnnualProof:
    workspace: Any = SimpleNamespace(
        storage=storage, taxonomies=storage / "taxonomies", progress=lambda *_: None
    )
    return AnnualProof(workspace, operations, arelle)


def test_a_proven_report_is_validated_and_its_judges_are_on_record(storage, operations, arelle):
    (found,) = prover(storage, operations, arelle).prove([RENDERED])
    assert found.findings == []
    done = register_filing(
        operations, storage, replace(RENDERED, judged=found.event), found.findings
    )
    assert done.filing["state"] == "validated"
    (event,) = [e for e in operations.events(done.filing["filing_id"]) if "judged" in e["event"]]
    detail = json.loads(event["detail"])
    (installed,) = taxonomies.library(storage / "taxonomies").installed()
    assert detail["taxonomy"] == installed.package_id
    assert (detail["regime"], detail["arelle"], detail["errors"]) == ("arl-2024", "2.47.3", 0)
    assert (detail["report_id"], len(detail["rules"])) == (RENDERED.report_id, 64)
    said = json.loads(blobs.read(storage, detail["path"], detail["proof"]))
    assert (said["filing_id"], said["findings"]) == (done.filing["filing_id"], [])

    nobody = ArelleProcess()
    (again,) = prover(storage, operations, nobody).prove([RENDERED])
    assert (again.findings, again.event, nobody.starts) == ([], None, 0)


def test_a_report_our_own_rules_refuse_is_not_shown_to_arelle(storage, operations):
    broken = RENDERED.content.replace(b"2.801.200", b"2.801.201", 1)
    assert broken != RENDERED.content
    nobody = ArelleProcess()
    (found,) = prover(storage, operations, nobody).prove([replace(RENDERED, content=broken)])
    assert "DBA.FR57.Equality" in {one.rule for one in found.findings}
    assert nobody.starts == 0
    done = register_filing(operations, storage, replace(RENDERED, content=broken), found.findings)
    assert done.filing["state"] == "built"
    assert done.filing["reason"].startswith("not valid: ")


def test_without_the_taxonomy_a_report_stays_a_draft(tmp_path, operations):
    (found,) = prover(tmp_path, operations, ArelleProcess()).prove([RENDERED])
    done = register_filing(operations, tmp_path, RENDERED, found.findings)
    assert done.filing["state"] == "built"
    assert done.filing["reason"] == (
        f"a draft: The taxonomy {ADDRESS} is not installed, so the report was not judged by it. "
        "Get its package (DKGAAP-XBRL20241001.zip) from the Danish Business Authority, "
        "https://erhvervsstyrelsen.dk/vejledning-teknisk-vejledning-og-dokumentation-regnskab-20-"
        "taksonomier-aktuelle, run `indberet taxonomy add DKGAAP-XBRL20241001.zip`, and build the "
        "filing again."
    )


def test_without_arelle_a_report_stays_a_draft(storage, operations, monkeypatch):
    monkeypatch.setattr(proof, "is_installed", lambda: False)
    (found,) = prover(storage, operations, ArelleProcess()).prove([RENDERED])
    done = register_filing(operations, storage, RENDERED, found.findings)
    assert done.filing["reason"] == (
        "a draft: Our own rules find no error, but Arelle, which has to agree before an annual "
        "report is delivered, is not installed. Run `make install`, or `pip install "
        "'indberet[proof]'` where it was installed by pip, and build the filing again."
    )


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"seconds": 0.01}, "took longer than 0.01 seconds"),
        ({"mebibytes": 1}, "needed more than 1 MiB"),
    ],
    ids=["time", "memory"],
)
def test_a_report_beyond_its_limits_is_unfinished(storage, operations, arelle, limits, words):
    bound = {"_seconds": arelle._seconds, "_mebibytes": arelle._mebibytes}
    try:
        for name, value in limits.items():
            setattr(arelle, f"_{name}", value)
        (found,) = prover(storage, operations, arelle).prove([RENDERED])
    finally:
        for name, value in bound.items():
            setattr(arelle, name, value)
    assert found.event is None
    assert found.unfinished is not None
    assert found.unfinished.partition(".xhtml ")[2] == (
        f"to the end: it {words}, asked twice. Nothing was concluded of it; run the command again, "
        "and report this with the file if it persists."
    )
    done = register_filing(operations, storage, RENDERED, found.findings)
    assert done.filing["reason"].startswith("a draft: Arelle did not judge ")


class Killed(ArelleProcess):
    """Its process is killed just as it is asked, as often as said."""

    times = 1

    def _started(self) -> Any:
        process = super()._started()
        if self.times:
            self.times -= 1
            os.killpg(process.pid, signal.SIGKILL)
        return process


def test_a_killed_arelle_is_started_again_once(storage, operations):
    with Killed() as once:
        (found,) = prover(storage, operations, once).prove([RENDERED])
    assert (found.findings, found.unfinished, once.starts) == ([], None, 2)
    with Killed() as twice:
        twice.times = 2
        (found,) = prover(storage, operations, twice).prove([RENDERED])
    assert found.unfinished is not None
    assert "it was ended by signal SIGKILL, asked twice" in found.unfinished
    assert [one.rule for one in found.findings] == ["proof.unfinished"]


def test_a_years_books_become_a_draft_and_then_a_proven_filing(shared_data, tmp_path, arelle):
    (tmp_path / "var").mkdir()
    workspace = annual_benchmark.yearly(1, tmp_path)
    annual_benchmark.books(workspace, tmp_path, 1, 90)
    period = annual_benchmark.PERIOD
    with workspace.operations_database() as operations:
        obligations.record(workspace, operations, period)
        reports.build(workspace, operations, period, [])
        done = filings.build(workspace, operations, period)
        (filing,) = operations.filings(period=period)
        assert filing["state"] == "built"
        assert filing["reason"].startswith("a draft: The taxonomy http://archprod.service.eogs.dk/")
        assert done.problems == {filing["company_id"]: filing["reason"].removeprefix("a draft: ")}
        taxonomies.library(workspace.taxonomies).add(shared_data / PACKAGE)
        done = filings.build(workspace, operations, period)
        (filing,) = operations.filings(period=period)
        assert (done.problems, done.warnings) == ({}, {})
        assert (filing["state"], filing["reason"]) == ("validated", None)
        assert done.awaiting_approval == [filing["filing_id"]]
        events = [one["event"] for one in operations.events(filing["filing_id"])]
        assert events == ["filing.built", "filing.judged", "filing.validated"]
