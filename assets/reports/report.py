"""What a report is: SQL that fills a few tables, one pass for every company due.

A report's own SQL makes three small temp tables, and `publish` turns them into
the stored shapes:

    report_contribution  (report_no, subject, field_no, voucher_id, line_id, seq, amount)
    report_amount        (report_no, subject, field_no, amount_exact, amount)
    report_problem       (report_no, reason)

and, where not every line is made of postings, or words are reported too:

    report_origin        (report_no, subject, field_no, origin, source)
    report_words         (report_no, subject, field, field_no, language, text, origin, source)

Belongs here: the protocol, numbering what is due, state, ids and hashes. Does
not: which tax line goes to which field (`vat_return`, `eu_sales_list`).
"""

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol, runtime_checkable

import duckdb

from assets.workspace import Workspace
from warehouse import standards
from warehouse.errors import SettingsError
from warehouse.operations import Operations, Row


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a report.

    `field_no` is its position in the official schema (in a list: the order of
    the columns), `field` the official element name, `label` the words on the
    authority's form, `formula` how it is made. `total_sign` is +1 or -1 where
    the field counts in the report's total, else 0; `is_total` marks that total.
    """

    field_no: int
    field: str
    label: str
    formula: str
    total_sign: int = 0
    is_total: bool = False


class Report(Protocol):
    """A report type. Its module exposes one as `REPORT`; the module's name is its id."""

    id: str
    fields: tuple[Field, ...]

    def build(self, con: duckdb.DuckDBPyConnection, as_of: date) -> None:
        """Create `out_report`, `out_report_line`, `out_report_line_posting`, `out_report_text`.

        Reads the ledger views, `standard_vat_code`, `standard_account` and the
        temp tables `due(company_id, period_start, period_end, frequency,
        due_date)` and `withheld(company_id, reason)`. A period that has not
        ended before `as_of` gives a provisional report.
        """
        ...


@runtime_checkable
class Prepared(Protocol):
    """A report that needs more than the ledger: the settings, files of people, earlier filings."""

    def prepare(
        self,
        con: duckdb.DuckDBPyConnection,
        workspace: Workspace,
        operations: Operations,
        obligations: Sequence[Row],
    ) -> None:
        """Make, before `build`, the temp tables it reads beside the ledger's."""
        ...


def number_due(con: duckdb.DuckDBPyConnection) -> None:
    """`report_due`: the rows of `due` with a number each, in a fixed order.

    The first and last day any of them needs are kept as constants, so that a scan
    skips the Parquet of other years. `report_origin` and `report_words` begin empty.
    """
    con.execute(_NOTHING_BESIDE)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE report_due AS
        SELECT CAST(row_number() OVER (ORDER BY company_id, period_start, period_end) AS INTEGER)
                 AS report_no,
               company_id, period_start, period_end
        FROM due""")
    con.execute("SET VARIABLE first_day = (SELECT min(period_start) FROM report_due)")
    con.execute("SET VARIABLE last_day = (SELECT max(period_end) FROM report_due)")


def register_fields(con: duckdb.DuckDBPyConnection, fields: Iterable[Field]) -> None:
    """`report_field`: field numbers with names and formulas."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE report_field "
        "(field_no SMALLINT, field VARCHAR, formula VARCHAR, total_sign INTEGER, is_total BOOLEAN)"
    )
    con.executemany(
        "INSERT INTO report_field VALUES (?, ?, ?, ?, ?)",
        [(f.field_no, f.field, f.formula, f.total_sign, f.is_total) for f in fields],
    )


def run_file(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run the statements of the `.sql` file beside this module, in order."""
    con.execute(_sql(name))


def _sql(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def add_up(con: duckdb.DuckDBPyConnection) -> None:
    """`report_sum`: contributions per report line, with their fingerprint."""
    run_file(con, "report_sum.sql")


def publish(
    con: duckdb.DuckDBPyConnection,
    report_type: str,
    as_of: date,
    rule_version: str = standards.RULE_VERSION,
) -> None:
    """Create the four `out_*` relations from the report's own tables.

    `out_report_line_posting` is a view over the narrow contributions, so that
    ten million of them do not repeat the report's id ten million times.
    """
    _drop(con, "out_report", "out_report_line", "out_report_line_posting", "out_report_text")
    con.execute(
        _sql("report_head.sql"),
        {"report_type": report_type, "as_of": as_of, "rule_version": rule_version},
    )
    con.execute(_OUT_LINE)
    con.execute(_OUT_LINE_POSTING)


def _drop(con: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Drop what an earlier report left, whichever of table or view it is."""
    kinds = con.execute(
        "SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE temporary UNION ALL "
        "SELECT view_name, 'VIEW' FROM duckdb_views() WHERE temporary"
    ).fetchall()
    for name, kind in kinds:
        if name in names:
            con.execute(f"DROP {kind} temp.{name}")


_OUT_LINE = """
CREATE TEMP TABLE out_report AS
SELECT * EXCLUDE (report_no) FROM report_head ORDER BY report_no;

CREATE TEMP TABLE out_report_line AS
SELECT r.report_id, r.company_id, r.report_type, r.period_start, r.period_end,
       a.subject, f.field, f.field_no, a.amount_exact, a.amount, f.formula,
       coalesce(o.origin, CASE WHEN f.is_total THEN 'total' ELSE 'postings' END) AS origin,
       o.source
FROM report_amount a
JOIN report_head r USING (report_no)
JOIN report_field f USING (field_no)
LEFT JOIN report_origin o USING (report_no, subject, field_no)
ORDER BY a.report_no, a.subject, f.field_no;

CREATE TEMP TABLE out_report_text AS
SELECT r.report_id, r.company_id, r.report_type, r.period_start, r.period_end,
       w.subject, w.field, w.field_no, w.language, w.text, w.origin, w.source
FROM report_words w JOIN report_head r USING (report_no)
ORDER BY w.report_no, w.field_no, w.subject;
"""

_NOTHING_BESIDE = """
CREATE OR REPLACE TEMP TABLE report_origin (
  report_no INTEGER, subject VARCHAR, field_no SMALLINT, origin VARCHAR, source VARCHAR);
CREATE OR REPLACE TEMP TABLE report_words (
  report_no INTEGER, subject VARCHAR, field VARCHAR, field_no SMALLINT, language VARCHAR,
  text VARCHAR, origin VARCHAR, source VARCHAR);
"""

_OUT_LINE_POSTING = """
CREATE TEMP VIEW out_report_line_posting AS
SELECT r.report_id, r.company_id, r.report_type, r.period_start, r.period_end,
       c.subject, f.field, c.voucher_id, c.line_id, c.seq, c.amount
FROM report_contribution c
JOIN report_head r USING (report_no)
JOIN report_field f USING (field_no)
"""


def ids() -> list[str]:
    """Every report type, in alphabetical order: the modules that define `REPORT`."""
    modules = sorted(Path(__file__).parent.glob("*.py"))
    return [module.stem for module in modules if "\nREPORT" in module.read_text("utf-8")]


def load(report_type: str) -> Report:
    """The report type with this id.

    Raises:
        SettingsError: there is none; the message lists those there are.
    """
    if report_type not in ids():
        raise SettingsError(
            f"There is no report '{report_type}'. Reports: {', '.join(ids())}. "
            "Correct it in indberet.toml or on the command line."
        )
    found: Report = importlib.import_module(f"assets.reports.{report_type}").REPORT
    return found
