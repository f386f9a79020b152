"""`make bench`: every measurement, one after the other, each in its own process."""

import subprocess
import sys

RUNS = (
    ("entries over HTTP to Parquet, beside a plain loop and dlt", ["benchmarks.connector"]),
    ("SAF-T reader, beside plain lxml iterparse over the same bytes", ["benchmarks.saft_reader"]),
    ("1,000 companies, one quarter", ["benchmarks.line", "fleet", "--companies", "1000"]),
    ("cost of a further company", ["benchmarks.line", "flat", "--companies", "10,100,1000,10000",
                                   "--postings", "90"]),
    ("one company, 10 million postings", ["benchmarks.line", "large"]),
    ("annual reports of 1,000 companies", ["benchmarks.annual_report"]),
    ("XBRL, each reader on the same files", ["benchmarks.xbrl_read"]),
    ("XBRL, 10,000 filings through one process", ["benchmarks.xbrl_batch", "memory"]),
    ("XBRL, a folder of Danish inline reports on every core", ["benchmarks.xbrl_batch", "tables"]),
    ("Danish filing rules over 1,000 reports, beside Arelle's", ["benchmarks.xbrl_batch", "rules"]),
    ("a nation's annual reports of a year, taken in and asked", ["benchmarks.national_year"]),
    ("100,000 events of an authority to tables", ["benchmarks.authority_arrivals", "events"]),
    ("a nation's duties against what arrived", ["benchmarks.authority_arrivals", "duties"]),
    # Last: it ends with a word where wrk or stunnel, its tools, are not installed.
    ("filings a second to the receiving service", ["benchmarks.authority_load"]),
)  # fmt: skip


def main() -> None:
    """Run them all; stop at the first that fails."""
    for title, command in RUNS:
        print(f"\n## {title}\n", flush=True)
        subprocess.run([sys.executable, "-m", *command], check=True)


if __name__ == "__main__":
    main()
