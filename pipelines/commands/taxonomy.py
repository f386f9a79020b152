"""The commands about taxonomies: add, list, show.

Belongs here: what a person sees of the library. Does not: the library itself
(`xbrl.taxonomy.library`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines import output
from pipelines.commands import taxonomy_check
from pipelines.commands import taxonomy_view as view
from pipelines.commands.call import Call
from warehouse.errors import PermanentError
from xbrl.problem import Problem, Severity
from xbrl.taxonomy import compiled
from xbrl.taxonomy.library import Found, Installed, TaxonomyLibrary


def add(
    call: Call, paths: list[Path], folder: Path | None, *, compile_now: bool, check: bool = False
) -> int:
    """Install packages and compile their entry points; one bad file does not stop the others.

    Raises `PermanentError` when nothing could be installed.
    """
    library = _library(call, folder)
    done, wrong, is_valid = [], list[str](), True
    for path in paths:
        package, problems = _add(library, path)
        if package is None:
            wrong += [f"{problem.message} {problem.remedy}" for problem in problems]
            done.append({"file": str(path), "problems": [str(one) for one in problems]})
            continue
        _say_problems(call, problems)
        facts = _compile(call, library, package) if compile_now else {}
        call.out.say(_installed(path, package, is_compiled=compile_now))
        if check:
            found = taxonomy_check.check(call.out, library, package)
            is_valid = is_valid and not any(one["severity"] == "error" for one in found)
            facts["problems"] = found
        done.append({"file": str(path), "package_id": package.package_id} | facts)
    if wrong and not any("package_id" in one for one in done):
        raise PermanentError("\n".join(wrong))
    for message in wrong:
        call.out.say(f"Not installed: {message}")
    call.out.data(done)
    if not is_valid:
        return output.PERMANENT
    return output.WITHHELD if wrong else output.OK


def _installed(path: Path, package: Installed, *, is_compiled: bool) -> str:
    count = len(package.entry_points)
    ways = f"{count} entry point{'s' * (count != 1)}{' compiled' * is_compiled}"
    return f"{path.name}: {package.name} {package.version} is installed; {ways}."


def list_(call: Call, folder: Path | None) -> int:
    """The packages and their entry points, with what is compiled."""
    library = _library(call, folder)
    packages = library.installed()
    if not packages:
        call.out.say("No taxonomy is installed. Begin with `indberet taxonomy add FILE…`.")
        call.out.data([])
        return output.OK
    rows = [view.package_row(library, package) for package in packages]
    call.out.table("Taxonomies", list(rows[0]), [row.values() for row in rows])
    ways = [view.entry_point_row(found) for one in packages for found in library.entry_points(one)]
    call.out.table("Entry points", list(ways[0]), [row.values() for row in ways])
    call.out.data([view.package_data(library, package) for package in packages])
    return output.OK


def show(call: Call, wanted: str, folder: Path | None, concept: str, language: str) -> int:
    """One entry point: its counts and roles, or one concept of it with labels and places."""
    library = _library(call, folder)
    found = _entry_point(library, wanted)
    with call.out.progress(found.entry_point.name) as report:
        report("compiling", 0)
        taxonomy = compiled.load(library.compile(found))
    if concept:
        facts = view.concept_facts(taxonomy, concept, language)
        if facts is None:
            raise PermanentError(view.unknown_concept(taxonomy, concept, found.entry_point.name))
        view.show_concept(call.out, facts)
    else:
        facts = view.entry_point_facts(found, taxonomy, language)
        view.show_entry_point(call.out, facts)
    call.out.data(facts)
    return output.OK


def _library(call: Call, folder: Path | None) -> TaxonomyLibrary:
    """The library in `folder`, else the workspace's."""
    from assets.intake import taxonomies

    return taxonomies.library(folder or call.workspace().folder(taxonomies.FOLDER))


def _add(library: TaxonomyLibrary, path: Path) -> tuple[Installed | None, Sequence[Problem]]:
    try:
        added = library.add(path)
    except FileNotFoundError:
        return None, [_missing(path)]
    if added.package is None and not added.problems:
        return None, [_empty(path)]
    return added.package, added.problems


def _missing(path: Path) -> Problem:
    remedy = "Give the path of a taxonomy package: a zip file or a folder."
    message = f"There is no file or folder at {path}."
    return Problem("taxonomy:no-file", Severity.ERROR, message, str(path), remedy=remedy)


def _empty(path: Path) -> Problem:
    remedy = "Give the path of a taxonomy package: a zip file or a folder with schemas in it."
    message = f"{path} holds no files."
    return Problem("taxonomy:empty", Severity.ERROR, message, str(path), remedy=remedy)


def _compile(call: Call, library: TaxonomyLibrary, package: Installed) -> dict[str, Any]:
    """Compile every entry point, showing how far it has come; counts by entry point."""
    with call.out.progress(f"{package.name} {package.version}") as report:

        def said(name: str, done: int, total: int) -> None:
            report(f"{done} of {total}{': ' + name if name else ''}", 0)

        folders = library.compile_all(package, said)
    summaries = [compiled.summary(folder) or {} for folder in folders]
    return {"entry_points": [{"name": s["name"], **s["counts"]} for s in summaries]}


def _say_problems(call: Call, problems: Sequence[Problem]) -> None:
    for problem in problems:
        if problem.severity is not Severity.NOTE:
            call.out.say(f"{problem.severity}: {problem.message} {problem.remedy}".rstrip())


def _entry_point(library: TaxonomyLibrary, wanted: str) -> Found:
    """The one entry point `wanted` means: its address, or words of its name or address."""
    if found := library.find(wanted):
        return found
    candidates = library.named(wanted)
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        names = "\n  ".join(one.entry_point.documents[0] for one in candidates[:20])
        raise PermanentError(
            f'{len(candidates)} entry points match "{wanted}". Give more of the address of the '
            f"one you mean:\n  {names}"
        )
    raise PermanentError(
        f'No installed taxonomy has an entry point "{wanted}". `indberet taxonomy list` shows '
        "what there is; `indberet taxonomy add FILE` installs a package."
    )
