"""An annual report as a PDF, printed by Chromium from the very bytes that are filed.

Belongs here: finding the browser and printing. Does not: what a page looks like (its own
style sheet does).
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from warehouse.errors import PermanentError, TransientError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_LONGEST = 120
"""Seconds; a report prints in two."""


def print_pdf(page: bytes) -> bytes:
    """The PDF of an inline page, A4, with page numbers.

    Raises: PermanentError without a browser, or when it cannot print the page;
    TransientError when it does not answer in time.
    """
    browser = find()
    with tempfile.TemporaryDirectory(prefix="indberet-pdf-") as name:
        folder = Path(name)
        source, made = folder / "report.xhtml", folder / "report.pdf"
        source.write_bytes(page)
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
            f"--user-data-dir={folder / 'profile'}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={made}",
            source.as_uri(),
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # Chromium's sandbox refuses root
            command.insert(1, "--no-sandbox")
        try:
            done = subprocess.run(command, capture_output=True, timeout=_LONGEST, check=False)  # noqa: S603 - a browser found on PATH, our own file
        except subprocess.TimeoutExpired as error:
            raise TransientError(
                f"Printing an annual report: {browser} was not done in {_LONGEST} seconds. Try "
                "again when the machine is less busy."
            ) from error
        if not made.is_file():
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise PermanentError(
                f"Printing an annual report: {browser} ended with {done.returncode} and made no "
                f"PDF; it said: {said[-1] if said else 'nothing'}."
            )
        return made.read_bytes()


def find() -> str:
    """The browser on the search path.

    Raises: PermanentError when there is none.
    """
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise PermanentError(
        f"Printing an annual report needs Chromium, and none of {', '.join(BROWSERS)} is on the "
        "search path. Install it (Debian: apt install chromium), or open the .xhtml in any "
        "browser and print it."
    )
