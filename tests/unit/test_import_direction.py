"""Imports point one way, and heavy libraries stay where they belong."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "pipelines": {"pipelines", "assets", "quality", "warehouse", "xbrl"},
    "assets": {"assets", "quality", "warehouse", "xbrl"},
    "quality": {"quality", "warehouse", "xbrl"},
    "warehouse": {"warehouse"},
    "xbrl": {"xbrl"},
}
IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+(\w+))", re.MULTILINE)
OURS = frozenset({*MAY_IMPORT, "tests", "benchmarks"})
HEAVY = frozenset({"great_expectations", "pandas", "arelle", "zeep"})
MODULES = {
    package: [path.relative_to(ROOT) for path in sorted((ROOT / package).rglob("*.py"))]
    for package in MAY_IMPORT
}


class Imported(NamedTuple):
    """Top-level names a module imports: all of them, and those at its own import.

    The latter only where anything heavy is among them.
    """

    ever: frozenset[str]
    at_once: frozenset[str]


def imports(node: ast.AST, *, only_module_level: bool = False) -> Iterator[str]:
    """Top-level package names imported; with the flag, those that run at import."""
    for part in ("body", "orelse", "finalbody", "handlers", "cases"):
        for statement in getattr(node, part, ()):
            if isinstance(statement, ast.Import):
                yield from (alias.name.split(".")[0] for alias in statement.names)
            elif isinstance(statement, ast.ImportFrom):
                assert statement.level == 0, f"relative import, line {statement.lineno}"
                yield (statement.module or "").split(".")[0]
            elif not (only_module_level and deferred(statement)):
                yield from imports(statement, only_module_level=only_module_level)


def deferred(node: ast.AST) -> bool:
    """Code that does not run when the module is imported."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


@cache
def imported(path: Path) -> Imported:
    """Only a module that names something heavy is parsed: parsing all of them takes a second."""
    text = (ROOT / path).read_text()
    named = frozenset((a or b).split(".")[0] for a, b in IMPORT.findall(text))
    assert "" not in named, f"relative import in {path}"
    if not named & HEAVY:
        return Imported(named, frozenset())
    tree = ast.parse(text)
    return Imported(frozenset(imports(tree)), frozenset(imports(tree, only_module_level=True)))


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_down(package: str) -> None:
    assert MODULES[package]
    upward = {str(p): (imported(p).ever & OURS) - MAY_IMPORT[package] for p in MODULES[package]}
    assert {path: found for path, found in upward.items() if found} == {}


@pytest.mark.parametrize("package", sorted(MAY_IMPORT.keys() - {"pipelines"}))
def test_dagster_stays_in_pipelines_and_asset_modules(package: str) -> None:
    modules = [path for path in MODULES[package] if path.name != "asset.py"]
    users = [p for p in modules if any(name.startswith("dagster") for name in imported(p).ever)]
    assert users == []


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_nothing_heavy_is_imported_with_a_module(package: str) -> None:
    heavy = {str(path): imported(path).at_once & HEAVY for path in MODULES[package]}
    assert {path: found for path, found in heavy.items() if found} == {}


def test_great_expectations_is_used_only_in_quality() -> None:
    users = {
        package
        for package, modules in MODULES.items()
        if any("great_expectations" in imported(path).ever for path in modules)
    }
    assert users <= {"quality"}
