from datetime import date
from pathlib import Path

import pytest

from assets.deliveries.approval import POLICY, approve, approve_by_policy
from assets.deliveries.channel import Outcome
from assets.deliveries.machine import (
    NEXT,
    IllegalTransitionError,
    MovedMeanwhileError,
    State,
    check,
    move,
)
from assets.deliveries.run import deliver, poll_receipts
from assets.filings.register import register_filing, withdraw
from tests.fake_authority import FolderAuthority
from tests.filings_for_tests import (
    Clock,
    approved,
    error_finding,
    open_at,
    register,
    rendered,
)
from warehouse import operations_schema as tables
from warehouse.errors import PermanentError


def test_every_state_has_its_ways_out_and_is_reached() -> None:
    assert set(NEXT) == set(State)
    assert set().union(*NEXT.values()) == set(State)


@pytest.mark.parametrize(
    ("current", "to"),
    [(a, b) for a in State for b in State if b not in NEXT[a]],
)
def test_an_illegal_step_names_both_states(current: State, to: State) -> None:
    with pytest.raises(IllegalTransitionError, match=f"that is {current} cannot become {to}"):
        check(current, to)


def test_nothing_reaches_the_authority_without_approval() -> None:
    assert [state for state in State if State.SENT in NEXT[state]] == [State.APPROVED]
    assert [state for state in State if State.APPROVED in NEXT[state]] == [
        State.VALIDATED,
        State.SENT,
    ]


