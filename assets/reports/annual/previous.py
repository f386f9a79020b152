"""Last year's filing, read back: amounts for comparison, texts to begin this year's from.

It is looked for among our own accepted filings, then among the filings taken in,
then in the file the input names. Nothing of it is trusted further than it says:
a fact with dimensions or a period we do not know is passed over.

Belongs here: finding that filing and saying which fact is what. Does not: what
is made of it (`inputs`, `prefill`).

Source: årsregnskabsloven § 24 (comparative figures).
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

import duckdb
import sqlalchemy as sa

from assets.deliveries.machine import FILED
from warehouse import blobs
from warehouse.errors import PermanentError
from warehouse.operations import Operations
from warehouse.operations_schema import filing as filing_table
from xbrl.model import Instance
from xbrl.read import read_bytes
from xbrl.tables.aspects import dimensions_key

_DAY = timedelta(days=1)
_PREFIX = re.compile(r"\{http://xbrl\.dcca\.dk/([a-z]+)\}")
_COMPONENT = ":ClassesOfEquityDimension"
_SOLO = "cmn:ConsolidatedSoloDimension=cmn:SoloMember"


class RawFact(NamedTuple):
    """A fact as the tables of filings have it, wherever it was read from.

    `concept` is prefix:name; `start` is None at an instant; `fact_id` says which fact it is.
    """

    concept: str
    start: date | None
    end: date | None
    dimensions: str
    value: str
    is_number: bool
    fact_id: str


class PreviousFact(NamedTuple):
    """A fact of last year's filing. `subject`: '' for its own year or last day, `previous` for
    the year before, `opening` for the day before its year, with `component=…` where it is of
    one component of equity, or a member's or system's ordinal.
    """

    field: str
    subject: str
    value: str
    amount: Decimal | None
    source: str


@dataclass(frozen=True, slots=True)
class Previous:
    """Last year's filing. `name`: how people know it."""

    name: str
    start: date
    end: date
    facts: tuple[PreviousFact, ...]

    def text(self, field: str, subject: str = "") -> str:
        """What it says in `field`; empty where it says nothing."""
        return next((f.value for f in self.facts if (f.field, f.subject) == (field, subject)), "")

    def texts(self, field: str) -> list[str]:
        """What it says in a repeated field, by ordinal."""
        found = {f.subject: f.value for f in self.facts if f.field == field}
        return [value for _, value in sorted(found.items(), key=lambda row: _ordinal(row[0]))]

    def amount(self, field: str, subject: str = "") -> Decimal | None:
        """The amount in `field`; None where it has none."""
        found = (f.amount for f in self.facts if (f.field, f.subject) == (field, subject))
        return next(found, None)


def read_file(data: bytes, name: str, shown: str) -> Previous:
    """The filing in the bytes of a file.

    Raises PermanentError when it holds no Danish annual report that can be read.
    """
    for instance in read_bytes(data, name):
        found = of_facts(shown, _raw(instance))
        if found is not None:
            return found
    raise PermanentError(
        f"Tried to read last year's annual report in {shown}: it holds no report under the Danish "
        "taxonomy with a first and a last day (gsd:ReportingPeriodStartDate and …EndDate). Name "
        "the XBRL or inline XBRL file as it was filed."
    )


def of_facts(name: str, facts: Iterable[RawFact]) -> Previous | None:
    """The filing these facts make; None where they do not say of which year it is."""
    rows = list(facts)
    start = _day(rows, "gsd:ReportingPeriodStartDate")
    end = _day(rows, "gsd:ReportingPeriodEndDate")
    if start is None or end is None:
        return None
    return Previous(name, start, end, tuple(_known(name, rows, start, end)))


def _day(rows: Sequence[RawFact], concept: str) -> date | None:
    value = next((row.value for row in rows if row.concept == concept), "")
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _known(name: str, rows: Iterable[RawFact], start: date, end: date) -> Iterator[PreviousFact]:
    ordinals: dict[str, dict[str, int]] = {}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        subject = _subject(row, start, end, ordinals)
        if subject is None or not row.value or (row.concept, subject) in seen:
            continue
        seen.add((row.concept, subject))
        amount = _amount(row.value) if row.is_number else None
        value = row.value if row.is_number else plain(row.value)
        yield PreviousFact(row.concept, subject, value, amount, f"{name} #{row.fact_id}")


def _subject(
    row: RawFact, start: date, end: date, ordinals: dict[str, dict[str, int]]
) -> str | None:
    """Which context of the report the fact stands in; None where we know none such."""
    when = _when(row, start, end)
    if when is None:
        return None
    dimensions = row.dimensions.removeprefix(_SOLO).strip(";")
    if not dimensions:
        return when
    dimension, _, member = dimensions.partition("=")
    if dimension.endswith(_COMPONENT) and ";" not in member:
        at = "opening" if when == "previous" and row.start is None else when
        return ";".join(filter(None, [at, f"component={member.rpartition(':')[2]}"]))
    if member.startswith("<") and when == "" and dimensions.count("Dimension=") == 1:
        members = ordinals.setdefault(dimension, {})
        return str(members.setdefault(member, len(members) + 1))
    return None


