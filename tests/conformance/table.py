"""The conformance table in the README: system by property, made from what pytest collects.

    python -m tests.conformance.table            write it (make docs)
    python -m tests.conformance.table --check    end with 1 when the README's is another

Belongs here: collecting the two suites and rendering. Does not: any fact of a system, which
stand in its cases, or of a property (`properties`).
"""

import argparse
import contextlib
import io
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from assets.sources import registry
from tests.conformance.connector_case import Case
from tests.conformance.network_case import NetworkCase
from tests.conformance.properties import ELSEWHERE, PROPERTIES, lacking

ROOT = Path(__file__).resolve().parents[2]
SUITES = ("test_network.py", "test_connectors.py")
BEGIN = "<!-- conformance: made by `make docs` -->"
END = "<!-- conformance ends -->"


@dataclass(frozen=True, slots=True)
class Asked:
    """One collected test: of which case, which property, and why it is skipped (or empty)."""

    case: Case | NetworkCase
    heading: str
    lacks: str

    @property
    def system(self) -> str:
        """The connector's id, with which the case's name begins."""
        ids = [i for i in registry.ids() if f"{self.case.name}-".startswith(f"{i}-")]
        if not ids:
            raise LookupError(f"The case {self.case.name!r} begins with no connector's id.")
        return max(ids, key=len)


class _Collected:
    """A plugin of pytest that keeps what was collected."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            mark = item.get_closest_marker("property")
            if mark is None:
                raise LookupError(f"{item.nodeid} names no property.")
            case = getattr(item, "callspec").params["case"]  # noqa: B009  pytest tells no type
            self.asked.append(Asked(case, PROPERTIES[mark.args[0]], lacking(mark, case)))


def collect() -> list[Asked]:
    """Every test of the two suites, by case.

    Raises:
        LookupError: a test without a known property, a case of no connector, or pytest
            could not collect.
    """
    plugin, said = _Collected(), io.StringIO()
    files = [str(Path(__file__).parent / name) for name in SUITES]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *files], [plugin])
    if code != pytest.ExitCode.OK:
        raise LookupError(f"pytest could not collect the suites:\n{said.getvalue()}")
    return plugin.asked


def render(asked: Sequence[Asked]) -> str:
    """Two tables, network systems and files, and what their words mean.

    Raises:
        LookupError: a connector takes no part, or does not say what it is proved against.
    """
    systems: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        systems[one.system].append(one)
    if missing := sorted(set(registry.ids()) - set(systems)):
        raise LookupError(f"No conformance case: {', '.join(missing)}.")
    network = {s for s, all_ in systems.items() if any(_is_network(one) for one in all_)}
    names = sorted(systems, key=lambda system: _title(system).casefold())
    over = {name: systems[name] for name in names if name in network}
    files = {name: systems[name] for name in names if name not in network}
    words = [f"**{short}** {meaning}" for meaning, short in PROPERTIES.items()]
    return (
        f"{_table('over a network', over)}\n\n{_table('from files', files)}\n\n"
        f"{' · '.join(words)}.\n\n✓: tests of it run in `make test`. (✓): some of them on a "
        "system whose code it shares, or beside the suite. –: there is nothing to test "
        f"({'; '.join(_reasons(asked))})."
    )


def _is_network(one: Asked) -> bool:
    return isinstance(one.case, NetworkCase)


def _title(system: str) -> str:
    return registry.load(system).title.split(" (")[0].split(",")[0]


def _table(name: str, systems: dict[str, list[Asked]]) -> str:
    had = {one.heading for all_ in systems.values() for one in all_ if not one.lacks}
    headings = [heading for heading in PROPERTIES.values() if heading in had]
    head = (
        f"| {name} | {' | '.join(headings)} | proved against |\n|---|{':-:|' * len(headings)}---|"
    )
    return "\n".join([head, *(_row(s, all_, headings) for s, all_ in systems.items())])


def _row(system: str, asked: Sequence[Asked], headings: Iterable[str]) -> str:
    marks = [_mark([one.lacks for one in asked if one.heading == h]) for h in headings]
    return f"| {_link(system)} | {' | '.join(marks)} | {_proof(system, asked)} |"


def _mark(lacks: Sequence[str]) -> str:
    """✓ when every test of it runs for every case of the system, – when none does, (✓) when
    those that do not are proved elsewhere.
    """
    if any(one.startswith(ELSEWHERE) for one in lacks):
        return "(✓)"
    if not lacks or all(lacks):
        return "–"
    return "part" if any(lacks) else "✓"


def _link(system: str) -> str:
    pages = (f"docs/sources/{name}.md" for name in (system, system.rstrip("0123456789")))
    page = next((page for page in pages if (ROOT / page).exists()), None)
    if page is None:
        raise LookupError(f"There is no docs/sources/{system}.md.")
    return f"[{_title(system)}]({page})"


def _proof(system: str, asked: Sequence[Asked]) -> str:
    network = [one for one in asked if _is_network(one)]
    told = dict.fromkeys(one.case.proof for one in (network or asked))
    if "" in told:
        raise LookupError(f"A case of {system} does not say what it is proved against (`proof`).")
    return "; ".join(told)


def _reasons(asked: Iterable[Asked]) -> list[str]:
    network = {one.system for one in asked if _is_network(one)}
    found = {
        one.heading: one.lacks
        for one in asked
        if one.lacks and not one.lacks.startswith(ELSEWHERE) and one.system in network
    }
    return [f"{heading}: {reason}" for heading, reason in found.items()]


def written(readme: str, table: str) -> str:
    """The README with the table between its marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def main() -> None:
    """Write the table, or compare it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    is_check = parser.parse_args().check
    path = ROOT / "README.md"
    readme = path.read_text(encoding="utf-8")
    made = written(readme, render(collect()))
    if not is_check:
        path.write_text(made, encoding="utf-8")
    elif made != readme:
        sys.exit("The conformance table of README.md is out of date: run `make docs`.")


if __name__ == "__main__":
    main()
