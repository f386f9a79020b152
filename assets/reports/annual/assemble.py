"""From the ledger and the inputs to the tables every report is published from.

Belongs here: running the SQL in order, and carrying the exact sums to `figures` and its lines
back, for all companies due. Does not: deciding anything about a figure.
"""

from collections.abc import Iterable
from typing import Any

import duckdb
import pyarrow as pa

from assets.reports import report
from assets.reports.annual import figures, forms, notes, tables
from assets.reports.annual.lines import Inputs, Told
from warehouse import duck

_AMOUNT = pa.schema(
    [("report_no", pa.int32()), ("subject", pa.string()), ("field_no", pa.int16()),
     ("amount_exact", pa.decimal128(18, 2)), ("amount", pa.int64()), ("origin", pa.string()),
     ("source", pa.string())]
)  # fmt: skip
_PROBLEM = pa.schema([("report_no", pa.int32()), ("reason", pa.string())])

_Told = dict[int, dict[tuple[str, str], Told]]


def run(con: duckdb.DuckDBPyConnection) -> None:
    """Make `report_contribution`, `report_amount`, `report_origin`, `report_words`, problems.

    Reads `report_due` and `report_field`, the ledger's views, what `ledger.sql` made of them and
    the input tables (both by `annual.inputs`).
    """
    _register(con)
    report.run_file(con, "annual/adjustments.sql")
    report.run_file(con, "annual/statements.sql")
    report.run_file(con, "annual/notes.sql")
    report.run_file(con, "annual/problems.sql")
    report.add_up(con)
    numbers = {concept: no for no, concept, _ in _rows(con, "FROM annual_field")}
    lines: list[tuple[object, ...]] = []
    problems: list[tuple[object, ...]] = []
    for report_no, given in _inputs(con):
        found = figures.reckon(given)
        lines += [
            (report_no, line.subject, numbers[line.concept], line.exact, line.amount,
             line.origin, line.source)
            for line in found.lines
        ]  # fmt: skip
        problems += [(report_no, reason) for reason in found.problems]
    con.execute(_EMPTY)
    duck.insert(con, "annual_amount", _AMOUNT, lines)
    duck.insert(con, "report_problem", _PROBLEM, problems)
    con.execute(_FINISH)


def _register(con: duckdb.DuckDBPyConnection) -> None:
    """The tables of law, and what follows from them for the SQL."""
    tables.register(con)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE annual_map AS "
        "SELECT nullif(COLUMNS(*), '') FROM annual_account"
    )
    signs = forms.signs()
    for name, columns, rows in (
        ("annual_field", "field_no SMALLINT, concept VARCHAR, sign INTEGER",
         [(f.field_no, f.field, signs.get(f.field, -1)) for f in forms.fields()]),
        ("annual_gross", "income_form VARCHAR, concept VARCHAR",
         [(form, concept) for form in ("nature", "function") for concept in forms.gross(form)]),
        ("annual_distribution", "concept VARCHAR, field VARCHAR",
         list(forms.distribution().items())),
        ("annual_note_item",
         "item VARCHAR, family VARCHAR, when_debit VARCHAR, when_credit VARCHAR",
         notes.movements()),
    ):  # fmt: skip
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        marks = ", ".join("?" * len(rows[0]))
        con.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = con.execute(query).fetchall()
    return found


def _inputs(con: duckdb.DuckDBPyConnection) -> Iterable[tuple[int, Inputs]]:
    """Each report that has choices, with everything it is made of."""
    items: dict[int, dict[str, dict[str, Any]]] = {}
    for report_no, subject, concept, amount in _rows(con, _ITEMS):
        items.setdefault(report_no, {}).setdefault(subject, {})[concept] = amount
    stated = _told(con, _STATED)
    filed = _told(con, _FILED)
    members = dict(_rows(con, "SELECT concept, member FROM annual_component"))
    for report_no, income_form, balance_form, is_condensed, origin in _rows(con, _CHOICES):
        yield (
            report_no,
            Inputs(
                choice=forms.Choice(income_form, balance_form, is_condensed),
                previous_origin=origin,
                items=items.get(report_no, {}),
                filed={concept: told for (_, concept), told in filed.get(report_no, {}).items()},
                stated=stated.get(report_no, {}),
                members=members,
            ),
        )


