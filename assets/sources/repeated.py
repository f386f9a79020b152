"""Vouchers whose id occurs more than once in what one pull staged.

A reader of large files keeps no ids in memory, so it cannot see that one comes
again: it numbers the readings instead (`Rows.readings`), and here they are told
apart on disk. Within one file both vouchers are kept, the later ones under an id
of their own, and each is a finding; across files the first file read counts.

Belongs here: finding them, naming them. Does not: the same record read twice by
a connector that pages (there the later reading counts: `landing`).
"""

from pathlib import Path

import duckdb

from quality.finding import Finding, Severity

READING = "reading"
"""The staged column that tells readings apart; no column of any landed stream."""

_PER_FILE = 1 << 40
_NAMED = 100
_FIX = "Correct it in the bookkeeping system, export again, then run `indberet pull`."

_FIND = """
CREATE TABLE repeated AS
WITH ids AS (
  SELECT source_id FROM read_parquet($path) GROUP BY source_id HAVING count(*) > 1
), readings AS (
  SELECT v.source_id, v.reading, v.reading // $per_file AS file, v.where_found, v.voucher_number,
    v.journal_code,
    row_number() OVER (PARTITION BY v.source_id ORDER BY v.reading) AS nth,
    min(v.reading // $per_file) OVER (PARTITION BY v.source_id) AS first_file,
    first(v.where_found) OVER (PARTITION BY v.source_id ORDER BY v.reading) AS first_found
  FROM read_parquet($path) AS v SEMI JOIN ids USING (source_id)
), named AS (
  SELECT *, file > first_file AS is_older,
    CASE WHEN nth = 1 THEN source_id ELSE source_id || '#' || nth END AS own_id
  FROM readings
)
SELECT n.* REPLACE (
  -- the source may itself use the id that would tell the copy apart
  CASE WHEN n.nth > 1 AND t.source_id IS NOT NULL THEN n.own_id || '@' || n.reading
  ELSE n.own_id END AS own_id
)
FROM named AS n
LEFT JOIN (SELECT DISTINCT source_id FROM read_parquet($path)) AS t ON t.source_id = n.own_id
ORDER BY n.reading
"""

_ONE = """
SELECT * EXCLUDE (reading, own_id, is_older) REPLACE (coalesce(own_id, source_id) AS source_id)
FROM read_parquet('{path}', file_row_number = true)
LEFT JOIN (SELECT source_id, reading, own_id, is_older FROM repeated) USING (source_id, reading)
WHERE NOT coalesce(is_older, false)
"""


def reading_of(file: int, voucher: int) -> int:
    """The number of one reading: the `voucher`-th record of the `file`-th file."""
    return file * _PER_FILE + voucher


def find(con: duckdb.DuckDBPyConnection, vouchers: Path) -> None:
    """Make the table `repeated`: each reading of an id that occurs more than once."""
    con.execute(_FIND, {"path": str(vouchers), "per_file": _PER_FILE})


def told_apart(path: Path) -> str:
    """The query over a staged file in which every voucher has an id of its own."""
    return _ONE.format(path=str(path).replace("'", "''"))


def findings(con: duckdb.DuckDBPyConnection, company_id: str) -> list[Finding]:
    """One finding for each voucher that came again, and one for each file another replaces."""
    again = con.execute("""
        SELECT own_id, voucher_number, coalesce(journal_code, '(none)'), where_found, first_found
        FROM repeated WHERE nth > 1 AND NOT is_older ORDER BY reading
    """).fetchall()
    replaced = con.execute("""
        SELECT regexp_replace(where_found, ':[0-9]+$', ''), count(*)
        FROM repeated WHERE is_older GROUP BY 1 ORDER BY 1
    """).fetchall()
    found = [_again(company_id, *row) for row in again[:_NAMED]]
    if len(again) > _NAMED:
        found.append(_more(company_id, len(again)))
    return [*found, *(_replaced(company_id, *item) for item in replaced)]


def _again(
    company_id: str, own_id: str, number: str, journal: str, where: str, first: str
) -> Finding:
    return Finding(
        "source.duplicate_voucher", Severity.ERROR, company_id, where,
        f"Voucher {number} of journal {journal} occurs again ({where}), first at {first}; "
        f"expected once. Both are kept, this one as {own_id}.", _FIX, voucher_id=own_id,
    )  # fmt: skip


def _more(company_id: str, count: int) -> Finding:
    return Finding(
        "source.duplicate_voucher", Severity.ERROR, company_id, "all files",
        f"{count - _NAMED} more vouchers occur again, {count} in all.",
        "Correct the ones shown first; they usually share one cause.",
    )  # fmt: skip


def _replaced(company_id: str, file: str, count: int) -> Finding:
    return Finding(
        "source.overlap", Severity.NOTE, company_id, file,
        f"{count} voucher{' is' if count == 1 else 's are'} also in a newer file of this "
        "connection; that one counts.",
        "Nothing, if the newer file replaces this one.",
    )  # fmt: skip
