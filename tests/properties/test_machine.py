"""Whatever happens in whatever order, a filing is sent once and never lost."""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from assets.deliveries.approval import approve
from assets.deliveries.channel import Outcome
from assets.deliveries.machine import (
    FILED,
    IN_FLIGHT,
    UNSENT,
    State,
)
from assets.deliveries.run import deliver, poll_receipts
from tests.fake_authority import FolderAuthority
from tests.filings_for_tests import (
    Clock,
    open_at,
    register,
)
from warehouse import operations_schema as tables
from warehouse.errors import PermanentError, TransientError


class Filings(RuleBasedStateMachine):
    """Anything a bookkeeper, the books and the authority may do to one period."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        self.clock = Clock()
        self.operations = open_at(self.root, self.clock)
        self.authority = FolderAuthority(self.root / "authority")
        self.fail: type[Exception] | None = None
        self.current: str | None = None
        self.authority.before = self.trouble
        self.authority.after = self.trouble_after

    def trouble(self, _operation: str, _filing: object) -> None:
        if self.fail is PermanentError:
            raise PermanentError("refused")

    def trouble_after(self, operation: str, _filing: object) -> None:
        if self.fail is TransientError and operation == "submit":
            raise TransientError("the answer was lost")

    def teardown(self) -> None:
        self.operations.verify_audit()
        self.operations.close()
        self.folder.cleanup()

    @rule()
    def tick(self) -> None:
        self.clock.time += timedelta(hours=1)

    @rule(amount=st.integers(1, 3))
    def figures(self, amount: int) -> None:
        self.tick()
        self.current = str(register(self.operations, self.root, amount=amount).filing["filing_id"])

    @precondition(lambda self: self.current)
    @rule(again=st.booleans())
    def approve(self, again: bool) -> None:
        assert self.current is not None
        try:
            approve(self.operations, self.current, "Anna", again=again)
        except PermanentError:
            assert self.operations.filing(self.current)["state"] != State.APPROVED

    @rule(
        fail=st.sampled_from([None, PermanentError, TransientError]),
        first=st.sampled_from(Outcome),
    )
    def deliver(self, fail: type[Exception] | None, first: Outcome) -> None:
        self.tick()
        self.fail, self.authority.first = fail, first
        deliver(self.operations, self.authority, self.root, back_off=())

    @rule(then=st.sampled_from(Outcome))
    def poll(self, then: Outcome) -> None:
        self.tick()
        self.fail, self.authority.then = None, then
        poll_receipts(self.operations, self.authority, self.root)

    @invariant()
    def at_most_one_lies_undecided_and_one_waits(self) -> None:
        states = [State(one["state"]) for one in self.operations.filings()]
        assert sum(state in IN_FLIGHT for state in states) <= 1
        assert sum(state in UNSENT for state in states) <= 1

    @invariant()
    def nothing_was_submitted_twice(self) -> None:
        ids = [one["transaction_id"] for one in self.authority.submissions()]
        assert len(ids) == len(set(ids))

    @invariant()
    def nothing_was_submitted_that_nobody_approved(self) -> None:
        rounds = self.operations.rows(tables.approval.select())
        assert len(self.authority.submissions()) <= len(rounds)

    @invariant()
    def what_is_filed_was_submitted_and_receipted_has_its_receipt(self) -> None:
        sent = {one["sha256"] for one in self.authority.submissions()}
        for filing in self.operations.filings():
            if State(filing["state"]) in FILED:
                assert filing["filing_id"] in sent
            if filing["state"] == State.RECEIPTED:
                assert self.operations.receipt(filing["filing_id"])["round"] == filing["round"]


def test_no_order_of_events_doubles_or_loses_a_filing() -> None:
    run_state_machine_as_test(
        Filings, settings=settings(max_examples=25, stateful_step_count=12, deadline=None)
    )
