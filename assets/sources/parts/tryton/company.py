"""One company in Tryton: which one, and its records in order of id.

Belongs here: choosing it, and the conditions every search for its records shares. Does
not: the order of a pull (`pull`), HTTP (`server`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from assets.sources.connector import Progress
from assets.sources.parts.tryton import records
from assets.sources.parts.tryton.server import Client, Domain, Record
from warehouse.errors import PermanentError

INACTIVE_TOO = {"active_test": False}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a connection chose: whose books, how much at a time, how codes are told."""

    connection_id: str
    company_id: str
    company: str | None
    page_size: int
    vat_code_pattern: re.Pattern[str]
    window: tuple[date, date] | None = None


class Company:
    """One company of one database; `record` is its own."""

    def __init__(self, client: Client, choice: Choice, progress: Progress) -> None:
        self.client, self.choice, self._progress = client, choice, progress
        self.record = self._chosen()

    def own(self) -> Domain:
        """Records of this company."""
        return ["company", "=", self.record["id"]]

    def moves(self, state: str) -> Domain:
        """Vouchers of this company in a state."""
        return [self.own(), ["state", "=", state], *self.dated("date")]

    def dated(self, field: str) -> Domain:
        """Only what is in the window, if there is one."""
        if self.choice.window is None:
            return []
        first, last = self.choice.window
        return [[field, ">=", first], [field, "<=", last]]

    def every(
        self,
        model: str,
        fields: Iterable[str],
        domain: Domain,
        what: str = "",
        size: int | None = None,
    ) -> Iterator[Record]:
        """Records in order of id."""
        count = 0
        pages = self.client.pages(
            model, domain, tuple(fields), size=size or self.choice.page_size, context=INACTIVE_TOO
        )
        for page in pages:
            count += len(page)
            if what:
                self._progress(what, count)
            yield from page

    def _chosen(self) -> Record:
        found = list(self.every("company.company", records.COMPANY_FIELDS, []))
        wanted = self.choice.company
        if wanted is not None:
            found = [c for c in found if wanted in records.company(c)[1:3]]
        if len(found) == 1:
            return found[0]
        seen = list(self.every("company.company", records.COMPANY_FIELDS, []))
        names = ", ".join(str(records.company(c)[1]) for c in seen) or "none"
        if not found:
            raise PermanentError(
                f"The key of connection {self.choice.connection_id} does not see the company "
                f"{wanted or 'at all'}; it sees: {names}. Give its user the company in Tryton, or "
                "correct the connection's tryton_company."
            )
        raise PermanentError(
            f"The key of connection {self.choice.connection_id} sees several companies: "
            f"{names}. Say which with the connection's tryton_company (name or CVR number)."
        )


def companies(client: Client) -> list[tuple[str, str]]:
    """The companies the key sees: name and number."""
    pages = client.pages(
        "company.company", [], tuple(records.COMPANY_FIELDS), size=100, context=INACTIVE_TOO
    )
    rows = [records.company(one) for page in pages for one in page]
    return [(row[1], row[2] or "") for row in rows]
