"""The tables of law an annual report is made by, as temp tables of one connection.

Belongs here: registering them together. Does not: what they say (`warehouse.annual`,
`xbrl.rules.totals`), or a company's inputs (`inputs`).
"""

import duckdb

from warehouse import annual
from xbrl.rules import totals


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temp tables `annual_line`, `annual_account` and `annual_total` in `con`.

    Their rows are `warehouse.annual.Line`, `warehouse.annual.Account` and
    `xbrl.rules.totals.Part` (form, total, part, weight, source).
    """
    annual.register(con)
    con.register("annual_rows", totals.table())
    con.execute("CREATE OR REPLACE TEMP TABLE annual_total AS FROM annual_rows")
    con.unregister("annual_rows")
