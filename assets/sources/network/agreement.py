"""Reading until what was read agrees with what the server itself counts.

Belongs here: rounds, control totals, gaps in numbers. Does not: how a vendor counts.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assets.sources.connector import Again, Item
from assets.sources.row_batches import in_full
from warehouse.errors import SourceError, TransientError

ROUNDS = 3
"""Readings before we say that the books never hold still."""


@dataclass(frozen=True, slots=True)
class Total:
    """One of the source's own totals, with ours beside. `kind` and `subject` as in the
    landed stream `control_total`.
    """

    kind: str
    subject: str
    declared: Decimal | int
    found: Decimal | int
    where: str


def until_agreed(
    read: Callable[[], Iterator[Item]],
    declared: Callable[[], int],
    found: Callable[[], int],
    streams: Sequence[str],
    who: str,
    what: str,
) -> Iterator[Item]:
    """What `read` yields, read again while the server's count moves or differs from ours.

    `declared` asks the server, `found` says how many different records the last reading
    brought; `streams` are those it fills; `who` and `what` name server and records.

    Raises:
        TransientError: the server's count moved in every round.
        SourceError: the server's count held still and another number came.
    """
    for number in range(ROUNDS):
        if number:
            yield Again(tuple(streams))
        before = declared()
        yield from read()
        after = declared()
        if before == after == found():
            return
    if before != after:
        raise TransientError(
            f"{what[0].upper()}{what[1:]} kept changing at {who} while they were read, {ROUNDS} "
            f"times over ({before} before, {after} after). Nothing was landed; pull again when the "
            "books are quiet."
        )
    raise SourceError(
        f"{who} counts {after} {what} but showed {found()}, {ROUNDS} times over. Nothing was "
        "landed; see that these credentials may see everything, then pull again."
    )


def control_totals(totals: Iterable[Total]) -> Iterator[Item]:
    """The landed stream `control_total`, in full."""
    return in_full("control_total", (
        (f"{one.kind}/{one.subject}", one.kind, one.subject,
         Decimal(one.declared), Decimal(one.found), one.where)
        for one in totals
    ))  # fmt: skip


def gaps(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The runs of numbers that are missing between the smallest and the largest.

    >>> gaps([1, 2, 5, 9])
    [(3, 4), (6, 8)]
    """
    ordered = sorted(set(numbers))
    return [(a + 1, b - 1) for a, b in itertools.pairwise(ordered) if b - a > 1]
