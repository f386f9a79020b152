"""The README's plot: equity as a share of assets in a peer group, by year.

    indberet xbrl tables FILINGS --out tables
    python docs/plots/equity_ratio.py tables/tables.duckdb docs/equity-ratio.svg

The group is every company whose accounts name fixed and current assets, as British ones do. The
query stands in `equity_ratio.sql`, beside this; its rows are printed.
"""

import sys
from pathlib import Path

import duckdb
import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "indberet"  # same tables, same bytes

import matplotlib.pyplot as plt  # noqa: E402  (after the backend is chosen)

GROUP = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
COMPANIES, _, BY_YEAR = GROUP.partition("-- by year\n")


def main() -> None:
    """Draw it."""
    database, target = sys.argv[1:]
    with duckdb.connect(database, read_only=True) as con:
        years = con.sql(COMPANIES + BY_YEAR)
        print(years)  # noqa: T201  for the reader of the plot
        middle = years.fetchall()
        companies = con.execute(
            f"{COMPANIES} SELECT company, year, equity_ratio FROM ratio ORDER BY ALL"
        ).fetchall()
    figure, axes = plt.subplots(figsize=(7.2, 3.2))
    for company in sorted({row[0] for row in companies}):
        own = [(year, ratio) for name, year, ratio in companies if name == company]
        axes.plot(*zip(*own, strict=True), marker="o", markersize=4, color="#7a9cc6", linewidth=1)
    axes.plot(
        [row[0] for row in middle], [row[2] for row in middle],
        color="black", linewidth=2.5, marker="D", label="median",
    )  # fmt: skip
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1.0, decimals=0))
    axes.set(xlabel="year", ylabel="equity / assets", ylim=(0, 1.05))
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    main()
