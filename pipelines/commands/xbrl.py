"""The commands that look into filings: read, facts.

Belongs here: what a person sees of filings. Does not: reading them (`assets.intake`), or
keeping them (`pipelines.commands.xbrl_tables`).
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any

import duckdb
import pyarrow as pa

from assets.intake.files import SUFFIXES, Files
from assets.intake.found import Unreachable
from assets.intake.read_each import CHUNK, read_each, register, summaries
from assets.intake.reading import Rows
from pipelines import output
from pipelines.commands.call import Call
from warehouse.errors import PermanentError
from xbrl.problem import Severity

_SHOWN = 50
_SHOWN_FACTS = 200
_LONG = 60
_NAMESPACE = re.compile(r"\{[^}]*\}")
_COLUMNS = ("concept", "label", "period", "dimensions", "unit", "value", "decimals", "where_found")
_FACTS = (Path(__file__).with_name("xbrl_facts.sql")).read_text(encoding="utf-8")


def read(call: Call, files: list[str], workers: int, time_limit: float) -> int:
    """What is in each filing; exit code 3 when one could not be read."""
    source = given(files)
    found: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    with call.out.progress(f"read {source.total:,} files") as progress:
        waiting: list[Rows] = []
        for name, rows in read_each(source, workers, time_limit):
            if isinstance(rows, Unreachable):
                problems.append(_unreachable(name, rows))
                continue
            waiting.append(rows)
            problems += rows["xbrl_problem"].to_pylist() if "xbrl_problem" in rows else []
            if len(waiting) >= CHUNK:
                found += summaries(waiting)
                waiting = []
                progress("files", len(found))
        found += summaries(waiting) if waiting else []
    _show_filings(call, found)
    show_problems(call, problems)
    call.out.data({"filings": found, "problems": problems})
    is_unread = any(not one["is_read"] for one in found)
    is_unreachable = any(one["code"] == "intake:unreachable" for one in problems)
    return output.WITHHELD if is_unread or is_unreachable else output.OK


def given(files: list[str]) -> Files:
    """The filings a person named. Raises `PermanentError` when there are none."""
    found = Files(files)
    if not found.total:
        raise PermanentError(
            f"There is no filing in {', '.join(files)}: no file there ends in "
            f"{', '.join(sorted(SUFFIXES))}. Name a file itself to have it read whatever its name."
        )
    return found


def show_problems(call: Call, problems: list[dict[str, Any]]) -> None:
    """Each problem on a line of its own, as editors jump to it."""
    for one in problems[:_SHOWN]:
        where = one["file"] if one["line"] is None else f"{one['file']}:{one['line']}"
        words = (f"{where}: {one['severity']} {one['code']}:", one["message"], one["remedy"])
        call.out.say(" ".join(filter(None, words)), is_markup=False)
    if len(problems) > _SHOWN:
        call.out.say(f"… and {len(problems) - _SHOWN:,} more; --json has them all.")


def facts(  # noqa: PLR0913  (one for each option)
    call: Call,
    files: list[str],
    concepts: list[str],
    *,
    period: str,
    context_id: str,
    dimension: str,
    is_numeric: bool,
    csv: Path | None,
    parquet: Path | None,
    library: Path | None = None,
) -> int:
    """The facts that the filters let through, as a table or a file."""
    if csv and parquet:
        raise PermanentError("--csv and --parquet name two files. Choose one.")
    source = given(files)
    parts, problems = [], []
    for name, rows in read_each(source, 0, 120, library or library_of(call)):
        if isinstance(rows, Unreachable):
            problems.append(_unreachable(name, rows))
        else:
            parts.append(rows)
            problems += rows["xbrl_problem"].to_pylist() if "xbrl_problem" in rows else []
    chosen = _chosen(parts, concepts, period, context_id, dimension, is_numeric=is_numeric)
    if csv or parquet:
        _write(chosen, csv, parquet)
        call.out.say(f"{chosen.num_rows:,} facts written to {csv or parquet}.")
    elif call.out.is_json:
        call.out.data(chosen.to_pylist())
    else:
        _show_facts(call, chosen)
        show_problems(call, [one for one in problems if one["severity"] == "error"])
    return output.OK if chosen.num_rows or not problems else output.WITHHELD


def validate(
    call: Call,
    files: list[str],
    library: Path | None,
    workers: int,
    time_limit: float,
    *,
    calculations: str = "2.1",
    rules: str = "dba",
    units: bool = True,
) -> int:
    """What is wrong with each filing; exit code 1 when there is an error."""
    from assets.intake import judging

    _one_of("--calculations", calculations, judging.CALCULATIONS)
    _one_of("--rules", rules, judging.RULES)
    source = given(files)
    folder = library or library_of(call)
    asked = judging.Asked(folder, calculations, rules, units)
    problems: list[dict[str, Any]] = []
    filings: list[dict[str, Any]] = []
    judged, invalid = 0, 0
    with call.out.progress(f"validate {source.total:,} files") as progress:
        for name, found in judging.judge_each(source, asked, workers, time_limit):
            judged += 1
            counts = Counter(one.severity.value for one in found)
            invalid += bool(counts["error"])
            filings.append({"filing": name} | {f"{s.value}s": counts[s.value] for s in Severity})
            problems += [asdict(one) | {"filing": name} for one in found]
            progress("files", judged)
    show_problems(call, problems)
    errors = sum(one["severity"] == "error" for one in problems)
    call.out.say(
        f"{_counted(judged, 'filing')} judged: {judged - invalid:,} without errors, {invalid:,} "
        f"with {_counted(errors, 'error')} between them."
        if invalid
        else f"{_counted(judged, 'filing')} judged: no errors."
    )
    call.out.data({"judged": judged, "invalid": invalid, "filings": filings, "problems": problems})
    return output.PERMANENT if invalid else output.OK


def _one_of(option: str, given: str, known: Iterable[str]) -> None:
    """Raises `PermanentError` for a value the option does not know."""
    if given not in known:
        raise PermanentError(f"{option} {given} is not known. Choose one of {', '.join(known)}.")


def library_of(call: Call) -> Path | None:
    """The workspace's taxonomies, where the command stands in one."""
    from assets.intake.taxonomies import FOLDER

    if not call.settings.exists():
        return None
    folder = call.workspace().storage / FOLDER
    return folder if folder.is_dir() else None


