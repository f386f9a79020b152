"""The nation files: one day's reports to a receiving service, over HTTP, as its clients do.

    python -m tests.nation.filing register --companies 500 --to FOLDER
    python -m tests.nation.filing file --companies 500 --day 2026-06-25 \
        --service FOLDER --url http://127.0.0.1:8780

`register` writes what others hand the authority: companies.csv, payroll.csv, and mandates.csv (who
gave the bookkeeper's certificate a mandate). `file` sends what is due to be sent on that day, each
company's reports in order, through the product's own channels; it prints how many came to what.

Belongs here: a bookkeeper with many clients. Does not: what they file (`annual`, `vat`, `plan`).
"""

import argparse
import csv
import json
import sys
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from hashlib import sha256
from pathlib import Path

from assets.authority.service.annual_client import annual_channel
from assets.authority.service.folder import SandboxFolder
from assets.deliveries.channel import Channel, FilingBytes, RefusedError
from assets.filings import eu_sales_list, vat_return
from tests.nation import annual, vat
from tests.nation.companies import Company, companies
from tests.nation.figures import year
from tests.nation.plan import DAYS, FIRST, Planned, planned

_IDS = uuid.UUID("1b671a64-40d5-491e-99b0-da01ff1f3341")
_AT_ONCE = 40
_PROCESSES = 2


def register(count: int, folder: Path) -> None:
    """Write the tables that others hand over."""
    folder.mkdir(parents=True, exist_ok=True)
    nation = list(companies(count))
    _write(
        folder / "companies.csv",
        ("cvr", "name", "legal_form", "industry", "municipality", "employees", "registered_from",
         "vat_frequency", "vat_from", "year_end", "company_class"),
        ((c.cvr, c.name, "ApS", c.industry, c.municipality, c.employees, "2018-01-01",
          c.frequency, FIRST, "12-31", "B") for c in nation),
    )  # fmt: skip
    _write(
        folder / "payroll.csv",
        ("cvr", "year", "employees"),
        ((c.cvr, number, year(c, number).employees) for c in nation for number in (2024, 2025)),
    )
    _write(
        folder / "mandates.csv",
        ("cvr",),
        ((c.cvr,) for c in nation if c.habit != "no_mandate"),
    )


def file(count: int, day: date, service: Path, url: str) -> Counter[str]:
    """Send everything planned for `day`; how many reports of each kind came to what."""
    everyone = list(companies(count))
    parts = [(everyone[n : n + _AT_ONCE], day, service, url) for n in range(0, count, _AT_ONCE)]
    total: Counter[str] = Counter()
    with ProcessPoolExecutor(_PROCESSES) as pool:
        for done, told in enumerate(pool.map(_file_part, *zip(*parts, strict=True)), start=1):
            total += told
            print(f"{done}/{len(parts)}", file=sys.stderr, flush=True)  # noqa: T201  a command
    return total


def _file_part(some: Sequence[Company], day: date, service: Path, url: str) -> Counter[str]:
    """The reports of some companies, one after another."""
    folder = SandboxFolder(service)
    agency, business = folder.channel(url), annual_channel(folder, url)
    told: Counter[str] = Counter()
    for company in some:
        for one in planned(company, day):
            channel: Channel = business if one.report_type == "annual_report" else agency
            name = f"{company.cvr}/{one.report_type}/{one.end}"
            try:
                answer = channel.submit(_bytes(one), str(uuid.uuid5(_IDS, name)))
                told[f"{one.report_type} {answer.outcome.value}"] += 1
            except RefusedError:
                told[f"{one.report_type} refused"] += 1
    return told


def _bytes(one: Planned) -> FilingBytes:
    company, media_type = one.company, "application/xml"
    if one.report_type == "vat_return":
        content = vat_return.write(vat.vat_return(company, one.start, one.end))
    elif one.report_type == "eu_sales_list":
        listed = vat.sales_list(company, one.start, one.end)
        assert listed is not None
        content, media_type = eu_sales_list.write(listed), eu_sales_list.MEDIA_TYPE
    else:
        content, media_type = annual.report(company, one.start.year), "application/xhtml+xml"
    return FilingBytes(
        sha256(content).hexdigest(), company.cvr, company.cvr, one.report_type, one.start, one.end,
        content, media_type,
    )  # fmt: skip


def _write(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as to:
        writer = csv.writer(to, delimiter=";", lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)


def main() -> None:
    """Read the arguments; write the tables, or file."""
    parser = argparse.ArgumentParser(description="A made-up nation that files.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("days", help="the days on which it files, as JSON")
    tables, day = commands.add_parser("register"), commands.add_parser("file")
    for one in (tables, day):
        one.add_argument("--companies", type=int, default=500)
    tables.add_argument("--to", type=Path, required=True)
    day.add_argument("--day", type=date.fromisoformat, required=True)
    day.add_argument("--service", type=Path, required=True)
    day.add_argument("--url", required=True)
    given = parser.parse_args()
    if given.command == "days":
        print(json.dumps([day.isoformat() for day in DAYS]))  # noqa: T201  a command
    elif given.command == "register":
        register(given.companies, given.to)
    else:
        told = file(given.companies, given.day, given.service, given.url)
        print(json.dumps(dict(sorted(told.items()))))  # noqa: T201  a command


if __name__ == "__main__":
    main()
