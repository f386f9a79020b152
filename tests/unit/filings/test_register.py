"""Registering and approving many filings at once comes to the same as one by one."""

import errno
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assets.deliveries.approval import POLICY, approve_all_by_policy
from assets.filings.register import Registered, Rendered, register_filings
from tests.filings_for_tests import error_finding, open_at, rendered
from warehouse import blobs, store
from warehouse.errors import PermanentError
from warehouse.operations import Operations

if TYPE_CHECKING:
    from quality.finding import Finding


@pytest.fixture
def operations(tmp_path: Path):
    with open_at(tmp_path) as opened:
        yield opened


def test_a_filing_refused_in_a_batch_does_not_hold_up_the_others(
    operations: Operations, tmp_path: Path
) -> None:
    mine = rendered("a")
    twin = replace(mine, company_id="twin")
    batch: list[tuple[Rendered, list[Finding]]] = [(mine, []), (twin, []), (rendered("b"), [])]
    first, second, third = register_filings(operations, tmp_path, batch)
    assert isinstance(second, PermanentError)
    assert "the same bytes are already" in str(second)
    assert [isinstance(one, Registered) and one.is_new for one in (first, third)] == [True, True]
    assert len(operations.filings()) == 2


def test_the_bytes_are_on_disk_before_their_rows_and_a_full_disk_stops_only_what_is_not(
    operations: Operations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, full = store.write_atomically, rendered("b").content

    def writing(path: Path, content: bytes) -> None:
        assert operations.filings() == []
        if content == full:
            with store.naming_full_disk(f"write {path}"):
                raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content)

    monkeypatch.setattr(blobs, "write_atomically", writing)
    first, second, third = register_filings(
        operations, tmp_path, [(rendered(company), []) for company in "abc"]
    )
    assert isinstance(second, PermanentError)
    for one in (first, third):
        assert isinstance(one, Registered)
        path, filing_id = str(one.filing["path"]), str(one.filing["filing_id"])
        assert blobs.read(tmp_path, path, filing_id)
    assert {row["company_id"] for row in operations.filings()} == {"a", "c"}


def test_policy_approves_many_and_leaves_those_with_an_error_to_a_person(
    operations: Operations, tmp_path: Path
) -> None:
    found = register_filings(operations, tmp_path, [(rendered(company), []) for company in "abc"])
    ids = [str(one.filing["filing_id"]) for one in found if isinstance(one, Registered)]
    findings = {one: [] for one in ids}
    refused = approve_all_by_policy(operations, findings | {ids[1]: [error_finding()]})
    assert list(refused) == [ids[1]]
    assert "the checks found 1 error(s), first vat-total" in str(refused[ids[1]])
    states = [operations.filing(one)["state"] for one in ids]
    assert states == ["approved", "validated", "approved"]
    assert operations.filing(ids[0])["approved_by"] == POLICY
    events = [event["event"] for event in operations.events(ids[0])]
    assert events == ["filing.built", "filing.validated", "filing.approved"]
    assert operations.verify_audit() == 8


def test_events_of_what_was_undone_are_not_in_the_trail(operations: Operations) -> None:
    before = operations.verify_audit()

    def fail_after_an_event() -> None:
        with operations.transaction() as transaction:
            transaction.audit("filing.built", "f", "indberet")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_an_event()
    assert operations.verify_audit() == before
    assert operations.events("f") == []
