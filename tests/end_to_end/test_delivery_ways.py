"""A period's filings leave through the channel of their report, and their obligations close."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from assets.authority.service.annual_register import AnnualCompany
from assets.authority.service.register import Company as Registered
from assets.authority.service.register import Frequency
from assets.authority.service.server import RunningSandbox, running_sandbox
from assets.deliveries import obligations, period
from assets.deliveries.approval import approve
from assets.deliveries.channels import certificate_findings, open_channel
from assets.deliveries.erst import ErstChannel
from assets.deliveries.skat import SkatChannel
from assets.filings.register import Rendered, register_filing
from assets.reports.calendar import Obligation
from assets.workspace import ChannelReference, Company, RestInterface, Workspace
from tests.certificates import make_credentials
from tests.filings_for_tests import annual_filing, open_at, vat_filing
from tests.sandbox_keys import with_keys
from warehouse.errors import PermanentError, SettingsError
from warehouse.operations import Operations

NUMBER = "10150817"
PERIOD = "2024-12"


def workspace(root: Path, port: int = 0) -> Workspace:
    company = Company(NUMBER, "Nordlys ApS", NUMBER, NUMBER, "DK", "DKK", {}, {})
    return Workspace(
        settings=root / "indberet.toml", storage=root, operations="", memory_limit="1GB",
        threads=1, companies=(company,), connections=(), accounts=(), vat_codes=(),
        channel="sandbox", channels={}, live_allowed=False, sandbox_port=port,
        sandbox_approve=None,
    )  # fmt: skip


@contextmanager
def sandbox_of(root: Path) -> Iterator[tuple[Workspace, RunningSandbox]]:
    """A workspace whose sandbox runs, both authorities knowing its company."""
    with running_sandbox(with_keys(root / "sandbox"), today=lambda: date(2025, 5, 20)) as sandbox:
        quarters = (Frequency("quarter"),)
        sandbox.add(Registered(NUMBER, "Nordlys ApS", quarters), approve="auto")
        sandbox.add_annual(AnnualCompany(NUMBER, "Nordlys ApS"))
        yield workspace(root, int(sandbox.url.rpartition(":")[2])), sandbox


def fourth_quarter() -> Rendered:
    made = vat_filing(NUMBER)
    content = made.content.replace(b"2026-01-01", b"2024-10-01").replace(
        b"2026-03-31", b"2024-12-31"
    )
    days = {"period_start": date(2024, 10, 1), "period_end": date(2024, 12, 31)}
    return replace(made, content=content, **days)


def approved(operations: Operations, root: Path, *several: Rendered) -> list[str]:
    ids = [str(register_filing(operations, root, one).filing["filing_id"]) for one in several]
    for filing_id in ids:
        approve(operations, filing_id, "Anna")
    return ids


def test_each_report_takes_its_own_way_and_its_obligation_closes(tmp_path: Path) -> None:
    with sandbox_of(tmp_path) as (here, sandbox), open_at(tmp_path) as operations:
        several = annual_filing(NUMBER), fourth_quarter()
        obligations.record(
            operations,
            [
                Obligation(NUMBER, one.report_type, one.period_start, one.period_end, "year",
                           date(2025, 6, 30), None, "law")
                for one in several
            ],
        )  # fmt: skip
        annual_id, vat_id = approved(operations, tmp_path, *several)
        sent = {one.filing_id: one.state for one in period.deliver(here, operations, PERIOD)}
        assert sent == {annual_id: "accepted", vat_id: "awaiting_approval"}
        assert len(obligations.due(operations, states=["filed"])) == 1
        done = {one.filing_id: one.state for one in period.receipts(here, operations, PERIOD)}
        assert done == {annual_id: "receipted", vat_id: "receipted"}
        assert len(obligations.due(operations, states=["fulfilled"])) == 2
        receipt = operations.receipt(annual_id)
        assert receipt is not None
        (held,) = sandbox.reports.published(NUMBER)
        assert receipt["reference"] == held.case_number
        kept = (tmp_path / receipt["path"]).read_text()
        assert receipt["path"].endswith(".txt")
        (digest,) = [line.split()[2] for line in kept.splitlines() if " sha256 " in line]
        assert (tmp_path / "evidence" / digest[:2] / digest).is_file()
        assert (tmp_path / "filings" / annual_id[:2] / f"{annual_id}.xhtml").is_file()


def test_a_report_the_authority_rejects_says_why_and_stays_due(tmp_path: Path) -> None:
    with sandbox_of(tmp_path) as (here, _), open_at(tmp_path) as operations:
        made = annual_filing(NUMBER)
        before, _, after = made.content.rpartition(b">100000<")
        wrong = replace(made, content=before + b">99999<" + after)
        approved(operations, tmp_path, wrong)
        (told,) = period.deliver(here, operations, PERIOD)
        assert (told.state, told.problem) == ("rejected", "rejected")
        assert "84 Årsrapporten bryder en eller flere indsendelsesregler: DBA." in told.message


def rest(name: str = "erst", *, is_live: bool = True) -> ChannelReference:
    spoken = RestInterface("https://a.test", "r", "r/{transaction_id}", "http://i.test", {})
    return ChannelReference(name, "erst", {}, None, None, None, None, is_live=is_live, rest=spoken)


def test_a_live_way_for_one_report_leaves_the_rehearsal_of_another_alone(tmp_path: Path) -> None:
    with sandbox_of(tmp_path) as (here, _), open_at(tmp_path) as operations:
        approved(operations, tmp_path, fourth_quarter())
        period.deliver(here, operations, PERIOD)
        live = replace(here, channels={"erst": rest()}, routes={"annual_report": "erst"})
        assert [one.state for one in period.receipts(live, operations, PERIOD)] == ["receipted"]
        assert period.deliver(live, operations, PERIOD) == []
        both = replace(live, channel="erst", routes={})
        with pytest.raises(PermanentError, match="live channel erst, but this workspace holds"):
            period.deliver(both, operations, PERIOD)


def test_a_rehearsed_report_does_not_go_live(tmp_path: Path) -> None:
    with sandbox_of(tmp_path) as (here, _), open_at(tmp_path) as operations:
        approved(operations, tmp_path, annual_filing(NUMBER))
        period.deliver(here, operations, PERIOD)
        live = replace(here, channels={"erst": rest()}, routes={"annual_report": "erst"})
        with pytest.raises(PermanentError, match="rehearsals: filings sent through sandbox"):
            period.deliver(live, operations, PERIOD)


def test_a_live_channel_is_used_only_when_switched_on(tmp_path: Path) -> None:
    with sandbox_of(tmp_path) as (here, sandbox), open_at(tmp_path) as operations:
        keys = sandbox.folder.path / "keys"
        spoken = sandbox.annual_channel().interface
        password = _Password((keys / "annual.password").read_text())
        channel = replace(
            rest(), rest=spoken, certificate=keys / "annual.p12", trusted=keys / "tls-ca.pem",
            password=password,
        )  # fmt: skip
        live = replace(here, channels={"erst": channel}, routes={"annual_report": "erst"})
        (filing_id,) = approved(operations, tmp_path, annual_filing(NUMBER))
        with pytest.raises(PermanentError, match="live channel erst, which is not switched on"):
            period.deliver(live, operations, PERIOD)
        assert sandbox.reports.all() == []
        allowed = replace(live, live_allowed=True)
        assert [one.state for one in period.deliver(allowed, operations, PERIOD)] == ["accepted"]
        assert [one.filing_id for one in period.receipts(allowed, operations, PERIOD)] == [
            filing_id
        ]
        assert certificate_findings(allowed) == []


class _Password:
    """A secret that needs no place to stand."""

    def __init__(self, text: str) -> None:
        self._text = text

    def resolve(self) -> "_Password":
        return self

    def reveal(self) -> str:
        return self._text


def test_the_sandbox_is_two_authorities(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="has never been started"):
        open_channel(workspace(tmp_path), "annual_report")
    with sandbox_of(tmp_path) as (here, _):
        assert isinstance(open_channel(here, "annual_report"), ErstChannel)
        assert isinstance(open_channel(here, "vat_return"), SkatChannel)
        with pytest.raises(SettingsError, match='There is no channel "skat"'):
            open_channel(replace(here, routes={"vat_return": "skat"}), "vat_return")


def test_every_channel_in_use_has_its_certificate_watched(tmp_path: Path) -> None:
    def channel(name: str, ends: date) -> ChannelReference:
        end = datetime(ends.year, ends.month, ends.day, tzinfo=UTC)
        own = make_credentials(name, end=end)
        path = tmp_path / f"{name}.p12"
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"us", own.key, own.certificate, None, BestAvailableEncryption(b"secret")
            )
        )
        return replace(rest(name), certificate=path, password=_Password("secret"))

    here = replace(
        workspace(tmp_path),
        fixed_today=date(2026, 5, 1),
        channel="default",
        channels={
            "default": channel("default", date(2026, 5, 4)),
            "annual": channel("annual", date(2026, 6, 1)),
            "idle": channel("idle", date(2026, 5, 2)),
        },
        routes={"annual_report": "annual"},
    )
    found = [(Path(one.where).stem, str(one.severity)) for one in certificate_findings(here)]
    assert sorted(found) == [("annual", "warning"), ("default", "error")]
