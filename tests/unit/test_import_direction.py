"""Imports point one way, and heavy libraries stay where they belong."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "pipelines": {"pipelines", "assets", "quality", "warehouse", "xbrl"},
    "assets": {"assets", "quality", "warehouse", "xbrl"},
    "quality": {"quality", "warehouse", "xbrl"},
    "warehouse": {"warehouse"},
    "xbrl": {"xbrl"},
}
OURS = frozenset({*MAY_IMPORT, "tests", "benchmarks"})
MODULES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]


def imports(tree: ast.AST, *, only_module_level: bool = False) -> Iterator[str]:
    """Top-level package names imported; with the flag, those that run at import."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import, line {node.lineno}"
            yield (node.module or "").split(".")[0]
        elif not (only_module_level and deferred(node)):
            yield from imports(node, only_module_level=only_module_level)


def deferred(node: ast.AST) -> bool:
    """Code that does not run when the module is imported."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


@cache
def imported(path: Path, *, only_module_level: bool = False) -> frozenset[str]:
    return frozenset(imports(parsed(path), only_module_level=only_module_level))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_point_down(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    found = imported(path) & OURS
    assert found <= MAY_IMPORT[package], f"{named(path)} imports {found - MAY_IMPORT[package]}"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_dagster_stays_in_pipelines_and_asset_modules(path: Path) -> None:
    if path.relative_to(ROOT).parts[0] == "pipelines" or path.name == "asset.py":
        return
    assert not [n for n in imported(path) if n.startswith("dagster")]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_nothing_heavy_is_imported_with_a_module(path: Path) -> None:
    heavy = {"great_expectations", "pandas", "arelle", "zeep"}
    assert not heavy & imported(path, only_module_level=True)


def test_great_expectations_is_used_only_in_quality() -> None:
    users = {
        path.relative_to(ROOT).parts[0]
        for path in MODULES
        if "great_expectations" in imported(path)
    }
    assert users <= {"quality"}
