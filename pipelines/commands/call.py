"""What every command is given: settings, companies, period, and where to speak.

Belongs here: turning options into a workspace, and errors into exit codes.
Does not: any command's work.
"""

import errno
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from assets.workspace import Workspace
from pipelines import output
from pipelines.output import Output
from warehouse.errors import ReportingError, SettingsError, TransientError

_ROOM = 1 << 20
_NO_ACCESS = ("unable to open database file", "attempt to write a readonly database")
_FULL = ("database or disk is full", "no space left on device")


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

    def authority(self) -> Workspace:
        """The workspace of an authority. Raises `SettingsError` where it is not one's."""
        workspace = self.workspace()
        if workspace.authority is None:
            raise SettingsError(
                f"{workspace.settings} has no section [authority]: it is not the workspace of an "
                "authority. Add the section with name and cvr, or name an authority's settings "
                "with --settings."
            )
        return workspace


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
        if is_disk_full(error, settings):
            out.error(
                f"The disk of {settings.absolute().parent} is full. The last good data is "
                "untouched. Make room, then run the command again.",
                "permanent",
            )
            raise typer.Exit(output.PERMANENT) from None
        refused = no_access(error)
        if refused is not None:
            out.error(
                f"The storage of {settings.absolute()} cannot be used ({refused}). The last good "
                "data is untouched. See that its disk is not mounted read-only and that this user "
                "may read and write there, then run the command again.",
                "permanent",
            )
            raise typer.Exit(output.PERMANENT) from None
        out.error(
            f"Something unforeseen happened: {type(error).__name__}: {error}. The last good data "
            "is untouched. Run the command again with --debug and report what it prints.",
            "unforeseen",
        )
        raise typer.Exit(output.PERMANENT) from None


def no_access(error: BaseException | None) -> str | None:
    """What refused to be read or written, where `error` says so or follows from it."""
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
            return f"{one.strerror}: {one.filename}"
        first = str(one).partition("\n")[0]
        if any(words in first.lower() for words in _NO_ACCESS):
            return first
    return None


def is_disk_full(error: BaseException | None, settings: Path) -> bool:
    """Whether `error` says that a disk is full, or follows from it.

    SQLite calls it "disk I/O error" when it cannot even begin to write; that alone may
    mean a broken disk, so the room left on the workspace's disk decides.
    """
    has_room = shutil.disk_usage(settings.absolute().parent).free >= _ROOM
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in {errno.ENOSPC, errno.EDQUOT}:
            return True
        text = str(one).lower()
        if any(words in text for words in _FULL):
            return True
        if "disk i/o error" in text and not has_room:
            return True
    return False


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from; a chain may lead back to itself."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
