"""What a command shows: progress, tables, one clear message for an error, JSON.

Belongs here: the terminal. Does not: what is shown.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from assets.sources.connector import Progress as Report

OK, PERMANENT, USAGE, WITHHELD, TRANSIENT = 0, 1, 2, 3, 75
"""Exit codes: done; failed for good; wrong use; done, but companies are withheld or failed;
failed for now (EX_TEMPFAIL)."""


class Total(tuple[object, ...]):
    """A row of a table that sums others, and is shown so."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command speaks: facts on standard output, everything else on standard error."""

    is_json: bool = False
    is_quiet: bool = False

    def say(self, text: str, *, is_markup: bool = True) -> None:
        """A line for a person; nothing when JSON or quiet is asked for."""
        if not (self.is_json or self.is_quiet):
            self._console().print(text, highlight=False, soft_wrap=True, markup=is_markup)

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
        """A table for a person. A heading that begins with > is of numbers, one that ends in
        `year` of years: their digits stay together.
        """
        if self.is_json or self.is_quiet:
            return
        table = Table(header_style="bold", expand=False)
        for column in columns:
            is_number = column.startswith(">")
            table.add_column(
                column.removeprefix(">"), justify="right" if is_number else "left", overflow="fold"
            )
        years = [column.removeprefix(">").endswith("year") for column in columns]
        for row in rows:
            style = "bold" if isinstance(row, Total) else None
            cells = (
                str(value) if is_year and isinstance(value, int) else shown(value)
                for value, is_year in zip(row, years, strict=True)
            )
            table.add_row(*map(escape, cells), style=style)
        console = self._console()
        if title:  # on a line of its own: a table would fold it to its own width
            console.print(title, style="table.title", highlight=False, soft_wrap=True)
        console.print(table)

    def data(self, value: Any) -> None:
        """The facts as JSON, when asked for."""
        if self.is_json:
            sys.stdout.write(json.dumps(value, ensure_ascii=False, default=plain) + "\n")

    def error(self, message: str, kind: str) -> None:
        """One clear message."""
        self.data({"error": {"kind": kind, "message": message}})
        Console(stderr=True).print(
            f"[bold red]Stopped.[/] {escape(message)}", highlight=False, soft_wrap=True
        )

    @contextmanager
    def progress(self, what: str) -> Iterator[Report]:
        """Show that a step is under way and how far it has come."""
        console = Console(stderr=True, quiet=self.is_json or self.is_quiet)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=console.is_terminal) as bar:
            task = bar.add_task(what)

            def report(step: str, count: int) -> None:
                bar.update(
                    task, description=f"{what}: {escape(step)}" + (f" {count:,}" * (count > 0))
                )

            yield report
            bar.update(task, description=f"{what}: done")

    def _console(self) -> Console:
        return Console(width=None if sys.stdout.isatty() else 160)


def shown(value: object) -> str:
    """A value as people read it.

    >>> shown(None), shown(1234567), shown(Decimal("-1234.50"))
    ('', '1 234 567', '-1 234.50')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{value:,}".replace(",", " ")
    return str(value)


def plain(value: object) -> str:
    """A value that JSON has no form for: days and moments as ISO 8601, decimals exact."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
