"""Any batch of filings comes to the same as registering them one by one."""

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.deliveries.approval import approve_all_by_policy, approve_by_policy
from assets.filings.register import Registered, Rendered, register_filing, register_filings
from tests.filings_for_tests import error_finding, open_at, rendered
from warehouse.errors import PermanentError
from warehouse.operations import Operations

if TYPE_CHECKING:
    from quality.finding import Finding


def standing(operations: Operations) -> list[tuple[object, ...]]:
    """Where every filing stands, with what was approved."""
    names = ("filing_id", "state", "round", "reason", "approved_by", "replaces_filing_id",
             "report_id", "path", "byte_count")  # fmt: skip
    return sorted((tuple(row[name] for name in names) for row in operations.filings()), key=str)


def approvals(operations: Operations, found: list[Registered | PermanentError]) -> dict:
    waiting = {
        str(one.filing["filing_id"]): []
        for one in found
        if isinstance(one, Registered) and one.filing["state"] == "validated"
    }
    return {k: v for k, v in waiting.items() if operations.filing(k)["state"] == "validated"}


wanted = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([100, 200]), st.booleans()), max_size=5
)


def test_a_batch_leaves_what_one_by_one_leaves(tmp_path: Path) -> None:
    roots = [tmp_path / "one", tmp_path / "many"]
    example = count()

    @settings(max_examples=25, deadline=None)
    @given(st.lists(wanted, min_size=1, max_size=3))
    def check(rounds: list[list[tuple[str, int, bool]]]) -> None:
        prefix = next(example)
        for items in rounds:
            batch: list[tuple[Rendered, list[Finding]]] = [
                (rendered(f"{company}{prefix}", amount), [error_finding()] if is_wrong else [])
                for company, amount, is_wrong in items
            ]
            results = [register_filing(singly, roots[0], *item) for item in batch]
            for filing_id in approvals(singly, [*results]):
                approve_by_policy(singly, filing_id, is_automatic=True, findings=[])
            found = register_filings(together, roots[1], batch)
            approve_all_by_policy(together, approvals(together, found))
        assert standing(together) == standing(singly)
        assert together.verify_audit() == singly.verify_audit()

    with open_at(roots[0]) as singly, open_at(roots[1]) as together:
        check()
