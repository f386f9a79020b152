"""The views that people ask, in the order in which they stand on each other.

Each is one statement in `views/<name>.sql`, whose opening comment says what a row is and, after
an empty line, what each column is: `-- name: meaning`.

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
        """What a row is: the opening comment's first paragraph."""
        return " ".join(self._comment()[0])

    @property
    def columns(self) -> Mapping[str, str]:
        """What each column is, in the view's order: the opening comment's second paragraph."""
        pairs = (line.partition(": ") for line in self._comment()[1])
        return {name: meaning for name, _, meaning in pairs}

    def _comment(self) -> tuple[list[str], list[str]]:
        lines = [line for line in self.text.splitlines() if line.startswith("--")]
        said = [line.removeprefix("--").strip() for line in lines]
        blank = said.index("")
        return said[:blank], said[blank + 1 :]


VIEWS: Mapping[str, View] = {
    view.name: view
    for view in (
        View("danish_annual_report", "intake"),
        View("equity_ratio", "intake"),
        View("obligation_desk", "authority"),
        View("late_filer", "authority"),
        View("company_size", "authority"),
        View("company_year", "authority"),
        View("filing_verdict", "authority"),
        View("rule_failure", "authority"),
        View("cross_check_finding", "authority"),
    )
}
