"""Everything an annual report needs that no ledger holds, as temp tables, for all companies due.

`gather` reads settings, input files, last year's filings and the books and says of
each year what is known and what is wrong; `make_tables` makes the tables of it:

    annual_choice      how the report is set up, and where comparative figures come from
    annual_adjustment  entries of the year's end that are not in the books
    annual_number      numbers people state
    annual_previous    the amounts of last year's filing
    annual_text        every text
    annual_problem     why a report may not leave

Belongs here: bringing the parts together. Does not: any of the parts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from assets.reports import fiscal_year, report
from assets.reports.annual import answers, checks, input_file, previous, texts
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.previous import Previous
from assets.reports.annual.year import Books, Year, books
from assets.workspace import Company, Workspace
from quality.finding import errors
from warehouse import duck
from warehouse.errors import PermanentError
from warehouse.operations import Operations, Row

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gathered:
    """One company's year with its answers, and everything wrong with them in `file.findings`."""

    year: Year
    file: InputFile


def register(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    operations: Operations,
    obligations: Sequence[Row],
) -> None:
    """Make the tables above for the annual reports among `obligations`, which `due` holds.

    A company without a usable input file still gets its rows: the report is built, shown
    and withheld.
    """
    make_tables(con, gather(con, workspace, operations, obligations))


def make_tables(con: duckdb.DuckDBPyConnection, gathered: Sequence[Gathered]) -> None:
    """Make the tables above of what was gathered."""
    _fill(con, "annual_choice", (_choice(one.year) for one in gathered))
    for name, rows in _ROWS.items():
        _fill(con, name, (row for one in gathered for row in rows(one)))


def gather(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    operations: Operations,
    obligations: Sequence[Row],
) -> list[Gathered]:
    """Each fiscal year due with what is known of it, in the order of company and year.

    Reads the ledger through the temp table `due`, and makes `annual_choice` and the tables of
    `ledger.sql` on the way.
    """
    report.number_due(con)
    spans = _spans(workspace, obligations)
    files = {one.key: input_file.read(workspace, one.company.company_id, one.end) for one in spans}
    filings = _filings(con, workspace, operations, spans, files)
    begun = [
        _year(one, Books(), None, filings.get(one.key)) for one in spans
    ]  # the ledger is asked for the year before of those without a filing
    _fill(con, "annual_choice", (_choice(year, ledger="ledger") for year in begun))
    known = books(con)
    gathered = []
    for one in spans:
        before = None
        if one.previous is not None:
            before = known.get((one.company.company_id, one.previous[1]))
        now = known.get((one.company.company_id, one.end), Books())
        year = _year(one, now, before, filings.get(one.key))
        checks.check(year, files[one.key], workspace.today)
        gathered.append(Gathered(year, files[one.key]))
    return gathered


@dataclass(frozen=True, slots=True)
class _Span:
    """A company's fiscal year and the one before it, if the settings know one."""

    company: Company
    start: date
    end: date
    previous: tuple[date, date] | None

    @property
    def key(self) -> tuple[str, date]:
        return self.company.company_id, self.end


def _spans(workspace: Workspace, obligations: Iterable[Row]) -> list[_Span]:
    companies = {company.company_id: company for company in workspace.companies}
    found = []
    for row in obligations:
        company = companies.get(row["company_id"])
        if company is None or company.annual is None or row["report_type"] != "annual_report":
            continue
        # the first year reported from here may have one before it, reported elsewhere
        always = replace(company.annual, first_day=None)
        before = fiscal_year.holding(always, row["period_start"] - _DAY)
        found.append(_Span(company, row["period_start"], row["period_end"], before))
    return sorted(found, key=lambda one: one.key)


def _year(span: _Span, now: Books, before: Books | None, filing: Previous | None) -> Year:
    annual = span.company.annual
    assert annual is not None
    first, last = span.previous or (None, None)
    if filing is not None:
        first, last = filing.start, filing.end
    return Year(span.company, annual, span.start, span.end, first, last, now, before, filing)


def _filings(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    operations: Operations,
    spans: Sequence[_Span],
    files: Mapping[tuple[str, date], InputFile],
) -> dict[tuple[str, date], Previous]:
    """Last year's filing of each year: our own, else one taken in, else the file named.

    What cannot be read, or is of another year, is told in the year's input file.
    """
    found: dict[tuple[str, date], Previous] = {}
    for end in sorted({one.end for one in spans}):
        mine = [one for one in spans if one.end == end]
        wanted = {one.company.company_id: one.start - _DAY for one in mine}
        ours = previous.filed(operations, workspace.storage, wanted)
        cvr = {one.company.company_id: one.company.cvr for one in mine}
        rest = {key: (cvr[key], day) for key, day in wanted.items() if key not in ours}
        read = previous.taken_in(con, rest) | ours
        found |= {(company_id, end): one for company_id, one in read.items()}
    for span in spans:
        if span.key not in found and "report.previous_filing" in files[span.key].values:
            named = _named(workspace, span, files[span.key])
            if named is not None:
                found[span.key] = named
    return found


