"""Tables handed over as CSV, cell by cell as they were written.

Belongs here: the file's form. Does not: which columns there must be, and what their cells say
(`service.register_import`, `cross.handed_over`).
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def read(path: Path) -> "pd.DataFrame":
    """Every cell as text, without spaces around it; row `n` of the frame is row n + 2 of the file.

    UTF-8, the first row naming the columns, which are apart by semicolon or comma. Empty rows are
    left out; the others keep their number.

    Raises: ValueError that says why it cannot be read so.
    """
    import pandas as pd  # noqa: PLC0415  (half a second; only where a table is handed over)

    try:
        with path.open(encoding="utf-8-sig") as file:
            head = file.readline()
        separator = ";" if head.count(";") >= head.count(",") else ","
        frame = pd.read_csv(
            path, sep=separator, dtype=str, keep_default_na=False, na_filter=False,
            encoding="utf-8-sig", skipinitialspace=True, index_col=False, skip_blank_lines=False,
        )  # fmt: skip
    except OSError as error:
        raise ValueError(error.strerror) from None
    frame = frame.fillna("").apply(lambda column: column.str.strip())
    filled: pd.DataFrame = frame[frame.ne("").any(axis="columns")]
    return filled
