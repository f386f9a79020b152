"""One process at a time works on one filing.

A claim is a row with an end: its holder is known by machine and process, so a
claim left by a process that died on this machine is taken over at once, and one
left on another machine when its time is up. Leases run on the real clock, not
on the one that demos and tests pass in.

Belongs here: taking, renewing, giving back. Does not: what is done meanwhile.
"""

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from warehouse.errors import TransientError
from warehouse.operations import Operations, Row, Transaction
from warehouse.operations_schema import claim as table

LEASE = timedelta(minutes=10)  # longer than any channel waits for one answer


class ClaimedError(TransientError):
    """Another process works on the filing."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A right to work on one filing, ours until it ends or is given back."""

    filing_id: str
    token: str

    def renew(self, transaction: Transaction) -> None:
        """Begin the lease anew, in the transaction that precedes each sending.

        Raises ClaimedError when the lease ran out and another process took over.
        """
        changed = transaction.connection.execute(
            sa.update(table)
            .where(table.c.filing_id == self.filing_id, table.c.token == self.token)
            .values(expires_at=datetime.now(UTC) + LEASE)
        ).rowcount
        if changed != 1:
            raise ClaimedError(
                f"This process stood still for over {LEASE.total_seconds():.0f} seconds while "
                f"delivering filing {self.filing_id[:12]}, and another took over. Nothing was "
                "sent from here; run `indberet status` to see how it went."
            )


@contextmanager
def claimed(operations: Operations, filing_id: str) -> Iterator[Claim]:
    """Hold the claim on one filing for as long as the block runs.

    Raises ClaimedError when another living process holds it.
    """
    claim = Claim(filing_id, uuid.uuid4().hex)
    with operations.transaction() as transaction:
        _take(transaction, claim)
    try:
        yield claim
    finally:
        with suppress(TransientError), operations.transaction() as transaction:  # or the lease ends
            transaction.connection.execute(
                sa.delete(table).where(table.c.filing_id == filing_id, table.c.token == claim.token)
            )


def _take(transaction: Transaction, claim: Claim) -> None:
    now = datetime.now(UTC)
    held = transaction.rows(sa.select(table).where(table.c.filing_id == claim.filing_id))
    if held and held[0]["expires_at"] > now and not _is_dead(held[0]):
        raise ClaimedError(
            f"Filing {claim.filing_id[:12]} is being delivered by process {held[0]['pid']} on "
            f"{held[0]['machine'].split('/')[0]}. Wait for it to end; if it no longer runs, its "
            f"claim ends at {held[0]['expires_at']:%H:%M:%S} UTC."
        )
    transaction.connection.execute(sa.delete(table).where(table.c.filing_id == claim.filing_id))
    transaction.connection.execute(
        sa.insert(table).values(
            filing_id=claim.filing_id,
            token=claim.token,
            machine=_machine(),
            pid=os.getpid(),
            expires_at=now + LEASE,
        )
    )


def _is_dead(held: Row) -> bool:
    """Whether the holder is known to have ended; False where that cannot be known."""
    if os.name != "posix" or held["machine"] != _machine():
        return False
    try:
        os.kill(held["pid"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@cache
def _machine() -> str:
    """Host, boot and process namespace: within one of these a process id means one process."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    namespace = Path("/proc/self/ns/pid")
    parts = [socket.gethostname()]
    if boot.exists():
        parts.append(boot.read_text().strip())
    if namespace.is_symlink():
        parts.append(str(namespace.readlink()))
    return "/".join(parts)
