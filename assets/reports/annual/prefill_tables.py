"""The repeated tables an input file begins with: bookkeeping systems, and examples of the rest.

Belongs here: their text. Does not: the keys of sections (`prefill`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from assets.reports.annual import catalogue
from assets.reports.annual.input_file import SYSTEM_KINDS, InputFile
from assets.reports.annual.input_writing import ASKED, toml
from assets.reports.annual.year import Year


def tables(year: Year, last_year: InputFile | None, connector: str) -> dict[str, str]:
    """The repeated tables: the bookkeeping systems filled in, the others as examples."""
    return {
        "bookkeeping_system": _systems(year, last_year, connector),
        "adjustment": _ADJUSTMENT,
        "restatement": _RESTATEMENT,
    }


_ADJUSTMENT = """
# Entries of the year's end that are not in the books: one [[adjustment]] each, on accounts of
# the public standard chart, debit positive; the lines must come to 0.
#
# [[adjustment]]
# text = "Skyldig revisor"
# lines = [
#   { account = "2670", amount = 20000 },
#   { account = "8040", amount = -20000 },
# ]
"""

_RESTATEMENT = """
# Comparative figures that differ from last year's report: one [[restatement]] each, with the
# element of the taxonomy, the amount as reported (expenses positive) and why (ÅRL § 55 stk. 2).
#
# [[restatement]]
# field = "fsa:Revenue"
# amount = 1200000
# reason = "…"
"""


def _systems(year: Year, last_year: InputFile | None, connector: str) -> str:
    """The systems used: last year's last one, or what the connection tells."""
    rows = [] if last_year is None else last_year.tables.get("bookkeeping_system", [])
    known = next(
        (r for r in catalogue.table("bookkeeping_system") if r["connector"] == connector), None
    )
    if rows:
        row: dict[str, Any] = dict(rows[-1])
    elif known is not None:
        row = {"registered": False, "name": known["description"], "kind": known["kind"]}
    else:
        row = {"registered": None, "name": None}
    row |= {"from": year.start, "to": year.end}
    return "\n".join([_SYSTEMS, "[[bookkeeping_system]]", *_system_lines(row)])


_SYSTEMS = """
# The bookkeeping systems used in the year (ÅRL § 138 a; not published): one table each, together
# covering the year. registered: whether it is in the authority's register; then its number there
# (registration_number, as in "fob123456"), provider and provider_cvr (or provider_foreign_number).
# Otherwise kind, one of:
{kinds}
# and backup: whether a complete backup is kept with a third party; then backup_name and backup_cvr
# (or backup_foreign_number and backup_country).
""".strip("\n").replace("{kinds}", "\n".join(f"#   {one}" for one in SYSTEM_KINDS))

_REGISTERED = ("registration_number", "provider", "provider_cvr")
_OTHER = ("kind", "backup", "backup_name", "backup_cvr")


def _system_lines(row: Mapping[str, Any]) -> Iterator[str]:
    needed: tuple[str, ...] = _REGISTERED + _OTHER[:2]
    if row["registered"] is not None:
        needed = _REGISTERED if row["registered"] else _OTHER
    optional = {"backup_name", "backup_cvr"}
    order = ["registered", "name", "from", "to", *needed]
    for key in [*order, *(key for key in row if key not in order)]:
        value = row.get(key)
        mark = "" if value is not None or key in optional else f"  {ASKED}"
        yield f"{key} = {toml(value)}{mark}"
