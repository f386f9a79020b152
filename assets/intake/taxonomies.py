"""The workspace's library of taxonomies.

Belongs here: where the library lives, and which addresses stand for the folders of
packages that do not say it themselves (`taxonomy_addresses.csv`). Does not: the
library (`xbrl.taxonomy.library`).
"""

import csv
from importlib.resources import files
from pathlib import Path

from xbrl.taxonomy.library import TaxonomyLibrary
from xbrl.taxonomy.package import FolderAddress

FOLDER = "taxonomies"
"""Below the workspace's storage folder."""


def library(folder: Path) -> TaxonomyLibrary:
    """The library in `folder`."""
    return TaxonomyLibrary(folder, addresses())


def addresses() -> list[FolderAddress]:
    """Where folders of archives without a catalog belong."""
    text = files("assets.intake").joinpath("taxonomy_addresses.csv").read_text(encoding="utf-8")
    return [FolderAddress(row["folder"], row["uri"]) for row in csv.DictReader(text.splitlines())]
