"""Countries written as names, where a bookkeeping system keeps them so.

Belongs here: Danish and English names → ISO 3166-1 alpha-2 (`country_name.csv`).
Does not: what a VAT number's prefix says.
"""

import csv
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_suffix(".csv")


def country(name: str | None) -> str | None:
    """The code of a country by its name or code, None for one that is not in the table.

    >>> country("Danmark"), country(" THE NETHERLANDS "), country("se"), country("Narnia")
    ('DK', 'NL', 'SE', None)
    """
    return _codes().get((name or "").strip().casefold())


@cache
def _codes() -> dict[str, str]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row[column].casefold(): row["code"]
            for row in csv.DictReader(file)
            for column in ("code", "danish", "english")
        }