def _told(con: duckdb.DuckDBPyConnection, query: str) -> _Told:
    found: _Told = {}
    for report_no, subject, concept, amount, origin, source in _rows(con, query):
        found.setdefault(report_no, {})[subject, concept] = Told(amount, origin, source)
    return found


_ITEMS = """
SELECT s.report_no, s.subject, f.concept, s.amount_exact
FROM report_sum s JOIN annual_field f USING (field_no)
ORDER BY s.report_no, s.subject, f.field_no
"""
_CHOICES = """
SELECT d.report_no, c.income_form, c.balance_form, c.is_condensed, c.previous_origin
FROM report_due d JOIN annual_choice c USING (company_id, period_start, period_end)
ORDER BY d.report_no
"""
_STATED = """
SELECT d.report_no, n.subject, n.field, n.amount, n.origin, n.source
FROM annual_number n JOIN report_due d USING (company_id, period_end)
ORDER BY ALL
"""
_FILED = """
SELECT d.report_no, '', p.field, p.amount, p.origin, p.source
FROM annual_previous p
JOIN report_due d USING (company_id, period_end)
JOIN annual_choice c USING (company_id, period_start, period_end)
WHERE p.subject = '' AND c.previous_origin = 'filed'
ORDER BY ALL
"""
_EMPTY = """
CREATE OR REPLACE TEMP TABLE annual_amount (
  report_no INTEGER, subject VARCHAR, field_no SMALLINT, amount_exact DECIMAL(18,2),
  amount BIGINT, origin VARCHAR, source VARCHAR);
"""
_FINISH = """
CREATE OR REPLACE TEMP TABLE report_amount AS
SELECT report_no, subject, field_no, amount_exact, amount FROM annual_amount;

-- Beside a rounding, a line names the year-end adjustments in it, where they stand, and how
-- one that was derived was derived.
INSERT INTO report_origin
WITH said AS (
  SELECT DISTINCT c.report_no, c.subject, c.field_no, j.number, j.source,
         CASE j.origin WHEN 'derived' THEN j.text END AS derivation
  FROM report_contribution c
  JOIN report_due d USING (report_no)
  JOIN annual_adjustment j ON j.company_id = d.company_id
   AND c.voucher_id = 'adjustment:' || j.number AND c.line_id = CAST(j.line_no AS VARCHAR)
),
adjusted AS (
  SELECT report_no, subject, field_no,
         string_agg('adjustment ' || number || coalesce(' (' || source || ')', '')
                    || coalesce(': ' || derivation, ''), '; ' ORDER BY number, source) AS said
  FROM said GROUP BY report_no, subject, field_no
)
SELECT a.report_no, a.subject, a.field_no, a.origin,
       nullif(concat_ws(', ', a.source, j.said), '') AS source
FROM annual_amount a
LEFT JOIN adjusted j ON a.origin = 'postings' AND j.report_no = a.report_no
 AND j.subject = a.subject AND j.field_no = a.field_no;

-- Postings that cancel out to a line nobody sees have no line to stand behind.
DELETE FROM report_contribution AS c
WHERE NOT EXISTS (SELECT 1 FROM annual_amount a WHERE a.report_no = c.report_no
                  AND a.subject = c.subject AND a.field_no = c.field_no
                  AND a.origin = 'postings');

INSERT INTO report_words
SELECT d.report_no, t.subject, t.field, t.field_no, t.language, t.text, t.origin, t.source
FROM annual_text t JOIN report_due d USING (company_id, period_end);
"""