def test_of_two_that_move_a_filing_the_second_is_told_and_changes_nothing(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        filing_id = approved(operations, tmp_path)
        with operations.transaction() as transaction:
            move(transaction, filing_id, State.APPROVED, State.SENT)
        events = len(operations.events(filing_id))
        with (
            pytest.raises(MovedMeanwhileError, match="from approved to sent, but it is sent"),
            operations.transaction() as transaction,
        ):
            move(transaction, filing_id, State.APPROVED, State.SENT)
        assert len(operations.events(filing_id)) == events


def test_the_same_bytes_registered_twice_are_one_filing(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        first = register(operations, tmp_path)
        events = operations.verify_audit()
        second = register(operations, tmp_path)
        assert (first.is_new, second.is_new) == (True, False)
        assert second.filing == first.filing
        assert operations.verify_audit() == events
        kept = tmp_path / first.filing["path"]
        assert kept.read_bytes() == rendered().content
        assert first.filing["path"] == (
            f"filings/{first.filing['filing_id'][:2]}/{first.filing['filing_id']}.xml"
        )


def test_new_figures_void_the_approval_of_the_old_ones(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        old = approved(operations, tmp_path, amount=250)
        new = register(operations, tmp_path, amount=300).filing
        assert operations.filing(old)["state"] == State.SUPERSEDED
        assert operations.filing(old)["approved_by"] is None
        assert (new["state"], new["approved_by"]) == (State.VALIDATED, None)


def test_figures_that_return_need_a_new_approval(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        old = approved(operations, tmp_path, amount=250)
        newer = approved(operations, tmp_path, amount=300)
        back = register(operations, tmp_path, amount=250).filing
        assert (back["filing_id"], back["state"], back["round"]) == (old, State.VALIDATED, 2)
        assert operations.filing(newer)["state"] == State.SUPERSEDED
        approve(operations, old, "Anna")
        assert operations.filing(old)["approved_by"] == "Anna"


def test_bytes_with_a_validation_error_stay_built_and_say_why(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        found = register_filing(operations, tmp_path, rendered(), [error_finding()]).filing
        assert found["state"] == State.BUILT
        message = "The total is 415, its fields give 414. Build the report again."
        assert found["reason"] == f"not valid: {message}"
        again = register_filing(operations, tmp_path, rendered(), []).filing
        assert (again["state"], again["reason"]) == (State.VALIDATED, None)


def test_bytes_a_new_rule_finds_wrong_lose_their_approval(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        filing_id = approved(operations, tmp_path)
        found = register_filing(operations, tmp_path, rendered(), [error_finding()]).filing
        assert (found["state"], found["approved_by"], found["round"]) == (State.BUILT, None, 2)
        assert "415" in found["reason"]
        assert register(operations, tmp_path).filing["state"] == State.VALIDATED
        assert approve(operations, filing_id, "Anna")["state"] == State.APPROVED


def test_a_report_withheld_after_approval_is_not_delivered(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        filing_id = approved(operations, tmp_path)
        assert withdraw(operations, "demo", "eu_sales_list", date(2026, 3, 31), "no") == []
        why = "voucher 17 does not balance"
        assert withdraw(operations, "demo", "vat_return", date(2026, 3, 31), why) == [filing_id]
        assert operations.filing(filing_id)["reason"] == f"withheld: {why}"
        authority = FolderAuthority(tmp_path / "authority")
        assert deliver(operations, authority, tmp_path) == []
        with pytest.raises(PermanentError, match="it is withheld: voucher 17"):
            approve(operations, filing_id, "Anna")


def test_a_superseded_filing_with_errors_comes_back_with_its_errors(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        register_filing(operations, tmp_path, rendered(), [error_finding()])
        register(operations, tmp_path, amount=300)
        back = register_filing(operations, tmp_path, rendered(), [error_finding()]).filing
        assert (back["state"], back["round"]) == (State.BUILT, 2)


def test_a_filing_waits_while_an_earlier_one_lies_with_the_authority(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        first = approved(operations, tmp_path, amount=250)
        authority = FolderAuthority(tmp_path / "authority")
        deliver(operations, authority, tmp_path)
        second = register(operations, tmp_path, amount=300)
        assert second.waits_for == first
        assert second.filing["reason"] == (
            f"waits for filing {first[:12]} (vat_return of demo, 2026-01-01 to 2026-03-31), "
            "which is awaiting_approval and not decided"
        )
        with pytest.raises(PermanentError, match="not decided"):
            approve(operations, second.filing["filing_id"], "Anna")
        poll_receipts(operations, authority, tmp_path)
        approve(operations, second.filing["filing_id"], "Anna")
        assert operations.filing(second.filing["filing_id"])["replaces_filing_id"] == first


def test_figures_changed_after_filing_become_a_correction(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        authority = FolderAuthority(tmp_path / "authority", first=Outcome.ACCEPTED)
        first = approved(operations, tmp_path, amount=250)
        deliver(operations, authority, tmp_path)
        correction = register(operations, tmp_path, amount=300).filing
        assert correction["replaces_filing_id"] == first
        assert operations.filing(first)["state"] == State.RECEIPTED


def test_a_correction_taken_back_is_filed_anew_with_its_own_receipt(tmp_path: Path) -> None:
    clock = Clock()
    with open_at(tmp_path, clock) as operations:
        authority = FolderAuthority(tmp_path / "authority", first=Outcome.ACCEPTED)
        for amount in (250, 300, 250):
            clock.time = clock.time.replace(day=clock.time.day + 1)
            filing_id = approved(operations, tmp_path, amount=amount)
            deliver(operations, authority, tmp_path)
        assert len(authority.submissions()) == 3
        ids = [one["transaction_id"] for one in authority.submissions()]
        assert len(set(ids)) == 3
        receipts = operations.rows(tables.receipt.select().order_by(tables.receipt.c.received_at))
        assert [one["round"] for one in receipts if one["filing_id"] == filing_id] == [1, 2]
        assert operations.snapshot("receipt").num_rows == 2


def test_a_rejected_filing_is_approved_again_only_on_purpose(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        authority = FolderAuthority(tmp_path / "authority", first=Outcome.REJECTED)
        filing_id = approved(operations, tmp_path)
        (result,) = deliver(operations, authority, tmp_path)
        assert (result.state, result.problem) == ("rejected", "rejected")
        assert register(operations, tmp_path).filing["state"] == State.REJECTED
        with pytest.raises(PermanentError, match="approve --again"):
            approve(operations, filing_id, "Anna")
        assert approve(operations, filing_id, "Anna", again=True)["round"] == 2
        authority.first = Outcome.ACCEPTED
        assert deliver(operations, authority, tmp_path)[0].state == State.RECEIPTED


def test_the_policy_approves_only_when_set_and_without_errors(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        filing_id = str(register(operations, tmp_path).filing["filing_id"])
        with pytest.raises(PermanentError, match="its delivery policy is review"):
            approve_by_policy(operations, filing_id, is_automatic=False, findings=[])
        with pytest.raises(PermanentError, match="the checks found 1 error"):
            approve_by_policy(operations, filing_id, is_automatic=True, findings=[error_finding()])
        assert operations.filing(filing_id)["state"] == State.VALIDATED
        found = approve_by_policy(operations, filing_id, is_automatic=True, findings=[])
        assert (found["state"], found["approved_by"]) == (State.APPROVED, POLICY)


@pytest.mark.parametrize("who", ["", "  ", "policy:automatic"])
def test_a_person_approves_by_name_and_not_as_the_policy(tmp_path: Path, who: str) -> None:
    with open_at(tmp_path) as operations:
        filing_id = str(register(operations, tmp_path).filing["filing_id"])
        with pytest.raises(PermanentError, match="needs a person's name"):
            approve(operations, filing_id, who)


def test_approving_twice_keeps_the_first_approval(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        filing_id = approved(operations, tmp_path)
        assert approve(operations, filing_id, "Bo")["approved_by"] == "Anna"
