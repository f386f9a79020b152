"""The command that makes tables of filings, in a folder of its own.

Belongs here: what a person sees of it. Does not: the work (`assets.intake`).
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assets.intake import figures
from assets.intake.take_in import Options, Outcome, take_in
from pipelines import output
from pipelines.commands.call import Call
from pipelines.commands.xbrl import given, library_of
from warehouse.errors import SettingsError
from warehouse.store import Store
from warehouse.tables import TABLES

_SHOWN = 20
_MADE = [name for name, table in TABLES.items() if table.stage == "intake"]


def tables(
    call: Call,
    files: list[str],
    out: Path,
    workers: int,
    time_limit: float,
    *,
    is_again: bool = False,
    library: Path | None = None,
) -> int:
    """Tables of every filing, those of before included; exit code 3 when one was not read."""
    out = out.absolute()
    store = Store(out, temp_directory=out / ".tmp")
    with call.out.progress("read") as progress:
        folder = library or library_of(call)
        options = Options(workers, time_limit, is_again=is_again, library=folder)
        outcome = take_in(store, [given(files)], options, progress)
        progress("figures of each company's fiscal years", 0)
        figures.bring_up_to_date(store)
    published = store.publish("tables.duckdb", stages={"intake"})
    _show(call, store, outcome, published)
    is_incomplete = outcome.unreachable or outcome.verdicts.get("unread")
    return output.WITHHELD if is_incomplete else output.OK


def intake(call: Call, *, is_again: bool) -> int:
    """Take in what is new in the places the settings name, recorded as a run."""
    from pipelines import run

    workspace = replace(call.workspace(), is_again=is_again)
    if not workspace.intake:
        raise SettingsError(
            f"{workspace.settings} names no place to take filings in from. Add [[intake]] with "
            'id and path = "…" (files) or url = "https://…/_search" (an index).'
        )
    with call.out.progress("intake") as progress:
        ran = run.run(workspace, "intake", progress)
    facts = ran.metadata.get("xbrl_filing", {})
    names = ("new_filings", "known_before", "copies", "not_reached", "seconds")
    said = {name: facts.get(name) for name in names}
    said |= {key: value for key, value in facts.items() if key.startswith("verdict_")}
    call.out.table("Intake", ["what", ">count"], list(said.items()))
    if ran.failed_checks:
        call.out.say(
            f"Not as it should be: {', '.join(sorted(ran.failed_checks))}. `indberet ui` shows "
            f"each; the table xbrl_problem names every filing. Run {ran.run_id[:8]}."
        )
    call.out.data({"run_id": ran.run_id, "failed_checks": sorted(ran.failed_checks)} | said)
    return output.WITHHELD if ran.failed_checks else output.OK


def _show(call: Call, store: Store, outcome: Outcome, published: Path) -> None:
    counts = {name: store.row_count(name) for name in _MADE}
    files = {name: len(store.partitions(name)) for name in _MADE}
    call.out.table(
        f"Tables in {store.folder}", ["table", ">rows", ">files", "one row is"],
        [(name, counts[name], files[name], TABLES[name].grain) for name in _MADE],
    )  # fmt: skip
    for message in outcome.unreachable[:_SHOWN]:
        call.out.say(message, is_markup=False)
    call.out.say(told(outcome))
    call.out.say(f"Ask {published} with any DuckDB client.")
    call.out.data(asdict(outcome) | {"tables": counts, "database": str(published)})


def told(outcome: Outcome) -> str:
    """A run in a sentence or two."""
    verdicts = ", ".join(f"{n:,} {verdict}" for verdict, n in sorted(outcome.verdicts.items()))
    parts: list[Any] = [
        f"{outcome.new:,} new filings" + (f" ({verdicts})" if verdicts else ""),
        f"{outcome.facts:,} facts" if outcome.new else None,
        f"{outcome.unchanged:,} known before" if outcome.unchanged else None,
        f"{outcome.duplicates:,} copies of others" if outcome.duplicates else None,
        f"{outcome.not_filings:,} parts of taxonomies left out" if outcome.not_filings else None,
        f"{len(outcome.unreachable):,} not reached" if outcome.unreachable else None,
    ]
    text = "; ".join(part for part in parts if part)
    if outcome.new and outcome.seconds:
        text += (
            f". {outcome.seconds:,.1f} s, {outcome.new / outcome.seconds:,.0f} filings a second, "
            f"{outcome.byte_count / outcome.seconds / 1e6:,.1f} MB a second"
        )
    return text + "."
