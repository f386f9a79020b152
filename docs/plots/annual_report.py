"""The picture of an annual report, docs/annual-report.png: four pages of the tests' sample.

    .venv/bin/python docs/plots/annual_report.py

Needs Chromium and pdftoppm, as the tests of the pages do.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from assets.filings.annual.pdf import print_pdf  # noqa: E402 - the root is found first
from assets.filings.annual_report import render  # noqa: E402
from tests.annual_sample import sample  # noqa: E402

PAGES = (1, 7, 8, 11)
"""Cover, income statement, assets, notes."""
DPI, GAP, GREY = 58, 12, (226, 232, 240)


def main() -> None:
    """Draw the pages beside each other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "report.pdf").write_bytes(print_pdf(render(*sample())))
        command = ["pdftoppm", "-r", str(DPI), "-png", "report.pdf", "page"]
        subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - our own words
        found = sorted(folder.glob("page*.png"))
        drawn = [Image.open(found[number - 1]) for number in PAGES]
        wide, high = drawn[0].size
        sheet = Image.new("RGB", ((wide + GAP) * len(drawn) + GAP, high + 2 * GAP), GREY)
        for number, page in enumerate(drawn):
            sheet.paste(page, (GAP + number * (wide + GAP), GAP))
        sheet.quantize(32).save(ROOT / "docs" / "annual-report.png", optimize=True)


if __name__ == "__main__":
    main()
