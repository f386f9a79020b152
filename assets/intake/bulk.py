"""The bulk path: filings' bytes to the rows of every table, judged, as one pure function.

`take` maps a `RecordBatch` of filings to a `RecordBatch` with a row for each: a column for
every table, holding the filing's rows as a list of structs. It is `judge` after `read`, which
those who run it may do over batches of other sizes. That shape goes unchanged through a
loop in this process, a pipe between processes (`bulk_pool`) and Spark's mapInArrow
(`bulk_spark`), whose SQL can `inline` it: no engine needs to know what a table is. The lists are
the tables' own Arrow columns with offsets laid over them, so that packing copies nothing.

The same filings give the same rows however they are cut into batches. Whatever a filing's bytes
are, its answer is one row. Nothing is read or kept but what the batch holds.

Belongs here: the function and its shapes. Does not: reading one filing (`reading`), rules
(`verdicts`), or who runs it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from assets.intake import reading, verdicts
from assets.intake.reading import STORED, Rows
from xbrl.problem import Problem, Severity

GIVEN = pa.schema(
    [
        pa.field("filing_id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("content", pa.binary(), nullable=False),
    ]
)
"""Grain: a filing. SHA-256 of its bytes, the file's name for messages, the bytes."""

MADE = pa.schema(
    [
        pa.field("filing_id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("row_bytes", pa.int64(), nullable=False),
        *(
            pa.field(name, pa.list_(pa.field("item", pa.struct(list(shape)), nullable=False)),
                     nullable=False)
            for name, shape in STORED.items()
        ),
    ]
)  # fmt: skip
"""Grain: a filing, in the order given. What its rows weigh, and a list of rows per table.

`row_bytes` does not depend on the batch, so that whoever gathers rows can cut by it.
"""

MOST_FILINGS, MOST_BYTES = 64, 6 << 20
MOST_JUDGED, MOST_JUDGED_BYTES = 500, 24 << 20
_PROBLEM = "xbrl_problem"
_ROW_BYTES = 400


class Filing(NamedTuple):
    """One filing to take."""

    filing_id: str
    name: str
    content: bytes


def take(given: pa.RecordBatch, library: Path | None = None) -> pa.RecordBatch:
    """The judged rows of the filings in `given` (`GIVEN`), as `MADE`.

    `library` holds the taxonomies that type and label facts, if any.
    """
    return judge(read(list(filings(given)), library))


def read(taken: Sequence[Filing], library: Path | None = None) -> pa.RecordBatch:
    """The first half of `take`: rows that no authority's rules have been asked about."""
    return _made(taken, [reading.read(*filing, library) for filing in taken])


def judge(made: pa.RecordBatch) -> pa.RecordBatch:
    """The second half of `take`: `made` with what the rules say among each filing's problems."""
    if not made.num_rows:
        return made
    place = made.schema.get_field_index(_PROBLEM)
    return made.set_column(place, MADE.field(place), _list(_with_findings(made)))


def unread(taken: Sequence[Filing], reason: str) -> pa.RecordBatch:
    """The rows of filings that gave none, each with the reason as its problem."""
    return _made(taken, [reading.unread(*filing, reason) for filing in taken])


def filings(given: pa.RecordBatch) -> Iterator[Filing]:
    """`GIVEN` filing by filing, so that one copy of its bytes is in memory beside the batch."""
    content = given.column("content")
    _, ends, data = content.buffers()
    offsets = memoryview(ends).cast("i")[content.offset : content.offset + len(content) + 1]
    view = memoryview(data) if data is not None else memoryview(b"")
    names = zip(
        given.column("filing_id").to_pylist(), given.column("name").to_pylist(), strict=True
    )
    for (filing_id, name), (start, end) in zip(names, pairwise(offsets), strict=True):
        yield Filing(filing_id, name, bytes(view[start:end]))


def cut(
    taken: Iterable[Filing], most: int = MOST_FILINGS, most_bytes: int = MOST_BYTES
) -> Iterator[list[Filing]]:
    """Filings in batches that fit in memory; one of more than `most_bytes` is a single filing."""
    held: list[Filing] = []
    size = 0
    for filing in taken:
        if held and (len(held) == most or size + len(filing.content) > most_bytes):
            yield held
            held, size = [], 0
        held.append(filing)
        size += len(filing.content)
    if held:
        yield held


def gathered(
    read: Iterable[pa.RecordBatch], most: int = MOST_JUDGED, most_bytes: int = MOST_JUDGED_BYTES
) -> Iterator[pa.RecordBatch]:
    """Batches of `MADE` put together until they are worth the rules' planning.

    Planning costs as much as judging some seventy filings, however many there are.
    """
    held: list[pa.RecordBatch] = []
    count, size = 0, 0
    for made in read:
        held.append(made)
        count, size = count + made.num_rows, size + made.nbytes
        if count >= most or size >= most_bytes:
            yield pa.concat_batches(held)
            held, count, size = [], 0, 0
    if held:
        yield pa.concat_batches(held)


def tables(made: pa.RecordBatch) -> dict[str, pa.Table]:
    """The rows in `made` by table, in the stored shapes."""
    return {name: table(made, name) for name in STORED}


def table(made: pa.RecordBatch, name: str) -> pa.Table:
    """The rows of one table in `made`."""
    rows = made.column(name).flatten()
    return pa.Table.from_arrays(rows.flatten(), schema=STORED[name])


class _Stacked(NamedTuple):
    """Rows of one table of a batch of filings, and how many are each filing's."""

    rows: pa.Table
    counts: list[int]


def _made(taken: Sequence[Filing], read: Sequence[Rows]) -> pa.RecordBatch:
    stacked = {name: _stacked(name, read) for name in STORED}
    weights = pa.array(_weights(stacked), pa.int64())
    columns = [_list(one) for one in stacked.values()]
    ids, names = ([one.filing_id for one in taken], [one.name for one in taken])
    arrays = [pa.array(ids, pa.string()), pa.array(names, pa.string()), weights, *columns]
    return pa.RecordBatch.from_arrays(arrays, schema=MADE)


def _weights(stacked: Mapping[str, _Stacked]) -> list[int]:
    """About what each filing's rows weigh: so much a row, and the facts' texts."""
    facts = stacked["xbrl_fact"]
    lengths = pc.binary_length(facts.rows["value"]).fill_null(0).to_pylist()
    sizes = iter(lengths)
    texts = [sum(islice(sizes, count)) for count in facts.counts]
    rows = (sum(counts) for counts in zip(*(one.counts for one in stacked.values()), strict=True))
    return [_ROW_BYTES * count + text for count, text in zip(rows, texts, strict=True)]


def _stacked(name: str, read: Sequence[Rows]) -> _Stacked:
    shape = STORED[name]
    parts = [rows[name].select(shape.names) for rows in read if name in rows]
    counts = [rows[name].num_rows if name in rows else 0 for rows in read]
    table = pa.concat_tables(parts).cast(shape) if parts else shape.empty_table()
    return _Stacked(table.combine_chunks(), counts)


def _list(stacked: _Stacked) -> pa.ListArray:
    offsets = pa.array([0, *accumulate(stacked.counts)], pa.int32())
    columns = [
        column.chunk(0) if column.num_chunks else pa.array([], column.type)
        for column in stacked.rows.columns
    ]
    rows = pa.StructArray.from_arrays(columns, fields=list(stacked.rows.schema))
    type_ = pa.list_(pa.field("item", rows.type, nullable=False))
    return pa.ListArray.from_arrays(offsets, rows, type=type_)


def _with_findings(made: pa.RecordBatch) -> _Stacked:
    """The problems found in reading, then for each filing what the rules say of it."""
    rows = tables(made)
    told, counts = rows[_PROBLEM], _counts(made, _PROBLEM)
    found = _found(rows).cast(STORED[_PROBLEM])
    if not found.num_rows:
        return _Stacked(told, counts)
    ids = rows["xbrl_filing"]["filing_id"].to_pylist()
    position = dict(zip(ids, _positions(_counts(made, "xbrl_filing")), strict=True))
    theirs = [position[filing_id] for filing_id in found["filing_id"].to_pylist()]
    order = pc.array_sort_indices(pa.array([*_positions(counts), *theirs], pa.int32()))
    for one in theirs:
        counts[one] += 1
    # The sort is stable: each filing's rows stay in their order.
    return _Stacked(pa.concat_tables([told, found]).take(order).combine_chunks(), counts)


def _counts(made: pa.RecordBatch, name: str) -> list[int]:
    """How many rows of a table each filing has."""
    counts: list[int] = pc.list_value_length(made.column(name)).to_pylist()
    return counts


def _positions(counts: Sequence[int]) -> list[int]:
    return [position for position, count in enumerate(counts) for _ in range(count)]


def _found(rows: Mapping[str, pa.Table]) -> pa.Table:
    """What the rules say; where a filing makes them fail, that of the others."""
    try:
        return verdicts.judge(rows)
    except Exception as error:  # noqa: BLE001  (one filing must never stop the others)
        ids = rows["xbrl_filing"]["filing_id"].unique().to_pylist()
        if len(ids) == 1:
            return _unjudged(rows, f"made the rules fail with {type(error).__name__}: {error}")
    half = len(ids) // 2
    parts = [_found(_of(rows, some)) for some in (ids[:half], ids[half:])]
    return pa.concat_tables([part.cast(STORED[_PROBLEM]) for part in parts])


def _of(rows: Mapping[str, pa.Table], ids: Sequence[str]) -> dict[str, pa.Table]:
    wanted = pa.array(ids, pa.string())
    return {
        name: table.filter(pc.is_in(table["filing_id"], wanted)) for name, table in rows.items()
    }


def unjudged(made: pa.RecordBatch, reason: str) -> pa.RecordBatch:
    """One filing whose rows made the rules fail, with the reason among its problems."""
    rows = tables(made)
    told = pa.concat_tables([rows[_PROBLEM], _unjudged(rows, reason).cast(STORED[_PROBLEM])])
    place = made.schema.get_field_index(_PROBLEM)
    column = _list(_Stacked(told.combine_chunks(), [told.num_rows]))
    return made.set_column(place, MADE.field(place), column)


def _unjudged(rows: Mapping[str, pa.Table], reason: str) -> pa.Table:
    filing: dict[str, Any] = rows["xbrl_filing"].slice(0, 1).to_pylist()[0]
    problem = Problem(
        "intake:unjudged",
        Severity.ERROR,
        f"{filing['file']} {reason}.",
        filing["file"],
        remedy="The facts were read, and the other filings went on. Report this with the file.",
    )
    return reading.problems([problem], filing["filing_id"], filing["target"])
