"""Who files on time, late and not at all, by report and period: a plot from an authority's tables.

python docs/plots/punctuality.py demo-authority/var/warehouse punctuality.svg
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

from warehouse.store import Store

# state: colour, told as
STATES = {
    "on_time": ("#2f6f8f", "on time"),
    "late": ("#e3a13c", "late"),
    "missing": ("#b5403a", "missing"),
    "estimated": ("#7a2c5e", "estimated"),
}
TITLES = {"vat_return": "VAT returns", "annual_report": "Annual reports"}
QUERY = """
    SELECT period_end, state, count(*) FROM duty_status
    WHERE report_type = ? AND due_date < as_of GROUP BY ALL ORDER BY ALL
"""


def main(warehouse: Path, to: Path) -> None:
    """Draw it."""
    mpl.rcParams["svg.hashsalt"] = "punctuality"
    mpl.rcParams["svg.fonttype"] = "none"
    figure, axes = plt.subplots(
        1, len(TITLES), figsize=(9, 3.4), width_ratios=[4, 1.4], layout="constrained"
    )
    with Store(warehouse).connect() as con:
        for axis, (report, title) in zip(axes, TITLES.items(), strict=True):
            found = con.execute(QUERY, [report]).fetchall()
            ends = sorted({end for end, _, _ in found})
            counts = {(end, state): count for end, state, count in found}
            bottom = [0] * len(ends)
            for state, (colour, told) in STATES.items():
                heights = [counts.get((end, state), 0) for end in ends]
                labels = [f"{end:%b %Y}" for end in ends]
                axis.bar(labels, heights, bottom=bottom, color=colour, label=told, width=0.7)
                bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
            axis.set_title(title, loc="left", fontsize=10)
            axis.spines[["top", "right"]].set_visible(False)
            axis.tick_params(axis="x", labelrotation=40, labelsize=8)
            axis.set_xlabel("period ends", fontsize=8)
    axes[0].set_ylabel("companies", fontsize=8)
    axes[0].legend(frameon=False, fontsize=8, ncols=len(STATES), loc="upper left")
    axes[0].margins(y=0.25)
    figure.savefig(to, metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
