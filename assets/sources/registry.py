"""The connectors there are: one file in this folder each, the file's name its id.

A connector is imported when it is asked for, never scanned for.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assets.sources.connector import Connector
from warehouse.errors import SettingsError


def ids() -> list[str]:
    """Every connector id, in alphabetical order: the modules that define `CONNECTOR`."""
    modules = sorted(Path(__file__).parent.glob("*.py"))
    return [module.stem for module in modules if "\nCONNECTOR" in module.read_text("utf-8")]


def load(system: str) -> Connector:
    """The connector with this id.

    Raises:
        SettingsError: there is none; the message lists those there are.
    """
    if system not in ids():
        raise SettingsError(
            f"There is no connector '{system}'. Connectors: {', '.join(ids())}. "
            "Correct `system` in the [[connection]] of indberet.toml."
        )
    connector: Connector = importlib.import_module(f"assets.sources.{system}").CONNECTOR
    return connector


def holds_ledger(system: str, options: Mapping[str, Any]) -> bool:
    """Whether a connection brings a company's ledger. One that does not (`holds_ledger = False`,
    bank statements; for e-invoices its options tell) stands beside the one that does; of those a
    company has only one.
    """
    told = getattr(load(system), "holds_ledger", True)
    return bool(told(options) if callable(told) else told)
