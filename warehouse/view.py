"""The views that people ask, in the order in which they stand on each other.

Each is one statement in `views/<name>.sql`, whose opening comment says what a row is.

Belongs here: which there are, and their text. Does not: the tables, or making the views
(`warehouse.store`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class View:
    """One view: the stage whose tables it reads, and what it is."""

    name: str
    stage: str

    @property
    def text(self) -> str:
        """The file: opening comment and statement."""
        return files("warehouse.views").joinpath(f"{self.name}.sql").read_text(encoding="utf-8")

    @property
    def meaning(self) -> str:
        """The opening comment, as one paragraph."""
        lines = self.text.splitlines()
        return " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))


VIEWS: Mapping[str, View] = {
    view.name: view
    for view in (View("danish_annual_report", "intake"), View("equity_ratio", "intake"))
}
