"""One fiscal year as the questions about it see it: settings, ledger by standard account, answers.

Belongs here: the value and how the ledger's part of it is read, all companies in one
pass. Does not: the statements (`figures`), or what follows from the amounts (`derive`).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import duckdb

from assets.reports import report
from assets.reports.annual.catalogue import total
from assets.reports.annual.previous import Previous
from assets.workspace import AnnualSettings, Company

Amounts = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Books:
    """The ledger of one year by standard account, debit positive: what moved in the year (closing
    entries left out), and what stands at its end. `currencies`: foreign ones it has postings in.
    """

    movement: Amounts = field(default_factory=dict)
    balance: Amounts = field(default_factory=dict)
    currencies: frozenset[str] = frozenset()

    def moved(self, ranges: str) -> Decimal:
        """The sum of movements on accounts in `ranges`."""
        return total(ranges, self.movement)

    def stands(self, ranges: str) -> Decimal:
        """The sum of balances on accounts in `ranges`."""
        return total(ranges, self.balance)


@dataclass(frozen=True, slots=True)
class Year:
    """One company's fiscal year. `previous_start` is None in the first one; `before` are the
    books of the year before, and `previous` its filing, where there are such.
    """

    company: Company
    annual: AnnualSettings
    start: date
    end: date
    previous_start: date | None
    previous_end: date | None
    books: Books
    before: Books | None
    previous: Previous | None

    @property
    def language(self) -> str:
        """The language the report is in."""
        return self.annual.language

    @property
    def previous_origin(self) -> str:
        """Where comparative figures come from: filed, ledger or none."""
        if self.previous is not None:
            return "filed"
        return "ledger" if self.before is not None else "none"


def books(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, date], Books]:
    """The books of every year in `annual_choice`, and the years before, by company and last day.

    Makes the tables of `ledger.sql`; a year without postings and balances is not there.
    """
    report.run_file(con, "annual/ledger.sql")
    movement: dict[tuple[str, date], dict[str, Decimal]] = defaultdict(dict)
    balance: dict[tuple[str, date], dict[str, Decimal]] = defaultdict(dict)
    for company_id, year_end, code, moved, stands in con.execute(_BY_ACCOUNT).fetchall():
        movement[company_id, year_end][code] = moved
        balance[company_id, year_end][code] = stands
    foreign = {(row[0], row[1]): frozenset(row[2]) for row in con.execute(_FOREIGN).fetchall()}
    return {
        key: Books(movement[key], balance[key], foreign.get(key, frozenset())) for key in movement
    }


_BY_ACCOUNT = """
SELECT y.company_id, y.year_end, coalesce(e.standard_account_code, ''),
       CAST(coalesce(sum(e.amount) FILTER (e.part = 'movement'), 0) AS DECIMAL(18,2)),
       CAST(coalesce(sum(e.amount) FILTER (e.part <> 'closing'), 0) AS DECIMAL(18,2))
FROM annual_entry e JOIN annual_year y USING (year_no)
GROUP BY ALL ORDER BY ALL
"""

_FOREIGN = """
SELECT y.company_id, y.year_end, list_sort(list(DISTINCT p.currency))
FROM annual_year y
JOIN company c USING (company_id)
JOIN posting p ON p.company_id = y.company_id AND p.posting_date BETWEEN y.year_start AND y.year_end
WHERE p.currency IS NOT NULL AND p.currency <> c.base_currency
GROUP BY ALL ORDER BY ALL
"""