def _chosen(
    parts: list[Rows],
    concepts: list[str],
    period: str,
    context_id: str,
    dimension: str,
    *,
    is_numeric: bool,
) -> pa.Table:
    con = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
    try:
        register(con, parts)
        parameters = {
            "concepts": [one.rpartition(":")[2] for one in concepts],
            "period": period,
            "context_id": context_id,
            "dimension": dimension.lower(),
            "is_numeric": is_numeric,
        }
        return con.sql(_FACTS, params=parameters).to_arrow_table()
    finally:
        con.close()


def _write(chosen: pa.Table, csv: Path | None, parquet: Path | None) -> None:
    import pyarrow.csv
    import pyarrow.parquet

    try:
        if csv:
            pyarrow.csv.write_csv(chosen, csv)
        else:
            pyarrow.parquet.write_table(chosen, parquet, compression="zstd")
    except OSError as error:
        raise PermanentError(
            f"{csv or parquet} cannot be written: {error.strerror or error}. Name a file in a "
            "folder that exists and that you may write to."
        ) from None


def _show_filings(call: Call, found: list[dict[str, Any]]) -> None:
    rows = [
        (
            one["file"],
            one["entity_identifier"],
            _period(one),
            one["kind"] if one["is_read"] else "not read",
            one["fact_count"],
            one["problem_count"],
        )
        for one in found[:_SHOWN]
    ]
    columns = ["file", "entity", "period", "kind", ">facts", ">problems"]
    call.out.table("Filings", columns, rows)
    count, total = len(found), sum(one["fact_count"] for one in found)
    unread = sum(not one["is_read"] for one in found)
    more = f", of which {_SHOWN} are shown" if count > _SHOWN else ""
    call.out.say(
        f"{_counted(count, 'filing')}{more}; {_counted(total, 'fact')}"
        + (f"; {unread:,} could not be read." if unread else ".")
    )


def _show_facts(call: Call, chosen: pa.Table) -> None:
    rows = chosen.slice(0, _SHOWN_FACTS).to_pylist()
    columns = [one for one in _COLUMNS if one != "label" or any(row["label"] for row in rows)]
    call.out.table(
        "Facts",
        [">value" if name == "value" else name for name in columns],
        [[_short(row[name], name) for name in columns] for row in rows],
    )
    more = chosen.num_rows - len(rows)
    left = f"; {more:,} more are not shown: narrow it, or use --csv" if more else ""
    call.out.say(f"{_counted(chosen.num_rows, 'fact')}{left}.")


def _short(value: object, column: str) -> str:
    text = " ".join(str("" if value is None else value).split())
    if column == "dimensions":
        text = _NAMESPACE.sub("", text)
    if column == "where_found":
        return PurePath(text).name
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def _period(one: dict[str, Any]) -> str:
    start, end = one["period_start"], one["period_end"]
    return f"{start} – {end}" if start and end else str(end or "")


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _unreachable(name: str, error: Unreachable) -> dict[str, Any]:
    return {
        "filing_id": None, "target": "", "code": "intake:unreachable", "severity": "error",
        "message": str(error), "remedy": "", "file": name, "line": None, "element_id": None,
        "facts": [],
    }  # fmt: skip