def _named(workspace: Workspace, span: _Span, file: InputFile) -> Previous | None:
    """Last year's filing as the input file names it; what is wrong with it is told."""
    key = "report.previous_filing"
    name = str(file.values[key])
    path = workspace.settings.parent / name
    try:
        read = previous.read_file(path.read_bytes(), path.name, name)
    except OSError as error:
        file.tell(key, f"{name} cannot be read: {error.strerror}.", "Correct the path.")
        return None
    except PermanentError as error:
        file.tell(key, str(error), "Name another file, or remove the key.")
        return None
    if read.end != span.start - _DAY:
        file.tell(
            key,
            f"{name} is the report of {read.start} to {read.end}; last year ended on "
            f"{span.start - _DAY}.",
            "Name the filing of the year before.",
        )
        return None
    return read


def _choice(year: Year, ledger: str | None = None) -> tuple[Any, ...]:
    """A row of `annual_choice`. `ledger` says where figures come from when none are filed."""
    origin = year.previous_origin
    if origin != "filed" and ledger is not None:
        origin = ledger
    annual = year.annual
    return (
        year.company.company_id, year.start, year.end, annual.company_class, annual.income_form,
        annual.balance_form, annual.language, annual.is_condensed,
        None if origin == "none" else year.previous_start,
        None if origin == "none" else year.previous_end, origin,
    )  # fmt: skip


def _adjustment_rows(one: Gathered) -> list[tuple[Any, ...]]:
    return [
        (*_key(one), row.number, row.line_no, row.account, row.amount, row.text, row.origin,
         row.source)
        for row in answers.adjustments(one.year, one.file)
    ]  # fmt: skip


def _number_rows(one: Gathered) -> list[tuple[Any, ...]]:
    return [
        (*_key(one), row.subject, row.field, row.amount, row.origin, row.source)
        for row in answers.numbers(one.file)
    ]


def _previous_rows(one: Gathered) -> list[tuple[Any, ...]]:
    if one.year.previous is None:
        return []
    return [
        (*_key(one), fact.subject, fact.field, fact.amount, "filed", fact.source)
        for fact in one.year.previous.facts
        if fact.amount is not None and abs(fact.amount) < answers.LARGEST
    ]


def _text_rows(one: Gathered) -> list[tuple[Any, ...]]:
    return [
        (*_key(one), row.subject, row.field, row.field_no, one.year.language, row.text,
         row.origin, row.source)
        for row in texts.texts(one.year, one.file)
    ]  # fmt: skip


def _problem_rows(one: Gathered) -> list[tuple[Any, ...]]:
    return [
        (*_key(one), f"{found.where}: {found.message} {found.remedy}")
        for found in errors(one.file.findings)
    ]


def _key(one: Gathered) -> tuple[str, date]:
    return one.year.company.company_id, one.year.end


_ROWS = {
    "annual_adjustment": _adjustment_rows,
    "annual_number": _number_rows,
    "annual_previous": _previous_rows,
    "annual_text": _text_rows,
    "annual_problem": _problem_rows,
}

_TEXT, _DATE, _MONEY = pa.string(), pa.date32(), pa.decimal128(18, 2)
_OF = [("company_id", _TEXT), ("period_end", _DATE)]
_SHAPES: Mapping[str, pa.Schema] = {
    name: pa.schema(columns)
    for name, columns in {
        "annual_choice": [
            ("company_id", _TEXT), ("period_start", _DATE), ("period_end", _DATE),
            ("company_class", _TEXT), ("income_form", _TEXT), ("balance_form", _TEXT),
            ("language", _TEXT), ("is_condensed", pa.bool_()), ("previous_start", _DATE),
            ("previous_end", _DATE), ("previous_origin", _TEXT),
        ],
        "annual_adjustment": [
            *_OF, ("number", pa.int32()), ("line_no", pa.int32()),
            ("standard_account_code", _TEXT), ("amount", _MONEY), ("text", _TEXT),
            ("origin", _TEXT), ("source", _TEXT),
        ],
        "annual_number": [
            *_OF, ("subject", _TEXT), ("field", _TEXT), ("amount", _MONEY), ("origin", _TEXT),
            ("source", _TEXT),
        ],
        "annual_previous": [
            *_OF, ("subject", _TEXT), ("field", _TEXT), ("amount", _MONEY), ("origin", _TEXT),
            ("source", _TEXT),
        ],
        "annual_text": [
            *_OF, ("subject", _TEXT), ("field", _TEXT), ("field_no", pa.int16()),
            ("language", _TEXT), ("text", _TEXT), ("origin", _TEXT), ("source", _TEXT),
        ],
        "annual_problem": [*_OF, ("reason", _TEXT)],
    }.items()
}  # fmt: skip


def _fill(con: duckdb.DuckDBPyConnection, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Create the temp table `name` anew with `rows`."""
    shape = _SHAPES[name]
    con.register("_shape", shape.empty_table())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM _shape")
    con.unregister("_shape")
    duck.insert(con, name, shape, list(rows))
