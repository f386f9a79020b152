"""The properties of the conformance table, and which of them a system cannot have.

A test names its property by `@pytest.mark.property("…")`; `needs` is the attribute of a case
without which the test is skipped, `reason` why a system may lack it. `shared` names the code a
test proves; a case whose code is proved elsewhere says where (`elsewhere`), and is not run.

Belongs here: names and that rule, for the suites that skip and the table that shows.
Does not: tests, or the table (`table`).
"""

import pytest

# What a marker says → the column's heading in the table.
PROPERTIES = {
    "all that the source counts is there, to its own totals": "complete",
    "read again, nothing is landed; read anew, the same bytes": "again",
    "the kept answers give the same load without a server": "replay",
    "killed anywhere, nothing is half done, and the next pull does the rest": "kill",
    "a change, an addition and a deletion are landed and nothing else": "changes",
    "edited between two pages, neither lost nor doubled": "edit",
    "entered late with an earlier date or stamp, and not lost": "late",
    "deleted between two pages, it takes no other with it": "delete",
    "asked to wait, it waits; asked for too long, it leaves": "wait",
    "a token that expires on the way is renewed": "renew",
    "refused or damaged for good: said so, the last good data kept": "refused",
    "what time may heal is left for the next pull": "later",
    "slow, cut, wrong-typed, non-JSON and huge answers": "broken",
    "an empty answer against a total that is not, fails": "empty",
    "no secret in logs, errors, kept answers or metadata": "secret",
}


ELSEWHERE = "proved "


def lacking(mark: pytest.Mark | None, case: object) -> str:
    """Why the property of `mark` is not asked of `case`; empty when it is."""
    elsewhere = getattr(case, "elsewhere", {})
    if mark is not None and (where := elsewhere.get(mark.kwargs.get("shared", ""))):
        return f"{ELSEWHERE}{where}"
    needs = mark.kwargs.get("needs") if mark else None
    if mark is None or needs is None or getattr(case, needs) is not None:
        return ""
    return str(mark.kwargs["reason"])
