"""What every command is given: settings, companies, period, and where to speak.

Belongs here: turning options into a workspace, and errors into exit codes.
Does not: any command's work.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from assets.workspace import Workspace
from pipelines import output
from pipelines.output import Output
from warehouse.errors import ReportingError, TransientError


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command."""

    settings: Path
    companies: tuple[str, ...]
    out: Output

    def workspace(self) -> Workspace:
        """The workspace, limited to the companies asked for. Raises `SettingsError`."""
        from pipelines import settings

        return settings.load(self.settings, self.companies)


@contextmanager
def calling(
    settings: Path, companies: Sequence[str], out: Output, *, debug: bool
) -> Iterator[Call]:
    """Run a command's body: an error becomes one clear message and an exit code."""
    try:
        yield Call(settings, tuple(companies), out)
    except ReportingError as error:
        if debug:
            raise
        kind = "transient" if isinstance(error, TransientError) else "permanent"
        out.error(str(error), kind)
        code = output.TRANSIENT if kind == "transient" else output.PERMANENT
        raise typer.Exit(code) from None
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:
        if debug:
            raise
        out.error(
            f"Something unforeseen happened: {type(error).__name__}: {error}. The last good data "
            "is untouched. Run the command again with --debug and report what it prints.",
            "unforeseen",
        )
        raise typer.Exit(output.PERMANENT) from None
