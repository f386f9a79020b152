"""The README's plot: equity as a share of assets, each company and the group's median, by year.

python docs/plots/equity_ratio.py tables/tables.duckdb docs/equity-ratio.svg
"""

import sys

import duckdb
import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "indberet"  # same tables, same bytes

import matplotlib.pyplot as plt  # noqa: E402  (after the backend is chosen)

QUERY = """
SELECT cvr, fiscal_year, equity_ratio,
    median(equity_ratio) OVER (PARTITION BY fiscal_year) AS middle
FROM equity_ratio WHERE basis = 'solo' ORDER BY cvr, fiscal_year
"""


def main() -> None:
    """Draw it."""
    database, target = sys.argv[1:]
    with duckdb.connect(database, read_only=True) as con:
        rows = con.execute(QUERY).fetchall()
    figure, axes = plt.subplots(figsize=(7.2, 3.4))
    for cvr in sorted({row[0] for row in rows}):
        own = [(year, ratio) for company, year, ratio, _ in rows if company == cvr]
        axes.plot(*zip(*own, strict=True), marker="o", linewidth=1, label=f"CVR {cvr}")
    middle = sorted({(year, median) for _, year, _, median in rows})
    axes.plot(*zip(*middle, strict=True), color="black", linewidth=2.5, label="median")
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1.0))
    axes.set(xlabel="fiscal year", ylabel="equity / assets")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize="small", ncols=2)
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    main()
