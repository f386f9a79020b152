"""`indberet sql`: questions from the command line, a file, a pipe or a person, and their answers.

Belongs here: where questions come from and how answers are shown. Does not: what a question
may do (`warehouse.asking`).
"""

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pipelines import output
from pipelines.commands.call import Call
from warehouse.errors import PermanentError, SettingsError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_SHOWN = 100
_AT_ONCE = 10_000
_PROMPT, _MORE = "indberet> ", "     ...> "
_HELP = "End a question with ; — .tables, .columns NAME, .quit"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an answer is wanted: form, file (None: shown), rows at most (None: all), seconds."""

    form: str
    to: Path | None
    limit: int | None
    timeout: float


def sql(
    call: Call,
    question: str,
    file: Path | None,
    *,
    form: str,
    to: Path | None,
    limit: int | None,
    timeout: float,
) -> int:
    """Answer the questions; without any, ask a person for them."""
    _refuse_what_does_not_fit(question, file, form, to)
    most = (_SHOWN if form == "table" else 0) if limit is None else limit
    wanted = Wanted(form, to, most or None, timeout)
    if file is not None:
        question = _read(file)
    if question:
        return answer(call, question, wanted)
    if sys.stdin.isatty():
        return _converse(call, wanted)
    return answer(call, sys.stdin.read(), wanted)


def answer(call: Call, text: str, wanted: Wanted) -> int:
    """Answer every question in `text`, over the tables as they stand now."""
    from warehouse import asking

    workspace = call.workspace()
    asked = asking.questions(text)
    if wanted.to is not None and len(asked) != 1:
        raise PermanentError(
            f"--to takes the answer to one question, and there are {len(asked)}. Ask them one by "
            "one, each with a file of its own."
        )
    with asking.asking(
        workspace.store(), memory_limit=workspace.memory_limit, threads=workspace.threads
    ) as con:
        for one in asked:
            with asking.answering(con, one, wanted.timeout):
                _show(call, con.sql(one), wanted)
    return output.OK


def _show(call: Call, answered: "duckdb.DuckDBPyRelation", wanted: Wanted) -> None:
    """One answer in the form wanted; a table that is cut short says so."""
    if wanted.form == "table":
        rows, is_cut = _some(answered, wanted.limit)
        call.out.table("", _headed(answered), rows)
        call.out.say(_count(len(rows), is_cut=is_cut), is_markup=False)
    elif wanted.form == "parquet":
        assert wanted.to is not None
        _write_parquet(answered, wanted)
    elif wanted.to is not None:
        with wanted.to.open("w", encoding="utf-8", newline="") as file:
            _write_text(answered, wanted, file)
    else:
        _write_text(answered, wanted, sys.stdout)
    if wanted.to is not None:
        call.out.say(str(wanted.to), is_markup=False)


def _some(
    answered: "duckdb.DuckDBPyRelation", limit: int | None
) -> tuple[list[tuple[Any, ...]], bool]:
    """The first rows, and whether there are more."""
    if limit is None:
        return answered.fetchall(), False
    rows = answered.limit(limit + 1).fetchall()
    return rows[:limit], len(rows) > limit


def _headed(answered: "duckdb.DuckDBPyRelation") -> list[str]:
    """Column names, those of numbers marked to stand right."""
    numbers = ("INT", "DECIMAL", "DOUBLE", "FLOAT")
    return [
        (">" if any(word in str(kind) for word in numbers) else "") + name
        for name, kind in zip(answered.columns, answered.types, strict=True)
    ]


def _count(rows: int, *, is_cut: bool) -> str:
    if is_cut:
        return f"The first {rows} rows; --limit 0 shows all."
    return "1 row." if rows == 1 else f"{rows} rows."


def _write_text(answered: "duckdb.DuckDBPyRelation", wanted: Wanted, file: TextIO) -> None:
    """CSV with a head, or a JSON list of objects; decimals and days as text, exact."""
    if wanted.form == "csv":
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(answered.columns)
        writer.writerows(row.values() for row in _rows(answered, wanted.limit))
        return
    between = "["
    for one in _rows(answered, wanted.limit):
        file.write(between + json.dumps(one, ensure_ascii=False, default=output.plain))
        between = ",\n "
    file.write("[]\n" if between == "[" else "]\n")


def _rows(answered: "duckdb.DuckDBPyRelation", limit: int | None) -> Iterator[dict[str, Any]]:
    for batch in _batches(answered, limit):
        yield from batch.to_pylist()


def _batches(answered: "duckdb.DuckDBPyRelation", limit: int | None) -> "pa.RecordBatchReader":
    some = answered if limit is None else answered.limit(limit)
    return some.to_arrow_reader(_AT_ONCE)


def _write_parquet(answered: "duckdb.DuckDBPyRelation", wanted: Wanted) -> None:
    import pyarrow.parquet as pq

    assert wanted.to is not None
    reader = _batches(answered, wanted.limit)
    with pq.ParquetWriter(wanted.to, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def _converse(call: Call, wanted: Wanted) -> int:
    """Questions of a person, until there are no more; a wrong one is told and the next asked."""
    with suppress(ImportError):
        import readline  # noqa: F401  (arrow keys and history in `input`)
    call.out.say(_HELP, is_markup=False)
    while (asked := _next()) is not None:
        try:
            if asked.startswith("."):
                _command(call, asked)
            elif asked.strip("; \n"):
                answer(call, asked, wanted)
        except PermanentError as error:
            call.out.error(str(error), "permanent")
    return output.OK


def _next() -> str | None:
    """The next question, over as many lines as it takes; None at the end."""
    lines: list[str] = []
    while not lines or not lines[-1].rstrip().endswith(";"):
        try:
            line = input(_MORE if lines else _PROMPT)
        except (EOFError, KeyboardInterrupt):
            return None
        if not lines and line.strip() in {".quit", ".exit"}:
            return None
        if not lines and (line.startswith(".") or not line.strip()):
            return line.strip() or ";"
        lines.append(line)
    return "\n".join(lines)


def _command(call: Call, text: str) -> None:
    """`.tables` and `.columns NAME`, in the words of the data dictionary."""
    from warehouse import asking

    match text.rstrip(";").split():
        case [".tables"]:
            call.out.table("", ["", "name", "one row is"], asking.listing())
        case [".columns", name]:
            call.out.table("", ["column", "is"], asking.columns(name))
        case _:
            call.out.say(_HELP, is_markup=False)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The file of questions {file} cannot be read ({error}). Save it as text in UTF-8."
        ) from None


def _refuse_what_does_not_fit(question: str, file: Path | None, form: str, to: Path | None) -> None:
    if question and file is not None:
        raise PermanentError("Give a question or a file of questions, not both.")
    if form == "parquet" and to is None:
        raise PermanentError("Parquet goes to a file: add --to answer.parquet.")
    if form == "table" and to is not None:
        raise PermanentError("A table is shown, not written: add --format csv, json or parquet.")
