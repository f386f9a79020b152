"""Lists that are read until they agree with what the server counts, and single records.

Pages are numbered by every vendor here, so a record taken away or added between two pages
moves the others: one may be missed though the number is right. So the count must be the same
on every page, and the number of different records that count.

Belongs here: that reading. Does not: any vendor's shapes.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from assets.sources.connector import Found
from assets.sources.network.agreement import ROUNDS
from assets.sources.network.client import Client
from assets.sources.network.contract import Contract
from assets.sources.network.stream import Page, Reading, Stream
from warehouse.errors import SourceError, TransientError

E = TypeVar("E")
R = TypeVar("R")


class Lists:
    """One reading of one tenant's lists; `findings` gather as they are read."""

    def __init__(self, client: Client, page_size: int, company_id: str) -> None:
        self.client, self._size, self._company_id = client, page_size, company_id
        self._findings: dict[str, Found] = {}

    @property
    def findings(self) -> list[Found]:
        """Columns that nobody knew."""
        return list(self._findings.values())

    def counted(self, stream: Stream[E, R], count: Callable[[E], int]) -> list[R]:
        """Every record of a list whose pages state how many there are in all.

        Raises:
            TransientError: the count moved in every round.
            SourceError: it held still, and another number of records came.
        """
        for _round in range(ROUNDS):
            pages, distinct = self._pages(stream)
            told = {count(page.envelope) for page in pages}
            if told == {distinct}:
                return [record for page in pages for record in page.records]
        raise self._disagreement(stream.name, sorted(told), distinct)

    def steady(self, stream: Stream[E, R], withheld: Callable[[E], int]) -> list[R]:
        """Every record of a list that nobody counts: one page, or the same pages twice.
        `withheld`: how many records an empty page says there are.

        Raises:
            TransientError: no two readings are the same.
            SourceError: the list is empty and is said not to be.
        """
        before: list[R] | None = None
        for _round in range(ROUNDS + 1):
            pages, distinct = self._pages(stream)
            records = [record for page in pages for record in page.records]
            if not records and (hidden := withheld(pages[0].envelope)):
                raise self._disagreement(stream.name, [hidden], 0)
            whole = distinct == len(records)
            if whole and (len(pages) == 1 or records == before):
                return records
            before = records
        raise TransientError(
            f"{self.client.service.title} at {self.client.base} showed {stream.name} otherwise "
            f"each of {ROUNDS + 1} times. Nothing was landed; pull again when nobody edits them."
        )

    def one(self, path: str, contract: Contract[E], what: str, **asked: Any) -> E | None:
        """A single answer; None when there is none (HTTP 404, where `empty` allows it)."""
        answer = self.client.get(path, asked.get("params"), what=what, empty=asked.get("empty", ()))
        return contract.decode(answer) if answer.content else None

    def _pages(self, stream: Stream[E, R]) -> tuple[list[Page[E, R]], int]:
        reading = Reading(self.client, stream, page_size=self._size if stream.size else None)
        pages = list(reading.pages())
        for found in reading.findings(self._company_id):
            self._findings[found.finding.message] = found
        return pages, reading.distinct

    def _disagreement(self, what: str, told: list[int], shown: int) -> SourceError | TransientError:
        who = f"{self.client.service.title} at {self.client.base}"
        if len(told) > 1:
            return TransientError(
                f"{who} counted {told[0]} to {told[-1]} {what} while they were read, {ROUNDS} "
                "times over. Nothing was landed; pull again when nobody edits them."
            )
        return SourceError(
            f"{who} counts {told[0]} {what} but showed {shown}. Nothing was landed; see that these "
            "credentials may see everything, then pull again."
        )
