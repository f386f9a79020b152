"""What the arrivals ask of the receiving service: its events, the reports, how many there are.

Belongs here: the shape of those three questions, and the service in a folder as their answer.
Does not: the service's files (`assets.authority.service.reading`, the only way to them).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assets.authority.service.reading import Event, Received


class Service(Protocol):
    """A receiving service, read only."""

    def events(self, after: int, at_most: int) -> "list[Event]":
        """The events that follow number `after`, in order, none left out."""

    def received(self, report_type: str, keys: Sequence[str]) -> "Iterator[Received]":
        """The reports of these keys, those that are there."""

    def counts(self, up_to: int) -> dict[str, int]:
        """Reports by type among the events up to number `up_to`."""


@dataclass(frozen=True, slots=True)
class ServiceFolder:
    """The service whose files lie in `folder`; it may be running. Empty where none has run."""

    folder: Path

    def events(self, after: int, at_most: int) -> "list[Event]":
        """See `Service`."""
        from assets.authority.service import reading  # noqa: PLC0415  (its store is imported late)

        return reading.events(self.folder, after, at_most)

    def received(self, report_type: str, keys: Sequence[str]) -> "Iterator[Received]":
        """See `Service`."""
        from assets.authority.service import reading  # noqa: PLC0415

        return reading.received(self.folder, report_type, keys)

    def counts(self, up_to: int) -> dict[str, int]:
        """See `Service`."""
        from assets.authority.service import reading  # noqa: PLC0415

        return reading.counts(self.folder, up_to)
