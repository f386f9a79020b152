"""The published statistics, and what stands behind one cell of them.

A cell that is kept back shows why, never its value; the reports behind any cell are for case
officers only, and reading them is logged company by company (`pages_lineage`).

Belongs here: questions to `statistic` and `statistic_filing`. Does not: working them out.
"""

from dataclasses import dataclass

from assets.desk.company import Row
from assets.desk.database import Connection, row, rows

PER_PAGE = 50
CELL = ("measure", "year", "industry", "size", "region")


@dataclass(frozen=True, slots=True)
class Table:
    """One measure in one year: its cells by industry, size and region; and what else there is."""

    measures: list[str]
    years: list[int]
    measure: str
    year: int
    cells: list[Row]


def table(con: Connection, measure: str, year: int | None) -> Table | None:
    """The cells of a measure and year, or of the first and newest where none is asked for."""
    known = rows(con, "SELECT DISTINCT measure, year FROM statistic ORDER BY measure, year DESC")
    if not known:
        return None
    measures = list(dict.fromkeys(str(one["measure"]) for one in known))
    chosen = measure if measure in measures else measures[0]
    years = [int(str(one["year"])) for one in known if one["measure"] == chosen]
    at = year if year in years else years[0]
    cells = rows(
        con,
        "SELECT * FROM statistic WHERE measure = ? AND year = ? "
        "ORDER BY industry <> 'all', industry, region <> 'all', region, size <> 'all', "
        "list_position(['0', '1-9', '10-49', '50-249', '250+', 'unknown'], size)",
        [chosen, at],
    )
    return Table(measures, years, chosen, at, cells)


def cell(con: Connection, key: tuple[str, int, str, str, str]) -> Row | None:
    """One cell, by measure, year, industry, size and region."""
    return row(
        con,
        "SELECT * FROM statistic WHERE measure = ? AND year = ? AND industry = ? "
        "AND size = ? AND region = ?",
        key,
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """One page of the reports behind a cell, with the number and sum of all of them."""

    contributions: list[Row]
    count: int
    companies: int
    total: object
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.count // PER_PAGE))


_BEHIND = """
    WITH behind AS (
        FROM statistic_filing
        WHERE measure = $measure AND year = $year
            AND $industry IN ('all', industry) AND $size IN ('all', size)
            AND $region IN ('all', region)
    )
    SELECT {columns} FROM behind {rest}
"""


def behind(con: Connection, key: tuple[str, int, str, str, str], page: int) -> Behind:
    """The reports behind a cell, the largest contribution first."""
    given = dict(zip(CELL, key, strict=True))
    total = rows(
        con,
        _BEHIND.format(
            columns="count(*) AS n, count(DISTINCT cvr) AS companies, sum(contribution) AS total",
            rest="",
        ),
        given,
    )[0]
    some = rows(
        con,
        _BEHIND.format(
            columns="behind.*, name",
            rest="LEFT JOIN registered_company USING (cvr) ORDER BY abs(contribution) DESC, cvr, "
            f"filing_key, concept LIMIT {PER_PAGE} OFFSET {(max(page, 1) - 1) * PER_PAGE}",
        ),
        given,
    )
    return Behind(some, int(str(total["n"])), int(str(total["companies"])), total["total"], page)


def judged(con: Connection, contributions: list[Row]) -> list[Row]:
    """The rules that found something in these reports: code, severity, how many reports."""
    ids = sorted({str(one["filing_id"]) for one in contributions if one["filing_id"]})
    if not ids:
        return []
    return rows(
        con,
        "SELECT code, severity, count(DISTINCT filing_id) AS reports, min(message) AS example "
        f"FROM xbrl_problem WHERE filing_id IN ({', '.join('?' * len(ids))}) "
        "GROUP BY ALL ORDER BY reports DESC, code",
        ids,
    )
