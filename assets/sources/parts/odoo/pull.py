"""One reading of a company's books in Odoo: what is read, in what order, until it agrees.

Entries are read a page at a time in order of id, and after each page the lines of just
those entries. What changed is found by `write_date` of an entry and its lines, with an
hour's overlap, since Odoo cuts off what is below a second and a long transaction commits
with an early stamp. What that misses shows when Odoo's list of ids and its own totals by
month and account are compared with ours, which the cursor remembers: such months are
read anew, all within one pass, until both agree.

Belongs here: the order of a pull. Does not: requests (`server`), what a record means
(`records`, `taxes`), whatever is not entries (`masters`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from assets.sources.connector import Again, Cursor, Item, Present, Progress
from assets.sources.network import agreement
from assets.sources.network.remembered import Ids, digest
from assets.sources.network.stream import Page, Reading
from assets.sources.parts.odoo import notes, records, totals
from assets.sources.parts.odoo.masters import Masters
from assets.sources.parts.odoo.money import Amounts
from assets.sources.parts.odoo.server import Domain, Server
from assets.sources.parts.odoo.totals import Months
from assets.sources.row_batches import Collector
from warehouse.errors import SourceError, TransientError

R = TypeVar("R", bound=msgspec.Struct)
OVERLAP = timedelta(hours=1)
LINES_PER_ENTRY = 5
"""Roughly; lines are asked for by that many times the page size."""
IDS_PER_PAGE = 10_000
_STREAMS = ("voucher", "posting", "tax_line", "source_document")
_NOTES = ["display_type", "not in", list(records.NOT_POSTINGS)]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a connection chose: whose books, how much at a time, which days."""

    connection_id: str
    company_id: str
    page_size: int
    window: tuple[date, date] | None


@dataclass
class Scope:
    """What a pass reads: everything, or what changed since a stamp, whole months, some ids."""

    is_all: bool
    since: str = ""
    months: set[str] = field(default_factory=set)
    ids: list[int] = field(default_factory=list)

    def domain(self) -> Domain:
        """As a search domain."""
        if self.is_all:
            return []
        parts: list[Domain] = [
            [["write_date", ">=", self.since]],
            [["line_ids.write_date", ">=", self.since]],
            *(["&", *totals.within(month)] for month in sorted(self.months)),
        ]
        if self.ids:
            parts.append([["id", "in", self.ids]])
        return [*["|"] * (len(parts) - 1), *(one for part in parts for one in part)]


