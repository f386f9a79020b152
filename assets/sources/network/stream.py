"""Declared streams: where records lie, how pages follow, what a record must be.

    class Entry(msgspec.Struct):
        entryNumber: int
        amount: Decimal

    class Entries(msgspec.Struct):
        items: list[Entry]
        cursor: str | None = None

    ENTRIES = Stream(
        name="booked entries", path="booked-entries", envelope=Entries,
        records=lambda page: page.items, key=lambda entry: entry.entryNumber,
        follow=lambda page, _asked: {"cursor": page.cursor} if page.cursor else None,
        size="pagesize", page_size=1000,
    )
    for page in Reading(client, ENTRIES).pages({"cursor": 0}):
        rows = page.records    # its bytes were kept before

Belongs here: the declaration and walking its pages. Does not: which pages are needed
(the connector), or how often to read until totals agree (`agreement`).
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from assets.sources.connector import Found
from assets.sources.network.client import Answer, Client
from assets.sources.network.contract import Contract
from warehouse.errors import SourceError

E = TypeVar("E")
R = TypeVar("R")

Params = Mapping[str, Any]
Follow = Callable[[Any, Params], Params | str | None]
"""What asks for the next page after this one: parameters, a whole address, or None: the last."""


def last_page(_page: Any, _asked: Params) -> None:
    """Everything came in one answer."""


@dataclass(frozen=True, slots=True)
class Stream(Generic[E, R]):
    """One kind of record of one vendor.

    `name`: in words, for people. `envelope`: the type of a whole answer; `records` takes
    the records out of it. `key`: what tells records apart. `follow`: see `Follow`.
    `size`: the parameter for the page size, "" where the vendor has none. `body`: makes the
    JSON of a POST from the parameters, for vendors that are asked that way. `empty`: statuses
    that mean there is nothing.
    """

    name: str
    path: str
    envelope: type[E]
    records: Callable[[E], list[R]]
    key: Callable[[R], Hashable]
    follow: Follow = last_page
    params: Params = field(default_factory=dict)
    size: str = ""
    page_size: int = 1000
    body: Callable[[Params], Any] | None = None
    empty: tuple[int, ...] = ()


@dataclass
class Page(Generic[E, R]):
    """One answer; it is decoded when it is first looked into."""

    answer: Answer
    _contract: Contract[E]
    _stream: Stream[E, R]

    @cached_property
    def envelope(self) -> E:
        """The whole answer. Raises `SourceError` when it is not as agreed."""
        return self._contract.decode(self.answer)

    @cached_property
    def records(self) -> list[R]:
        """Its records."""
        if self.answer.status in self._stream.empty:
            return []
        return self._stream.records(self.envelope)


class Reading(Generic[E, R]):
    """Reading one stream of one tenant; `distinct` counts the keys seen."""

    def __init__(
        self,
        client: Client,
        stream: Stream[E, R],
        *,
        page_size: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._client, self._stream, self._headers = client, stream, headers
        self._size = page_size or stream.page_size
        self._contract = Contract(stream.envelope)
        self._keys: set[Hashable] = set()
        self.count = 0

    @property
    def distinct(self) -> int:
        """How many different records came; fewer than `count` where some came twice."""
        return len(self._keys)

    def pages(self, start: Params | None = None) -> Iterator[Page[E, R]]:
        """Every page from `start` on. The bytes are kept before the page is handed over.

        Raises `SourceError` when a page asks for itself again.
        """
        asked: Params = {**self._stream.params, **(start or {})}
        if self._stream.size:
            asked = {**asked, self._stream.size: self._size}
        path = self._stream.path
        while True:
            page = Page(self._ask(path, asked), self._contract, self._stream)
            yield page
            for record in page.records:
                self._keys.add(self._stream.key(record))
            self.count += len(page.records)
            following = None
            if page.answer.status not in self._stream.empty:
                following = self._stream.follow(page.envelope, asked)
            if following is None:
                return
            before = (path, asked)
            if isinstance(following, str):
                path, asked = following, {}
            else:
                asked = {**asked, **following}
            if (path, asked) == before:
                raise SourceError(
                    f"{self._client.service.title} at {self._client.base} names the same page of "
                    f"{self._stream.name} as the next one, so it would never end. Nothing was "
                    "landed; report it with the connector's name."
                )

    def records(self, start: Params | None = None) -> Iterator[R]:
        """Every record, for streams whose rows need no page boundaries."""
        for page in self.pages(start):
            yield from page.records

    def findings(self, company_id: str) -> list[Found]:
        """Columns that nobody knew."""
        where = f"{self._client.base}/{self._stream.path.lstrip('/')}"
        return self._contract.findings(company_id, where, self._stream.name)

    def _ask(self, path: str, asked: Params) -> Answer:
        what, stream = f"{self._stream.name}, page {self.count // self._size + 1}", self._stream
        if stream.body is not None:
            return self._client.post(
                path, stream.body(asked), what=what, headers=self._headers, empty=stream.empty
            )
        return self._client.get(
            path, asked or None, what=what, headers=self._headers, empty=stream.empty
        )
