"""The register as Arrow tables, in the shapes the warehouse keeps.

Belongs here: reading all of it at once. Does not: looking one company up (`register`), when the
warehouse is brought up to date (`assets.authority.arrivals.registers`).
"""

from pathlib import Path

import pyarrow as pa

from assets.authority.service import register_database
from assets.authority.service.database import transaction
from warehouse.shape import schema
from warehouse.tables import TABLES


def snapshot(folder: Path, table: str) -> pa.Table:
    """Every row of `registered_company`, `registered_duty`, `mandate_given` or `data_read`, in
    the shape and order of that table of the warehouse.
    """
    shape = TABLES[table]
    asked = (
        f"SELECT {', '.join(shape.names)} FROM {_ROWS_OF[table]} ORDER BY {', '.join(shape.key)}"
    )
    with transaction(register_database.prepared(folder)) as con:
        columns = list(zip(*con.execute(asked), strict=True)) or [()] * len(shape.names)
    typed = [
        pa.array(column).cast(one.type) if column else pa.array([], one.type)
        for column, one in zip(columns, schema(shape), strict=True)
    ]
    return pa.table(typed, schema=schema(shape))


def postponements(folder: Path) -> pa.Table:
    """Every due date that was moved: cvr, report_type, period_end, due_date."""
    asked = "SELECT cvr, report_type, period_end, due_date FROM due_date ORDER BY 1, 2, 3"
    with transaction(register_database.prepared(folder)) as con:
        columns = list(zip(*con.execute(asked), strict=True)) or [()] * len(_POSTPONED)
    typed = [
        pa.array(column, pa.string()).cast(one.type)
        for column, one in zip(columns, _POSTPONED, strict=True)
    ]
    return pa.table(typed, schema=_POSTPONED)


_POSTPONED = pa.schema(
    [("cvr", pa.string()), ("report_type", pa.string()), ("period_end", pa.date32()),
     ("due_date", pa.date32())]
)  # fmt: skip
_ROWS_OF = {
    "registered_company": "company",
    "registered_duty": "duty",
    "mandate_given": "mandate",
    "data_read": "read_log",
}
