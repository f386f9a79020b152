"""Questions in SQL by people: read only, within the warehouse's folder, within limits.

A connection made here sees the tables and views and nothing else: it reads no other file, opens
no network, changes nothing, and stops a question that takes too long.

Belongs here: what a question may do, and what is said of one that may not. Does not: how an
answer is shown (`pipelines.commands.sql`), or what the tables mean.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from warehouse.errors import PermanentError
from warehouse.store import Store
from warehouse.tables import TABLES
from warehouse.view import VIEWS

_EXPLAINED = re.compile(r"EXPLAIN\s+(?:ANALYZE\s+|\([^()]*\)\s*)?(.*)", re.IGNORECASE | re.DOTALL)


@contextmanager
def asking(store: Store, *, memory_limit: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection over `store` that can only read it, and whose limits cannot be changed."""
    with store.connect(memory_limit=memory_limit, threads=threads, is_whole=True) as con:
        folder = str(store.folder.resolve()).replace("'", "''")
        con.execute(f"SET allowed_directories = ['{folder}']")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        yield con


def questions(text: str) -> list[str]:
    """The statements in `text`, each one question.

    Raises:
        PermanentError: it is not SQL, or one of them would do more than read.
    """
    try:
        found = duckdb.extract_statements(text)
    except duckdb.Error as error:
        raise _not_answered(text, error) from None
    for one in found:
        if not _only_reads(one):
            raise PermanentError(
                f"This is {_article(one.type.name)} statement, and only questions are answered "
                f"(SELECT, FROM, WITH, DESCRIBE, SUMMARIZE, SHOW TABLES, EXPLAIN): "
                f"{_short(one.query)}. To keep an answer, use --format and --to."
            )
    return [one.query for one in found]


@contextmanager
def answering(con: duckdb.DuckDBPyConnection, question: str, seconds: float) -> Iterator[None]:
    """Say what was wrong with a question in words, and stop it after `seconds`; 0: never.

    Raises:
        PermanentError: it names what is not there, or asks for what it may not have, took too
            long or too much memory.
    """
    timer = threading.Timer(seconds, con.interrupt) if seconds else None
    try:
        if timer is not None:
            timer.start()
        yield
    except duckdb.InterruptException:
        raise PermanentError(
            f"The question took longer than {seconds:g} seconds and was stopped: "
            f"{_short(question)}. Ask for less (a WHERE on year or company), or give it more time "
            "with --timeout."
        ) from None
    except duckdb.PermissionException as error:
        raise PermanentError(
            f"The question asks for more than the tables and views of this workspace: "
            f"{_first(error)}. Ask of them only; SHOW TABLES names them."
        ) from None
    except duckdb.OutOfMemoryException as error:
        raise PermanentError(
            f"The question needs more memory than the settings give ({_first(error)}). Ask for "
            "less, or raise [storage] memory_limit in indberet.toml."
        ) from None
    except duckdb.Error as error:
        raise _not_answered(question, error) from None
    finally:
        if timer is not None:
            timer.cancel()


def listing() -> list[tuple[str, str, str]]:
    """Every view and table: its kind, its name, and what a row is; views first."""
    views = [("view", view.name, view.meaning) for view in VIEWS.values()]
    return views + [("table", table.name, table.grain) for table in TABLES.values()]


def columns(name: str) -> list[tuple[str, str]]:
    """The columns of a view or table and what each is.

    Raises:
        PermanentError: there is neither of that name.
    """
    if name in VIEWS:
        return list(VIEWS[name].columns.items())
    if name in TABLES:
        return [(column.name, column.meaning) for column in TABLES[name].columns]
    raise PermanentError(f'There is no table or view "{name}". SHOW TABLES names them.')


def _only_reads(statement: duckdb.Statement) -> bool:
    """Whether a statement changes nothing: EXPLAIN ANALYZE runs what it explains, and a PIVOT
    whose columns are not listed is more than one statement to DuckDB.
    """
    if statement.type == duckdb.StatementType.EXPLAIN:
        inner = _EXPLAINED.fullmatch(statement.query.strip())
        try:
            return inner is not None and all(map(_only_reads, duckdb.extract_statements(inner[1])))
        except duckdb.Error:
            return False
    if statement.type == duckdb.StatementType.MULTI:
        return str(statement.query).lstrip().upper().startswith("PIVOT")
    is_select: bool = statement.type == duckdb.StatementType.SELECT
    return is_select


def _not_answered(question: str, error: duckdb.Error) -> PermanentError:
    return PermanentError(
        f"The question cannot be answered: {_first(error)}. It was: {_short(question)}. SHOW "
        "TABLES names tables and views, DESCRIBE <name> their columns; docs/data-dictionary.md "
        "says what they mean."
    )


def _first(error: duckdb.Error) -> str:
    """What DuckDB says, without the copy of the question below it."""
    lines = str(error).split("\n\nLINE ")[0].splitlines()
    return " ".join(line.strip() for line in lines if line.strip()).rstrip(".")


def _short(text: str, length: int = 120) -> str:
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1] + "…"


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "AEIOU" else f"a {word}"
