"""A DuckDB connection whose views are made when a statement first names them.

Making the views of every table takes DuckDB a tenth of a second, for it opens each one's files;
most questions are of a few.

Belongs here: which views a statement needs. Does not: what they say (`store`, `view`).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import duckdb

_WORD = re.compile(r"\w+")
_ASKS_WHAT_THERE_IS = re.compile(
    r"information_schema|duckdb_\w+\(|\b(?:SHOW|DESCRIBE|SUMMARIZE)\b", re.IGNORECASE
)


class MadeWhenNamed:
    """Everything a DuckDB connection can do; `views` are the queries of those not yet made.

    A word that only looks like a view's name makes a view too many, which nobody sees.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, views: Mapping[str, Callable[[], str]]
    ) -> None:
        self._con = con
        self._views = dict(views)

    def execute(self, query: Any, *arguments: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        """DuckDB's `execute`."""
        self._make(query)
        return self._con.execute(query, *arguments, **named)

    def sql(self, query: Any, *arguments: Any, **named: Any) -> duckdb.DuckDBPyRelation:
        """DuckDB's `sql`."""
        self._make(query)
        return self._con.sql(query, *arguments, **named)

    def table(self, name: str) -> duckdb.DuckDBPyRelation:
        """DuckDB's `table`."""
        self._make(name)
        return self._con.table(name)

    def make_all(self) -> None:
        """Make every view."""
        self._make(" ".join(self._views))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)

    def _make(self, query: Any) -> None:
        text = str(getattr(query, "query", query))  # of a parsed statement, its text
        if _ASKS_WHAT_THERE_IS.search(text):
            text = " ".join(self._views)
        for name in _WORD.findall(text):
            if (select := self._views.pop(name.lower(), None)) is not None:
                try:
                    view = select()
                    self._make(view)
                    self._con.execute(f"CREATE VIEW {name.lower()} AS {view}")
                except BaseException:
                    self._views[name.lower()] = select
                    raise
