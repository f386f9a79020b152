"""The annual reports the authority has received, read from its SQLite file.

Belongs here: reading. Does not: changing rows (`annual_rows`), rules.
"""

from assets.authority.service.annual_rows import COLUMNS, AnnualReport, as_report
from assets.authority.service.store import AuthorityStore


class AnnualStore(AuthorityStore):
    """The store, as annual reports are looked up in it."""

    def of_transaction(self, sender: str, transaction_id: str) -> AnnualReport | None:
        """What a sender filed under that id."""
        return self._one("sender = ? AND transaction_id = ?", sender, transaction_id)

    def of_case(self, case_number: str) -> AnnualReport | None:
        """The report of that case number."""
        return self._one("case_number = ?", case_number)

    def decision(self, report: AnnualReport) -> AnnualReport:
        """A report that was not decided, as it is now."""
        found = self._reports("case_number = ?", report.case_number)
        return found[0] if found else report

    def all(self) -> list[AnnualReport]:
        """Every report, in the order received."""
        return self._reports("1 = 1")

    def published(self, cvr: str | None = None) -> list[AnnualReport]:
        """The accepted ones, of one company or all, in the order received."""
        if cvr is None:
            return self._reports("code = 0")
        return self._reports("code = 0 AND cvr = ?", cvr)

    def of_company(self, cvr: str) -> list[AnnualReport]:
        """Every report of a company, in the order received."""
        return self._reports("cvr = ?", cvr)

    def undecided(self, at_most: int) -> list[AnnualReport]:
        """The first of those that nobody has judged, in the order received."""
        return self._reports("code = 1", at_most=at_most)

    def _one(self, where: str, *values: str) -> AnnualReport | None:
        found = self._reports(where, *values, content="content")
        return found[0] if found else None

    def _reports(
        self, where: str, *values: str, content: str = "x''", at_most: int = -1
    ) -> list[AnnualReport]:
        columns = COLUMNS.format(content=content)
        rows = self.reader.rows(
            f"SELECT {columns} FROM annual_report WHERE {where} ORDER BY number LIMIT ?",
            (*values, at_most),
        )
        return [as_report(row) for row in rows]