def _when(row: RawFact, start: date, end: date) -> str | None:
    if row.end == end and row.start in {None, start}:
        return ""
    if row.end == start - _DAY:
        return "previous"
    return None


def _amount(value: str) -> Decimal | None:
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _ordinal(subject: str) -> tuple[int, str]:
    return (int(subject), "") if subject.isdigit() else (0, subject)


_BLOCK = re.compile(r"</(?:p|div|h\d|tr|ul|ol|table)>|<br\s*/?>", re.IGNORECASE)
_ITEM = re.compile(r"<li[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")


def plain(value: str) -> str:
    r"""A text fact as plain text: paragraphs with an empty line between, lists with dashes.

    >>> plain("<p>One &amp; two.</p><ul><li>Three</li><li>Four</li></ul>")
    'One & two.\n\n- Three\n- Four'
    """
    if "<" in value:
        value = _TAG.sub("", _ITEM.sub("\n- ", _BLOCK.sub("\n\n", value)))
        value = html.unescape(value)
    lines = [" ".join(line.split()) for line in value.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _raw(instance: Instance) -> Iterator[RawFact]:
    """An instance's facts; only those of the Danish taxonomy."""
    keys = {id_: _short(dimensions_key(c)) for id_, c in instance.contexts.items()}
    for fact in instance.facts.rows():
        context = instance.contexts.get(fact.context_id or "")
        concept = _short(fact.concept)
        if context is None or fact.value is None or concept.startswith("{"):
            continue
        start_at, end_at = context.period.start_at, context.period.end_at
        yield RawFact(
            concept,
            start_at.date() if start_at else None,
            (end_at - timedelta(microseconds=1)).date() if end_at else None,
            keys[context.id],
            fact.value,
            fact.unit_id is not None,
            fact.element_id or f"fact-{fact.fact_index}",
        )


def _short(name: str) -> str:
    return _PREFIX.sub(r"\1:", name)


def filed(operations: Operations, storage: Path, wanted: Mapping[str, date]) -> dict[str, Previous]:
    """Our own accepted annual reports: of each company the one that ends on `wanted`'s day.

    Raises PermanentError when the bytes kept are gone or changed.
    """
    f = filing_table.c
    query = (
        sa.select(filing_table)
        .where(f.report_type == "annual_report", f.state.in_(sorted(FILED)))
        .order_by(f.decided_at, f.filing_id)
    )
    days = set(wanted.values())
    rows = {
        row["company_id"]: row  # the last one decided holds
        for row in operations.rows(query.where(f.period_end.in_(days)))
        if wanted.get(row["company_id"]) == row["period_end"]
    }
    return {
        company_id: read_file(
            blobs.read(storage, row["path"], row["filing_id"]),
            Path(row["path"]).name,
            f"filing {row['filing_id'][:12]}",
        )
        for company_id, row in rows.items()
    }


def taken_in(
    con: duckdb.DuckDBPyConnection, wanted: Mapping[str, tuple[str, date]]
) -> dict[str, Previous]:
    """Reports among the filings taken in: by company, of its CVR number and last day.

    Where several were taken in for that year, the one published last.
    """
    if not wanted:
        return {}
    con.execute(
        "CREATE OR REPLACE TEMP TABLE annual_wanted (company_id VARCHAR, cvr VARCHAR, day DATE)"
    )
    con.executemany(
        "INSERT INTO annual_wanted VALUES (?, ?, ?)",
        [(company_id, cvr, day) for company_id, (cvr, day) in sorted(wanted.items())],
    )
    found: dict[str, tuple[str, list[RawFact]]] = {}
    for company_id, filing_id, namespace, concept, *rest in con.execute(_TAKEN_IN).fetchall():
        start, end, dimensions, value, is_number, index = rest
        raw = RawFact(
            f"{_short(namespace + '}')}{concept}",
            start, end, _short(dimensions), value, is_number, f"fact-{index}",
        )  # fmt: skip
        found.setdefault(company_id, (f"filing {filing_id[:12]}", []))[1].append(raw)
    read = {company_id: of_facts(name, facts) for company_id, (name, facts) in found.items()}
    return {company_id: one for company_id, one in read.items() if one is not None}


_TAKEN_IN = """
WITH newest AS (
  SELECT w.company_id, f.filing_id
  FROM annual_wanted w
  JOIN xbrl_filing f ON f.entity_identifier = w.cvr AND f.period_end = w.day AND f.is_read
  QUALIFY row_number() OVER (
    PARTITION BY w.company_id ORDER BY f.published_at DESC NULLS LAST, f.filing_id
  ) = 1
)
SELECT n.company_id, x.filing_id, '{' || x.namespace AS namespace, x.concept,
       CASE WHEN x.period_type = 'duration' THEN x.period_start END, x.period_end,
       x.dimensions, x.value, x.unit IS NOT NULL, x.fact_index
FROM newest n
JOIN xbrl_fact x USING (filing_id)
WHERE x.value IS NOT NULL AND starts_with(x.namespace, 'http://xbrl.dcca.dk/')
ORDER BY n.company_id, x.fact_index
"""
