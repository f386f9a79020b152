"""How everything stands at once: duties by state, reports received, runs, what is set aside.

Belongs here: counts over all companies. Does not: any one of them.
"""

from dataclasses import dataclass

from assets.desk.company import Row
from assets.desk.database import Connection, rows

NEWEST = 12


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts: `duties` report type × state; `received` report type × status; `months` reports
    received a month; `runs` the newest intakes; `quarantine` what was set aside.
    """

    companies: int
    duties: list[Row]
    received: list[Row]
    months: list[Row]
    runs: list[Row]
    quarantine: list[Row]
    as_of: object


def overview(con: Connection) -> Overview:
    """The counts, as the tables stand."""
    duties = rows(con, "FROM kept_duty_count")
    return Overview(
        companies=int(str(rows(con, "SELECT count(*) AS n FROM kept_company_name")[0]["n"])),
        duties=duties,
        received=rows(con, "FROM kept_received_count"),
        months=rows(con, f"FROM kept_received_month ORDER BY month DESC LIMIT {NEWEST}")[::-1],
        runs=rows(con, f"SELECT * FROM intake_run ORDER BY run DESC LIMIT {NEWEST}"),
        quarantine=rows(con, "SELECT * FROM quarantined_filing ORDER BY event DESC LIMIT 50"),
        as_of=max((one["as_of"] for one in duties), key=str, default=None),
    )


def crossed(counts: list[Row], order: list[str]) -> list[tuple[str, dict[str, int]]]:
    """Counts as one line for each report type, by standing.

    >>> crossed([{"report_type": "vat_return", "standing": "late", "n": 2}], ["late"])
    [('vat_return', {'late': 2})]
    """
    lines: dict[str, dict[str, int]] = {}
    for one in counts:
        line = lines.setdefault(str(one["report_type"]), dict.fromkeys(order, 0))
        line[str(one["standing"])] = int(str(one["n"]))
    return sorted(lines.items())