class Pull:
    """One reading of one company's books."""

    def __init__(
        self, server: Server, masters: Masters, choice: Choice, progress: Progress
    ) -> None:
        self._server, self._masters, self._choice = server, masters, choice
        self._progress, self._amounts = progress, Amounts()
        self._size = choice.page_size
        self._ours, self._known, self._since = Months(), Ids(), {"voucher": "", "party": ""}
        self._partners = Ids()
        self._readings: list[Reading[Any, Any]] = []
        self._lineless: set[int] = set()

    def run(self, cursor: Mapping[str, Any]) -> Iterator[Item]:
        """Everything, in the order that later parts lean on."""
        yield from self._masters.rows()
        books = self._masters.books()
        mark = _digest(books, self._choice)
        if cursor.get("books") != mark:  # codes that postings carry have changed: read all anew
            cursor = {}
        self._since |= cursor.get("since", {})
        yield from self._parties(cursor)
        yield from self._entries(cursor, books)
        yield from self._notes(books)
        yield Cursor({
            "books": mark, "since": dict(self._since), "vouchers": self._known.text(),
            "partners": self._partners.text(), "months": self._ours.value(),
        })  # fmt: skip

    def moves(self, state: str = "posted") -> Domain:
        """Entries of this company in a state, on the days wanted."""
        return [*self._own(), ["state", "=", state], *self._days()]

    def _own(self) -> Domain:
        return [["company_id", "=", self._masters.company.id]]

    def _days(self) -> Domain:
        if self._choice.window is None:
            return []
        start, end = self._choice.window
        return [["date", ">=", start.isoformat()], ["date", "<=", end.isoformat()]]

    def _lines(self) -> Domain:
        return [*self._own(), ["parent_state", "=", "posted"], _NOTES, *self._days()]

    def _parties(self, cursor: Mapping[str, Any]) -> Iterator[Item]:
        """Those written since the last pull, and those that are there and were never read."""
        since = self._since["party"] if cursor else ""
        changed: Domain = [["write_date", ">=", _overlapped(since)]] if since else []
        self._partners = Ids.parse(cursor.get("partners", ""))
        yield from self._read_parties(changed)
        present = self._ids("res.partner", [], "partners there are")
        if missing := self._partners.without(present):
            yield from self._read_parties([["id", "in", missing]])
        self._partners = Ids(present)
        yield Present("party", [str(number) for number in present])

    def _read_parties(self, domain: Domain) -> Iterator[Item]:
        rows = Collector("party")
        reading = self._reading("res.partner", records.Partner, domain, "partners")
        for page in reading.pages():
            for record in page.records:
                rows.add(*records.party(record, self._masters.countries))
                self._partners.add(record.id)
                self._later("party", records.stamp(record))
            self._progress("partners", reading.count + len(page.records))
            yield from rows.take()

    def _entries(self, cursor: Mapping[str, Any], books: records.Books) -> Iterator[Item]:
        """What changed, or everything; then until Odoo's own ids and totals agree."""
        kept, known = Months.parse(cursor.get("months", {})), cursor.get("vouchers", "")
        scope = Scope(not cursor, _overlapped(self._since["voucher"]) if cursor else "")
        started = self._since["voucher"]
        for number in range(agreement.ROUNDS):
            if number:
                yield Again(_STREAMS)
            self._ours, self._known = kept.without(scope.months), Ids.parse(known)
            self._since["voucher"] = started
            yield from self._pass(scope, books)
            present = self._ids("account.move", self.moves(), "vouchers there are")
            theirs = totals.declared(self._server, self._lines(), books.accounts, self._amounts)
            differing = self._ours.differing(theirs)
            missing = self._known.without(present)
            if not differing and not missing:
                yield from self._agreed(present, theirs)
                return
            scope.months |= differing
            scope.ids += missing[:IDS_PER_PAGE]
        self._disagree(theirs, missing, differing)

    def _agreed(self, present: list[int], theirs: Months) -> Iterator[Item]:
        if lineless := sorted(self._lineless.intersection(present)):
            raise SourceError(
                f"{self._server.where} shows no lines of voucher {lineless[0]} (account.move), and "
                f"of {len(lineless) - 1} more. Nothing was landed; give this connection's user the "
                "right to read journal items (account.move.line), then pull again."
            )
        self._known = Ids(present)
        yield Present("voucher", [str(number) for number in present])
        issued = [*self.moves(), ["move_type", "in", list(records.DOCUMENTS)]]
        documents = self._ids("account.move", issued, "documents there are")
        yield Present("source_document", [str(number) for number in documents])
        count = self._server.count("account.move", self.moves(), "the number of vouchers")
        name = self._masters.company.name
        yield from agreement.control_totals(
            totals.compared(
                self._ours, theirs, (count, len(self._known)), name, self._server.database
            )
        )

    def _disagree(self, theirs: Months, missing: list[int], differing: set[str]) -> None:
        again = totals.declared(
            self._server, self._lines(), self._masters.books().accounts, self._amounts
        )
        if theirs.differing(again) or missing:
            raise TransientError(
                f"Vouchers kept changing in {self._server.where} while they were read, "
                f"{agreement.ROUNDS} times over, so its totals could not be compared. Nothing was "
                "landed; pull again when the books are quiet."
            )
        month = min(differing)
        raise SourceError(
            f"{self._server.where} adds up {theirs.lines.get(month, 0)} lines in {month}, but the "
            f"{self._ours.lines.get(month, 0)} it showed come to other balances, "
            f"{agreement.ROUNDS} times over. Nothing was landed; see that this connection's user "
            "may see every journal and account, then pull again."
        )

    def _pass(self, scope: Scope, books: records.Books) -> Iterator[Item]:
        """Read the entries of a scope, each once, and count them."""
        domain = [*self.moves(), *scope.domain()]
        reading = self._reading("account.move", records.Move, domain, "vouchers")
        for page in reading.pages():
            lines = self._lines_of(page.records)
            try:
                yield from self._page(page, lines, scope, books)
            except KeyError as error:
                raise TransientError(
                    f"A voucher in {self._server.where} refers to the account, journal or tax of "
                    f"id {error}, which appeared while the books were read, or belongs to another "
                    "company. Nothing was landed; pull again."
                ) from error
            self._progress("vouchers", reading.count + len(page.records))

    def _lines_of(self, moves: list[records.Move]) -> dict[int, list[records.Line]]:
        lines: dict[int, list[records.Line]] = {record.id: [] for record in moves}
        if not lines:
            return lines
        domain = [*self._own(), ["move_id", "in", list(lines)], _NOTES]
        size = self._size * LINES_PER_ENTRY
        reading = self._reading("account.move.line", records.Line, domain, "journal items", size)
        for line in reading.records():
            lines[records.ref(line.move_id) or 0].append(line)
        return lines

    def _page(
        self,
        page: Page[Any, records.Move],
        lines: Mapping[int, list[records.Line]],
        scope: Scope,
        books: records.Books,
    ) -> Iterator[Item]:
        rows = {stream: Collector(stream) for stream in _STREAMS}
        for record in page.records:
            own = lines[record.id]
            rows["voucher"].add(*records.voucher(record, books))
            postings = records.postings(record, own, books, self._amounts)
            for row in postings:
                rows["posting"].add(*row)
            for row in records.tax_lines(record, own, books, postings):
                rows["tax_line"].add(*row)
            if record.move_type in records.DOCUMENTS:
                rows["source_document"].add(
                    *records.document(record, self._amounts, books.currency)
                )
            self._count(record, postings, scope)
            self._later("voucher", records.stamp(record), *(records.stamp(one) for one in own))
        for collector in rows.values():
            yield from collector.take()

    def _count(self, record: records.Move, postings: list[records.Row], scope: Scope) -> None:
        """Add what is new to our totals: an entry nobody counted, or one of a month read anew."""
        if not postings:
            self._lineless.add(record.id)
        month, is_new = record.date[:7], self._known.add(record.id)
        if is_new or scope.is_all or month in scope.months:
            for row in postings:
                self._ours.add(month, row[3], row[4])

    def _ids(self, model: str, domain: Domain, name: str) -> list[int]:
        return list(self._server.ids(model, domain, name, IDS_PER_PAGE).records())

    def _reading(
        self, model: str, record: type[R], domain: Domain, name: str, size: int | None = None
    ) -> Reading[Any, R]:
        fields = self._masters.fields(model, record)
        reading = self._server.reading(model, record, fields, domain, name, size or self._size)
        self._readings.append(reading)
        return reading

    def _later(self, stream: str, *stamps: str) -> None:
        self._since[stream] = max(self._since[stream], *stamps)

    def _notes(self, books: records.Books) -> Iterator[Item]:
        drafts = self._server.count("account.move", self.moves("draft"), "the number of drafts")
        place = (self._choice.company_id, self._server.database)
        yield from notes.found(place, drafts, self._amounts.noisy, books.taxes)
        for reading in self._readings[:1]:
            yield from reading.findings(self._choice.company_id)


def _digest(books: records.Books, choice: Choice) -> str:
    days = None if choice.window is None else [day.isoformat() for day in choice.window]
    content = [
        books.currency, sorted(books.accounts.items()), sorted(books.journals.items()),
        books.taxes.digest(), days,
    ]  # fmt: skip
    return digest(content)


def _overlapped(stamp: str) -> str:
    """An overlap before a stamp.

    >>> _overlapped("2026-11-22 00:05:26")
    '2026-11-21 23:05:26'
    """
    if not stamp:
        return "1900-01-01 00:00:00"
    return str(datetime.fromisoformat(stamp) - OVERLAP)
