"""Where a reported figure comes from: its formula, and the postings or fields behind it.

A figure that no posting made says so instead: read from last year's filing, or stated by
people; its source is the filing and fact, or the file and key.

Belongs here: reading one stored line's way back and proving that it adds up.
Does not: printing (`pipelines.cli`) or making lines (`report`).

Source: bookkeeping act § 8: a reported figure must be resolvable into the
registrations it is made of.
"""

import difflib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from assets.reports import report
from assets.reports.annual import parts
from assets.reports.report import Field
from warehouse.errors import PermanentError

ALL = 2**62
_MANY = 40
ANNUAL = "annual_report"
TOTAL, POSTINGS = "total", "postings"


@dataclass(frozen=True, slots=True)
class PostingBehind:
    """One posting's contribution; `amount` has the sign as reported.

    `posting_amount` is the posting as booked, debit positive. Fields are None
    where the ledger no longer holds the posting the stored report was made of.
    """

    voucher_number: str | None
    posting_date: date | None
    line_no: int | None
    account_code: str | None
    account_name: str | None
    vat_code: str | None
    standard_vat_code: str | None
    part: str | None
    posting_amount: Decimal | None
    amount: Decimal
    text: str | None
    document_id: str | None
    where_found: str | None
    connection_id: str | None
    source_id: str | None
    load_id: str | None
    voucher_id: str
    line_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class FieldBehind:
    """One field of a total: `sign` (+1 or -1) times `amount`, in whole kroner."""

    field_no: int
    field: str
    label: str
    sign: int
    amount_exact: Decimal
    amount: int
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One report line with everything behind it.

    A total has `fields` and no postings; a line that is stated, derived or filed has
    neither and names its `source`; any other has `postings`, of which `count` exist.
    `rest` is what those beyond the limit come to, so that the postings shown and `rest`
    are `amount_exact` to the øre.
    """

    report_id: str
    company_id: str
    report_type: str
    period_start: date
    period_end: date
    state: str
    reason: str | None
    subject: str
    field_no: int
    field: str
    label: str
    formula: str
    amount_exact: Decimal
    amount: int
    fields: tuple[FieldBehind, ...]
    postings: tuple[PostingBehind, ...]
    count: int
    rest: Decimal
    origin: str = "postings"
    source: str | None = None


def explain(
    con: duckdb.DuckDBPyConnection,
    company_id: str,
    report_type: str,
    period_end: date,
    field: str,
    subject: str = "",
    limit: int | None = None,
) -> Explanation:
    """What one field of a stored report is made of.

    `con` has the warehouse's views. `field` is the official element name, its
    number, or the label on the authority's form. At most `limit` postings are
    read; their number and sum are always of all.

    Raises:
        PermanentError: no such report, field or subject; or the stored postings
            do not add up to the stored line.
    """
    if report_type == ANNUAL and (meant := parts.fact(field)) is not None:
        field, subject = meant
    known = _field(report_type, field)
    head = _head(con, company_id, report_type, period_end)
    place = {name: head[name] for name in _KEY} | {"subject": subject, "field": known.field}
    line = _line(con, place)
    fields = _fields(con, head, place, line) if line["origin"] == TOTAL else ()
    is_posted = line["origin"] == POSTINGS
    postings = _postings(con, place, ALL if limit is None else limit) if is_posted else ()
    count, total = _posting_sum(con, place) if is_posted else (0, None)
    _must_add_up(place, line, total, fields)
    shown = sum((posting.amount for posting in postings), Decimal(0))
    return Explanation(
        **head,
        subject=subject,
        field_no=known.field_no,
        field=known.field,
        label=known.label,
        formula=str(line["formula"]),
        amount_exact=line["amount_exact"],
        amount=line["amount"],
        fields=fields,
        postings=postings,
        count=count,
        rest=Decimal(0) if total is None else total - shown,
        origin=line["origin"],
        source=line["source"],
    )


def report_of(field: str, subject: str = "") -> str:
    """The report type that `field` belongs to, where nobody says it.

    >>> report_of("14"), report_of("fsa:Assets"), report_of("Varer", "DE811234567")
    ('vat_return', 'annual_report', 'eu_sales_list')
    """
    if parts.is_annual(field):
        return ANNUAL
    return "eu_sales_list" if subject else "vat_return"


_KEY = ("company_id", "report_type", "period_start", "period_end")
_WHERE = " AND ".join(f"{name} = ${name}" for name in _KEY)

_Row = dict[str, Any]


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: _Row) -> list[_Row]:
    result = con.execute(sql, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _field(report_type: str, asked: str) -> Field:
    fields = report.load(report_type).fields
    for field in fields:
        names = {field.field, field.field.partition(":")[2], str(field.field_no), field.label}
        if asked.strip().lower() in {name.lower() for name in names if name}:
            return field
    known = "; ".join(f"{f.field_no} {f.field} ({f.label})" for f in _near(asked, fields))
    raise PermanentError(f"The {report_type} has no field '{asked}'. Fields: {known}.")


def _near(asked: str, fields: tuple[Field, ...]) -> list[Field]:
    """The fields to name: all, or of an annual report the few that sound alike."""
    if len(fields) <= _MANY:
        return list(fields)
    word = asked.strip().lower().partition(":")[2] or asked.strip().lower()
    near = difflib.get_close_matches(word, [_name(field) for field in fields], n=5, cutoff=0.5)
    return [field for field in fields if _name(field) in near or word in field.label.lower()][:10]


def _name(field: Field) -> str:
    return field.field.partition(":")[2].lower()


def _head(
    con: duckdb.DuckDBPyConnection, company_id: str, report_type: str, period_end: date
) -> _Row:
    columns = "report_id, company_id, report_type, period_start, period_end, state, reason"
    values = {"company_id": company_id, "report_type": report_type}
    where = "company_id = $company_id AND report_type = $report_type"
    found = _rows(
        con,
        f"SELECT {columns} FROM report WHERE {where} AND period_end = $period_end "
        "ORDER BY period_start DESC LIMIT 1",
        values | {"period_end": period_end},
    )
    if found:
        return found[0]
    others = _rows(
        con, f"SELECT period_end FROM report WHERE {where} ORDER BY period_end DESC LIMIT 8", values
    )
    there = ", ".join(str(row["period_end"]) for row in others) or "none"
    raise PermanentError(
        f"There is no {report_type} of company '{company_id}' for the period ending {period_end}. "
        f"Reports of this company end on: {there}. Make it with `indberet report`."
    )


def _line(con: duckdb.DuckDBPyConnection, place: _Row) -> _Row:
    found = _rows(
        con,
        f"SELECT amount_exact, amount, formula, origin, source FROM report_line WHERE {_WHERE} "
        "AND subject = $subject AND field = $field",
        place,
    )
    if found:
        return found[0]
    subjects = _rows(
        con,
        f"SELECT DISTINCT subject FROM report_line WHERE {_WHERE} ORDER BY subject LIMIT 20",
        {name: place[name] for name in _KEY},
    )
    there = ", ".join(f"'{row['subject']}'" for row in subjects) or "none"
    raise PermanentError(
        f"The {place['report_type']} of '{place['company_id']}' for the period ending "
        f"{place['period_end']} has no line {place['field']} for '{place['subject']}'. "
        f"It has lines for: {there}."
    )


def _fields(
    con: duckdb.DuckDBPyConnection, head: _Row, place: _Row, line: _Row
) -> tuple[FieldBehind, ...]:
    """The fields a total is made of, those there are."""
    known = {f.field: f for f in report.load(head["report_type"]).fields}
    rows = _rows(
        con,
        f"SELECT subject, field, amount_exact, amount FROM report_line WHERE {_WHERE} "
        "ORDER BY field_no, subject",
        {name: head[name] for name in _KEY},
    )
    stored = {(row["subject"], row["field"]): row for row in rows}
    if head["report_type"] == ANNUAL:
        made_of = parts.of(line["source"], place["subject"], place["field"], stored.keys())
    else:
        made_of = [(*key, known[key[1]].total_sign) for key in stored if known[key[1]].total_sign]
    return tuple(
        FieldBehind(
            field_no=known[field].field_no,
            field=field,
            label=known[field].label,
            sign=sign,
            amount_exact=stored[subject, field]["amount_exact"],
            amount=stored[subject, field]["amount"],
            subject=subject,
        )
        for subject, field, sign in made_of
    )


def _postings(con: duckdb.DuckDBPyConnection, place: _Row, limit: int) -> tuple[PostingBehind, ...]:
    sql = (Path(__file__).parent / "explain.sql").read_text(encoding="utf-8")
    return tuple(PostingBehind(**row) for row in _rows(con, sql, place | {"limit_rows": limit}))


def _posting_sum(con: duckdb.DuckDBPyConnection, place: _Row) -> tuple[int, Decimal]:
    (row,) = _rows(
        con,
        "SELECT count(*) AS count, CAST(coalesce(sum(amount), 0) AS DECIMAL(18,2)) AS total "
        f"FROM report_line_posting WHERE {_WHERE} AND subject = $subject AND field = $field",
        place,
    )
    return row["count"], row["total"]


def _must_add_up(
    place: _Row, line: _Row, total: Decimal | None, fields: tuple[FieldBehind, ...]
) -> None:
    """The stored way back leads to the stored figure, or it is not shown at all."""
    if line["origin"] not in {TOTAL, POSTINGS}:
        return
    if total is None:
        expected, found = line["amount"], Decimal(sum(f.sign * f.amount for f in fields))
    else:
        expected, found = line["amount_exact"], total
    if expected != found:
        raise PermanentError(
            f"{place['field']} of '{place['company_id']}' for the period ending "
            f"{place['period_end']} is stored as {expected}, but what is stored behind it adds up "
            f"to {found}. The warehouse holds two versions of this report: make it again with "
            "`indberet report`."
        )
