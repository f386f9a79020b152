"""Whether installed taxonomies are valid by XBRL 2.1 and Dimensions 1.0, told to a person.

Belongs here: going through a package's entry points. Does not: any check
(`xbrl.validation`).
"""

from dataclasses import asdict
from typing import Any

from pipelines.output import Output
from xbrl.problem import Problem
from xbrl.taxonomy.library import Installed, TaxonomyLibrary
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation import dimensions
from xbrl.validation import taxonomy as xbrl_21

_SHOWN = 50


def check(out: Output, library: TaxonomyLibrary, package: Installed) -> list[dict[str, Any]]:
    """What is wrong with the entry points of a package, each problem once."""
    ways = library.entry_points(package)
    judged: set[str] = set()
    found: dict[Problem, str] = {}
    with out.progress(f"check {package.name} {package.version}") as report:
        for done, way in enumerate(ways):
            report(f"{done} of {len(ways)}: {way.entry_point.name}", 0)
            taxonomy = library.discover(way)
            for problem in _problems(taxonomy, set(taxonomy.documents) - judged):
                found.setdefault(problem, way.entry_point.name)
            judged |= set(taxonomy.documents)
    _say(out, list(found), len(ways))
    return [asdict(problem) | {"entry_point": name} for problem, name in found.items()]


def _problems(taxonomy: Taxonomy, new: set[str]) -> list[Problem]:
    found = [*taxonomy.problems, *xbrl_21.validate(taxonomy, new)]
    return found + dimensions.validate_taxonomy(taxonomy)


def _say(out: Output, problems: list[Problem], ways: int) -> None:
    for problem in problems[:_SHOWN]:
        out.say(str(problem), is_markup=False)
    if len(problems) > _SHOWN:
        out.say(f"… and {len(problems) - _SHOWN:,} more; --json has them all.")
    errors = sum(one.severity == "error" for one in problems)
    told = f"{errors:,} error{'s' * (errors != 1)}" if errors else "no errors"
    out.say(f"{ways} entry point{'s' * (ways != 1)} checked: {told}.")
